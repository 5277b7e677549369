"""Power against energy: what flowed in a transaction, counted twice."""

from typing import NamedTuple

from inspector.protocol.knowledge.buckets import NS_PER_HOUR

LONGEST_GAP_NS = 1_000_000_000_000
"""Nanoseconds between two samples; over a longer time power may have been anything."""

SURE_GAP_NS, LEAST_W = 120_000_000_000, 1000.0
"""Over a longer gap power may have come and gone between two samples: such intervals count only in an unbroken row,
and only while a car really charges. What a full car draws, to warm its battery, comes in bursts."""

STEADY = 0.75
"""The lower of two neighbouring powers is at least this part of the higher, or they don't count."""

INTERVALS, SHORTEST_NS, LEAST_WH = 20, 600_000_000_000, 5000.0
"""So many intervals, so long together, and so much energy before the two counts are compared: a register may be
updated only every few minutes, and only by whole kWh."""

APART = 1.5
"""The counts may differ by this factor."""


class Counts(NamedTuple):
    """Two counts that should be one: watt-hours by the power samples and by the register."""

    by_power: float
    by_register: float
    time_ns: int


class Flow:
    """Adds up the intervals in which the power was steady, until there are enough to compare."""

    __slots__ = ("_by_power", "_by_register", "_intervals", "_is_said", "_passed_ns", "_power", "_register", "_time_ns")

    def __init__(self) -> None:
        self._power, self._register, self._time_ns, self._is_said = 0.0, 0.0, 0, False
        self._clear()

    def _clear(self) -> None:
        self._by_power, self._by_register, self._intervals, self._passed_ns = 0.0, 0.0, 0, 0

    def take(self, power: float, register: float, time_ns: int) -> Counts | None:
        """Take power in W and register in Wh of one moment; return the counts, once, if they are too far apart."""
        passed, before, gain = time_ns - self._time_ns, self._power, register - self._register
        if passed <= 0:
            return None
        self._power, self._register, self._time_ns = power, register, time_ns
        if passed > LONGEST_GAP_NS or gain < 0 or power < 0:
            self._clear()
            return None
        low, high = (power, before) if power < before else (before, power)
        is_long = passed > SURE_GAP_NS
        if low < STEADY * high or not (high or gain) or (is_long and low < LEAST_W):
            if is_long:
                self._clear()
            return None
        self._by_power += (low + high) * passed / (2 * NS_PER_HOUR)
        self._by_register += gain
        self._intervals += 1
        self._passed_ns += passed
        return self._compared() if self._intervals >= INTERVALS else None

    def _compared(self) -> Counts | None:
        counts = Counts(self._by_power, self._by_register, self._passed_ns)
        less, more = sorted(counts[:2])
        if more < LEAST_WH or self._passed_ns < SHORTEST_NS:
            return None
        self._clear()
        if more <= APART * less or self._is_said:
            return None
        self._is_said = True
        return counts
