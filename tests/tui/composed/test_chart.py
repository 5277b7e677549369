"""Charts out of blocks."""

import pytest

from inspector.tui.composed.chart import area, over_time, panel, resampled, short, time_axis
from inspector.tui.composed.lines import Line


def text(lines: list[Line]) -> list[str]:
    """Return lines without their styles."""
    return ["".join(part for part, _ in line) for line in lines]


def test_an_area_is_filled_up_to_its_values() -> None:
    assert area([0.0, 1.0, 4.0, 8.0, 16.0, None], 2, 0.0, 16.0) == ["    █ ", " ▁▄██ "]


def test_what_is_little_is_seen_and_what_is_nothing_is_not() -> None:
    assert area([0.001, 0.0, -5.0], 1, 0.0, 1000.0) == ["▁  "]
    assert area([5.0], 1, 5.0, 5.0) == [" "]


def test_between_two_points_the_line_is_straight() -> None:
    assert over_time([(0, 0.0), (100, 10.0)], 6, 0, 100) == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    assert over_time([(40, 2.0), (41, 4.0)], 3, 0, 100) == [None, 3.0, None]
    assert over_time([(5, 1.0)], 2, 5, 5) == [1.0, None]


def test_values_are_spread_or_brought_together() -> None:
    assert resampled([1.0, 2.0], 4) == [1.0, 1.0, 2.0, 2.0]
    assert resampled([1.0, 3.0, None, None], 2) == [3.0, None]


def test_a_panel_has_its_scale() -> None:
    assert text(panel([1.0, 2.0], 2, 0.0, 2.0, "ok")) == ["     2 ┤ █", "     0 ┤██"]


def test_the_axis_tells_clock_times() -> None:
    """Of several days the day too; a time that is none is no clock's."""
    noon = 1_772_366_400_000_000_000
    marks, labels = text(time_axis(50, noon, noon + 3600 * 10**9))
    assert marks.startswith("       └┬─")
    assert labels.split() == ["12:00:00", "12:30:00", "13:00:00"]
    assert len(marks) == 58
    assert "03-01 12:00" in text(time_axis(50, noon, noon + 86_400 * 10**9))[1]
    assert text(time_axis(30, -(2**70), 2**70))[1].split() == ["?", "?"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (11.04, "11"),
        (0.123, "0.123"),
        (1234.0, "1234"),
        (12_345.0, "12.3k"),
        (5e6, "5M"),
        (1e30, "1e+30"),
        (-2e9, "-2G"),
    ],
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert short(value) == written
