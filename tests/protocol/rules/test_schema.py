"""S: unknown actions, what the copies differ on, payloads of another version, and vendors' data."""

import json
from typing import Any

import pytest

from inspector.protocol.event import Event
from inspector.protocol.finding import Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.json_text import parse
from inspector.protocol.rules.schema import Payloads, check
from inspector.protocol.schema import Part
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Version
from tests.protocol.rules.made import Events, said
from tests.protocol.wire import (
    BOOT_16,
    BOOT_201,
    CSMS,
    SECOND,
    STATION,
    call,
    codes,
    findings,
    heard,
    named_result,
    opened,
    places,
    result,
    seen,
)

TIME = "2026-01-31T12:34:56Z"


@pytest.mark.parametrize(
    ("version", "action", "hint"),
    [
        (Version.V16, "TransactionEvent", "it is one of OCPP 2.0.1 and 2.1"),
        (Version.V16, "NotifySettlement", "it is one of OCPP 2.1"),
        (Version.V201, "RemoteStartTransaction", "it is one of OCPP 1.6"),
        (Version.V201, "NotifySettlement", "it is one of OCPP 2.1"),
        (Version.V21, "ChangeConfiguration", "it is one of OCPP 1.6"),
        (Version.V16, "BootNotificaton", "did you mean BootNotification?"),
        (Version.V201, "heartbeat", "did you mean Heartbeat?"),
        (Version.V16, "bootnotification", "did you mean BootNotification?"),
        (Version.V16, "status_notification", "did you mean StatusNotification?"),
        (Version.V16, "transactionEvent", "did you mean TransactionEvent? it is one of OCPP 2.0.1 and 2.1"),
        (Version.V201, "Zzz", ""),
        (Version.V201, "", ""),
    ],
)
def test_an_unknown_action_is_told_where_it_belongs(version: Version, action: str, hint: str) -> None:
    """To another version first, else to the nearest name of this one."""
    (fault,) = check(version, action, Part.REQUEST, {}, 3)
    assert (fault.code, fault.pointer, fault.hint) == ("S001", "/2", hint)
    assert fault.message == f"{action} is not an action of OCPP {version}"


def test_the_answer_to_an_unknown_action_is_not_told_again() -> None:
    assert check(Version.V16, "Nonsense", Part.RESPONSE, {}, 2) == []


def test_the_answer_to_a_send_is_not_checked() -> None:
    """It has none; that one came is for the exchanges to say."""
    assert check(Version.V21, "NotifyPeriodicEventStream", Part.RESPONSE, {"x": 1}, 2) == []


def test_a_long_action_is_cut_in_the_message() -> None:
    (fault,) = check(Version.V16, "x" * 10_000, Part.REQUEST, {}, 3)
    assert len(fault.message) < 90


@pytest.mark.parametrize("payload", [None, [], "x", 7])
def test_a_payload_that_is_no_object_is_left_to_the_framing(payload: object) -> None:
    assert check(Version.V16, "BootNotification", Part.REQUEST, payload, 3) == []


@pytest.mark.parametrize("at", [2, 3])
def test_the_pointer_starts_where_the_payload_stands(at: int) -> None:
    (fault,) = check(Version.V16, "Heartbeat", Part.REQUEST, {"zz": 1}, at)
    assert fault.pointer == f"/{at}/zz"


def test_a_value_of_the_wrong_type_is_told_once() -> None:
    """Not also as none of the listed ones."""
    (fault,) = check(Version.V16, "Reset", Part.REQUEST, {"type": 1}, 3)
    assert (fault.code, fault.hint) == ("S103", "allowed: Hard, Soft")


def test_an_object_where_a_listed_text_should_be_is_told_once() -> None:
    """The official schemas say of such a text that it may have no fields."""
    (fault,) = check(Version.V16, "Reset", Part.REQUEST, {"type": {"a": 1, "b": 2}}, 3)
    assert (fault.code, fault.message) == ("S103", "type is an object, but must be a string")


def test_the_schema_of_an_answer_is_not_that_of_the_call() -> None:
    assert check(Version.V16, "Heartbeat", Part.REQUEST, {}, 3) == []
    (fault,) = check(Version.V16, "Heartbeat", Part.RESPONSE, {}, 2)
    assert (fault.code, fault.pointer, fault.message) == ("S101", "/2", "currentTime is missing")


# What the published copies differ on


def meter(unit: str, values: int = 1) -> dict[str, Any]:
    """Make MeterValues of 1.6."""
    sampled = [{"value": "50.0", "measurand": "Frequency", "unit": unit} for _ in range(values)]
    return {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": sampled}]}


def stop(unit: str) -> dict[str, Any]:
    """Make a StopTransaction of 1.6 with samples."""
    samples = meter(unit)["meterValue"]
    return {"meterStop": 1, "timestamp": TIME, "transactionId": 1, "transactionData": samples}


@pytest.mark.parametrize(
    ("action", "payload", "place", "words"),
    [
        ("MeterValues", {"connectorId": 1, "meterValue": []}, "/3/meterValue", "is an empty list"),
        ("MeterValues", meter("V", 0), "/3/meterValue/0/sampledValue", "takes an empty list"),
        ("MeterValues", meter("Hertz"), "/3/meterValue/0/sampledValue/0/unit", "does not list it"),
        ("StopTransaction", stop("Hertz"), "/3/transactionData/0/sampledValue/0/unit", "none lists it here"),
    ],
)
def test_what_the_published_copies_differ_on_is_no_error(
    action: str, payload: dict[str, Any], place: str, words: str
) -> None:
    """The reason stands beside it, and nothing else is said of it."""
    (fault,) = check(Version.V16, action, Part.REQUEST, payload, 3)
    assert (fault.code, fault.pointer) == ("S002", place)
    assert words in fault.message
    assert "OCPP 1.6" in fault.hint


@pytest.mark.parametrize("unit", ["Celsius", "Celcius", "Wh", "Percent"])
def test_a_unit_that_most_copies_list_is_sound(unit: str) -> None:
    """Both spellings of Celsius, as the errata ask of a CSMS."""
    assert check(Version.V16, "MeterValues", Part.REQUEST, meter(unit), 3) == []
    assert check(Version.V16, "StopTransaction", Part.REQUEST, stop(unit), 3) == []


@pytest.mark.parametrize("payload", [meter("Hz"), stop("Hz")])
def test_a_unit_that_no_copy_lists_is_an_error(payload: dict[str, Any]) -> None:
    action = "MeterValues" if "meterValue" in payload else "StopTransaction"
    (fault,) = check(Version.V16, action, Part.REQUEST, payload, 3)
    assert fault.code == "S104"
    assert fault.hint.startswith("did you mean Hertz?")
    assert 'unit is "Hz"' in fault.message


def test_a_certificate_longer_than_the_first_limit_is_for_a_warning() -> None:
    """Beyond what any copy takes it is an error, in whose message is the length."""
    answer = {"status": "Accepted", "exiResponse": "x" * 5600}
    assert check(Version.V201, "Get15118EVCertificate", Part.RESPONSE, answer, 2) == []
    answer["exiResponse"] = "x" * 5601
    (fault,) = check(Version.V201, "Get15118EVCertificate", Part.RESPONSE, answer, 2)
    assert (fault.code, fault.pointer) == ("S002", "/2/exiResponse")
    answer["exiResponse"] = "x" * 7501
    (fault,) = check(Version.V201, "Get15118EVCertificate", Part.RESPONSE, answer, 2)
    assert (fault.code, fault.pointer) == ("S105", "/2/exiResponse")
    assert "has 7501 characters, but may have 5600 at most" in fault.message


def sessions(*payloads: tuple[str, dict[str, Any]]) -> Events:
    """Let a station of 1.6 say these, each as a CALL."""
    raws = [call(action=action, payload=payload, message_id=str(at)) for at, (action, payload) in enumerate(payloads)]
    return said(*raws)


def differing(events: Events) -> list[int | None]:
    return [found.frame for found in findings(events, version=Version.V16) if found.code == "S002"]


def test_a_difference_is_told_once_a_session() -> None:
    """A station that samples the frequency every minute would fill the capture; each field is told for itself."""
    frequency = ("MeterValues", meter("Hertz", 3))
    events = sessions(
        frequency, frequency, ("MeterValues", meter("V", 0)), frequency, ("StopTransaction", stop("Hertz"))
    )
    assert differing(events) == [1, 3, 5]
    again: tuple[Event, ...] = (opened(), *sessions(frequency), opened(time_ns=SECOND), *sessions(frequency))
    assert differing(again) == [1, 1]


def test_an_error_beside_a_difference_is_told_each_time() -> None:
    bad = meter("Hertz")
    bad["connectorId"] = "1"
    events = sessions(("MeterValues", bad), ("MeterValues", bad))
    assert [found.code for found in findings(events, version=Version.V16) if found.code[0] == "S"] == [
        *("S103", "S002"),
        "S103",
    ]


# Another version


def spoken(version: Version, action: str, payload: dict[str, Any], part: Part = Part.REQUEST) -> list[str]:
    """Return what is said of a payload's version."""
    return [fault.message for fault in check(version, action, part, payload, 3) if fault.code == "S003"]


RESET = {"type": "Immediate"}
EVENT_201 = {
    "eventType": "Started",
    "timestamp": TIME,
    "triggerReason": "Authorized",
    "seqNo": 0,
    "transactionInfo": {"transactionId": "a"},
}
START_16 = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": TIME}


@pytest.mark.parametrize(
    ("version", "action", "payload", "other"),
    [
        (Version.V16, "BootNotification", BOOT_201, Version.V201),
        (Version.V201, "BootNotification", BOOT_16, Version.V16),
        (Version.V21, "BootNotification", BOOT_16, Version.V16),
        (Version.V16, "TransactionEvent", EVENT_201, Version.V201),
        (Version.V201, "StartTransaction", START_16, Version.V16),
        (Version.V16, "Reset", RESET, Version.V201),
        (Version.V16, "DataTransfer", {"vendorId": "v", "data": {"a": 1}}, Version.V201),
        (Version.V16, "Heartbeat", {"customData": {"vendorId": "v"}}, Version.V201),
        (Version.V201, "ClearTariffs", {"tariffIds": ["a"]}, Version.V21),
    ],
)
def test_a_payload_of_another_version_is_told_so(
    version: Version, action: str, payload: dict[str, Any], other: Version
) -> None:
    """Once, beside what is wrong with it here; also where the action itself is of the other version."""
    assert spoken(version, action, payload) == [f"valid OCPP {other}, but this session is {version}"]


@pytest.mark.parametrize(
    ("version", "action", "payload", "part"),
    [
        (Version.V16, "BootNotification", BOOT_16, Part.REQUEST),
        (Version.V16, "BootNotification", {"reason": "PowerUp"}, Part.REQUEST),
        (Version.V16, "TransactionEvent", {}, Part.REQUEST),
        (Version.V16, "TransactionEvent", {"eventType": "Started"}, Part.REQUEST),
        (Version.V16, "Nonsense", BOOT_201, Part.REQUEST),
        (Version.V16, "Authorize", {}, Part.REQUEST),
        (Version.V16, "MeterValues", {"connectorId": 1, "meterValue": []}, Part.REQUEST),
        (Version.V16, "Heartbeat", {"currentTime": "now"}, Part.RESPONSE),
        (Version.V16, "StartTransaction", {"status": "Accepted"}, Part.RESPONSE),
    ],
)
def test_a_payload_that_is_sound_nowhere_else_or_says_nothing_is_not(
    version: Version, action: str, payload: dict[str, Any], part: Part
) -> None:
    """Nor one that has no error here, nor an empty one; and the answer of one action is not that of another."""
    assert spoken(version, action, payload, part) == []


@pytest.mark.parametrize(
    ("version", "action", "text", "part"),
    [
        (Version.V16, "BootNotification", '{"currentTime":"%s","interval":300.0,"status":"Accepted"}', Part.RESPONSE),
        (
            Version.V201,
            "InstallCertificate",
            '{"certificateType":"V2GRootCertificate","certificate":"LONG"}',
            Part.REQUEST,
        ),
        (Version.V201, "Authorize", '{"idToken":{"idToken":"A","type":"noSuchType"}}', Part.REQUEST),
    ],
)
def test_a_slip_that_another_version_tolerates_tells_of_no_version(
    version: Version, action: str, text: str, part: Part
) -> None:
    """An integer with a point, a longer text, a list that is open there: the sender speaks its version all right."""
    payload = parse(text.replace("%s", TIME).replace("LONG", "x" * 6000))[0]
    found = check(version, action, part, payload, 3)
    assert found
    assert [fault.code for fault in found if fault.code == "S003"] == []


def test_a_session_of_1_6_on_a_connection_of_2_0_1_is_told_in_each_frame() -> None:
    """Also for StartTransaction, which documents of 2.0.1 use for another action."""
    events = said(call(action="BootNotification", payload=BOOT_16), call(action="StartTransaction", payload=START_16))
    found = findings(events, version=Version.V201)
    assert [one.frame for one in found if one.code == "S003"] == [1, 2]


def test_while_the_version_is_open_nothing_is_told_of_another() -> None:
    found = findings(said(call(action="Heartbeat"), call(action="TransactionEvent", payload={"zz": 1})))
    assert "S003" not in codes(found)


# Vendors' data


def light(data: Any, answer: dict[str, Any] | None = None) -> list[Finding]:
    """Let a CSMS set the light of a station, and the station answer."""
    payload = {"vendorId": "com.example", "messageId": "SetLight", "data": data}
    asked = heard(raw=call(action="DataTransfer", payload=payload), sender=CSMS)
    answered = heard(raw=result(payload=answer or {"status": "Accepted"}), sender=STATION, time_ns=SECOND)
    return [found for found in findings((asked, answered), version=Version.V201) if found.code[0] == "S"]


def test_the_schemas_that_come_with_it_check_data_transfer() -> None:
    """The request's data and the answer's."""
    assert light({"brightness": 50}, {"status": "Accepted", "data": {"brightness": 50}}) == []
    found = light({"brightness": "50"}, {"status": "Accepted", "data": {"brightness": 500}})
    assert [(one.code, one.pointer, one.blame) for one in found] == [
        ("S004", "/3/data/brightness", "csms"),
        ("S004", "/2/data/brightness", "station"),
    ]


def test_an_answer_that_names_its_action_is_checked_in_its_place() -> None:
    asked = call(action="DataTransfer", payload={"vendorId": "com.example", "messageId": "SetLight"})
    data = {"status": "Accepted", "data": {"brightness": -1}}
    answer = named_result(action="DataTransfer", payload=data)
    found = findings((heard(raw=asked, sender=CSMS), heard(raw=answer, sender=STATION)), version=Version.V201)
    assert ("S004", "/3/data/brightness") in places(found)


def test_payloads_without_vendors_find_nothing_of_vendors() -> None:
    """The table may be empty."""
    raw = call(
        action="DataTransfer", payload={"vendorId": "com.example", "messageId": "SetLight", "data": json.dumps(1)}
    )
    observed = Inspection(Version.V16, vendors=Vendors({})).observe(heard(raw=raw))
    assert "S004" not in codes(observed.findings)
    assert Payloads(Vendors({})).check((Version.V16,), seen(observed)) == []
