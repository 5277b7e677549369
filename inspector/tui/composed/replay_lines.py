"""What the replay screen says, made without Textual: the cells of a step, its progress, its page, the warning."""

from collections.abc import Iterator, Mapping, Sequence

from inspector.errors import InspectorError
from inspector.protocol.frame import decode
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible, visible_raw
from inspector.protocol.version import Party
from inspector.proxy.address import is_loopback, parse_listen, parse_upstream
from inspector.replay.report import Report
from inspector.replay.steps import Await, Break, Extra, Fault, Outcome, Send, Step, Verdict
from inspector.store.recording import without_secrets
from inspector.tui.composed.columns import Column
from inspector.tui.composed.json_pieces import PUNCTUATION, pieces
from inspector.tui.composed.lines import ARROWS, Line, rule, wrap
from inspector.tui.composed.report_lines import SIGNS
from inspector.tui.drafting.editable import Editable

MOST_SHOWN = 20_000
"""Characters of a frame that a step's page shows."""

WIDE = 56
BAR = 24
"""Cells of the bar of progress."""

VERBS: dict[type[Step], str] = {Send: "send", Await: "await", Fault: "fault", Break: "end", Extra: "came"}


def columns(width: int) -> Sequence[Column]:
    """Return the columns of the plan there is room for; the last has what is left."""
    return (
        Column("verdict", "", 1),
        Column("number", "#", 5, True),
        Column("sender", "", 1),
        Column("verb", "", 5),
        Column("action", "action", 24 if width >= WIDE else 18),
        Column("latency", "ms", 7, True),
        Column("words", "", 0),
    )


def cells(step: Step, outcome: Outcome | None, *, is_next: bool) -> Mapping[str, Line]:
    """Compose the cells of a step: what is to be done, and how it went once that is known."""
    sign, style = SIGNS[outcome.verdict] if outcome else ("▸", "info") if is_next else (" ", "")
    latency = "" if outcome is None or outcome.latency_ns is None else f"{outcome.latency_ns / 1e6:.1f}"
    return {
        "verdict": ((sign, style),),
        "number": (("" if isinstance(step, Extra) else str(step.number), "dim"),),
        "sender": ((ARROWS[step.sender], step.sender),),
        "verb": ((VERBS[type(step)], "dim"),),
        "action": ((visible(_name(step), 40), "strong" if outcome is None or outcome.verdict.is_difference else ""),),
        "latency": ((latency, ""),),
        "words": ((_words(outcome), style if outcome and outcome.verdict.is_difference else "dim"),),
    }


def _name(step: Step) -> str:
    if isinstance(step, Break):
        return f"the connection {step.code or ''}".rstrip()
    return step.action or (step.what if isinstance(step, Extra) else step.type.name)


def _words(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    said = "" if outcome.verdict is Verdict.SAME else str(outcome.verdict)
    places = ", ".join(found.pointer or "the frame" for found in outcome.differences)
    if outcome.verdict in {Verdict.DIFFERENT, Verdict.EXTRA} and (places or outcome.words):
        said = ""  # the sign says it
    return visible(" · ".join(part for part in (places, said, outcome.words) if part), 200)


def progress(done: int, total: int, counts: Mapping[Verdict, int], state: str) -> Line:
    """Draw how far a run has come."""
    filled = BAR * done // total if total else 0
    parts: list[tuple[str, str]] = [
        ("━" * filled, "ok"),
        ("─" * (BAR - filled), "dim"),
        (f" {done:,} of {total:,}  ", ""),
    ]
    for verdict, count in counts.items():
        sign, style = SIGNS[verdict]
        parts.append((f"{sign}{count:,} ", style))
    return (*parts, (f" {state}", "strong"))


def verdict_line(report: Report) -> Line:
    """Say in a line how a run ended, and where it is recorded."""
    sign, style = ("✓", "ok") if report.is_same else ("≠", "error")
    counts = ", ".join(f"{report.counts[verdict]:,} {verdict}" for verdict in Verdict if report.counts[verdict])
    new = len(report.new_findings)
    said = [f"{plural(len(report.items), 'step')}: {counts}", plural(new, "new finding") if new else ""]
    where = f"{report.other.label}, b goes there" if report.other.sessions else "nothing was recorded"
    return ((f"{sign} ", style), (" · ".join(part for part in (*said, visible(report.ending, 80), where) if part), ""))


def step_page(
    step: Step, outcome: Outcome | None, frame: str | bytes | None, answer: str | bytes | None, width: int
) -> Iterator[Line]:
    """Show a step: how it went, what differs, what was recorded and what came."""
    head = f"{VERBS[type(step)]} {step.type.name if not isinstance(step, Break) else ''} {_name(step)}"
    yield from wrap(((f"{ARROWS[step.sender]} ", step.sender), (visible(head, 120), "strong")), width)
    if step.masked:
        words = f"⚠ {plural(step.masked, 'secret')} overwritten in it: what is sent has none"
        yield from wrap(((words, "warning"),), width)
    if outcome is not None:
        sign, style = SIGNS[outcome.verdict]
        yield from wrap(((f"{sign} {outcome.verdict}", style), (f"  {visible(outcome.words, 300)}", "")), width)
        for found in outcome.differences:
            recorded, got = visible(found.recorded, 200), visible(found.got, 200)
            yield ((visible(found.pointer, 200) or "the frame", "key"),)
            yield from wrap((("  recorded  ", "dim"), (recorded, "ok")), width)
            yield from wrap((("  now       ", "dim"), (got, "error")), width)
    came = without_secrets(decode(outcome.got))[0] if outcome and outcome.got is not None else None
    theirs = isinstance(step, Await | Extra)
    for title, raw in (
        ("what came" if came is not None else "", came),
        ("expected" if theirs else "sent, as recorded", frame),
        ("our answer, as recorded" if theirs else "expected answer", answer),
    ):
        if raw is not None:
            yield ()
            yield rule(title, width)
            yield from raw_lines(raw, width)


def raw_lines(raw: str | bytes, width: int) -> Iterator[Line]:
    """Show a frame in lines, JSON with its colours."""
    shown, cut = raw[:MOST_SHOWN], len(raw) > MOST_SHOWN
    text = Editable(shown).text if isinstance(shown, str) else visible_raw(shown)
    for line in text.split("\n"):
        yield from wrap(tuple(_coloured(line)), width)
    if cut:
        yield ((f"… the first {MOST_SHOWN:,} of {len(raw):,} characters", "dim"),)


def _coloured(line: str) -> Iterator[tuple[str, str]]:
    end = 0
    for kind, first, last in pieces(line):
        if first > end:
            yield visible(line[end:first]), ""
        yield visible(line[first:last]), "" if kind == PUNCTUATION else kind
        end = last


def host_of(role: Party, target: str) -> str:
    """Return the host of a target: of the URL of a CSMS, or of an address to listen on. Raises InspectorError."""
    return parse_upstream(target).host if role is Party.STATION else parse_listen(target).host


def warning(role: Party, target: str) -> str:
    """Warn of a target that is not on this machine; nothing for one that is, or that can't be read."""
    try:
        host = host_of(role, target)
    except InspectorError:
        return ""
    if is_loopback(host):
        return ""
    if role is Party.STATION:
        return visible(f"✖ {host} is not this machine: what is sent there is real for whoever runs it")
    return visible(f"✖ {host} is open to the network: a real station may connect, and do what it is told")
