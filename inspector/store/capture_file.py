"""One capture file that is being written: its connection, and whether it is still the file of its name."""

import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from inspector.errors import InspectorError
from inspector.store.batch import write
from inspector.store.entries import Entry, Place, SessionRow
from inspector.store.liveness import signature
from inspector.store.schema import prepare, remove
from inspector.store.series import Series

BUSY_SECONDS = 5.0
"""How long a write waits for another process before it is tried again."""

_GOES_ON = (
    "UPDATE session SET closed_ns = ?, closed_by = 'proxy', close_reason = ?, continued_in = json_array(?, ?)"
    " WHERE id = ?"
)


class CaptureFile:
    """A capture, opened to be written. Raises :class:`InspectorError` if it can't be one.

    With ``durable``, what is committed outlasts a loss of power; ``in_bulk`` is as :func:`write` has it.
    """

    def __init__(self, path: Path, *, durable: bool = False, in_bulk: bool = False) -> None:
        self._is_new = prepare(path)
        self.path = path
        self.is_used = False
        self._in_bulk = in_bulk
        self._writer = signature()
        self._identity = _identity(path)
        self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._connection.execute("PRAGMA journal_size_limit=67108864")
            self._page_size = self._number("PRAGMA page_size")
            opened_ns = self._number("SELECT ifnull(min(opened_ns), 0) FROM session WHERE continues IS NULL")
        except sqlite3.Error as error:
            self.discard()
            raise InspectorError(f"{path}: can't be used as a capture: {error}") from error
        self.began_ns = opened_ns or time.time_ns()

    @property
    def is_there(self) -> bool:
        """Whether the file of this name is still the one that is written."""
        return _identity(self.path) == self._identity

    @property
    def connection(self) -> sqlite3.Connection:
        """For what the writer's thread does between two batches; each statement is a transaction of its own."""
        return self._connection

    @property
    def writer(self) -> str:
        """The process in whose name it is written, see :mod:`inspector.store.liveness`."""
        return self._writer

    @property
    def size(self) -> int:
        """How many bytes the capture has."""
        return self._page_size * self._number("PRAGMA page_count")

    def write(self, entries: Iterable[Entry]) -> None:
        """Write entries, all or nothing. Raises sqlite3.Error."""
        write(self._connection, entries, self._writer, in_bulk=self._in_bulk)
        self.is_used = True

    def join(self, series: Series, reached: Mapping[str, int]) -> None:
        """Take down which recording this is a part of, and how far scribes have come. Raises sqlite3.Error."""
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        run("DELETE FROM series")
        run("INSERT INTO series VALUES (?, ?)", series)
        self._connection.executemany("INSERT OR REPLACE INTO reached VALUES (?, ?)", reached.items())
        run("COMMIT")

    def has(self, session: SessionRow) -> bool:
        """Tell whether a session has its row here. Raises sqlite3.Error."""
        sql = "SELECT count(*) FROM session WHERE id = ? AND opened_ns = ?"
        return bool(self._number(sql, session.id, session.opened.time_ns))

    def hand_on(self, time_ns: int, places: Iterable[tuple[int, Place]]) -> None:
        """End sessions that go on in another file, from this time on. Raises sqlite3.Error."""
        rows = [(time_ns, f"the record goes on in {to.capture}, session {to.session}", *to, old) for old, to in places]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(_GOES_ON, rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Fold the capture into one file and let it go."""
        with suppress(sqlite3.Error):  # somebody reads it just now: then an empty log stays beside it
            self._connection.execute("PRAGMA busy_timeout=100")
            if self.is_there:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.execute("PRAGMA journal_mode=DELETE")  # at rest, a capture is one file
        self._connection.close()

    def discard(self) -> None:
        """Let it go unfinished: nothing is left behind of a file that was made for this."""
        self._connection.close()
        if self._is_new and self.is_there:
            with suppress(OSError):
                remove(self.path)

    def _number(self, sql: str, *parameters: object) -> int:
        return int(self._connection.execute(sql, parameters).fetchone()[0])


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell a file from another one of its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
