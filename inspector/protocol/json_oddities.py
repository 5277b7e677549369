"""What JSON allows and readers differ about: a key twice in one object, half a surrogate pair, a number too large."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice
from typing import NamedTuple

from inspector.protocol.json_places import MOST_WALKED, short_pointer, unquote, walk

MOST_TOLD = 10
"""Oddities of one text that are told: the first are enough to mend the sender, and a text may hold millions."""


class Oddness(Enum):
    """In which way a value is odd."""

    REPEATED_KEY = auto()
    LONE_SURROGATE = auto()
    HUGE_NUMBER = auto()


class Oddity(NamedTuple):
    """Something odd: where it stands, in characters, the pointer of its value, and its text.

    The position is None for what stands too far inside of a text to be sought.
    """

    kind: Oddness
    position: int | None
    pointer: str
    text: str


_MAY_BE_ODD = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]|(?<!\d)\d{200}|\d[eE]\+?\d{3}")
"""Nothing is odd without one of these but a repeated key, which the parser has seen. Strings may hold them, too."""

_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff])"
    r"|\\."
)


def oddities(text: str, *, repeated: bool) -> list[Oddity]:
    """Return the first oddities of valid JSON text; ``repeated`` says that some object has a key twice."""
    if not repeated and not _MAY_BE_ODD.search(text):
        return []
    found = list(islice(_oddities(text), MOST_TOLD))
    if repeated and not any(one.kind is Oddness.REPEATED_KEY for one in found):
        found.append(Oddity(Oddness.REPEATED_KEY, None, "", ""))
    return found


def _oddities(text: str) -> Iterator[Oddity]:
    keys: list[dict[str, bool]] = []  # of each container around, and whether it is told that a key came again
    for kind, start, end, path in walk(text):
        if start > MOST_WALKED:
            return
        if kind in "{[":
            keys.append({})
        elif kind in "}]":
            keys.pop()
        elif kind in {"key", "string"}:
            lexeme = text[start:end]
            half = next((found for found in _ESCAPES.finditer(lexeme) if found["half"]), None)
            if half:
                yield Oddity(Oddness.LONE_SURROGATE, start + half.start(), short_pointer(path), _shown(half["half"]))
            if kind == "key" and _comes_again(keys[-1], unquote(lexeme)):
                yield Oddity(Oddness.REPEATED_KEY, start, short_pointer(path), _shown(lexeme))
        elif kind == "number" and _is_huge(text, start, end):
            yield Oddity(Oddness.HUGE_NUMBER, start, short_pointer(path), _shown(text[start:end]))


def _shown(lexeme: str) -> str:
    """Return the start of a lexeme as it can be shown; half a pair has no UTF-8."""
    cut = lexeme[:40] + ("..." if len(lexeme) > 40 else "")
    return cut.encode("utf-8", "backslashreplace").decode()


def _comes_again(keys: dict[str, bool], key: str) -> bool:
    """Take one more key of an object, and tell whether that is the second time it comes."""
    told = keys.get(key)
    keys[key] = told is not None
    return told is False


def _is_huge(text: str, start: int, end: int) -> bool:
    """Tell whether a number is beyond what an IEEE 754 double holds (RFC 8259 section 6)."""
    return end - start > 4 and float(text[start:end]) in {float("inf"), float("-inf")}
