"""The keys that compare a time: a moment in UTC, a time of day on any day, or so long before now."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from time import time_ns
from typing import NamedTuple

from inspector.store.filter import Where
from inspector.store.filter.amount_terms import DURATIONS, read_amount, within
from inspector.store.filter.term import LARGEST, ORDERED, Asked, Term

SECOND = DURATIONS["s"]
DAY = DURATIONS["d"]

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_ZONE = re.compile(r"z|[+-]\d\d:\d\d", re.IGNORECASE | re.ASCII)


class Moment(NamedTuple):
    """What a text names, half-open: ``2026-03-01`` is a whole day. In nanoseconds, Unix or since midnight UTC."""

    start: int
    end: int
    of_day: bool = False


def read_moment(text: str, now_ns: int) -> Moment:
    """Read a moment, a time of day, or how long before now. Raises ValueError."""
    start, end, of_day = _moment(text, now_ns)
    return Moment(max(min(start, LARGEST), -LARGEST), max(min(end, LARGEST), -LARGEST), of_day)


def _moment(text: str, now_ns: int) -> Moment:
    with suppress(ValueError):
        ago = read_amount(text, DURATIONS, "").start
        return Moment(now_ns - ago, now_ns - ago + 1)
    clock = _clock(text)
    if clock is not None:
        return Moment(*clock, of_day=True)
    day = _day_ns(text[:10])
    if day is None:
        raise ValueError(f"{text} is no time")
    return _on_day(text, day)


def _on_day(text: str, day: int) -> Moment:
    if len(text) == 10:
        return Moment(day, day + DAY)
    zone = _ZONE.search(text, 16)
    clock = _clock(text[11 : zone.start() if zone else None]) if text[10] in "Tt " else None
    if clock is None or (zone and zone.end() != len(text)):
        raise ValueError(f"{text} is no time")
    behind = 0
    if zone and len(zone[0]) > 1:
        behind = (int(zone[0][1:3]) * 60 + int(zone[0][4:])) * DURATIONS["m"] * (-1 if zone[0][0] == "-" else 1)
    return Moment(day + clock[0] - behind, day + clock[1] - behind)


def _clock(text: str) -> tuple[int, int] | None:
    """Read ``12:30``, ``12:30:05`` or ``12:30:05.250`` as the nanoseconds since midnight that it covers."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    start = (int(hours) * 60 + int(minutes)) * DURATIONS["m"] + int(seconds or 0) * SECOND
    if fraction:
        start += int(Decimal(f"0.{fraction}") * SECOND)
    return start, start + (10 ** (9 - len(fraction)) if fraction else SECOND if seconds else DURATIONS["m"])


def _day_ns(text: str) -> int | None:
    if not _DATE.fullmatch(text):
        return None
    with suppress(ValueError):  # a day the calendar has not
        return (date.fromisoformat(text) - date(1970, 1, 1)).days * DAY
    return None


class _TimeTerm(Term):
    """A key whose value is a time."""

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Compare the frame's time."""
        try:
            moment = read_moment(asked.value, time_ns())
        except ValueError:
            raise ValueError(f"{cls.key} is a time, such as {', '.join(cls.examples)}") from None
        return cls.compare(asked.comparison, moment)

    @classmethod
    def compare(cls, sign: str, moment: Moment) -> Where:
        """Return the condition for what was named; raise ValueError where it makes no sense."""
        raise NotImplementedError


class Time(_TimeTerm):
    """``time>12:30``."""

    key, help = "time", "when it came, in UTC; without a date, on any day"
    examples = ("time:12:30", "time>12:30:05", "time:2026-03-01", "time<2026-03-01T12:00:00Z")
    operators = ORDERED

    @classmethod
    def compare(cls, sign: str, moment: Moment) -> Where:
        """Compare with its beginning; ``=`` is anything within it."""
        if sign == "=" and moment.end - moment.start == 1:
            raise ValueError("so long ago is one moment: write since: or time>")
        return _compared(sign, moment)


class Since(_TimeTerm):
    """``since:10m``."""

    key, help = "since", "at this time and later; 10m is ten minutes before now, when the filter is entered"
    examples = ("since:10m", "since:2h", "since:12:30", "since:2026-03-01")

    @classmethod
    def compare(cls, sign: str, moment: Moment) -> Where:  # noqa: ARG003 - it has one meaning
        """Let pass what came from its beginning on."""
        return _compared(">=", moment)


class Until(_TimeTerm):
    """``until:12:30``."""

    key, help = "until", "up to the end of this time: until:12:30 is up to 12:30:59"
    examples = ("until:12:30", "until:2026-03-01", "until:1h")

    @classmethod
    def compare(cls, sign: str, moment: Moment) -> Where:  # noqa: ARG003 - it has one meaning
        """Let pass what came before its end."""
        return _compared("<", moment._replace(start=moment.end))


def _compared(sign: str, moment: Moment) -> Where:
    column = f"(frame.time_ns % {DAY})" if moment.of_day else "frame.time_ns"
    return within(column, sign, moment.start, moment.end)
