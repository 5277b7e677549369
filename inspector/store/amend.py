"""Small changes that a person makes to a capture, beside whoever records into it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from inspector.errors import InspectorError
from inspector.store.schema import check, prepare

BUSY_SECONDS = 2.0
"""How long to wait for the recorder: it commits every few milliseconds."""


@contextmanager
def amending(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection in a transaction: all is committed at the end, or nothing after an error.

    A capture of an earlier layout is brought up to date. Raises :class:`InspectorError` for a file that is no capture
    or can't be written.
    """
    check(path)
    prepare(path)
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise InspectorError(f"{path}: can't be changed: {error}") from error
