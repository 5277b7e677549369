"""B: the boot. Nothing is said before it is accepted, and afterwards as often as it was asked for."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import ClassVar, NamedTuple

from inspector.protocol.context import Context
from inspector.protocol.event import Controlled, Opened, Violated
from inspector.protocol.fields import integer, text
from inspector.protocol.finding import Fault
from inspector.protocol.knowledge.asked import ASKING, Asked, brought
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import Once, Turns, remembered
from inspector.protocol.ledger import OpenCall
from inspector.protocol.rules.boot_rules import RULES
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.rules.heartbeats import Heartbeats, configured_ns, interval_ns
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party

__all__ = ("RULES", "Boot")

LOOP, LOOP_NS = 3, 600_000_000_000
"""So many boots in so short a time are a loop."""

BEFORE_BOOT_NS = 300_000_000_000
"""A session that is older when its BootNotification comes did not begin with a start."""

EARLY = 0.9
"""What part of an interval has to be over: clocks differ, and the answer was on its way."""


class _State(Enum):
    UNKNOWN = "unknown"
    WAITING = "waiting"
    PENDING = "Pending"
    REJECTED = "Rejected"
    ACCEPTED = "Accepted"


_ANSWERS = {state.value: state for state in (_State.ACCEPTED, _State.PENDING, _State.REJECTED)}

_SILENCE = {
    _State.WAITING: ("B001", "before the BootNotification was accepted"),
    _State.PENDING: ("B003", "while the station was Pending"),
    _State.REJECTED: ("B005", "after the BootNotification was Rejected"),
}
"""When a station may not send what it likes: the rule, and the words for it."""

_STARTS = frozenset(
    {"RemoteStartTransaction", "RemoteStopTransaction", "RequestStartTransaction", "RequestStopTransaction"}
)

_REBOOTING = ("Reset", "UpdateFirmware", "SignedUpdateFirmware")
"""What a CSMS asks for and a reboot follows."""

_ASKED_REASONS = frozenset({"RemoteReset", "ScheduledReset", "Triggered", "FirmwareUpdate"})
"""Reasons of a 2.x BootNotification that say that it was asked for."""


class _First(NamedTuple):
    """The first CALL of a station that did not begin with a BootNotification."""

    number: int
    action: str
    time_ns: int


class _Refusal(NamedTuple):
    """An answer that was not Accepted, and how long the station has to wait after it."""

    state: _State
    time_ns: int
    interval_ns: int


class _Memory:
    """What is kept of a station: of the ``boots`` that nobody asked for, when the last were, for one."""

    __slots__ = ("boots", "expected", "hasty", "interval_ns", "looping", "refusal", "turns")

    def __init__(self) -> None:
        self.boots: list[int] = []
        self.expected = self.hasty = self.looping = False
        self.interval_ns = 0
        self.refusal: _Refusal | None = None
        self.turns = Turns()


class Boot(Family):
    """Follows a station from its BootNotification to its heartbeats."""

    __slots__ = ("_asked", "_beats", "_calm", "_first", "_memory", "_once", "_state", "_turn", "_unasked")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._memory = remembered(context, _Memory)
        self._turn = self._memory.turns.last
        self._state = _State.UNKNOWN
        self._calm = False
        self._asked = Asked()
        self._unasked = True
        self._first: _First | None = None
        self._once = Once()
        self._beats = Heartbeats(context)

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin where the last session of this station ended."""
        if event.http_status != SWITCHED:
            return ()
        memory = self._memory = remembered(self.context, _Memory)
        self._turn = memory.turns.next()
        refusal = memory.refusal
        if refusal is not None and event.time_ns < refusal.time_ns + refusal.interval_ns:
            self._state = refusal.state
        self._beats.heard_ns = event.time_ns
        self._beats.ask(memory.interval_ns)
        return ()

    def received(self, seen: Seen) -> Iterable[Fault]:
        """Hear a frame; what may be sent depends on how the boot was answered."""
        if seen.sender is Party.STATION:
            self._beats.heard_ns = seen.time_ns
        return () if self._calm else self._judged(seen)

    def controlled(self, event: Controlled) -> Iterable[Fault]:
        """Hear a ping or a pong, which stands for a heartbeat."""
        return self._alive(event)

    def violated(self, event: Violated) -> Iterable[Fault]:
        """Hear a sign of life, if not a good one."""
        return self._alive(event)

    def _alive(self, event: Controlled | Violated) -> Iterable[Fault]:
        if event.sender is Party.STATION:
            self._beats.heard_ns = event.time_ns
        return ()

    def _judged(self, seen: Seen) -> Iterable[Fault]:
        if not seen.frame.type.has_action or seen.action == "BootNotification":
            return ()
        if seen.sender is Party.CSMS:
            return self._from_csms(seen)
        if seen.action in self._asked:
            return ()
        if self._state is _State.UNKNOWN:
            self._first, self._calm = _First(seen.number, (seen.action or "a CALL")[:40], seen.time_ns), True
            return ()
        return self._from_station(seen)

    def _from_station(self, seen: Seen) -> Iterator[Fault]:
        code, why = _SILENCE[self._state]
        if self._once(code):
            yield Fault(code, f"{(seen.action or 'a CALL')[:40]} was sent {why}", "/2")

    def _from_csms(self, seen: Seen) -> Iterator[Fault]:
        if self._state is _State.PENDING and seen.action in _STARTS:
            yield Fault("B004", f"{seen.action} was sent to a station that is Pending", "/2")
        elif self._state is _State.REJECTED and not _asks_for_boot(seen) and self._once("B006"):
            yield Fault("B006", f"{(seen.action or 'a CALL')[:40]} was sent to a station that was Rejected", "/2")

    def _asks(self, seen: Seen) -> Iterable[Fault]:
        """Hear what the CSMS asks for."""
        if seen.sender is Party.CSMS:
            self._asked.hear(seen.action, seen.frame.payload)
            self._unasked = self._unasked and not _asks_for_boot(seen)
        return ()

    def _reboots(self, seen: Seen) -> Iterable[Fault]:
        """Expect a boot after what was accepted."""
        status = text(seen.frame.payload, "status")
        if status in {"Accepted", "Scheduled"} or (status is None and seen.action == "UpdateFirmware"):
            self._memory.expected, self._unasked = True, False
        return ()

    def _boots(self, seen: Seen) -> Iterable[Fault]:
        """Look at a BootNotification."""
        if seen.sender is not Party.STATION:
            return ()
        if text(seen.frame.payload, "reason") in _ASKED_REASONS:
            self._memory.expected = True
        faults = [*self._too_soon(seen), *self._before(seen)]
        if self._state is _State.UNKNOWN and self._first is None and self._unasked:
            self._state, self._calm = _State.WAITING, False
        return faults

    def _too_soon(self, seen: Seen) -> Iterator[Fault]:
        memory, refusal = self._memory, self._memory.refusal
        if refusal is None or memory.expected or "BootNotification" in self._asked:
            return
        waited = seen.time_ns - refusal.time_ns
        if not 0 <= waited < refusal.interval_ns * EARLY:
            memory.hasty = False
        elif not memory.hasty:
            memory.hasty = True
            asked = refusal.interval_ns // 1_000_000_000
            words = f"{waited / 1e9:.3g} s after the answer {refusal.state.value}, which asked to wait {asked} s"
            yield Fault("B007", f"BootNotification was sent again {words}", "/2")

    def _before(self, seen: Seen) -> Iterator[Fault]:
        first, self._first = self._first, None
        if self._state is not _State.UNKNOWN or first is None or not self._unasked:
            return
        self._unasked = False  # whether it has started is not known, so neither is what it may send now
        if seen.time_ns - first.time_ns <= BEFORE_BOOT_NS:
            yield Fault("B002", f"{first.action} (frame {first.number}) was sent before the BootNotification", "/2")

    def _answered(self, seen: Seen) -> Iterable[Fault]:
        """Look at the answer to a BootNotification."""
        if seen.call is None or seen.sender is not Party.CSMS:
            return ()
        memory, every_ns = self._memory, interval_ns(integer(seen.frame.payload, "interval"))
        state = _ANSWERS.get(text(seen.frame.payload, "status") or "")
        if state is None:  # a status that is none: nobody knows what the station may send now
            self._calm = True
            return ()
        self._state, self._calm = state, state is _State.ACCEPTED
        if state is not _State.ACCEPTED:
            memory.refusal = _Refusal(state, seen.time_ns, every_ns) if seen.time_ns else None
            self._beats.ask(0)
            return ()
        memory.refusal, memory.hasty = None, False
        self._ask(every_ns)
        return self._looping(seen.call, seen.time_ns)

    def _looping(self, call: OpenCall, time_ns: int) -> Iterator[Fault]:
        """Count a boot, if nobody asked for it and it is not the last one told twice."""
        memory = self._memory
        if memory.expected or "BootNotification" in self._asked or not time_ns:
            memory.expected = False
            return
        if memory.boots and call.time_ns <= memory.boots[-1]:
            return
        boots = memory.boots = [*memory.boots[1 - LOOP :], time_ns]
        took = boots[-1] - boots[0]
        looping = len(boots) == LOOP and 0 <= took <= LOOP_NS
        if looping and not memory.looping:
            yield Fault("B008", f"the station booted {LOOP} times within {took / 1e9:.0f} s", frame=call.number)
        memory.looping = looping

    def _ask(self, every_ns: int) -> None:
        self._memory.interval_ns = every_ns
        self._beats.ask(every_ns)

    def _configured(self, seen: Seen) -> Iterable[Fault]:
        """Take over the interval that the station was configured with."""
        every_ns = configured_ns(seen)
        if every_ns is not None:
            self._ask(every_ns)
        return ()

    def _beat(self, seen: Seen) -> Iterable[Fault]:
        """Look at a Heartbeat."""
        return () if "Heartbeat" in self._asked else self._beats.beat(seen.time_ns)

    def ticked(self, now_ns: int) -> Iterable[Fault]:
        """Look whether the station is silent. Of the sessions that it has at once only the newest counts."""
        return self._beats.ticked(now_ns) if self._turn == self._memory.turns.last else ()

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("BootNotification", REQUEST): _boots,
        ("BootNotification", RESPONSE): _answered,
        ("Heartbeat", REQUEST): _beat,
        ("ChangeConfiguration", RESPONSE): _configured,
        ("SetVariables", RESPONSE): _configured,
        **dict.fromkeys(((action, RESPONSE) for action in _REBOOTING), _reboots),
        **dict.fromkeys(((action, REQUEST) for action in ASKING), _asks),
    }


def _asks_for_boot(seen: Seen) -> bool:
    return "BootNotification" in brought(seen.action, seen.frame.payload)
