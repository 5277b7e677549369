"""Reading a capture: sessions, and pages of frames by id. Works while another process writes."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

from inspector.errors import InspectorError
from inspector.store.filter import EVERYTHING, Where
from inspector.store.rows import FindingRow, FrameRow, Session, finding_of, frame_of, session_of
from inspector.store.schema import SESSION_COLUMNS, recognise

T = TypeVar("T")

PAGE = 256
"""Frames a page."""


_SESSION_SELECT = f"SELECT {', '.join(SESSION_COLUMNS)} FROM session"
_FRAME_SELECT = (
    "SELECT frame.id, frame.session, frame.number, frame.time_ns, frame.sender, frame.type, frame.message_id,"
    " frame.action, call.id, frame.latency_ns, frame.origin, frame.errors, frame.warnings, frame.masked, frame.raw"
    " FROM frame LEFT JOIN frame AS call ON call.session = frame.session AND call.number = frame.answers"
)

_FINDING_COLUMNS = ", ".join(
    f"finding.{column}"
    for column in ("session", "frame", "code", "severity", "blame", "pointer", "message", "hint", "offset")
)
_FINDING_SELECT = f"SELECT {_FINDING_COLUMNS} FROM finding"


class Reader:
    """A read-only view of one capture, for one thread. Raises :class:`InspectorError` for a file that is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def interrupt(self) -> None:
        """Stop a query that another thread is waiting for, if it still is."""
        with suppress(sqlite3.ProgrammingError):
            self._connection.interrupt()

    def file(self) -> tuple[int, int]:
        """Return what tells this file from another one of its name. Raises :class:`InspectorError` if it is gone."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise InspectorError(f"{self.path}: no such file any more") from error
        return status.st_dev, status.st_ino

    def change(self) -> int:
        """Return a number that differs when another process has committed since."""
        return int(self._all("PRAGMA data_version")[0][0])

    def sessions(self) -> list[Session]:
        """Return all sessions, oldest first."""
        return self._rows(session_of, f"{_SESSION_SELECT} ORDER BY id")

    def session(self, number: int) -> Session:
        """Return one session. Raises :class:`InspectorError` if there is none of this id."""
        rows = self._rows(session_of, f"{_SESSION_SELECT} WHERE id = ?", (number,))
        if not rows:
            raise InspectorError(f"{self.path}: no session {number}; `ocpp-inspector sessions` lists them")
        return rows[0]

    def page(
        self, where: Where = EVERYTHING, *, session: int | None = None, after: int = 0, limit: int = PAGE
    ) -> list[FrameRow]:
        """Return the next frames with an id above ``after``, in order."""
        clause, parameters = _clause(where, session)
        sql = f"{_FRAME_SELECT} WHERE frame.id > ? AND {clause} ORDER BY frame.id LIMIT ?"
        return self._rows(frame_of, sql, (after, *parameters, limit))

    def pages(self, where: Where = EVERYTHING, *, session: int | None = None) -> Iterator[FrameRow]:
        """Yield all frames, a page at a time."""
        after = 0
        while page := self.page(where, session=session, after=after):
            yield from page
            after = page[-1].id

    def ids(self, where: Where = EVERYTHING, *, session: int | None = None, after: int = 0) -> list[int]:
        """Return the ids of all matching frames above ``after``, in order."""
        clause, parameters = _clause(where, session)
        rows = self._all(
            f"SELECT frame.id FROM frame WHERE frame.id > ? AND {clause} ORDER BY frame.id",
            (after, *parameters),
        )
        return [row[0] for row in rows]

    def next_id(self, where: Where, *, session: int | None, beyond: int, step: int) -> int | None:
        """Return the nearest matching frame id above (``step`` 1) or below (-1) another, None for none."""
        clause, parameters = _clause(where, session)
        side, order = (">", "ASC") if step > 0 else ("<", "DESC")
        sql = f"SELECT frame.id FROM frame WHERE frame.id {side} ? AND {clause} ORDER BY frame.id {order} LIMIT 1"
        rows = self._all(sql, (beyond, *parameters))
        return int(rows[0][0]) if rows else None

    def frames(self, ids: Sequence[int]) -> list[FrameRow]:
        """Return the frames of these ids, in order; one that is gone is left out."""
        marks = ",".join("?" * len(ids))
        return self._rows(frame_of, f"{_FRAME_SELECT} WHERE frame.id IN ({marks}) ORDER BY frame.id", tuple(ids))

    def answer_of(self, frame: FrameRow) -> FrameRow | None:
        """Return the answer to a CALL, None while there is none."""
        sql = f"{_FRAME_SELECT} WHERE frame.session = ? AND frame.answers = ? AND frame.answers IS NOT NULL"
        rows = self._rows(frame_of, sql, (frame.session, frame.number))
        return rows[0] if rows else None

    def findings(self, *, session: int | None = None) -> list[FindingRow]:
        """Return the findings of the capture or of one session, in the order they were made."""
        clause, parameters = ("1", ()) if session is None else ("session = ?", (session,))
        return self._rows(finding_of, f"{_FINDING_SELECT} WHERE {clause} ORDER BY id", parameters)

    def findings_of(self, frames: Sequence[FrameRow]) -> dict[int, list[FindingRow]]:
        """Return the findings of some frames, by frame id; a frame without any is not in it."""
        marks = ",".join("?" * len(frames))
        sql = (
            f"SELECT frame.id, {_FINDING_COLUMNS} FROM frame"
            " JOIN finding ON finding.session = frame.session AND finding.frame = frame.number"
            f" WHERE frame.id IN ({marks}) ORDER BY finding.id"
        )
        found: dict[int, list[FindingRow]] = {}
        pairs = self._rows(lambda row: (row[0], finding_of(row[1:])), sql, tuple(frame.id for frame in frames))
        for frame_id, finding in pairs:
            found.setdefault(frame_id, []).append(finding)
        return found

    def judged(self, frames: Iterable[FrameRow]) -> Iterator[tuple[FrameRow, list[FindingRow]]]:
        """Yield each frame with its findings, looked up a page at a time."""
        rest = iter(frames)
        while page := list(islice(rest, PAGE)):
            found = self.findings_of(page)
            yield from ((frame, found.get(frame.id, [])) for frame in page)

    def _rows(self, make: Callable[[tuple[Any, ...]], T], sql: str, parameters: tuple[object, ...] = ()) -> list[T]:
        """Read rows and make something of each. A row no recorder wrote is an :class:`InspectorError`."""
        rows = self._all(sql, parameters)
        try:
            return [make(row) for row in rows]
        except (ValueError, TypeError) as error:
            raise InspectorError(f"{self.path}: a damaged row: {error}") from error

    def _all(self, sql: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise InspectorError(f"{self.path}: can't be read: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise InspectorError(f"{path}: not a file" if path.exists() else f"{path}: no such file")
    address = path.resolve().as_uri()
    try:
        connection = _open(f"{address}?mode=ro") or _open(f"{address}?immutable=1")
    except sqlite3.Error as error:
        raise InspectorError(f"{path}: not a capture: {error}") from error
    if connection is None:
        raise InspectorError(f"{path}: can't be opened")
    try:
        recognise(connection, path)
    except InspectorError:
        connection.close()
        raise
    return connection


def _open(address: str) -> sqlite3.Connection | None:
    """Open a database, None where SQLite can't in this way: a log beside it that may not be written, for one."""
    connection = sqlite3.connect(address, uri=True, timeout=5.0, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("PRAGMA query_only=1")
    except sqlite3.OperationalError:
        connection.close()
        return None
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _clause(where: Where, session: int | None) -> tuple[str, tuple[object, ...]]:
    if session is None:
        return where.sql, where.parameters
    return f"frame.session = ? AND {where.sql}", (session, *where.parameters)
