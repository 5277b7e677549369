"""Which message of a station keeps which promise."""

from typing import Any

import pytest

from inspector.protocol.knowledge.configuration import Configuration
from inspector.protocol.knowledge.connectors import Connectors, Shown
from inspector.protocol.knowledge.promised import PLUG_GRACE_NS, PLUG_NS, PROMISED, RESET_CHARGING_NS, RESET_NS, Scene
from tests.protocol.wire import SECOND


def scene(*statuses: Shown, charging: bool = False, **keys: str) -> Scene:
    """Make what is known: statuses, and keys of the configuration."""
    connectors, configuration = Connectors(), Configuration()
    for status in statuses:
        connectors.hear(status)
    for key, value in keys.items():
        configuration.state(key, value)
    return Scene(connectors, configuration, charging)


def kept(asked: str, payload: dict[str, Any], action: str, sent: dict[str, Any], *, known: Scene | None = None) -> bool:
    """Tell whether a message keeps what was promised."""
    promise = PROMISED[asked](1, payload, known or scene())
    assert promise is not None
    return promise.kept(action, sent)


START = {"idTag": "CARD", "connectorId": 1}
START_2X = {"idToken": {"idToken": "CARD", "type": "ISO14443"}, "remoteStartId": 5, "evseId": 1}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"idTag": "card", "connectorId": 2}, True),
        ({"idTag": "OTHER", "connectorId": 1}, True),
        ({"idTag": "OTHER", "connectorId": 2}, False),
        ({"idTag": 5}, False),
        ({}, False),
    ],
)
def test_a_remote_start_is_kept_by_the_token_or_the_connector(sent: dict[str, Any], expected: bool) -> None:
    assert kept("RemoteStartTransaction", START, "StartTransaction", sent) is expected
    assert not kept("RemoteStartTransaction", START, "Heartbeat", sent)


def test_a_remote_start_of_any_connector_is_kept_by_the_token_alone() -> None:
    assert kept("RemoteStartTransaction", {"idTag": "CARD"}, "StartTransaction", {"idTag": "CARD", "connectorId": 2})
    assert not kept("RemoteStartTransaction", {"idTag": "CARD"}, "StartTransaction", {"idTag": "X", "connectorId": 2})


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"eventType": "Updated", "transactionInfo": {"transactionId": "t", "remoteStartId": 5}}, True),
        ({"eventType": "Updated", "idToken": {"idToken": "CARD"}}, True),
        ({"eventType": "Updated", "triggerReason": "RemoteStart"}, True),
        ({"eventType": "Started", "evse": {"id": 1}}, True),
        ({"eventType": "Started", "evse": {"id": 2}, "triggerReason": "CablePluggedIn"}, False),
        ({"eventType": "Updated", "evse": {"id": 1}, "triggerReason": "MeterValuePeriodic"}, False),
    ],
)
def test_a_2x_remote_start_is_kept_by_its_id_too(sent: dict[str, Any], expected: bool) -> None:
    assert kept("RequestStartTransaction", START_2X, "TransactionEvent", sent) is expected


@pytest.mark.parametrize(
    ("keys", "patience_ns"),
    [
        ({}, PLUG_NS),
        ({"ConnectionTimeOut": "600"}, 600 * SECOND + PLUG_GRACE_NS),
        ({"TxCtrlr.EVConnectionTimeOut": "30"}, 30 * SECOND + PLUG_GRACE_NS),
        ({"ConnectionTimeOut": "0"}, PLUG_NS),
        ({"ConnectionTimeOut": "99999"}, PLUG_NS),
        ({"ConnectionTimeOut": "long"}, PLUG_NS),
    ],
)
def test_a_driver_has_as_long_as_the_station_says(keys: dict[str, str], patience_ns: int) -> None:
    promise = PROMISED["RemoteStartTransaction"](1, START, scene(**keys))
    assert promise is not None
    assert promise.patience_ns == patience_ns


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Available", True), ("Faulted", True), ("Preparing", False), ("Occupied", False), ("SuspendedEV", False)],
)
def test_an_empty_connector_is_an_excuse(status: str, expected: bool) -> None:
    promise = PROMISED["RemoteStartTransaction"](1, START, scene(Shown(1, 0, status)))
    assert promise is not None
    assert promise.excuse() is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"eventType": "Ended", "transactionInfo": {"transactionId": "t"}}, True),
        ({"eventType": "Updated", "triggerReason": "RemoteStop", "transactionInfo": {"transactionId": "t"}}, True),
        ({"eventType": "Updated", "transactionInfo": {"transactionId": "t", "chargingState": "SuspendedEVSE"}}, True),
        ({"eventType": "Updated", "transactionInfo": {"transactionId": "t", "chargingState": "Charging"}}, False),
        ({"eventType": "Ended", "transactionInfo": {"transactionId": "other"}}, False),
        ({"eventType": "Ended"}, False),
    ],
)
def test_a_2x_remote_stop_may_leave_the_transaction_open(sent: dict[str, Any], expected: bool) -> None:
    """Until the car leaves, where TxStopPoint says so."""
    assert kept("RequestStopTransaction", {"transactionId": "t"}, "TransactionEvent", sent) is expected


def test_a_remote_stop_is_kept_by_its_transaction() -> None:
    assert kept("RemoteStopTransaction", {"transactionId": 7}, "StopTransaction", {"transactionId": 7})
    assert not kept("RemoteStopTransaction", {"transactionId": 7}, "StopTransaction", {"transactionId": 8})
    assert PROMISED["RemoteStopTransaction"](1, {}, scene()) is None


METER = {"requestedMessage": "MeterValues"}
STATUS = {"requestedMessage": "StatusNotification"}


@pytest.mark.parametrize(
    ("asked", "action", "sent", "expected"),
    [
        (METER | {"connectorId": 1}, "MeterValues", {"connectorId": 1}, True),
        (METER | {"connectorId": 1}, "MeterValues", {"connectorId": 2}, False),
        (METER, "MeterValues", {"connectorId": 2}, True),
        (METER | {"evse": {"id": 1}}, "MeterValues", {"evseId": 1}, True),
        (METER | {"evse": {"id": 1}}, "MeterValues", {"evseId": 2}, False),
        (STATUS | {"connectorId": 0}, "StatusNotification", {"connectorId": 0, "status": "Available"}, True),
        (STATUS | {"connectorId": 0}, "StatusNotification", {"connectorId": 1, "status": "Available"}, False),
        (
            STATUS | {"evse": {"id": 1, "connectorId": 2}},
            "StatusNotification",
            {"evseId": 1, "connectorId": 2, "connectorStatus": "Available"},
            True,
        ),
        (
            STATUS | {"evse": {"id": 1, "connectorId": 2}},
            "StatusNotification",
            {"evseId": 1, "connectorId": 1, "connectorStatus": "Available"},
            False,
        ),
        ({"requestedMessage": "TransactionEvent", "evse": {"id": 1}}, "TransactionEvent", {}, True),
        ({"requestedMessage": "TransactionEvent", "evse": {"id": 1}}, "TransactionEvent", {"evse": {"id": 2}}, False),
        ({"requestedMessage": "Heartbeat", "connectorId": 1}, "Heartbeat", {}, True),
        ({"requestedMessage": "SignChargingStationCertificate"}, "SignCertificate", {}, True),
        ({"requestedMessage": "FirmwareStatusNotification"}, "SignedFirmwareStatusNotification", {}, True),
        ({"requestedMessage": "LogStatusNotification"}, "FirmwareStatusNotification", {}, False),
    ],
)
def test_a_trigger_is_kept_by_the_message_from_that_place(
    asked: dict[str, Any], action: str, sent: dict[str, Any], expected: bool
) -> None:
    assert kept("TriggerMessage", asked, action, sent) is expected


@pytest.mark.parametrize("message", ["CustomTrigger", "Nonsense", "", 5])
def test_a_trigger_for_who_knows_what_promises_nothing(message: Any) -> None:
    assert PROMISED["TriggerMessage"](1, {"requestedMessage": message}, scene()) is None


def test_a_reset_is_kept_by_a_boot() -> None:
    assert kept("Reset", {"type": "Hard"}, "BootNotification", {})
    assert not kept("Reset", {"type": "Hard"}, "Heartbeat", {})
    assert PROMISED["Reset"](1, {"type": "Immediate", "evseId": 1}, scene()) is None


@pytest.mark.parametrize(
    ("kind", "charging", "patience_ns", "waits"),
    [
        ("Soft", False, RESET_NS, False),
        ("Immediate", True, RESET_CHARGING_NS, False),
        ("OnIdle", False, RESET_NS, True),
    ],
)
def test_a_reset_takes_longer_while_somebody_charges(kind: str, charging: bool, patience_ns: int, waits: bool) -> None:
    promise = PROMISED["Reset"](1, {"type": kind}, scene(charging=charging))
    assert promise is not None
    assert (promise.patience_ns, promise.waits) == (patience_ns, waits)


OFF, ON = {"connectorId": 1, "type": "Inoperative"}, {"connectorId": 1, "type": "Operative"}


@pytest.mark.parametrize(
    ("payload", "known"),
    [
        (OFF, ()),
        (ON, ()),
        (OFF, (Shown(1, 0, "Unavailable"),)),
        (ON, (Shown(1, 0, "Available"),)),
        (OFF, (Shown(1, 0, "Faulted"),)),
        (OFF, (Shown(2, 0, "Available"),)),
        ({"operationalStatus": "Operative", "evse": {"id": 1}}, (Shown(1, 1, "Occupied"),)),
        ({"connectorId": 1, "type": "Maybe"}, (Shown(1, 0, "Available"),)),
    ],
)
def test_what_is_so_already_or_unknown_need_not_be_shown(payload: dict[str, Any], known: tuple[Shown, ...]) -> None:
    assert PROMISED["ChangeAvailability"](1, payload, scene(*known)) is None


@pytest.mark.parametrize(
    ("payload", "known", "sent", "expected"),
    [
        (OFF, Shown(1, 0, "Available"), {"connectorId": 1, "status": "Unavailable"}, True),
        (OFF, Shown(1, 0, "Available"), {"connectorId": 1, "status": "Available"}, False),
        (OFF, Shown(1, 0, "Available"), {"connectorId": 2, "status": "Unavailable"}, False),
        (OFF, Shown(1, 0, "Available"), {"connectorId": 0, "status": "Unavailable"}, True),
        (ON, Shown(1, 0, "Unavailable"), {"connectorId": 1, "status": "Preparing"}, True),
        (OFF | {"connectorId": 0}, Shown(2, 0, "Available"), {"connectorId": 2, "status": "Unavailable"}, True),
        (
            {"operationalStatus": "Inoperative", "evse": {"id": 1}},
            Shown(1, 1, "Available"),
            {"evseId": 1, "connectorId": 1, "connectorStatus": "Unavailable"},
            True,
        ),
        (
            {"operationalStatus": "Inoperative"},
            Shown(1, 1, "Available"),
            {"evseId": 1, "connectorId": 1, "connectorStatus": "Unavailable"},
            True,
        ),
    ],
)
def test_a_change_of_availability_is_kept_by_its_status(
    payload: dict[str, Any], known: Shown, sent: dict[str, Any], expected: bool
) -> None:
    assert kept("ChangeAvailability", payload, "StatusNotification", sent, known=scene(known)) is expected


@pytest.mark.parametrize("value", ["0", "", "-5", "often", "9" * 10, "³"])
def test_only_a_sampling_interval_promises_samples(value: str) -> None:
    payload = {"key": "MeterValueSampleInterval", "value": value}
    assert PROMISED["ChangeConfiguration"](1, payload, scene(charging=True)) is None
    assert PROMISED["ChangeConfiguration"](1, payload | {"value": "60"}, scene(charging=False)) is None
    assert PROMISED["ChangeConfiguration"](1, {"key": "Other", "value": "60"}, scene(charging=True)) is None
    assert PROMISED["ChangeConfiguration"](1, payload | {"value": "60"}, scene(charging=True)) is not None


@pytest.mark.parametrize("value", [None, True, 5, 1e30, "x", [], {}, [{}]])
def test_payloads_of_any_shape_are_survived(value: Any) -> None:
    fields = ("idTag", "idToken", "remoteStartId", "evseId", "connectorId", "transactionId", "requestedMessage", "evse")
    fields += ("type", "operationalStatus", "key", "value", "transactionInfo", "eventData", "status", "eventType")
    payload = dict.fromkeys(fields, value)
    for make in PROMISED.values():
        promise = make(1, payload, scene(Shown(1, 0, "Available"), charging=True))
        for action in ("StartTransaction", "StopTransaction", "TransactionEvent", "StatusNotification", "NotifyEvent"):
            if promise is not None:
                promise.kept(action, payload)
