"""The sessions that are being recorded now, and the capture that they go to."""

import time
from dataclasses import dataclass
from pathlib import Path

from inspector.protocol.context import PATIENCE_NS, Stations
from inspector.protocol.event import Closed, Event, Opened, Ticked
from inspector.store.recording import Recording
from inspector.store.vendor_folder import vendors
from inspector.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is to be kept, where and how. ``schemas`` is a folder with schemas of vendors' data."""

    capture: Path
    patience_ns: int = PATIENCE_NS
    keep_secrets: bool = False
    schemas: Path | None = None


class Keeper:
    """Records sessions by the keys that whoever hears them gave them.

    Raises :class:`InspectorError` at once if the capture or the schemas can't be used; never later.
    """

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._vendors = vendors(keeping.schemas)
        self._writer = Writer(keeping.capture)
        self._stations = Stations()
        self._live: dict[int, Recording] = {}

    def feed(self, key: int, event: Event) -> None:
        """Take one event of a session; :class:`Opened` begins it, :class:`Closed` ends it."""
        if isinstance(event, Opened):
            self._live[key] = Recording(
                self._writer,
                event,
                patience_ns=self._keeping.patience_ns,
                keep_secrets=self._keeping.keep_secrets,
                station=self._stations.of(event.station),
                vendors=self._vendors,
            )
            return
        self._live[key].feed(event)
        if isinstance(event, Closed):
            del self._live[key]

    def tick(self) -> None:
        """Tell every session the time: rules about absence need to hear it."""
        now = Ticked(time.time_ns())
        for recording in self._live.values():
            recording.feed(now)

    def close(self, reason: str) -> None:
        """End what is still open, by the proxy and for a reason, and fold the capture into one file."""
        for recording in self._live.values():
            recording.feed(Closed(time.time_ns(), None, reason, "proxy"))
        self._live.clear()
        self._writer.close()
