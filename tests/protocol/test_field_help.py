"""What the schemas say of a field, for every field there is."""

from collections.abc import Iterator
from typing import Any

import pytest

from inspector.protocol import actions
from inspector.protocol.field_help import FieldHelp, field_help
from inspector.protocol.frame import FORMS, MessageType
from inspector.protocol.schema import Part, effective
from inspector.protocol.version import Version

CALL, RESULT, ERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR
V16, V201 = Version.V16, Version.V201


@pytest.mark.parametrize(
    ("version", "kind", "action", "pointer", "told"),
    [
        (V16, CALL, "BootNotification", "/3/chargePointVendor", ("string, at most 20 characters", True)),
        (V16, CALL, "MeterValues", "/3/meterValue", ("list of objects", True)),
        (V16, CALL, "MeterValues", "/3/meterValue/7/timestamp", ("string, date-time", True)),
        (V16, RESULT, "BootNotification", "/2/interval", ("integer", True)),
        (V16, RESULT, "BootNotification", "/2", ("object with status, currentTime, interval", False)),
        (V201, CALL, "TransactionEvent", "/3/offline", ("boolean, false if it is missing", False)),
        (V201, CALL, "TransactionEvent", "/3/evse", ("object with id, customData?, connectorId?", False)),
        (V201, CALL, "TransactionEvent", "/0", ("always 2", False)),
        (V201, CALL, "TransactionEvent", "", (FORMS[CALL], False)),
    ],
)
def test_type_limits_and_need_are_told(
    version: Version, kind: MessageType, action: str, pointer: str, told: tuple[str, bool]
) -> None:
    found = field_help(version, kind, action, pointer)
    assert found is not None
    assert (found.kind, found.required) == told


def test_values_are_told() -> None:
    assert field_help(V16, CALL, "Reset", "/3/type") == FieldHelp("type", "string", True, ("Hard", "Soft"))
    code = field_help(V16, ERROR, None, "/2")
    assert code is not None
    assert code.name == "code"
    assert "NotSupported" in code.values


def test_a_meaning_is_told_without_the_names_of_its_model() -> None:
    """2.0.1 writes lines of them before the words for people."""
    found = field_help(V201, CALL, "TransactionEvent", "/3/meterValue/0/sampledValue/0/location")
    assert found is not None
    assert found.description == 'Indicates where the measured value has been sampled. Default = "Outlet"'


@pytest.mark.parametrize(
    ("kind", "action", "pointer"),
    [
        (CALL, "Reset", "/3/nope"),
        (CALL, "Reset", "/3/type/0"),
        (CALL, "Reset", "/77"),
        (CALL, "NoSuchAction", "/3/type"),
        (RESULT, None, "/2/x"),
        (MessageType.INVALID, None, ""),
        (MessageType.SEND, "NotifyPeriodicEventStream", "/3/id"),
    ],
)
def test_of_what_no_schema_knows_nothing_is_said(kind: MessageType, action: str | None, pointer: str) -> None:
    assert field_help(V16, kind, action, pointer) is None


def fields(schema: Any, node: Any, path: str) -> Iterator[str]:
    """Yield the pointers of all fields of a schema, of those that nest without end the first."""
    if "$ref" in node and path.count("/") < 8:
        node = schema["definitions"][node["$ref"].rpartition("/")[2]]
    for name, inner in node.get("properties", {}).items():
        yield f"{path}/{name}"
        yield from fields(schema, inner, f"{path}/{name}")
    if isinstance(node.get("items"), dict):
        yield from fields(schema, node["items"], f"{path}/0")


@pytest.mark.parametrize("version", Version)
def test_something_is_told_of_each_field_of_each_message(version: Version) -> None:
    """Its type at least."""
    for name, row in actions.table(version).items():
        kind = CALL if row.answered else MessageType.SEND
        schema = effective(version, name, Part.REQUEST)
        for pointer in fields(schema, schema, "/3"):
            told = field_help(version, kind, name, pointer)
            assert told is not None, (name, pointer)
            assert told.kind or told.values
