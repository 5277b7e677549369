"""Rows on their way into the capture: the entries a session makes, and the SQL of one batch of them."""

import json
import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass, field

from inspector import __version__
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Opened, Origin
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.printable import visible
from inspector.protocol.seen import Seen
from inspector.protocol.version import Version


@dataclass(slots=True)
class SessionRow:
    """A session on its way into the capture. ``id`` is its row's, once committed.

    ``patience_ns`` is how long its CALLs may wait for an answer.
    """

    opened: Opened
    version: Version | None = None
    patience_ns: int = PATIENCE_NS
    id: int | None = None


@dataclass(frozen=True, slots=True)
class FrameEntry:
    """One frame to write: what was seen, the raw text that may rest on disk, and how many secrets were masked."""

    session: SessionRow
    seen: Seen
    raw: str | bytes
    masked: int
    origin: Origin
    version: Version | None


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One finding to write. It may be about a frame written earlier."""

    session: SessionRow
    finding: Finding


@dataclass(frozen=True, slots=True)
class ClosedEntry:
    """The end of a session."""

    session: SessionRow
    closed: Closed


Entry = SessionRow | FrameEntry | FindingEntry | ClosedEntry


@dataclass(slots=True)
class _Batch:
    """The rows of one transaction, by table."""

    frames: list[tuple[object, ...]] = field(default_factory=list)
    findings: list[tuple[object, ...]] = field(default_factory=list)
    severities: Counter[tuple[int, int | None, Severity]] = field(default_factory=Counter)
    latest: dict[int, tuple[int, int, Version | None]] = field(default_factory=dict)
    closed: list[tuple[object, ...]] = field(default_factory=list)


FINDING_COLUMNS = "session, frame, code, severity, blame, pointer, message, hint, offset"
"""The columns of the table ``finding``, in the order in which rows are written."""


def write(connection: sqlite3.Connection, entries: list[Entry]) -> None:
    """Write entries in one transaction. On an error nothing is written and the sessions it opened have no id."""
    fresh: list[SessionRow] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        batch = _Batch()
        for entry in entries:
            if isinstance(entry, SessionRow):
                entry.id = _insert_session(connection, entry)
                fresh.append(entry)
            else:
                _sort(batch, entry)
        _write_rows(connection, batch)
        connection.execute("COMMIT")
    except BaseException:
        for session in fresh:
            session.id = None
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _insert_session(connection: sqlite3.Connection, session: SessionRow) -> int | None:
    opened = session.opened
    cursor = connection.execute(
        "INSERT INTO session(station, path, version, offered, subprotocol, peer, upstream, origin, source, opened_ns,"
        " http_status, headers, tls, patience_ns, last_ns, tool) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            storable(opened.station),
            storable(opened.path),
            session.version,
            json.dumps(opened.offered),
            storable(opened.subprotocol),
            opened.peer,
            opened.upstream,
            opened.origin,
            opened.source,
            opened.time_ns,
            opened.http_status,
            json.dumps(opened.headers),
            json.dumps([asdict(leg) for leg in opened.tls]),
            session.patience_ns,
            opened.time_ns,
            f"ocpp-inspector {__version__}",
        ),
    )
    return cursor.lastrowid


def _sort(batch: _Batch, entry: FrameEntry | FindingEntry | ClosedEntry) -> None:
    session = entry.session.id
    if session is None:
        raise LookupError("its session is not in the capture")
    if isinstance(entry, FrameEntry):
        batch.frames.append(_frame_row(session, entry))
        frames = batch.latest.get(session, (0, 0, None))[0]
        batch.latest[session] = (frames + 1, entry.seen.time_ns, entry.version)
    elif isinstance(entry, FindingEntry):
        found = entry.finding
        batch.findings.append(finding_row(session, found))
        batch.severities[session, found.frame, found.severity] += 1
    else:
        closed = entry.closed
        batch.closed.append((closed.time_ns, closed.code, storable(closed.reason), closed.by, session))


def _frame_row(session: int, entry: FrameEntry) -> tuple[object, ...]:
    seen, frame = entry.seen, entry.seen.frame
    return (
        session,
        seen.number,
        seen.time_ns,
        seen.sender,
        int(frame.type),
        storable(frame.message_id),
        storable(seen.action),
        seen.call.number if seen.call else None,
        seen.latency_ns,
        entry.origin,
        entry.masked,
        entry.raw if isinstance(entry.raw, bytes) else storable_raw(entry.raw),
    )


def finding_row(session: int, found: Finding) -> tuple[object, ...]:
    """Return a finding as the columns that ``FINDING_COLUMNS`` names.

    Its words may quote the wire: other programs get them harmless, too. The pointer leads into the raw text as it is.
    """
    return (
        session,
        found.frame,
        found.code,
        found.severity,
        found.blame,
        storable(found.pointer),
        visible(found.message),
        visible(found.hint),
        found.offset,
    )


def storable(text: str | None) -> str | None:
    r"""Make text fit for SQLite, which takes no lone surrogates: they are written as ``\udXXX``."""
    return text if text is None else text.encode("utf-8", "backslashreplace").decode()


def storable_raw(text: str) -> str | bytes:
    """Return raw text, as bytes if SQLite could not keep it as text unchanged."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def _write_rows(connection: sqlite3.Connection, batch: _Batch) -> None:
    connection.executemany(
        "INSERT INTO frame(session, number, time_ns, sender, type, message_id, action, answers, latency_ns, origin,"
        " errors, warnings, masked, raw) VALUES (?,?,?,?,?,?,?,?,?,?,0,0,?,?)",
        batch.frames,
    )
    connection.executemany(
        f"INSERT INTO finding({FINDING_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",
        batch.findings,
    )
    connection.executemany(
        "UPDATE session SET frames = frames + ?, last_ns = ?, version = ? WHERE id = ?",
        [(frames, last, version, session) for session, (frames, last, version) in batch.latest.items()],
    )
    for (session, frame, severity), count in batch.severities.items():
        column = _COUNTED.get(severity)
        if column is None:
            continue
        connection.execute(_COUNT_SESSION[column], (count, session))
        if frame is not None:
            connection.execute(_COUNT_FRAME[column], (count, session, frame))
    connection.executemany(
        "UPDATE session SET closed_ns = ?, close_code = ?, close_reason = ?, closed_by = ? WHERE id = ?",
        batch.closed,
    )


_COUNTED = {Severity.ERROR: "errors", Severity.WARNING: "warnings"}
_COUNT_SESSION = {
    "errors": "UPDATE session SET errors = errors + ? WHERE id = ?",
    "warnings": "UPDATE session SET warnings = warnings + ? WHERE id = ?",
}
_COUNT_FRAME = {
    "errors": "UPDATE frame SET errors = errors + ? WHERE session = ? AND number = ?",
    "warnings": "UPDATE frame SET warnings = warnings + ? WHERE session = ? AND number = ?",
}
