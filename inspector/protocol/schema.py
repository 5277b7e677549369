"""Payloads against the official schemas, which the package ``ocpp`` carries.

``jsonschema-rs`` judges; where it raises (lone surrogates, very deep nesting), ``jsonschema`` does. File names come
from the action table, never from the wire.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from inspector.protocol import actions, timestamp
from inspector.protocol.finding import Fault
from inspector.protocol.json_places import pointer
from inspector.protocol.version import Version


class Part(StrEnum):
    """Which half of an exchange a payload is."""

    REQUEST = "request"
    RESPONSE = "response"


_FILES: dict[Version, tuple[str, dict[Part, str]]] = {
    Version.V16: ("ocpp.v16", {Part.REQUEST: "{}.json", Part.RESPONSE: "{}Response.json"}),
    Version.V201: ("ocpp.v201", {Part.REQUEST: "{}Request.json", Part.RESPONSE: "{}Response.json"}),
    Version.V21: ("ocpp.v21", {Part.REQUEST: "{}Request.json", Part.RESPONSE: "{}Response.json"}),
}
"""The package and the file name of each schema; the name in it is one of the action table."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One failed keyword, the same whichever validator found it. ``path`` leads from the payload to the value."""

    keyword: str
    path: tuple[str | int, ...]
    wanted: Any


@cache
def document(version: Version, action: str, part: Part) -> dict[str, Any]:
    """Return the official schema of a payload. Raises KeyError for an action or part the version does not have."""
    return _load(version, action, part, float)


def _load(version: Version, action: str, part: Part, number: Callable[[str], Any]) -> dict[str, Any]:
    row = actions.table(version)[action]
    if part is Part.RESPONSE and not row.answered:
        raise KeyError(f"{action} has no answer")
    package, names = _FILES[version]
    name = names[part].format(row.name) if row.answered else f"{row.name}.json"  # a SEND is no Request
    file = resources.files(package).joinpath("schemas", name)
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8-sig"), parse_float=number)
    return loaded


@cache
def _validator(version: Version, action: str, part: Part) -> Any:
    """Build the fast validator. Without ``properties`` it would name no unknown field (three answers of 1.6)."""
    schema = {"properties": {}, **document(version, action, part)}
    return jsonschema_rs.validator_for(schema, validate_formats=True)


@cache
def _reference(version: Version, action: str, part: Part) -> Any:
    """Build the slow validator, taught Decimal numbers and the two formats that the schemas use."""
    import jsonschema  # 70 ms, and seldom needed

    schema = _load(version, action, part, Decimal)
    draft6 = schema["$schema"].rstrip("#") == "http://json-schema.org/draft-06/schema"
    base = jsonschema.validators.validator_for(schema)
    checker = base.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: _is_number(value),
            "integer": lambda _, value: _is_number(value) and (isinstance(value, int) or (draft6 and _is_whole(value))),
        }
    )
    uri = jsonschema_rs.validator_for({"format": "uri"}, validate_formats=True)
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time")(lambda value: not isinstance(value, str) or timestamp.fault_of(value) is None)
    formats.checks("uri", raises=ValueError)(uri.is_valid)

    def multiple_of(_: Any, step: Decimal, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
        if _is_number(value) and not _is_multiple(Decimal(value), step):
            yield jsonschema.ValidationError(f"not a multiple of {step}")

    taught = jsonschema.validators.extend(base, {"multipleOf": multiple_of}, type_checker=checker)
    return taught(schema, format_checker=formats)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    """Tell whether a number is a multiple of a step like 0.1, however many digits it has."""
    if value.adjusted() > MOST_DIGITS:
        return True
    with localcontext() as context:
        context.prec = max(28, abs(value.adjusted()) + len(value.as_tuple().digits) + 10)
        context.Emin, context.Emax = MIN_EMIN, MAX_EMAX
        return not value % step


MOST_DIGITS = 100_000
"""A number with more digits before its point is taken for a multiple of any step."""


def violations(version: Version, action: str, part: Part, payload: Any) -> list[Violation]:
    """Return every failed keyword of a payload, in document order of the schema.

    Raises KeyError for an action or part the version does not have.
    """
    try:
        return [
            violation
            for error in _validator(version, action, part).iter_errors(payload)
            for violation in _from_rs(error)
        ]
    except (ValueError, UnicodeError):
        return [
            violation
            for error in _reference(version, action, part).iter_errors(payload)
            for violation in _split(error.validator, tuple(error.absolute_path), error.validator_value, error)
        ]


def _from_rs(error: Any) -> Iterator[Violation]:
    keyword, detail, path = error.kind.name, error.kind.as_dict(), tuple(error.instance_path)
    if keyword == "additionalProperties":
        return (Violation(keyword, (*path, name), None) for name in detail["unexpected"])
    return iter([Violation(keyword, path, next(iter(detail.values()), None))])


def _split(keyword: str, path: tuple[str | int, ...], value: Any, error: Any) -> Iterator[Violation]:
    """Cut an error of the reference validator into one violation a name, as the fast one does."""
    if keyword == "additionalProperties":
        known = error.schema.get("properties", {})
        return (Violation(keyword, (*path, name), None) for name in error.instance if name not in known)
    if keyword == "required":
        missing = error.message.split("'")[1]
        return iter([Violation(keyword, path, missing)])
    return iter([Violation(keyword, path, [value] if keyword == "type" else value)])


def check(version: Version, action: str, part: Part, payload: Any, at: int) -> list[Fault]:
    """Return the schema faults of a payload that stands at index ``at`` of its frame."""
    try:
        found = violations(version, action, part, payload)
    except KeyError:
        return []
    return [_fault(version, action, part, payload, at, violation) for violation in found]


def _fault(version: Version, action: str, part: Part, payload: Any, at: int, violation: Violation) -> Fault:
    value = _value(payload, violation.path)
    place = pointer((at, *violation.path))
    if violation.keyword == "format" and violation.wanted == "date-time":
        message, hint = timestamp.fault_of(value) or ("not an RFC 3339 timestamp", "send UTC, ending in Z")
        return Fault("C001", f"{message}: {_cut(value)}", place, hint)
    code, words = _WORDS.get(violation.keyword, ("S108", "breaks {keyword}"))
    name = violation.path[-1] if violation.path else "the payload"
    message = words.format(keyword=violation.keyword, name=name, value=_cut(value), wanted=_wanted(violation.wanted))
    return Fault(code, message, place, _hint(version, action, part, violation, value))


_WORDS: dict[str, tuple[str, str]] = {
    "required": ("S101", "{wanted} is missing"),
    "additionalProperties": ("S102", "{name} is not a field of this message"),
    "type": ("S103", "{name} is {value}, but must be {wanted}"),
    "enum": ("S104", "{name} is {value}, which is not one of its values"),
    "maxLength": ("S105", "{name} is longer than {wanted} characters"),
    "minLength": ("S105", "{name} is shorter than {wanted} characters"),
    "maxItems": ("S105", "{name} has more than {wanted} items"),
    "minItems": ("S105", "{name} has fewer than {wanted} items"),
    "format": ("S106", "{name} is not a valid {wanted}: {value}"),
    "minimum": ("S107", "{name} is {value}, less than {wanted}"),
    "maximum": ("S107", "{name} is {value}, more than {wanted}"),
    "multipleOf": ("S107", "{name} is {value}, not a multiple of {wanted}"),
}
"""The code and the plain words of each keyword that the official schemas use."""


def _value(payload: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        payload = payload[step]
    return payload


def _cut(value: Any, most: int = 60) -> str:
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, default=str)
    return text if len(text) <= most else text[: most - 3] + "..."


def _wanted(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(str(item) for item in value)
    return str(value)


def _hint(version: Version, action: str, part: Part, violation: Violation, value: Any) -> str:
    """Name the nearest legal key or value, else the legal ones."""
    if violation.keyword == "additionalProperties":
        known = _properties(document(version, action, part), violation.path[:-1])
        near = get_close_matches(str(violation.path[-1]), known, n=1, cutoff=0.6)
        return f"did you mean {near[0]}?" if near else "leave it out, or put vendor data where the version allows it"
    if violation.keyword == "enum":
        options = [str(option) for option in violation.wanted]
        same = [option for option in options if option.lower() == str(value).lower()]  # KW is kW, not W
        near = same or get_close_matches(str(value), options, n=1, cutoff=0.5)
        listed = ", ".join(options[:8]) + (", ..." if len(options) > 8 else "")
        return f"did you mean {near[0]}? Allowed: {listed}" if near else f"allowed: {listed}"
    return ""


def _properties(schema: Mapping[str, Any], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys the schema allows in the object that a path leads to."""
    root = schema
    for step in path:
        schema = _deref(root, schema)
        schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return list(_deref(root, schema).get("properties", ()))


def _deref(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local ``$ref``; the official files have no other."""
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = root["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    return _deref(root, found)
