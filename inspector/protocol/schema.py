"""Payloads against the official schemas, which the package ``ocpp`` carries.

``jsonschema-rs`` judges; where it raises (lone surrogates, very deep nesting), ``jsonschema`` does. File names come
from the action table, never from the wire. Numbers are judged as they were written, whether they came as float or as
Decimal.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import chain, islice
from typing import Any, NamedTuple, NoReturn

import jsonschema_rs

from inspector.protocol import actions, timestamp
from inspector.protocol.json_text import exact
from inspector.protocol.overlay import Overlay, laid, overlays
from inspector.protocol.version import Version

MOST = 100
"""Violations of one payload that are told."""

LARGEST = 100_000
"""Values in a payload of which every violation is sought; of a larger one only the first is."""


class Part(StrEnum):
    """Which half of an exchange a payload is."""

    REQUEST = "request"
    RESPONSE = "response"


_FILES: dict[Version, tuple[str, dict[Part, str]]] = {
    Version.V16: ("v16", {Part.REQUEST: "{}.json", Part.RESPONSE: "{}Response.json"}),
    Version.V201: ("v201", {Part.REQUEST: "{}Request.json", Part.RESPONSE: "{}Response.json"}),
    Version.V21: ("v21", {Part.REQUEST: "{}Request.json", Part.RESPONSE: "{}Response.json"}),
}
"""The folder and the file name of each schema; the name in it is one of the action table."""


class Violation(NamedTuple):
    """One failed keyword, the same whichever validator found it.

    ``path`` leads from the payload to the value. ``differ`` is set where another published copy takes the value.
    """

    keyword: str
    path: tuple[str | int, ...]
    wanted: Any
    differ: Overlay | None = None

    @property
    def is_error(self) -> bool:
        """Whether every copy of the standard's schema refuses the value, and every receiver may."""
        return self.differ is None and self.keyword != "format"


@cache
def document(version: Version, action: str, part: Part) -> dict[str, Any]:
    """Return the official schema of a payload. Raises KeyError for an action or part the version does not have."""
    return _load(version, action, part, float)


@cache
def effective(version: Version, action: str, part: Part) -> dict[str, Any]:
    """Return the schema that every payload without an error follows: the official one as its most lenient copy has it.

    Raises KeyError for an action or part the version does not have.
    """
    return laid(document(version, action, part), overlays(version, action, part), strict=False)


def _load(version: Version, action: str, part: Part, number: Callable[[str], Any]) -> dict[str, Any]:
    row = actions.table(version)[action]
    if part is Part.RESPONSE and not row.answered:
        raise KeyError(f"{action} has no answer")
    folder, names = _FILES[version]
    name = names[part].format(row.name) if row.answered else f"{row.name}.json"  # a SEND is no Request
    file = resources.files("ocpp").joinpath(folder, "schemas", name)  # not of ocpp.v16: to import that takes 90 ms
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8-sig"), parse_float=number)
    return loaded


def compiled(schema: Any) -> Any:
    """Build the fast validator of a schema, which may refer to nothing outside. Raises ValueError if it is none."""
    return jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_refuse)


def _refuse(address: str) -> NoReturn:
    raise ValueError(f"it refers to {address}; a schema stands alone here")


@cache
def _validator(version: Version, action: str, part: Part) -> Any:
    return compiled(_judging(version, action, part, float))


def _judging(version: Version, action: str, part: Part, number: Callable[[str], Any]) -> Any:
    """Return the schema that payloads are held against: the official one as its strictest copy has it."""
    return _meant(laid(_load(version, action, part, number), overlays(version, action, part), strict=True))


def _meant(node: Any) -> Any:
    """Return a schema without what the official files say in vain: which fields a text or a list may have.

    An object that may have no fields (three answers of 1.6) gets an empty list of them: so each one is named. A limit
    written as 100.0 becomes 100, with which the fast validator compares every digit, and not the nearest floats.
    """
    if isinstance(node, list):
        return [_meant(item) for item in node]
    if not isinstance(node, dict):
        return int(node) if isinstance(node, float | Decimal) and node == int(node) else node
    meant = {key: _meant(item) for key, item in node.items()}
    if meant.get("additionalProperties") is False:
        if meant.get("type") == "object":
            meant.setdefault("properties", {})
        else:
            del meant["additionalProperties"]
    return meant


@cache
def _reference(version: Version, action: str, part: Part) -> Any:
    """Build the slow validator, taught numbers as written and the two formats that the schemas use."""
    import jsonschema  # 70 ms, and seldom needed

    schema = _judging(version, action, part, Decimal)
    draft6 = schema["$schema"].rstrip("#") == "http://json-schema.org/draft-06/schema"
    base = jsonschema.validators.validator_for(schema)
    checker = base.TYPE_CHECKER.redefine_many(
        {
            "number": lambda _, value: is_number(value),
            "integer": lambda _, value: is_number(value) and (isinstance(value, int) or (draft6 and _is_whole(value))),
        }
    )
    uri = jsonschema_rs.validator_for({"format": "uri"}, validate_formats=True)
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time")(_is_time)
    formats.checks("uri", raises=ValueError)(uri.is_valid)

    def multiple_of(_: Any, step: Decimal, value: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
        if is_number(value) and not _is_multiple(exact(value), step):
            yield jsonschema.ValidationError(f"not a multiple of {step}")

    taught = jsonschema.validators.extend(base, {"multipleOf": multiple_of}, type_checker=checker)
    return taught(schema, format_checker=formats)


def _is_time(value: Any) -> bool:
    """Tell whether a text is a timestamp. RFC 3339 has a year 0, a leap year like 2000; our calendar has not."""
    return not isinstance(value, str) or timestamp.fault_of(re.sub(r"^0000(?=-)", "2000", value)) is None


def is_number(value: Any) -> bool:
    """Tell whether a value is a JSON number, whichever way it was read."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_whole(value: float | Decimal) -> bool:
    return value == value // 1 if isinstance(value, float) else value == value.to_integral_value()


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
    """Return the failed keywords of a payload, in document order of the schema, and one more than ``MOST`` at most.

    Raises KeyError for an action or part the version does not have.
    """
    try:
        validator = _validator(version, action, part)
        if validator.is_valid(payload):
            return []
        found = judged(validator, payload)
    except (ValueError, UnicodeError):
        found = _by_reference(version, action, part, payload)
    over = overlays(version, action, part)
    return [_graded(violation, over, payload) for violation in found] if over else found


def judged(validator: Any, payload: Any) -> list[Violation]:
    """Return the failed keywords that a fast validator finds. Raises ValueError for a payload it can't take."""
    errors = _first_error(validator, payload) if _is_large(payload) else validator.iter_errors(payload)
    return list(islice(chain.from_iterable(map(_from_rs, errors)), MOST + 1))


def _first_error(validator: Any, payload: Any) -> list[Any]:
    try:
        validator.validate(payload)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def _is_large(payload: Any) -> bool:
    """Tell whether there are so many values that as many violations would take seconds."""
    waiting, count = [payload], 0
    while waiting and count <= LARGEST:
        value = waiting.pop()
        if isinstance(value, dict | list):
            count += len(value)
            waiting.extend(islice(value.values() if isinstance(value, dict) else value, LARGEST))
    return count > LARGEST


def _from_rs(error: Any) -> Iterable[Violation]:
    keyword, detail, path = error.kind.name, error.kind.as_dict(), tuple(error.instance_path)
    if "unexpected" in detail:
        return (Violation(keyword, (*path, name), None) for name in detail["unexpected"])
    if keyword == "pattern" and "pattern" not in detail:
        return ()  # the pattern was given up: no verdict
    return (Violation(keyword, path, next(iter(detail.values()), None)),)


def _by_reference(version: Version, action: str, part: Part, payload: Any) -> list[Violation]:
    if _is_large(payload):
        return [Violation("schema", (), None)]
    errors = _reference(version, action, part).iter_errors(payload)
    return list(islice(chain.from_iterable(map(_from_reference, errors)), MOST + 1))


def _from_reference(error: Any) -> Iterable[Violation]:
    """Cut an error of the reference validator into one violation a name, as the fast one does."""
    keyword, path, value = error.validator, tuple(error.absolute_path), error.validator_value
    if keyword == "additionalProperties":
        known = error.schema.get("properties", {})
        return (Violation(keyword, (*path, name), None) for name in error.instance if name not in known)
    if keyword == "required":
        return (Violation(keyword, path, error.message.split("'")[1]),)
    return (Violation(keyword, path, [value] if keyword == "type" else value),)


def _graded(violation: Violation, over: tuple[Overlay, ...], payload: Any) -> Violation:
    """Note where another published copy of the schema takes the value."""
    fields = tuple(step for step in violation.path if isinstance(step, str))
    for overlay in over:
        if (overlay.keyword, overlay.fields) == (violation.keyword, fields) and overlay.takes(
            value_at(payload, violation.path)
        ):
            return violation._replace(differ=overlay)
    return violation


def value_at(payload: Any, path: tuple[str | int, ...]) -> Any:
    """Return the value that a path leads to; of a field that must not be there, its value."""
    for step in path:
        payload = payload[step]
    return payload
