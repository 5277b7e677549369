"""M: meter values that can't be. ``knowledge.series`` sorts them, ``knowledge.buckets`` compares them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from inspector.protocol.context import Context
from inspector.protocol.event import Opened
from inspector.protocol.fields import indexed, integer, text
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.knowledge.buckets import finite
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import remembered
from inspector.protocol.knowledge.series import Series
from inspector.protocol.knowledge.transactions import LONGEST_ID
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import unix_ns
from inspector.protocol.version import Party, Version

_SAMPLES = "OCPP 1.6 sections 4.7 and 7.43, OCPP 2.x part 2 J02 and SampledValueType"
_MEASURAND = "OCPP 1.6 section 7.31, OCPP 2.x part 2 MeasurandEnumType"
_UNIT = "OCPP 1.6 section 7.45, OCPP 2.x part 2 UnitOfMeasureType"

RULES = (
    Rule(
        "M001",
        "register-falls",
        Severity.WARNING,
        "A register of the meter is lower than in an earlier sample of the same transaction or connector.",
        "The energy of a transaction is the difference of two registers: here it comes out too small or negative."
        " Steps of a rounding are not reported, nor are samples that come out of order.",
        "Send what the meter's register shows; don't mix two meters, or a net count with a gross one.",
        _MEASURAND,
    ),
    Rule(
        "M002",
        "register-starts-anew",
        Severity.WARNING,
        "A register starts from zero within a transaction, or one message counts from another zero than the next.",
        "Some messages have the energy since the start of the transaction and others that since the meter was made:"
        " their difference is nonsense, such as -4076 kWh.",
        "Let meterStart, all samples and meterStop be of one register.",
        _MEASURAND,
    ),
    Rule(
        "M003",
        "thousandfold",
        Severity.WARNING,
        "A value is about a thousand times its neighbour, or a thousandth of it.",
        "One of the two has the wrong unit: a missing unit is Wh, and kWh must be named.",
        "Name the unit in each sample, and multiply by it as it says.",
        _UNIT,
    ),
    Rule(
        "M004",
        "energy-is-not-power",
        Severity.WARNING,
        "The register and the power samples of a transaction disagree by more than half.",
        "One of the two is wrong: a unit, one phase for all, or a value that is not measured. Compared are 20 and"
        " more intervals of steady power; those of 2 to 16 minutes only in a row and above 1 kW, longer ones never."
        " A meter that updates its register very seldom would look the same.",
        "Compare both with the meter's own display.",
        _SAMPLES,
    ),
    Rule(
        "M005",
        "soc-out-of-range",
        Severity.WARNING,
        "A state of charge is below 0 or above 100 percent.",
        "Displays, and plans of when the car will be full, are wrong.",
        "Leave the sample out while the car has not told it.",
        _MEASURAND,
    ),
    Rule(
        "M006",
        "stop-below-sample",
        Severity.WARNING,
        "meterStop is lower than meterStart or the last sample of its transaction.",
        "The transaction is billed by meterStop: energy is lost, or comes out negative.",
        "Read the register at the end of the transaction, after the last sample.",
        "OCPP 1.6 section 4.10",
    ),
    Rule(
        "M007",
        "value-is-no-number",
        Severity.ERROR,
        "A sampled value of OCPP 1.6 is text that is not a decimal number.",
        "A receiver drops the sample, the message, or the transaction.",
        "Send a number with a decimal point, or name the format SignedData; leave out what is not measured.",
        "OCPP 1.6 section 7.43",
    ),
    Rule(
        "M008",
        "out-of-reason",
        Severity.INFO,
        "An import register is below zero, or a power above 4 MW.",
        "It is no value a charging station can have, rather a wrong unit or a mark for an error.",
        "Check unit and multiplier; leave out what is not measured.",
        _SAMPLES,
    ),
)

MOST_SERIES = 64
"""Transactions of a station, and connectors of a session, whose values are remembered."""


class _Transactions(dict[int | str, Series]):
    """The open transactions of a station by their ids: they outlive a connection."""


class Meter(Family):
    """Compares each value with those before it, in its transaction or else at its connector."""

    __slots__ = ("_idle", "_open")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._open: dict[Any, Series] = remembered(context, _Transactions)
        self._idle: dict[Any, Series] = {}

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin with the transactions that were open with this CSMS before."""
        if event.http_status == SWITCHED:
            self._open = remembered(self.context, _Transactions)
        return ()

    def _booted(self, seen: Seen) -> Iterable[Fault]:
        """After a reboot the meter may be another, and a register that was not saved starts anew."""
        if seen.sender is Party.STATION:
            self._open.clear()
            self._idle.clear()
        return ()

    def _starts(self, seen: Seen) -> Iterable[Fault]:
        self._forget_idle(integer(seen.frame.payload, "connectorId"))
        return ()

    def _assigned(self, seen: Seen) -> Iterator[Fault]:
        """Begin a transaction of 1.6 with what its StartTransaction said: only now has it an id."""
        key, call = _key(seen.frame.payload.get("transactionId")), seen.call
        if key is None or call is None or not isinstance(call.payload, dict):
            return
        self._open.pop(key, None)
        series = self._transaction(key, integer(call.payload, "connectorId"))
        register, time_ns = finite(call.payload.get("meterStart")), _moment(call.payload.get("timestamp"))
        if register is not None and time_ns is not None and (problem := series.start(register, time_ns)):
            blame = Blame(call.sender.value)
            yield Fault(problem.code, problem.words, "/3/meterStart", problem.hint, frame=call.number, blame=blame)

    def _metered(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        place, key = payload.get("connectorId", payload.get("evseId")), _key(payload.get("transactionId"))
        place = place if type(place) is int else None
        series = self._outside(place) if key is None else self._transaction(key, place)
        return self._read(seen, series, "meterValue")

    def _stopped(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        key = _key(payload.get("transactionId"))
        series = self._outside(None) if key is None else self._transaction(key, None)
        faults = self._read(seen, series, "transactionData")
        register, time_ns = finite(payload.get("meterStop")), _moment(payload.get("timestamp"))
        if register is not None and time_ns is not None and (problem := series.stop(register, time_ns)):
            faults.append(Fault(problem.code, problem.words, f"/{seen.frame.payload_at}/meterStop", problem.hint))
        self._open.pop(key, None)
        self._forget_idle(series.place)
        return faults

    def _event(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        kind, key = text(payload, "eventType"), _key(text(payload, "transactionInfo", "transactionId"))
        if key is None:
            return ()
        if kind == "Started":
            self._open.pop(key, None)
        series = self._transaction(key, integer(payload, "evse", "id"))
        faults = self._read(seen, series, "meterValue")
        if kind in {"Started", "Ended"}:
            self._forget_idle(series.place)
        if kind == "Ended":
            del self._open[key]
        return faults

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("BootNotification", REQUEST): _booted,
        ("StartTransaction", REQUEST): _starts,
        ("StartTransaction", RESPONSE): _assigned,
        ("MeterValues", REQUEST): _metered,
        ("StopTransaction", REQUEST): _stopped,
        ("TransactionEvent", REQUEST): _event,
    }

    def _transaction(self, key: int | str | None, place: int | None) -> Series:
        return self._open.get(key) or self._begun(self._open, key, place, is_idle=False)

    def _outside(self, place: int | None) -> Series:
        return self._idle.get(place) or self._begun(self._idle, place, place, is_idle=True)

    def _begun(self, kept: dict[Any, Series], key: int | str | None, place: int | None, is_idle: bool) -> Series:
        """Begin to remember a series; the oldest is forgotten."""
        if len(kept) >= MOST_SERIES:
            del kept[next(iter(kept))]
        kept[key] = Series(place, is_16=self.context.version is Version.V16, is_idle=is_idle)
        return kept[key]

    def _forget_idle(self, place: int | None) -> None:
        """Forget what was measured outside: where a transaction begins or ends, a register may start anew."""
        if place is None:
            self._idle.clear()
        else:
            self._idle.pop(place, None)

    def _read(self, seen: Seen, series: Series, field: str) -> list[Fault]:
        """Give the series all samples of a frame."""
        faults: list[Fault] = []
        for at, entry in indexed(seen.frame.payload, field):
            samples, time_ns = entry.get("sampledValue"), _moment(entry.get("timestamp"))
            if time_ns is None or type(samples) is not list:
                continue
            for problem in series.take(samples, time_ns):
                place = f"/{seen.frame.payload_at}/{field}/{at}"
                pointer = place if problem.sample < 0 else f"{place}/sampledValue/{problem.sample}/value"
                faults.append(Fault(problem.code, problem.words, pointer, problem.hint))
        return faults


def _moment(stamp: Any) -> int | None:
    """Read a timestamp; those without a zone still have their order."""
    time_ns = unix_ns(stamp)
    return unix_ns(f"{stamp}Z") if time_ns is None and type(stamp) is str else time_ns


def _key(value: Any) -> int | str | None:
    """Return a transaction's id, None where none was assigned: 0 and less stand for that in 1.6."""
    if type(value) is int:
        return value if 0 < value < 2**63 else None
    return value if type(value) is str and len(value) <= LONGEST_ID else None
