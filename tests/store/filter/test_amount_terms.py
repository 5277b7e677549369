"""Amounts: numbers with a unit, compared exactly."""

import pytest

from inspector.store.filter import FilterError, compile_filter
from inspector.store.filter.amount_terms import DURATIONS, SIZES, read_amount
from inspector.store.filter.term import LARGEST
from tests.store.filter.conftest import Ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("latency:10ms", [2, 4, 6, 8, 13, 15, 17]),
        ("latency:10", [2, 4, 6, 8, 13, 15, 17]),
        ("latency>=0.01s", [2, 4, 6, 8, 13, 15, 17]),
        ("latency>10ms", []),
        ("latency<11ms latency>9.9ms", [2, 4, 6, 8, 13, 15, 17]),
        ("latency<=1d latency:*", [2, 4, 6, 8, 13, 15, 17]),
        ("size:3", [9]),
        ("size:7", [10]),
        ("size>=4k", [11]),
        ("size<10", [9, 10]),
        ("size>1g", []),
        ("size<=4", [9]),
    ],
)
def test_it_finds(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    ("text", "units", "start", "end"),
    [
        ("2s", DURATIONS, 2_000_000_000, 3_000_000_000),
        ("2.5s", DURATIONS, 2_500_000_000, 2_600_000_000),
        ("1h", DURATIONS, 3_600_000_000_000, 7_200_000_000_000),
        ("0.000000001ms", DURATIONS, 0, 1),
        ("4K", SIZES, 4096, 5120),
        ("57", SIZES, 57, 58),
        ("0", SIZES, 0, 1),
        ("999999999999999g", SIZES, LARGEST, LARGEST),
    ],
)
def test_an_amount_reaches_as_far_as_it_is_written(text: str, units: dict[str, int], start: int, end: int) -> None:
    assert read_amount(text, units, "ms" if units is DURATIONS else "") == (start, end)


@pytest.mark.parametrize(
    "text", ["latency>fast", "latency>2w", "latency>-1s", "latency:2.s", "latency:²", "latency:2k"]
)
def test_it_says_what_may_be_written(text: str) -> None:
    with pytest.raises(FilterError, match="latency is a number, in ms s m h d, such as latency>2s"):
        compile_filter(text)
