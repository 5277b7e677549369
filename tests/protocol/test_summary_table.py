"""What the frames of each action say, in the words of who works with OCPP."""

import json
from typing import Any

import pytest

from inspector.protocol import actions
from inspector.protocol.frame import MessageType
from inspector.protocol.summary import summarize
from inspector.protocol.summary_table import ANSWERS, CALLS
from inspector.protocol.version import Version

CALL, RESULT = MessageType.CALL, MessageType.CALLRESULT

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


def test_each_action_in_the_tables_is_one_of_ocpp() -> None:
    assert not (CALLS.keys() | ANSWERS.keys()) - KNOWN


def test_nearly_every_action_has_words() -> None:
    """What has none is shown by its payload."""
    silent = KNOWN - CALLS.keys()
    assert len(silent) < 30
    assert {"Heartbeat", "ClearCache", "GetLocalListVersion"} <= silent
