"""P1: what a station says it can do, what it is asked, and what is none of that."""

from collections.abc import Iterable
from typing import Any

import pytest

from inspector.protocol.event import Closed, Event
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import (
    REJECTED,
    asks,
    at,
    begins,
    boots,
    csms,
    flat,
    limits,
    named,
    profile,
    stamp,
    station,
    tells,
    tells_2x,
)
from tests.protocol.wire import CSMS, STATION, codes, findings


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what this family says of a session."""
    return [finding for finding in findings(flat(*events)) if finding.code[:2] == "P1"]


def said(*events: Event | Iterable[Event]) -> list[str]:
    """Return the codes of what this family says."""
    return codes(found(*events))


def changes(seconds: float, key: str, value: str = "5", status: str = "Accepted") -> tuple[Event, ...]:
    """Set a key."""
    return csms(seconds, "ChangeConfiguration", {"key": key, "value": value}, {"status": status})


def sets(seconds: float, *items: dict[str, Any], status: str = "Accepted") -> tuple[Event, ...]:
    """Set variables."""
    results = [{**item, "attributeStatus": status} for item in items]
    for result in results:
        result.pop("attributeValue", None)
    return csms(seconds, "SetVariables", {"setVariableData": list(items)}, {"setVariableResult": results})


def reports(seconds: float, data: dict[str, Any]) -> tuple[Event, ...]:
    """Let the station report a variable."""
    report = {"requestId": 1, "generatedAt": stamp(seconds), "seqNo": 0, "reportData": [data]}
    return station(seconds, "NotifyReport", report)


def test_a_read_only_key_is_told_once_with_the_csms_to_blame() -> None:
    told = tells(2, "NumberOfConnectors", NumberOfConnectors="2")
    (finding,) = found(begins(), told, changes(3, "NumberOfConnectors"), changes(4, "numberofconnectors"))
    assert (finding.code, finding.blame, finding.pointer, finding.frame) == ("P105", Blame.CSMS, "/3/key", 3)
    assert finding.message == "NumberOfConnectors is read-only, as the station said"


def test_nothing_is_held_against_a_station_that_said_nothing() -> None:
    assert said(begins(), changes(3, "NumberOfConnectors"), csms(4, "GetConfiguration", {"key": ["A"] * 99}, {})) == []


def test_what_a_station_said_is_remembered_when_it_reconnects() -> None:
    first = begins(), tells(2, "A", A="1"), Closed(at(3), 1000, "", "station")
    assert said(*first, begins(10), changes(11, "A")) == ["P105"]
    assert said(*first, begins(10, upstream="ws://other/"), changes(11, "A")) == []


def test_another_firmware_makes_all_uncertain() -> None:
    old, new = boots(1, firmwareVersion="1.0"), boots(20, firmwareVersion="1.1")
    assert said(begins(), old, tells(2, "A", A="1"), begins(19), new, changes(21, "A")) == []


def test_a_read_only_variable_is_told_at_its_place() -> None:
    writable, locked = named("A", "B"), named("C", "D")
    told = reports(2, {**locked, "variableAttribute": [{"value": "1", "mutability": "ReadOnly"}]})
    items = [{**writable, "attributeValue": "1"}, {**locked, "attributeValue": "1"}]
    (finding,) = found(begins(version=Version.V201), told, sets(3, *items))
    assert (finding.code, finding.pointer) == ("P105", "/3/setVariableData/1/variable")


def test_another_attribute_of_a_read_only_variable_may_be_set() -> None:
    told = reports(2, {**named("C", "D"), "variableAttribute": [{"value": "1", "mutability": "ReadOnly"}]})
    item = {**named("C", "D"), "attributeValue": "1", "attributeType": "Target"}
    assert said(begins(version=Version.V201), told, sets(3, item)) == []


BOUNDED = {
    **named("OCPPCommCtrlr", "HeartbeatInterval"),
    "variableAttribute": [{"value": "300"}],
    "variableCharacteristics": {"dataType": "integer", "minLimit": 60, "maxLimit": 3600},
}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("3601", "the value 3601 is above 3600, the maxLimit of OCPPCommCtrlr.HeartbeatInterval"),
        ("59", "the value 59 is below 60, the minLimit of OCPPCommCtrlr.HeartbeatInterval"),
        ("3600", None),
        ("60", None),
        ("often", None),
    ],
)
def test_a_value_has_to_be_within_its_bounds(value: str, words: str | None) -> None:
    item = {**named("OCPPCommCtrlr", "HeartbeatInterval"), "attributeValue": value}
    found_here = found(begins(version=Version.V201), reports(2, BOUNDED), sets(3, item))
    assert [finding.message for finding in found_here] == ([words] if words else [])


def test_the_limit_of_a_text_is_its_length_and_no_text_is_quoted() -> None:
    """It may be a password."""
    told = reports(
        2,
        {
            **named("SecurityCtrlr", "BasicAuthPassword"),
            "variableAttribute": [{"mutability": "WriteOnly"}],
            "variableCharacteristics": {"dataType": "string", "maxLimit": 40},
        },
    )
    item = {**named("SecurityCtrlr", "BasicAuthPassword"), "attributeValue": "S3cr3t" * 7}
    (finding,) = found(begins(version=Version.V201), told, sets(3, item))
    assert finding.message == "its length 42 is above 40, the maxLimit of SecurityCtrlr.BasicAuthPassword"


@pytest.mark.parametrize("action", ["GetVariables", "SetVariables", "GetReport"])
def test_a_2x_station_takes_so_many_variables_at_once(action: str) -> None:
    told = tells_2x(2, ("DeviceDataCtrlr", "ItemsPerMessage", "2"), instance=action)
    field = {"GetVariables": "getVariableData", "SetVariables": "setVariableData", "GetReport": "componentVariable"}
    items = [{**named("A", f"B{number}"), "attributeValue": "1"} for number in range(3)]
    events = begins(version=Version.V201), told
    assert said(*events, csms(3, action, {field[action]: items}), csms(4, action, {field[action]: items})) == ["P106"]
    assert said(*events, csms(3, action, {field[action]: items[:2]})) == []


def test_a_2x_local_list_may_be_too_long() -> None:
    told = tells_2x(2, ("LocalAuthListCtrlr", "ItemsPerMessage", "1"))
    entry = {"idToken": {"idToken": "A", "type": "ISO14443"}}
    asked = {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": [entry, entry]}
    assert said(begins(version=Version.V201), told, csms(3, "SendLocalList", asked)) == ["P107"]


@pytest.mark.parametrize("listed", ["Core,SmartCharging", "core , smartcharging", "Core,Smart Charging,RemoteTrigger"])
def test_a_feature_that_is_listed_may_be_used(listed: str) -> None:
    assert said(begins(), tells(2, SupportedFeatureProfiles=listed), limits(3, profile())) == []


@pytest.mark.parametrize("listed", ["", "yes", "SmartCharging is not supported", "FirmwareManagement"])
def test_a_list_without_core_is_no_list(listed: str) -> None:
    assert said(begins(), tells(2, SupportedFeatureProfiles=listed), limits(3, profile())) == []


def test_a_missing_feature_is_told_once_for_each_action() -> None:
    trigger = {"requestedMessage": "Heartbeat"}
    events = (limits(3, profile()), limits(4, profile()), csms(5, "TriggerMessage", trigger))
    found_here = found(begins(), tells(2, SupportedFeatureProfiles="Core"), *events)
    assert [finding.message for finding in found_here] == [
        "SetChargingProfile is of SmartCharging, which SupportedFeatureProfiles does not list",
        "TriggerMessage is of RemoteTrigger, which SupportedFeatureProfiles does not list",
    ]


def test_what_everybody_can_do_needs_no_feature() -> None:
    """Core, and the version of a local list: -1 says that there is none."""
    events = csms(3, "Reset", {"type": "Soft"}, REJECTED), csms(4, "GetLocalListVersion", {}, {"listVersion": -1})
    assert said(begins(), tells(2, SupportedFeatureProfiles="Core"), *events) == []


def test_a_value_that_was_set_counts_from_then_on() -> None:
    """ChargeProfileMaxStackLevel is read-only by the standard, but not everywhere."""
    told = tells(2, ChargeProfileMaxStackLevel="1")
    events = begins(), told, changes(3, "ChargeProfileMaxStackLevel", "5")
    assert said(*events, limits(4, profile(level=4))) == []
    later = begins(), told, changes(3, "ChargeProfileMaxStackLevel", "5", "RebootRequired")
    assert said(*later, limits(4, profile(level=9))) == []
    refused = begins(), told, changes(3, "ChargeProfileMaxStackLevel", "5", "Rejected")
    assert said(*refused, limits(4, profile(level=4))) == ["P101"]


def test_a_variable_that_was_set_counts_from_then_on() -> None:
    told = tells_2x(2, ("DeviceDataCtrlr", "ItemsPerMessage", "1"), instance="SetVariables")
    more = {**named("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables"), "attributeValue": "9"}
    two = [{**named("A", f"B{number}"), "attributeValue": "1"} for number in range(2)]
    assert said(begins(version=Version.V201), told, sets(3, more), sets(4, *two)) == []
    assert said(begins(version=Version.V201), told, sets(3, more, status="Rejected"), sets(4, *two)) == ["P106"]
    assert said(begins(version=Version.V201), told, sets(3, more, status="RebootRequired"), sets(4, *two)) == []


ANYTHING: list[Any] = [None, True, 5, 1e30, "", "Accepted", [], {}, [{}], [[]], [None], {"name": []}]
FIELDS = (
    *("key", "value", "configurationKey", "getVariableResult", "reportData", "setVariableData", "setVariableResult"),
    *("getVariableData", "componentVariable", "localAuthorizationList", "csChargingProfiles", "chargingProfile"),
    *("connectorId", "evseId", "status", "id", "chargingProfileId", "firmwareVersion", "eventType", "attributeType"),
)
ACTIONS = (
    *("GetConfiguration", "GetVariables", "NotifyReport", "BootNotification", "ChangeConfiguration", "SetVariables"),
    *("SetChargingProfile", "ClearChargingProfile", "StopTransaction", "TransactionEvent", "GetReport"),
    *("SendLocalList", "RemoteStartTransaction", "RequestStartTransaction", "ReserveNow"),
)


@pytest.mark.parametrize("value", ANYTHING)
def test_payloads_of_any_shape_are_survived(value: Any) -> None:
    """No handler raises, whatever the fields are, whoever sends it, whatever the station said before."""
    deep = {**dict.fromkeys(FIELDS, value), "setVariableData": [dict.fromkeys(FIELDS, value)]}
    told = tells(1, **dict.fromkeys(("ChargeProfileMaxStackLevel", "SupportedFeatureProfiles"), "Core,1"))
    for sender in (STATION, CSMS):
        events = [one for action in ACTIONS for one in asks(2, action, deep, deep, sender=sender)]
        findings([begins(), *told, *events])
