"""Conversations made to order: who asks what, when, and what the other side answers."""

from collections.abc import Iterable
from typing import Any

from inspector.protocol import timestamp
from inspector.protocol.event import Closed, Controlled, Event, Noted, Opened, Received, Ticked, Violated
from inspector.protocol.version import Party, Version
from tests.protocol.rules.made import Events
from tests.protocol.wire import BOOT_16, BOOT_201, CSMS, STATION, call, heard, result

MINUTE, HOUR = 60, 3600
START_NS = 1_769_860_800_000_000_000
"""2026-01-31T12:00:00Z."""

ACCEPTED = {"status": "Accepted"}
REJECTED = {"status": "Rejected"}


def at(seconds: float) -> int:
    """Return that many seconds after the start, in nanoseconds."""
    return START_NS + int(seconds * 1_000_000_000)


def stamp(seconds: float) -> str:
    """Write that time as it stands in payloads."""
    return timestamp.write(at(seconds))


def flat(*events: Event | Iterable[Any]) -> list[Event]:
    """Put events, and sequences of them however deep, into one list."""
    single = (Opened, Received, Controlled, Violated, Noted, Ticked, Closed)
    return [one for event in events for one in ((event,) if isinstance(event, single) else flat(*event))]


def begins(seconds: float = 0, *, version: Version = Version.V16, **fields: Any) -> Opened:
    """Open a session of a station."""
    subprotocol = f"ocpp{version}"
    headers = (("request", "Sec-WebSocket-Protocol", subprotocol), ("response", "Sec-WebSocket-Protocol", subprotocol))
    known = {"path": "/ocpp/CP-1", "offered": (subprotocol,), "subprotocol": subprotocol, "headers": headers}
    return Opened(at(seconds), "CP-1", **{**known, "hears_pings": True, **fields})


def asks(
    seconds: float,
    action: str,
    payload: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
    *,
    sender: Party = STATION,
) -> Events:
    """Let one side ask and the other answer a tenth of a second later; None is no answer."""
    message_id = f"{action[:20]}-{seconds}"
    asked = heard(raw=call(action=action, payload=payload, message_id=message_id), sender=sender, time_ns=at(seconds))
    if answer is None:
        return (asked,)
    raw = result(payload=answer, message_id=message_id)
    return (asked, heard(raw=raw, sender=sender.peer, time_ns=at(seconds + 0.1)))


def station(
    seconds: float, action: str, payload: dict[str, Any] | None = None, answer: dict[str, Any] | None = None
) -> Events:
    """Let the station ask, and the CSMS answer with an empty payload unless another is given."""
    return asks(seconds, action, payload, {} if answer is None else answer)


def csms(
    seconds: float, action: str, payload: dict[str, Any] | None = None, answer: dict[str, Any] | None = None
) -> Events:
    """Let the CSMS ask, and the station accept unless it answers otherwise."""
    return asks(seconds, action, payload, ACCEPTED if answer is None else answer, sender=CSMS)


def boots(
    seconds: float, status: str = "Accepted", *, interval: int = 300, version: Version = Version.V16, **fields: Any
) -> Events:
    """Let the station send BootNotification, and the CSMS answer with a status."""
    payload = {**(BOOT_16 if version is Version.V16 else BOOT_201), **fields}
    answer = {"status": status, "currentTime": stamp(seconds), "interval": interval}
    return station(seconds, "BootNotification", payload, answer)


def beats(seconds: float) -> Events:
    """Let the station send a Heartbeat."""
    return station(seconds, "Heartbeat", {}, {"currentTime": stamp(seconds)})


def notifies(seconds: float, connector: int = 1, status: str = "Available") -> Events:
    """Let a 1.6 station tell the status of a connector."""
    payload = {"connectorId": connector, "errorCode": "NoError", "status": status, "timestamp": stamp(seconds)}
    return station(seconds, "StatusNotification", payload)


def notifies_2x(seconds: float, evse: int = 1, status: str = "Available") -> Events:
    """Let a 2.x station tell the status of the one connector of an EVSE."""
    payload = {"evseId": evse, "connectorId": 1, "connectorStatus": status, "timestamp": stamp(seconds)}
    return station(seconds, "StatusNotification", payload)


def tells(seconds: float, *read_only: str, **keys: str) -> Events:
    """Let a 1.6 station tell its configuration."""
    listed = [{"key": key, "readonly": key in read_only, "value": value} for key, value in keys.items()]
    return csms(seconds, "GetConfiguration", {}, {"configurationKey": listed})


def named(component: str, variable: str, instance: str | None = None) -> dict[str, Any]:
    """Name a 2.x variable."""
    of_it = {} if instance is None else {"instance": instance}
    return {"component": {"name": component}, "variable": {"name": variable, **of_it}}


def tells_2x(seconds: float, *variables: tuple[str, str, str], instance: str | None = None, kind: str = "") -> Events:
    """Let a 2.x station tell the values of (component, variable, value)."""
    of_it = {"attributeType": kind} if kind else {}
    names = [{**named(component, variable, instance), **of_it} for component, variable, _ in variables]
    results = [
        {**name, "attributeStatus": "Accepted", "attributeValue": value}
        for name, (_, _, value) in zip(names, variables, strict=True)
    ]
    return csms(seconds, "GetVariables", {"getVariableData": names}, {"getVariableResult": results})


def profile(*, level: int = 0, limit: float = 16.0, unit: str = "A", periods: int = 1, **fields: Any) -> dict[str, Any]:
    """Make a charging profile of OCPP 1.6 for every transaction to come."""
    steps = [{"startPeriod": 3600 * number, "limit": limit} for number in range(periods)]
    made = {
        "chargingProfileId": 1,
        "stackLevel": level,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": {"chargingRateUnit": unit, "chargingSchedulePeriod": steps},
    }
    return {**made, **fields}


def profile_2x(**fields: Any) -> dict[str, Any]:
    """Make a charging profile of OCPP 2.0.1."""
    made = profile(**fields)
    made["id"] = made.pop("chargingProfileId")
    made["chargingSchedule"] = [{"id": 1, **made["chargingSchedule"]}]
    return made


def limits(seconds: float, made: dict[str, Any], *, connector: int = 1, answer: dict[str, Any] | None = None) -> Events:
    """Let the CSMS of a 1.6 station set a charging profile."""
    return csms(seconds, "SetChargingProfile", {"connectorId": connector, "csChargingProfiles": made}, answer)


def limits_2x(seconds: float, made: dict[str, Any], *, evse: int = 1, answer: dict[str, Any] | None = None) -> Events:
    """Let the CSMS of a 2.x station set a charging profile."""
    return csms(seconds, "SetChargingProfile", {"evseId": evse, "chargingProfile": made}, answer)


def starts(seconds: float, *, connector: int = 1, transaction: int = 7, tag: str = "CARD") -> Events:
    """Let a 1.6 transaction begin."""
    payload = {"connectorId": connector, "idTag": tag, "meterStart": 1000, "timestamp": stamp(seconds)}
    return station(seconds, "StartTransaction", payload, {"transactionId": transaction, "idTagInfo": ACCEPTED})


def stops(seconds: float, *, transaction: int = 7) -> Events:
    """Let a 1.6 transaction end."""
    payload = {"transactionId": transaction, "meterStop": 1001, "timestamp": stamp(seconds)}
    return station(seconds, "StopTransaction", payload)


def samples(
    seconds: float,
    value: float,
    *,
    measurand: str = "Current.Import",
    unit: str = "A",
    phase: str | None = "L1",
    connector: int = 1,
    transaction: int | None = 7,
    taken: float | None = None,
    **fields: Any,
) -> Events:
    """Let a 1.6 station send one meter value."""
    sample = {"value": str(value), "measurand": measurand, "unit": unit, **fields}
    if phase is not None:
        sample["phase"] = phase
    moment = {"timestamp": stamp(seconds if taken is None else taken), "sampledValue": [sample]}
    payload: dict[str, Any] = {"connectorId": connector, "meterValue": [moment]}
    return station(
        seconds, "MeterValues", payload if transaction is None else {**payload, "transactionId": transaction}
    )


def event(seconds: float, kind: str, number: int, *, trigger: str = "MeterValuePeriodic", **fields: Any) -> Events:
    """Let a 2.x station send a TransactionEvent."""
    payload = {
        "eventType": kind,
        "timestamp": stamp(seconds),
        "triggerReason": trigger,
        "seqNo": number,
        "transactionInfo": {"transactionId": "tx-1"},
    }
    return station(seconds, "TransactionEvent", {**payload, **fields})
