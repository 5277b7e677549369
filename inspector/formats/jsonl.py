"""JSON Lines: a line for the file, one for each session, frame and event. What is in the capture is in it."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from inspector import __version__
from inspector.errors import InspectorError
from inspector.protocol import timestamp
from inspector.protocol.context import PATIENCE_NS, Stations
from inspector.protocol.event import Closed, Controlled, Noted, Opened, Origin, Received, Tls, Violated
from inspector.protocol.finding import Blame
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Party
from inspector.store.entries import ClosedEntry, Entry, EventEntry, FindingEntry, Place, SessionRow
from inspector.store.lint import can_be_known
from inspector.store.reader import Reader
from inspector.store.record import event_record, frame_record, session_record
from inspector.store.recording import Recording, session_row
from inspector.store.rows import event_of
from inspector.store.timeline import Begin, Life, Moment, in_order
from inspector.store.writer import Writer

FORMAT = "ocpp-inspector-jsonl"
VERSION = 1


def export_lines(reader: Reader, session: int | None = None) -> Iterator[str]:
    """Yield a capture, or one of its sessions, as lines without their ends."""
    sessions = reader.sessions() if session is None else [reader.session(session)]
    yield json.dumps({"format": FORMAT, "version": VERSION, "tool": f"ocpp-inspector {__version__}"})
    own = reader.own_findings(session=session)
    for each in sessions:
        facts = session_record(each, own.get(each.id, ()))
        yield json.dumps({"kind": "session", **facts, "path": each.path, "headers": each.headers})
    frames = (
        (frame.time_ns, {"kind": "frame", **frame_record(frame, findings)})
        for frame, findings in reader.judged(reader.pages(session=session))
    )
    events = ((event.time_ns, {"kind": "event", **event_record(event)}) for event in reader.events(session=session))
    for _, line in merge(frames, events, key=itemgetter(0)):
        yield json.dumps(line)


@dataclass(slots=True)
class Imported:
    """What an import did: how many sessions, frames and other events came in, how many lines did not, and why."""

    sessions: int = 0
    frames: int = 0
    events: int = 0
    left_out: int = 0
    faults: list[str] = field(default_factory=list)


def import_lines(
    lines: Iterable[str],
    writer: Writer,
    *,
    patience_ns: int | None = None,
    stations: Stations | None = None,
    vendors: Vendors | None = None,
) -> Imported:
    """Read what :func:`export_lines` wrote below its first line, through the same pipe as live traffic.

    It is checked and paired anew, in the order of time; sessions get their ids in the order of the lines. A line that
    can't be read is left out and named. Without ``patience_ns``, each session has the patience it was recorded with.
    ``stations`` are remembered from earlier files, ``vendors`` are the schemas of vendors' data.
    """
    return _Import(writer, patience_ns, stations or Stations(), vendors).run(lines)


class _Coming(NamedTuple):
    """A session that was announced."""

    row: SessionRow
    opened: Opened
    closed: Closed | None


class _Import:
    """One file on its way into a capture."""

    def __init__(self, writer: Writer, patience_ns: int | None, stations: Stations, vendors: Vendors | None) -> None:
        self._vendors = vendors
        self._writer = writer
        self._patience_ns = patience_ns
        self._stations = stations
        self._result = Imported()
        self._coming: dict[int, _Coming] = {}
        self._ends: dict[int, Closed] = {}
        self._live: dict[int, Recording] = {}
        self._rows: dict[int, SessionRow] = {}

    def run(self, lines: Iterable[str]) -> Imported:
        """Take all lines."""
        for item in in_order(self._items(lines)):
            if isinstance(item, Begin):
                self._begin(item.session)
            elif isinstance(item, Moment):
                self._frame(item)
            else:
                self._end(self._live.pop(item.session), self._ends.pop(item.session))
        return self._result

    def _items(self, lines: Iterable[str]) -> Iterator[Life | Moment]:
        """Read lines; what can't be read is named and left out."""
        numbers: dict[int, int] = {}
        for line, text in enumerate(lines, 2):
            try:
                record = json.loads(text)
                if not isinstance(record, dict):
                    raise ValueError("not an object")
                if record.get("kind") == "session":
                    yield self._announced(record, numbers)
                elif record.get("kind") != "event":
                    yield Moment(line, _number(record, numbers), 0, _received(record))
                elif record.get("session") is None:
                    self._writer.append([EventEntry(None, _event(record))])
                    self._result.events += 1
                else:
                    yield Moment(line, _number(record, numbers), 0, _event(record))
            except (ValueError, RecursionError) as error:
                self._fault(line, str(error))

    def _announced(self, record: dict[str, Any], numbers: dict[int, int]) -> Life:
        """Take a session; an id that the file has twice stands for the later one from here on."""
        session, opened = _field(record, "id", int), _opened(record)
        closed = None if record.get("closed") is None else _closed(record)
        frames = _field(record, "frames", int, UNKNOWN)
        row = session_row(opened, patience_ns=self._patience_ns or _patience_ns(record))
        row.continues, row.continued_in = _place(record, "continues"), _place(record, "continued_in")
        self._result.sessions += 1
        number = numbers[session] = self._result.sessions
        self._rows[number] = row
        coming = self._coming[number] = _Coming(row, opened, closed)
        self._writer.append([coming.row])
        return Life(number, opened.time_ns, None if closed is None else closed.time_ns, frames)

    def _begin(self, session: int) -> None:
        row, opened, closed = self._coming.pop(session)
        station = self._stations.of(opened.station)
        writer = _Knowing(self._writer) if row.continues else self._writer
        self._live[session] = Recording(
            writer, opened, patience_ns=row.patience_ns, station=station, row=row, vendors=self._vendors
        )
        if closed is not None:
            self._ends[session] = closed

    def _end(self, recording: Recording, closed: Closed) -> None:
        if recording.row.continued_in is None:
            recording.feed(closed)
        else:  # no rule is to hear of an end that is none
            self._writer.append([ClosedEntry(recording.row, closed)])

    def _frame(self, moment: Moment) -> None:
        recording = self._live.get(moment.session)
        if recording is None and isinstance(moment.event, Noted):  # told after the end: it is kept, and nobody's fault
            self._writer.append([EventEntry(self._rows[moment.session], moment.event)])
            self._result.events += 1
            return
        if recording is None:
            self._fault(moment.id, "its session had ended, with as many frames as it says it has")
            return
        recording.feed(moment.event)
        if not isinstance(moment.event, Received):
            self._result.events += 1
            return
        self._result.frames += 1
        if not self._result.frames % BREATH:
            self._writer.flush()

    def _fault(self, line: int, words: str) -> None:
        self._result.left_out += 1
        if self._result.left_out <= MOST_TOLD:
            self._result.faults.append(f"line {line}: {words}")


class _Knowing(NamedTuple):
    """A writer that is not told what can't be known of a session whose past is in another file."""

    writer: Writer

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries, but for such findings."""
        self.writer.append(
            entry
            for entry in entries
            if not isinstance(entry, FindingEntry) or can_be_known(entry.session, entry.finding.code)
        )


MOST_TOLD = 100
"""Lines of a file that are named when they are left out; of the others, only how many there were."""

UNKNOWN = -1
"""The number of frames of a session that does not say it: it ends with the file."""

BREATH = 5_000
"""Frames after which an import waits for the disk, so that none is lost for want of memory."""


def _number(record: dict[str, Any], numbers: dict[int, int]) -> int:
    """Return the number that a frame's session has here."""
    session = _field(record, "session", int)
    if session not in numbers:
        raise ValueError(f"there is no session {session} above it")
    return numbers[session]


def is_head(line: str | bytes) -> bool:
    """Tell whether this is the first line of an export, of any version."""
    return _head(line) is not None


def _head(line: str | bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and record.get("format") == FORMAT else None


def check_head(line: str) -> None:
    """Raise :class:`InspectorError` unless this is the first line of an export that can be read."""
    record = _head(line)
    if record is None:
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


_KINDS: dict[type, str] = {str: "a string", int: "a number", list: "a list", dict: "an object"}


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


def _patience_ns(record: dict[str, Any]) -> int:
    """Return how long a CALL may wait; exports of earlier versions do not say it."""
    seconds = record.get("patience")
    if seconds is None:
        return PATIENCE_NS
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ValueError("patience is not a number")
    if not 1e-9 <= seconds < 2**63 / 1e9:
        raise ValueError("patience is out of range")
    return round(seconds * 1e9)


def _place(record: dict[str, Any], name: str) -> Place | None:
    """Return where a session goes on; exports of earlier versions do not say it."""
    place = _field(record, name, dict, {})
    return Place(_field(place, "capture", str), _field(place, "session", int)) if place else None


def _opened(record: dict[str, Any]) -> Opened:
    times = _field(record, "times", dict, {})
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
        headers=tuple(_header(line) for line in _field(record, "headers", list)),
        tls=tuple(_tls(leg) for leg in _field(record, "tls", list, [])),
        hears_pings=record.get("hears_pings") is True,
        times=tuple((str(step), _time(times, step)) for step in times),
    )


def _header(record: Any) -> tuple[str, str, str]:
    if not isinstance(record, list) or len(record) != 3:
        raise ValueError("a header is not a list of its side, its name and its value")
    side, name, value = map(str, record)
    return side, name, value


def _tls(record: Any) -> Tls:
    if not isinstance(record, dict):
        raise ValueError("a leg of tls is not an object")
    ends = _field(record, "certificate_ends", str, "")  # beyond the year 2262, too
    return Tls(
        Party(_field(record, "leg", str)),
        _field(record, "version", str),
        _field(record, "cipher", str, ""),
        timestamp.read(ends) if ends else None,
        *(_field(record, name, str, "") for name in ("sni", "certificate", "client_certificate")),
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


def _event(record: dict[str, Any]) -> Controlled | Violated | Noted:
    sender = _field(record, "sender", str, "")
    raw = base64.b64decode(_field(record, "raw_base64", str, ""), validate=True)
    kind, what, time_ns = _field(record, "event", str), _field(record, "what", str, ""), _time(record, "time")
    return event_of((0, None, time_ns, sender or None, kind, what, raw)).event
