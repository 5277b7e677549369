"""Reads what :mod:`inspector.formats.jsonl` wrote, also after people edited it: each line by itself."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from inspector.errors import InspectorError
from inspector.formats.additions import FrameRemark, SessionRemark
from inspector.formats.intake import UNKNOWN, Announced, Fault, File, Imported, Item, Loose, Report, take
from inspector.formats.json_fields import Line, count, field, loaded, read_time
from inspector.formats.jsonl import FORMAT, VERSION
from inspector.formats.session_reading import closed, opened, patience_ns, place
from inspector.protocol.context import Stations
from inspector.protocol.event import Controlled, Noted, Origin, Received, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Party, Version
from inspector.store.entries import storable
from inspector.store.judge import SILENCE, UNSEEN
from inspector.store.recording import session_row
from inspector.store.rows import event_of
from inspector.store.timeline import Life, Moment
from inspector.store.writer import Writer


def file(lines: Iterable[Line]) -> File:
    """Read the lines below the first one."""
    reading = _Reading()
    return File(reading.items(lines), reading.remarks)


def import_lines(
    lines: Iterable[Line],
    writer: Writer,
    *,
    patience_ns: int | None = None,
    stations: Stations | None = None,
    vendors: Vendors | None = None,
    keep_secrets: bool = False,
) -> Imported:
    """Bring the lines below the first one into a capture. See :func:`inspector.formats.intake.take`."""
    return take(
        file(lines), writer, patience_ns=patience_ns, stations=stations, vendors=vendors, keep_secrets=keep_secrets
    )


def is_head(line: Line) -> bool:
    """Tell whether this is the first line of an export, of any version."""
    return _head(line) is not None


def check_head(line: Line) -> None:
    """Raise :class:`InspectorError` unless this is the first line of an export that can be read."""
    record = _head(line)
    if record is None:
        raise InspectorError(f"line 1: not an export of OCPP Inspector (no format {FORMAT})")
    if not isinstance(record.get("version"), int) or record["version"] > VERSION:
        raise InspectorError(
            f"line 1: written by a newer OCPP Inspector (version {record.get('version')}): update this one"
        )


def _head(line: Line) -> dict[str, Any] | None:
    try:
        record = loaded(line)
    except (ValueError, RecursionError):
        return None
    return record if record.get("format") == FORMAT else None


class _Reading:
    """One file being read. ``_numbers`` has for each of its sessions the number that it has here."""

    def __init__(self) -> None:
        self.remarks: dict[int, FrameRemark] = {}
        self._numbers: dict[int, int] = {}
        self._count = 0

    def items(self, lines: Iterable[Line]) -> Iterator[Item]:
        """Read lines; what can't be read is named."""
        for line, text in enumerate(lines, 2):
            try:
                record = loaded(text)
                kind = record.get("kind")
                if kind == "session":
                    yield self._announced(record)
                elif kind == "event":
                    yield self._event(line, record)
                elif kind == "report":
                    yield Report(self._number(record), storable(field(record, "content", str)) or "")
                else:
                    yield self._moment(line, record)
            except (ValueError, RecursionError) as error:
                yield Fault(line, str(error))

    def _number(self, record: dict[str, Any]) -> int:
        """Return the number that a frame's session has here."""
        session = record.get("session")
        if type(session) is not int:
            raise ValueError("session is not a number")
        if session not in self._numbers:
            raise ValueError(f"there is no session {session} above it")
        return self._numbers[session]

    def _moment(self, line: int, record: dict[str, Any]) -> Moment:
        moment = Moment(line, self._number(record), 0, _received(record))
        if record.keys() & _REMARKS or record.get("findings"):
            remark = _frame_remark(record)
            if remark != FrameRemark():
                self.remarks[line] = remark
        return moment

    def _event(self, line: int, record: dict[str, Any]) -> Item:
        event = _event(record)
        return Loose(event) if record.get("session") is None else Moment(line, self._number(record), 0, event)

    def _announced(self, record: dict[str, Any]) -> Announced:
        """Take a session; an id that the file has twice stands for the later one from here on."""
        session, begun = field(record, "id", int), opened(record)
        ended = None if record.get("closed") is None else closed(record)
        frames = field(record, "frames", int, UNKNOWN)
        origin = field(record, "origin", str, "")
        kept = replace(begun, origin=origin if origin in {"draft", "run"} else "import")
        version = record.get("ocpp_version") if origin == "draft" else None
        row = session_row(kept, version and Version(version), patience_ns(record))
        row.continues, row.continued_in = place(record, "continues"), place(record, "continued_in")
        remark = self._session_remark(record)
        self._count += 1
        self._numbers[session] = self._count
        life = Life(self._count, begun.time_ns, None if ended is None else ended.time_ns, frames)
        return Announced(life, row, begun, ended, _recorders_findings(record, hears_pings=begun.hears_pings), remark)

    def _session_remark(self, record: dict[str, Any]) -> SessionRemark | None:
        source = self._numbers.get(field(record, "source", int, UNKNOWN))
        taken_out = tuple(
            count({"taken_out": number}, "taken_out") or 0 for number in field(record, "taken_out", list, [])
        )
        lost, silence_ns = count(record, "lost") or 0, count(record, "silence_ns")
        remark = SessionRemark(source, taken_out, lost, silence_ns)
        return None if remark == SessionRemark() else remark


_REMARKS = {"masked", "marked", "copy_of"}


def _frame_remark(record: dict[str, Any]) -> FrameRemark:
    marked, findings = record.get("marked") is True, _recorders_findings(record, hears_pings=True)
    return FrameRemark(marked, count(record, "copy_of"), count(record, "masked"), findings)


def _recorders_findings(record: dict[str, Any], *, hears_pings: bool) -> tuple[Finding, ...]:
    """Return the findings that nobody can make again from a file: it has no passwords, and perhaps no pings."""
    codes = UNSEEN - SILENCE if hears_pings else UNSEEN
    findings = field(record, "findings", list, [])
    return tuple(_finding(each) for each in findings if isinstance(each, dict) and str(each.get("code")) in codes)


def _finding(record: dict[str, Any]) -> Finding:
    return Finding(
        field(record, "code", str),
        Severity(field(record, "severity", str)),
        Blame(field(record, "blame", str)),
        field(record, "message", str),
        field(record, "pointer", str, ""),
        field(record, "hint", str, ""),
    )


_PARTIES = {str(party): party for party in Party}
_ORIGINS = {str(origin): origin for origin in Origin}


def _received(record: dict[str, Any]) -> Received:
    raw: Any = record.get("raw")
    if raw is None and "raw" not in record:
        raw = base64.b64decode(field(record, "raw_base64", str), validate=True)
    elif type(raw) is not str:
        raise ValueError("raw is not a string")
    time_ns = read_time(record, "time", "time_ns")
    sender = _PARTIES.get(str(record.get("sender"))) or Party(field(record, "sender", str))
    origin = _ORIGINS.get(str(record.get("origin"))) or Origin(field(record, "origin", str))
    return Received(time_ns, sender, raw, origin)


def _event(record: dict[str, Any]) -> Controlled | Violated | Noted:
    sender = field(record, "sender", str, "")
    raw = base64.b64decode(field(record, "raw_base64", str, ""), validate=True)
    time_ns = read_time(record, "time", "time_ns")
    kind, what = field(record, "event", str), field(record, "what", str, "")
    return event_of((0, None, time_ns, sender or None, kind, what, raw)).event
