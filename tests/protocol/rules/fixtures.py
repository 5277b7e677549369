"""For each code one session that raises it, and one like it that has no finding at all."""

from dataclasses import dataclass
from typing import Any

from inspector.protocol.event import Closed, Event, Ticked
from inspector.protocol.inspection import PATIENCE_NS
from inspector.protocol.version import Version
from tests.protocol.wire import BOOT_16, CSMS, SECOND, STATION, call, heard, named_result, opened, result

NOW = {"currentTime": "2026-01-31T12:34:56Z"}
LATE = PATIENCE_NS + SECOND

Events = tuple[Event, ...]


@dataclass(frozen=True)
class Fixture:
    """Events that raise a code, and events that must not.

    ``frame`` is the number of the frame the finding is about. ``schema`` stands in for every official schema: for
    what none of them asks.
    """

    raises: Events
    clean: Events
    version: Version | None = Version.V16
    frame: int = 1
    schema: dict[str, Any] | None = None


def said(*raws: str | bytes) -> Events:
    """Let the station say this, and nobody answer."""
    return tuple(heard(raw=raw) for raw in raws)


def calls(action: str, bad: dict[str, Any], good: dict[str, Any], *, version: Version = Version.V16) -> Fixture:
    """Send one action with a payload that has the fault, and with one that has not."""
    return Fixture(said(call(action=action, payload=bad)), said(call(action=action, payload=good)), version=version)


def answers(raw: str) -> Events:
    """Answer a heartbeat with this."""
    return (heard(raw=call(), sender=STATION), heard(raw=raw, sender=CSMS, time_ns=SECOND))


STREAM = {"id": 1, "pending": 0, "basetime": "2026-01-31T12:34:56Z", "data": [{"t": 0, "v": "1"}]}
PERIOD = {"startPeriod": 0, "limit": 21.4}
PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Recurring",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [PERIOD]},
}
OFF_STEP = {
    **PROFILE,
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{**PERIOD, "limit": 21.45}]},
}

FIXTURES: dict[str, Fixture] = {
    "F001": Fixture(said('[2,"1","Heartbeat",{}'), said('[2,"1","Heartbeat",{}]')),
    "F002": Fixture(said(call().encode()), said(call())),
    "F003": Fixture(said('{"type":2,"id":"1","action":"Heartbeat"}'), said(call())),
    "F004": Fixture(said('[2,"1","Heartbeat",{},{}]'), said('[2,"1","Heartbeat",{}]')),
    "F005": Fixture(said('["2","1","Heartbeat",{}]'), said('[2,"1","Heartbeat",{}]')),
    "F006": Fixture(said('[2,"1","Heartbeat",null]'), said('[2,"1","Heartbeat",{}]')),
    "F007": Fixture(said(call(message_id="x" * 37)), said(call(message_id="x" * 36))),
    "F008": Fixture(answers(named_result(action="Heartbeat", payload=NOW)), answers(result(payload=NOW)), frame=2),
    "F009": Fixture(
        said(call(action="StopTransactionRequest", payload={"transactionId": "1"})),
        said(call(action="RequestStopTransaction", payload={"transactionId": "1"})),
        version=Version.V201,
    ),
    "F010": Fixture(said('[2,"1","Authorize",{"idTag":"a","idTag":"a"}]'), said('[2,"1","Authorize",{"idTag":"a"}]')),
    "F011": Fixture(
        (opened(subprotocol="ocpp2.0.1"), *said('[5,"1","FormatViolation","",{}]')),
        (opened(subprotocol="ocpp2.1"), *said('[5,"1","FormatViolation","",{}]')),
        version=None,
    ),
    "S001": Fixture(said(call(action="Hartbeat")), said(call(action="Heartbeat"))),
    "S101": calls("Authorize", {}, {"idTag": "a"}),
    "S102": calls("Authorize", {"idTag": "a", "idtag": "a"}, {"idTag": "a"}),
    "S103": calls("Authorize", {"idTag": 1}, {"idTag": "1"}),
    "S104": calls("Reset", {"type": "soft"}, {"type": "Soft"}),
    "S105": calls("Authorize", {"idTag": "x" * 21}, {"idTag": "x" * 20}),
    "S106": calls("GetDiagnostics", {"location": "upload here"}, {"location": "ftp://csms.example/here"}),
    "S107": calls(
        "SetChargingProfile",
        {"connectorId": 1, "csChargingProfiles": OFF_STEP},
        {"connectorId": 1, "csChargingProfiles": PROFILE},
    ),
    "S108": Fixture(
        said(call(payload={"a": 1})),
        said(call(payload={"b": 1})),
        schema={"$schema": "http://json-schema.org/draft-06/schema#", "not": {"required": ["a"]}},
    ),
    "R001": Fixture(
        (*said(call()), Ticked(LATE)),
        (*answers(result(payload=NOW)), Ticked(LATE)),
    ),
    "R002": Fixture(answers(result(payload=NOW, message_id="2")), answers(result(payload=NOW)), frame=2),
    "R003": Fixture(
        (*said(call()), Closed(2 * SECOND, by="network")),
        (*answers(result(payload=NOW)), Closed(2 * SECOND, by="network")),
    ),
    "H001": Fixture(
        (opened(subprotocol=None), *said(call(action="BootNotification", payload=BOOT_16))),
        (opened(subprotocol="ocpp1.6"), *said(call(action="BootNotification", payload=BOOT_16))),
        version=None,
    ),
    "C001": Fixture(
        answers(result(payload={"currentTime": "2026-01-31T12:34:56"})),
        answers(result(payload={"currentTime": "2026-01-31T12:34:56Z"})),
        frame=2,
    ),
}
"""The session that is clean is the one that raises, mended."""
