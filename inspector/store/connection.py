"""A capture opened to be read: the file, and queries that end in rows or in an :class:`InspectorError`."""

import sqlite3
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, Self, TypeVar

from inspector.errors import InspectorError
from inspector.store.schema import recognise

T = TypeVar("T")

Parameters = Sequence[object] | Mapping[str, object]


class Connection:
    """A read-only view of one capture, for one thread. Raises :class:`InspectorError` for a file that is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connect(path)
        self._layout = int(self._all("PRAGMA user_version")[0][0])

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

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let all queries meanwhile see the capture at one moment, whoever writes."""
        self._all("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._connection.rollback()

    def _numbers(self, sql: str, parameters: Parameters = ()) -> "array[int]":
        """Read a column of numbers: eight bytes each, however many there are."""
        try:
            return array("q", chain.from_iterable(self._connection.execute(sql, parameters)))
        except (sqlite3.Error, TypeError, OverflowError) as error:
            raise InspectorError(f"{self.path}: can't be read: {error}") from error

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        """Return the rows of a query that another module of the store asks."""
        return self._all(sql, parameters)

    def _rows(self, make: Callable[[tuple[Any, ...]], T], sql: str, parameters: tuple[object, ...] = ()) -> list[T]:
        """Read rows and make something of each. A row no recorder wrote is an :class:`InspectorError`."""
        rows = self._all(sql, parameters)
        try:
            return [make(row) for row in rows]
        except (ValueError, TypeError) as error:
            raise InspectorError(f"{self.path}: a damaged row: {error}") from error

    def _all(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise InspectorError(f"{self.path}: can't be read: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise InspectorError(f"{path}: not a file" if path.exists() else f"{path}: no such file")
    address = path.resolve().as_uri()
    try:
        connection = _open(f"{address}?mode=ro") or _open(f"{address}?mode=ro&immutable=1")
    except sqlite3.Error as error:
        raise InspectorError(f"{path}: not a capture: {error}") from error
    if connection is None:
        raise InspectorError(f"{path}: can't be opened")
    try:
        recognise(connection, path)
    except InspectorError:
        connection.close()
        raise
    except sqlite3.Error as error:  # it was cut short meanwhile
        connection.close()
        raise InspectorError(f"{path}: can't be read: {error}") from error
    return connection


def _open(address: str) -> sqlite3.Connection | None:
    """Open a database, None where SQLite can't in this way: a log beside it that may not be written, for one."""
    connection = sqlite3.connect(address, uri=True, timeout=5.0, check_same_thread=False)
    try:
        has_marks = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'mark'").fetchone()[0]
        if not has_marks:  # a capture of a layout before 4: nothing is marked in it
            connection.execute("CREATE TEMP TABLE mark(frame INTEGER PRIMARY KEY)")
        connection.execute("PRAGMA query_only=1")
    except sqlite3.OperationalError:
        connection.close()
        return None
    except sqlite3.Error:
        connection.close()
        raise
    return connection
