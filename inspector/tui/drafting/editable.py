"""The text of a frame as it is edited: broken into lines, and back to a frame whose untouched parts are as before."""

import re
from collections.abc import Iterator
from functools import cache

from inspector.protocol.frame import decode
from inspector.protocol.json_places import lexemes

DEEPEST_INDENT = 16
"""Levels of JSON that are indented; what is deeper stands below the last of them."""


Piece = tuple[str, str]
"""A lexeme, or the space between two: as it is shown, and as it stands in the frame."""


class Editable:
    """One frame in the editor. ``text`` is what is shown; what is not JSON is shown as it is."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._pieces = list(pieces(raw)) if is_json(raw) else [(raw, raw)]
        self.text = "".join(shown for shown, _ in self._pieces)

    def raw_of(self, text: str) -> str:
        """Return the frame that an edited text stands for: what was not touched stays byte for byte.

        Spaces that are typed between values are for who reads; the frame has none of them.
        """
        if len(self._pieces) == 1:
            return text
        first, start = 0, 0
        while first < len(self._pieces) and text.startswith(self._pieces[first][0], start):
            start += len(self._pieces[first][0])
            first += 1
        last, end = len(self._pieces), len(text)
        while last > first and text.endswith(shown := self._pieces[last - 1][0], start, end):
            end -= len(shown)
            last -= 1
        before = "".join(raw for _, raw in self._pieces[:first])
        after = "".join(raw for _, raw in self._pieces[last:])
        return before + compact(text[start:end]) + after


def is_json(raw: str) -> bool:
    """Tell whether a frame is JSON, whatever else is wrong with it."""
    return all(fault.code != "F001" for fault in decode(raw).faults)


_SPACE = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)|\s+', re.DOTALL)


def compact(text: str) -> str:
    """Return a piece of JSON without the space between its values."""
    return _SPACE.sub(lambda found: found[1] or "", text)


def pieces(raw: str) -> Iterator[Piece]:
    """Break JSON text into lexemes and spaces; lines begin where people expect them. The frame's own array is one line.

    The pieces have all of the text, one after the other.
    """
    end, depth, before = 0, 0, ""
    for kind, start, stop in lexemes(raw):
        depth -= kind in "}]"
        if (shown := _space(before, kind, depth)) or start > end:
            yield shown, raw[end:start]
        lexeme = raw[start:stop]
        yield lexeme, lexeme
        depth += kind in "{["
        before, end = kind, stop
    yield "", raw[end:]


def _space(before: str, kind: str, depth: int) -> str:
    """Return what stands between two lexemes; ``depth`` is that of the value after it."""
    if before == ":":
        return " "
    if kind in "}]":
        return "" if before in "{[" or depth < 1 else _indent(min(depth, DEEPEST_INDENT))
    if before == ",":
        return _indent(min(depth, DEEPEST_INDENT)) if depth > 1 else " "
    return _indent(min(depth, DEEPEST_INDENT)) if before in "{[" and before and depth > 1 else ""


@cache
def _indent(depth: int) -> str:
    return "\n" + "  " * max(depth - 1, 0)
