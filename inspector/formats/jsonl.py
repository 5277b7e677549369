"""JSON Lines: a line for the file, one for each session, one for each frame. What is in the capture is in it."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

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
    """Read what :func:`export_lines` wrote below its first line, through the same pipe as live traffic.

    It is checked and paired anew. A line that can't be read is left out and named.
    """
    result = Imported()
    live: dict[int, Recording] = {}
    ends: dict[int, Closed] = {}
    for number, line in enumerate(lines, 2):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("not an object")
            if record.get("kind") == "session":
                _take_session(record, live, ends, writer, patience_ns)
                result.sessions += 1
            else:
                _recording(record, live).feed(_received(record))
                result.frames += 1
        except (ValueError, RecursionError) as error:
            result.faults.append(f"line {number}: {error}")
    for session, end in ends.items():
        live[session].feed(end)
    return result


def _take_session(
    record: dict[str, Any], live: dict[int, Recording], ends: dict[int, Closed], writer: Writer, patience_ns: int
) -> None:
    session, opened = _field(record, "id", int), _opened(record)
    if record.get("closed") is not None:
        ends[session] = _closed(record)
    live[session] = Recording(writer, opened, patience_ns=patience_ns)


def _recording(record: dict[str, Any], live: dict[int, Recording]) -> Recording:
    session = _field(record, "session", int)
    if session not in live:
        raise ValueError(f"there is no session {session} above it")
    return live[session]


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


T = TypeVar("T")


def _field(record: Any, name: str, kind: type[T], otherwise: T | None = None) -> T:
    """Return a field of the right type; ``otherwise`` stands for null. Raises ValueError in words for people."""
    value = record.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{name} is not {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {str: "a string", int: "a number", list: "a list"}


def _time(record: Any, name: str) -> int:
    time_ns = timestamp.read(_field(record, name, str))
    if not -(2**63) <= time_ns < 2**63:
        raise ValueError(f"{name} is out of range")
    return time_ns


def _small(record: Any, name: str) -> int | None:
    """Return a status or a close code, None for null."""
    value = _field(record, name, int, -1)
    if not -1 <= value <= 65_535:
        raise ValueError(f"{name} is out of range")
    return None if value == -1 else value


def _opened(record: dict[str, Any]) -> Opened:
    return Opened(
        _time(record, "opened"),
        _field(record, "station", str),
        path=_field(record, "path", str),
        peer=_field(record, "peer", str),
        upstream=_field(record, "upstream", str),
        offered=tuple(str(name) for name in _field(record, "subprotocols_offered", list)),
        subprotocol=_field(record, "subprotocol", str, "") or None,
        http_status=_small(record, "http_status"),
        origin="import",
        headers=tuple((str(side), str(name), str(value)) for side, name, value in _field(record, "headers", list)),
    )


def _closed(record: dict[str, Any]) -> Closed:
    return Closed(
        _time(record, "closed"),
        _small(record, "close_code"),
        _field(record, "close_reason", str, ""),
        Blame(_field(record, "closed_by", str)),
    )


def _received(record: dict[str, Any]) -> Received:
    if "raw" in record:
        raw: str | bytes = _field(record, "raw", str)
    else:
        raw = base64.b64decode(_field(record, "raw_base64", str), validate=True)
    return Received(
        _time(record, "time"), Party(_field(record, "sender", str)), raw, Origin(_field(record, "origin", str))
    )
