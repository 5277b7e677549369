"""The sessions that are being recorded now, and the capture that they go to."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import InspectorError
from inspector.protocol.context import PATIENCE_NS, Stations
from inspector.protocol.event import Closed, Event, Noted, Opened, Ticked
from inspector.store.entries import Entry, EventEntry, ReachedEntry
from inspector.store.loss import WHOLE
from inspector.store.orders import Answered, Order, Orders
from inspector.store.recording import Recording, session_row
from inspector.store.resuming import known
from inspector.store.series import place
from inspector.store.vendor_folder import vendors
from inspector.store.writer import MOST_WAITING, Rotation, Writer


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is to be kept, where and how. ``schemas`` is a folder with schemas of vendors' data.

    A ``capture`` that exists is left alone and one beside it is made, but with ``append``. ``durable`` recordings
    outlast a loss of power. After ``rotate_bytes`` or ``rotate_seconds`` a new file is begun (0: never), of which the
    newest ``keep_files`` stay (0: all). While the disk refuses, ``tail_bytes`` may wait in memory.
    """

    capture: Path
    patience_ns: int = PATIENCE_NS
    keep_secrets: bool = False
    schemas: Path | None = None
    append: bool = False
    durable: bool = False
    rotate_bytes: int = 0
    rotate_seconds: int = 0
    keep_files: int = 0
    tail_bytes: int = MOST_WAITING


class Pending:
    """What sessions gave to be written, to be written together."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def append(self, entries: Iterable[Entry]) -> None:
        """Take entries, in order."""
        self.entries += entries


class Keeper:
    """Records sessions by the keys that whoever hears them gave them; what they give waits until it is handed over.

    ``ordered`` is called, in the writer's thread, with what a person orders of them; without it, orders stay untaken.
    Raises :class:`InspectorError` at once if the capture or the schemas can't be used; never later.
    """

    def __init__(self, keeping: Keeping, ordered: Callable[[Order], object] | None = None) -> None:
        self._keeping = keeping
        self._vendors = vendors(keeping.schemas)
        self._orders = Orders(ordered) if ordered else None
        self._writer = _writer(keeping, self._orders)
        self._pending = Pending()
        self._stations = Stations()
        self._live: dict[int, Recording] = {}
        self._told: set[str] = set()

    @property
    def capture(self) -> Path:
        """The file that is written now."""
        return self._writer.path

    @property
    def trouble(self) -> str | None:
        """What keeps the capture from being written just now, None when all is well."""
        return self._writer.trouble

    def feed(self, key: int, event: Event, checked: bool = True) -> None:
        """Take one event of a session; :class:`Opened` begins it, checked or not, and :class:`Closed` ends it.

        What is noted of ``WHOLE`` is about the capture.
        """
        if key == WHOLE and isinstance(event, Noted):
            self._pending.append([EventEntry(None, event)])
            return
        if isinstance(event, Opened):
            self._live[key] = Recording(
                self._pending,
                event,
                patience_ns=self._keeping.patience_ns,
                keep_secrets=self._keeping.keep_secrets,
                station=self._stations.of(event.station),
                vendors=self._vendors,
                checked=checked,
                told=self._told,
            )
            self._live[key].row.key = key
            return
        self._live[key].feed(event)
        if isinstance(event, Closed):
            del self._live[key]

    def resume(self, key: int, opened: Opened, frames: int) -> None:
        """Go on, unchecked, with a session that an earlier keeper began and recorded so many frames of."""
        patience_ns, keep_secrets = self._keeping.patience_ns, self._keeping.keep_secrets
        try:
            row, last = known(self.capture, session_row(opened, None, patience_ns))
        except sqlite3.Error:  # the capture was deleted or damaged: the writer says so, and begins the session anew
            row, last = None, 0
        self._live[key] = Recording(
            self._pending,
            opened,
            patience_ns=patience_ns,
            keep_secrets=keep_secrets,
            row=row,
            checked=False,
            frames=max(frames, last),
        )
        self._live[key].row.key = key

    def answer(self, answered: Answered) -> None:
        """Let it be written what became of an order, behind all that was handed over before."""
        if self._orders is not None:
            self._orders.answer(answered, self._writer.mark())

    def tick(self, now_ns: int) -> None:
        """Tell every session the time (Unix ns): rules about absence need to hear it."""
        now = Ticked(now_ns)
        for recording in self._live.values():
            recording.feed(now)

    def hand_over(self, *reached: ReachedEntry) -> None:
        """Let what was fed be written, all of it or nothing, and that this was reached with it."""
        self._writer.append([*self._pending.entries, *reached])
        self._pending.entries.clear()

    def close(self, reason: str) -> None:
        """End what is still open, by the proxy and for a reason, and fold the capture into one file."""
        for recording in self._live.values():
            recording.feed(Closed(time.time_ns(), None, reason, "proxy"))
        self._live.clear()
        self.hand_over()
        self._writer.close()


SMALLEST_FILE = 1024 * 1024
"""The fewest bytes after which a new file may begin."""


def check_rotation(keeping: Keeping) -> None:
    """Raise :class:`InspectorError` if a new file were to begin after a few bytes."""
    if 0 < keeping.rotate_bytes < SMALLEST_FILE:
        raise InspectorError(f"a new file after {keeping.rotate_bytes} bytes: the least is {SMALLEST_FILE}")


def _writer(keeping: Keeping, orders: Orders | None) -> Writer:
    """Open the capture. Raises :class:`InspectorError`."""
    check_rotation(keeping)
    rotation = Rotation(keeping.rotate_bytes, keeping.rotate_seconds, keeping.keep_files)
    path = place(keeping.capture, append=keeping.append)
    return Writer(
        path,
        durable=keeping.durable,
        most_waiting=keeping.tail_bytes,
        rotation=rotation,
        first=keeping.capture,
        orders=orders,
    )
