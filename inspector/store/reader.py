"""Reading a capture: sessions, and pages of frames by id. Works while another process writes."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

from inspector.errors import InspectorError
from inspector.protocol.event import Control, Origin, Received
from inspector.protocol.version import Party
from inspector.store.filter import EVERYTHING, Where
from inspector.store.rows import EventRow, FindingRow, FrameRow, Session, event_of, finding_of, frame_of, session_of
from inspector.store.schema import FIRST_PATIENCE_NS, SESSION_COLUMNS, recognise
from inspector.store.timeline import Life, Moment

T = TypeVar("T")

PAGE = 256
"""Frames a page."""


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
_EVENT_SELECT = "SELECT id, session, time_ns, sender, kind, what, raw FROM event"
_MOMENT_SELECT = "SELECT id, session, number, time_ns, sender, raw, origin FROM frame"


class Reader:
    """A read-only view of one capture, for one thread. Raises :class:`InspectorError` for a file that is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connect(path)
        self._layout = int(self._all("PRAGMA user_version")[0][0])
        self._session_select = _session_select(self._layout)

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
        return self._rows(session_of, f"{self._session_select} ORDER BY id")

    def session(self, number: int) -> Session:
        """Return one session. Raises :class:`InspectorError` if there is none of this id."""
        rows = self._rows(session_of, f"{self._session_select} WHERE id = ?", (number,))
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

    def events(self, *, session: int | None = None) -> Iterator[EventRow]:
        """Yield what happened beside frames, in the whole capture or in one session, a page at a time."""
        clause, parameters = ("1", ()) if session is None else ("session = ?", (session,))
        after = 0
        while page := self._events(f"id > ? AND {clause} ORDER BY id", (after, *parameters)):
            yield from page
            after = page[-1].id

    def oddities(self) -> dict[int | None, list[EventRow]]:
        """Return violations, gaps and troubles by session id, None for those of the capture as a whole."""
        found: dict[int | None, list[EventRow]] = {}
        after = 0
        while page := self._events(f"id > ? AND {_ODD} ORDER BY id", (after,)):
            for event in page:
                found.setdefault(event.session, []).append(event)
            after = page[-1].id
        return found

    def gapped(self) -> set[int]:
        """Return the ids of the sessions that have gaps."""
        if self._layout < 3:
            return set()
        rows = self._all(f"SELECT DISTINCT session FROM event WHERE {_ODD} AND kind = 'gap' AND session IS NOT NULL")
        return {row[0] for row in rows}

    def last_oddities(self, most: int, *, session: int | None = None) -> list[EventRow]:
        """Return the newest violations, gaps and troubles of the capture or of one session, the newest first."""
        clause, parameters = ("1", ()) if session is None else ("+session = ?", (session,))
        return self._events(f"{clause} AND {_ODD} ORDER BY id DESC", parameters)[:most]

    def last_controls(self, session: int, kind: Control) -> list[EventRow]:
        """Return the newest control frames of a kind in a session, a page at most, the newest first."""
        return self._events("session = ? AND kind = ? ORDER BY id DESC", (session, str(kind)))

    def oddities_by_kind(self) -> dict[str, int]:
        """Count violations, gaps and troubles; a trouble that is told of each session counts once."""
        if self._layout < 3:
            return {}
        each = "CASE kind WHEN 'trouble' THEN what ELSE id END"
        return dict(self._all(f"SELECT kind, count(DISTINCT {each}) FROM event WHERE {_ODD} GROUP BY kind"))

    def _events(self, clause: str, parameters: tuple[object, ...]) -> list[EventRow]:
        if self._layout < 3:
            return []
        return self._rows(event_of, f"{_EVENT_SELECT} WHERE {clause} LIMIT ?", (*parameters, PAGE))

    def findings(self, *, session: int | None = None) -> list[FindingRow]:
        """Return the findings of the capture or of one session, in the order they were made."""
        clause, parameters = ("1", ()) if session is None else ("session = ?", (session,))
        return self._rows(finding_of, f"{_FINDING_SELECT} WHERE {clause} ORDER BY id", parameters)

    def own_findings(self, *, session: int | None = None) -> dict[int, list[FindingRow]]:
        """Return the findings about whole sessions, of one or of all, by session id."""
        clause, parameters = ("1", ()) if session is None else ("session = ?", (session,))
        sql = f"{_FINDING_SELECT} WHERE frame IS NULL AND {clause} ORDER BY id"
        found: dict[int, list[FindingRow]] = {}
        for finding in self._rows(finding_of, sql, parameters):
            found.setdefault(finding.session, []).append(finding)
        return found

    def codes(self) -> set[str]:
        """Return the codes of all findings."""
        return {row[0] for row in self._all("SELECT DISTINCT code FROM finding")}

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

    def lives(self, sessions: Where = EVERYTHING) -> list[Life]:
        """Return when sessions began and ended; the condition is one on the table ``session``."""
        frames = "SELECT count(*) FROM frame WHERE frame.session = session.id"
        sql = f"SELECT id, opened_ns, closed_ns, ({frames}) FROM session WHERE {sessions.sql} ORDER BY id"
        return self._rows(Life._make, sql, sessions.parameters)

    def moments(self, sessions: Where = EVERYTHING, *, last: int) -> Iterator[Moment]:
        """Yield the frames of sessions in the order of time, those with ids up to ``last``, a page at a time."""
        return self._in_time(_moment_of, _MOMENT_SELECT, sessions, last)

    def controls(self, sessions: Where = EVERYTHING, *, last: int) -> Iterator[Moment]:
        """Yield the control frames, violations and gaps of sessions, as :meth:`moments` does its frames."""
        if self._layout < 3:
            return iter(())
        return self._in_time(_control_of, f"{_EVENT_SELECT} INDEXED BY event_time", sessions, last, _HEARD)

    def _in_time(
        self, make: Callable[[tuple[Any, ...]], Moment], select: str, sessions: Where, last: int, which: str = ""
    ) -> Iterator[Moment]:
        only = f"id <= ?{which}"
        if sessions is not EVERYTHING:
            only += f" AND +session IN (SELECT id FROM session WHERE {sessions.sql})"
        time_ns, after = -(2**63), 0
        while True:  # two queries, so that each walks the index from where it is, however many have one time
            sql = f"{select} WHERE time_ns = ? AND id > ? AND {only} ORDER BY id LIMIT ?"
            page = self._rows(make, sql, (time_ns, after, last, *sessions.parameters, PAGE))
            if not page:
                sql = f"{select} WHERE time_ns > ? AND {only} ORDER BY time_ns, id LIMIT ?"
                page = self._rows(make, sql, (time_ns, last, *sessions.parameters, PAGE))
            if not page:
                return
            yield from page
            time_ns, after = page[-1].event.time_ns, page[-1].id

    def stretch(self, session: int, start: int, end: int) -> Iterator[Moment]:
        """Yield the frames of a session whose numbers are at least ``start`` and below ``end``, in their order."""
        sql = f"{_MOMENT_SELECT} WHERE session = ? AND number >= ? AND number < ? ORDER BY number LIMIT ?"
        while page := self._rows(_moment_of, sql, (session, start, end, PAGE)):
            yield from page
            start = page[-1].number + 1

    def last_id(self) -> int:
        """Return the id of the newest frame, 0 for none."""
        return int(self._all("SELECT ifnull(max(id), 0) FROM frame")[0][0])

    def last_event(self) -> int:
        """Return the id of the newest event, 0 for none."""
        return 0 if self._layout < 3 else int(self._all("SELECT ifnull(max(id), 0) FROM event")[0][0])

    def place(self, session: int, number: int) -> tuple[int, int] | None:
        """Return id and time of a frame by its number in its session, None if the capture has it not."""
        rows = self._all("SELECT id, time_ns FROM frame WHERE session = ? AND number = ?", (session, number))
        return rows[0] if rows else None

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


def _moment_of(row: tuple[Any, ...]) -> Moment:
    frame, session, number, time_ns, sender, raw, origin = row
    if not isinstance(raw, str | bytes):
        raise TypeError(f"the raw text of frame {frame} is none")
    return Moment(frame, session, number, Received(time_ns, Party(sender), raw, Origin(origin)))


_ODD = "kind IN ('violation', 'gap', 'trouble')"
"""The very words of the index ``event_odd``: without them SQLite does not use it."""

_HEARD = " AND kind <> 'trouble' AND +session IS NOT NULL"


def _control_of(row: tuple[Any, ...]) -> Moment:
    found = event_of(row)
    if found.session is None:
        raise TypeError(f"event {found.id} is of no session")
    return Moment(found.id, found.session, 0, found.event)


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


def _session_select(layout: int) -> str:
    """Return the query for sessions. A capture of an earlier layout lacks columns until somebody writes to it."""
    lacking = {name: words for before, names in _LACKING.items() if layout < before for name, words in names.items()}
    columns = (lacking.get(column, column) for column in SESSION_COLUMNS)
    return f"SELECT {', '.join(columns)} FROM session"


_LACKING = {
    2: {"tls": "'[]'", "patience_ns": str(FIRST_PATIENCE_NS)},
    3: {
        "times": "'[]'",
        "writer": "''",
        **dict.fromkeys(("silence_ns", "continues", "continued_in"), "NULL"),
        **dict.fromkeys(("hears_pings", "pings", "violations", "lost"), "0"),
    },
    4: {"name": "''"},
}
"""What stands for the columns that came with a layout, in captures of the layouts before."""


def _clause(where: Where, session: int | None) -> tuple[str, tuple[object, ...]]:
    if session is None:
        return where.sql, where.parameters
    return f"frame.session = ? AND {where.sql}", (session, *where.parameters)
