"""Values that can be compared, of one measurand, phase, location and unit, and what can't follow upon what."""

from math import inf, isfinite
from typing import Any, ClassVar, NamedTuple

MOST_W = 4_000_000.0
"""Watts: no connector carries more (the largest, MCS, is rated for 1250 V and 3000 A)."""

STEP = 10_000.0
"""A register that grows by no more from one sample to the next needs no second look."""

ROUNDING = 10.0
"""By so much a register may fall; also by one in the last place that it is given with."""

SAME_SECOND = 100.0
"""By so much less a register may end if its last sample bears the same time: both may be cut to the second."""

NEAR_ZERO = 0.1
"""A register that falls below this part of what it was has started anew."""

BELOW_ZERO = -0.5
"""What is less is no rounding of zero."""

NS_PER_HOUR = 3_600_000_000_000

DECIMAL = "0123456789.eE+-"
"""The signs of a decimal number. Python also reads blanks, underscores, ``nan`` and the digits of other scripts."""

CHECK_UNIT = "check unit and multiplier"


class Problem(NamedTuple):
    """What is wrong with a sample, the one at ``sample``; -1 stands for the whole meter value."""

    code: str
    words: str
    hint: str
    sample: int = -1


class Bucket:
    """The last of some values. One from ``low`` to ``high`` needs no second look."""

    is_register: ClassVar[bool]

    __slots__ = ("high", "is_said", "low", "name", "time_ns", "unit", "value")

    def __init__(self, name: str, unit: str, low: float, high: float) -> None:
        self.name, self.unit, self.low, self.high = name, unit, low, high
        self.value, self.time_ns, self.is_said = inf, -inf, False

    def says(self, code: str, words: str, hint: str) -> Problem | None:
        """Say something of these values, once: what follows upon a fault is seldom another one."""
        if self.is_said:
            return None
        self.is_said = True
        return Problem(code, f"{self.name} {words}", hint)

    def show(self, value: float) -> str:
        """Write a value with its unit."""
        return f"{value:.12g} {self.unit}".rstrip()


class Register(Bucket):
    """A register of the meter: it only grows, and not faster than a connector can carry.

    One that ``may_restart`` is watched outside of transactions: it may count each of them by itself, or not yet be
    read after a boot.
    """

    is_register = True

    __slots__ = ("_is_import", "_may_restart", "_most_w")

    def __init__(self, name: str, unit: str, most_w: float, is_import: bool, may_restart: bool) -> None:
        super().__init__(name, unit, inf, -inf)
        self._most_w, self._is_import, self._may_restart = most_w, is_import, may_restart

    def judge(self, sent: float, scale: float, time_ns: int) -> Problem | None:
        """Take a value that was sent in steps of ``scale``; find a fall, and a growth that can't be."""
        value, before, passed_ns = sent * scale, self.value, time_ns - self.time_ns
        self.time_ns = time_ns
        if 0 < before - value <= _rounding(before, value, scale):
            return None
        self.value, self.low, self.high = value, value, value + STEP
        if before == inf:
            return self._first(value)
        if before <= value <= before + max(STEP, self._most_w * passed_ns / NS_PER_HOUR):
            return None
        words = f"goes from {self.show(before)} to {self.show(value)}"
        if _is_thousand(value, before) or _is_thousand(before, value):
            return self.says("M003", words, CHECK_UNIT)
        if before <= value or value <= before * NEAR_ZERO:
            if self._may_restart:
                return None
            return self.says("M002", words, "count from one zero in all messages of a transaction")
        return self.says("M001", words, "send the register of the meter, which only grows")

    def end(self, value: float, time_ns: int) -> Problem | None:
        """Compare what StopTransaction says with the last value, in Wh."""
        before, fell = self.value, self.value - value
        slack = SAME_SECOND if time_ns == self.time_ns else _rounding(before, value, 1.0)
        if time_ns < self.time_ns or 0 < fell <= slack:
            return None
        if fell <= 0 or before == inf:
            return self.judge(value, 1.0, time_ns)
        words = f"ends with {self.show(value)}, after {self.show(before)}"
        return self.says("M006", words, "send the register as it stands at the end of the transaction")

    def _first(self, value: float) -> Problem | None:
        if value >= BELOW_ZERO or not self._is_import:
            return None
        return self.says("M008", f"is {self.show(value)}", "a register begins at zero and grows")


class Level(Bucket):
    """A value that goes up and down within limits."""

    is_register = False

    __slots__ = ("_code", "_hint")

    def __init__(self, name: str, unit: str, low: float, high: float, code: str, hint: str) -> None:
        super().__init__(name, unit, low, high)
        self._code, self._hint = code, hint

    def judge(self, sent: float, scale: float, time_ns: int) -> Problem | None:
        """Take a value that was sent in steps of ``scale``; find one that is outside of the limits."""
        before, value = self.value, sent * scale
        self.value, self.time_ns = value, time_ns
        if self.low <= value <= self.high:
            return None
        if self._code == "M008" and _is_thousand(value, before):
            return self.says("M003", f"goes from {self.show(before)} to {self.show(value)}", CHECK_UNIT)
        return self.says(self._code, f"is {self.show(value)}", self._hint)


def finite(value: Any) -> float | None:
    """Return the number that a value is or that its text names, None for anything else."""
    if isinstance(value, str) and value.strip(DECIMAL):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def _rounding(before: float, value: float, scale: float) -> float:
    """Return by how much a register may fall: values may be rounded up once and down the next time."""
    return max(ROUNDING, _last_place(before / scale) * scale, _last_place(value / scale) * scale)


def _last_place(value: float) -> float:
    """Return what one in the last written place is worth; a whole number may have been rounded to one."""
    decimals = f"{value:.3f}".rstrip("0").partition(".")[2]
    return float(10.0 ** -len(decimals))


def _is_thousand(more: float, less: float) -> bool:
    return less > 0 and 900.0 <= more / less <= 1100.0
