"""The one writer of a process: a thread that takes rows from a queue and commits them in batches.

It never blocks who appends and never raises at them. While the disk refuses, the tail waits in memory within a bound
and is tried again and again; what does not fit is counted. When the file is lost, or is large enough, another goes on.
"""

import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import InspectorError
from inspector.protocol.event import Noted
from inspector.store import series
from inspector.store.capture_file import CaptureFile
from inspector.store.entries import (
    ClosedEntry,
    Entry,
    EventEntry,
    FindingEntry,
    FrameEntry,
    Place,
    ReachedEntry,
    SessionRow,
)
from inspector.store.left_out import LeftOut
from inspector.store.orders import LOOK_SECONDS, Orders
from inspector.store.series import Series
from inspector.store.tail import Tail

BATCH_SECONDS = 0.02
DURABLE_SECONDS = 0.01
"""How long rows gather before they are committed; the shorter where a loss of power may take no more."""

RETRY_SECONDS = 0.5
PAUSE_SECONDS = 60.0
"""How long to go on in a file that is due to be left when there is no room for the next one."""

DELETED = "it was deleted or replaced while it was written"

MOST_WAITING = 64 * 1024 * 1024
"""Bytes that may wait in memory for the disk."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rotation:
    """When to begin a new file: after how many bytes or seconds, 0 for never; and how many files to keep, 0 for all."""

    most_bytes: int = 0
    seconds: int = 0
    keep_files: int = 0

    def is_due(self, file: CaptureFile) -> bool:
        """Tell whether a file is large or old enough."""
        if not file.is_used:
            return False
        if self.seconds and time.time_ns() - file.began_ns >= self.seconds * 1_000_000_000:
            return True
        return bool(self.most_bytes) and file.size >= self.most_bytes


class Writer:
    """Appends to a capture. Raises :class:`InspectorError` at once if the file can't be one; never later.

    ``path`` is the file that is written now: others come after the first, named after ``first``. ``trouble`` is what
    keeps it from being written, None when all is well; ``lost`` counts the frames that are in no file. ``in_bulk`` is
    for who has many frames at hand and work to do meanwhile. ``orders`` are attended to between batches.
    """

    def __init__(
        self,
        path: Path,
        *,
        durable: bool = False,
        in_bulk: bool = False,
        most_waiting: int = MOST_WAITING,
        rotation: Rotation = Rotation(),
        first: Path | None = None,
        orders: Orders | None = None,
    ) -> None:
        self.path = path
        self.trouble: str | None = None
        self._durable, self._in_bulk = durable, in_bulk
        self._seconds = DURABLE_SECONDS if durable else BATCH_SECONDS
        self._rotation = rotation
        self._orders = orders
        self._file: CaptureFile | None = self._file_at(path)
        known = series.of(path)
        self._series = known or Series(uuid.uuid4().hex, (first or path).name)
        if rotation != Rotation() and known is None:
            try:
                self._file.join(self._series, {})
            except sqlite3.Error as error:
                self._file.discard()
                raise InspectorError(f"{path}: can't be written: {error}") from error
        self._open: dict[SessionRow, None] = {}
        self._reached: dict[str, int] = {}
        self._first = path.with_name(self._series.first)
        self._tail = Tail(most_waiting)
        self._left_out = LeftOut()
        self._unwritten = 0
        self._faults: set[type] = set()
        self._why = ""
        self._next_rotation = 0.0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture-writer", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """How many frames are in no file."""
        return self._tail.lost + self._left_out.frames + self._unwritten

    @property
    def waiting(self) -> int:
        """How many frames wait to be written."""
        return self._tail.waiting

    def append(self, entries: Iterable[Entry]) -> None:
        """Queue entries, in order: what is appended at once is committed at once."""
        self._tail.add(entries)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was appended is committed; False if that took longer than ``timeout`` seconds."""
        return self.mark().wait(timeout)

    def mark(self) -> threading.Event:
        """Return what is set once all that was appended so far is committed."""
        done = threading.Event()
        self._tail.mark(done)
        return done

    def close(self, timeout: float = 10.0) -> None:
        """Commit what is left and close the file. A disk that still refuses is tried once more."""
        self._closing.set()
        self._tail.wake()
        self._thread.join(timeout)

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            if not self._closing.is_set():
                self._tail.wait(self._seconds, LOOK_SECONDS if self._orders else None)
            open_for_more = not self._closing.is_set()
            batch = self._tail.take()
            while batch and self._commit(batch):
                batch = self._tail.take() if self._tail.much.is_set() or not open_for_more else []
            self._tail.settled(())
            if self._orders is not None and self._file is not None:
                self._orders.attend(self._file, self._open)
        if self._file is not None:
            self._file.close()
        self._unwritten += self._tail.waiting
        if self.lost:
            log.warning("%s: %d frames are not in it", self.path, self.lost)
        if self._left_out.rows > 1:
            log.warning("%s: %d rows could not be written", self.path, self._left_out.rows)

    def _commit(self, batch: list[Entry]) -> bool:
        """Write a batch and what goes with it; False if the disk refuses and the writer is to close.

        A fault of ours costs this batch at most: the thread goes on.
        """
        entries: list[Entry] | None = None
        try:
            self._rotate(batch)
            entries = self._insist(batch)
            if entries is None:
                return False
            self._insist(self._left_out.gaps())
            self._written(entries)
        except Exception as error:
            for entry in batch if entries is None else ():
                self._left_out.add(entry, error)
            self._stumble(error)
        self._tail.settled(batch)
        return True

    def _written(self, entries: list[Entry]) -> None:
        """Do what is due when a batch is committed."""
        if self.trouble is not None:
            self.trouble = None
            log.warning("%s: writing again, %d frames lost", self.path, self.lost)
        self._note(entries)
        for reached in [entry for entry in entries if isinstance(entry, ReachedEntry)][-1:]:
            reached.written(reached.position)

    def _stumble(self, error: Exception) -> None:
        """Say a fault of ours, once for each kind, and give what may have caused it a rest."""
        self.trouble = f"{type(error).__name__}: {error}"
        self._next_rotation = time.monotonic() + PAUSE_SECONDS
        if type(error) not in self._faults:
            log.error("%s: the writer stumbled and goes on", self.path, exc_info=error)
        self._faults.add(type(error))

    def _insist(self, entries: list[Entry]) -> list[Entry] | None:
        """Write entries, again and again while the disk refuses; return what was written, None if it was not."""
        while entries:
            try:
                entries = self._with_sessions(entries)
                self._at_hand().write(entries)
                if self._at_hand().is_there:
                    return entries
                self._leave(DELETED)
            except (sqlite3.OperationalError, InspectorError, OSError) as error:
                if self._file is not None and not self._file.is_there:
                    self._leave(DELETED)
                elif not self._may_wait(error):
                    return None
            except Exception as error:
                if type(error) is sqlite3.DatabaseError:
                    self._leave(f"somebody else damaged it: {error}")
                elif len(entries) > 1:
                    return self._insist_singly(entries)
                else:
                    self._left_out.add(entries[0], error)
                    return []
        return entries

    def _insist_singly(self, entries: list[Entry]) -> list[Entry] | None:
        """One entry spoils its batch: write the others; return what was written, None if the rest was not."""
        written: list[Entry] = []
        for index, entry in enumerate(entries):
            done = self._insist([entry])
            if done is None:
                self._tail.settled(entries[:index])
                return None
            written += done
        return written

    def _file_at(self, path: Path) -> CaptureFile:
        return CaptureFile(path, durable=self._durable, in_bulk=self._in_bulk)

    def _at_hand(self) -> CaptureFile:
        assert self._file is not None
        return self._file

    def _may_wait(self, error: Exception) -> bool:
        """Say what the trouble is, and wait a while; False if the writer is to close."""
        if self.trouble is None:
            log.warning("%s: not written, traffic goes on: %s", self.path, error)
        self.trouble = str(error)
        if self._closing.is_set():
            return False
        self._closing.wait(RETRY_SECONDS)
        return True

    def _leave(self, why: str) -> None:
        """Let go of a file that can't be written any more; another one is made when there is something to write."""
        log.error("%s: %s", self.path, why)
        file, self._file = self._at_hand(), None
        self._why = f"{file.path.name}: {why}; what was in it is not in this file"
        file.close()

    def _with_sessions(self, entries: list[Entry]) -> list[Entry]:
        """Put the sessions that the file at hand does not have before what belongs to them."""
        announced = {entry for entry in entries if isinstance(entry, SessionRow)}
        sessions = dict.fromkeys(entry.session for entry in entries if isinstance(entry, _OF_SESSION))
        concerned = [session for session in sessions if session is not None and session not in announced]
        if self._file is not None:
            unknown = [session for session in concerned if session not in self._open and session.id is not None]
            missing = [session for session in unknown if not self._file.has(session)]
            self._open |= dict.fromkeys(unknown)
            for session in missing:
                session.id = None
            return [*missing, *entries] if missing else entries
        before = self.path.name
        self._file = self._made_anew()
        missing = [session for session in {**self._open, **dict.fromkeys(concerned)} if session not in announced]
        for session in missing:
            session.continues = None if session.id is None else Place(before, session.id)
            session.id = None
        return [*missing, EventEntry(None, Noted(time.time_ns(), "gap", self._why)), *entries]

    def _made_anew(self) -> CaptureFile:
        """Open a file in the place of one that is lost. Raises :class:`InspectorError` or sqlite3.Error."""
        path = series.following(self._first) if self.path.exists() else self.path
        file = self._file_at(path)
        try:
            file.join(self._series, self._reached)
        except sqlite3.Error:
            file.discard()
            raise
        self.path = path
        return file

    def _note(self, entries: list[Entry]) -> None:
        """Take note of what is written: which sessions are open, and how far scribes have come."""
        for entry in entries:
            if isinstance(entry, SessionRow):
                self._open[entry] = None
            elif isinstance(entry, ClosedEntry):
                self._open.pop(entry.session, None)
            elif isinstance(entry, ReachedEntry):
                self._reached[entry.scribe] = entry.position

    def _rotate(self, batch: Iterable[Entry]) -> None:
        """Begin the next file if it is time and this batch gives it something to hold: none is ever left empty.

        Where that can't be, go on in this one and try again later.
        """
        old = self._file
        if old is None or self._closing.is_set() or time.monotonic() < self._next_rotation:
            return
        before = [(session, session.id, session.continues) for session in self._open]
        try:
            if not (any(map(_fills, batch)) and self._rotation.is_due(old) and old.is_there):
                return
            new = self._next_file(old)
        except Exception as error:  # whatever it is, sessions keep the numbers that they have in this file
            log.warning("%s: there is no next file yet: %s", old.path, error)
            self._next_rotation = time.monotonic() + PAUSE_SECONDS
            for session, number, continues in before:
                session.id, session.continues = number, continues
            return
        self._file, self.path = new, new.path
        places = [(number, Place(new.path.name, session.id or 0)) for session, number, _ in before if number]
        try:
            old.hand_on(time.time_ns(), places)
            old.close()
            series.remove_oldest(self._first, self._rotation.keep_files, new.path)
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: left as it is: %s", old.path, error)

    def _next_file(self, old: CaptureFile) -> CaptureFile:
        """Make the next file, with a row for each session that is open; leave none behind that can't be finished."""
        file = self._file_at(series.following(self._first))
        try:
            file.join(self._series, self._reached)
            for session in self._open:
                session.continues = Place(old.path.name, session.id or 0)
                session.id = None
            file.write(self._open)
        except Exception:
            file.discard()
            raise
        return file


def _fills(entry: Entry) -> bool:
    """Tell whether an entry is reason enough for a file: an end or a finding may as well stand in the one before."""
    return isinstance(entry, SessionRow | FrameEntry) or (isinstance(entry, EventEntry) and entry.session is not None)


_OF_SESSION = (FrameEntry, FindingEntry, EventEntry, ClosedEntry)
