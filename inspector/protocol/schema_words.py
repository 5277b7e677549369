"""A violation in plain words: the code, and what stands there against what may stand there."""

import json
from decimal import Decimal
from typing import Any

from inspector.protocol import schema_hints, timestamp
from inspector.protocol.schema import Violation, value_at
from inspector.protocol.secrets import SECRET_FIELDS

MOST_SHOWN = 60
"""Characters of a value or a name in a message."""

_TABLE: dict[str, tuple[str, str]] = {
    "required": ("S101", "{wanted} is missing"),
    "additionalProperties": ("S102", "{name} is not a field of {parent}"),
    "type": ("S103", "{name} is {value}, but must be {wanted}"),
    "enum": ("S104", "{name} is {value}, which is not one of its values"),
    "maxLength": ("S105", "{name} has {length} characters, but may have {wanted} at most: {value}"),
    "minLength": ("S105", "{name} has {length} characters, but must have {wanted} at least: {value}"),
    "maxItems": ("S105", "{name} has {length} items, but may have {wanted} at most"),
    "minItems": ("S105", "{name} has {length} items, but must have {wanted} at least"),
    "format": ("S106", "{name} is not a valid {wanted}: {value}"),
    "minimum": ("S107", "{name} is {value}, less than {wanted}"),
    "maximum": ("S107", "{name} is {value}, more than {wanted}"),
    "multipleOf": ("S107", "{name} is {value}, not a multiple of {wanted}"),
    "const": ("S108", "{name} is {value}, but must be {wanted}"),
    "pattern": ("S108", "{name} is {value}, which does not match {wanted}"),
    "falseSchema": ("S108", "{name} is {value}, but nothing may stand there"),
    "schema": ("S108", "{name} does not follow its schema; it is too large to tell where"),
}
"""The code and the plain words of each keyword that the official schemas use, and of a few others."""

_OTHER = ("S108", "{name} is {value}, which breaks {keyword} of its schema")


def code(violation: Violation) -> str:
    """Return the code of a violation of an official schema."""
    if violation.differ is not None:
        return "S002"
    return "C001" if _is_timestamp(violation) else _TABLE.get(violation.keyword, _OTHER)[0]


def message(
    schema: dict[str, Any],
    payload: Any,
    violation: Violation,
    whole: str = "this message",
    written: str | None = None,
) -> str:
    """Say what is wrong. ``whole`` is what the payload itself is called, ``written`` the text of a number."""
    keyword, path, wanted, differ = violation
    name, value = _name(path, whole), value_at(payload, path)
    if differ is not None:
        return f"{name} is {shown(value, name)}: {differ.copies}"
    if _is_timestamp(violation):
        return f"{_timestamp_fault(value)[0]}: {shown(value)}"
    words = _TABLE.get(keyword, _OTHER)[1].format(
        keyword=keyword,
        name=name,
        parent=_name(path[:-1], whole),
        value=cut(written) if written else shown(value, name),
        wanted=_wanted(keyword, wanted),
        length=len(value) if isinstance(value, str | list) else 0,
    )
    sent = schema_hints.sent_instead(schema, violation, value) if keyword == "required" else None
    return f"{words}, {cut(sent)} stands there instead" if sent else words


def hint(schema: dict[str, Any], payload: Any, violation: Violation) -> str:
    """Say what was probably meant, or what to do."""
    value = value_at(payload, violation.path)
    if violation.differ is not None:
        return violation.differ.reason
    return _timestamp_fault(value)[1] if _is_timestamp(violation) else schema_hints.hint(schema, violation, value)


def _is_timestamp(violation: Violation) -> bool:
    return violation.keyword == "format" and violation.wanted == "date-time"


def _timestamp_fault(value: str) -> tuple[str, str]:
    return timestamp.fault_of(value) or ("not an RFC 3339 timestamp", "send UTC, ending in Z")


def shown(value: Any, name: str = "") -> str:
    """Write a value in a few characters, and of what may be a secret only what can be found again and masked."""
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if not isinstance(value, str):
        return cut(str(value) if isinstance(value, Decimal) else json.dumps(value))
    if name in _MAY_BE_SECRET and (len(value) > MOST_SHOWN or json.dumps(value)[1:-1] != value):
        return '"***"'
    quoted = json.dumps(value[:MOST_SHOWN], ensure_ascii=False)
    return quoted if len(value) <= MOST_SHOWN else f"{quoted[:-1]}..."


_MAY_BE_SECRET = SECRET_FIELDS | {"value", "attributeValue", "actualValue", "idToken"}


def cut(text: str) -> str:
    """Cut a name or a number that is too long for a message."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."


def _name(path: tuple[str | int, ...], whole: str) -> str:
    """Name the place a path leads to: its field, and the index in a list."""
    steps = (whole, *path)
    last = max(at for at, step in enumerate(steps) if isinstance(step, str))
    return cut(str(steps[last])) + "".join(f"[{step}]" for step in steps[last + 1 :])


def _wanted(keyword: str, wanted: Any) -> str:
    if keyword == "type":
        return " or ".join(schema_hints.TYPES[kind] for kind in wanted)
    return cut(str(wanted)) if isinstance(wanted, str | int | float | Decimal) else shown(wanted)
