"""The smallest payload that a schema takes: a frame to begin with, and an answer where nobody knows a better one."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from inspector.protocol.overlay import laid, overlays
from inspector.protocol.schema import Part, document
from inspector.protocol.version import Version

Schema = dict[str, Any]

EPOCH = "1970-01-01T00:00:00Z"
LIKED = ("Accepted", "OK", "NoError")
"""Which value a field gets that may have one of several; else it is the first that the schema lists."""

INTERVAL = 300
"""Seconds between heartbeats, in answers to a BootNotification."""


def minimal_payload(
    version: Version, action: str, part: Part, time: str = EPOCH, liked: Collection[str] = LIKED
) -> dict[str, Any]:
    """Make a payload of required fields that every published copy of its schema takes; ``time`` is its timestamps'.

    Raises KeyError for an action or a part the version does not have.
    """
    schema = laid(document(version, action, part), overlays(version, action, part), strict=True)
    made: dict[str, Any] = _Maker(schema, time, liked).value(schema)
    if (action, part) == ("BootNotification", Part.RESPONSE):
        made["interval"] = INTERVAL
    return made


class _Maker(NamedTuple):
    root: Schema
    time: str
    liked: Collection[str]

    def value(self, schema: Schema) -> Any:
        """Make the smallest value of a schema."""
        if "$ref" in schema:
            schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]]
        if "enum" in schema:
            return next((value for value in self.liked if value in schema["enum"]), schema["enum"][0])
        return _MAKERS[schema.get("type", "anything")](self, schema)

    def text(self, schema: Schema) -> str:
        """Make the shortest text."""
        given = {"date-time": self.time, "uri": "https://csms.example/"}.get(schema.get("format", ""))
        return given or "-" * int(schema.get("minLength", 0))


_MAKERS: dict[str, Callable[[_Maker, Schema], Any]] = {
    "object": lambda maker, schema: {
        name: maker.value(schema["properties"][name]) for name in schema.get("required", ())
    },
    "array": lambda maker, schema: [maker.value(schema["items"]) for _ in range(schema.get("minItems", 0))],
    "string": _Maker.text,
    "integer": lambda _, schema: int(schema.get("minimum", 0)),
    "number": lambda _, schema: int(schema.get("minimum", 0)),
    "boolean": lambda *_: False,
    "anything": lambda *_: None,
}
