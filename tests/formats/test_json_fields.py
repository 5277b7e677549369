"""Fields of JSON objects from a file."""

from typing import Any

import pytest

from inspector.formats.json_fields import count, field, loaded, read_time


def test_lines_are_read_whatever_their_letters() -> None:
    """Half a surrogate pair, and bytes that are no UTF-8."""
    assert loaded(b'{"a":"\\ud800"}') == {"a": "\ud800"}
    assert loaded(b'{"a":"\xff"}') == {"a": "\ufffd"}
    with pytest.raises(ValueError, match="not an object"):
        loaded("[1]")


def test_a_field_is_of_its_type_or_named() -> None:
    assert field({"a": 1}, "a", int) == 1
    assert field({"a": None}, "a", str, "x") == "x"
    for value in (True, 1.5, "1", None):
        with pytest.raises(ValueError, match="a is not a number"):
            field({"a": value}, "a", int)


@pytest.mark.parametrize(
    ("exact", "time_ns"),
    [
        (1_767_225_600_000_000_999, 1_767_225_600_000_000_999),
        (1_767_225_600_000_001_000, 1_767_225_600_000_000_000),
        ("1767225600000000999", 1_767_225_600_000_000_000),
        (None, 1_767_225_600_000_000_000),
    ],
)
def test_nanoseconds_count_where_they_are_of_the_same_moment(exact: Any, time_ns: int) -> None:
    assert read_time({"time": "2026-01-01T00:00:00Z", "time_ns": exact}, "time", "time_ns") == time_ns


def test_a_time_has_a_range_and_a_form() -> None:
    for text, words in (("9926-01-01T00:00:00Z", "time is out of range"), ("now", "not an RFC 3339")):
        with pytest.raises(ValueError, match=words):
            read_time({"time": text}, "time")


def test_a_count_fits_into_a_capture() -> None:
    assert [count({"a": value}, "a") for value in (0, 7, None, -1)] == [0, 7, None, None]
    for value in (-2, 2**63):
        with pytest.raises(ValueError, match="a is out of range"):
            count({"a": value}, "a")
