"""What the schemas say of a field: its type and limits, whether it must be there, its values, and what it means."""

import json
import re
from typing import Any, NamedTuple

from inspector.protocol import envelope
from inspector.protocol.frame import FORMS, SHAPES, MessageType
from inspector.protocol.schema import Part, effective
from inspector.protocol.version import Version


class FieldHelp(NamedTuple):
    """``kind`` is its type and limits in words; ``name`` is empty for a member of a list."""

    name: str
    kind: str
    required: bool = False
    values: tuple[str, ...] = ()
    description: str = ""


PARTS = {
    MessageType.CALL: (Part.REQUEST, ("3",)),
    MessageType.SEND: (Part.REQUEST, ("3",)),
    MessageType.CALLRESULT: (Part.RESPONSE, ("2", "3")),
}
"""Which payload a frame carries, and where; an answer that names its action has it one place later."""


def field_help(version: Version, kind: MessageType, action: str | None, pointer: str) -> FieldHelp | None:
    """Return what is said of the value at a pointer into a frame; None where nothing is."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    part, places = PARTS.get(kind, (None, ()))
    try:
        if part and action and steps and steps[0] in places:
            return _follow(effective(version, action, part), steps[1:], f"{action} {part}")
        found = _follow(envelope.document(version, kind), steps, kind.name)
    except KeyError:
        return None
    if not steps:
        return found and found._replace(kind=FORMS[kind])
    element = dict(enumerate(SHAPES[kind])).get(int(steps[0])) if len(steps) == 1 and steps[0].isdecimal() else None
    return found and found._replace(name=element or found.name)


def _follow(schema: dict[str, Any], steps: list[str], name: str) -> FieldHelp | None:
    """Walk down a schema."""
    node, required = _resolved(schema, schema), False
    for step in steps:
        if step.isdecimal() and "items" in node:
            items = node["items"]
            inner = items[int(step)] if isinstance(items, list) and int(step) < len(items) else items
            name, required = ("", False)
        else:
            inner = node.get("properties", {}).get(step)
            name, required = step, step in node.get("required", ())
        if not isinstance(inner, dict):
            return None
        node = _resolved(schema, inner)
    return FieldHelp(
        name, _kind(schema, node), required, tuple(map(_written, node.get("enum", ()))), _description(node)
    )


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references within the schema, and the first of alternatives; what stands beside one goes before it."""
    while "$ref" in node or "anyOf" in node:
        beside = {key: value for key, value in node.items() if key not in {"$ref", "anyOf"}}
        target = schema["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node["anyOf"][0]
        node = {**target, **beside}
    return node


def _kind(schema: dict[str, Any], node: dict[str, Any]) -> str:
    """Say the type and the limits of a value."""
    named = node.get("type", "")
    words = [" or ".join(named) if isinstance(named, list) else named]
    if words == ["array"] and isinstance(node.get("items"), dict):
        words = [f"list of {_plural(_resolved(schema, node['items']).get('type', 'value'))}"]
    if "const" in node:
        words.append(f"always {_written(node['const'])}")
    if node.get("format"):
        words.append(node["format"])
    for key, template in _LIMITS.items():
        if key in node and (key, node[key]) != ("minItems", 0):
            words.append(template.format(_written(node[key])))
    if words == ["object"] and (fields := _fields(node)):
        words = [f"object with {', '.join(fields)}"]
    if "default" in node:
        words.append(f"{_written(node['default'])} if it is missing")
    return ", ".join(word for word in words if word) or ("" if "enum" in node else "anything")


def _written(value: Any) -> str:
    """Write a value of a schema for people: a text without quotes, a whole number without a point."""
    if isinstance(value, str):
        return value
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def _plural(word: Any) -> str:
    return f"{word if isinstance(word, str) else 'value'}s"


def _fields(node: dict[str, Any]) -> list[str]:
    """Name the fields of an object, those first that must be there."""
    fields, required = list(node.get("properties", {})), set(node.get("required", ()))
    return sorted((f"{name}{'' if name in required else '?'}" for name in fields), key=lambda name: name.endswith("?"))


_LIMITS = {
    "maxLength": "at most {} characters",
    "minLength": "{} or more characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "multipleOf": "in steps of {}",
    "pattern": "like {}",
}


def _description(node: dict[str, Any]) -> str:
    """Return what a schema says for people, without the names of its model (2.0.1: lines up to an URN)."""
    return " ".join(re.sub(r"(?s)^.*?urn:x-\S+\s*", "", str(node.get("description", "")), count=1).split())
