"""Long clean sessions as stations and CSMSs have them: nothing is said of boots, promises, limits or secrets."""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from inspector.protocol.event import Closed, Event, Ticked, Tls
from inspector.protocol.version import Party, Version
from tests.protocol.rules.dialogue import (
    HOUR,
    MINUTE,
    asks,
    at,
    beats,
    begins,
    boots,
    csms,
    event,
    flat,
    limits,
    limits_2x,
    named,
    notifies,
    notifies_2x,
    profile,
    profile_2x,
    samples,
    stamp,
    starts,
    station,
    stops,
    tells,
    tells_2x,
)
from tests.protocol.wire import findings

SAFE = "wss://csms.example/ocpp/CP-1"
LEGS = tuple(Tls(party, "TLSv1.3", "TLS_AES_256_GCM_SHA384", at(90 * 86_400)) for party in Party)
TELLING = {
    "ChargeProfileMaxStackLevel": "8",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "24",
    "MaxChargingProfilesInstalled": "4",
    "ConnectionTimeOut": "60",
    "SupportedFeatureProfiles": "Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,SmartCharging",
    "GetConfigurationMaxKeys": "20",
    "AuthorizationKey": "",
}


def unsaid(*events: Event | Iterable[Any]) -> list[str]:
    """Return what these families say of a session, in the order of time."""
    return [f"{one.code} {one.message}" for one in findings(flat(*events)) if one.code[0] in "BPX"]


def charging(seconds: float, *, transaction: int, connector: int = 1, amperes: float = 15.8) -> list[Event]:
    """Charge for an hour, limited after a quarter of it."""
    limit = profile(limit=10, chargingProfilePurpose="TxProfile", transactionId=transaction)
    first = [samples(seconds + minute * MINUTE, amperes, transaction=transaction) for minute in range(2, 15, 2)]
    rest = [samples(seconds + minute * MINUTE, 9.7, transaction=transaction) for minute in range(17, 60, 2)]
    return flat(
        notifies(seconds - 5, connector, "Preparing"),
        starts(seconds, connector=connector, transaction=transaction),
        notifies(seconds + 2, connector, "Charging"),
        *first,
        limits(seconds + 15 * MINUTE, limit, connector=connector),
        *rest,
        stops(seconds + HOUR, transaction=transaction),
        notifies(seconds + HOUR + 5, connector, "Finishing"),
        notifies(seconds + HOUR + 60, connector),
    )


def test_a_day_of_a_16_station() -> None:
    """Set up, charged at, reset, started remotely, updated, reconnected."""
    idle = [beats(hour * HOUR) for hour in range(6, 12)]
    assert not unsaid(
        begins(upstream=SAFE, tls=LEGS),
        boots(1, interval=HOUR),
        [notifies(2 + connector, connector) for connector in range(3)],
        tells(10, "ConnectorPhaseRotation", **TELLING),
        csms(12, "ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "120"}),
        csms(13, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "7200"}),
        csms(14, "ChangeConfiguration", {"key": "AuthorizationKey", "value": "00ff" * 10}),
        csms(15, "TriggerMessage", {"requestedMessage": "StatusNotification"}),
        [notifies(16 + connector, connector) for connector in range(3)],
        charging(10 * MINUTE, transaction=1),
        csms(2 * HOUR, "RemoteStartTransaction", {"idTag": "APP", "connectorId": 2}),
        notifies(2 * HOUR + 1, 2, "Preparing"),
        notifies(2 * HOUR + 61, 2),
        csms(2 * HOUR + 120, "RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}),
        charging(2 * HOUR + 150, transaction=2),
        csms(3 * HOUR + 300, "ChangeAvailability", {"connectorId": 2, "type": "Inoperative"}),
        notifies(3 * HOUR + 301, 2, "Unavailable"),
        csms(3 * HOUR + 400, "ChangeAvailability", {"connectorId": 2, "type": "Operative"}),
        notifies(3 * HOUR + 401, 2),
        csms(4 * HOUR, "Reset", {"type": "Soft"}),
        Closed(at(4 * HOUR + 20), 1001, "", "station"),
        begins(4 * HOUR + 80, upstream=SAFE, tls=LEGS),
        boots(4 * HOUR + 81, interval=HOUR),
        [notifies(4 * HOUR + 82 + connector, connector) for connector in range(3)],
        csms(5 * HOUR, "UpdateFirmware", {"location": "ftp://x", "retrieveDate": stamp(5 * HOUR)}, {}),
        [
            station(5 * HOUR + 60 * number, "FirmwareStatusNotification", {"status": status})
            for number, status in enumerate(("Downloading", "Downloaded", "Installing"), 1)
        ],
        Closed(at(5 * HOUR + 300), 1001, "", "station"),
        begins(5 * HOUR + 400, upstream=SAFE, tls=LEGS),
        boots(5 * HOUR + 401, interval=HOUR, firmwareVersion="2.0"),
        idle,
        Closed(at(12 * HOUR), 1000, "", "station"),
    )


def test_a_reconnection_in_the_middle_of_a_transaction() -> None:
    """No boot; the queue comes first, with what was drawn before the limit of the new session."""
    queued = [samples(HOUR + 5 + number / 5, 15.9, taken=30 * MINUTE + number * 60) for number in range(25)]
    fresh = [samples(HOUR + 120 + 60 * number, 5.9) for number in range(20)]
    assert not unsaid(
        begins(upstream=SAFE),
        boots(1, interval=HOUR),
        notifies(2, 1, "Preparing"),
        starts(10),
        [samples(60 * number, 15.9) for number in range(1, 30)],
        Closed(at(30 * MINUTE), 1006, "", "network"),
        begins(HOUR, upstream=SAFE),
        limits(HOUR + 1, profile(limit=6)),
        queued,
        fresh,
        stops(2 * HOUR),
        Closed(at(2 * HOUR + 60), 1006, "", "network"),
    )


def test_a_capture_that_begins_in_mid_life() -> None:
    """Transactions, limits and statuses from before that nobody saw."""
    assert not unsaid(
        begins(upstream=SAFE),
        [samples(60 * number, 15.9, transaction=99) for number in range(1, 20)],
        csms(20 * MINUTE, "RemoteStopTransaction", {"transactionId": 99}),
        stops(20 * MINUTE + 5, transaction=99),
        csms(21 * MINUTE, "ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
        csms(22 * MINUTE, "ClearChargingProfile", {"id": 5}, {"status": "Unknown"}),
        Ticked(at(3 * HOUR)),
    )


def test_a_station_that_is_set_up_while_it_is_pending() -> None:
    """As OCPP-J 1.6 recommends it for the first contact."""
    assert not unsaid(
        begins(upstream=SAFE),
        boots(1, "Pending", interval=600),
        csms(2, "GetConfiguration", {}, {"configurationKey": []}),
        csms(3, "ChangeConfiguration", {"key": "AuthorizationKey", "value": "00ff" * 10}),
        csms(4, "TriggerMessage", {"requestedMessage": "BootNotification"}),
        boots(5),
        [notifies(6 + connector, connector) for connector in range(3)],
        [beats(300 * number) for number in range(1, 20)],
    )


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
def test_a_day_of_a_2x_station(version: Version) -> None:
    """Reported on, charged at, limited, reset when idle."""
    report = {
        **named("SmartChargingCtrlr", "ProfileStackLevel"),
        "variableAttribute": [{"value": "3", "mutability": "ReadOnly"}],
        "variableCharacteristics": {"dataType": "integer", "supportsMonitoring": False, "maxLimit": 3},
    }
    first = event(601, "Started", 0, trigger="CablePluggedIn", evse={"id": 1, "connectorId": 1})
    sampled = [event(601 + 60 * number, "Updated", number) for number in range(1, 40)]
    interval = {**named("OCPPCommCtrlr", "HeartbeatInterval"), "attributeValue": "900"}
    done = {**named("OCPPCommCtrlr", "HeartbeatInterval"), "attributeStatus": "Accepted"}
    assert not unsaid(
        begins(version=version, upstream=SAFE, tls=LEGS),
        boots(1, "Pending", interval=60, version=version),
        csms(2, "GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"}),
        station(3, "NotifyReport", {"requestId": 1, "generatedAt": stamp(3), "seqNo": 0, "reportData": [report]}),
        boots(61, version=version),
        notifies_2x(62, 1),
        tells_2x(70, ("SmartChargingCtrlr", "RateUnit", "A,W"), ("SmartChargingCtrlr", "PeriodsPerSchedule", "24")),
        csms(71, "SetVariables", {"setVariableData": [interval]}, {"setVariableResult": [done]}),
        notifies_2x(600, 1, "Occupied"),
        first,
        csms(605, "RequestStartTransaction", {"idToken": {"idToken": "A", "type": "Central"}, "remoteStartId": 1}),
        event(606, "Updated", 1, trigger="RemoteStart"),
        limits_2x(620, profile_2x(limit=16, level=3)),
        sampled,
        csms(3000, "RequestStopTransaction", {"transactionId": "tx-1"}),
        event(3001, "Updated", 50, trigger="RemoteStop"),
        csms(3010, "Reset", {"type": "OnIdle"}, {"status": "Scheduled"}),
        event(3600, "Ended", 51, trigger="EVDeparted"),
        notifies_2x(3601, 1),
        Closed(at(3700), 1001, "", "station"),
        begins(3760, version=version, upstream=SAFE, tls=LEGS),
        boots(3761, version=version, reason="ScheduledReset"),
    )


def test_months_of_one_connection() -> None:
    """Heartbeats as they were asked for, give or take; transactions now and then."""
    chance = random.Random(16)
    events: list[Event] = flat(begins(upstream=SAFE), boots(1), notifies(2))
    second = 10.0
    for number in range(3000):
        second += 300 + chance.uniform(-20, 20)
        events += beats(second)
        if number % 100 == 50:
            events += charging(second + 10, transaction=number)
            second += HOUR + 100
    assert not unsaid(events, Closed(at(second + 10), 1000, "", "station"))


def test_a_csms_that_asks_one_thing_after_the_other_and_gets_all_of_it() -> None:
    """Polling by triggers, for hours."""
    wanted = (("Heartbeat", beats), ("StatusNotification", notifies))
    asked = [
        (
            csms(10 + 30 * number, "TriggerMessage", {"requestedMessage": wanted[number % 2][0]}),
            wanted[number % 2][1](11 + 30 * number),
        )
        for number in range(500)
    ]
    assert not unsaid(begins(upstream=SAFE), boots(1), *(one for pair in asked for one in pair))


def test_a_csms_that_asks_and_never_gets_an_answer_breaks_no_promise() -> None:
    """That is another family's business."""
    asked = [asks(10 + 60 * number, "Reset", {"type": "Soft"}, sender=Party.CSMS) for number in range(20)]
    assert not unsaid(begins(upstream=SAFE), boots(1), asked[0], beats(100), Ticked(at(800)))
