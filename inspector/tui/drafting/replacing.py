"""Find and replace over the frames of a draft: in the values of a key, or in all of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.protocol.frame import encode
from inspector.protocol.json_places import lexemes, unquote
from inspector.store.drafts import DraftFrame


@dataclass(frozen=True, slots=True)
class Replaced:
    """The frames with what was replaced, and in how many places."""

    frames: list[DraftFrame]
    count: int


def replace_all(frames: Sequence[DraftFrame], find: str, put: str, key: str = "") -> Replaced:
    """Replace a text everywhere; with a ``key``, in its values only, and all of them if there is nothing to find.

    Numbers stay numbers where what is put can be one. Binary frames stay as they are.
    """
    made, count = list(frames), 0
    if not (find or key):
        return Replaced(made, 0)
    for index, frame in enumerate(frames):
        if isinstance(frame.raw, str) and (find in frame.raw or not find or key):
            raw, found = _in_values(frame.raw, find, put, key) if key else _in_text(frame.raw, find, put)
            made[index] = frame._replace(raw=raw)
            count += found
    return Replaced(made, count)


def _in_text(raw: str, find: str, put: str) -> tuple[str, int]:
    return raw.replace(find, put), raw.count(find)


def _in_values(raw: str, find: str, put: str, key: str) -> tuple[str, int]:
    parts, at, count = [], 0, 0
    named = False
    for kind, start, end in lexemes(raw) if key in raw else ():
        if kind == "key":
            named = unquote(raw[start:end]) == key
        elif kind in _SCALARS:
            old = unquote(raw[start:end]) if kind == "string" else raw[start:end]
            if named and (find in old if find else True):
                new = old.replace(find, put) if find else put
                parts += [raw[at:start], _written(new, kind)]
                at, count = end, count + 1
            named = False
        elif kind != ":":
            named = False
    return "".join([*parts, raw[at:]]), count


_SCALARS = frozenset({"string", "number", "literal"})
_PLAIN = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null")


def _written(text: str, kind: str) -> str:
    """Write a value in the place of one of a kind."""
    return text if kind != "string" and _PLAIN.fullmatch(text) else json_string(text)


def json_string(text: str) -> str:
    """Write a JSON string."""
    return encode([text])[1:-1]
