"""Entries that wait for the disk, within a bound: beyond it, the oldest frames go and are counted."""

import threading
from collections import deque
from collections.abc import Iterable

from inspector.protocol.event import Controlled, Noted
from inspector.store.entries import Entry, EventEntry, FindingEntry, FrameEntry, ReachedEntry, SessionRow
from inspector.store.loss import Loss

BATCH_ROWS = 1000
BATCH_BYTES = 8 * 1024 * 1024

ENTRY_BYTES = 500
"""What an entry takes in memory beside its raw text, about."""


class Tail:
    """Groups of entries, in order. ``waiting`` is how many frames wait, ``lost`` how many were given up.

    Ends and beginnings of sessions are never given up; findings are when no frame is left to make room.
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
        self._reached: dict[str, ReachedEntry] = {}
        self._losses: dict[SessionRow, Loss] = {}
        self._added = 0
        self._marks: deque[tuple[int, threading.Event]] = deque()
        self._lock = threading.Lock()

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries that are to be written together."""
        group = list(entries)
        if not group:
            return
        frames = [entry.size for entry in group if type(entry) is FrameEntry]
        size = sum(frames) + ENTRY_BYTES * len(group)
        with self._lock:
            self._groups.append((group, size, len(frames)))
            self._added += 1
            self._bytes += size
            self._rows += len(group)
            self.waiting += len(frames)
            while self._bytes > self._most_bytes and self._groups:
                self._give_up()
        self._some.set()
        if self._rows >= BATCH_ROWS:
            self.much.set()

    def wait(self, seconds: float) -> None:
        """Wait until there is something, and so many seconds more, unless there is enough for a batch."""
        self._some.wait()
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
            self._held = ENTRY_BYTES * len(batch)
            for session, loss in self._losses.items():
                batch.append(EventEntry(session, Noted(loss.last_ns, "gap", loss.words(), loss.frames)))
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
                self._bytes += ENTRY_BYTES
        if not self._groups and self._bytes > self._most_bytes:
            self._thin()

    def _thin(self) -> None:
        """Let findings go, too, where nothing else is left."""
        before = len(self._kept)
        self._kept = [entry for entry in self._kept if not isinstance(entry, FindingEntry)]
        self._bytes -= ENTRY_BYTES * (before - len(self._kept))
