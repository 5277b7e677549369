"""Payloads against the official schemas: all of them, numbers as written, and what no validator likes."""

import json
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from inspector.protocol import actions, schema
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import JsonFault, parse, quick
from inspector.protocol.rules.schema import check
from inspector.protocol.schema import LARGEST, MOST, Part, Violation, effective, judged, violations
from inspector.protocol.version import Version
from tests.protocol.instances import UNKNOWN, Message, broken, full, messages, minimal, name_of
from tests.protocol.wire import exact

MESSAGES = [message for version in Version for message in messages(version)]

each_message = pytest.mark.parametrize("message", MESSAGES, ids=name_of)

SURROGATE = "\ud800"


def kinds(found: list[Violation]) -> set[tuple[str, tuple[str | int, ...]]]:
    return {(violation.keyword, violation.path) for violation in found}


@each_message
def test_the_smallest_and_the_fullest_payload_are_valid(message: Message) -> None:
    """Required fields only, and all fields at their limits, read either way."""
    for payload in (minimal(message), full(message)):
        assert violations(*message, payload) == []
        assert violations(*message, exact(payload)) == []


@each_message
def test_a_broken_payload_has_just_its_fault(message: Message) -> None:
    """The code, and the pointer to the value (of a missing field: to the object that lacks it)."""
    for one in broken(message):
        found = {(fault.code, fault.pointer) for fault in check(*message, exact(one.payload), 3)}
        assert found - {("S003", "/3")} == {(code, pointer((3, *path))) for code, path in one.faults}


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


@pytest.mark.parametrize("version", list(Version))
def test_an_action_of_no_version_is_a_key_error(version: Version) -> None:
    """The name of a file never comes from the wire: a path in it is only an unknown action."""
    for action in ("Nonsense", "", "../../v201/schemas/Authorize", "AuthorizeRequest", "authorize", SURROGATE):
        with pytest.raises(KeyError):
            violations(version, action, Part.REQUEST, {})
        with pytest.raises(KeyError):
            schema.document(version, action, Part.REQUEST)
        with pytest.raises(KeyError):
            effective(version, action, Part.REQUEST)


def test_a_send_has_no_answer_to_check() -> None:
    with pytest.raises(KeyError):
        violations(Version.V21, "NotifyPeriodicEventStream", Part.RESPONSE, {})


def test_every_schema_is_reached_by_an_action() -> None:
    """The action table is the only way to a schema."""
    assert {action for _, action, _ in MESSAGES} == {name for version in Version for name in actions.table(version)}


PROFILE_16 = """{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,
    "chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute","chargingSchedule":{
    "chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":%s}]}%s}}"""
LIMIT_AT = ("csChargingProfiles", "chargingSchedule", "chargingSchedulePeriod", 0, "limit")

each_judge = pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"'], ids=["fast", "reference"])


def of_profile(limit: str, odd: str = "") -> set[tuple[str, tuple[str | int, ...]]]:
    """Judge a charging profile by its limit; an odd field makes the reference judge, and counts for nothing."""
    found = kinds(violations(Version.V16, "SetChargingProfile", Part.REQUEST, parse(PROFILE_16 % (limit, odd))[0]))
    return found - {("additionalProperties", ("csChargingProfiles", "x"))}


@pytest.mark.parametrize("limit", ["21.4", "21.40", "0.3", "0.7", "100.3", "16", "16.0", "2.14e1", "1e3", "0"])
@each_judge
def test_a_step_of_a_tenth_is_counted_in_decimals(limit: str, odd: str) -> None:
    """21.4 is 214 tenths, though its nearest float is not; an odd field makes the reference judge."""
    assert of_profile(limit, odd) == set()


@pytest.mark.parametrize("limit", ["21.45", "0.05", "1e-1000", "100.3000000000000000000000000001"])
@each_judge
def test_a_number_between_the_steps_is_found(limit: str, odd: str) -> None:
    """However near."""
    assert of_profile(limit, odd) == {("multipleOf", LIMIT_AT)}


NUMBERS = ("1e400", "-1e400", "1e30", "1e-30", "1e999999999", "1" * 400, "12345678901234567890123456789012.5", "-0.0")


@pytest.mark.parametrize("number", NUMBERS)
@each_judge
def test_a_number_of_any_size_can_be_checked_for_its_step(number: str, odd: str) -> None:
    """A hostile or foolish number is judged, and raises nothing."""
    assert of_profile(number, odd) <= {("multipleOf", LIMIT_AT)}


@pytest.mark.parametrize("number", [*NUMBERS, "1.5"])
@each_judge
def test_a_number_of_any_size_can_be_checked_for_an_integer(number: str, odd: str) -> None:
    """Both validators take the same numbers for integers."""
    payload = parse(f'{{"severity":{number}{odd}}}')[0]
    found = kinds(violations(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload))
    whole = ("." not in number and "e-" not in number) or number == "-0.0"
    assert (("type", ("severity",)) in found) is not whole


@pytest.mark.parametrize(
    ("version", "action", "text", "is_integer"),
    [
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1}', True),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":18446744073709551616}', True),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1.0}', False),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":-0.0}', False),
        (Version.V16, "RemoteStopTransaction", '{"transactionId":1e3}', False),
        (Version.V16, "GetLog", '{"logType":"SecurityLog","requestId":1.0,"log":{"remoteLocation":"x"}}', True),
        (Version.V16, "GetLog", '{"logType":"SecurityLog","requestId":1e3,"log":{"remoteLocation":"x"}}', True),
        (Version.V201, "SetMonitoringLevel", '{"severity":1.0}', True),
        (Version.V201, "SetMonitoringLevel", '{"severity":1e3}', True),
        (Version.V201, "SetMonitoringLevel", '{"severity":1.5}', False),
        (Version.V201, "SetMonitoringLevel", '{"severity":true}', False),
        (Version.V21, "SetMonitoringLevel", '{"severity":1.0}', True),
    ],
)
def test_one_point_zero_is_an_integer_since_draft_06(
    version: Version, action: str, text: str, is_integer: bool
) -> None:
    """Draft-04, which the core messages of 1.6 use, calls only what is written without a point an integer."""
    for payload in (parse(text)[0], quick(text)):
        if payload is not None:
            found = violations(version, action, Part.REQUEST, payload)
            assert [violation.keyword for violation in found] == ([] if is_integer else ["type"])


@pytest.mark.parametrize("number", ["1.0", "-0.0", "21.4", "21.45", "0.3", "100.3", "0.30000000000000004", "16.0"])
def test_a_number_read_the_fast_way_is_judged_as_when_read_slowly(number: str) -> None:
    """As a float whose shortest form is the text, and as the Decimal of that text: one verdict, one message."""
    text = "".join((PROFILE_16 % (number, "")).split())
    fast, slow = quick(text), parse(text)[0]
    assert (type(limit_of(fast)), type(limit_of(slow))) == (float, Decimal)
    for action in ("SetChargingProfile", "RemoteStopTransaction"):
        assert check(Version.V16, action, Part.REQUEST, fast, 3) == check(Version.V16, action, Part.REQUEST, slow, 3)


def limit_of(payload: Any) -> Any:
    for step in LIMIT_AT:
        payload = payload[step]
    return payload


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
    for depth in (100, 190, *range(195, 205), 254, 255, 256, 257, 500, *range(900, 1000, 9), 9_000):
        try:
            payload = parse(f'{{"{where}":' + "[" * depth + "]" * depth + "}")[0]
        except JsonFault:
            continue
        assert check(Version.V201, "SetMonitoringLevel", Part.REQUEST, payload, 3)


@pytest.mark.parametrize("payload", [[], None, "x", 7, True])
def test_a_payload_that_is_no_object_is_one_violation(payload: Any) -> None:
    found = violations(Version.V16, "Heartbeat", Part.REQUEST, payload)
    assert kinds(found) == {("type", ())}


def test_many_unknown_fields_read_the_schema_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A foolish frame must not cost a file a field."""
    read: list[str] = []
    load = schema._load

    def counted(version: Version, action: str, part: Part, number: Any) -> Any:
        read.append(action)
        return load(version, action, part, number)

    monkeypatch.setattr(schema, "_load", counted)
    payload = {f"{UNKNOWN}{number}": 1 for number in range(MOST - 3)}
    assert len(check(Version.V201, "NotifyEvent", Part.REQUEST, payload, 3)) == MOST
    assert len(read) <= 2


def values(count: int) -> dict[str, Any]:
    """Make MeterValues of 1.6 whose values are numbers, which is wrong with each of them."""
    sampled = [{"value": number} for number in range(count)]
    return {"connectorId": 1, "meterValue": [{"timestamp": "2026-01-31T12:34:56Z", "sampledValue": sampled}]}


def test_of_very_many_faults_the_first_are_told() -> None:
    """And that there are more; a frame must not fill a capture with findings."""
    found = check(Version.V16, "MeterValues", Part.REQUEST, values(MOST), 3)
    assert len(found) == MOST
    assert "more faults" not in found[-1].hint
    found = check(Version.V16, "MeterValues", Part.REQUEST, values(3 * MOST), 3)
    assert len(found) == MOST
    assert "there are more faults in this payload" in found[-1].hint


def test_of_a_huge_payload_the_first_fault_is_told() -> None:
    """Every fault of it would take seconds."""
    found = violations(Version.V16, "MeterValues", Part.REQUEST, values(LARGEST))
    assert kinds(found) == {("type", ("meterValue", 0, "sampledValue", 0, "value"))}


def test_of_a_huge_and_odd_payload_only_the_verdict_is_told() -> None:
    """The reference would look at it for minutes."""
    payload = values(LARGEST)
    payload["meterValue"][0]["timestamp"] = SURROGATE
    assert kinds(violations(Version.V16, "MeterValues", Part.REQUEST, payload)) == {("schema", ())}
    (fault,) = check(Version.V16, "MeterValues", Part.REQUEST, payload, 3)
    assert (fault.code, fault.pointer) == ("S108", "/3")


def test_a_huge_payload_that_is_good_is_good() -> None:
    payload = values(LARGEST)
    for sample in payload["meterValue"][0]["sampledValue"]:
        sample["value"] = "1"
    assert violations(Version.V16, "MeterValues", Part.REQUEST, payload) == []


def test_a_pattern_that_takes_too_long_is_no_verdict() -> None:
    """Official schemas have none; a vendor's may."""
    validator = schema.compiled({"pattern": "^(?=a)(a|aa)+(?!c)$"})
    assert judged(validator, "a" * 60 + "b") == []
    assert kinds(judged(validator, "b")) == {("pattern", ())}


@pytest.mark.parametrize("address", ["other.json", "http://127.0.0.1:9/x.json", "file:///etc/hostname"])
def test_a_schema_that_refers_elsewhere_is_refused_without_looking(address: str) -> None:
    with pytest.raises(ValueError, match="retrieving it failed"):
        schema.compiled({"$ref": address})


def test_where_copies_differ_the_effective_schema_takes_what_any_of_them_takes() -> None:
    """And the official one stays as it is."""
    before = json.dumps(schema.document(Version.V16, "MeterValues", Part.REQUEST))
    found = effective(Version.V16, "MeterValues", Part.REQUEST)
    assert found["properties"]["meterValue"]["minItems"] == 0
    assert json.dumps(schema.document(Version.V16, "MeterValues", Part.REQUEST)) == before


def test_what_one_copy_takes_is_no_error() -> None:
    """The violation names the note on it; what no copy takes has none."""
    payload = {"connectorId": 1, "meterValue": []}
    (found,) = violations(Version.V16, "MeterValues", Part.REQUEST, payload)
    assert (found.keyword, found.is_error) == ("minItems", False)
    assert found.differ is not None
    (found,) = violations(Version.V16, "SendLocalList", Part.REQUEST, {"listVersion": 1, "updateType": "Some"})
    assert (found.differ, found.is_error) == (None, True)


def test_a_format_is_no_error() -> None:
    """Receivers differ in whether they check formats."""
    (found,) = violations(Version.V16, "GetDiagnostics", Part.REQUEST, {"location": "here"})
    assert (found.keyword, found.is_error) == ("format", False)
