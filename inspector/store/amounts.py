"""Amounts as people write them: ``500M``, ``12h``."""

import re

from inspector.errors import InspectorError

_BYTES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def parse_bytes(text: str) -> int:
    """Read a size, such as ``500M`` or ``1G``, as bytes. Raises :class:`InspectorError`."""
    return _parse(text.strip().removesuffix("B").removesuffix("i"), _BYTES, text, "a size, such as 500M or 1G")


def parse_seconds(text: str) -> int:
    """Read a time, such as ``30m``, ``12h`` or ``1d``, as seconds. Raises :class:`InspectorError`."""
    return _parse(text, _SECONDS, text, "a time, such as 30m, 12h or 1d")


def _parse(number: str, units: dict[str, int], given: str, what: str) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,12})\s*([a-zA-Z]?)\s*", number)
    unit = units.get(found[2].lower()) if found else None
    if found is None or unit is None or not int(found[1]):
        raise InspectorError(f"{given!r} is not {what}")
    return int(found[1]) * unit
