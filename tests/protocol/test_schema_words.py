"""What is said of a violation: the code, the value, and what may stand there."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from inspector.protocol import schema, schema_words
from inspector.protocol.finding import Fault
from inspector.protocol.json_text import parse
from inspector.protocol.rules.schema import check
from inspector.protocol.schema import Part, Violation
from inspector.protocol.schema_words import MOST_SHOWN, shown
from inspector.protocol.version import Version
from tests.protocol.instances import messages


def fault_of(*, version: Version = Version.V16, action: str, text: str, part: Part = Part.REQUEST) -> Fault:
    """Check a payload, given as text, that has exactly one fault."""
    (fault,) = check(version, action, part, parse(text)[0], 3)
    return fault


def keywords_of(node: Any) -> Iterator[str]:
    """Yield the keywords of a schema, and not the names of its properties and definitions."""
    if not isinstance(node, dict):
        return
    for key, item in node.items():
        yield key
        if key in {"properties", "definitions"}:
            for inner in item.values():
                yield from keywords_of(inner)
        else:
            yield from keywords_of(item)


@pytest.mark.parametrize("version", list(Version))
def test_every_keyword_of_the_official_schemas_has_its_words(version: Version) -> None:
    """And a code of its own: S108 is for what no official schema asks."""
    silent = {"$schema", "$id", "$ref", "title", "description", "comment", "javaType", "default", "definitions"}
    structure = {"properties", "items", "additionalItems"}
    used = {keyword for message in messages(version) for keyword in keywords_of(schema.document(*message))}
    own = {keyword for keyword, (code, _) in schema_words._TABLE.items() if code != "S108"}
    assert used <= silent | structure | own


@pytest.mark.parametrize(
    ("action", "text", "message"),
    [
        ("Authorize", "{}", "idTag is missing"),
        ("Authorize", '{"idTag":7}', "idTag is 7, but must be a string"),
        ("Authorize", '{"idTag":null}', "idTag is null, but must be a string"),
        ("Authorize", '{"idTag":{}}', "idTag is an empty object, but must be a string"),
        ("Authorize", '{"idTag":[1]}', "idTag is a list, but must be a string"),
        (
            "Authorize",
            '{"idTag":"123456789012345678901"}',
            'idTag has 21 characters, but may have 20 at most: "123456789012345678901"',
        ),
        ("Authorize", '{"idTag":"1","id/tag":2}', "id/tag is not a field of this message"),
        ("Reset", '{"type":"Warm"}', 'type is "Warm", which is not one of its values'),
        ("RemoteStopTransaction", '{"transactionId":1.50}', "transactionId is 1.50, but must be an integer"),
        ("RemoteStopTransaction", '{"transactionId":"1"}', 'transactionId is "1", but must be an integer'),
        ("GetConfiguration", '{"key":["a",7]}', "key[1] is 7, but must be a string"),
        ("GetDiagnostics", '{"location":"here"}', 'location is not a valid uri: "here"'),
    ],
)
def test_a_fault_is_told_in_plain_words(action: str, text: str, message: str) -> None:
    assert fault_of(action=action, text=text).message == message


def test_the_model_that_is_too_long_is_told_with_its_length() -> None:
    """The commonest fault of a BootNotification."""
    text = '{"chargePointVendor":"Acme","chargePointModel":"ACME Home Charger 22 kW"}'
    fault = fault_of(action="BootNotification", text=text)
    assert (fault.code, fault.pointer) == ("S105", "/3/chargePointModel")
    assert fault.message.startswith("chargePointModel has 23 characters, but may have 20 at most")


def test_a_missing_field_is_told_with_what_stands_there_instead() -> None:
    """The commonest slip of 1.6: the field is not called as its type."""
    found = check(Version.V16, "SetChargingProfile", Part.REQUEST, {"connectorId": 1, "chargingProfile": {}}, 3)
    assert [fault.message for fault in found] == [
        "csChargingProfiles is missing, chargingProfile stands there instead",
        "chargingProfile is not a field of this message",
    ]


def test_a_field_of_an_inner_object_is_told_with_its_object() -> None:
    text = '{"reason":"PowerUp","chargingStation":{"vendorName":"A","model":"B","color":"red"}}'
    fault = fault_of(version=Version.V201, action="BootNotification", text=text)
    assert fault.message == "color is not a field of chargingStation"


def test_numbers_out_of_range_are_told_with_the_bound() -> None:
    text = """{"evseId":1,"chargingNeeds":{"requestedEnergyTransfer":"DC","dcChargingParameters":{
        "evMaxCurrent":1,"evMaxVoltage":1,"stateOfCharge":101,"fullSoC":-1}}}"""
    found = check(Version.V201, "NotifyEVChargingNeeds", Part.REQUEST, parse(text)[0], 3)
    assert sorted((fault.code, fault.message.split(",")[0]) for fault in found) == [
        ("S107", "fullSoC is -1"),
        ("S107", "stateOfCharge is 101"),
    ]


def test_a_list_is_told_with_its_length() -> None:
    fault = fault_of(version=Version.V201, action="GetVariables", text='{"getVariableData":[]}')
    assert (fault.code, fault.message) == ("S105", "getVariableData has 0 items, but must have 1 at least")


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("2026-01-31T12:34:56", "no time zone", "convert it to UTC"),
        ("2026-01-31 12:34:56Z", "a space", "send 2026-01-31T12:34:56Z"),
        ("2026-01-31T12:34:56+0100", "+hh:mm", "send UTC, ending in Z"),
        ("now", "not an RFC 3339 timestamp", "send it as 2026-01-31T12:34:56Z"),
        ("2026-01-31T12:60:00Z", "", "send"),
    ],
)
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])
def test_a_bad_timestamp_is_a_matter_of_clocks(text: str, what: str, hint: str, odd: str) -> None:
    """C001 with what to send, whichever validator found it."""
    payload = parse(f'{{"currentTime":"{text}"{odd}}}')[0]
    found = check(Version.V201, "Heartbeat", Part.RESPONSE, payload, 2)
    (fault,) = [fault for fault in found if fault.code == "C001"]
    assert fault.pointer == "/2/currentTime"
    assert what in fault.message
    assert text in fault.message
    assert fault.hint.startswith(hint)


def test_a_bad_address_is_found_by_the_reference_too() -> None:
    """An odd letter elsewhere in the payload must not switch a check off."""
    odd = check(Version.V16, "GetDiagnostics", Part.REQUEST, {"location": "not a uri", "x": "\ud800"}, 3)
    assert {fault.code for fault in odd} == {"S102", "S106"}


@pytest.mark.parametrize("value", ["x" * 5000, "é" * 5000, '"' * 5000])
def test_a_long_value_is_cut_in_the_message(value: str) -> None:
    fault = fault_of(action="Reset", text=json.dumps({"type": value}))
    assert len(fault.message) < 220
    assert "..., which is not one" in fault.message


def test_a_long_name_is_cut_in_the_message_and_whole_in_the_pointer() -> None:
    fault = fault_of(action="Heartbeat", text=json.dumps({"x" * 5000: 1}))
    assert len(fault.message) < 150
    assert fault.pointer == f"/3/{'x' * 5000}"


def test_a_pointer_escapes_what_rfc_6901_asks() -> None:
    assert fault_of(action="Heartbeat", text='{"a/b~c":1}').pointer == "/3/a~1b~0c"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), "1.50"),
        (21.4, "21.4"),
        (True, "true"),
        (None, "null"),
        ({}, "an empty object"),
        ({"a": 1}, "an object"),
        ([], "an empty list"),
        ("é", '"é"'),
        ('a"b', '"a\\"b"'),
        (10**400, "1" + "0" * (MOST_SHOWN - 4) + "..."),
        ("x" * 61, f'"{"x" * 60}...'),
    ],
)
def test_a_value_is_shown_in_few_characters(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("name", ["value", "attributeValue", "basicAuthPassword", "idToken"])
@pytest.mark.parametrize("value", ["p" * 501, "pässword", 'pass"word'])
def test_a_secret_that_could_not_be_masked_is_not_shown(name: str, value: str) -> None:
    """The capture masks a secret in a message where it finds it whole, as it stood in the frame."""
    assert shown(value, name) == '"***"'
    assert shown("short", name) == '"short"'


def test_a_password_that_is_too_long_stays_secret() -> None:
    """Only its length is told."""
    payload = {"key": "AuthorizationKey", "value": "s3cret" * 100}
    (fault,) = check(Version.V16, "ChangeConfiguration", Part.REQUEST, payload, 3)
    assert fault.message == 'value has 600 characters, but may have 500 at most: "***"'
    assert "s3cret" not in fault.hint


@pytest.mark.parametrize(
    ("keyword", "wanted", "words"),
    [
        ("const", 5, "a is 1, but must be 5"),
        ("pattern", "^x$", "a is 1, which does not match ^x$"),
        ("falseSchema", None, "a is 1, but nothing may stand there"),
        ("anyOf", [], "a is 1, which breaks anyOf of its schema"),
        ("minimum", Decimal("0.50"), "a is 1, less than 0.50"),
    ],
)
def test_what_no_official_schema_asks_has_words_too(keyword: str, wanted: Any, words: str) -> None:
    """Vendors' schemas do."""
    assert schema_words.message({}, {"a": 1}, Violation(keyword, ("a",), wanted)) == words
    assert schema_words.hint({}, {"a": 1}, Violation(keyword, ("a",), wanted)) == ""
