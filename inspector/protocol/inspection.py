"""One session under inspection: feed it events, take what was seen and found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from inspector.protocol import actions, rules
from inspector.protocol.context import FOREVER, PATIENCE_NS, Brief, Context, Station
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Opened, Received, Violated
from inspector.protocol.finding import Blame, Fault, Finding
from inspector.protocol.frame import Frame, MessageType, decode
from inspector.protocol.ledger import LARGEST_KEPT, OpenCall
from inspector.protocol.rules import framing, handshake
from inspector.protocol.rules import schema as schema_rules
from inspector.protocol.schema import Part, violations
from inspector.protocol.seen import Seen
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Party, Version, from_subprotocol


class Observation(NamedTuple):
    """What came of one event: the frame, if it was one, and the findings, also those about earlier frames."""

    seen: Seen | None = None
    findings: tuple[Finding, ...] = ()


class Inspection:
    """Decodes, pairs and checks one session. Its state is bounded, and each frame costs the same.

    ``station`` is what earlier sessions of the same station left to remember, ``vendors`` are the schemas of vendors'
    data (by default those that come with this program). ``frames`` counts the frames so far. Once something was missed
    only the families of ``PLAIN`` go on to speak.
    """

    def __init__(
        self,
        version: Version | None = None,
        patience_ns: int = PATIENCE_NS,
        station: Station | None = None,
        vendors: Vendors | None = None,
    ) -> None:
        self.frames = 0
        self._possible: tuple[Version, ...] = tuple(Version)
        self._context = Context.new(version, patience_ns, station or Station())
        self._payloads = schema_rules.Payloads(vendors)
        self._families = tuple(family(self._context) for family in rules.FAMILIES)
        self._received_by = [self._families[index].received for index in rules.LISTENERS["received"]]

    @property
    def version(self) -> Version | None:
        """The session's OCPP version, None while nobody knows."""
        return self._context.version

    def observe(self, event: Event) -> Observation:
        """Take one event, in the order of time."""
        if isinstance(event, Received):
            return self._received(event)
        if isinstance(event, Opened):
            faults: Iterable[Fault] = self._opened(event)
        elif isinstance(event, Controlled) and event.kind is not Control.CLOSE:
            faults = (*self._woken(event.time_ns), *self._each("controlled", event))
        elif isinstance(event, Violated):
            faults = (*self._woken(event.time_ns), *self._each("violated", event))
        elif isinstance(event, Closed):
            faults = (*self._woken(event.time_ns), *self._each("closed", event))
        else:
            self._context.missed |= isinstance(event, Noted) and event.kind == "gap"  # what is late may have been in it
            faults = self._woken(event.time_ns)
        findings = tuple(self._told(faults, Blame.NETWORK, None))
        self._context.missed |= isinstance(event, Violated) and event.opaque
        return Observation(findings=findings)

    def _told(self, faults: Iterable[Fault], blame: Blame, frame: int | None) -> Iterator[Finding]:
        """Make faults findings, of those that are sure although something was missed."""
        for fault in faults:
            if not self._context.missed or fault.code[0] in PLAIN:
                yield rules.finding(fault, blame, frame)

    def _each(self, method: str, argument: Any) -> Iterator[Fault]:
        for index in rules.LISTENERS[method]:
            yield from getattr(self._families[index], method)(argument)

    def _woken(self, now_ns: int) -> Sequence[Fault]:
        """Tell the families the time, if one of them asked to be told by now."""
        if now_ns < self._context.wake_ns:
            return ()
        self._context.wake_ns = FOREVER
        return list(self._each("ticked", now_ns))

    def _opened(self, event: Opened) -> Iterator[Fault]:
        self._context.opening = event
        self._context.version = self.version or from_subprotocol(event.subprotocol)
        yield from self._each("opened", event)

    def _received(self, event: Received) -> Observation:
        self.frames = number = self.frames + 1
        time_ns, sender, _, _ = event
        context = self._context
        sooner = self._woken(time_ns) if time_ns >= context.wake_ns else ()  # before a late answer closes its CALL
        seen, faults = self._see(number, event)
        for hear in self._received_by:
            faults += hear(seen)
        frame, action = seen.frame, seen.action
        if action is not None and not frame.type.is_error:
            faults += self._schema(seen)
            if type(frame.payload) is dict:
                for index, handler in rules.HEARD[seen.part].get(action, ()):
                    faults += handler(self._families[index], seen)
        context.recent.append(Brief(number, time_ns, sender, frame.type, action))
        if not faults and not sooner:
            return Observation(seen)
        blame = Blame(sender.value)
        return Observation(seen, (*self._told(sooner, Blame.NETWORK, None), *self._told(faults, blame, number)))

    def _see(self, number: int, event: Received) -> tuple[Seen, list[Fault]]:
        """Decode a frame and find its place: the version, the action's standard name, the CALL it answers."""
        time_ns, sender, raw, _ = event
        context = self._context
        frame = decode(raw)
        kind, action = frame.type, frame.action
        faults = list(self._guess(frame)) if context.version is None else []
        faults += framing.check(frame, context.version)
        if action is not None:
            action, alias = self._standard_name(frame, action, sender)
            faults += alias
        if kind is _CALL:
            context.ledger.call(_open_call(number, event, frame, action or ""))
            return Seen(number, time_ns, sender, frame, action, Part.REQUEST), faults
        if kind is MessageType.SEND:
            return Seen(number, time_ns, sender, frame, action, Part.REQUEST), faults
        call = None
        if kind.is_answer and frame.message_id is not None:
            call = context.ledger.answer(sender, frame.message_id)
            action = call.action or None if call else action
        return Seen(number, time_ns, sender, frame, action, Part.RESPONSE, call), faults

    def _standard_name(self, frame: Frame, action: str, sender: Party) -> tuple[str, Iterable[Fault]]:
        """Return the action's standard name, and a fault if the frame has it by another."""
        version = self.version or self._possible[0]
        name = actions.resolve(version, action)
        if name == action or (frame.type.has_action and _is_of_16(version, action, frame.payload, sender)):
            return action, ()
        return name, (Fault("F009", f"{action} is not the standard's name", "/2", f"write {name}"),)

    def _schema(self, seen: Seen) -> Iterable[Fault]:
        """Check the payload; while the version is open, report only what is wrong in every version it may be."""
        version = self._context.version
        return self._payloads.check((version,) if version else self._possible, seen)

    def _guess(self, frame: Frame) -> Iterator[Fault]:
        """Without a known subprotocol, let the first telling CALL say which version this is."""
        if not frame.type.has_action or frame.action is None:
            return
        wrong = {version: _wrong(version, frame.action, frame.payload) for version in self._possible}
        best = min(wrong.values())
        if best == _UNKNOWN:
            return
        self._possible = tuple(version for version in self._possible if wrong[version] == best)
        if not {Version.V16, Version.V201} <= set(self._possible):
            self._context.version = self._possible[0]
            yield handshake.guessed(self._possible[0], self._context.opening)


_CALL = MessageType.CALL

PLAIN = frozenset("FSH")
"""Families that look at each frame, and at the connection; the others take the whole of a conversation."""


def _open_call(number: int, event: Received, frame: Frame, action: str) -> OpenCall:
    """Keep of a CALL what its answer will want to know."""
    message_id, raw = frame.message_id or "", event.raw
    asked = raw[raw.find(message_id, 3) + len(message_id) :] if isinstance(raw, str) else raw
    kept = frame.payload if len(raw) <= LARGEST_KEPT else None
    return OpenCall(number, event.sender, message_id, action, event.time_ns, kept, hash(asked))


_UNKNOWN = 1_000_000
"""More violations than a payload can have: the version does not know the action."""


def _wrong(version: Version, action: str, payload: Any) -> int:
    """Count what a version's schema has against a payload. Another name for the action only counts if all else fits."""
    name = actions.resolve(version, action)
    count = _errors(version, name, payload)
    return count if name == action or count == _UNKNOWN else 1 if not count else _UNKNOWN - 1


def _errors(version: Version, action: str, payload: Any) -> int:
    """Count what a version's schema has against a request."""
    try:
        return sum(violation.is_error for violation in violations(version, action, Part.REQUEST, payload))
    except KeyError:
        return _UNKNOWN


def _is_of_16(version: Version, action: str, payload: Any, sender: Party) -> bool:
    """Tell whether a name that some documents of 2.x use is meant as 1.6 means it: StopTransaction of a station."""
    name = actions.resolve(version, action)
    if action not in actions.table(Version.V16) or not _errors(version, name, payload):
        return False
    return sender not in actions.table(version)[name].senders or not _errors(Version.V16, action, payload)
