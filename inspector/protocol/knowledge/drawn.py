"""What cars draw, against the limits that the station accepted. Only what is certain counts."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from inspector.protocol.context import FOREVER
from inspector.protocol.fields import indexed, integer, number, objects, text
from inspector.protocol.finding import Fault
from inspector.protocol.knowledge.configuration import written
from inspector.protocol.knowledge.profiles import EVERYWHERE, Profile, Slot, profile_of
from inspector.protocol.knowledge.recorder import FIRST_TRUSTED_NS
from inspector.protocol.knowledge.transactions import LONGEST_ID
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import unix_ns
from inspector.protocol.version import Party

GRACE_NS = 60_000_000_000
"""How long a car may take to follow a new limit."""

TOLERANCE = 1.1
"""How much of a limit may be measured: meters and cars are not exact."""

SLACK = {"A": 0.5, "W": 100.0}
"""What may be measured beside, which matters where the limit is low or nothing."""

IN_A_ROW = 3
"""Samples above the limit, one after the other, before something is said."""

MOST_LIMITS = 64
"""Connectors with a limit that are remembered in a session."""

MOST_TRANSACTIONS = 64
"""Transactions of OCPP 2.x whose EVSE is remembered: most of their events leave it out."""

ALL = 0
"""The connector or EVSE that stands for the whole station."""

_PHASES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})

_MEASURANDS = {"A": "Current.Import", "W": "Power.Active.Import"}

_UNITS = {"A": {"A": 1.0}, "W": {"W": 1.0, "kW": 1000.0}}


@dataclass(slots=True)
class _Limit:
    """A limit in force. ``frame`` is the number of the answer that accepted it; ``over`` counts samples above it."""

    slot: Slot
    amount: float
    unit: str
    phases: int
    transaction: object
    frame: int
    from_ns: int
    until_ns: int
    over: int = 0

    @property
    def is_default(self) -> bool:
        """Whether a profile of the transaction's own stands above it."""
        return self.slot.purpose == "TxDefaultProfile"


class _Sample(NamedTuple):
    """The highest sample of a moment, and the pointer to it."""

    value: float
    words: str
    pointer: str


class Drawn:
    """The limits of one session, and what was drawn under them."""

    __slots__ = ("_brought", "_limits", "_places")

    def __init__(self) -> None:
        self._brought = False
        self._limits: dict[tuple[bool, int], _Limit | None] = {}
        self._places: OrderedDict[str, int] = OrderedDict()

    def forget(self) -> None:
        """Forget all limits."""
        self._limits.clear()

    def transaction_ended(self) -> None:
        """Forget the limits that end with a transaction."""
        self._brought = False
        if self._limits:
            kept = self._limits.items()
            self._limits = {key: each for key, each in kept if each and each.slot.purpose != "TxProfile"}

    def started(self, asked: Any) -> None:
        """Take a remote start that was accepted: the profile it may bring along rules over the default ones."""
        self._brought = self._brought or bool(profile_of(asked).value)

    def limited(self, seen: Seen) -> None:
        """Take a charging profile that was accepted. One that can't be judged makes its connector uncertain."""
        if not seen.accepted or seen.call is None:
            return
        profile = profile_of(seen.call.payload)
        purpose, place = profile.slot.purpose, profile.slot.place
        key = (purpose in EVERYWHERE, place or ALL)
        is_full = key not in self._limits and len(self._limits) >= MOST_LIMITS
        if purpose not in _RANKS or place is None or is_full:
            self._limits.clear()
            return
        before = self._limits.get(key)
        limit = _limit(profile, seen.number, seen.time_ns)
        rules = key not in self._limits or (before is not None and _precedes(profile.slot, before.slot))
        self._limits[key] = limit if rules else None

    def metered(self, seen: Seen) -> Iterable[Fault]:
        """Look at MeterValues, or at the meter values of a TransactionEvent."""
        payload = seen.frame.payload
        info = payload.get("transactionInfo")
        transaction = text(info, "transactionId") if info is not None else payload.get("transactionId")
        if payload.get("eventType") == "Started" and transaction is not None:
            self._place(str(transaction), integer(payload, "evse", "id"))
        if not self._limits or "meterValue" not in payload or seen.sender is not Party.STATION:
            return ()
        if payload.get("offline") is True:
            return ()
        return self._judged(seen, transaction)

    def _place(self, transaction: str, place: int | None) -> None:
        if place is not None and len(transaction) <= LONGEST_ID:
            self._places[transaction] = place
            if len(self._places) > MOST_TRANSACTIONS:
                self._places.popitem(last=False)

    def _judged(self, seen: Seen, transaction: Any) -> Iterator[Fault]:
        payload = seen.frame.payload
        place = integer(payload, "evse", "id") if "evse" in payload else integer(payload, "evseId")
        place = integer(payload, "connectorId") if place is None else place
        place = self._places.get(str(transaction)) if place is None else place
        if not place:  # the meter of the whole station sees more than cars
            return
        own = (False, place) if (False, place) in self._limits else (False, ALL)
        for key in (own, (True, ALL)):
            limit = self._limits.get(key)
            if limit is None or not limit.from_ns <= seen.time_ns < limit.until_ns:
                continue
            if limit.transaction in (None, transaction) and not (self._brought and limit.is_default):
                yield from self._held(key, limit, seen, place)

    def _held(self, key: tuple[bool, int], limit: _Limit, seen: Seen, place: int) -> Iterator[Fault]:
        """Hold the moments of a message against a limit."""
        for index, moment in indexed(seen.frame.payload, "meterValue"):
            sample = _highest(moment, limit, f"/3/meterValue/{index}/sampledValue")
            if sample is None or not _is_recent(moment, limit, seen.time_ns):
                continue
            above = sample.value > limit.amount * TOLERANCE + SLACK[limit.unit]
            limit.over = limit.over + 1 if above else 0
            if limit.over == IN_A_ROW:
                self._limits[key] = None  # once is enough
                yield _too_much(sample, limit, place)
                return


_RANKS = {"TxDefaultProfile": 0, "TxProfile": 1} | dict.fromkeys(EVERYWHERE, 0)


def _precedes(new: Slot, old: Slot) -> bool:
    """Tell whether a profile surely rules beside an older one: it replaces it or stands above it."""
    return (_RANKS[new.purpose], new.level or 0) >= (_RANKS[old.purpose], old.level or 0)


def _limit(profile: Profile, frame: int, now_ns: int) -> _Limit | None:
    """Return the limit of a profile if it is certain which is in force: the first period, or the only one."""
    schedules, kind = profile.schedules, text(profile.value, "chargingProfileKind")
    if len(schedules) != 1 or kind not in {"Absolute", "Relative"} or not now_ns:
        return None
    schedule, unit = schedules[0], schedules[0].unit
    periods = schedule.periods
    amount = number(periods[0], "limit") if periods else None
    if unit not in _MEASURANDS or amount is None or amount < 0 or integer(periods[0], "startPeriod") != 0:
        return None
    if text(periods[0], "operationMode") not in {None, "ChargingOnly"} or "randomizedDelay" in schedule.value:
        return None
    until_ns, transaction = _until(profile, schedule.value, now_ns), profile.value.get("transactionId")
    if until_ns is None or len(str(transaction)) > LONGEST_ID:
        return None
    phases = 1 if integer(periods[0], "numberPhases") == 1 else 3
    return _Limit(profile.slot, float(amount), unit, phases, transaction, frame, now_ns + GRACE_NS, until_ns)


def _until(profile: Profile, schedule: dict[str, Any], now_ns: int) -> int | None:
    """Return until when the first period rules, None if it is not certain that it rules now."""
    is_absolute = profile.value.get("chargingProfileKind") == "Absolute"
    told = {
        "from": text(profile.value, "validFrom"),
        "to": text(profile.value, "validTo"),
        "start": text(schedule, "startSchedule") if is_absolute else None,
    }
    dates = {name: unix_ns(date) for name, date in told.items() if date is not None}
    known = {name: date_ns for name, date_ns in dates.items() if date_ns is not None}
    if len(known) < len(dates) or (dates and now_ns < FIRST_TRUSTED_NS):
        return None
    start_ns = known.get("start")
    lasts = [integer(schedule, "duration")] if "duration" in schedule else []
    lasts += [integer(period, "startPeriod") for period in objects(schedule, "chargingSchedulePeriod")[1:]]
    if max(known.get("from", 0), start_ns or 0) > now_ns or (lasts and start_ns is None):
        return None
    ends = [(start_ns or 0) + (seconds or 0) * 1_000_000_000 for seconds in lasts]
    return min([known.get("to", FOREVER), *ends])


def _highest(moment: dict[str, Any], limit: _Limit, pointer: str) -> _Sample | None:
    """Return the highest of the samples that the limit is about."""
    best = None
    for index, sample in indexed(moment, "sampledValue"):
        if sample.get("measurand") == _MEASURANDS[limit.unit]:
            found = _sample(sample, limit, f"{pointer}/{index}/value")
            best = found if best is None or (found is not None and found.value > best.value) else best
    return best


def _sample(sample: dict[str, Any], limit: _Limit, pointer: str) -> _Sample | None:
    """Read a sample, one without a phase as the sum of them all; None for what the limit says nothing of."""
    value = written(sample["value"]) if isinstance(sample.get("value"), str) else number(sample, "value")
    unit = text(sample, "unit") or text(sample, "unitOfMeasure", "unit") or limit.unit
    power, phase = integer(sample, "unitOfMeasure", "multiplier") or 0, text(sample, "phase")
    if value is None or unit not in _UNITS[limit.unit] or not -6 <= power <= 6:
        return None
    if sample.get("location", "Outlet") != "Outlet":
        return None
    value *= _UNITS[limit.unit][unit] * 10.0**power
    words = f"{value:.6g} {limit.unit}"
    if phase is None:
        return _Sample(value / limit.phases if limit.unit == "A" else value, words, pointer)
    return _Sample(value, f"{words} on {phase}", pointer) if limit.unit == "A" and phase in _PHASES else None


def _is_recent(moment: Any, limit: _Limit, now_ns: int) -> bool:
    """Tell whether a sample was taken under the limit: what was queued while offline is older than its frame."""
    taken_ns = unix_ns(moment.get("timestamp"))
    return now_ns < FIRST_TRUSTED_NS or (taken_ns is not None and taken_ns >= limit.from_ns)


def _too_much(sample: _Sample, limit: _Limit, place: int) -> Fault:
    words = f"{sample.words} at connector or EVSE {place}, {IN_A_ROW} samples in a row"
    return Fault(
        "P006", f"{words}; frame {limit.frame} accepted a limit of {limit.amount:.6g} {limit.unit}", sample.pointer
    )
