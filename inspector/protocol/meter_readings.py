"""What meter values say of a transaction: power, energy and state of charge, moment by moment, in both versions."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from inspector.protocol.fields import inner, integer, number, objects, text
from inspector.protocol.knowledge.buckets import finite
from inspector.protocol.knowledge.series import ENERGY, LARGEST_EXPONENT, OUTLET, POWER, SOC, UNITS
from inspector.protocol.timestamp import unix_ns

CURRENT, VOLTAGE = "Current.Import", "Voltage"

LISTS = ("meterValue", "transactionData")
"""Where payloads carry meter values; the second is that of a 1.6 StopTransaction."""

REGISTERS = ("meterStart", "meterStop")
"""The energy registers of 1.6's StartTransaction and StopTransaction, in Wh."""


class Reading(NamedTuple):
    """What was measured at a moment; what was not is None.

    The power is ``reckoned`` if no meter told it: from current and voltage.
    """

    time_ns: int
    power_w: float | None = None
    energy_wh: float | None = None
    soc: float | None = None
    current_a: float | None = None
    reckoned: bool = False


def readings(payload: Any, time_ns: int) -> Iterator[Reading]:
    """Yield the readings of a payload in its order; ``time_ns`` stands for a timestamp that can't be read."""
    for key in REGISTERS:
        register = number(payload, key)
        if register is not None:
            yield Reading(_moment(payload, time_ns), energy_wh=float(register))
    for key in LISTS:
        for value in objects(payload, key):
            yield _reading(objects(value, "sampledValue"), _moment(value, time_ns))


def _moment(value: Any, time_ns: int) -> int:
    found = unix_ns(text(value, "timestamp"))
    return time_ns if found is None else found


def _reading(samples: list[dict[str, Any]], time_ns: int) -> Reading:
    found: dict[str, dict[str, float]] = {}
    for sample in samples:
        measurand, value = text(sample, "measurand") or ENERGY, _value(sample)
        if value is not None and measurand in _TAKEN and (text(sample, "location") or OUTLET) in _TAKEN[measurand]:
            found.setdefault(measurand, {}).setdefault(text(sample, "phase") or "", value)
    power, current = _total(found.get(POWER, {})), _total(found.get(CURRENT, {}))
    reckoned = _reckoned(found.get(CURRENT, {}), found.get(VOLTAGE, {})) if power is None else None
    return Reading(
        time_ns,
        reckoned if power is None else power,
        _total(found.get(ENERGY, {})),
        found.get(SOC, {}).get(""),
        current,
        reckoned=reckoned is not None,
    )


_TAKEN = {
    POWER: (OUTLET,),
    ENERGY: (OUTLET,),
    CURRENT: (OUTLET,),
    VOLTAGE: (OUTLET,),
    SOC: (OUTLET, "EV"),
}
"""What is taken, and measured where."""


def _value(sample: dict[str, Any]) -> float | None:
    """Return a value in W, Wh, A, V or percent."""
    value = None if text(sample, "format") == "SignedData" else finite(sample.get("value"))
    if value is None:
        return None
    detail = inner(sample, "unitOfMeasure")
    unit = text(detail, "unit") or text(sample, "unit") or ""
    exponent = integer(detail, "multiplier") or 0
    if abs(exponent) > LARGEST_EXPONENT:
        return None
    return value * UNITS.get(unit, ("", 1.0))[1] * 10.0**exponent


def _total(phases: dict[str, float]) -> float | None:
    """Return what is measured over all phases: the value without a phase, or the sum of those of each."""
    if "" in phases:
        return phases[""]
    each = [value for phase, value in phases.items() if phase.removesuffix("-N") in _LINES]
    return sum(each) if each else None


def _reckoned(currents: dict[str, float], voltages: dict[str, float]) -> float | None:
    """Return the power that currents make at voltages between phase and neutral."""
    known = [value for phase, value in voltages.items() if phase.removesuffix("-N") in ("", *_LINES)]
    current = _total(currents)
    return current * sum(known) / len(known) if known and current is not None else None


_LINES = ("L1", "L2", "L3")
