"""What was probably meant: the nearest key or value, where a field belongs, what to send instead."""

from typing import Any

import pytest

from inspector.protocol.json_text import parse
from inspector.protocol.rules.schema import check
from inspector.protocol.schema import Part, Violation, effective
from inspector.protocol.schema_hints import hint, nearest, schema_at, sent_instead
from inspector.protocol.version import Version


def hints(version: Version, action: str, text: str, part: Part = Part.REQUEST) -> dict[str, str]:
    """Return the hint at each place of a payload, given as text."""
    return {fault.pointer: fault.hint for fault in check(version, action, part, parse(text)[0], 3)}


@pytest.mark.parametrize(
    ("name", "options", "near"),
    [
        ("chargingProfile", ["connectorId", "csChargingProfiles"], "csChargingProfiles"),
        ("idtag", ["idTag", "idTagInfo"], "idTag"),
        ("connector_id", ["connectorId"], "connectorId"),
        ("Sample-Periodic", ["Sample.Clock", "Sample.Periodic"], "Sample.Periodic"),
        ("KW", ["W", "kW", "kWh"], "kW"),
        ("zz", ["connectorId"], None),
        ("", ["connectorId"], None),
        ("x" * 1_000_000, ["x" * 1_000_000], None),
        ("connectorId", [], None),
    ],
)
def test_the_nearest_name_is_one_slip_away(name: str, options: list[str], near: str | None) -> None:
    """The same but for case and separators first; a name beyond all sense is not compared."""
    assert nearest(name, options) == near


def test_a_key_near_a_field_is_named() -> None:
    """The commonest slip of 1.6; the missing field says what to rename."""
    found = hints(Version.V16, "SetChargingProfile", '{"connectorId":1,"chargingProfile":{}}')
    assert found == {
        "/3": "rename chargingProfile to csChargingProfiles",
        "/3/chargingProfile": "did you mean csChargingProfiles?",
    }


def test_a_key_near_a_field_of_an_inner_object_is_named() -> None:
    """The fields of that object, behind ``$ref`` and lists, not those of the message."""
    text = """{"evseId":1,"meterValue":[{"timestamp":"2026-01-31T12:34:56Z","sampledValue":[{"value":1},
        {"value":1,"measurant":"Voltage"}]}]}"""
    found = hints(Version.V201, "MeterValues", text)
    assert found == {"/3/meterValue/0/sampledValue/1/measurant": "did you mean measurand?"}


@pytest.mark.parametrize(
    ("version", "action", "part", "text", "place", "meant"),
    [
        (
            *(Version.V16, "StartTransaction", Part.RESPONSE),
            *('{"transactionId":1,"idTagInfo":{"status":"Accepted"},"status":"Accepted"}', "/3/status"),
            "it belongs into idTagInfo",
        ),
        (
            *(Version.V201, "StatusNotification", Part.REQUEST),
            '{"timestamp":"2026-01-31T12:34:56Z","connectorStatus":"Available","evseId":1,"connectorId":1,"vendorId":"v"}',
            *("/3/vendorId", "it belongs into customData"),
        ),
        (
            *(Version.V16, "MeterValues", Part.REQUEST),
            '{"connectorId":1,"meterValue":[{"timestamp":"2026-01-31T12:34:56Z","sampledValue":[{"value":"1"}],"unit":"V"}]}',
            *("/3/meterValue/0/unit", "it belongs into meterValue.sampledValue"),
        ),
        (
            *(Version.V16, "MeterValues", Part.REQUEST),
            '{"connectorId":1,"meterValue":[{"timestamp":"2026-01-31T12:34:56Z","sampledValue":[{"value":"1"}],"connectorId":1}]}',
            *("/3/meterValue/0/connectorId", "it belongs into the message itself"),
        ),
    ],
)
def test_a_field_that_belongs_elsewhere_is_told_where(
    version: Version, action: str, part: Part, text: str, place: str, meant: str
) -> None:
    """An answer's status beside the object that should hold it, or the other way round."""
    assert hints(version, action, text, part)[place] == meant


def test_a_key_near_nothing_is_told_the_fields_there_are() -> None:
    """And where vendors' data goes, if there is such a place."""
    assert hints(Version.V16, "Heartbeat", '{"zz":1}') == {"/3/zz": "leave it out: there are no fields here"}
    assert hints(Version.V16, "Reset", '{"type":"Soft","zz":1}') == {"/3/zz": "leave it out; the fields are type"}
    found = hints(Version.V201, "Heartbeat", '{"zz":1}')
    assert found == {"/3/zz": "leave it out, or put it into customData; the fields are customData"}


METER_16 = """{"connectorId":1,"meterValue":[{"timestamp":"2026-01-31T12:34:56Z","sampledValue":[{"value":"50.0",
    "unit":"%s","measurand":"Frequency"}]}]}"""


@pytest.mark.parametrize(("unit", "meant"), [("Hz", "Hertz"), ("wh", "Wh"), ("KW", "kW"), ("Celcuis", "Celcius")])
def test_a_value_near_one_of_the_list_is_named(unit: str, meant: str) -> None:
    """With the list, in which stands what any published copy takes."""
    (found,) = hints(Version.V16, "MeterValues", METER_16 % unit).values()
    assert found.startswith(f"did you mean {meant}? Allowed: Wh, kWh, varh, ")
    assert found.endswith("Percent, Hertz")


@pytest.mark.parametrize(
    ("value", "options", "meant"),
    [
        ("soft", ["Hard", "Soft"], "Soft"),
        ("Avaliable", ["Unavailable", "Available", "Faulted"], "Available"),
        ("NotAvailable", ["Available", "Unavailable"], "Unavailable"),
        ("Fault", ["Faulted", "Available"], "Faulted"),
        ("Temperature", ["NoError", "HighTemperature"], "HighTemperature"),
        ("Error", ["NoError", "InternalError", "OtherError"], None),
        ("Error", ["NoError", "GroundFailure"], None),
        ("Available", ["Unavailable"], None),
        ("NotAccepted", ["Accepted", "Rejected"], None),
        ("Uknown", ["Unknown", "Accepted"], "Unknown"),
        ("Valid", ["Invalid", "Blocked"], None),
        ("Free", ["Available", "Reserved"], None),
        ("Suspended", ["SuspendedEV", "SuspendedEVSE"], None),
        ("", ["A"], None),
        ("x" * 1_000_000, ["A"], None),
    ],
)
def test_a_value_is_never_taken_for_its_opposite(value: str, options: list[str], meant: str | None) -> None:
    """Nor for one of several that hold the word that was sent; the list is told all the same."""
    found = hint({}, Violation("enum", (), options), value)
    listed = ", ".join(options)
    assert found == (f"did you mean {meant}? Allowed: {listed}" if meant else f"allowed: {listed}")


def test_a_value_near_nothing_is_told_the_list() -> None:
    assert hints(Version.V16, "Reset", '{"type":"zz"}') == {"/3/type": "allowed: Hard, Soft"}


def test_a_long_list_is_cut() -> None:
    text = """{"eventType":"Started","timestamp":"2026-01-31T12:34:56Z","triggerReason":"zz","seqNo":0,
        "transactionInfo":{"transactionId":"a"}}"""
    (found,) = hints(Version.V21, "TransactionEvent", text).values()
    assert found.endswith(", ...")


@pytest.mark.parametrize(
    ("version", "action", "text", "what"),
    [
        (Version.V16, "Authorize", "{}", "send a string of 20 characters at most"),
        (Version.V16, "Reset", "{}", "send one of Hard, Soft"),
        (Version.V16, "RemoteStopTransaction", "{}", "send an integer"),
        (Version.V201, "BootNotification", '{"reason":"PowerUp"}', "send an object with model, vendorName"),
        (
            *(Version.V201, "TransactionEvent"),
            '{"eventType":"Started","timestamp":"2026-01-31T12:34:56Z","seqNo":0,"transactionInfo":{"transactionId":"a"}}',
            "send one of Authorized, CablePluggedIn, ",
        ),
        (
            *(Version.V201, "StatusNotification"),
            '{"connectorStatus":"Available","evseId":1,"connectorId":1}',
            "send a timestamp such as 2026-01-31T12:34:56Z",
        ),
        (Version.V201, "GetVariables", "{}", "send a list, each an object with component, variable"),
    ],
)
def test_a_missing_field_is_told_what_to_send(version: Version, action: str, text: str, what: str) -> None:
    assert hints(version, action, text)["/3"].startswith(what)


@pytest.mark.parametrize(
    ("action", "field", "value", "what"),
    [
        ("Authorize", "idTag", "7", "send it in quotes"),
        ("Authorize", "idTag", "604.213", "send it in quotes"),
        ("Authorize", "idTag", "true", "send it in quotes"),
        ("Authorize", "idTag", "null", "leave the field out when there is nothing to send"),
        ("DataTransfer", "data", '{"a":1}', "send a text, which may hold JSON"),
        ("RemoteStopTransaction", "transactionId", '"7"', "send it without quotes"),
        ("RemoteStopTransaction", "transactionId", '" 7 "', "send it without quotes"),
        ("RemoteStopTransaction", "transactionId", '"seven"', ""),
        ("RemoteStopTransaction", "transactionId", "1.0", "send a whole number, written without point and exponent"),
        ("RemoteStopTransaction", "transactionId", "true", ""),
        ("GetConfiguration", "key", '"a"', "put it into a list: [...]"),
        ("SetChargingProfile", "csChargingProfiles", '"{}"', "send the object itself, not a text"),
        ("SetChargingProfile", "csChargingProfiles", "[]", "send one object, not a list"),
        ("MeterValues", "meterValue", '{"timestamp":1}', "put it into a list: [{...}]"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_what_to_send(action: str, field: str, value: str, what: str) -> None:
    """The value itself is not repeated: it may be a secret."""
    assert hints(Version.V16, action, f'{{"{field}":{value}}}')[f"/3/{field}"] == what


def test_an_empty_list_is_left_out_where_it_may_be() -> None:
    required = hints(Version.V201, "GetVariables", '{"getVariableData":[]}')
    assert required == {"/3/getVariableData": ""}
    optional = hints(Version.V201, "GetReport", '{"requestId":1,"componentVariable":[]}')
    assert optional == {"/3/componentVariable": "leave componentVariable out when there is nothing to list"}


RECURSIVE: dict[str, Any] = {
    "properties": {
        "child": {"$ref": "#/$defs/child"},
        "odd": {"$ref": "#/$defs/a~1b"},
        "loop": {"$ref": "#/$defs/loop"},
    },
    "$defs": {
        "child": {"type": "object", "properties": {"child": {"$ref": "#/$defs/child"}, "name": {}, "any": True}},
        "loop": {"$ref": "#/$defs/loop"},
    },
}


@pytest.mark.parametrize(
    ("path", "fields"),
    [(("child",), 3), (("child", "child", "child"), 3), (("odd",), 0), (("loop",), 0), (("nope", 0), 0), ((0,), 0)],
)
def test_any_schema_can_be_walked(path: tuple[str | int, ...], fields: int) -> None:
    """Also a vendor's, with references that the official files do not have."""
    assert len(schema_at(RECURSIVE, path).get("properties", ())) == fields


def test_a_recursive_schema_has_an_end() -> None:
    """While the home of a field is sought."""
    found = hint(RECURSIVE, Violation("additionalProperties", ("nowhere",), None), 1)
    assert found.startswith("leave it out; the fields are child, odd, loop")
    assert (
        hint(RECURSIVE, Violation("additionalProperties", ("child", "odd"), None), 1)
        == "it belongs into the message itself"
    )


def test_what_stands_instead_of_a_missing_field_is_an_unknown_key() -> None:
    """Not one that belongs there, nor one too long to be meant."""
    schema = effective(Version.V16, "StartTransaction", Part.REQUEST)
    missing = Violation("required", (), "idTag")
    assert sent_instead(schema, missing, {"connectorId": 1, "idTags": "a"}) == "idTags"
    assert sent_instead(schema, missing, {"connectorId": 1, "x" * 101: "a"}) is None
    assert sent_instead(schema, missing, {}) is None


def test_a_violation_without_advice_has_an_empty_hint() -> None:
    assert hint({}, Violation("maximum", ("a",), 1), 2) == ""
