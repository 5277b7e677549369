"""JSON Lines: a line for the file, one for each session, one for each frame. What is in the capture is in it."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from inspector import __version__
from inspector.errors import InspectorError
from inspector.protocol import timestamp
from inspector.protocol.event import Closed, Opened, Origin, Received
from inspector.protocol.finding import Blame
from inspector.protocol.version import Party
from inspector.store.reader import Reader
from inspector.store.record import frame_record, session_record
from inspector.store.recording import Recording
from inspector.store.writer import Writer

FORMAT = "ocpp-inspector-jsonl"
VERSION = 1


def export_lines(reader: Reader, session: int | None = None) -> Iterator[str]:
    """Yield a capture, or one of its sessions, as lines without their ends."""
    sessions = reader.sessions() if session is None else [reader.session(session)]
    yield json.dumps({"format": FORMAT, "version": VERSION, "tool": f"ocpp-inspector {__version__}"})
    for each in sessions:
        yield json.dumps({"kind": "session", **session_record(each), "path": each.path, "headers": each.headers})
    for frame, findings in reader.judged(reader.pages(session=session)):
        yield json.dumps({"kind": "frame", **frame_record(frame, findings)})


@dataclass(slots=True)
class Imported:
    """What an import did: how many sessions and frames came in, and which lines were left out, and why."""

    sessions: int = 0
    frames: int = 0
    faults: list[str] = field(default_factory=list)


def import_lines(lines: Iterable[str], writer: Writer, *, patience_ns: int) -> Imported:
    """Read what :func:`export_lines` wrote, through the same pipe as live traffic: it is checked and paired anew.

    A line that can't be read is left out and named. Raises :class:`InspectorError` if the file is of another format.
    """
    result = Imported()
    live: dict[int, Recording] = {}
    ends: dict[int, Closed] = {}
    rest = iter(lines)
    check_head(next(rest, ""))
    for number, line in enumerate(rest, 2):
        try:
            record = json.loads(line)
            if record["kind"] == "session":
                live[record["id"]] = Recording(writer, _opened(record), patience_ns=patience_ns)
                if record["closed"] is not None:
                    ends[record["id"]] = _closed(record)
                result.sessions += 1
            else:
                live[record["session"]].feed(_received(record))
                result.frames += 1
        except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
            result.faults.append(f"line {number}: {type(error).__name__}: {error}")
    for session, end in ends.items():
        live[session].feed(end)
    return result


def check_head(line: str) -> None:
    """Raise :class:`InspectorError` unless this is the first line of an export that can be read."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InspectorError(f"line 1: not an export of OCPP Inspector (no format {FORMAT})")
    if not isinstance(record.get("version"), int) or record["version"] > VERSION:
        raise InspectorError(
            f"line 1: written by a newer OCPP Inspector (version {record.get('version')}): update this one"
        )


def _opened(record: dict[str, Any]) -> Opened:
    return Opened(
        timestamp.read(record["opened"]),
        record["station"],
        path=record["path"],
        peer=record["peer"],
        upstream=record["upstream"],
        offered=tuple(record["subprotocols_offered"]),
        subprotocol=record["subprotocol"],
        http_status=record["http_status"],
        origin="import",
        headers=tuple((side, name, value) for side, name, value in record["headers"]),
    )


def _closed(record: dict[str, Any]) -> Closed:
    return Closed(
        timestamp.read(record["closed"]),
        record["close_code"],
        record["close_reason"] or "",
        Blame(record["closed_by"]),
    )


def _received(record: dict[str, Any]) -> Received:
    raw = record["raw"] if "raw" in record else base64.b64decode(record["raw_base64"], validate=True)
    return Received(timestamp.read(record["time"]), Party(record["sender"]), raw, Origin(record["origin"]))
