"""What a station says while it charges: for rules that compare one message with those before it."""

from typing import Any

from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import begins, stamp, station
from tests.protocol.rules.made import Events
from tests.protocol.wire import BOOT_16, BOOT_201

V16, V201 = Version.V16, Version.V201


def session(*exchanges: Events, version: Version = V16, origin: str = "live") -> Events:
    """Open a connection of a station, and let it say this."""
    return (begins(version=version, origin=origin), *(event for exchange in exchanges for event in exchange))


def boot(second: float = 0, *, told: str = "", version: Version = V16) -> Events:
    """Boot, and be told the time: the right one, or another."""
    answer = {"status": "Accepted", "currentTime": told or stamp(second), "interval": 86_400}
    return station(second, "BootNotification", BOOT_16 if version is V16 else BOOT_201, answer)


def beat(second: float, *, told: str = "") -> Events:
    """Ask for the time, and be told the right one, or another."""
    return station(second, "Heartbeat", {}, {"currentTime": told or stamp(second)})


def status(second: float, time: str, *, connector: int = 1) -> Events:
    """Say what a connector of 1.6 is up to, at some time."""
    payload = {"connectorId": connector, "errorCode": "NoError", "status": "Available", "timestamp": time}
    return station(second, "StatusNotification", payload)


def start(second: float, *, register: int = 0, key: int = 7, connector: int = 1, time: str = "") -> Events:
    """Start a transaction of 1.6."""
    payload = {"connectorId": connector, "idTag": "T1", "meterStart": register, "timestamp": time or stamp(second)}
    answer = {"transactionId": key, "idTagInfo": {"status": "Accepted"}}
    return station(second, "StartTransaction", payload, answer)


def stop(second: float, *, register: int, key: int = 7, time: str = "", **more: Any) -> Events:
    """Stop a transaction of 1.6."""
    payload = {"transactionId": key, "meterStop": register, "timestamp": time or stamp(second), **more}
    return station(second, "StopTransaction", payload)


def sample(value: Any, measurand: str = "", **fields: str) -> dict[str, Any]:
    """Make a sampled value of 1.6; without a measurand it is the imported energy in Wh."""
    return {"value": str(value), **({"measurand": measurand} if measurand else {}), **fields}


def number(value: float, measurand: str = "", **fields: Any) -> dict[str, Any]:
    """Make a sampled value of 2.x."""
    return {**sample(value, measurand, **fields), "value": value}


def meter(second: float, *samples: dict[str, Any], key: int | None = 7, connector: int = 1, time: str = "") -> Events:
    """Send samples of 1.6, in a transaction or, without a key, outside of any."""
    values = [{"timestamp": time or stamp(second), "sampledValue": list(samples)}]
    payload = {"connectorId": connector, "meterValue": values, **({} if key is None else {"transactionId": key})}
    return station(second, "MeterValues", payload)


def event(
    second: float, kind: str, order: int, *samples: dict[str, Any], time: str = "", key: str = "tx-1", **more: Any
) -> Events:
    """Send a TransactionEvent of 2.x."""
    trigger = {"Started": "Authorized", "Updated": "MeterValuePeriodic", "Ended": "StopAuthorized"}[kind]
    payload = {
        "eventType": kind,
        "timestamp": time or stamp(second),
        "triggerReason": trigger,
        "seqNo": order,
        "transactionInfo": {"transactionId": key},
        **more,
    }
    if samples:
        payload["meterValue"] = [{"timestamp": time or stamp(second), "sampledValue": list(samples)}]
    if kind == "Started":
        payload = {"evse": {"id": 1, "connectorId": 1}, "idToken": {"idToken": "T1", "type": "ISO14443"}, **payload}
    return station(second, "TransactionEvent", payload)
