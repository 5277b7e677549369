"""Where each value stands in JSON text: lexemes, spans by pointer, and the tree with its repeated keys."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


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


_LEXEME = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)|(?P<punctuation>[\[\]{},:])|(?P<scalar>[^\s\[\]{},:"\x00\ufeff]++)',
    re.DOTALL,
)
"""No alternative is tried twice at one place, and a string that never ends is one lexeme: the walk is linear."""


def lexemes(text: str) -> Iterator[tuple[str, int, int]]:
    """Walk valid JSON text once, without recursion: the kind of each lexeme, its start and its end.

    Kinds: ``{ } [ ] , :``, ``key``, ``string``, ``number``, ``literal``. On text that is not JSON the walk ends where
    it loses its way.
    """
    inside: list[str] = []
    key_next = False
    for found in _LEXEME.finditer(text):
        lexeme = found.group()
        if found.lastgroup == "string":
            kind = "key" if key_next else "string"
        elif found.lastgroup == "scalar":
            kind = "literal" if lexeme[0] in "tfn" else "number"
        else:
            kind = lexeme
            if lexeme in "{[":
                inside.append(lexeme)
            elif lexeme in "}],":
                if not inside:
                    return
                if lexeme != ",":
                    inside.pop()
        key_next = kind == "{" or (kind == "," and inside[-1] == "{")
        yield kind, found.start(), found.end()


def walk(text: str) -> Iterator[tuple[str, int, int, list[str]]]:
    """Walk valid JSON text once, with the path to the value that each lexeme belongs to. Never raises.

    The path is one list for all, of steps as a pointer has them, and changes as the walk goes on.
    """
    path: list[str] = []
    indexes: list[int] = []  # of the member at hand in each container around
    for kind, start, end in lexemes(text):
        if kind in "},]":
            path.pop()
        if kind in "}]":
            indexes.pop()
        elif kind == "key":
            path[-1] = _step(unquote(text[start:end]))
        yield kind, start, end, path
        if kind in "{[":
            indexes.append(0)
            path.append("/0")
        elif kind == ",":
            indexes[-1] += 1
            path.append(f"/{indexes[-1]}")


def tokens(text: str) -> Iterator[Token]:
    """Walk valid JSON text once and name the value that each lexeme belongs to. Never raises."""
    return (Token(kind, start, end, "".join(path)) for kind, start, end, path in walk(text))


_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


def brackets(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the depth after each bracket from a place on, and where that bracket stands. Fast: it sees nothing else."""
    depth = 0
    for found in _BRACKETS.finditer(text, start):
        if found.lastgroup:
            depth += 1 if found.lastgroup == "open" else -1
            yield depth, found.start()


def members(text: str) -> Iterator[Span]:
    """Yield where the members of the array stand that JSON text is."""
    position = text.find("[") + 1
    while found := _LEXEME.search(text, position):
        start, end = found.span()
        lexeme = found.group()
        if lexeme in {"[", "{"}:
            end = next((at + 1 for depth, at in brackets(text, start) if depth == 0), len(text))
        if lexeme == "]":
            return
        if lexeme != ",":
            yield Span(start, end)
        position = end


def unquote(lexeme: str) -> str:
    """Read a JSON string; of what is none, return what stands between its quotes."""
    if "\\" not in lexeme:
        return lexeme[1:-1]
    try:
        return str(json.loads(lexeme, strict=False))
    except ValueError:
        return lexeme[1:-1]


def pointer(path: Sequence[str | int]) -> str:
    """Write a path of keys and indexes as an RFC 6901 pointer."""
    return "".join(map(_step, path))


MOST_WALKED = 1_000_000
"""Characters of a text that are walked to name a place in it: a hostile one must not cost more than a second."""


def pointer_at(text: str, position: int) -> str:
    """Return the pointer of the value at a place; nothing for one that is too far away to walk to."""
    if position > MOST_WALKED:
        return ""
    return next((short_pointer(path) for _, start, _, path in walk(text) if start >= position), "")


def pointer_around(text: str, position: int) -> str:
    """Return the pointer of the value that stands at a place or is the next after it; nothing for one too far away."""
    if position > MOST_WALKED:
        return ""
    return next((short_pointer(path) for _, _, end, path in walk(text) if end > position), "")


LONGEST_POINTER = 1000
"""Characters of a pointer that people can use."""


def short_pointer(path: Sequence[str]) -> str:
    """Write the path of a walk as a pointer; of what would need a longer one, to the value around it."""
    length = 0
    for depth, step in enumerate(path):
        length += len(step)
        if length > LONGEST_POINTER:
            return "".join(path[:depth])
    return "".join(path)


def _step(step: str | int) -> str:
    return "/" + str(step).replace("~", "~0").replace("/", "~1")


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


@dataclass(slots=True)
class Node:
    """A value where it stands. ``kind`` is that of its first token; ``text`` is a string's value.

    ``members`` are what an object or array holds, in order, each with its key (None in an array); a key that stands
    twice is there twice.
    """

    kind: str
    span: Span
    text: str = ""
    members: "list[tuple[str | None, Node]]" = field(default_factory=list)

    def get(self, key: str) -> "list[Node]":
        """Return every member with a key."""
        return [node for name, node in self.members if name == key]


def tree(text: str) -> Node:
    """Read JSON text as nodes, below one array that stands for the text itself. Never raises."""
    root = Node("[", Span(0, len(text)))
    stack, key = [root], None
    for kind, start, end in lexemes(text):
        if kind == "key":
            key = unquote(text[start:end])
        elif kind in "}]":
            stack.pop()
        elif kind not in ",:":
            node = Node(kind, Span(start, end), unquote(text[start:end]) if kind == "string" else "")
            stack[-1].members.append((key if stack[-1].kind == "{" else None, node))
            if kind in "{[":
                stack.append(node)
    return root
