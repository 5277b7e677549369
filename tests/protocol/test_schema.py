"""Payloads against the official schemas: all of them, both validators, and what is said of a violation."""

import json
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from inspector.protocol import actions, schema
from inspector.protocol.finding import Fault
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import JsonFault, parse
from inspector.protocol.schema import Part, Violation, check, violations
from inspector.protocol.version import Version
from tests.protocol.instances import UNKNOWN, Message, broken, full, messages, minimal, name_of
from tests.protocol.wire import exact

MESSAGES = [message for version in Version for message in messages(version)]

each_message = pytest.mark.parametrize("message", MESSAGES, ids=name_of)

SURROGATE = "\ud800"


def by_reference(message: Message, payload: Any) -> list[Violation]:
    """Return what the slow validator has against a payload, in the fast one's words."""
    return [
        violation
        for error in schema._reference(*message).iter_errors(payload)
        for violation in schema._split(error.validator, tuple(error.absolute_path), error.validator_value, error)
    ]


def kinds(found: list[Violation]) -> set[tuple[str, tuple[str | int, ...]]]:
    return {(violation.keyword, violation.path) for violation in found}


def fault_of(*, version: Version, action: str, text: str, part: Part = Part.REQUEST) -> Fault:
    """Check a payload, given as text, that has exactly one fault."""
    (fault,) = check(version, action, part, parse(text)[0], 3)
    return fault


@each_message
def test_the_smallest_and_the_fullest_payload_are_valid(message: Message) -> None:
    """Required fields only, and all fields at their limits; both validators agree."""
    for payload in (exact(minimal(message)), exact(full(message))):
        assert violations(*message, payload) == []
        assert by_reference(message, payload) == []


@each_message
def test_a_broken_payload_has_just_its_fault(message: Message) -> None:
    """The code, and the pointer to the value (of a missing field: to the object that lacks it)."""
    for one in broken(message):
        found = {(fault.code, fault.pointer) for fault in check(*message, exact(one.payload), 3)}
        assert found == {(code, pointer((3, *path))) for code, path in one.faults}


@each_message
def test_both_validators_find_the_same(message: Message) -> None:
    """The reference judges: same keywords at the same paths, each as often, and with the same limits."""
    for one in {one.way: one for one in broken(message)}.values():
        payload = exact(one.payload)
        fast, slow = violations(*message, payload), by_reference(message, payload)
        assert kinds(fast) == kinds(slow)
        assert sorted(map(spelled, fast)) == sorted(map(spelled, slow))


def spelled(found: Violation) -> str:
    """Write a violation alike, whether the limit in it was read as float or as Decimal."""
    wanted = float(found.wanted) if isinstance(found.wanted, int | float | Decimal) else found.wanted
    return f"{found.keyword} {found.path} {wanted}"


def test_there_are_387_schemas() -> None:
    """39 + 39, 64 + 64, and 91 + 90."""
    assert [len(messages(version)) for version in Version] == [78, 128, 181]


@pytest.mark.parametrize("version", list(Version))
def test_each_schema_is_the_official_file(version: Version) -> None:
    """Each file of the package belongs to one message, and the other way round."""
    package = {Version.V16: "ocpp.v16", Version.V201: "ocpp.v201", Version.V21: "ocpp.v21"}[version]
    files = resources.files(package).joinpath("schemas").iterdir()
    official = [json.loads(file.read_text("utf-8-sig")) for file in files]
    ours = [schema.document(*message) for message in messages(version)]
    assert sorted(map(json.dumps, ours)) == sorted(map(json.dumps, official))


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
def test_every_keyword_of_the_schemas_has_its_words(version: Version) -> None:
    """S108 is for what no official schema asks."""
    silent = {"$schema", "$id", "$ref", "title", "description", "comment", "javaType", "default", "definitions"}
    structure = {"properties", "items", "additionalItems"}
    used = {keyword for message in messages(version) for keyword in keywords_of(schema.document(*message))}
    assert used <= silent | structure | set(schema._WORDS)


@pytest.mark.parametrize("version", list(Version))
def test_an_action_of_no_version_is_a_key_error(version: Version) -> None:
    """The name of a file never comes from the wire: a path in it is only an unknown action."""
    for action in ("Nonsense", "", "../../v201/schemas/Authorize", "AuthorizeRequest", "authorize", SURROGATE):
        with pytest.raises(KeyError):
            violations(version, action, Part.REQUEST, {})
        with pytest.raises(KeyError):
            schema.document(version, action, Part.REQUEST)
        assert check(version, action, Part.REQUEST, {}, 3) == []


def test_a_send_has_no_answer_to_check() -> None:
    with pytest.raises(KeyError):
        violations(Version.V21, "NotifyPeriodicEventStream", Part.RESPONSE, {})
    assert check(Version.V21, "NotifyPeriodicEventStream", Part.RESPONSE, {"x": 1}, 2) == []


PROFILE_16 = """{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,
    "chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute","chargingSchedule":{
    "chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":%s}]}%s}}"""
LIMIT_AT = "/3/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit"


@pytest.mark.parametrize("limit", ["21.4", "21.40", "0.3", "0.7", "100.3", "16", "16.0", "2.14e1", "1e3", "0"])
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])
def test_a_step_of_a_tenth_is_counted_in_decimals(limit: str, odd: str) -> None:
    """21.4 is 214 tenths, though its nearest float is not; an odd field makes the reference judge."""
    payload = parse(PROFILE_16 % (limit, odd))[0]
    found = check(Version.V16, "SetChargingProfile", Part.REQUEST, payload, 3)
    assert [fault.code for fault in found] == (["S102"] if odd else [])


@pytest.mark.parametrize("limit", ["21.45", "0.05", "1e-1000", "100.3000000000000000000000000001"])
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])
def test_a_number_between_the_steps_is_found(limit: str, odd: str) -> None:
    """However near, and the message tells the number as it was written."""
    payload = parse(PROFILE_16 % (limit, odd))[0]
    found = check(Version.V16, "SetChargingProfile", Part.REQUEST, payload, 3)
    (fault,) = [fault for fault in found if fault.code == "S107"]
    assert fault.pointer == LIMIT_AT
    assert "not a multiple of 0.1" in fault.message


NUMBERS = ("1e400", "-1e400", "1e30", "1e-30", "1e999999999", "1" * 400, "12345678901234567890123456789012.5", "-0.0")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])
def test_a_number_of_any_size_can_be_checked_for_its_step(number: str, odd: str) -> None:
    """A hostile or foolish number is judged, and raises nothing."""
    payload = parse(PROFILE_16 % (number, odd))[0]
    found = check(Version.V16, "SetChargingProfile", Part.REQUEST, payload, 3)
    assert {fault.code for fault in found} <= {"S102", "S107"}


@pytest.mark.parametrize("number", [*NUMBERS, "1.5"])
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])
def test_a_number_of_any_size_can_be_checked_for_an_integer(number: str, odd: str) -> None:
    """Both validators take the same numbers for integers."""
    payload = parse(f'{{"severity":{number}{odd}}}')[0]
    found = check(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload, 3)
    whole = ("." not in number and "e-" not in number) or number == "-0.0"
    assert [fault.code for fault in found if fault.code == "S103"] == ([] if whole else ["S103"])


@pytest.mark.parametrize(
    ("version", "action", "text", "codes"),
    [
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1}', []),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1.0}', ["S103"]),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1e3}', ["S103"]),
        (Version.V16, "GetLog", '{"logType":"SecurityLog","requestId":1.0,"log":{"remoteLocation":"x"}}', []),
        (Version.V201, "SetMonitoringLevel", '{"severity":1.0}', []),
        (Version.V201, "SetMonitoringLevel", '{"severity":1e3}', []),
        (Version.V201, "SetMonitoringLevel", '{"severity":1.5}', ["S103"]),
        (Version.V201, "SetMonitoringLevel", '{"severity":true}', ["S103"]),
        (Version.V21, "SetMonitoringLevel", '{"severity":1.0}', []),
    ],
)
def test_one_point_zero_is_an_integer_since_draft_06(
    version: Version, action: str, text: str, codes: list[str]
) -> None:
    """Draft-04, which the core messages of 1.6 use, calls only what is written without a point an integer."""
    payload = parse(text)[0]
    assert [fault.code for fault in check(version, action, Part.REQUEST, payload, 3)] == codes
    assert bool(by_reference((version, action, Part.REQUEST), payload)) == bool(codes)


@pytest.mark.parametrize("where", ["value", "key", "deep value"])
def test_a_lone_surrogate_is_judged_by_the_reference(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast validator can't take it; the verdict is the reference's, and complete."""
    calls = watch_reference(monkeypatch)
    odd: dict[str, dict[str, Any]] = {
        "value": {"x": SURROGATE},
        "key": {SURROGATE: 1},
        "deep value": {"customData": [SURROGATE]},
    }
    payload = {"severity": "high", **odd[where]}
    found = violations(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload)
    assert ("type", ("severity",)) in kinds(found)
    assert calls == ["SetMonitoringLevel"]
    if where != "deep value":
        assert ("additionalProperties", (SURROGATE if where == "key" else "x",)) in kinds(found)


def test_a_good_payload_with_a_lone_surrogate_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON allows it, and so does a schema that asks for a string."""
    calls = watch_reference(monkeypatch)
    payload = {"vendorId": "v", "data": SURROGATE}
    assert violations(Version.V201, "DataTransfer", Part.REQUEST, payload) == []
    assert calls in ([], ["DataTransfer"])


def test_deep_nesting_is_judged_by_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast validator gives up at 255 levels, the reference goes only where the schema goes."""
    calls = watch_reference(monkeypatch)
    deep: list[Any] = []
    for _ in range(400):
        deep = [deep]
    payload = {"severity": "high", "x": deep}
    found = violations(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload)
    assert kinds(found) == {("type", ("severity",)), ("additionalProperties", ("x",))}
    assert calls == ["SetMonitoringLevel"]


def test_an_ordinary_payload_is_judged_by_the_fast_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = watch_reference(monkeypatch)
    assert violations(Version.V201, "SetMonitoringLevel", Part.REQUEST, {"severity": "é😀"})
    assert calls == []


def watch_reference(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each action that the reference validator is asked about."""
    asked: list[str] = []
    reference = schema._reference

    def noting(version: Version, action: str, part: Part) -> Any:
        asked.append(action)
        return reference(version, action, part)

    monkeypatch.setattr(schema, "_reference", noting)
    return asked


@pytest.mark.parametrize("where", ["severity", "x", "customData"])
def test_no_depth_of_nesting_makes_a_check_raise(where: str) -> None:
    """Also not one that the parser can just take."""
    for depth in (100, 254, 255, 256, 257, 500, *range(900, 1000), 2_000, 9_000):
        try:
            payload = parse(f'{{"{where}":' + "[" * depth + "]" * depth + "}")[0]
        except JsonFault:
            continue
        assert check(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload, 3)


def test_a_bad_uri_is_found_by_the_reference_too() -> None:
    """An odd letter elsewhere in the payload must not switch a check off."""
    fault = fault_of(version=Version.V16, action="GetDiagnostics", text='{"location":"not a uri"}')
    assert (fault.code, fault.pointer) == ("S106", "/3/location")
    odd = check(Version.V16, "GetDiagnostics", Part.REQUEST, {"location": "not a uri", "x": SURROGATE}, 3)
    assert {fault.code for fault in odd} == {"S102", "S106"}


def test_a_key_near_a_field_is_named() -> None:
    """The commonest slip of 1.6: the field is not called as its type."""
    found = check(Version.V16, "SetChargingProfile", Part.REQUEST, {"connectorId": 1, "chargingProfile": {}}, 3)
    hints = {fault.pointer: fault.hint for fault in found if fault.code == "S102"}
    assert hints == {"/3/chargingProfile": "did you mean csChargingProfiles?"}


def test_a_key_near_a_field_of_an_inner_object_is_named() -> None:
    """The fields of that object, behind ``$ref`` and lists, not those of the message."""
    text = """{"evseId":1,"meterValue":[{"timestamp":"2026-01-31T12:34:56Z","sampledValue":[{"value":1},
        {"value":1,"measurant":"Voltage"}]}]}"""
    fault = fault_of(version=Version.V201, action="MeterValues", text=text)
    assert fault.pointer == "/3/meterValue/0/sampledValue/1/measurant"
    assert fault.hint == "did you mean measurand?"


def test_a_key_near_nothing_is_told_so() -> None:
    fault = fault_of(version=Version.V16, action="Heartbeat", text='{"zz":1}')
    assert fault.hint.startswith("leave it out")


METER_16 = """{"connectorId":1,"meterValue":[{"timestamp":"%s","sampledValue":[{"value":"50.0","unit":"%s",
    "measurand":"%s"}]}]}"""


@pytest.mark.parametrize(("unit", "meant"), [("Hz", "Hertz"), ("wh", "Wh"), ("KW", "kW"), ("Celcuis", "Celcius")])
def test_a_value_near_one_of_the_list_is_named(unit: str, meant: str) -> None:
    text = METER_16 % ("2026-01-31T12:34:56Z", unit, "Frequency")
    fault = fault_of(version=Version.V16, action="MeterValues", text=text)
    assert (fault.code, fault.pointer) == ("S104", "/3/meterValue/0/sampledValue/0/unit")
    assert fault.hint.startswith(f"did you mean {meant}?")
    assert f'unit is "{unit}"' in fault.message


def test_a_value_near_nothing_is_told_the_list() -> None:
    fault = fault_of(version=Version.V16, action="Reset", text='{"type":"zz"}')
    assert fault.hint == "allowed: Hard, Soft"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("2026-01-31T12:34:56", "no time zone", "send UTC: 2026-01-31T12:34:56Z"),
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


@pytest.mark.parametrize(
    ("action", "text", "message"),
    [
        ("Authorize", "{}", "idTag is missing"),
        ("Authorize", '{"idTag":7}', "idTag is 7, but must be string"),
        ("Authorize", '{"idTag":null}', "idTag is null, but must be string"),
        ("Authorize", '{"idTag":"123456789012345678901"}', "idTag is longer than 20 characters"),
        ("Authorize", '{"idTag":"1","id/tag":2}', "id/tag is not a field of this message"),
        ("Reset", '{"type":"Warm"}', 'type is "Warm", which is not one of its values'),
        ("MeterValues", '{"connectorId":1,"meterValue":[]}', "meterValue has fewer than 1 items"),
        ("RemoteStopTransaction", '{"transactionId":1.50}', "transactionId is 1.50, but must be integer"),
    ],
)
def test_a_fault_is_told_in_plain_words(action: str, text: str, message: str) -> None:
    assert fault_of(version=Version.V16, action=action, text=text).message == message


def test_numbers_out_of_range_are_told_with_the_bound() -> None:
    text = """{"evseId":1,"chargingNeeds":{"requestedEnergyTransfer":"DC","dcChargingParameters":{
        "evMaxCurrent":1,"evMaxVoltage":1,"stateOfCharge":101,"fullSoC":-1}}}"""
    payload = parse(text)[0]
    found = check(Version.V201, "NotifyEVChargingNeeds", Part.REQUEST, payload, 3)
    assert sorted((fault.code, fault.message.split(",")[0]) for fault in found) == [
        ("S107", "fullSoC is -1"),
        ("S107", "stateOfCharge is 101"),
    ]


def test_a_long_value_is_cut_in_the_message() -> None:
    fault = fault_of(version=Version.V16, action="Reset", text=json.dumps({"type": "x" * 5000}))
    assert len(fault.message) < 150


def test_a_pointer_escapes_what_rfc_6901_asks() -> None:
    fault = fault_of(version=Version.V16, action="Heartbeat", text='{"a/b~c":1}')
    assert fault.pointer == "/3/a~1b~0c"


def test_length_is_counted_in_characters() -> None:
    """Code points, neither bytes nor UTF-16 units, in both validators."""
    for text, codes in (("😀" * 20, []), ("😀" * 21, ["S105"])):
        found = check(Version.V16, "Authorize", Part.REQUEST, {"idTag": text}, 3)
        assert [fault.code for fault in found] == codes
        assert bool(by_reference((Version.V16, "Authorize", Part.REQUEST), {"idTag": text})) == bool(codes)


@pytest.mark.parametrize("payload", [[], None, "x", 7, True])
def test_a_payload_that_is_no_object_is_one_violation(payload: Any) -> None:
    found = violations(Version.V16, "Heartbeat", Part.REQUEST, payload)
    assert kinds(found) == {("type", ())} == kinds(by_reference((Version.V16, "Heartbeat", Part.REQUEST), payload))


def test_many_unknown_fields_read_the_schema_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A foolish frame must not cost a file a field."""
    read: list[str] = []
    load = schema._load

    def counted(version: Version, action: str, part: Part, number: Any) -> Any:
        read.append(action)
        return load(version, action, part, number)

    monkeypatch.setattr(schema, "_load", counted)
    payload = {f"{UNKNOWN}{number}": 1 for number in range(200)}
    assert len(check(Version.V201, "NotifyEvent", Part.REQUEST, payload, 3)) == 203
    assert len(read) <= 2


def test_the_schema_of_an_answer_is_not_that_of_the_call() -> None:
    assert check(Version.V16, "Heartbeat", Part.REQUEST, {}, 3) == []
    (fault,) = check(Version.V16, "Heartbeat", Part.RESPONSE, {}, 2)
    assert (fault.code, fault.pointer, fault.message) == ("S101", "/2", "currentTime is missing")


def test_every_schema_is_reached_by_an_action() -> None:
    """The action table is the only way to a schema."""
    assert {action for _, action, _ in MESSAGES} == {name for version in Version for name in actions.table(version)}
