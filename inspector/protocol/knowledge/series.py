"""The samples of one transaction, or of a connector outside of any, sorted into buckets of what can be compared."""

from math import inf, nan
from typing import Any

from inspector.protocol.knowledge.buckets import CHECK_UNIT, DECIMAL, MOST_W, STEP, Level, Problem, Register, finite
from inspector.protocol.knowledge.flow import Flow

ENERGY, POWER, SOC = "Energy.Active.Import.Register", "Power.Active.Import", "SoC"
OUTLET, BEGIN = "Outlet", "Transaction.Begin"
REGISTERS = frozenset(
    (ENERGY, "Energy.Active.Export.Register", "Energy.Reactive.Import.Register", "Energy.Reactive.Export.Register")
)
JUDGED = REGISTERS | {POWER, "Power.Active.Export", SOC}
"""The measurands that a rule cares about. An Interval may fall, and so may a net register of OCPP 2.x."""

UNITS = {"kWh": ("Wh", 1e3), "MWh": ("Wh", 1e6), "kvarh": ("varh", 1e3), "kW": ("W", 1e3), "MW": ("W", 1e6)}
"""Units that are counted in another."""

MOST_NAMES = 32
"""Ways to name a value, by measurand, phase, location and unit, that are remembered in one series."""

LONGEST_NAME = 64
"""Characters of a measurand, phase, location or unit."""

LARGEST_EXPONENT = 12
"""Of a multiplier of OCPP 2.x, in either direction."""

Names = tuple[Any, Any, Any, Any, Any]


class Series:
    """What was measured in a transaction or outside of any; ``place`` is the connector (1.6) or EVSE, if known."""

    __slots__ = ("_buckets", "_energy", "_flow", "_is_16", "_is_idle", "_known", "_most_w", "_power", "place")

    def __init__(self, place: int | None, *, is_16: bool, is_idle: bool) -> None:
        self.place = place
        self._is_16, self._is_idle = is_16, is_idle
        self._most_w = inf if place == 0 else MOST_W  # 0 is the whole station
        self._known: dict[Names, tuple[float, Register | Level]] = {}
        self._buckets: dict[tuple[str, str | None, str, str], Register | Level] = {}
        self._energy = self._register(ENERGY, self._name(ENERGY), "Wh")
        self._power = self._level(POWER, self._name(POWER), "W")
        self._buckets[ENERGY, None, OUTLET, "Wh"] = self._energy
        self._buckets[POWER, None, OUTLET, "W"] = self._power
        self._flow = Flow()

    def take(self, samples: list[Any], time_ns: int) -> list[Problem]:
        """Take the values of one moment. Those of a moment before the last are not compared.

        This is the hottest loop of the rules: a value that is as it should be costs a lookup and a comparison.
        """
        known, found, is_16 = self._known, [], self._is_16
        for index, sample in enumerate(samples):
            try:
                text, get = sample["value"], sample.get
                value = nan if is_16 and text.strip(DECIMAL) else float(text)
                measurand = get("measurand", ENERGY)
                if measurand not in JUDGED:
                    if value - value == 0.0:  # a finite number
                        continue
                else:
                    unit, exponent, detail = get("unit"), None, get("unitOfMeasure")
                    if detail is not None:
                        unit, exponent = detail.get("unit"), detail.get("multiplier")
                    scale, bucket = known[measurand, get("phase"), get("location"), unit, exponent]
                    value *= scale
                    if bucket.low <= value <= bucket.high and time_ns > bucket.time_ns:
                        bucket.value, bucket.time_ns = value, time_ns
                        if bucket.is_register:
                            bucket.low, bucket.high = value, value + STEP
                        continue
            except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
                pass
            problem = self._closely(sample, time_ns)
            if problem:
                found.append(problem._replace(sample=index))
        if self._power.time_ns == time_ns == self._energy.time_ns:
            self._compare(time_ns, found)
        return found

    def start(self, value: float, time_ns: int) -> Problem | None:
        """Take the register of StartTransaction, in Wh."""
        return self._energy.judge(value, 1.0, time_ns)

    def stop(self, value: float, time_ns: int) -> Problem | None:
        """Take the register of StopTransaction, in Wh."""
        return self._energy.end(value, time_ns)

    def _closely(self, sample: Any, time_ns: int) -> Problem | None:
        """Look at a value that is not simply the next of its bucket."""
        if type(sample) is not dict or sample.get("format") == "SignedData":
            return None
        found, text = self._place_of(sample), sample.get("value")
        if found is None:
            return None
        value, (scale, bucket) = finite(text), found
        if value is not None:
            is_old = time_ns <= bucket.time_ns or (sample.get("context") == BEGIN and bucket.value < inf)
            return None if is_old else bucket.judge(value, scale, time_ns)
        if not self._is_16 or not isinstance(text, str):
            return None
        point = text.strip().replace(",", ".")
        hint = "send a decimal number" if finite(point) is None else f"write {point[:40]}"
        return bucket.says("M007", f'has the value "{text[:40]}"', hint)

    def _place_of(self, sample: dict[str, Any]) -> tuple[float, Register | Level] | None:
        """Return the bucket of a sample and what its values are multiplied with, None if it has no proper place."""
        names = measurand, phase, location, unit, exponent = _names(sample, sample.get("measurand", ENERGY))
        if type(measurand) is not str or not all(name is None or _is_name(name) for name in names[:4]):
            return None
        if exponent is not None and not (type(exponent) is int and abs(exponent) <= LARGEST_EXPONENT):
            return None
        if names not in self._known:
            if len(self._known) >= MOST_NAMES:
                return None
            base, scale = UNITS.get(unit, (unit or ("Wh" if measurand in REGISTERS else ""), 1.0))
            bucket = self._bucket(measurand, phase, location or OUTLET, base)
            self._known[names] = scale * 10.0 ** (exponent or 0), bucket
        return self._known[names]

    def _bucket(self, measurand: str, phase: str | None, location: str, unit: str) -> Register | Level:
        key = measurand, phase, location, unit
        if key not in self._buckets:
            make = self._register if measurand in REGISTERS else self._level
            self._buckets[key] = make(measurand, self._name(measurand, phase, location), unit)
        return self._buckets[key]

    def _name(self, measurand: str, phase: str | None = None, location: str = OUTLET) -> str:
        where = "" if self.place is None else f"of {'connector' if self._is_16 else 'EVSE'} {self.place}"
        return " ".join(filter(None, (measurand, phase, "" if location == OUTLET else location, where)))

    def _register(self, measurand: str, name: str, unit: str) -> Register:
        return Register(name, unit, self._most_w, measurand == ENERGY, self._is_idle)

    def _level(self, measurand: str, name: str, unit: str) -> Level:
        if measurand == SOC:
            return Level(name, unit, 0.0, 100.0, "M005", "send percent, or leave out what the car has not told")
        return Level(name, unit, -inf, self._most_w, "M008", CHECK_UNIT)

    def _compare(self, time_ns: int, found: list[Problem]) -> None:
        """Compare the register with the power, both of this moment."""
        counts = self._flow.take(self._power.value, self._energy.value, time_ns)
        if counts is None:
            return
        by_power, by_register, minutes = counts.by_power / 1e3, counts.by_register / 1e3, counts.time_ns / 60e9
        words = f"grew by {by_register:.2f} kWh in {minutes:.0f} min of steady power, which make {by_power:.2f} kWh"
        found.append(Problem("M004", f"{self._energy.name} {words}", "compare the units and the phases of both"))


def _names(sample: dict[str, Any], measurand: Any) -> Names:
    """Return what a value is called: the fields that must be equal for two values to be comparable."""
    detail = sample.get("unitOfMeasure")
    if type(detail) is not dict:
        return measurand, sample.get("phase"), sample.get("location"), sample.get("unit"), None
    return measurand, sample.get("phase"), sample.get("location"), detail.get("unit"), detail.get("multiplier")


def _is_name(value: Any) -> bool:
    return type(value) is str and len(value) <= LONGEST_NAME
