"""One session under inspection: feed it events, take what was seen and found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inspector.protocol import actions, rules
from inspector.protocol.event import Closed, Event, Opened, Received, Ticked
from inspector.protocol.finding import Blame, Fault, Finding
from inspector.protocol.frame import Frame, MessageType, decode
from inspector.protocol.ledger import Ledger, OpenCall
from inspector.protocol.rules import exchanges, framing, handshake
from inspector.protocol.rules import schema as schema_rules
from inspector.protocol.schema import Part, violations
from inspector.protocol.version import Party, Version, from_subprotocol

PATIENCE_NS = 30_000_000_000
"""How long a CALL may wait for its answer before it counts as unanswered."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame in its session.

    ``number`` counts the session's frames from 1. ``action`` is the standard name; an answer carries its CALL's.
    ``call`` is the CALL this frame answers, and ``latency_ns`` how long after it.
    """

    number: int
    time_ns: int
    sender: Party
    frame: Frame
    action: str | None
    part: Part
    call: OpenCall | None = None

    @property
    def latency_ns(self) -> int | None:
        """Nanoseconds between the CALL and this answer."""
        return self.time_ns - self.call.time_ns if self.call else None


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one event: the frame, if it was one, and the findings, also those about earlier frames."""

    seen: Seen | None = None
    findings: tuple[Finding, ...] = ()


class Inspection:
    """Decodes, pairs and checks one session. Its state is bounded, and each frame costs the same.

    ``version`` is the session's OCPP version, None while nobody knows; ``frames`` counts the frames so far.
    """

    def __init__(self, version: Version | None = None, patience_ns: int = PATIENCE_NS) -> None:
        self.version = version
        self._possible: tuple[Version, ...] = tuple(Version)
        self._opening: Opened | None = None
        self._patience_ns = patience_ns
        self._ledger = Ledger()
        self.frames = 0

    def observe(self, event: Event) -> Observation:
        """Take one event, in the order of time."""
        if isinstance(event, Received):
            return self._received(event)
        if isinstance(event, Ticked):
            return Observation(findings=tuple(self._overdue(event.time_ns)))
        if isinstance(event, Closed):
            return Observation(findings=tuple(self._ended(event)))
        self._opened(event)
        return Observation()

    def _opened(self, event: Opened) -> None:
        self._opening = event
        self.version = self.version or from_subprotocol(event.subprotocol)

    def _received(self, event: Received) -> Observation:
        self.frames += 1
        overdue = tuple(self._overdue(event.time_ns))  # before a late answer closes its CALL
        number, frame, sender = self.frames, decode(event.raw), event.sender
        faults = list(self._guess(frame))
        faults += framing.check(frame, self.version)
        action, alias = self._standard_name(frame)
        faults += alias
        call = None
        if frame.type is MessageType.CALL and frame.message_id is not None:
            self._ledger.call(OpenCall(number, sender, frame.message_id, action or "", event.time_ns))
        elif frame.type.is_answer and frame.message_id is not None:
            call = self._ledger.answer(sender, frame.message_id)
            if call is None:
                faults.append(exchanges.orphan(frame.message_id))
            else:
                action = call.action or None
        part = Part.REQUEST if frame.type.has_action else Part.RESPONSE
        seen = Seen(number, event.time_ns, sender, frame, action, part, call)
        faults += self._schema(seen)
        blame = Blame(sender.value)
        findings = [rules.finding(fault, blame, number) for fault in faults]
        return Observation(seen, (*overdue, *findings))

    def _standard_name(self, frame: Frame) -> tuple[str | None, list[Fault]]:
        """Return the action's standard name, and a fault if the frame has it by another."""
        if frame.action is None:
            return None, []
        name = actions.resolve(self.version or self._possible[0], frame.action)
        if name == frame.action:
            return name, []
        return name, [Fault("F009", f"{frame.action} is not the standard's name", "/2", f"write {name}")]

    def _schema(self, seen: Seen) -> Iterator[Fault]:
        """Check the payload; while the version is open, report only what is wrong in every version it may be."""
        frame = seen.frame
        if seen.action is None or not (frame.type.has_action or frame.type is MessageType.CALLRESULT):
            return
        faults: list[Fault] = []
        for version in [self.version] if self.version else self._possible:
            faults = list(schema_rules.check(version, seen.action, seen.part, frame.payload, frame.payload_at))
            if not faults:
                return
        yield from faults

    def _overdue(self, now_ns: int) -> Iterator[Finding]:
        for call in self._ledger.newly_overdue(now_ns - self._patience_ns):
            yield rules.finding(
                exchanges.unanswered(call, self._patience_ns), Blame(call.sender.peer.value), call.number
            )

    def _ended(self, event: Closed) -> Iterator[Finding]:
        yield from self._overdue(event.time_ns)
        if event.by == Blame.PROXY:
            return
        for call in self._ledger.still_open():
            blame = Blame(event.by) if event.by in set(Blame) else Blame.NETWORK
            yield rules.finding(exchanges.cut_off(call, event.time_ns), blame, call.number)

    def _guess(self, frame: Frame) -> Iterator[Fault]:
        """Without a known subprotocol, let the first telling CALL say which version this is."""
        if self.version is not None or not frame.type.has_action or frame.action is None:
            return
        wrong = {version: _wrong(version, frame.action, frame.payload) for version in self._possible}
        best = min(wrong.values())
        if best == _UNKNOWN:
            return
        self._possible = tuple(version for version in self._possible if wrong[version] == best)
        if not {Version.V16, Version.V201} <= set(self._possible):
            self.version = self._possible[0]
            yield handshake.guessed(self.version, self._opening)


_UNKNOWN = 1_000_000
"""More violations than a payload can have: the version does not know the action."""


def _wrong(version: Version, action: str, payload: Any) -> int:
    """Count what a version's schema has against a payload. Another name for the action only counts if all else fits."""
    name = actions.resolve(version, action)
    try:
        found = violations(version, name, Part.REQUEST, payload)
    except KeyError:
        return _UNKNOWN
    count = sum(violation.keyword != "format" for violation in found)
    return count if name == action else 1 if not count else _UNKNOWN - 1
