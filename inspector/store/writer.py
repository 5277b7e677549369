"""The one writer of a process: a thread that takes rows from a queue and commits them in batches.

It never blocks who appends and never raises at them. While the disk refuses, the tail waits in memory within a bound
and the whole batch is tried again; what does not fit is counted.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from inspector.store.entries import Entry, FrameEntry, write
from inspector.store.schema import prepare

BATCH_ROWS = 1000
BATCH_SECONDS = 0.05
RETRY_SECONDS = 0.5
BUSY_SECONDS = 5.0
MOST_WAITING = 64 * 1024 * 1024
"""Bytes of raw frames that may wait in memory for the disk."""

log = logging.getLogger(__name__)


class Writer:
    """Appends to a capture. Raises :class:`InspectorError` at once if the file can't be one; never later."""

    def __init__(self, path: Path) -> None:
        prepare(path)
        self.path = path
        self.lost = 0
        self._queue: SimpleQueue[Entry | threading.Event | None] = SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()  # around _waiting: counted up by who appends, down by the thread
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
                size = len(entry.raw)
                with self._lock:
                    self._waiting += size
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
        connection.execute("PRAGMA busy_timeout=100")
        with suppress(sqlite3.OperationalError):  # somebody reads it just now: then an empty log stays beside it
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")  # at rest, a capture is one file
        connection.close()
        if self.lost:
            log.warning("%s: %d frames are not in it", self.path, self.lost)

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
                write(connection, batch)
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
        written = sum(len(entry.raw) for entry in batch if isinstance(entry, FrameEntry))
        with self._lock:
            self._waiting -= written

    def _write_singly(self, connection: sqlite3.Connection, batch: list[Entry]) -> None:
        """One entry spoils its batch: write the others, and say which one it was."""
        for entry in batch:
            try:
                write(connection, [entry])
            except Exception as error:
                self.lost += _frames_in([entry])
                what = type(entry).__name__.removesuffix("Entry").removesuffix("Row").lower()
                log.error("%s: a %s can't be written, left out: %s", self.path, what, error)


def _frames_in(entries: list[Entry]) -> int:
    return sum(isinstance(entry, FrameEntry) for entry in entries)
