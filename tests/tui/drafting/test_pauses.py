import pytest

from inspector.errors import InspectorError
from inspector.tui.drafting.pauses import exact, read, written


@pytest.mark.parametrize(
    ("text", "pause_ns"),
    [
        ("2s", 2_000_000_000),
        ("150ms", 150_000_000),
        (" 1.5 s", 1_500_000_000),
        ("3", 3_000_000_000),
        ("10m", 600_000_000_000),
        ("1h", 3_600_000_000_000),
        ("7us", 7_000),
        ("0", 0),
    ],
)
def test_pauses_are_read_as_people_write_them(text: str, pause_ns: int) -> None:
    """A number and a unit; seconds without one. What is offered to be changed reads as what it is."""
    assert read(text) == pause_ns == read(exact(pause_ns))


@pytest.mark.parametrize("text", ["", "-1s", "soon", "1d", "9999h", "9" * 40, "1e5"])
def test_what_is_no_pause_is_refused(text: str) -> None:
    """In a line that says how one looks."""
    with pytest.raises(InspectorError, match="150ms"):
        read(text)


@pytest.mark.parametrize(
    ("pause_ns", "expected"),
    [
        (0, "0"),
        (999, "0"),
        (1_500, "1us"),
        (2_840_000, "2.8ms"),
        (150_000_000, "150ms"),
        (1_050_000_000, "1.1s"),
        (59_000_000_000, "59s"),
        (600_000_000_000, "10m"),
        (10**13 * 5, "13.9h"),
    ],
)
def test_pauses_are_written_short(pause_ns: int, expected: str) -> None:
    """In the unit that fits, in at most eight characters."""
    assert written(pause_ns) == expected
