"""JSON as it was written: strict parsing, faults with their byte offsets.

No number loses a digit: one with a fraction or exponent comes out as ``Decimal``, or as a float whose shortest form
is the very text that came (:func:`exact` makes both one). Raw text is authoritative: nothing here re-serialises a
value.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

from inspector.protocol.json_places import tokens


@dataclass
class JsonFault(Exception):  # noqa: N818 - a fault of the text, not of the program
    """The text is not JSON: ``offset`` is in bytes of UTF-8 from the start of the text."""

    offset: int
    message: str
    hint: str


class _RepeatedKeyError(Exception):
    """An object has a key twice; which key, the slow second pass tells."""


class _NumberError(Exception):
    """A number that is none, or beyond what Decimal holds; its text is how the lexeme begins."""

    def __init__(self, start: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.start, self.message, self.hint = start, message, hint


def quick(text: str) -> Any:
    """Parse text that is written in the one canonical way, as most frames are: compact, each key once.

    Returns None for any other text, which says nothing about it: :func:`parse` reads that. What is written back
    byte for byte the same can have lost nothing, neither a digit nor a second key.
    """
    try:
        data = text.encode()
        value = orjson.loads(data)
        same = orjson.dumps(value) == data
    except (ValueError, TypeError):
        return None
    return value if same and not _too_deep(text) else None


def exact(number: float | Decimal) -> Decimal:
    """Return a number as it was written: the value of :func:`quick` and that of :func:`parse` are equal then."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def parse(text: str) -> tuple[Any, list[str]]:
    """Parse strict JSON.

    Returns the value and the keys that stood more than once in one object (the last one won, as in most
    readers). Raises :class:`JsonFault` for everything RFC 8259 does not allow, including ``NaN`` and
    ``Infinity``, and for nesting, integers and exponents beyond all use.
    """
    if _too_deep(text):
        raise JsonFault(0, "nested too deeply to be read", f"OCPP needs fewer than 20 levels, {DEEPEST} are read")
    try:
        try:
            return _FAST.decode(text), []
        except _RepeatedKeyError:
            return _parse_repeated(text)
    except json.JSONDecodeError as error:
        raise _explain(text, error) from None
    except _NumberError as error:
        start = error.start
        offset = _offset_of(text, lambda lexeme: lexeme.startswith(start))
        raise JsonFault(offset, error.message, error.hint) from None
    except ValueError:
        raise JsonFault(
            _offset_of(text, lambda lexeme: _LONG_INTEGER.match(lexeme) is not None),
            "an integer of more than 4300 digits",
            "no OCPP field is that long",
        ) from None


DEEPEST = 200
"""Levels of nesting that are read; every walk over a value may recurse this far."""

_LONG_INTEGER = re.compile(r"-?\d{4301,}+(?!\.\d|[eE][+-]?\d)")
"""Python's own bound against quadratic conversion is 4300 digits."""

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def _too_deep(text: str) -> bool:
    """Count levels, without recursion, where there are enough brackets at all."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth > DEEPEST:
            return True
    return False


def _unique_pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) != len(items):
        raise _RepeatedKeyError
    return found


def _constant(name: str) -> NoReturn:
    raise _NumberError(name, f"{name} is not a JSON number", "leave the value out, or send a number")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        words = "a number with an exponent beyond all use", "no OCPP field is that large or small"
        raise _NumberError(text, *words) from None


_FAST = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_unique_pairs)


def _parse_repeated(text: str) -> tuple[Any, list[str]]:
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(key for key, _ in items)
        repeated.extend(key for key, count in counts.items() if count > 1)
        return dict(items)

    slow = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant, object_pairs_hook=pairs)
    return slow.decode(text), repeated


def _offset_of(text: str, wanted: Callable[[str], bool]) -> int:
    """Return the byte offset of the first number or literal that is wanted."""
    for token in tokens(text):
        if token.kind in {"number", "literal"} and wanted(text[token.start : token.end]):
            return _byte(text, token.start)
    return 0


def _byte(text: str, position: int) -> int:
    return len(text[:position].encode("utf-8", "surrogatepass"))


def _explain(text: str, error: json.JSONDecodeError) -> JsonFault:
    """Say what stood at the fault and how such a frame is usually mended."""
    rest = text[error.pos :]
    if not text.strip():
        message, hint = "the frame is empty", 'a frame is a JSON array such as [2,"id","Heartbeat",{}]'
    elif _is_cut(rest, error.msg):
        message, hint = (
            "the text ends before the JSON does",
            "the sender cut it short: look for a full buffer",
        )
    elif rest.strip("\x00\r\n\t ") == "":
        message, hint = "NUL bytes after the JSON", "send the length of the text, not of the buffer"
    elif error.msg.startswith("Extra data"):
        message, hint = f"more text after the JSON: {_show(rest)}", "send one message in a frame"
    elif text.startswith("\ufeff"):
        message, hint = "a byte order mark before the JSON", "send UTF-8 without a byte order mark"
    elif error.msg.startswith("Invalid control"):
        message, hint = f"a raw control character {_show(rest[:1])} in a string", "escape it as \\u00XX"
    else:
        message, hint = f"{_lower(error.msg)}, found {_show(rest)}", _guess_hint(text, error.pos)
    return JsonFault(_byte(text, error.pos), message, hint)


def _is_cut(rest: str, problem: str) -> bool:
    """Tell whether the text stopped too early: at its end, or inside a string or an escape."""
    in_string = problem.startswith("Unterminated") or (problem.startswith("Invalid \\uXXXX") and '"' not in rest)
    return in_string or (not rest.strip(" \t\r\n") and not problem.startswith("Extra"))


def _guess_hint(text: str, position: int) -> str:
    before, here = text[:position].rstrip()[-1:], text[position : position + 1]
    if before == ":" and here in {",", "}", "]"}:
        return "a key without a value: leave the key out when there is nothing to send"
    after = text[position + 1 :].lstrip()[:1]
    if (before == "," and here in {"}", "]"}) or (here == "," and after in {"}", "]"}):  # 3.13 points at the comma
        return "remove the comma before the closing bracket"
    if here == "'":
        return "JSON strings stand in double quotes"
    return "the sender's JSON is broken at this place"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _show(rest: str) -> str:
    """Quote the start of a text in backticks, its control characters escaped."""
    start = json.dumps(rest[:12], ensure_ascii=False)[1:-1].replace('\\"', '"')
    return f"`{start}`" + ("..." if len(rest) > 12 else "")
