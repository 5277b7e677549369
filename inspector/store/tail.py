"""Entries that wait for the disk, within a bound: beyond it, the oldest frames go and are counted."""

import threading
from collections import deque
from collections.abc import Iterable

from inspector.protocol.event import Controlled, Noted, Violated
from inspector.store.entries import (
    ClosedEntry,
    Entry,
    EventEntry,
    FindingEntry,
    FrameEntry,
    ReachedEntry,
    SessionRow,
)
from inspector.store.loss import Loss

BATCH_ROWS = 1000
BATCH_BYTES = 8 * 1024 * 1024

ENTRY_BYTES = 500
"""What an entry takes in memory beside the text and bytes that it carries, about."""


def size_of(entry: Entry) -> int:
    """Return how many bytes an entry takes in memory, about."""
    if type(entry) is FrameEntry:
        return ENTRY_BYTES + entry.size
    if isinstance(entry, SessionRow):
        opened = entry.opened
        headers = sum(len(name) + len(value) for _, name, value in opened.headers)
        return ENTRY_BYTES + len(opened.station) + len(opened.path) + headers
    if isinstance(entry, FindingEntry):
        return ENTRY_BYTES + len(entry.finding.message) + len(entry.finding.pointer)
    if isinstance(entry, ClosedEntry):
        return ENTRY_BYTES + len(entry.closed.reason)
    return ENTRY_BYTES + (_carried(entry.event) if isinstance(entry, EventEntry) else 0)


def _carried(event: Controlled | Violated | Noted) -> int:
    if isinstance(event, Controlled):
        return len(event.payload)
    return len(event.what) + (len(event.wire) if isinstance(event, Violated) else 0)


class Tail:
    """Groups of entries, in order. ``waiting`` is how many frames wait, ``lost`` how many were given up.

    Where no frame is left to make room, findings and violations go; then sessions of which neither beginning nor end
    is written, those that were refused first. Gaps, and all else of the beginnings and ends, are never given up.
    """

    def __init__(self, most_bytes: int) -> None:
        self.waiting = 0
        self.lost = 0
        self.much = threading.Event()
        self._some = threading.Event()
        self._most_bytes = most_bytes
        self._bytes = self._held = self._rows = 0
        self._groups: deque[tuple[list[Entry], int, int]] = deque()  # entries, their bytes, how many are frames
        self._kept: list[Entry] = []
        self._kept_bytes = 0
        self._reached: dict[str, ReachedEntry] = {}
        self._losses: dict[SessionRow, Loss] = {}
        self._unheard = Loss()
        self._added = 0
        self._marks: deque[tuple[int, threading.Event]] = deque()
        self._lock = threading.Lock()

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries that are to be written together."""
        group = list(entries)
        if not group:
            return
        frames = sum(type(entry) is FrameEntry for entry in group)
        size = sum(map(size_of, group))
        with self._lock:
            self._groups.append((group, size, frames))
            self._added += 1
            self._bytes += size
            self._rows += len(group)
            self.waiting += frames
            while self._bytes > self._most_bytes and self._groups:
                self._give_up()
        self._some.set()
        if self._rows >= BATCH_ROWS:
            self.much.set()

    def wait(self, seconds: float, most: float | None = None) -> None:
        """Wait until there is something, and so many seconds more, unless there is enough for a batch.

        Where there is nothing, wait at most so many seconds, None for as long as it takes.
        """
        if self._some.wait(most):
            self.much.wait(seconds)

    def wake(self) -> None:
        """Let who waits look at once."""
        self._some.set()
        self.much.set()

    def mark(self, done: threading.Event) -> None:
        """Set this when all that was added so far is settled."""
        with self._lock:
            self._marks.append((self._added, done))
        self.wake()

    def take(self) -> list[Entry]:
        """Return what is to be written next; it counts as waiting until it is :meth:`settled`."""
        with self._lock:
            batch, self._kept = self._kept, []
            self._held, self._kept_bytes = self._kept_bytes, 0
            for session, loss in self._losses.items():
                batch.append(EventEntry(session, loss.gap(loss.last_ns)))
            if self._unheard.sessions:
                batch.append(EventEntry(None, self._unheard.gap(self._unheard.last_ns)))
                self._unheard = Loss()
            batch += self._reached.values()
            self._losses.clear()
            self._reached.clear()
            while self._groups and len(batch) < BATCH_ROWS and self._held < BATCH_BYTES:
                group, size, _ = self._groups.popleft()
                batch += group
                self._held += size
                self._rows -= len(group)
            if not self._groups and not self._marks:
                self._some.clear()
            if self._rows < BATCH_ROWS:
                self.much.clear()
        return batch

    def settled(self, batch: Iterable[Entry]) -> None:
        """Take note that a batch waits no more."""
        frames = sum(type(entry) is FrameEntry for entry in batch)
        with self._lock:
            self._bytes -= self._held
            self._held = 0
            self.waiting -= frames
            while self._marks and self._marks[0][0] <= self._added - len(self._groups):
                self._marks.popleft()[1].set()

    def _give_up(self) -> None:
        """Let the frames of the oldest group go."""
        group, size, frames = self._groups.popleft()
        self._rows -= len(group)
        self._bytes -= size
        self.waiting -= frames
        self.lost += frames
        for entry in group:
            if type(entry) is FrameEntry:
                self._losses.setdefault(entry.session, Loss()).add(entry.time_ns, entry.size)
            elif isinstance(entry, ReachedEntry):
                self._reached[entry.scribe] = entry  # the latest says it all
            elif not (isinstance(entry, EventEntry) and isinstance(entry.event, Controlled)):
                self._kept.append(entry)
                self._kept_bytes += size_of(entry)
                self._bytes += size_of(entry)
        if not self._groups and self._bytes > self._most_bytes:
            self._thin()

    def _thin(self) -> None:
        """Nothing else is left: let what was told beside the frames go, then whole sessions."""
        self._keep(entry for entry in self._kept if not _is_told(entry))
        for refused in (True, False):
            if self._bytes > self._most_bytes:
                self._forget(refused)

    def _forget(self, refused: bool) -> None:
        """Let the sessions go that wait with both beginning and end, all or those that were refused."""
        ended = {entry.session for entry in self._kept if isinstance(entry, ClosedEntry)}
        rows = [entry for entry in self._kept if isinstance(entry, SessionRow) and entry in ended]
        gone = dict.fromkeys(row for row in rows if not refused or row.opened.http_status != 101)
        for row in gone:
            self._unheard.add_session(row.opened.time_ns, self._losses.pop(row, None))
        for entry in self._kept:
            if isinstance(entry, EventEntry) and entry.session in gone:
                self._unheard.frames += entry.event.lost if isinstance(entry.event, Noted) else 0
        self._keep(entry for entry in self._kept if _session(entry) not in gone)

    def _keep(self, entries: Iterable[Entry]) -> None:
        """Keep these alone of what is left of groups that were given up."""
        self._kept = list(entries)
        self._bytes -= self._kept_bytes
        self._kept_bytes = sum(map(size_of, self._kept))
        self._bytes += self._kept_bytes


def _is_told(entry: Entry) -> bool:
    """Tell whether an entry only says what was found in frames, or in their place."""
    return isinstance(entry, FindingEntry) or (isinstance(entry, EventEntry) and isinstance(entry.event, Violated))


def _session(entry: Entry) -> SessionRow | None:
    return entry if isinstance(entry, SessionRow) else getattr(entry, "session", None)
