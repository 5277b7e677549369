"""Reading a capture: sessions, and pages of frames by id. Works while another process writes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from inspector.errors import InspectorError
from inspector.store.events import Events
from inspector.store.filter import EVERYTHING, Where
from inspector.store.frames import PAGE
from inspector.store.rows import FindingRow, FrameRow, Session, finding_of, session_of
from inspector.store.schema import FIRST_PATIENCE_NS, SESSION_COLUMNS
from inspector.store.timeline import Life

_FINDING_COLUMNS = ", ".join(
    f"finding.{column}"
    for column in ("session", "frame", "code", "severity", "blame", "pointer", "message", "hint", "offset")
)
_FINDING_SELECT = f"SELECT {_FINDING_COLUMNS} FROM finding"


class Reader(Events):
    """A read-only view of one capture, for one thread. Raises :class:`InspectorError` for a file that is none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._session_select = _session_select(self._layout)

    def sessions(self) -> list[Session]:
        """Return all sessions, oldest first."""
        return self._rows(session_of, f"{self._session_select} ORDER BY id")

    def sessions_of(self, ids: Iterable[int], *, above: int) -> list[Session]:
        """Return some sessions, and all with an id above one, oldest first."""
        some = ",".join(map(str, ids))
        conditions = (f"id IN ({some}) AND id <= ?", "id > ?")  # not OR: that walks over all
        queries = (f"{self._session_select} WHERE {condition} ORDER BY id" for condition in conditions)
        return [session for sql in queries for session in self._rows(session_of, sql, (above,))]

    def session_states(self) -> dict[int, tuple[object, ...]]:
        """Return what may change in a session, by id: it differs when the session does. It is quickly read."""
        changing = ("frames", "errors", "warnings", "closed_ns", "last_ns", "violations", "lost", "pings")
        columns = ", ".join(_column(name, self._layout) for name in (*changing, "continues", "continued_in", "name"))
        return {row[0]: row for row in self._all(f"SELECT id, {columns}, version FROM session")}

    def names(self) -> list[tuple[int, str, int]]:
        """Return the id, the station and the time of opening of each session."""
        return self._all("SELECT id, station, opened_ns FROM session")

    def session(self, number: int) -> Session:
        """Return one session. Raises :class:`InspectorError` if there is none of this id."""
        rows = self._rows(session_of, f"{self._session_select} WHERE id = ?", (number,))
        if not rows:
            raise InspectorError(f"{self.path}: no session {number}; `ocpp-inspector sessions` lists them")
        return rows[0]

    def marked(self) -> set[int]:
        """Return the ids of the frames that somebody has marked."""
        return set() if self._layout < 4 else {row[0] for row in self._all("SELECT frame FROM mark")}

    def copied(self, session: int) -> dict[int, int]:
        """Return of which frame of its source each copy in a draft is, by number; below zero those taken out again."""
        if self._layout < 4:
            return {}
        return dict(self._all("SELECT number, source FROM copied WHERE session = ?", (session,)))

    def report(self, session: int) -> str | None:
        """Return what a run found, as it was written, None if nothing was."""
        if self._layout < 4:
            return None
        rows = self._all("SELECT content FROM report WHERE session = ?", (session,))
        return str(rows[0][0]) if rows else None

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

    def findings_by_id(self, ids: Sequence[int]) -> list[FindingRow]:
        """Return the findings of these ids, in their order; one that is gone is left out."""
        found = [self._rows(finding_of, f"{_FINDING_SELECT} WHERE id = ?", (finding,)) for finding in ids]
        return [finding for rows in found for finding in rows]

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


def _session_select(layout: int) -> str:
    """Return the query for sessions. A capture of an earlier layout lacks columns until somebody writes to it."""
    return f"SELECT {', '.join(_column(name, layout) for name in SESSION_COLUMNS)} FROM session"


def _column(name: str, layout: int) -> str:
    return next((words[name] for before, words in _LACKING.items() if layout < before and name in words), name)


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
