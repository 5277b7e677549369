"""What is shown of a frame: it, its pair, their bytes and their findings, each a page. Made without Textual."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inspector.protocol.finding import Rule
from inspector.protocol.frame import MessageType
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.version import Version
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.json_rows import JsonRows
from inspector.tui.composed.json_tree import TreeRows
from inspector.tui.composed.lines import SIGNS, Line, clock, finding_lines, rule, wrap
from inspector.tui.composed.pages import BAR, Beside, Lines, Page, Spot, Stack
from inspector.tui.composed.raw_rows import kibibytes, raw_page

MOST_SHOWN = 1024 * 1024
"""Characters of a frame that are laid out."""

BESIDE_WIDTH = 100
"""Cells from which on a CALL and its answer stand beside each other."""

LABEL = 8
"""Cells of a label beside what a rule says."""

TABS = ("Call", "Answer", "Pair", "Raw", "Findings")


@dataclass(frozen=True, slots=True)
class Subject:
    """A frame and what belongs to it. ``findings`` are by frame id; ``waiting`` says that an answer may still come."""

    frame: FrameRow
    pair: FrameRow | None = None
    findings: Mapping[int, Sequence[FindingRow]] = field(default_factory=dict)
    version: Version | None = None
    waiting: bool = False

    @property
    def call(self) -> FrameRow | None:
        """The CALL; what is neither a CALL nor an answer stands for itself."""
        return self.pair if self.is_answer else self.frame

    @property
    def answer(self) -> FrameRow | None:
        """The answer."""
        return self.frame if self.is_answer else self.pair

    @property
    def is_answer(self) -> bool:
        """Whether the frame is the later one of a pair."""
        return self.frame.type in {MessageType.CALLRESULT, MessageType.CALLERROR, MessageType.CALLRESULTERROR}

    @property
    def frames(self) -> list[FrameRow]:
        """The frame, and its pair."""
        return [self.frame, self.pair] if self.pair else [self.frame]

    @property
    def size(self) -> int:
        """Characters or bytes of both."""
        return sum(len(frame.raw) for frame in self.frames)

    def found(self, frame: FrameRow) -> Sequence[FindingRow]:
        """Return the findings of a frame."""
        return self.findings.get(frame.id, ())

    @property
    def latency(self) -> str:
        """How long the answer took, nothing if there is none."""
        took = self.answer.latency_ns if self.answer else None
        return "" if took is None else f"{took / 1e6:,.1f} ms"


class Look(NamedTuple):
    """How it is shown: cells of a line, as a tree or as text, and which branches were turned by frame id."""

    width: int
    tree: bool = False
    turned: Mapping[int, Container[str]] = {}


def page(tab: str, subject: Subject, look: Look) -> Page:
    """Compose the page of a tab."""
    return _PAGES[tab](subject, look)


def _call_page(subject: Subject, look: Look) -> Page:
    if subject.call is None:
        return Lines([(("its CALL is not in this capture", "dim"),)])
    return half(subject, subject.call, look)


def _answer_page(subject: Subject, look: Look) -> Page:
    return half(subject, subject.answer, look) if subject.answer else Lines([((_no_answer(subject), "dim"),)])


def _no_answer(subject: Subject) -> str:
    if subject.frame.type is not MessageType.CALL:
        return f"{_with_article(subject.frame.type)} has no answer"
    return "no answer yet" if subject.waiting else "no answer"


def _with_article(kind: MessageType) -> str:
    return f"{'an' if kind is MessageType.INVALID else 'a'} {kind.name}"


def _pair_page(subject: Subject, look: Look) -> Page:
    """Compose a frame and its pair: beside each other, or the frame first that is looked at."""
    frame, pair = subject.frame, subject.pair
    if pair is None and frame.type is not MessageType.CALL:
        return half(subject, frame, look)
    if pair is None:
        return Stack([half(subject, frame, look), Lines([(), rule(_no_answer(subject), look.width)])])
    if look.width < BESIDE_WIDTH:
        title = f"{'call' if subject.is_answer else 'answer'} · {subject.latency}"
        between = Lines([(), rule(title, look.width)])
        return Stack([half(subject, frame, look), between, half(subject, pair, look)])
    room = (look.width - len(BAR)) // 2
    call, answer = (pair, frame) if subject.is_answer else (frame, pair)
    narrow = look._replace(width=room)
    right = Stack([half(subject, answer, narrow), Lines([((f"{subject.latency} later", "dim"),)])])
    return Beside(half(subject, call, narrow), right, room)


def half(subject: Subject, frame: FrameRow, look: Look) -> Page:
    """Compose one frame with its findings."""
    findings = subject.found(frame)
    heads: list[Page] = [Lines([*_head(frame, look.width)], Spot(frame))]
    if not isinstance(frame.raw, str) or frame.type is MessageType.INVALID:
        loose = [each for each in findings if each.offset is None or each.offset < 0]
        return Stack([*heads, *_finding_notes(frame, loose, look.width), raw_page(frame, findings, look.width)])
    text = frame.raw[:MOST_SHOWN]
    if look.tree:
        body: Page = TreeRows(frame, text, findings, look.width, look.turned.get(frame.id, ()))
        whole = [each for each in findings if body.row_of(each) is None]
        heads += _finding_notes(frame, whole, look.width)
    else:
        body = JsonRows(frame, text, findings, look.width)
    rest = len(frame.raw) - len(text)
    more = [Lines([((f"+{kibibytes(rest)} more: F3 shows all of it", "dim"),)])] if rest else []
    return Stack([*heads, body, *more])


def _head(frame: FrameRow, width: int) -> Iterator[Line]:
    """Say who sent what to whom and when, and what was done to it."""
    arrow = "station ▶ CSMS" if frame.sender == "station" else "CSMS ▶ station"
    name = visible(frame.action or "", 60)
    parts = ((f"{arrow}  ", frame.sender), (f"{frame.type.name} {name}  ", "strong"), (clock(frame.time_ns), "dim"))
    yield from wrap(parts, width)
    notes = [f"{plural(frame.masked, 'secret value')} masked"] if frame.masked else []
    notes += [frame.origin] if frame.origin != "wire" else []
    if notes:
        yield ((", ".join(notes), "dim"),)


def _finding_notes(frame: FrameRow, findings: Sequence[FindingRow], width: int) -> Iterator[Page]:
    return (Lines([*finding_lines(each, 0, width)], Spot(frame, each.pointer, each)) for each in findings)


def _raw_page(subject: Subject, look: Look) -> Page:
    return raw_page(subject.frame, subject.found(subject.frame), look.width)


def _findings_page(subject: Subject, look: Look) -> Page:
    """Compose what was found, with what the rules say about it."""
    pages: list[Page] = []
    for frame in subject.frames:
        found = subject.found(frame)
        if found and frame is not subject.frame:
            pages.append(Lines([rule(f"{'call' if subject.is_answer else 'answer'}", look.width)]))
        for finding in found:
            pages.append(Lines([*_explained(finding, look.width), ()], Spot(frame, finding.pointer, finding)))
    return Stack(pages or [Lines([(("✓ ", "ok"), ("nothing was found", "dim"))])])


def _explained(finding: FindingRow, width: int) -> Iterator[Line]:
    """Tell a finding, where it is, and what its rule says."""
    from inspector.protocol.rules import TABLE  # all rules: 60 ms

    told: Rule | None = TABLE.get(finding.code)
    name = f" {told.name}" if told else ""
    about = f"  {finding.severity}, by the {visible(finding.blame)}"
    head = f"{SIGNS[finding.severity]} {visible(finding.code)}{name}"
    yield from wrap(((head, finding.severity), (about, "dim")), width)
    yield from wrap((("  ", ""), (visible(finding.message), "strong")), width)
    if finding.hint:
        yield from wrap((("  → ", "hint"), (visible(finding.hint), "hint")), width)
    offset = f" byte {finding.offset}" if finding.offset is not None else ""
    facts = [("at", f"{visible(finding.pointer, 200)}{offset}".strip())]
    facts += [("what", told.summary), ("why", told.why), ("to do", told.fix), ("spec", told.spec)] if told else []
    for label, text in facts:
        if text:
            lines = wrap(((text, ""),), width - LABEL - 2)
            for number, line in enumerate(lines):
                yield (((label if not number else "").rjust(LABEL) + "  ", "dim"), *line)


_PAGES: Mapping[str, Callable[[Subject, Look], Page]] = {
    "Call": _call_page,
    "Answer": _answer_page,
    "Pair": _pair_page,
    "Raw": _raw_page,
    "Findings": _findings_page,
}
