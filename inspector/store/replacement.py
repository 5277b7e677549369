"""New findings in the place of old ones: kept beside the capture until all are known, then put in at once."""

import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Self

from inspector.errors import InspectorError
from inspector.protocol.finding import Finding
from inspector.store.batch import FINDING_COLUMNS, finding_row

BUSY_SECONDS = 10.0
"""How long to wait for another process that is writing the capture."""

_TABLES = f"""
CREATE TEMP TABLE fresh({FINDING_COLUMNS});
CREATE TEMP TABLE judged(session INTEGER PRIMARY KEY);
CREATE TEMP TABLE replaced(code TEXT PRIMARY KEY);
CREATE TEMP TABLE touched(session INTEGER, number INTEGER)
"""

_OLD = "main.finding WHERE session IN (SELECT session FROM judged) AND code IN (SELECT code FROM replaced)"


def _count(severity: str, where: str) -> str:
    return f"(SELECT count(*) FROM main.finding WHERE severity = '{severity}' AND {where})"


_OF_FRAME = "finding.session = frame.session AND finding.frame = frame.number"
_OF_SESSION = "finding.session = session.id"

_REPLACE = (
    "DELETE FROM fresh WHERE session NOT IN (SELECT session FROM judged) OR code NOT IN (SELECT code FROM replaced)",
    f"INSERT INTO touched SELECT session, frame FROM {_OLD} UNION SELECT session, frame FROM fresh",
    f"DELETE FROM {_OLD}",
    f"INSERT INTO main.finding({FINDING_COLUMNS}) SELECT {FINDING_COLUMNS} FROM fresh ORDER BY fresh.rowid",
    f"UPDATE frame SET errors = {_count('error', _OF_FRAME)}, warnings = {_count('warning', _OF_FRAME)}"
    " WHERE id IN (SELECT frame.id FROM touched JOIN frame USING (session, number))",
    f"UPDATE session SET errors = {_count('error', _OF_SESSION)}, warnings = {_count('warning', _OF_SESSION)}"
    " WHERE id IN (SELECT session FROM judged)",
)
"""What happens in the one transaction; what is counted in frames and sessions is counted anew."""


class Replacement:
    """Findings on their way into a capture. Nothing is in it before :meth:`commit`; memory does not grow with them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            address = f"{path.resolve().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            for statement in _TABLES.split(";"):
                self._connection.execute(statement)
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def keep(self, session: int, finding: Finding) -> None:
        """Take a finding of a session. Raises :class:`InspectorError` if there is no room for it."""
        try:
            self._connection.execute(
                f"INSERT INTO fresh({FINDING_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", finding_row(session, finding)
            )
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def commit(self, sessions: Sequence[int], codes: Collection[str]) -> tuple[int, int]:
        """Replace the findings of these codes in these sessions; return how many went and how many came.

        All of it happens or nothing. Raises :class:`InspectorError` if the file can't be written.
        """
        run = self._connection.execute
        try:
            self._connection.executemany("INSERT INTO judged VALUES (?)", ((session,) for session in sessions))
            self._connection.executemany("INSERT INTO replaced VALUES (?)", ((code,) for code in codes))
            run("BEGIN IMMEDIATE")
            gone = int(run(f"SELECT count(*) FROM {_OLD}").fetchone()[0])
            for statement in _REPLACE:
                run(statement)
            came = int(run("SELECT count(*) FROM fresh").fetchone()[0])
            run("COMMIT")
        except sqlite3.Error as error:
            raise self._refused(error) from error
        return gone, came

    def _refused(self, error: sqlite3.Error) -> InspectorError:
        return InspectorError(f"{self._path}: the findings can't be replaced: {error}")
