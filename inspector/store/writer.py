"""The one writer of a process: a thread that takes rows from a queue and commits them in batches.

It never blocks who appends and never raises at them. While the disk refuses, the tail waits in memory within a bound
and the whole batch is tried again; what does not fit is counted.
"""

import json
import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from inspector import __version__
from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.inspection import Seen
from inspector.protocol.version import Version
from inspector.store.schema import prepare

BATCH_ROWS = 1000
BATCH_SECONDS = 0.05
RETRY_SECONDS = 0.5
BUSY_SECONDS = 5.0
MOST_WAITING = 64 * 1024 * 1024
"""Bytes of raw frames that may wait in memory for the disk."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SessionRow:
    """A session on its way into the capture. ``id`` is its row's, once committed."""

    opened: Opened
    version: Version | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class FrameEntry:
    """One frame to write: what was seen, the raw text that may rest on disk, and how many secrets were masked."""

    session: SessionRow
    seen: Seen
    raw: str | bytes
    masked: int
    origin: str
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


class Writer:
    """Appends to a capture. Raises :class:`InspectorError` at once if the file can't be one; never later."""

    def __init__(self, path: Path) -> None:
        prepare(path)
        self.path = path
        self.lost = 0
        self._queue: SimpleQueue[Entry | threading.Event | None] = SimpleQueue()
        self._waiting = 0
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="capture-writer", daemon=True)
        self._thread.start()

    def append(self, entries: Iterable[Entry]) -> None:
        """Queue entries, in order. A frame that would burst the bound on waiting bytes is counted as lost."""
        for entry in entries:
            if isinstance(entry, FrameEntry):
                if self._waiting > MOST_WAITING:
                    self.lost += 1
                    continue
                self._waiting += len(entry.raw)
            self._queue.put(entry)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was appended is committed; False if that took longer than ``timeout`` seconds."""
        done = threading.Event()
        self._queue.put(done)
        return done.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Commit what is left and close the file. A disk that still refuses is tried once more."""
        self._closing = True
        self._queue.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA journal_size_limit=67108864")
        open_for_more = True
        while open_for_more:
            batch, waiters, open_for_more = self._gather()
            self._commit(connection, batch)
            for waiter in waiters:
                waiter.set()
        with suppress(sqlite3.OperationalError):  # others have it open: the last one of them folds the log in
            connection.execute("PRAGMA journal_mode=DELETE")  # at rest, a capture is one file
        connection.close()

    def _gather(self) -> tuple[list[Entry], list[threading.Event], bool]:
        """Take entries for at most one batch: what to write, who waits for it, and whether more may come."""
        batch: list[Entry] = []
        entry = self._queue.get()
        deadline = time.monotonic() + BATCH_SECONDS
        while True:
            if entry is None:
                return batch, [], False
            if isinstance(entry, threading.Event):
                return batch, [entry], True
            batch.append(entry)
            if len(batch) >= BATCH_ROWS:
                return batch, [], True
            try:
                entry = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                return batch, [], True

    def _commit(self, connection: sqlite3.Connection, batch: list[Entry]) -> None:
        """Write a batch, again and again while the disk refuses."""
        troubled = False
        while batch:
            try:
                _write(connection, batch)
                break
            except sqlite3.OperationalError as error:
                if not troubled:
                    log.warning("%s: not written, traffic goes on: %s", self.path, error)
                troubled = True
                if self._closing:
                    self.lost += _frames_in(batch)
                    return
                time.sleep(RETRY_SECONDS)
            except Exception:
                self._write_singly(connection, batch)
                break
        if troubled:
            log.warning("%s: writing again, %d frames lost", self.path, self.lost)
        self._waiting -= sum(len(entry.raw) for entry in batch if isinstance(entry, FrameEntry))

    def _write_singly(self, connection: sqlite3.Connection, batch: list[Entry]) -> None:
        """One entry spoils its batch: write the others, and say which one it was."""
        for entry in batch:
            try:
                _write(connection, [entry])
            except Exception as error:
                self.lost += _frames_in([entry])
                log.error("%s: can't be written, left out: %s: %r", self.path, error, entry)


def _frames_in(entries: list[Entry]) -> int:
    return sum(isinstance(entry, FrameEntry) for entry in entries)


@dataclass(slots=True)
class _Batch:
    """The rows of one transaction, by table."""

    frames: list[tuple[object, ...]] = field(default_factory=list)
    findings: list[tuple[object, ...]] = field(default_factory=list)
    severities: Counter[tuple[int, int | None, Severity]] = field(default_factory=Counter)
    latest: dict[int, tuple[int, int, Version | None]] = field(default_factory=dict)
    closed: list[tuple[object, ...]] = field(default_factory=list)


def _write(connection: sqlite3.Connection, entries: list[Entry]) -> None:
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
        " http_status, headers, last_ns, tool) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
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
        batch.findings.append(
            (
                session,
                found.frame,
                found.code,
                found.severity,
                found.blame,
                storable(found.pointer),
                storable(found.message),
                storable(found.hint),
                found.offset,
            )
        )
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
        "INSERT INTO finding(session, frame, code, severity, blame, pointer, message, hint, offset)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
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
