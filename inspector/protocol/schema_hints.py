"""What was probably meant by a payload that breaks its schema: the nearest legal key or value, or what may stand there.

A hint never repeats a value, which may be a secret.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import Any

from inspector.protocol.overlay import place
from inspector.protocol.schema import Violation

Path = tuple[str | int, ...]
Schema = dict[str, Any]

LONGEST_NAME = 100
"""Characters of a name for which a near one is sought."""

MOST_LISTED = 20
"""Legal names or values listed in a hint, and unknown keys looked at."""

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
"""The JSON types in plain words."""


def hint(schema: Schema, violation: Violation, value: Any) -> str:
    """Say what to do about a value that breaks its schema; an empty text if nothing can be told."""
    find = _HINTS.get(violation.keyword)
    return find(schema, violation, value) if find else ""


def nearest(name: str, options: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the option that is most like a name: the same but for case and separators, or a slip away."""
    if len(name) > LONGEST_NAME:
        return None
    folded = {_fold(option): option for option in options}
    near = [_fold(name)] if _fold(name) in folded else get_close_matches(_fold(name), folded, n=1, cutoff=cutoff)
    return folded[near[0]] if near else None


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def sent_instead(schema: Schema, violation: Violation, value: Any) -> str | None:
    """Return the unknown key that stands where a required one is missing, if one is like it."""
    known = _fields(schema, violation.path)
    unknown = islice((key for key in value if key not in known and len(key) <= LONGEST_NAME), MOST_LISTED)
    return nearest(violation.wanted, unknown)


def _of_missing(schema: Schema, violation: Violation, value: Any) -> str:
    sent = sent_instead(schema, violation, value)
    if sent:
        return f"rename {sent} to {violation.wanted}"
    wanted = _described(schema, schema_at(schema, (*violation.path, violation.wanted)))
    return f"send {wanted}" if wanted else ""


def _described(root: Schema, node: Schema) -> str:
    """Describe in a few words what may stand at a place."""
    if "enum" in node:
        return f"one of {_listed(map(str, node['enum']))}"
    if node.get("format") == "date-time":
        return "a timestamp such as 2026-01-31T12:34:56Z"
    kind = TYPES.get(str(node.get("type")), "")
    if kind == "a string" and "maxLength" in node:
        return f"{kind} of {node['maxLength']} characters at most"
    if kind == "a list" and isinstance(node.get("items"), dict):
        inner = _described(root, _follow(root, node["items"]))
        return f"{kind}, each {inner}" if inner else kind
    required = node.get("required", ())
    return f"{kind} with {_listed(required)}" if kind == "an object" and required else kind


def _of_unknown(schema: Schema, violation: Violation, _: Any) -> str:
    name, known = str(violation.path[-1]), _fields(schema, violation.path[:-1])
    near = nearest(name, known)
    if near:
        return f"did you mean {near}?"
    home = _home(schema, name)
    if home is not None:
        return f"it belongs into {'.'.join(home)}" if home else "it belongs into the message itself"
    out = "leave it out, or put it into customData" if "customData" in known else "leave it out"
    return f"{out}; the fields are {_listed(known)}" if known else f"{out}: there are no fields here"


def _of_value(schema: Schema, violation: Violation, value: Any) -> str:
    options = [str(option) for option in schema_at(schema, violation.path).get("enum", violation.wanted)]
    near = _meant(value, options) if isinstance(value, str) else None
    return f"did you mean {near}? Allowed: {_listed(options)}" if near else f"allowed: {_listed(options)}"


def _meant(value: str, options: Iterable[str]) -> str | None:
    """Return the one listed value that was probably meant, never one that says the opposite.

    If several hold the whole word that was sent, as InternalError and OtherError hold Error, nobody knows which.
    """
    word = _fold(value)
    alike = {_fold(option): option for option in options if _is_negated(_fold(option)) == _is_negated(word)}
    holding = [option for folded, option in alike.items() if word in folded]
    if len(word) >= SHORTEST_WORD and holding and word not in alike:
        return holding[0] if len(holding) == 1 else None
    near = nearest(value, alike.values(), cutoff=0.5)
    return near if near and (_abbreviates(word, _fold(near)) or nearest(value, [near])) else None


SHORTEST_WORD = 4
"""Letters of a word that tells something where it stands in a listed value."""


def _is_negated(folded: str) -> bool:
    """Tell whether a value begins with a negation, as NoError and Unavailable do, and InternalError does not."""
    return _NEGATED.match(folded) is not None


_NEGATED = re.compile(r"no(?!ne$|rmal)|un(?!der|known)|in(?=valid|operative)|de(?=auth)|dis(?=charg|connect)")


def _abbreviates(word: str, whole: str) -> bool:
    """Tell whether a word has some letters of another in their order, the first among them: Hz of Hertz."""
    letters = iter(whole)
    return word[:1] == whole[:1] and all(letter in letters for letter in word)


def _of_type(schema: Schema, violation: Violation, value: Any) -> str:
    if value is None:
        return "leave the field out when there is nothing to send"
    if "enum" in schema_at(schema, violation.path):
        return _of_value(schema, violation, value)
    wanted = violation.wanted[0]
    if isinstance(value, str) and wanted in _BARE and not _BARE[wanted].fullmatch(value.strip()):
        return ""
    return _INSTEAD.get((_TYPE_OF[type(value)], wanted), "")


_TYPE_OF = {
    bool: "boolean",
    str: "string",
    dict: "object",
    list: "array",
    int: "number",
    float: "number",
    Decimal: "number",
}

_BARE = {
    "boolean": re.compile("true|false"),
    "integer": re.compile(r"-?\d{1,19}", re.ASCII),
    "number": re.compile(r"-?\d{1,19}(\.\d{1,19})?", re.ASCII),
}
"""Texts that only have to lose their quotes."""

_INSTEAD = {
    ("number", "string"): "send it in quotes",
    ("boolean", "string"): "send it in quotes",
    ("object", "string"): "send a text, which may hold JSON",
    ("array", "string"): "send a text, which may hold JSON",
    ("string", "integer"): "send it without quotes",
    ("string", "number"): "send it without quotes",
    ("string", "boolean"): "send it without quotes",
    ("number", "integer"): "send a whole number, written without point and exponent",
    ("string", "object"): "send the object itself, not a text",
    ("array", "object"): "send one object, not a list",
    ("object", "array"): "put it into a list: [{...}]",
    ("string", "array"): "put it into a list: [...]",
}
"""What to do about a value of one type where another is asked for."""


def _of_few_items(schema: Schema, violation: Violation, value: Any) -> str:
    field, parent = violation.path[-1:], schema_at(schema, violation.path[:-1])
    optional = field and field[0] not in parent.get("required", ())
    return f"leave {field[0]} out when there is nothing to list" if optional and not value else ""


_HINTS: dict[str, Callable[[Schema, Violation, Any], str]] = {
    "required": _of_missing,
    "additionalProperties": _of_unknown,
    "enum": _of_value,
    "type": _of_type,
    "minItems": _of_few_items,
}


def _listed(names: Iterable[str]) -> str:
    first = list(islice(names, MOST_LISTED + 1))
    return ", ".join(first[:MOST_LISTED]) + (", ..." if len(first) > MOST_LISTED else "")


def _fields(schema: Schema, path: Path) -> list[str]:
    """Return the keys the schema allows in the object that a path leads to."""
    return list(schema_at(schema, path).get("properties", ()))


def _home(schema: Schema, name: str) -> tuple[str, ...] | None:
    """Return the fields that lead to the nearest object with a field of this name."""
    waiting: deque[tuple[tuple[str, ...], Schema]] = deque([((), schema)])
    visited: set[int] = set()
    while waiting:
        fields, found = waiting.popleft()
        node = _item(schema, found)
        if name in node.get("properties", ()):
            return fields
        if id(node) not in visited:
            visited.add(id(node))
            waiting.extend(((*fields, field), inner) for field, inner in node.get("properties", {}).items())
    return None


def _item(root: Schema, node: Schema) -> Schema:
    """Return the schema of a value, of a list that of its items."""
    node = _follow(root, node)
    return _follow(root, node["items"]) if isinstance(node.get("items"), dict) else node


def schema_at(schema: Schema, path: Path) -> Schema:
    """Return the schema of what a path leads to, an empty one where it can't be told."""
    node = _follow(schema, schema)
    for step in path:
        inner = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        node = _follow(schema, inner)
    return node


def _follow(root: Schema, node: Any) -> Schema:
    """Follow local references; the official files have no other."""
    for _ in range(MOST_REFERENCES):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        try:
            node = place(root, reference[1:])
        except (LookupError, TypeError):
            return {}
    return node if isinstance(node, dict) else {}


MOST_REFERENCES = 5
"""References that are followed one after another."""
