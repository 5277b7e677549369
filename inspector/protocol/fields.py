"""Fields of payloads that may be of any shape: what is not of the type that is asked for is not there."""

from decimal import Decimal
from typing import Any

Number = int | float | Decimal


def text(value: Any, *keys: str) -> str | None:
    """Return the string that a path of keys leads to."""
    found = _at(value, keys)
    return found if isinstance(found, str) else None


def integer(value: Any, *keys: str) -> int | None:
    """Return the integer that a path of keys leads to; 1.0 is one too, true is none."""
    found = _at(value, keys)
    if type(found) is int:
        return found
    if isinstance(found, float | Decimal) and found == found // 1:
        return int(found)
    return None


def number(value: Any, *keys: str) -> Number | None:
    """Return the number that a path of keys leads to."""
    found = _at(value, keys)
    return found if type(found) is int or isinstance(found, float | Decimal) else None


def inner(value: Any, *keys: str) -> dict[str, Any]:
    """Return the object that a path of keys leads to, an empty one if there is none."""
    found = _at(value, keys)
    return found if isinstance(found, dict) else {}


def objects(value: Any, *keys: str) -> list[dict[str, Any]]:
    """Return the objects in the list that a path of keys leads to."""
    found = _at(value, keys)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _at(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
