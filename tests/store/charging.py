"""Charging sessions made to order, in both versions."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from inspector.protocol.version import Party
from inspector.store.writer import Writer
from tests.factories import CSMS, STATION, Said, record


def said(sender: Party, *elements: Any) -> Said:
    """Say something."""
    return sender, json.dumps(list(elements))


def exchange(message: str, action: str, payload: Any, answer: Any) -> list[Said]:
    """Call as a station, and get an answer."""
    return [said(STATION, 2, message, action, payload), said(CSMS, 3, message, answer)]


def at(minute: int) -> str:
    """Return a time of the station's."""
    return f"2026-09-21T{12 + minute // 60:02}:{minute % 60:02}:00Z"


def start(number: Any, minute: int = 0, wh: Any = 1000, status: str = "Accepted", **more: Any) -> list[Said]:
    """Start a transaction of 1.6; the CSMS gives the number."""
    payload = {"connectorId": 1, "idTag": "04A1B2C3D4", "meterStart": wh, "timestamp": at(minute), **more}
    answer = {"transactionId": number, "idTagInfo": {"status": status}}
    return exchange(f"start-{number}-{minute}", "StartTransaction", payload, answer)


def meter(number: Any, minute: int, wh: float, **more: Any) -> list[Said]:
    """Send a register of 1.6."""
    values = [{"timestamp": at(minute), "sampledValue": [{"value": str(wh)}]}]
    payload = {"connectorId": 1, "transactionId": number, "meterValue": values, **more}
    return exchange(f"meter-{number}-{minute}", "MeterValues", payload, {})


def stop(number: Any, minute: int, wh: Any, **more: Any) -> list[Said]:
    """Stop a transaction of 1.6."""
    payload = {"transactionId": number, "meterStop": wh, "timestamp": at(minute), **more}
    return exchange(f"stop-{number}-{minute}", "StopTransaction", payload, {})


def event(kind: str, name: Any, minute: int, wh: float | None = None, **more: Any) -> list[Said]:
    """Send a TransactionEvent of 2.0.1; ``info`` are fields of its transactionInfo."""
    info = {"transactionId": name, **more.pop("info", {})}
    payload = {"eventType": kind, "timestamp": at(minute), "seqNo": minute, "transactionInfo": info, **more}
    if wh is not None:
        payload["meterValue"] = [{"timestamp": at(minute), "sampledValue": [{"value": wh}]}]
    return exchange(f"event-{name}-{kind}-{minute}", "TransactionEvent", payload, {})


def charging_capture(path: Path, *sessions: tuple[str, Iterable[Said]], **options: Any) -> Path:
    """Write a capture of sessions, each of a station with what was said."""
    writer = Writer(path)
    for station, lines in sessions:
        record(writer, said=lines, station=station, **options)
    writer.close()
    return path
