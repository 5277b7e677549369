"""Payloads made from an official schema: the smallest valid one, the fullest, broken ones, and odd ones.

The official schemas need few keywords: ``$ref`` to ``#/definitions``, ``type``, ``properties``, ``required``,
``additionalProperties``, ``items`` and the limits that :func:`_breaks` knows how to break. Where the published copies
differ, what is made is valid in all of them.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from inspector.protocol import actions, json_text
from inspector.protocol.overlay import Overlay, laid, overlays
from inspector.protocol.schema import Part, document
from inspector.protocol.version import Version

Path = tuple[str | int, ...]
Schema = dict[str, Any]
Message = tuple[Version, str, Part]

UNKNOWN = "zzUnknown"
"""A key that no official message has."""


@dataclass(frozen=True)
class Broken:
    """A payload with one thing wrong. ``faults`` are the (code, path from the payload) that must be found."""

    way: str
    payload: Any
    faults: frozenset[tuple[str, Path]]


def messages(version: Version) -> list[Message]:
    """List every request and response of a version."""
    table = actions.table(version)
    return [
        (version, name, part)
        for name, row in sorted(table.items())
        for part in Part
        if part is Part.REQUEST or row.answered
    ]


def name_of(message: Message) -> str:
    """Name a message for a test's id."""
    version, action, part = message
    return f"{version}-{action}-{part}"


@cache
def strict(message: Message) -> Schema:
    """Return the schema of a message as its strictest copy has it."""
    return laid(document(*message), overlays(*message), strict=True)


@cache
def minimal(message: Message) -> Any:
    """Make the smallest valid payload: required fields, shortest values, first of each list of values."""
    schema = strict(message)
    return _value(schema, schema, full=False)


@cache
def full(message: Message) -> Any:
    """Make a valid payload with every field the schema names, at the upper limits, last of each list of values."""
    schema = strict(message)
    return _value(schema, schema, full=True)


@cache
def broken(message: Message) -> tuple[Broken, ...]:
    """Break the full payload: of each way to break it, once at the first place and once at the last."""
    schema, whole = strict(message), full(message)
    ways = [_graded(way, whole, overlays(*message)) for way in _breaks(schema, schema, whole, ())]
    first, last = {one[0]: one for one in reversed(ways)}, {one[0]: one for one in ways}
    chosen = [*first.values(), *(one for way, one in last.items() if one is not first[way])]
    return tuple(Broken(way, _changed(whole, path, change), frozenset(faults)) for way, path, change, faults in chosen)


def odd(message: Message, most: int) -> list[Any]:
    """Put odd values, as they may come from the wire, in the places of the full payload: ``most`` of all pairs.

    Every kind of place comes in turn, and every value; which of them meet depends on nothing but the message.
    """
    whole = full(message)
    places = list(dict(_places(strict(message), strict(message), whole, ())).values())
    start = sum(map(ord, name_of(message)))
    values = [ODD[(start + 7 * step) % len(ODD)] for step in range(most)]
    return [_changed(whole, places[step % len(places)], _always(value)) for step, value in enumerate(values)]


TIMES = (
    *(
        "2026-01-31T12:34:56Z",
        "2026-01-31t12:34:56.123456789z",
        "2026-01-31T12:34:56-00:00",
        "2026-01-31T12:34:56+24:00",
    ),
    *("2026-01-31 12:34:56Z", "2026-01-31T12:34:56", "2026-01-31T12:34:56+0100", "2026-01-31T12:34:56+01", "now", ""),
    *("2026-12-31T23:59:60Z", "2027-01-01T00:59:60+01:00", "2026-12-31T23:59:60+01:00", "2026-01-31T12:34:60Z"),
    *("0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"),
    *("2026-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:34:56,1Z"),
    *(
        "2026-01-31T12:34:56Z\n",
        "2026-01-31T12:34:56Z\0",
        "٢٠٢٦-01-31T12:34:56Z",
        "2026-01-31T12:34Z",
        "20260131T123456Z",
    ),
)
"""Timestamps and what is nearly one."""

NUMBERS = (
    *("0", "-1", "1.0", "-0.0", "1e3", "1E-3", "1.50", "21.4", "21.45", "0.30000000000000004", "100.3", "101", "-60.5"),
    *("18446744073709551616", "-9223372036854775809", "1" + "0" * 400, "1e400", "-1e400", "1e-400", "1e999999"),
    *("2147483648", "12345678901234567890.1", "0.1000000000000000000000000000001"),
)
"""Numbers as they may be written."""

ODD: tuple[Any, ...] = (
    *(json_text.parse(text)[0] for text in NUMBERS),
    *TIMES,
    *(None, True, False, "", " ", "x" * 600, "é" * 51, "😀" * 26, "a\u0301" * 26, "\0", "\ud800", "a\udfffb"),
    *([], {}, [[]], [None], [{}], {"": 0}, {"a": {"b": []}}, {"\ud800": "\ud800"}, "Accepted", "accepted"),
    *("http://é/", "C:\\x", "ftp://user:word@csms.example/x?y#z", json.loads("[" * 150 + "]" * 150)),
)
"""What may stand in any place."""


def _places(root: Schema, schema: Schema, value: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield each place below a value, and which kind it is: the keywords of its schema."""
    schema = _follow(root, schema)
    yield " ".join(sorted({*schema} - {"description", "javaType", "default"} | {str(schema.get("type"))})), path
    if isinstance(value, list) and schema.get("type") == "array":
        yield from _places(root, schema["items"], value[-1], (*path, len(value) - 1))
    elif isinstance(value, dict):
        for name, field in schema.get("properties", {}).items():
            yield from _places(root, field, value[name], (*path, name))


def _follow(root: Schema, schema: Schema) -> Schema:
    return root["definitions"][schema["$ref"].removeprefix("#/definitions/")] if "$ref" in schema else schema


def _value(root: Schema, schema: Schema, *, full: bool) -> Any:
    schema = _follow(root, schema)
    if "enum" in schema:
        return schema["enum"][-1 if full else 0]
    make = _MAKERS[schema.get("type", "anything")]
    return make(root, schema, full)


def _object(root: Schema, schema: Schema, full: bool) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {
        name: _value(root, field, full=full)
        for name, field in schema.get("properties", {}).items()
        if full or name in required
    }
    if full and schema.get("additionalProperties", True) is not False:
        made[UNKNOWN] = ["what", {"a": "vendor"}, None]
    return made


def _array(root: Schema, schema: Schema, full: bool) -> list[Any]:
    nested = "properties" in _follow(root, schema["items"])
    count = (1 if nested else min(2, schema.get("maxItems", 2))) if full else schema.get("minItems", 0)
    return [_value(root, schema["items"], full=full) for _ in range(count)]


def _string(root: Schema, schema: Schema, full: bool) -> str:
    if "format" in schema:
        return {"date-time": "2026-01-31T12:34:56.789+01:00", "uri": "https://csms.example/log?x=1"}[schema["format"]]
    return "é" * schema.get("maxLength", 300) if full else ""


def _integer(root: Schema, schema: Schema, full: bool) -> int:
    return int(schema.get("maximum", 2**31 - 1) if full else schema.get("minimum", 0))


def _number(root: Schema, schema: Schema, full: bool) -> float | int:
    if full:
        return float(schema.get("maximum", 21.4))
    return int(schema.get("minimum", 0))


_MAKERS: dict[str, Callable[[Schema, Schema, bool], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda root, schema, full: full,
    "anything": lambda root, schema, full: [1, "two"] if full else None,
}

_WRONG_TYPE: dict[str, Any] = {
    "object": "an object",
    "array": {},
    "string": 7,
    "integer": 1.5,
    "number": "1.5",
    "boolean": "true",
}

_LIMITS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "enum": ("S104", lambda value, limit: "noSuchValue"),
    "maxLength": ("S105", lambda value, limit: "x" * (limit + 1)),
    "minItems": ("S105", lambda value, limit: value[: limit - 1]),
    "maxItems": ("S105", lambda value, limit: value[:1] * (limit + 1)),
    "minimum": ("S107", lambda value, limit: int(limit) - 1),
    "maximum": ("S107", lambda value, limit: int(limit) + 1),
    "multipleOf": ("S107", lambda value, limit: 21.45),
}
"""What breaks a keyword, and the code it must be found under."""

_BAD_FORMAT = {"date-time": ("C001", "2026-01-31T12:34:56"), "uri": ("S106", "not a uri")}

Break = tuple[str, Path, Callable[[Any], Any], set[tuple[str, Path]]]


def _graded(way: Break, whole: Any, over: tuple[Overlay, ...]) -> Break:
    """Expect a warning where another published copy takes the broken value."""
    name, path, change, _ = way
    fields = tuple(step for step in path if isinstance(step, str))
    for overlay in over:
        if (overlay.keyword, overlay.fields) == (name, fields) and overlay.takes(change(_at(whole, path))):
            return name, path, change, {("S002", path)}
    return way


def _at(whole: Any, path: Path) -> Any:
    for step in path:
        whole = whole[step]
    return whole


def _breaks(root: Schema, schema: Schema, value: Any, path: Path) -> Iterator[Break]:
    """Yield each single thing that can be wrong below a value: a name, where, the change, and the faults."""
    schema = _follow(root, schema)
    kind = schema.get("type")
    if kind in _WRONG_TYPE and path:
        yield f"not {kind}", path, _always(_WRONG_TYPE[kind]), {("S103", path)}
    for keyword, (code, spoil) in _LIMITS.items():
        if keyword in schema:
            spoiled = spoil(value, schema[keyword])
            yield keyword, path, _always(spoiled), {(code, path)}
    if "format" in schema:
        code, text = _BAD_FORMAT[schema["format"]]
        yield f"format {schema['format']}", path, _always(text), {(code, path)}
    if isinstance(value, list) and kind == "array":
        yield from _breaks(root, schema["items"], value[-1], (*path, len(value) - 1))
    if isinstance(value, dict) and kind == "object":
        yield from _object_breaks(root, schema, value, path)


def _object_breaks(root: Schema, schema: Schema, value: Any, path: Path) -> Iterator[Break]:
    for name in schema.get("required", ()):
        yield "required", path, partial(_without, name), {("S101", path)}
    if schema.get("additionalProperties", True) is False:
        yield "unknown", path, lambda old: {**old, UNKNOWN: 1}, {("S102", (*path, UNKNOWN))}
    for name, field in schema.get("properties", {}).items():
        yield from _breaks(root, field, value[name], (*path, name))


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _without(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != name}


def _changed(whole: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Return a copy with the value at a path changed."""
    if not path:
        return change(deepcopy(whole))
    copy = deepcopy(whole)
    parent = copy
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = change(parent[path[-1]])
    return copy
