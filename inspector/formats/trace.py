"""Open OCPP Trace v1.1: one JSON object a frame, as other tools read and write it.

The format knows CALL, CALLRESULT and CALLERROR. Other frames (INVALID ones, and the types that are new in OCPP 2.1)
go into the ``meta`` of the record beside them, where extensions are allowed.
"""

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from inspector.protocol import timestamp
from inspector.protocol.frame import Frame, MessageType, decode
from inspector.protocol.version import Party
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session

SCHEMA_VERSION = "1.1"
DIRECTIONS = {Party.STATION: "cp-to-csms", Party.CSMS: "csms-to-cp"}
CARRIED = {MessageType.CALL: "CALL", MessageType.CALLRESULT: "CALLRESULT", MessageType.CALLERROR: "CALLERROR"}

EXTENSION = "ocppInspector"
"""The key in ``meta`` that has what is ours: ``session``, ``time_ns``, ``origin``, ``raw_base64`` of what is no text.

``before`` and ``after`` are the frames beside it that have no record of their own.
"""


class Lost:
    """Counts what a trace has no place for."""

    def __init__(self) -> None:
        self.frames = 0
        self.sessions = 0
        self.events = 0

    @property
    def words(self) -> str:
        """Say it, nothing if there is none."""
        parts = [
            (self.frames, "frames without a record beside them"),
            (self.sessions, "sessions without a frame"),
            (self.events, "pings, violations and gaps"),
        ]
        return ", ".join(f"{count:,} {what}" for count, what in parts if count)


def export_trace(
    reader: Reader, session: int | None = None, where: Where = EVERYTHING, lost: Lost | None = None
) -> Iterator[str]:
    """Yield the frames of a capture as records, one a line. ``lost`` takes what can't be carried."""
    lost = lost or Lost()
    sessions = {each.id: each for each in (reader.sessions() if session is None else [reader.session(session)])}
    seen: set[int] = set()
    aside: list[dict[str, Any]] = []
    held: dict[str, Any] | None = None
    for frame in reader.pages(where, session=session):
        seen.add(frame.session)
        record = _record(frame, sessions[frame.session])
        if "messageType" not in record:
            aside.append(record)
            continue
        if aside:
            record["meta"][EXTENSION]["before"] = aside
            aside = []
        if held is not None:
            yield json.dumps(held)
        held = record
    if held is not None:
        if aside:
            held["meta"][EXTENSION]["after"] = aside
        yield json.dumps(held)
    lost.frames = 0 if held is not None else len(aside)
    lost.sessions = len(sessions.keys() - seen) if where is EVERYTHING else 0
    lost.events = sum(1 for _ in reader.events(session=session)) if where is EVERYTHING else 0


def _record(frame: FrameRow, session: Session) -> dict[str, Any]:
    """Write a frame; one without a place in the format lacks its ``messageType``."""
    decoded = decode(frame.raw)
    ours: dict[str, Any] = {"session": frame.session, "time_ns": frame.time_ns, "origin": frame.origin}
    record: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION,
        "timestamp": timestamp.write(frame.time_ns),
        "transport": "json",
        "direction": DIRECTIONS[frame.sender],
        "chargePointId": session.station,
    }
    if session.version is not None:
        record["ocppVersion"] = str(session.version)
    if isinstance(frame.raw, str):
        record["raw"] = frame.raw
    else:
        ours["raw_base64"] = base64.b64encode(frame.raw).decode()
    action = decoded.action if frame.type.has_action else frame.action if frame.answers is not None else None
    if frame.type in CARRIED and decoded.message_id is not None and (action or not frame.type.has_action):
        record |= _message(decoded, action, frame.type)
    return record | {"meta": {EXTENSION: ours}}


def _message(decoded: Frame, action: str | None, kind: MessageType) -> dict[str, Any]:
    """Return what a record says of its message."""
    fields: dict[str, Any] = {"messageType": CARRIED[kind], "messageId": decoded.message_id}
    if action is not None:
        fields["action"] = action
    payload = plain(decoded.payload)
    if kind is MessageType.CALLERROR:
        error = {"code": decoded.error_code, "description": decoded.description, "details": payload}
        return fields | {"error": {name: value for name, value in error.items() if value is not None}}
    if payload is not None:
        fields["payload"] = payload
    connector = _connector(decoded.payload) if kind is MessageType.CALL else None
    return fields if connector is None else fields | {"connectorId": connector}


def _connector(payload: Any) -> int | None:
    """Return the connector that a CALL is about."""
    if not isinstance(payload, dict):
        return None
    evse = payload.get("evse")
    found = payload.get("connectorId", evse.get("connectorId") if isinstance(evse, dict) else None)
    return found if type(found) is int and found >= 0 else None


def plain(value: Any) -> Any:
    """Return a value that JSON can hold; the exact digits of its numbers are in the raw text."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    if isinstance(value, Decimal):
        number = float(value)
        return number if abs(number) < float("inf") else str(value)
    return value
