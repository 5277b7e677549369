"""Frames and events made to order, and what an inspection says of them: keyword-only, valid by default."""

from collections.abc import Iterable
from typing import Any

from inspector.protocol import json_text
from inspector.protocol.context import Station
from inspector.protocol.event import Event, Opened, Received
from inspector.protocol.finding import Finding
from inspector.protocol.frame import encode
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party, Version

STATION, CSMS = Party.STATION, Party.CSMS
SECOND = 1_000_000_000

BOOT_16 = {"chargePointVendor": "Acme", "chargePointModel": "One"}
BOOT_201 = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "One"}}


def call(*, action: Any = "Heartbeat", payload: Any = None, message_id: Any = "1", kind: int = 2) -> str:
    """Write a CALL (or a SEND, by its ``kind``)."""
    return encode([kind, message_id, action, {} if payload is None else payload])


def result(*, payload: Any = None, message_id: Any = "1") -> str:
    """Write a CALLRESULT as the standard has it."""
    return encode([3, message_id, {} if payload is None else payload])


def named_result(*, action: str, payload: Any = None, message_id: Any = "1") -> str:
    """Write a CALLRESULT as some documents draw it, with the action in it."""
    return encode([3, message_id, action, {} if payload is None else payload])


def error(*, code: str = "InternalError", message_id: Any = "1", kind: int = 4) -> str:
    """Write a CALLERROR (or a CALLRESULTERROR, by its ``kind``)."""
    return encode([kind, message_id, code, "", {}])


def opened(*, subprotocol: str | None = "ocpp1.6", time_ns: int = 0) -> Opened:
    """Make a handshake, in which the station offers what is chosen."""
    offered = () if subprotocol is None else (subprotocol,)
    return Opened(time_ns, "CP-1", path="/ocpp/CP-1", offered=offered, subprotocol=subprotocol)


def heard(*, raw: str | bytes, sender: Party = STATION, time_ns: int = 0) -> Received:
    """Make a frame on the wire; a time of 0 is not known."""
    return Received(time_ns, sender, raw)


def watch(events: Iterable[Event], *, version: Version | None = None) -> list[Observation]:
    """Feed an inspection and return what came of each event; a second ``Opened`` begins the station's next session."""
    station = Station()
    inspection, begun = Inspection(version, station=station), False
    observed = []
    for event in events:
        if isinstance(event, Opened):
            inspection = Inspection(version, station=station) if begun else inspection
            begun = True
        observed.append(inspection.observe(event))
    return observed


def findings(events: Iterable[Event], *, version: Version | None = None) -> list[Finding]:
    """Feed a new inspection and return all it found, in order."""
    return [finding for observation in watch(events, version=version) for finding in observation.findings]


def places(found: Iterable[Finding]) -> set[tuple[str, str]]:
    """Return code and pointer of each finding."""
    return {(finding.code, finding.pointer) for finding in found}


def formal(found: Iterable[Finding]) -> list[Finding]:
    """Return what is wrong with the form: frames, schemas, exchanges. What payloads mean is for other tests."""
    return [finding for finding in found if finding.code[0] in "FSR" or finding.code == "C001"]


def codes(found: Iterable[Finding]) -> list[str]:
    """Return the code of each finding, in order."""
    return [finding.code for finding in found]


def seen(observation: Observation) -> Seen:
    """Return the frame of an observation that must have one."""
    assert observation.seen is not None
    return observation.seen


def exact(value: Any) -> Any:
    """Return a value with every number that has a fraction as the ``Decimal`` that was written."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return json_text.exact(value) if isinstance(value, float) else value
