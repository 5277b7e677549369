"""Percentiles of many latencies."""

import pytest

from inspector.replay.latency import Latencies


def test_percentiles_are_two_per_cent_off_at_most() -> None:
    found = Latencies()
    for number in range(1, 10_001):
        found.add(number * 1000)
    for percent in (1, 50, 90, 99, 99.9):
        assert found.percentile(percent) == pytest.approx(percent * 100_000, rel=0.025)
    assert found.percentile(100) <= found.longest_ns == 10_000_000
    assert found.count == 10_000


def test_none_and_no_time_at_all() -> None:
    found = Latencies()
    assert found.percentile(50) == 0
    found.add(0)
    assert found.percentile(50) == 0
