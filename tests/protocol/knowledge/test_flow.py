"""Power against energy: which intervals count, and when there are enough of them."""

import pytest

from inspector.protocol.knowledge.flow import APART, INTERVALS, LEAST_WH, Counts, Flow

SECOND = 1_000_000_000
MINUTE = 60 * SECOND


def steady(watts: float, wh: float, *, times: int = INTERVALS + 1, every_ns: int = MINUTE) -> list[Counts]:
    """Take samples of one power, and of a register that grows by so much each time."""
    flow = Flow()
    taken = (flow.take(watts, wh * turn, MINUTE + every_ns * turn) for turn in range(times))
    return [counts for counts in taken if counts is not None]


def test_counts_that_are_too_far_apart_are_returned_with_their_time() -> None:
    (counts,) = steady(10_000, 500)
    assert counts == (pytest.approx(10_000 * INTERVALS / 60), 500.0 * INTERVALS, INTERVALS * MINUTE)


def test_they_are_returned_once() -> None:
    assert len(steady(10_000, 500, times=10 * INTERVALS)) == 1


def test_the_factor_is_the_same_in_both_directions() -> None:
    wh = 600.0
    fits, more, less = wh * 60, wh * 60 * (APART + 0.01), wh * 60 / (APART + 0.01)
    assert [len(steady(watts, wh)) for watts in (fits, more, less, more * 0.98, less * 1.02)] == [0, 1, 1, 0, 0]


def test_a_gap_begins_anew() -> None:
    assert steady(10_000, 5000, every_ns=17 * MINUTE, times=99) == []


def test_intervals_of_a_quarter_of_an_hour_count_in_an_unbroken_row() -> None:
    """And only while a car really charges: a full one warms its battery between two samples."""
    quarter = 15 * MINUTE
    assert len(steady(11_000, 900, every_ns=quarter)) == 1
    assert steady(11_000, 2750, every_ns=quarter, times=99) == []
    assert steady(0, 900, every_ns=quarter, times=99) == steady(5, 900, every_ns=quarter, times=99) == []
    flow = Flow()
    for turn in range(200):
        watts = 11_000.0 if turn % 10 else 3_000.0
        assert flow.take(watts, 900.0 * turn, quarter * (1 + turn)) is None


def test_a_short_time_is_not_enough() -> None:
    assert steady(100_000, 5000, every_ns=SECOND, times=500) == []
    assert len(steady(100_000, 5000, every_ns=SECOND, times=700)) == 1


def test_little_energy_is_not_enough() -> None:
    wh = LEAST_WH / (2 * INTERVALS)
    assert steady(0, wh, times=INTERVALS + 5) == []
    assert len(steady(0, wh, times=2 * INTERVALS + 1)) == 1


def test_nothing_at_all_is_nothing_to_compare() -> None:
    """Hours of a car that is full."""
    flow = Flow()
    for turn in range(500):
        assert flow.take(0.0, 100.0, MINUTE * (1 + turn)) is None
    assert flow.take(10_000.0, 5200.0, MINUTE * 501) is None


def test_what_is_not_newer_is_not_taken() -> None:
    """Nor does a register that falls count, or a power that flows back."""
    flow = Flow()
    for _ in range(100):
        assert flow.take(10_000.0, 100.0, MINUTE) is None
    for turn in range(100):
        assert flow.take(-10_000.0, 500.0 * turn, MINUTE * (2 + turn)) is None
        assert flow.take(10_000.0, -500.0 * turn, MINUTE * (200 + turn)) is None
