"""RFC 3339: which timestamps are good, what is wrong with the others, and times read and written."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inspector.protocol import timestamp
from inspector.protocol.schema import Part, violations
from inspector.protocol.version import Version
from tests.protocol.documents import quick

SECOND = 1_000_000_000
NOON_NS = 1_769_862_896 * SECOND
"""2026-01-31T12:34:56Z."""

GOOD = (
    "2026-01-31T12:34:56Z",
    "2026-01-31t12:34:56z",
    "2026-01-31T12:34:56.1Z",
    "2026-01-31T12:34:56.123456789012Z",
    "2026-01-31T12:34:56+00:00",
    "2026-01-31T12:34:56-00:00",
    "2026-01-31T12:34:56.5+23:59",
    "2024-02-29T00:00:00-11:30",
    "2016-12-31T23:59:60Z",
    "1990-12-31T15:59:60-08:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-23:00",
)

BAD = {
    "2026-01-31T12:34:56": ("no time zone", "convert it to UTC"),
    "2026-01-31T12:34:56.789": ("no time zone", "offset, such as +01:00"),
    "2026-01-31 12:34:56": ("no time zone", "write T for the space; convert it to UTC"),
    "2026-01-31 12:34:56Z": ("a space", "2026-01-31T12:34:56Z"),
    "2026-01-31T12:34:56+0100": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56.123+0100": ("+hh:mm", "UTC"),
    "2026-01-31 12:34:56+0100": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56-01": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56+02": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56+1:00": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56+01:00:00": ("+hh:mm", "UTC"),
    "2026-01-31T12:34:56 UTC": ("neither Z nor +hh:mm", "UTC"),
    "2026-01-31T12:34:56CET": ("neither Z nor +hh:mm", "UTC"),
    "2026-01-31T12:34:56,5Z": ("a comma", "a point"),
    "2026-02-30T12:34:56Z": ("no such date", "calendar"),
    "2025-02-29T12:34:56Z": ("no such date", "calendar"),
    "2026-13-01T12:34:56Z": ("no such date", "calendar"),
    "2026-01-31T24:00:00Z": ("no such date or time", "calendar"),
    "2026-01-31T12:34:61Z": ("no such date or time", "calendar"),
    "0000-02-30T12:34:56Z": ("no such date", "calendar"),
    "2026-01-31T12:34:56+01:00 ": ("around the timestamp", "without"),
    " 2026-01-31T12:34:56Z": ("around the timestamp", "without"),
    "2026-01-31T12:34:56Z\n": ("around the timestamp", "without"),
    "2026-01-31T12:34:56.Z": ("not an RFC 3339", "2026-01-31T12:34:56Z"),
    "2026-01-31T12:34Z": ("no seconds", "2026-01-31T12:34:56Z"),
    "2026-01-31T12:34": ("no seconds", "2026-01-31T12:34:56Z"),
    "2026-01-31": ("without a time", "2026-01-31T12:34:56Z"),
    "20260131T123456Z": ("dashes and colons", "2026-01-31T12:34:56Z"),
    "31.01.2026 12:34:56": ("local format", "2026-01-31T12:34:56Z"),
    "01/31/2026 12:34:56 PM": ("local format", "2026-01-31T12:34:56Z"),
    "2026/01/31 12:34:56": ("local format", "2026-01-31T12:34:56Z"),
    "2026-1-31T12:34:56Z": ("local format", "2026-01-31T12:34:56Z"),
    "Sat Jan 31 12:34:56 2026": ("local format", "2026-01-31T12:34:56Z"),
    "Sat, 31 Jan 2026 12:34:56 GMT": ("local format", "2026-01-31T12:34:56Z"),
    "٢٠٢٦-01-31T12:34:56Z": ("not an RFC 3339", "2026-01-31T12:34:56Z"),
    "1769862896": ("a count of seconds", "2026-01-31T12:34:56Z"),
    "1769862896123": ("a count of seconds", "2026-01-31T12:34:56Z"),
    "now": ("not an RFC 3339", "2026-01-31T12:34:56Z"),
    "": ("empty", "2026-01-31T12:34:56Z"),
    "31.01.2026" + " " * 10_000: ("not an RFC 3339", "2026-01-31T12:34:56Z"),
}

SUBTLE = (
    "2026-01-31T12:60:00Z",
    "2026-01-31T12:60:60Z",
    "2026-01-31T12:34:60Z",
    "2016-12-31T23:59:60+01:00",
    "2026-01-31T12:34:56+24:00",
    "2026-01-31T12:34:56+99:99",
    "2026-01-31T12:34:56-01:60",
)
"""Of the right form, but minute 60, a leap second in the middle of a day, or an offset that is no time of day."""


@pytest.mark.parametrize("text", GOOD)
def test_a_good_timestamp_has_no_fault(text: str) -> None:
    assert timestamp.fault_of(text) is None


@pytest.mark.parametrize(("text", "what", "hint"), [(text, *row) for text, row in BAD.items()])
def test_a_bad_timestamp_is_explained(text: str, what: str, hint: str) -> None:
    """What is wrong stands in the message, what to send in the hint."""
    fault = timestamp.fault_of(text)
    assert fault is not None
    assert what in fault[0]
    assert hint in fault[1]


@pytest.mark.parametrize("text", SUBTLE)
def test_a_time_that_no_clock_shows_is_a_fault(text: str) -> None:
    """RFC 3339 section 5.6 and 5.7 bound each field, the offset's too."""
    assert timestamp.fault_of(text) is not None


@pytest.mark.parametrize("text", [*GOOD, *BAD, *SUBTLE])
def test_both_validators_take_a_timestamp_for_the_same(text: str) -> None:
    """The reference validator asks us, the fast one has a judgement of its own."""
    payload = {"currentTime": text, "interval": 1, "status": "Accepted"}
    found = violations(Version.V201, "BootNotification", Part.RESPONSE, payload)
    assert bool(found) == (timestamp.fault_of(text) is not None)


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (NOON_NS, "2026-01-31T12:34:56.000000Z"),
        (NOON_NS + 1_999, "2026-01-31T12:34:56.000001Z"),
        (NOON_NS + 999_999_999, "2026-01-31T12:34:56.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
    ],
)
def test_a_time_is_written_in_utc_with_microseconds(time_ns: int, text: str) -> None:
    """Cut, not rounded: a frame is never written later than it came."""
    assert timestamp.write(time_ns) == text
    assert timestamp.fault_of(text) is None


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("2026-01-31T12:34:56Z", NOON_NS),
        ("2026-01-31T13:34:56+01:00", NOON_NS),
        ("2026-01-31T01:04:56-11:30", NOON_NS),
        ("2026-01-31T12:34:56.5Z", NOON_NS + SECOND // 2),
        ("2026-01-31T12:34:56.123456Z", NOON_NS + 123_456_000),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_any_good_time_is_read(text: str, time_ns: int) -> None:
    assert timestamp.read(text) == time_ns


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("1969-12-31T23:59:59.5Z", -SECOND // 2),
        ("1970-01-01T00:00:00.25+01:00", -3_599_750_000_000),
        ("1969-12-31T23:59:59.999999Z", -1_000),
    ],
)
def test_a_fraction_before_1970_is_read(text: str, time_ns: int) -> None:
    """A station without a clock sends such times."""
    assert timestamp.read(text) == time_ns


@pytest.mark.parametrize("text", ["2026-01-31t12:34:56Z", "2026-01-31T12:34:56z"])
def test_small_letters_are_read(text: str) -> None:
    """RFC 3339 section 5.6 allows them."""
    assert timestamp.read(text) == NOON_NS


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00"])
def test_a_leap_second_is_read(text: str) -> None:
    """It is a good timestamp, so it has a time: the second before it or after it."""
    last = {"2016": 1_483_228_799, "1990": 662_687_999}[text[:4]]
    assert timestamp.read(text) // SECOND in {last, last + 1}


@pytest.mark.parametrize("text", [*BAD, *SUBTLE])
def test_a_bad_time_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        timestamp.read(text)


@quick
@given(st.integers(min_value=0, max_value=7_000_000_000 * 1_000_000))
def test_what_was_written_is_read_back(time_us: int) -> None:
    """To the microsecond, for two hundred years to come."""
    assert timestamp.read(timestamp.write(time_us * 1000)) == time_us * 1000


@quick
@given(st.text(st.sampled_from("0123456789-:TtZz+. é\n"), max_size=30) | st.text(st.characters(), max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    """There is a verdict on any text, with a hint when it is bad."""
    fault = timestamp.fault_of(text)
    assert fault is None or all(fault)


@pytest.mark.parametrize("text", GOOD)
def test_the_fast_reader_reads_what_the_other_reads(text: str) -> None:
    assert timestamp.unix_ns(text) == timestamp.read(text)


@pytest.mark.parametrize("text", [*BAD, *SUBTLE])
def test_the_fast_reader_reads_no_bad_time(text: str) -> None:
    assert timestamp.unix_ns(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-W05-6T12:34:56Z",
        "2026-01-31T12:34:56.Z",
        "2026-01-31T12:34:56 Z",
        "2026-01-31T12:34:56.1\uff12Z",
        "2026-01-31T12:34:56.123456\uff11Z",
        "2026-01-31X12:34:56Z",
        "2026-01-31T12:34:56.12:00Z",
        "2026-01-31T12:34:56.1Z",
        "2026-01-31T12:34:56.1234567Z",
    ],
)
def test_the_fast_reader_knows_what_python_takes_and_the_standard_does_not(text: str) -> None:
    """ISO 8601 has more forms than RFC 3339, and ``fromisoformat`` is laxer still."""
    is_good = timestamp.fault_of(text) is None
    assert (timestamp.unix_ns(text) is not None) == is_good


@pytest.mark.parametrize("value", [None, True, 7, 1.5, b"2026-01-31T12:34:56Z", ["2026-01-31T12:34:56Z"], {}])
def test_the_fast_reader_takes_anything(value: object) -> None:
    """A payload may have anything in a timestamp's place."""
    assert timestamp.unix_ns(value) is None


def test_the_year_0_is_good_but_nothing_that_python_reads() -> None:
    """RFC 3339 section 1 begins with it; it was a leap year."""
    assert timestamp.fault_of("0000-02-29T12:34:56Z") is None
    assert timestamp.unix_ns("0000-02-29T12:34:56Z") is None


@quick
@given(st.sampled_from(GOOD), st.integers(0, 30), st.text(st.sampled_from("0123456789-:.TtZz+ W\u0661"), max_size=2))
def test_both_readers_judge_alike(text: str, place: int, put: str) -> None:
    """Whatever is changed in a good timestamp."""
    changed = text[:place] + put + text[place + 1 :]
    assume(not changed.startswith("0000"))
    assert (timestamp.unix_ns(changed) is None) == (timestamp.fault_of(changed) is not None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0 s"), (1.25, "1.2 s"), (59.9, "59.9 s"), (119, "119.0 s"), (600, "10 m"), (90_001, "1 d 1 h 1 s")],
)
def test_a_span_is_written_as_exactly_as_anybody_wants_to_know(seconds: float, text: str) -> None:
    assert timestamp.span(int(seconds * 1_000_000_000)) == text
