"""The faults that people report from the field, each as it shows on the wire: none passes unseen."""

import base64
from dataclasses import dataclass
from typing import Any

import pytest

from inspector.protocol import timestamp
from inspector.protocol.event import Closed, Event, Opened, Received, Ticked
from inspector.protocol.version import Version
from tests.protocol.wire import BOOT_16, BOOT_201, CSMS, STATION, call, codes, error, findings, result

NOON_NS = 1_793_620_800 * 1_000_000_000
"""2026-11-02T12:00:00Z."""

SECOND = 1_000_000_000


def at(seconds: float) -> int:
    """Return a time of that day."""
    return NOON_NS + int(seconds * SECOND)


def said(seconds: float) -> str:
    """Write a time of that day."""
    return timestamp.write(at(seconds))


def opened(seconds: float = 0, **fields: Any) -> Opened:
    """Make a handshake of OCPP 1.6 as it should be."""
    return Opened(
        at(seconds),
        **{"station": "CP-1", "path": "/ocpp/CP-1", "offered": ("ocpp1.6",), "subprotocol": "ocpp1.6"} | fields,
    )


OPENED_201 = opened(offered=("ocpp2.0.1",), subprotocol="ocpp2.0.1")


def station(seconds: float, raw: str | bytes) -> Received:
    """Let the station say this."""
    return Received(at(seconds), STATION, raw)


def csms(seconds: float, raw: str | bytes) -> Received:
    """Let the CSMS say this."""
    return Received(at(seconds), CSMS, raw)


def asked(seconds: float, action: str, payload: dict[str, Any], answer: dict[str, Any], *, id: str) -> list[Event]:  # noqa: A002
    """Let the station ask and the CSMS answer at once."""
    return [
        station(seconds, call(action=action, payload=payload, message_id=id)),
        csms(seconds + 0.1, result(payload=answer, message_id=id)),
    ]


def told(seconds: float, action: str, payload: dict[str, Any], answer: dict[str, Any], *, id: str) -> list[Event]:  # noqa: A002
    """Let the CSMS ask and the station answer at once."""
    return [
        csms(seconds, call(action=action, payload=payload, message_id=id)),
        station(seconds + 0.1, result(payload=answer, message_id=id)),
    ]


def booted(seconds: float = 1, *, interval: int = 300) -> list[Event]:
    """Open a 1.6 session and boot."""
    answer = {"status": "Accepted", "currentTime": said(seconds), "interval": interval}
    return [opened(), *asked(seconds, "BootNotification", BOOT_16, answer, id="boot")]


def booted_201(seconds: float = 1) -> list[Event]:
    """Open a 2.0.1 session and boot."""
    answer = {"status": "Accepted", "currentTime": said(seconds), "interval": 300}
    return [OPENED_201, *asked(seconds, "BootNotification", BOOT_201, answer, id="boot")]


def started(seconds: float = 10, *, connector: int = 1, meter: int = 1000, transaction: int = 77) -> list[Event]:
    """Start a 1.6 transaction."""
    start = {"connectorId": connector, "idTag": "CARD", "meterStart": meter, "timestamp": said(seconds)}
    answer = {"transactionId": transaction, "idTagInfo": {"status": "Accepted"}}
    return asked(seconds, "StartTransaction", start, answer, id=f"start-{connector}-{transaction}")


def sampled(seconds: float, *samples: dict[str, Any], transaction: int = 77, connector: int = 1) -> list[Event]:
    """Send 1.6 MeterValues."""
    values = [{"timestamp": said(seconds), "sampledValue": list(samples)}]
    payload = {"connectorId": connector, "transactionId": transaction, "meterValue": values}
    return asked(seconds, "MeterValues", payload, {}, id=f"meter-{seconds}")


def stopped(seconds: float, *, transaction: int = 77, meter: int = 2000, id: str = "stop") -> list[Event]:  # noqa: A002
    """Stop a 1.6 transaction."""
    payload = {"transactionId": transaction, "meterStop": meter, "timestamp": said(seconds)}
    return asked(seconds, "StopTransaction", payload, {}, id=id)


def event(seconds: float, kind: str, number: int, *, trigger: str = "MeterValuePeriodic", **more: Any) -> list[Event]:
    """Send a 2.0.1 TransactionEvent."""
    payload = {
        "eventType": kind,
        "timestamp": said(seconds),
        "triggerReason": trigger,
        "seqNo": number,
        "transactionInfo": {"transactionId": "tx-1"},
        "evse": {"id": 1, "connectorId": 1},
    }
    return asked(seconds, "TransactionEvent", payload | more, {}, id=f"event-{seconds}")


def ENERGY(value: object) -> dict[str, Any]:  # noqa: N802
    """Make a sample of the energy register."""
    return {"value": str(value), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}


def dropping(count: int, every: float) -> list[Event]:
    """Let the connection break off again and again after the same time."""
    events: list[Event] = []
    for number in range(count):
        start = number * (every + 5)
        beat = asked(start + 1, "Heartbeat", {}, {"currentTime": said(start + 1)}, id=f"beat-{number}")
        events += [opened(start), *beat, Closed(at(start + every), 1006, "", "network")]
    return events


def reconnecting(count: int) -> list[Event]:
    """Let every connection end right after the same CALL."""
    events: list[Event] = []
    for number in range(count):
        start = number * 4 + number * number / 10
        burst = station(start + 1, call(action="StatusNotification", payload=STATUS, message_id=str(number)))
        events += [opened(start), burst, Closed(at(start + 1.2 + number / 10), 1006, "", "csms")]
    return events


STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 3,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]},
}


def authorized(user: str, password: str) -> tuple[tuple[str, str, str], ...]:
    """Make the header of Basic Auth."""
    credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
    return (("request", "Authorization", f"Basic {credentials}"),)


def configured(seconds: float, **keys: str) -> list[Event]:
    """Let the station tell its configuration."""
    told_keys = [{"key": key, "readonly": True, "value": value} for key, value in keys.items()]
    return told(seconds, "GetConfiguration", {}, {"configurationKey": told_keys}, id=f"config-{seconds}")


@dataclass(frozen=True)
class Case:
    """What somebody met in the field, and the codes that must be among the findings."""

    name: str
    events: list[Event]
    expected: set[str]
    version: Version | None = None


def said_once(*raws: str | bytes) -> list[Event]:
    """Let a booted 1.6 station say this."""
    return [*booted(), *(station(5 + number, raw) for number, raw in enumerate(raws))]


CASES = (
    Case("no subprotocol", [opened(offered=(), subprotocol=None, headers=(("request", "Host", "csms"),))], {"H002"}),
    Case(
        "comma before the subprotocol",
        [
            opened(
                offered=("ocpp2.0.1",),
                subprotocol="ocpp2.0.1",
                headers=(("request", "Sec-WebSocket-Protocol", ",ocpp2.0.1"),),
            )
        ],
        {"H005"},
    ),
    Case(
        "ocpp2.0 for ocpp2.0.1",
        [opened(offered=("ocpp2.0",), subprotocol=None, headers=(("request", "Sec-WebSocket-Protocol", "ocpp2.0"),))],
        {"H003"},
    ),
    Case("2.0.1 in a 1.6 session", [opened(), station(1, call(action="BootNotification", payload=BOOT_201))], {"S003"}),
    Case("///charger", [opened(path="///charger", station="charger")], {"H011"}),
    Case("no id in the path", [opened(path="/ocpp/", station="")], {"H010"}),
    Case("404", [opened(http_status=404), Closed(at(1), None, "Not Found", "csms")], {"H009"}),
    Case("401", [opened(http_status=401), Closed(at(1), None, "Unauthorized", "csms")], {"H009"}),
    Case("user is not the id", [opened(headers=authorized("CP-2", "0123456789abcdef"))], {"H012"}),
    Case(
        "key sent as hex",
        [
            opened(
                upstream="wss://csms.example/ocpp",
                headers=authorized("CP-1", "00112233445566778899aabbccddeeff00112233"),
            )
        ],
        {"X003"},
    ),
    Case("short password", [opened(upstream="wss://csms.example/ocpp", headers=authorized("CP-1", "abc"))], {"X002"}),
    Case(
        "Basic Auth in the clear",
        [opened(upstream="ws://csms.example/ocpp", headers=authorized("CP-1", "0123456789abcdef"))],
        {"X001"},
    ),
    Case(
        "key without a value",
        said_once('[2,"1","MeterValues",{"connectorId":1,"transactionId":,"meterValue":[]}]'),
        {"F001"},
    ),
    Case("truncated", said_once('[2,"1","GetConfiguration",{"configurationKey":[]}'), {"F001"}),
    Case("NUL bytes", said_once('[2,"1","Heartbeat",{}]\x00\x00'), {"F001"}),
    Case("stray backslashes", said_once('[2,"1","Authorize",{"idTag":"336699\\"}]'), {"F001"}),
    Case(
        "Hz",
        said_once(
            call(
                action="MeterValues",
                payload={
                    "connectorId": 1,
                    "meterValue": [
                        {
                            "timestamp": said(4),
                            "sampledValue": [{"value": "50", "unit": "Hz", "measurand": "Frequency"}],
                        }
                    ],
                },
            )
        ),
        {"S104"},
    ),
    Case(
        "errorCode Error",
        said_once(call(action="StatusNotification", payload={**STATUS, "errorCode": "Error"})),
        {"S104"},
    ),
    Case(
        "a number for a string",
        said_once(
            call(
                action="MeterValues",
                payload={
                    "connectorId": 1,
                    "meterValue": [{"timestamp": said(4), "sampledValue": [{"value": 604.213}]}],
                },
            )
        ),
        {"S103"},
    ),
    Case(
        "a long model",
        said_once(call(action="BootNotification", payload={**BOOT_16, "chargePointModel": "x" * 23})),
        {"S105"},
    ),
    Case(
        "chargingProfile for csChargingProfiles",
        [*booted(), csms(5, call(action="SetChargingProfile", payload={"connectorId": 1, "chargingProfile": PROFILE}))],
        {"S101", "S102"},
    ),
    Case(
        "extra status",
        [
            *booted(),
            *asked(
                5,
                "StartTransaction",
                {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": said(5)},
                {"transactionId": 1, "idTagInfo": {"status": "Accepted"}, "status": "Accepted"},
                id="1",
            ),
        ],
        {"S102"},
    ),
    Case(
        "FormatViolation in 1.6",
        [*booted(), station(5, call(action="Heartbeat")), csms(6, error(code="FormatViolation"))],
        {"F012"},
    ),
    Case(
        "details as a string",
        [*booted(), station(5, call(action="Heartbeat")), csms(6, '[4,"1","InternalError","","why"]')],
        {"F006"},
    ),
    Case(
        "CALLERROR to an answer",
        [
            *booted(),
            *told(5, "Reset", {"type": "Soft"}, {"status": "Rejected"}, id="r"),
            csms(6, error(message_id="r")),
        ],
        {"R010"},
    ),
    Case(
        "no time zone",
        said_once(call(action="StatusNotification", payload={**STATUS, "timestamp": "2026-11-02T12:00:05"})),
        {"C001"},
    ),
    Case(
        "zone of two digits",
        said_once(call(action="StatusNotification", payload={**STATUS, "timestamp": "2026-11-02T12:00:05+02"})),
        {"C001"},
    ),
    Case(
        "local time as UTC",
        [
            *booted(),
            *(
                each
                for number in range(8)
                for each in asked(
                    10 + number * 60,
                    "StatusNotification",
                    {**STATUS, "timestamp": said(10 + number * 60 + 7200)},
                    {},
                    id=f"s{number}",
                )
            ),
        ],
        {"C004"},
    ),
    Case(
        "1970",
        said_once(call(action="StatusNotification", payload={**STATUS, "timestamp": "1970-01-01T00:00:23Z"})),
        {"C002"},
    ),
    Case(
        "the CSMS's clock",
        [
            opened(),
            *asked(
                1,
                "BootNotification",
                BOOT_16,
                {"status": "Accepted", "currentTime": said(1 + 5400), "interval": 300},
                id="b",
            ),
        ],
        {"C004"},
    ),
    Case("unknown id", [*booted(), csms(5, result(message_id="nobody"))], {"R002"}),
    Case(
        "the same id again, changed",
        [
            *booted(),
            *started(),
            station(
                100,
                call(
                    action="StopTransaction",
                    message_id="st",
                    payload={"transactionId": 77, "meterStop": 1058, "timestamp": said(100)},
                ),
            ),
            station(
                131,
                call(
                    action="StopTransaction",
                    message_id="st",
                    payload={"transactionId": 77, "meterStop": -1, "timestamp": said(100)},
                ),
            ),
        ],
        {"R008", "T005"},
    ),
    Case(
        "the same id, four times",
        [
            *booted(),
            *(
                station(
                    10 + number,
                    call(
                        action="StartTransaction",
                        message_id="s",
                        payload={"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": said(10)},
                    ),
                )
                for number in range(4)
            ),
        ],
        {"R007", "R012"},
    ),
    Case(
        "late answers",
        [
            *booted(),
            station(10, call(action="Heartbeat", message_id="h")),
            csms(70, result(payload={"currentTime": said(70)}, message_id="h")),
        ],
        {"R001", "R005"},
    ),
    Case(
        "one behind",
        [
            *booted(),
            *(
                each
                for number in range(6)
                for each in (
                    station(
                        20 + number * 5,
                        call(action="Authorize", payload={"idTag": f"A{number}"}, message_id=f"a{number}"),
                    ),
                    csms(
                        21 + number * 5,
                        result(payload={"idTagInfo": {"status": "Accepted"}}, message_id=f"a{number - 1}"),
                    ),
                )
                if number or each.sender is STATION
            ),
        ],
        {"R006", "R009"},
    ),
    Case(
        "a burst of CALLs",
        [
            *booted(),
            csms(5, call(action="GetConfiguration", message_id="1")),
            csms(5.01, call(action="GetLocalListVersion", message_id="2")),
        ],
        {"R009"},
    ),
    Case("MeterValues of transaction 0", [*booted(), *started(), *sampled(20, ENERGY(1010), transaction=0)], {"T002"}),
    Case("MeterValues of 2^63-1", [*booted(), *started(), *sampled(20, ENERGY(1010), transaction=2**63 - 1)], {"T002"}),
    Case("StopTransaction -1", [*booted(), *started(), *stopped(60, transaction=-1)], {"T002"}),
    Case("two open on one connector", [*booted(), *started(), *started(60, transaction=78)], {"T004"}),
    Case(
        "poison",
        [
            *booted(),
            *(
                each
                for number in range(4)
                for each in (
                    station(
                        10 + number * 10,
                        call(
                            action="StopTransaction",
                            message_id=f"p{number}",
                            payload={"transactionId": 5, "meterStop": 1, "timestamp": said(10)},
                        ),
                    ),
                    csms(11 + number * 10, error(message_id=f"p{number}")),
                )
            ),
        ],
        {"R012"},
    ),
    Case("drops after the same time", dropping(6, 60.0), {"H102"}),
    Case("reconnect loop", reconnecting(8), {"H103"}),
    Case("1006", [*booted(), Closed(at(50), 1006, "", "network")], {"H101"}),
    Case(
        "two sockets of one station",
        [*booted(), *asked(5, "Heartbeat", {}, {"currentTime": said(5)}, id="h"), opened(6)],
        {"H104"},
    ),
    Case(
        "booting for ever",
        [
            each
            for number in range(4)
            for each in (
                opened(number * 60),
                *asked(
                    number * 60 + 1,
                    "BootNotification",
                    BOOT_16,
                    {"status": "Accepted", "currentTime": said(number * 60 + 1), "interval": 300},
                    id="b",
                ),
                Closed(at(number * 60 + 40), 1006, "", "station"),
            )
        ],
        {"B008"},
    ),
    Case(
        "status before the boot is accepted",
        [
            opened(),
            station(1, call(action="BootNotification", payload=BOOT_16, message_id="b")),
            csms(1.1, result(payload={"status": "Pending", "currentTime": said(1), "interval": 60}, message_id="b")),
            station(2, call(action="StatusNotification", payload=STATUS, message_id="s")),
        ],
        {"B003"},
    ),
    Case(
        "triggered, never sent",
        [
            *booted(),
            *told(
                5,
                "TriggerMessage",
                {"requestedMessage": "MeterValues", "connectorId": 1},
                {"status": "Accepted"},
                id="t",
            ),
            Ticked(at(400)),
        ],
        {"P003"},
    ),
    Case(
        "limit accepted, 15.5 A drawn at 6 A",
        [
            *booted(),
            *started(),
            *told(
                20,
                "SetChargingProfile",
                {"connectorId": 1, "csChargingProfiles": PROFILE},
                {"status": "Accepted"},
                id="p",
            ),
            *(
                each
                for number in range(10)
                for each in sampled(
                    60 + 30 * number, {"value": "15.5", "measurand": "Current.Import", "phase": "L1", "unit": "A"}
                )
            ),
        ],
        {"P006"},
    ),
    Case(
        "remote start without a start",
        [
            *booted(),
            *told(5, "RemoteStartTransaction", {"idTag": "A", "connectorId": 1}, {"status": "Accepted"}, id="r"),
            Ticked(at(900)),
        ],
        {"P001"},
    ),
    Case(
        "stack level above the station's maximum",
        [
            *booted(),
            *configured(5, ChargeProfileMaxStackLevel="1"),
            *told(
                20,
                "SetChargingProfile",
                {"connectorId": 1, "csChargingProfiles": PROFILE},
                {"status": "Rejected"},
                id="p",
            ),
        ],
        {"P101"},
    ),
    Case(
        "a rate unit the station does not know",
        [
            *booted(),
            *configured(5, ChargingScheduleAllowedChargingRateUnit="Power"),
            *told(
                20,
                "SetChargingProfile",
                {"connectorId": 1, "csChargingProfiles": PROFILE},
                {"status": "Rejected"},
                id="p",
            ),
        ],
        {"P102"},
    ),
    Case(
        "session-relative and lifetime registers",
        [*booted(), *started(meter=4_076_000), *sampled(60, ENERGY(120)), *sampled(120, ENERGY(240))],
        {"M002"},
    ),
    Case(
        "the register falls",
        [*booted(), *started(), *sampled(60, ENERGY(1500)), *sampled(120, ENERGY(1200)), *sampled(180, ENERGY(1300))],
        {"M001"},
    ),
    Case(
        "the last register below a sample",
        [*booted(), *started(), *sampled(60, ENERGY(1500)), *stopped(90, meter=1400)],
        {"M006"},
    ),
    Case(
        "no triggerReason",
        [
            *booted_201(),
            station(
                5,
                call(
                    action="TransactionEvent",
                    payload={
                        "eventType": "Started",
                        "timestamp": said(5),
                        "seqNo": 0,
                        "transactionInfo": {"transactionId": "t"},
                    },
                ),
            ),
        ],
        {"S101"},
    ),
    Case(
        "a gap in seqNo",
        [
            *booted_201(),
            *event(5, "Started", 0, trigger="CablePluggedIn"),
            *event(10, "Updated", 1),
            *event(15, "Updated", 4),
        ],
        {"T101"},
    ),
    Case(
        "after Ended",
        [
            *booted_201(),
            *event(5, "Started", 0, trigger="CablePluggedIn"),
            *event(10, "Ended", 1, trigger="EVDeparted"),
            *event(15, "Updated", 2),
        ],
        {"T105"},
    ),
    Case(
        "SEND before 2.1",
        [OPENED_201, station(1, call(action="NotifyPeriodicEventStream", kind=6, payload={}))],
        {"F011"},
    ),
    Case("CALLRESULTERROR before 2.1", [OPENED_201, station(1, error(kind=5))], {"F011"}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_of_the_field_is_found(case: Case) -> None:
    assert case.expected <= set(codes(findings(case.events, version=case.version)))
