"""What of a recorded frame may be written anew when it is sent again: the rest stays byte for byte."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from inspector.protocol import actions
from inspector.protocol.frame import MessageType, decode, encode
from inspector.protocol.json_places import MOST_WALKED, members, unquote, walk
from inspector.protocol.schema import Part, document
from inspector.protocol.version import Version
from inspector.replay.identifiers import Field, Path, fields
from inspector.replay.pattern import Change


class MessageId(NamedTuple):
    """The id of the message."""


class Time(NamedTuple):
    """A field for times."""


class Cut(NamedTuple):
    """A value that may be written anew.

    Offsets are in characters of the frame. ``text`` is a string's value, a number's digits; ``pointer`` leads from
    the payload to it.
    """

    start: int
    end: int
    is_string: bool
    text: str
    pointer: str
    what: MessageId | Time | Field | Change


class Template(NamedTuple):
    """A frame as JSON text, cut where it may be written anew; its type, and the action of its exchange."""

    text: str
    type: MessageType
    action: str
    cuts: tuple[Cut, ...] = ()


LARGEST_KEPT = 16_384
"""Characters of a frame whose template is kept for the next time it is sent."""


def template(
    raw: str | bytes, action: str, version: Version | None, changes: tuple[Change, ...] = ()
) -> Template | None:
    """Cut a recorded frame, of which the template is kept. See :func:`cut`."""
    return _kept(raw, action, version, changes) if len(raw) <= LARGEST_KEPT else cut(raw, action, version, changes)


def cut(raw: str | bytes, action: str, version: Version | None, changes: tuple[Change, ...] = ()) -> Template | None:
    """Cut a frame. ``action`` is that of its exchange. None for what is no message with an id: it can't be rebound."""
    frame = decode(raw)
    if frame.type is MessageType.INVALID or frame.message_id is None:
        return None
    text = raw if isinstance(raw, str) else raw.decode()
    action = action or frame.action or ""
    part = Part.REQUEST if frame.type.has_action else Part.RESPONSE
    wanted = _NOTHING if frame.type.is_error else _wanted(version, action, part)
    if len(text) > MOST_WALKED or not (wanted.paths or changes):
        return Template(text, frame.type, action, tuple(_ids(text)))
    cuts = _cuts(text, f"/{frame.payload_at}", action, wanted, changes)
    return Template(text, frame.type, action, tuple(cuts))


_kept = lru_cache(maxsize=2048)(cut)


def _ids(text: str) -> Iterator[Cut]:
    """Cut out the message id only."""
    spans = members(text)
    next(spans)
    start, end = next(spans)
    yield Cut(start, end, text[start] == '"', unquote(text[start:end]), "", MessageId())


class _Wanted(NamedTuple):
    """The paths to the times and identifiers of a payload, and the names of those fields."""

    paths: Mapping[Path, Field | Time]
    names: frozenset[str]


_NOTHING = _Wanted({}, frozenset())


def _cuts(text: str, payload: str, action: str, wanted: _Wanted, changes: tuple[Change, ...]) -> Iterator[Cut]:
    for kind, start, end, path in walk(text):
        if kind not in {"string", "number", "literal"}:
            continue
        what: MessageId | Time | Field | Change | None = _asked(action, path, changes) if changes else None
        if path == _ID:
            what = MessageId()
        elif what is None and path[0] == payload and _named(path) in wanted.names:
            what = wanted.paths.get(tuple("*" if step[1:].isdecimal() else step[1:] for step in path[1:]))
        if what is not None:
            value = unquote(text[start:end]) if kind == "string" else text[start:end]
            yield Cut(start, end, kind == "string", value, "".join(path[1:]), what)


_ID = ["/1"]


def _named(path: list[str]) -> str:
    """Return the field that a value belongs to, also as a member of its list."""
    return next((step[1:] for step in reversed(path) if not step[1:].isdecimal()), "")


def _asked(action: str, path: list[str], changes: tuple[Change, ...]) -> Change | None:
    pointer = "".join(path)
    return next((change for change in changes if change.where.fits(action, pointer)), None)


def _wanted(version: Version | None, action: str, part: Part) -> _Wanted:
    if version is None:
        return _NOTHING
    name = actions.resolve(version, action)
    return _table(version, name, part) if name in actions.table(version) else _NOTHING


@cache
def _table(version: Version, action: str, part: Part) -> _Wanted:
    try:
        schema = document(version, action, part)
    except KeyError:  # it has no answer
        return _NOTHING
    paths: dict[Path, Field | Time] = dict.fromkeys(_times(schema, schema.get("definitions", {}), ()), Time())
    paths |= fields(version, action, part)
    return _Wanted(paths, frozenset(path[-1] if path[-1] != "*" else path[-2] for path in paths))


def _times(node: Any, definitions: Mapping[str, Any], path: Path) -> Iterator[Path]:
    """Yield the paths to the fields of a schema that hold times."""
    if "$ref" in node:
        yield from _times(definitions[node["$ref"].rpartition("/")[2]], definitions, path)
    elif node.get("format") == "date-time":
        yield path
    elif isinstance(node.get("items"), dict):
        yield from _times(node["items"], definitions, (*path, "*"))
    for name, member in node.get("properties", {}).items():
        yield from _times(member, definitions, (*path, name))


_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def written(cut: Cut, value: str) -> str:
    """Write a value in the place of another: a string stays a string, a number a number if the value is one."""
    fits = value in _LITERALS if cut.text in _LITERALS else _NUMBER.fullmatch(value)
    return value if fits and not cut.is_string else encode([value])[1:-1]


_LITERALS = {"true", "false", "null"}
