"""Fields of payloads that may be of any shape: what is not of the type that is asked for is not there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Number = int | float

LARGEST = 10**30
"""No field of OCPP holds a number beyond this; one that does is not there, so that all can be reckoned with."""


def text(value: Any, *keys: str) -> str | None:
    """Return the string that a path of keys leads to."""
    found = _at(value, keys)
    return found if isinstance(found, str) else None


def integer(value: Any, *keys: str) -> int | None:
    """Return the integer that a path of keys leads to; 1.0 is one too, true is none."""
    found = _written(value, keys)
    return int(found) if found is not None and found == int(found) else None


def number(value: Any, *keys: str) -> Number | None:
    """Return the number that a path of keys leads to, one with a fraction always as a float."""
    found = _written(value, keys)
    return float(found) if isinstance(found, Decimal) else found


def inner(value: Any, *keys: str) -> dict[str, Any]:
    """Return the object that a path of keys leads to, an empty one if there is none."""
    found = _at(value, keys)
    return found if isinstance(found, dict) else {}


def objects(value: Any, *keys: str) -> list[dict[str, Any]]:
    """Return the objects in the list that a path of keys leads to."""
    found = _at(value, keys)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def indexed(value: Any, *keys: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects in the list that a path of keys leads to, each with its index."""
    found = _at(value, keys)
    return (
        (index, item) for index, item in enumerate(found if isinstance(found, list) else ()) if isinstance(item, dict)
    )


def _at(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _written(value: Any, keys: tuple[str, ...]) -> int | float | Decimal | None:
    """Return a number as the frame's reader has it: a ``Decimal`` where the text was not in the common form."""
    found = _at(value, keys)
    if type(found) is not int and not isinstance(found, float | Decimal):
        return None
    return found if -LARGEST <= found <= LARGEST else None
