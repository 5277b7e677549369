"""The frames of each version as JSON schemas of our own, with the table of the error codes."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Version


@cache
def document(version: Version, message_type: MessageType | None = None) -> dict[str, Any]:
    """Return the schema of a whole frame of a type, or of any frame. Raises KeyError for a type of a later version."""
    file = resources.files("inspector.schemas").joinpath(f"rpc-{version}.json")
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if message_type is None:
        return loaded
    definitions = loaded["definitions"]
    parts = {name: part for name, part in definitions.items() if name not in MessageType.__members__}
    title = f"{message_type.name} of OCPP-J {version}"
    return {"$schema": loaded["$schema"], "title": title, **definitions[message_type.name], "definitions": parts}


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """The error codes of a version. ``old`` are those that only some of its texts spell so."""

    legal: frozenset[str]
    old: frozenset[str]


@cache
def error_codes(version: Version) -> ErrorCodes:
    """Return the error codes that a CALLERROR of this version may have."""
    definitions = document(version)["definitions"]
    old = definitions.get("oldErrorCode", {"enum": ()})
    return ErrorCodes(frozenset(definitions["errorCode"]["enum"]), frozenset(old["enum"]))


@cache
def longest_description(version: Version) -> int | None:
    """Return how many characters an error's description may have, None for any number."""
    most: int | None = document(version)["definitions"]["errorDescription"].get("maxLength")
    return most
