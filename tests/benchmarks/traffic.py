"""The traffic that benchmarks are run on: what a charging day sends most, valid, and answered."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from inspector.protocol import timestamp
from inspector.protocol.version import Party, Version

NOON_NS = 1_793_620_800 * 1_000_000_000
"""2026-11-02T12:00:00Z."""

SECOND_NS = 1_000_000_000

PHASES = ("L1", "L2", "L3")


class Frame(NamedTuple):
    """One frame: the exchange it is counted under, when it is sent (Unix ns), by whom, and its text."""

    kind: str
    time_ns: int
    sender: Party
    raw: str


def conversation(version: Version, exchanges: int) -> Iterator[Frame]:
    """Yield CALLs and their answers: a boot, a transaction with its samples, a status and a heartbeat now and then.

    Every tenth second one CALL; of ten CALLs eight carry meter values, one is a status, one a heartbeat.
    """
    script = _SCRIPTS[version]
    for number in range(exchanges):
        time_ns = NOON_NS + number * 10 * SECOND_NS
        action, payload, answer = script(number, timestamp.write(time_ns))
        yield Frame(action, time_ns, Party.STATION, _text([2, f"m-{number}", action, payload]))
        yield Frame(action, time_ns + SECOND_NS // 20, Party.CSMS, _text([3, f"m-{number}", answer]))


def _text(elements: list[Any]) -> str:
    return json.dumps(elements, separators=(",", ":"))


Said = tuple[str, dict[str, Any], dict[str, Any]]


def _script_16(number: int, now: str) -> Said:
    if number == 0:
        boot = {"chargePointVendor": "Acme", "chargePointModel": "One"}
        return "BootNotification", boot, {"currentTime": now, "interval": 300, "status": "Accepted"}
    if number == 1:
        start = {"connectorId": 1, "idTag": "CARD-0815", "meterStart": 1000, "timestamp": now}
        return "StartTransaction", start, {"idTagInfo": {"status": "Accepted"}, "transactionId": 77}
    if number % 10 == 8:
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging", "timestamp": now}
        return "StatusNotification", status, {}
    if number % 10 == 9:
        return "Heartbeat", {}, {"currentTime": now}
    sampled = [
        {"value": str(sample["value"]), **{key: sample[key] for key in sample if key not in {"value", "unitOfMeasure"}}}
        | {"format": "Raw", "unit": sample["unitOfMeasure"]["unit"]}
        for sample in _samples(number)
    ]
    values = [{"timestamp": now, "sampledValue": sampled}]
    return "MeterValues", {"connectorId": 1, "transactionId": 77, "meterValue": values}, {}


def _script_201(number: int, now: str) -> Said:
    if number == 0:
        boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "One"}}
        return "BootNotification", boot, {"currentTime": now, "interval": 300, "status": "Accepted"}
    if number % 10 == 8:
        status = {"timestamp": now, "connectorStatus": "Occupied", "evseId": 1, "connectorId": 1}
        return "StatusNotification", status, {}
    if number % 10 == 9:
        return "Heartbeat", {}, {"currentTime": now}
    values = [{"timestamp": now, "sampledValue": list(_samples(number))}]
    if number % 10 == 7:
        return "MeterValues", {"evseId": 2, "meterValue": values}, {}
    tens, ones = divmod(number, 10)
    event = {
        "eventType": "Started" if number == 1 else "Updated",
        "timestamp": now,
        "triggerReason": "CablePluggedIn" if number == 1 else "MeterValuePeriodic",
        "seqNo": tens * 7 + ones - 1,
        "transactionInfo": {"transactionId": "3f0cbd1e-5c1d-4b5a-9d3f-0a4be1c7a001", "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": values,
    }
    return "TransactionEvent", event, {}


_SCRIPTS = {Version.V16: _script_16, Version.V201: _script_201}


def _samples(number: int) -> Iterator[dict[str, Any]]:
    """Yield what a three-phase station samples: energy, power, current and voltage of each phase, state of charge."""
    hours = number * 10 / 3600
    yield _sample("Energy.Active.Import.Register", round(1000 + 11_040 * hours, 1), "Wh", location="Outlet")
    yield _sample("Power.Active.Import", 11_040.5, "W", location="Outlet")
    for phase in PHASES:
        yield _sample("Current.Import", 16.1, "A", phase=phase)
        yield _sample("Voltage", 229.7, "V", phase=f"{phase}-N")
    yield _sample("SoC", min(100, 20 + number // 100), "Percent", location="EV")


def _sample(measurand: str, value: float, unit: str, **where: str) -> dict[str, Any]:
    return {
        "value": value,
        "context": "Sample.Periodic",
        "measurand": measurand,
        **where,
        "unitOfMeasure": {"unit": unit},
    }
