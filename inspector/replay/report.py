"""What a replay or a comparison found: one report, whichever way it is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from inspector.protocol.finding import Severity
from inspector.protocol.frame import decode
from inspector.protocol.printable import visible_raw
from inspector.protocol.version import Party
from inspector.replay.compare import Difference
from inspector.replay.rebind import Binding
from inspector.replay.steps import Break, Extra, Fault, Outcome, Step, Verdict
from inspector.store.recording import without_secrets

LONGEST_GOT = 2000
"""Characters of a frame that came which a report keeps; the run has all of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """How one step of a replay went, or one frame of a comparison.

    ``step`` numbers it. ``session`` and ``frame`` (its id in the capture) say where it was recorded, ``other`` is the
    frame it is compared with, None where that is not known. ``type`` is that of the frame, ``END`` for the end of a
    connection, ``SILENCE`` for an answer that was not given. ``got`` is the text that came in its place, its secrets
    overwritten.
    """

    step: int
    session: int
    frame: int | None
    sender: Party
    type: str
    action: str
    message_id: str
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    got: str = ""
    words: str = ""
    latency_ns: int | None = None
    late_ns: int | None = None
    other: int | None = None


def item(outcome: Outcome) -> Item:
    """Take an outcome into a report."""
    step = outcome.step
    return Item(
        step.number,
        step.session,
        None if isinstance(step, Extra) else step.frame,
        step.sender,
        _kind(step),
        step.action,
        step.message_id,
        outcome.verdict,
        outcome.differences,
        "" if outcome.got is None else visible_raw(without_secrets(decode(outcome.got))[0], LONGEST_GOT),
        outcome.words,
        outcome.latency_ns,
        outcome.late_ns,
        step.frame if isinstance(step, Extra) else None,
    )


def _kind(step: Step) -> str:
    if isinstance(step, Break):
        return "END"
    return "SILENCE" if isinstance(step, Fault) and step.frame is None else step.type.name


@dataclass(frozen=True, slots=True)
class FindingChange:
    """Findings of one kind at one place of one action: how many there were, and how many there are now."""

    code: str
    severity: Severity
    action: str
    pointer: str
    message: str
    recorded: int
    now: int

    @property
    def is_new(self) -> bool:
        """Whether there are more than before."""
        return self.now > self.recorded


@dataclass(frozen=True, slots=True)
class Side:
    """Some sessions of a capture, which belong together; ``station`` and ``name`` are the first one's."""

    capture: str
    sessions: tuple[int, ...]
    station: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """Name it for people."""
        numbers = ", ".join(map(str, self.sessions))
        name = f" {self.name!r}" if self.name else ""
        return f"session{'s' if len(self.sessions) != 1 else ''} {numbers}{name}"


@dataclass(frozen=True)
class Report:
    """What a replay of ``source`` found, recorded as ``other``; or how two sides of a comparison differ.

    ``role`` is whom the replay played, None for a comparison; ``target`` is where the peer was. ``items`` are in the
    order of the steps. ``skipped`` are frames that no step can carry, in words. ``bindings`` are the identifiers that
    changed, ``changed`` tells how often each change that was asked for was made. ``ending`` says how the run ended
    where that was not as planned. Times are Unix nanoseconds.
    """

    source: Side
    other: Side
    role: Party | None = None
    target: str = ""
    began_ns: int = 0
    ended_ns: int = 0
    items: tuple[Item, ...] = ()
    skipped: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    changed: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[FindingChange, ...] = ()
    ending: str = ""

    @cached_property
    def counts(self) -> Counter[Verdict]:
        """How many items there are of each verdict."""
        return Counter(item.verdict for item in self.items)

    @property
    def new_findings(self) -> tuple[FindingChange, ...]:
        """Findings that there are more of."""
        return tuple(change for change in self.findings if change.is_new)

    @property
    def gone_findings(self) -> tuple[FindingChange, ...]:
        """Findings that there are fewer of."""
        return tuple(change for change in self.findings if not change.is_new)

    @property
    def is_same(self) -> bool:
        """Whether nothing differs: no step, and no error that was not there before."""
        wrong = any(verdict.is_difference for verdict in self.counts)
        return not wrong and not any(change.severity is Severity.ERROR for change in self.new_findings)

    @property
    def exit_code(self) -> int:
        """What a command returns: 0 if nothing differs, otherwise 1."""
        return 0 if self.is_same else 1


def latest(outcomes: Iterable[Outcome]) -> tuple[Item, ...]:
    """Take outcomes into a report, each step's last one; what no step asked for stands where it came."""
    items: dict[object, Item] = {}
    for place, outcome in enumerate(outcomes):
        key: object = (place,) if isinstance(outcome.step, Extra) else outcome.step.number
        items[key] = item(outcome)
    return tuple(items.values())
