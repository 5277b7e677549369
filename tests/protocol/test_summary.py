"""What a frame says in a few words."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol import actions
from inspector.protocol.frame import MessageType
from inspector.protocol.summary import ANSWERS, CALLS, LONGEST_READ, MOST, summarize
from inspector.protocol.version import Version

CALL, RESULT, ERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR

KNOWN = {name for version in Version for name in actions.table(version)}

METER = [
    {"timestamp": "2026-03-01T12:00:00Z", "sampledValue": [{"value": "1000"}]},
    {
        "timestamp": "2026-03-01T12:01:00Z",
        "sampledValue": [
            {"value": "12.4", "unit": "kWh"},
            {"value": "7200", "measurand": "Power.Active.Import", "unit": "W"},
            {"value": "56", "measurand": "SoC", "unit": "Percent"},
        ],
    },
]
EVSE = {"id": 1, "connectorId": 2}
UUID = "037eb7bb-be9c-46ba-93e3-67f9e77dfe64"
VARIABLE = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}

SAID: list[tuple[str, dict[str, Any], str]] = [
    ("Authorize", {"idTag": "CARD-1"}, "CARD-1"),
    ("Authorize", {"idToken": {"idToken": "CARD-1", "type": "ISO14443"}}, "CARD-1"),
    (
        "BootNotification",
        {"chargePointModel": "V-22", "chargePointVendor": "Voltwerk", "firmwareVersion": "1.2"},
        "Voltwerk V-22, firmware 1.2",
    ),
    (
        "BootNotification",
        {"reason": "PowerUp", "chargingStation": {"model": "V-22", "vendorName": "Voltwerk", "serialNumber": "7"}},
        "7, Voltwerk V-22, PowerUp",
    ),
    ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, "connector 0 Inoperative"),
    ("ChangeAvailability", {"evse": EVSE, "operationalStatus": "Operative"}, "EVSE 1/2 Operative"),
    ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}, "HeartbeatInterval = 60"),
    ("DataTransfer", {"vendorId": "com.x", "messageId": "ping", "data": "1"}, "com.x ping: 1"),
    ("GetConfiguration", {"key": ["A", "B", "C"]}, "3 keys"),
    ("GetConfiguration", {"key": ["A"]}, "A"),
    ("GetConfiguration", {}, ""),
    (
        "GetVariables",
        {"getVariableData": [VARIABLE]},
        "OCPPCommCtrlr.HeartbeatInterval",
    ),
    (
        "MeterValues",
        {"connectorId": 1, "transactionId": 77, "meterValue": METER},
        "connector 1 tx 77 12.4 kWh 7.2 kW 56 %",
    ),
    ("RemoteStartTransaction", {"connectorId": 1, "idTag": "A"}, "connector 1 A"),
    ("RequestStartTransaction", {"idToken": {"idToken": "A"}, "remoteStartId": 7}, "A, start 7"),
    ("Reset", {"type": "Hard"}, "Hard"),
    (
        "SetChargingProfile",
        {
            "connectorId": 1,
            "csChargingProfiles": {
                "chargingProfilePurpose": "TxProfile",
                "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"limit": 16.0}]},
            },
        },
        "connector 1 TxProfile 16.0 A",
    ),
    ("SetVariables", {"setVariableData": [{**VARIABLE, "attributeValue": "60"}] * 3}, "3 variables"),
    (
        "SetVariables",
        {"setVariableData": [{**VARIABLE, "attributeValue": "60"}]},
        "OCPPCommCtrlr.HeartbeatInterval = 60",
    ),
    ("StartTransaction", {"connectorId": 1, "idTag": "A", "meterStart": 1200}, "connector 1 A from 1.2 kWh"),
    ("StatusNotification", {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}, "connector 1 Charging"),
    (
        "StatusNotification",
        {"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure"},
        "connector 1 Faulted GroundFailure",
    ),
    (
        "StatusNotification",
        {"evseId": 1, "connectorId": 2, "connectorStatus": "Occupied"},
        "EVSE 1/2 Occupied",
    ),
    (
        "StopTransaction",
        {"transactionId": 77, "meterStop": 5200, "reason": "EVDisconnected"},
        "tx 77 at 5.2 kWh, EVDisconnected",
    ),
    (
        "TransactionEvent",
        {
            "eventType": "Ended",
            "triggerReason": "StopAuthorized",
            "transactionInfo": {"transactionId": UUID, "stoppedReason": "Local"},
            "evse": {"id": 1},
        },
        "Ended, StopAuthorized, Local, EVSE 1 tx 037eb7bb…",
    ),
    ("Nonsense", {"a": 1}, ""),
]

ANSWERED: list[tuple[str, dict[str, Any], str]] = [
    ("Authorize", {"idTagInfo": {"status": "Blocked"}}, "Rejected: Blocked"),
    ("BootNotification", {"status": "Accepted", "interval": 300}, "Accepted, every 300 s"),
    ("GetConfiguration", {"configurationKey": [{"key": "A", "value": "1"}], "unknownKey": ["B"]}, "A = 1, unknown: B"),
    ("Heartbeat", {"currentTime": "2026-03-01T12:00:00Z"}, "2026-03-01T12:00:00Z"),
    ("RemoteStartTransaction", {"status": "Rejected"}, "Rejected"),
    (
        "RequestStartTransaction",
        {"status": "Rejected", "statusInfo": {"reasonCode": "TxInProgress"}},
        "Rejected: TxInProgress",
    ),
    (
        "SetVariables",
        {"setVariableResult": [{**VARIABLE, "attributeStatus": "Rejected"}]},
        "OCPPCommCtrlr.HeartbeatInterval Rejected",
    ),
    (
        "SetVariables",
        {"setVariableResult": [{"attributeStatus": "Accepted"}] * 2 + [{"attributeStatus": "Rejected"}]},
        "2 Accepted, 1 Rejected",
    ),
    (
        "StartTransaction",
        {"transactionId": 77, "idTagInfo": {"status": "ConcurrentTx"}},
        "tx 77 Rejected: ConcurrentTx",
    ),
    ("StatusNotification", {}, ""),
]


def said(action: str, payload: Any, kind: MessageType = CALL) -> str:
    """Summarize a frame with a payload."""
    head = [2, "m-1", action] if kind is CALL else [3, "m-1"]
    return summarize(json.dumps([*head, payload]), kind, action)


@pytest.mark.parametrize(
    ("action", "payload", "words"), SAID, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_a_call_says(action: str, payload: dict[str, Any], words: str) -> None:
    assert said(action, payload) == words


@pytest.mark.parametrize(
    ("action", "payload", "words"), ANSWERED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_an_answer_says(action: str, payload: dict[str, Any], words: str) -> None:
    assert said(action, payload, RESULT) == words


def test_an_error_says_its_code_and_its_words() -> None:
    assert summarize('[4,"m","NotSupported","no reset here",{}]', ERROR, "Reset") == "NotSupported: no reset here"
    assert summarize('[4,"m","NotSupported","",{}]', ERROR, None) == "NotSupported"


def test_an_answer_in_the_documented_form_is_read_too() -> None:
    assert summarize('[3,"m","Reset",{"status":"Accepted"}]', RESULT, "Reset") == "Accepted"


def test_each_action_in_the_tables_is_one_of_ocpp() -> None:
    assert not (CALLS.keys() | ANSWERS.keys()) - KNOWN


def test_nearly_every_action_has_words() -> None:
    """What has none is shown by its payload."""
    silent = KNOWN - CALLS.keys()
    assert len(silent) < 30
    assert {"Heartbeat", "ClearCache", "GetLocalListVersion"} <= silent


@pytest.mark.parametrize(
    "raw", ["", "[", "{}", "7", '"x"', "[]", "[2]", "[2,1,2,3]", "[" * 5000, "9" * 5000, b"\xff\xfe"]
)
def test_what_is_no_frame_says_nothing(raw: str | bytes) -> None:
    for kind in MessageType:
        assert summarize(raw, kind, "StatusNotification") == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted(
    {
        piece.partition("{")[2].partition("}")[0].split(":")[0].split(".")[0]
        for each in (*CALLS.values(), *ANSWERS.values())
        for piece in each
    }
)


@given(st.sampled_from(sorted(KNOWN)), st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_a_payload_of_any_shape_is_no_harm(action: str, payload: dict[str, Any]) -> None:
    for kind in (CALL, RESULT):
        assert len(said(action, payload, kind)) <= MOST


def test_a_long_frame_is_not_read() -> None:
    assert said("DataTransfer", {"vendorId": "x" * LONGEST_READ}) == ""
    assert len(said("DataTransfer", {"vendorId": "x" * (LONGEST_READ // 2)})) == MOST


def test_it_is_quick() -> None:
    """A screen of rows is composed for each key that is pressed."""
    raw = json.dumps([2, UUID, "MeterValues", {"connectorId": 1, "transactionId": 77, "meterValue": METER}])
    rounds = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(100):
            summarize(raw, CALL, "MeterValues")
        rounds.append((time.process_time() - before) / 100)
    assert min(rounds) < 200e-6  # 25 in fact
