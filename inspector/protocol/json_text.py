"""JSON as it was written: strict parsing, faults with their byte offsets.

No number loses a digit: one with a fraction or exponent comes out as ``Decimal``, or as a float whose shortest form
is the very text that came (:func:`exact` makes both one). Raw text is authoritative: nothing here re-serialises a
value.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

from inspector.protocol.json_hints import explain
from inspector.protocol.json_places import brackets, pointer_at


@dataclass
class JsonFault(Exception):  # noqa: N818 - a fault of the text, not of the program
    """The text is not JSON, at a byte of its UTF-8; ``pointer`` names the value there, if it is one."""

    offset: int
    message: str
    hint: str
    pointer: str = ""


class _RepeatedKeyError(Exception):
    """An object has a key twice."""


class _NumberError(Exception):
    """A number that is none, or beyond what is read; ``pattern`` finds it among what stands outside of strings."""

    def __init__(self, pattern: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.pattern, self.message, self.hint = pattern, message, hint


DEEPEST = 200
"""Levels of nesting that are read; every walk over a value may recurse this far."""


def quick(text: str) -> Any:
    """Parse text that is written in the one canonical way, as most frames are: each key once, nothing escaped twice.

    Returns None for any other text, which says nothing about it: :func:`parse` reads that. What is written back
    byte for byte the same, spaces aside, can have lost nothing, neither a digit nor a second key.
    """
    try:
        data = text.encode()
        value = orjson.loads(data)
        written = orjson.dumps(value)
    except (ValueError, TypeError):
        return None
    if written != data and written.translate(None, _BLANK) != data.translate(None, _BLANK):
        return None
    if len(data) > 2 * DEEPEST and data.count(b"[") + data.count(b"{") > DEEPEST and _is_deep(value):
        return None
    return value


_BLANK = b" \t\r\n"


def _is_deep(value: Any) -> bool:
    """Tell whether a value has more levels than are read."""
    level: list[Any] = [[value]]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def exact(number: float | Decimal) -> Decimal:
    """Return a number as it was written: the value of :func:`quick` and that of :func:`parse` are equal then."""
    return _decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def parse(text: str) -> tuple[Any, bool]:
    """Parse strict JSON.

    Returns the value, and whether some object has a key more than once (the last one won, as in most readers).
    Raises :class:`JsonFault` for everything RFC 8259 does not allow, including ``NaN`` and ``Infinity``, and for
    nesting, integers and exponents beyond all use.
    """
    _check_depth(text)
    try:
        try:
            return _UNIQUE.decode(text), False
        except _RepeatedKeyError:
            return _REPEATING.decode(text), True
    except json.JSONDecodeError as error:
        position, message, hint = explain(text, error)
        raise JsonFault(byte_offset(text, position), message, hint) from None
    except _NumberError as error:
        raise _number_fault(text, error) from None
    except ValueError:
        words = "an integer of more than 4300 digits", "no OCPP field is that long"
        raise _number_fault(text, _NumberError(_LONG_INTEGER, *words)) from None


_LONG_INTEGER = r"(?<![\d.eE+-])-?\d{4301,}+(?!\.\d|[eE][+-]?\d)"
"""Python's own bound against quadratic conversion is 4300 digits."""


def _check_depth(text: str) -> None:
    """Raise for too many levels, without recursion, where there are enough brackets at all."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    position = next((position for depth, position in brackets(text) if depth > DEEPEST), None)
    if position is not None:
        words = f"nested more than {DEEPEST} levels deep", "OCPP needs fewer than 20 levels"
        raise JsonFault(byte_offset(text, position), *words)


def _unique_pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) != len(items):
        raise _RepeatedKeyError
    return found


def _constant(name: str) -> NoReturn:
    raise _NumberError(re.escape(name), f"{name} is not a JSON number", "leave the value out, or send a number")


def _decimal(text: str) -> Decimal:
    """Read a number with a fraction or an exponent; ``1e0`` becomes 1.0, as it is not written as an integer."""
    try:
        number = Decimal(text)
        return number if number.as_tuple().exponent else Decimal(f"{number}.0")
    except InvalidOperation:
        words = "a number with an exponent beyond all use", "no OCPP field is that large or small"
        raise _NumberError(re.escape(text[:1000]), *words) from None


_UNIQUE = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_unique_pairs)
_REPEATING = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant)


def _number_fault(text: str, error: _NumberError) -> JsonFault:
    """Find the first number that is at fault, and say so."""
    pattern = re.compile(rf'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|(?P<number>{error.pattern})', re.DOTALL)
    start = next((found.start() for found in pattern.finditer(text) if found["number"]), 0)
    return JsonFault(byte_offset(text, start), error.message, error.hint, pointer_at(text, start))


def byte_offset(text: str, position: int) -> int:
    """Turn a position in characters into one in bytes of UTF-8."""
    return len(text[:position].encode("utf-8", "surrogatepass"))
