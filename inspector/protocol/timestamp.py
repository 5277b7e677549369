"""RFC 3339 timestamps: read, write, and say what is wrong with one in plain words."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_DATE, _TIME = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d:\d\d"
_RFC3339 = re.compile(
    rf"(?P<date>{_DATE})(?P<sep>[Tt ])(?P<time>{_TIME})(?P<fraction>\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXAMPLE, _UTC = "send it as 2026-01-31T12:34:56Z", "send UTC, ending in Z"
_ZONE = "convert it to UTC and end it in Z, or write its offset, such as +01:00"
_LOCAL = "the date is in a local format, not yyyy-mm-dd"

_FORMS = tuple(
    (re.compile(pattern, re.ASCII), message, hint)
    for pattern, message, hint in (
        (r"", "the timestamp is empty", _EXAMPLE),
        (rf"{_DATE}[Tt ]{_TIME}(\.\d+)?[+-][\d:]+", "the time zone is not written as +hh:mm", _UTC),
        (rf"{_DATE}[Tt ]{_TIME}(\.\d+)? ?[A-Za-z]{{2,}}.*", "the time zone is neither Z nor +hh:mm", _UTC),
        (rf"{_DATE}[Tt ]{_TIME},\d.*", "a comma stands before the fraction of the second", "write a point"),
        (rf"{_DATE}[Tt ]\d\d:\d\d([Zz]|[+-][\d:]+)?", "the timestamp has no seconds", _EXAMPLE),
        (rf"{_DATE}", "the timestamp is a date without a time", _EXAMPLE),
        (rf"(?!{_DATE})\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}(\D.*)?", _LOCAL, _EXAMPLE),
        (r"[A-Z][a-z]{2}[a-z,. ].*\d.*", _LOCAL, _EXAMPLE),
        (r"\d{8}[Tt]\d.*", "the dashes and colons are missing", _EXAMPLE),
        (r"\d{9,19}(\.\d+)?", "the timestamp is a count of seconds or of their parts", _EXAMPLE),
        (r"\s.*|.*\s", "there is a space or a line end around the timestamp", "send it without"),
    )
)
"""What stands in the place of a timestamp, what to say of it, and how to mend it; the first that fits."""

LONGEST = 64
"""Characters of a text that is looked at more closely when it is no timestamp."""


def fault_of(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a timestamp and how to mend it, or None for a good one (RFC 3339 section 5.6)."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        return _form_fault(text)
    if found["zone"] is None:
        return "the timestamp has no time zone", _ZONE if found["sep"] != " " else f"write T for the space; {_ZONE}"
    if found["sep"] == " ":
        return "a space stands where the T should", f"send {text.replace(' ', 'T')}"
    if text.startswith("0000"):  # the standard has a year 0, Python has not; the year 400 is as long
        return fault_of(f"0400{text[4:]}")
    try:
        _moment(found)
    except ValueError as error:
        return f"no such date or time ({error})", "send a date of the calendar, in UTC"
    return None


def _moment(found: re.Match[str]) -> datetime:
    """Return the moment a well-formed timestamp names; a leap second is the second before it. Raises ValueError."""
    time, zone = found["time"], found["zone"].upper()
    if zone != "Z" and not (int(zone[1:3]) < 24 and int(zone[4:]) < 60):
        raise ValueError("an offset is less than 24:00")
    leap = time.endswith(":60")
    seconds = f"{time[:-2]}59" if leap else time
    moment = datetime.fromisoformat(f"{found['date']}T{seconds}{(found['fraction'] or '')[:7]}{zone}")
    if leap and (moment - _EPOCH).seconds != 86_399:
        raise ValueError("a leap second is the last of a day in UTC")
    return moment


def _form_fault(text: str) -> tuple[str, str]:
    for form, message, hint in _FORMS if len(text) <= LONGEST else ():
        if form.fullmatch(text):
            return message, hint
    return "not an RFC 3339 timestamp", _EXAMPLE


def write(time_ns: int) -> str:
    """Write Unix nanoseconds as RFC 3339 in UTC with microseconds."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1000:06d}Z"


def span(time_ns: int) -> str:
    """Write a length of time: 59.9 s, or 1 h 59 m 58 s; two minutes are not to be rounded yet."""
    if time_ns < 120_000_000_000:
        return f"{max(0, time_ns) / 1e9:.1f} s"
    minutes, seconds = divmod(time_ns // 1_000_000_000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{value} {unit}" for value, unit in parts if value)


def read(text: str) -> int:
    """Read what :func:`write` wrote, or any RFC 3339 time since the year 1, as Unix nanoseconds.

    Raises ValueError for anything else.
    """
    found = _RFC3339.fullmatch(text)
    if found is None or found["zone"] is None or found["sep"] == " ":
        raise ValueError(f"not an RFC 3339 timestamp: {text[:40]}")
    since = _moment(found) - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000


def unix_ns(value: Any) -> int | None:
    """Return the Unix nanoseconds of an RFC 3339 time, None for anything else."""
    if type(value) is not str:
        return None
    return _unix_ns(value) if len(value) <= LONGEST else _slow_unix_ns(value)


@lru_cache(maxsize=512)
def _unix_ns(value: str) -> int | None:
    """Read UTC as most write it the fast way. Several rules ask for the times of a frame."""
    size, marks = len(value), value[4:20:3]  # fromisoformat reads more than RFC 3339 allows
    if (size == 20 and marks == "--T::Z") or (21 < size < 28 and marks == "--T::." and value[-1] == "Z"):
        with suppress(ValueError):  # a leap second, or no time at all
            since = datetime.fromisoformat(value) - _EPOCH
            return since.days * 86_400_000_000_000 + since.seconds * 1_000_000_000 + since.microseconds * 1000
    return _slow_unix_ns(value)


def _slow_unix_ns(value: str) -> int | None:
    try:
        return read(value)
    except ValueError:
        return None
