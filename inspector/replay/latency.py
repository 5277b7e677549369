"""Latencies of many exchanges in little memory: how many there were of about each length."""

import math
from collections import Counter

STEPS = 32
"""Lengths that are told apart in each doubling: two per cent."""


class Latencies:
    """Counts latencies; ``count`` is how many, ``longest_ns`` the longest of them."""

    def __init__(self) -> None:
        self.count = 0
        self.longest_ns = 0
        self._counts: Counter[int] = Counter()

    def add(self, latency_ns: int) -> None:
        """Count one."""
        self.count += 1
        self.longest_ns = max(self.longest_ns, latency_ns)
        self._counts[int(math.log2(max(1, latency_ns)) * STEPS)] += 1

    def percentile(self, percent: float) -> int:
        """Return the nanoseconds that so many per cent did not exceed, two per cent more or less; 0 for none."""
        wanted = math.ceil(self.count * percent / 100)
        for index in sorted(self._counts):
            wanted -= self._counts[index]
            if wanted <= 0:
                return min(self.longest_ns, round(math.exp2((index + 0.5) / STEPS)))
        return 0
