"""JSON as it was written: strict parsing with byte offsets, and where each value stands in the text.

Numbers with a fraction or exponent come out as ``Decimal``, so that ``0.1`` stays ``0.1``. Raw text is
authoritative: nothing here re-serialises a value.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn


@dataclass
class JsonFault(Exception):  # noqa: N818 - a fault of the text, not of the program
    """The text is not JSON: ``offset`` is in bytes of UTF-8 from the start of the text."""

    offset: int
    message: str
    hint: str


class Token(NamedTuple):
    """One lexical piece. ``pointer`` is the RFC 6901 pointer of the value it belongs to; offsets are in characters."""

    kind: str
    start: int
    end: int
    pointer: str


class Span(NamedTuple):
    """Where a value stands: half-open, in characters."""

    start: int
    end: int


class _RepeatedKeyError(Exception):
    """An object has a key twice; which key, the slow second pass tells."""


class _ConstantError(Exception):
    """NaN, Infinity or -Infinity stood where a value should."""


def parse(text: str) -> tuple[Any, list[str]]:
    """Parse strict JSON.

    Returns the value and the keys that stood more than once in one object (the last one won, as in most
    readers). Raises :class:`JsonFault` for everything RFC 8259 does not allow, including ``NaN`` and
    ``Infinity``, and for nesting or integers beyond what Python can hold.
    """
    try:
        return _FAST.decode(text), []
    except _RepeatedKeyError:
        return _parse_repeated(text)
    except json.JSONDecodeError as error:
        raise _explain(text, error) from None
    except _ConstantError as error:
        name = str(error)
        raise JsonFault(
            _offset_of(text, lambda lexeme: lexeme == name),
            f"{name} is not a JSON number",
            "leave the value out, or send a number",
        ) from None
    except RecursionError:
        raise JsonFault(0, "nested too deeply to be read", "OCPP needs fewer than 20 levels") from None
    except ValueError:
        raise JsonFault(
            _offset_of(text, lambda lexeme: len(lexeme) > _LONGEST_INTEGER),
            f"an integer of more than {_LONGEST_INTEGER} digits",
            "no OCPP field is that long",
        ) from None


_LONGEST_INTEGER = 4300
"""Digits; Python's own bound against quadratic conversion."""


def _unique_pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) != len(items):
        raise _RepeatedKeyError
    return found


def _constant(name: str) -> NoReturn:
    raise _ConstantError(name)


_FAST = json.JSONDecoder(parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_unique_pairs)


def _parse_repeated(text: str) -> tuple[Any, list[str]]:
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(key for key, _ in items)
        repeated.extend(key for key, count in counts.items() if count > 1)
        return dict(items)

    slow = json.JSONDecoder(parse_float=Decimal, parse_constant=str, object_pairs_hook=pairs)
    return slow.decode(text), repeated


def _offset_of(text: str, wanted: Callable[[str], bool]) -> int:
    """Return the byte offset of the first scalar that is wanted."""
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
    elif not rest.strip():
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


def _guess_hint(text: str, position: int) -> str:
    before, here = text[:position].rstrip()[-1:], text[position : position + 1]
    if before == ":" and here in {",", "}", "]"}:
        return "a key without a value: leave the key out when there is nothing to send"
    if before == "," and here in {"}", "]"}:
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


_LEXEME = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<punctuation>[\[\]{},:])|(?P<scalar>[^\s\[\]{},:"]+)', re.DOTALL
)


def tokens(text: str) -> Iterator[Token]:
    """Walk valid JSON text once, without recursion, and name the value that each lexeme belongs to.

    Kinds: ``{ } [ ] , :``, ``key``, ``string``, ``number``, ``literal``. On text that is not JSON the walk
    ends where it loses its way; it never raises.
    """
    path: list[str | int] = []
    key_next = False
    for found in _LEXEME.finditer(text):
        lexeme, start, end = found.group(), found.start(), found.end()
        if found.lastgroup == "string" and key_next:
            path[-1] = _unquote(lexeme)
            yield Token("key", start, end, pointer(path))
        elif found.lastgroup == "string":
            yield Token("string", start, end, pointer(path))
        elif found.lastgroup == "scalar":
            kind = "literal" if lexeme[0] in "tfn" else "number"
            yield Token(kind, start, end, pointer(path))
        elif lexeme in "{[":
            yield Token(lexeme, start, end, pointer(path))
            path.append(0 if lexeme == "[" else "")
            key_next = lexeme == "{"
        elif lexeme in "}]":
            if not path:
                return
            path.pop()
            key_next = False
            yield Token(lexeme, start, end, pointer(path))
        elif lexeme == ",":
            yield Token(lexeme, start, end, pointer(path[:-1]))
            if not path:
                return
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
            key_next = isinstance(last, str)
        else:
            key_next = False
            yield Token(lexeme, start, end, pointer(path))


def _unquote(lexeme: str) -> str:
    try:
        return str(json.loads(lexeme, strict=False))
    except ValueError:
        return lexeme[1:-1]


def pointer(path: Sequence[str | int]) -> str:
    """Write a path of keys and indexes as an RFC 6901 pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def spans(text: str) -> dict[str, Span]:
    """Map the pointer of every value in JSON text to where it stands."""
    found: dict[str, Span] = {}
    for token in tokens(text):
        if token.kind in "{[":
            found[token.pointer] = Span(token.start, len(text))
        elif token.kind in "}]":
            found[token.pointer] = Span(found[token.pointer].start, token.end)
        elif token.kind in {"string", "number", "literal"}:
            found[token.pointer] = Span(token.start, token.end)
    return found
