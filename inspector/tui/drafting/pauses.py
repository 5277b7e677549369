"""The pauses between frames, as people write them: ``2s``, ``150ms``, ``1.5s``, ``10m``."""

import re

from inspector.errors import InspectorError

_UNITS = {"us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000}
_PAUSE = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*(us|ms|s|m|h)?")
LONGEST_NS = 366 * 24 * _UNITS["h"]


def read(text: str) -> int:
    """Return a pause in nanoseconds; a number without a unit is in seconds. Raises :class:`InspectorError`."""
    found = _PAUSE.fullmatch(text.strip())
    pause_ns = round(float(found[1]) * _UNITS[found[2] or "s"]) if found else -1
    if not 0 <= pause_ns <= LONGEST_NS:
        raise InspectorError(f"{text[:20]!r} is no pause: write 2s, 150ms, 10m or 1h; a year at most")
    return pause_ns


def written(pause_ns: int) -> str:
    """Write a pause in at most 8 characters, in the unit that fits."""
    if pause_ns < _UNITS["ms"]:
        return f"{pause_ns // 1000}us" if pause_ns >= 1000 else "0"
    if pause_ns < _UNITS["s"]:
        return f"{_plain(pause_ns / 1e6)}ms"
    if pause_ns < 10 * _UNITS["m"]:
        return f"{_plain(pause_ns / 1e9)}s"
    return f"{_plain(pause_ns / 6e10)}m" if pause_ns < 10 * _UNITS["h"] else f"{_plain(pause_ns / 3.6e12)}h"


def exact(pause_ns: int) -> str:
    """Write a pause so that :func:`read` gives it back, but for what is less than a microsecond."""
    unit = next((unit for unit in ("s", "ms") if not pause_ns % _UNITS[unit]), "us")
    return f"{pause_ns // _UNITS[unit]}{unit}"


def _plain(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 1000 else f"{number:.0f}"
