"""The pieces of JSON text as they are coloured, also of a part of it and of text that is not quite JSON."""

import re
from collections.abc import Iterator

_PIECE = re.compile(
    r'(?P<key>"[^"\\]*+(?:\\.[^"\\]*+)*+"(?=\s*+:))'
    r'|(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)'
    r"|(?P<number>-?\d[\w.+-]*+)"
    r"|(?P<literal>[a-zA-Z]\w*+)"
    r"|(?P<punctuation>[^\s])",
    re.DOTALL,
)

PUNCTUATION = "punctuation"


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
    """Yield the kind of each piece, its start and its end: ``key string number literal`` and ``punctuation``."""
    for found in _PIECE.finditer(text, start, len(text) if end is None else end):
        yield found.lastgroup or PUNCTUATION, found.start(), found.end()


def next_piece(text: str, position: int) -> tuple[str, int, int] | None:
    """Return the first piece from a place on, None behind the last."""
    found = _PIECE.search(text, position)
    return (found.lastgroup or PUNCTUATION, found.start(), found.end()) if found else None
