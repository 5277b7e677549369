"""One batch of entries: the SQL that writes them, in one transaction."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from inspector import __version__
from inspector.protocol.event import Control, Controlled, Noted, Violated
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.printable import visible
from inspector.protocol.version import Version
from inspector.store.entries import (
    ClosedEntry,
    Entry,
    EventEntry,
    FindingEntry,
    FrameEntry,
    ReachedEntry,
    SessionRow,
    storable,
)
from inspector.store.rows import OPAQUE


@dataclass(slots=True)
class _Tally:
    """What a batch adds to a session's row."""

    frames: int = 0
    last_ns: int | None = None
    version: Version | None = None
    errors: int = 0
    warnings: int = 0
    pings: int = 0
    violations: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Batch:
    """The rows of one transaction, by table."""

    frames: list[tuple[int, tuple[object, ...]]] = field(default_factory=list)
    findings: list[tuple[object, ...]] = field(default_factory=list)
    events: list[tuple[object, ...]] = field(default_factory=list)
    bad: dict[tuple[int, object], list[int]] = field(default_factory=dict)  # (session, number): errors, warnings
    tallies: defaultdict[int, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    closed: list[tuple[object, ...]] = field(default_factory=list)
    reached: dict[str, int] = field(default_factory=dict)


FINDING_COLUMNS = "session, frame, code, severity, blame, pointer, message, hint, offset"
"""The columns of the table ``finding``, in the order in which rows are written."""


def write(connection: sqlite3.Connection, entries: Iterable[Entry], writer: str = "", *, in_bulk: bool = False) -> None:
    """Write entries in one transaction, in the name of a process (see :mod:`inspector.store.liveness`).

    On an error nothing is written and the sessions it opened have no id. ``in_bulk`` takes more processor time, but
    lets other threads work meanwhile.
    """
    fresh: list[SessionRow] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        put(connection, entries, writer, fresh, in_bulk=in_bulk)
        connection.execute("COMMIT")
    except BaseException:
        for session in fresh:
            session.id = None
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def put(
    connection: sqlite3.Connection,
    entries: Iterable[Entry],
    writer: str,
    fresh: list[SessionRow],
    *,
    in_bulk: bool = False,
) -> None:
    """Write entries within a transaction that is somebody else's; ``fresh`` takes the sessions that it opened."""
    batch = _Batch()
    for entry in entries:
        if isinstance(entry, FrameEntry):
            _sort_frame(batch, entry)
        elif isinstance(entry, SessionRow):
            entry.id = _insert_session(connection, entry, writer)
            fresh.append(entry)
        elif isinstance(entry, ReachedEntry):
            batch.reached[entry.scribe] = entry.position
        else:
            _sort(batch, entry)
    _write_rows(connection, batch, writer, in_bulk)


def _insert_session(connection: sqlite3.Connection, session: SessionRow, writer: str) -> int | None:
    opened = session.opened
    values = {
        "station": storable(opened.station),
        "path": storable(opened.path),
        "version": session.version,
        "offered": json.dumps(opened.offered),
        "subprotocol": storable(opened.subprotocol),
        "peer": opened.peer,
        "upstream": opened.upstream,
        "origin": opened.origin,
        "source": opened.source,
        "opened_ns": opened.time_ns,
        "http_status": opened.http_status,
        "headers": json.dumps(opened.headers),
        "tls": json.dumps([asdict(leg) for leg in opened.tls]),
        "patience_ns": session.patience_ns,
        "last_ns": opened.time_ns,
        "tool": f"ocpp-inspector {__version__}",
        "times": json.dumps(opened.times),
        "hears_pings": opened.hears_pings,
        "continues": json.dumps(session.continues) if session.continues else None,
        "continued_in": json.dumps(session.continued_in) if session.continued_in else None,
        "writer": writer,
        "name": storable(opened.name),
    }
    marks = ", ".join("?" * len(values))
    cursor = connection.execute(f"INSERT INTO session({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    return cursor.lastrowid


def _sort_frame(batch: _Batch, entry: FrameEntry) -> None:
    row, time_ns, _, version, columns = entry
    session = _id(row)
    batch.frames.append((session, columns))
    tally = batch.tallies[session]
    tally.frames += 1
    tally.last_ns = time_ns
    tally.version = version


def _sort(batch: _Batch, entry: FindingEntry | EventEntry | ClosedEntry) -> None:
    session = None if entry.session is None else _id(entry.session)
    if isinstance(entry, EventEntry):
        batch.events.append(event_row(session, entry.event))
        if session is not None:
            _count(batch.tallies[session], entry.event)
        return
    assert session is not None
    if isinstance(entry, FindingEntry):
        found = entry.finding
        batch.findings.append(finding_row(session, found))
        tally = batch.tallies[session]
        bad = batch.bad.setdefault((session, found.frame), [0, 0]) if found.frame is not None else [0, 0]
        if found.severity is Severity.ERROR:
            tally.errors += 1
            bad[0] += 1
        elif found.severity is Severity.WARNING:
            tally.warnings += 1
            bad[1] += 1
    else:
        closed = entry.closed
        batch.closed.append(
            (closed.time_ns, closed.code, storable(closed.reason), closed.by, entry.silence_ns, session)
        )


def _id(session: SessionRow) -> int:
    if session.id is None:
        raise LookupError("its session is not in the capture")
    return session.id


def _count(tally: _Tally, event: Controlled | Violated | Noted) -> None:
    if isinstance(event, Controlled):
        tally.pings += event.kind is Control.PING
    elif isinstance(event, Violated):
        tally.violations += 1
    else:
        tally.lost += event.lost


def event_row(session: int | None, event: Controlled | Violated | Noted) -> tuple[object, ...]:
    """Return an event as the columns that ``EVENT_COLUMNS`` names."""
    if isinstance(event, Controlled):
        return session, event.time_ns, str(event.sender), str(event.kind), None, event.payload or None
    if isinstance(event, Violated):
        what = f"{event.what}{OPAQUE if event.opaque else ''}"
        return session, event.time_ns, event.sender, "violation", visible(what), event.wire[:MOST_WIRE]
    return session, event.time_ns, None, event.kind, visible(event.what), None


EVENT_COLUMNS = "session, time_ns, sender, kind, what, raw"
"""The columns of the table ``event``, in the order in which rows are written."""

MOST_WIRE = 64 * 1024
"""Bytes of a violation that are kept."""


def finding_row(session: int, found: Finding) -> tuple[object, ...]:
    """Return a finding as the columns that ``FINDING_COLUMNS`` names.

    Its words may quote the wire: other programs get them harmless, too. The pointer leads into the raw text as it is.
    """
    return (
        session,
        found.frame,
        found.code,
        str(found.severity),
        str(found.blame),
        storable(found.pointer),
        visible(found.message),
        visible(found.hint),
        found.offset,
    )


def _write_rows(connection: sqlite3.Connection, batch: _Batch, writer: str, in_bulk: bool) -> None:
    bad, run = batch.bad, connection.executemany
    frames = [(*row, session, *bad.pop((session, row[0]), _GOOD)) for session, row in batch.frames]
    if not in_bulk or not _write_at_once(connection, frames):
        run(_FRAME, frames)
    run(f"INSERT INTO finding({FINDING_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", batch.findings)
    run(f"INSERT INTO event({EVENT_COLUMNS}) VALUES (?,?,?,?,?,?)", batch.events)
    run(_BAD_EARLIER, [(*counts, *place) for place, counts in bad.items()])
    run(
        _SESSION,
        [
            (t.frames, t.last_ns, t.version, t.errors, t.warnings, t.pings, t.violations, t.lost, writer, session)
            for session, t in batch.tallies.items()
        ],
    )
    run(_CLOSED, batch.closed)
    run("INSERT OR REPLACE INTO reached(scribe, position) VALUES (?,?)", batch.reached.items())


def _write_at_once(connection: sqlite3.Connection, frames: Sequence[tuple[object, ...]]) -> bool:
    """Write frames in one statement: for each row of many, Python would wait until its other threads let it go on.

    Tells whether it did: JSON can't carry bytes, and SQLite's no character of code 0; and SQLite copies a row for each
    of its columns.
    """
    if any(len(frame[_RAW]) > LARGE for frame in frames):  # type: ignore[arg-type]  # text or bytes
        return False
    try:
        rows = orjson.dumps(frames).decode()
    except TypeError:
        return False
    if r"\u0000" in rows:
        return False
    connection.execute(_FRAMES, (rows,))
    return True


LARGE = 64 * 1024
"""Characters or bytes of a frame that is quicker written in a row of its own."""

_RAW = 10
_GOOD = (0, 0)
_FRAME_COLUMNS = (
    "number, time_ns, sender, type, message_id, action, answers, latency_ns, origin, masked, raw, session, errors,"
    " warnings"
)
_FRAME = f"INSERT INTO frame({_FRAME_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_VALUES = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(14))
_FRAMES = f"INSERT INTO frame({_FRAME_COLUMNS}) SELECT {_VALUES} FROM json_each(?)"
_BAD_EARLIER = "UPDATE frame SET errors = errors + ?, warnings = warnings + ? WHERE session = ? AND number = ?"
_SESSION = (
    "UPDATE session SET frames = frames + ?, last_ns = ifnull(?, last_ns), version = ifnull(?, version),"
    " errors = errors + ?, warnings = warnings + ?, pings = pings + ?, violations = violations + ?, lost = lost + ?,"
    " writer = ? WHERE id = ?"
)
_CLOSED = (
    "UPDATE session SET closed_ns = ?, close_code = ?, close_reason = ?, closed_by = ?, silence_ns = ? WHERE id = ?"
)
