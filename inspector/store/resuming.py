"""What a capture knows of the sessions of a scribe whose process ended too early."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from inspector.protocol.version import Version
from inspector.store.entries import SessionRow, storable


def reached(capture: Path, scribe: str) -> int:
    """Return the position up to which a scribe's events are in a capture, 0 for none. Raises sqlite3.Error."""
    with closing(_connected(capture)) as connection:
        row = connection.execute("SELECT position FROM reached WHERE scribe = ?", (scribe,)).fetchone()
    return row[0] if row else 0


def forget(capture: Path, scribe: str) -> None:
    """Take a scribe that is at its end out of a capture, if that can be written."""
    with suppress(sqlite3.Error), closing(_connected(capture)) as connection:
        connection.execute("DELETE FROM reached WHERE scribe = ?", (scribe,))


def known(capture: Path, row: SessionRow) -> tuple[SessionRow | None, int]:
    """Return a session's row as the capture has it and the number of its last frame; None where it is not, or ended.

    Raises sqlite3.Error.
    """
    with closing(_connected(capture)) as connection:
        found = connection.execute(
            "SELECT id, version FROM session WHERE opened_ns = ? AND station = ? AND peer = ? AND closed_ns IS NULL"
            " ORDER BY id DESC",
            (row.opened.time_ns, storable(row.opened.station), row.opened.peer),
        ).fetchone()
        if found is None:
            return None, 0
        last = connection.execute("SELECT max(number) FROM frame WHERE session = ?", found[:1]).fetchone()[0]
    return SessionRow(row.opened, found[1] and Version(found[1]), row.patience_ns, found[0]), last or 0


def _connected(capture: Path) -> sqlite3.Connection:
    """Open a capture that is there: none is made in the place of one that was deleted."""
    return sqlite3.connect(f"{capture.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
