"""RFC 3339 timestamps: read, write, and say what is wrong with one in plain words."""

import re
from datetime import UTC, datetime

_RFC3339 = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?P<sep>[Tt ])(?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?",
    re.ASCII,
)


def fault_of(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a timestamp and how to mend it, or None for a good one (RFC 3339 section 5.6)."""
    found = _RFC3339.fullmatch(text)
    if found is None:
        return _form_fault(text)
    if found["zone"] is None:
        return "the timestamp has no time zone", f"send UTC: {text}Z"
    if found["sep"] == " ":
        return "a space stands where the T should", f"send {text.replace(' ', 'T')}"
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
    utc = moment.astimezone(UTC)
    if leap and (utc.hour, utc.minute) != (23, 59):
        raise ValueError("a leap second is the last of a day in UTC")
    return moment


def _form_fault(text: str) -> tuple[str, str]:
    if re.fullmatch(r".*[+-]\d\d(\d\d)?", text) and _RFC3339.match(text):
        return "the time zone is not written as +hh:mm", "send UTC, ending in Z"
    return "not an RFC 3339 timestamp", "send it as 2026-01-31T12:34:56Z"


def write(time_ns: int) -> str:
    """Write Unix nanoseconds as RFC 3339 in UTC with microseconds."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{nanoseconds // 1000:06d}Z"


def read(text: str) -> int:
    """Read what :func:`write` wrote, or any RFC 3339 time, as Unix nanoseconds. Raises ValueError for anything else."""
    found = _RFC3339.fullmatch(text)
    if found is None or fault_of(text) is not None:
        raise ValueError(f"not an RFC 3339 timestamp: {text[:40]}")
    since = _moment(found) - datetime(1970, 1, 1, tzinfo=UTC)
    return ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
