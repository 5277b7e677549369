"""The way from who hears the wire to who keeps it: plain calls that never wait and never raise."""

import threading
from itertools import count

from inspector.protocol.event import Event, Opened
from inspector.store.keeper import Keeper, Keeping

TICK_SECONDS = 0.5


class Scribe:
    """Takes events and sees to it that they are inspected and written, in order.

    Raises :class:`InspectorError` at once if the capture or the schemas can't be used; never later.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keys = count(1)
        self._keeper = Keeper(keeping)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ticking = threading.Thread(target=self._tick, daemon=True)
        self._ticking.start()

    def open(self, opened: Opened) -> int:
        """Begin a session, and return the key by which to feed it."""
        key = next(self._keys)
        self.feed(key, opened)
        return key

    def feed(self, key: int, event: Event) -> None:
        """Take the next event of a session; :class:`Closed` is its last."""
        with self._lock:
            self._keeper.feed(key, event)

    def close(self, reason: str = "the proxy was stopped") -> None:
        """End what is still open, for a reason, and wait until all is written."""
        self._closed.set()
        self._keeper.close(reason)

    def _tick(self) -> None:
        while not self._closed.wait(TICK_SECONDS):
            with self._lock:
                self._keeper.tick()
