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
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<punctuation>[\[\]{},:])|(?P<scalar>[^\s\[\]{},:"]+)', re.DOTALL
)


def _lexemes(text: str) -> Iterator[tuple[str, int, int]]:
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


def tokens(text: str) -> Iterator[Token]:
    """Walk valid JSON text once and name the value that each lexeme belongs to. Never raises."""
    above: list[str] = []  # the pointers of the containers around
    steps: list[int | str] = []  # the index or the key in each of them
    here = ""
    for kind, start, end in _lexemes(text):
        if kind in "},]":
            here = above[-1]
        if kind in "}]":
            above.pop()
            steps.pop()
        elif kind == "key":
            here = above[-1] + _step(_unquote(text[start:end]))
        yield Token(kind, start, end, here)
        if kind in "{[":
            above.append(here)
            steps.append(0 if kind == "[" else "")
        elif kind == ",":
            last = steps[-1]
            steps[-1] = last + 1 if isinstance(last, int) else ""
        if kind in "[," and isinstance(steps[-1], int):
            here = above[-1] + _step(steps[-1])


def _unquote(lexeme: str) -> str:
    try:
        return str(json.loads(lexeme, strict=False))
    except ValueError:
        return lexeme[1:-1]


def pointer(path: Sequence[str | int]) -> str:
    """Write a path of keys and indexes as an RFC 6901 pointer."""
    return "".join(map(_step, path))


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
    for kind, start, end in _lexemes(text):
        if kind == "key":
            key = _unquote(text[start:end])
        elif kind in "}]":
            stack.pop()
        elif kind not in ",:":
            node = Node(kind, Span(start, end), _unquote(text[start:end]) if kind == "string" else "")
            stack[-1].members.append((key if stack[-1].kind == "{" else None, node))
            if kind in "{[":
                stack.append(node)
    return root
