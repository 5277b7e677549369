"""C: clocks and timestamps. The schema check finds the form's faults and reports them under this family."""

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import ClassVar, NamedTuple

from inspector.protocol.context import Context
from inspector.protocol.event import UNHEARD
from inspector.protocol.fields import integer, text
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.knowledge.recorder import FIRST_TRUSTED_NS
from inspector.protocol.knowledge.transactions import LONGEST_ID
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import span, unix_ns
from inspector.protocol.version import Party

_TIME = "OCPP 1.6 section 3.14, OCPP 2.x part 2 appendix 1"
_SYNC = "OCPP 1.6 sections 4.2 and 4.6, OCPP 2.x part 2 B01 and G02"

RULES = (
    Rule(
        "C001",
        "not-rfc-3339",
        Severity.WARNING,
        "A timestamp is not written as RFC 3339 asks.",
        "Without a zone a receiver takes local time for UTC, and energy is billed for the wrong hours;"
        " some drop the message.",
        "Send UTC with a Z at the end: 2026-01-31T12:34:56Z.",
        f"{_TIME}; RFC 3339 section 5.6",
    ),
    Rule(
        "C002",
        "clock-never-set",
        Severity.WARNING,
        "A timestamp is from before 2015: the clock behind it was never set.",
        "What happened can't be put in order or billed; some receivers refuse the message. It is legal until the"
        " session's first currentTime is known, and not reported until then. Said once for each side of a session.",
        "Set the clock from currentTime before anything is stamped, and mend the stamps of what was queued before.",
        _SYNC,
    ),
    Rule(
        "C003",
        "clock-is-off",
        Severity.WARNING,
        "A clock is more than a minute off the recorder's.",
        "Transactions, tariffs and certificates are judged by the wrong time. A time that has not come yet proves it at"
        " once; a clock that is behind shows by always the same delay, so a queue that stays as far behind looks the"
        " same. Said once for each side of a session, and again if it gets much worse.",
        "Set the station's clock from currentTime after each boot and heartbeat; let CSMS and recorder use NTP.",
        _SYNC,
    ),
    Rule(
        "C004",
        "local-time-as-utc",
        Severity.WARNING,
        "A clock is whole or half hours off the recorder's: local time sold as UTC.",
        "Every record is filed hours off, and differently in summer and in winter. The clock itself is right.",
        "Convert to UTC before writing the Z, or write the zone's offset: 2026-01-31T14:34:56+02:00.",
        f"{_TIME}; RFC 3339 section 4.2",
    ),
    Rule(
        "C005",
        "time-goes-back",
        Severity.WARNING,
        "Within a transaction, what was sent later has an earlier timestamp.",
        "Durations come out negative. Either the clock was set back meanwhile, or queued messages were sent out of"
        " order; the standard wants them in the order of time. Said once for each transaction.",
        "Correct the clock by small steps during a transaction, and send the queue first in, first out.",
        "OCPP 1.6 section 3.7, OCPP 2.x part 2 E04 and E12",
    ),
)

SECOND = 1_000_000_000
MINUTE = 60 * SECOND

TOLERANCE = MINUTE
"""Nanoseconds a clock may be off, and a message on its way."""

SET_BACK = 10 * SECOND
"""Nanoseconds by which a clock is corrected in passing: they count as no step back."""

FIRST_SET = 1_420_070_400 * SECOND
"""2015-01-01: OCPP 1.6 is of that year, so a clock that shows less was never set."""

WIDEST_ZONE = 14 * 60 * MINUTE
"""No zone is further from UTC."""

SAMPLES, ALIKE, ALIKE_WITHIN = 16, 5, 10 * SECOND
"""Of so many late frames in a row, how many must be late by the same for a clock that is behind, and how exactly."""

MOST_TRANSACTIONS = 64
"""Transactions of a session whose last timestamp is remembered."""

_NOW = {
    "StartTransaction": "timestamp",
    "StatusNotification": "timestamp",
    "SecurityEventNotification": "timestamp",
    "NotifyDERAlarm": "timestamp",
    "NotifyDERStartStop": "timestamp",
    "NotifyEvent": "generatedAt",
    "NotifyReport": "generatedAt",
    "NotifyMonitoringReport": "generatedAt",
    "NotifyCustomerInformation": "generatedAt",
}
"""Where the time of sending stands in the messages that have it for themselves alone."""


_SET = "set it from currentTime"
"""What a station does about a clock that was never set."""


class _Last(NamedTuple):
    """The newest message of a transaction: its place in the order, and its time."""

    order: float
    time_ns: int


_SAID = _Last(inf, 0)
"""No message comes after this one: what was said of a transaction is not said again."""


class _Clock:
    """What was said of one side's clock, in nanoseconds ahead of the recorder's, and how late its last frames were."""

    __slots__ = ("_ahead", "_behind", "is_unset", "late")

    def __init__(self) -> None:
        self._ahead, self._behind, self.is_unset = 0, 0, False
        self.late: list[tuple[int, int]] = []

    def is_news(self, skew_ns: int) -> bool:
        """Tell whether a skew is much worse than what was said, and take it for said if it is."""
        if self._behind * 3 // 2 - TOLERANCE <= skew_ns <= self._ahead * 3 // 2 + TOLERANCE:
            return False
        self._ahead, self._behind = max(self._ahead, skew_ns), min(self._behind, skew_ns)
        return True

    def steadily_late(self, stamp_ns: int, late_ns: int) -> int | None:
        """Take a frame that came late; return by how much all do, if enough of them agree.

        A queue that is being emptied gets less late with each frame, and an old time that is told again gets later:
        only a clock that is behind makes different times late by the same.
        """
        self.late = [*self.late[1 - SAMPLES :], (stamp_ns, late_ns)]
        least = min(ns for _, ns in self.late)
        alike = {stamp for stamp, ns in self.late if ns - least <= ALIKE_WITHIN}
        return least if len(alike) >= ALIKE and max(alike) - min(alike) >= MINUTE else None


class Clocks(Family):
    """Compares the clocks of station and CSMS with the recorder's."""

    __slots__ = ("_clocks", "_csms_skew", "_is_told", "_last")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._clocks = {party: _Clock() for party in Party}
        self._csms_skew = 0
        self._is_told = False
        self._last: dict[int | str, _Last] = {}

    def _told(self, seen: Seen) -> Iterable[Fault]:
        """Look at the time that the CSMS tells; before the first, the station's clock may show anything."""
        stamp = unix_ns(seen.frame.payload.get("currentTime"))
        if stamp is None or seen.sender is not Party.CSMS:
            return ()
        if stamp < FIRST_SET:
            return self._unset(seen, "currentTime")
        if not self._is_told:
            self._is_told = True
            self._last.clear()  # the station may set its clock back now
        asked_ns = seen.call.time_ns if seen.call else seen.time_ns
        if asked_ns < FIRST_TRUSTED_NS:
            return ()
        self._csms_skew = skew = max(0, stamp - seen.time_ns) or min(0, stamp - asked_ns)
        return () if -TOLERANCE <= skew <= TOLERANCE else self._skewed(seen, skew, "currentTime")

    def _stamped(self, seen: Seen) -> Iterable[Fault]:
        """Look at a message that says when it was sent."""
        field = _NOW[seen.action or ""]
        stamp = unix_ns(seen.frame.payload.get(field))
        return () if stamp is None else self._compared(seen, stamp, field)

    def _assigned(self, seen: Seen) -> Iterable[Fault]:
        """Begin a transaction of 1.6: only now has it an id."""
        key = integer(seen.frame.payload, "transactionId")
        stamp = unix_ns(text(seen.call.payload, "timestamp")) if seen.call else None
        if key is not None and stamp is not None:
            self._last.pop(key, None)
            self._in_order(seen, key, seen.number, stamp, "")
        return ()

    def _metered(self, seen: Seen) -> Iterable[Fault]:
        entries = seen.frame.payload.get("meterValue")
        at = len(entries) - 1 if type(entries) is list else -1
        stamp = unix_ns(text(entries[at], "timestamp")) if at >= 0 else None
        return () if stamp is None else self._at(seen, stamp, f"meterValue/{at}/timestamp")

    def _stopped(self, seen: Seen) -> Iterable[Fault]:
        stamp = unix_ns(seen.frame.payload.get("timestamp"))
        faults = () if stamp is None else self._at(seen, stamp, "timestamp")
        self._last.pop(integer(seen.frame.payload, "transactionId") or 0, None)
        return faults

    def _at(self, seen: Seen, stamp: int, place: str) -> Iterable[Fault]:
        """Look at the time of a message of 1.6, which belongs to a transaction if it says so."""
        faults, key = self._compared(seen, stamp, place), integer(seen.frame.payload, "transactionId")
        if key is None or key <= 0:  # not yet assigned, whichever it belongs to
            return faults
        return (*faults, *self._in_order(seen, key, seen.number, stamp, place))

    def _event(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        stamp, kind = unix_ns(payload.get("timestamp")), payload.get("eventType")
        if stamp is None:
            return ()
        faults = self._compared(seen, stamp, "timestamp", queued=payload.get("offline") is True)
        key, order = text(payload, "transactionInfo", "transactionId"), integer(payload, "seqNo")
        if key is None or len(key) > LONGEST_ID or order is None:
            return faults
        if kind == "Started":
            self._last.pop(key, None)
        faults = (*faults, *self._in_order(seen, key, order, stamp, "timestamp"))
        if kind == "Ended":
            self._last.pop(key, None)
        return faults

    def _compared(self, seen: Seen, stamp: int, place: str, queued: bool = False) -> Iterable[Fault]:
        """Compare a time of sending with the recorder's, and with the CSMS's, which the station has to follow."""
        skew, clock = stamp - seen.time_ns, self._clocks[seen.sender]
        if min(0, self._csms_skew) - TOLERANCE <= skew <= max(0, self._csms_skew) + TOLERANCE:
            clock.late.clear()
            return ()
        if not self._is_told or seen.sender is not Party.STATION:
            return ()
        if stamp < FIRST_SET:
            return self._unset(seen, place)
        if seen.time_ns < FIRST_TRUSTED_NS:
            return ()
        if skew > 0:
            return self._skewed(seen, skew, place)
        late = None if queued else clock.steadily_late(stamp, -skew)
        return () if late is None else self._skewed(seen, -late, place)

    def _unset(self, seen: Seen, place: str) -> Iterator[Fault]:
        clock = self._clocks[seen.sender]
        if not clock.is_unset:
            clock.is_unset = True
            words = f"the {seen.sender.label} stamps with a clock that was never set"
            mended = "set the CSMS's clock, by NTP for example" if seen.sender is Party.CSMS else _SET
            yield Fault("C002", words, f"/{seen.frame.payload_at}/{place}", mended)

    def _skewed(self, seen: Seen, skew: int, place: str) -> Iterator[Fault]:
        """Say how wrong a clock is. A run plays old times, and the times of a log may be local themselves."""
        origin = self.context.opening.origin if self.context.opening else ""
        zone = _zone(skew)
        if origin == "run" or (origin in UNHEARD and zone and seen.sender is Party.CSMS):
            return
        if self._clocks[seen.sender].is_news(skew):
            words = f"the {seen.sender.label} is {span(abs(skew))} {'ahead' if skew > 0 else 'behind'}"
            pointer = f"/{seen.frame.payload_at}/{place}"
            if zone:
                yield Fault("C004", f"{words}: local time sold as UTC", pointer, f"convert it to UTC, or write {zone}")
            else:
                than = " of" if skew > 0 else ""
                yield Fault("C003", f"{words}{than} the recorder's clock", pointer, "check both clocks")

    def _in_order(self, seen: Seen, key: int | str, order: int, stamp: int, place: str) -> Iterable[Fault]:
        """Compare a time with that of the transaction's message before it."""
        last = self._last.get(key)
        if last is None:
            if len(self._last) >= MOST_TRANSACTIONS:
                del self._last[next(iter(self._last))]
            self._last[key] = _Last(order, stamp)
        elif order > last.order and stamp >= FIRST_SET:
            if stamp < last.time_ns - SET_BACK:
                self._last[key] = _SAID
                words = f"this is {span(last.time_ns - stamp)} before the message before it in transaction {key!s:.40}"
                return (Fault("C005", words, f"/{seen.frame.payload_at}/{place}"),)
            self._last[key] = _Last(order, max(stamp, last.time_ns))
        return ()

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("BootNotification", RESPONSE): _told,
        ("Heartbeat", RESPONSE): _told,
        ("StartTransaction", RESPONSE): _assigned,
        ("MeterValues", REQUEST): _metered,
        ("StopTransaction", REQUEST): _stopped,
        ("TransactionEvent", REQUEST): _event,
        **dict.fromkeys(((action, REQUEST) for action in _NOW), _stamped),
    }


def _zone(skew_ns: int) -> str:
    """Return the zone whose local time is so far from UTC, to the minute; nothing if there is none."""
    halves = (skew_ns + 15 * MINUTE) // (30 * MINUTE)
    if halves == 0 or abs(skew_ns - halves * 30 * MINUTE) > MINUTE or abs(skew_ns) > WIDEST_ZONE:
        return ""
    return f"{'+' if halves > 0 else '-'}{abs(halves) // 2:02}:{abs(halves) % 2 * 30:02}"
