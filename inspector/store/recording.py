"""The one pipe: event -> inspection -> writer, for each session, wherever its events come from."""

import logging
from dataclasses import replace

from inspector.protocol.context import PATIENCE_NS, Station
from inspector.protocol.event import Closed, Event, Opened, Received
from inspector.protocol.frame import Frame
from inspector.protocol.inspection import Observation
from inspector.protocol.secrets import mask, mask_header
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Version, from_subprotocol
from inspector.store.entries import ClosedEntry, Entry, FindingEntry, FrameEntry, SessionRow
from inspector.store.judge import Judge
from inspector.store.writer import Writer

log = logging.getLogger(__name__)


class Recording:
    """One session being recorded. A fault in the inspection never reaches the caller; the raw frame is kept.

    ``station`` is what earlier sessions of the same station left to remember. ``row`` is the session's row, where it
    was announced to the writer before; ``vendors`` are the schemas of vendors' data.
    """

    def __init__(
        self,
        writer: Writer,
        opened: Opened,
        *,
        version: Version | None = None,
        patience_ns: int = PATIENCE_NS,
        keep_secrets: bool = False,
        station: Station | None = None,
        row: SessionRow | None = None,
        vendors: Vendors | None = None,
    ) -> None:
        self._writer = writer
        self._keep_secrets = keep_secrets
        from_file = opened.origin == "import"
        self._judge = Judge(
            version, patience_ns, station, keep_secrets=keep_secrets, from_file=from_file, vendors=vendors
        )
        self.row = row or session_row(opened, version, patience_ns)
        findings = self._observe(opened).findings
        writer.append([*([] if row else [self.row]), *(FindingEntry(self.row, finding) for finding in findings)])

    @property
    def failures(self) -> int:
        """How many events there were whose inspection raised."""
        return self._judge.failures

    def feed(self, event: Event) -> Observation:
        """Take one event: inspect it, queue what is to be kept, and return what was seen."""
        observation = self._observe(event)
        entries: list[Entry] = []
        if isinstance(event, Received) and observation.seen is not None:
            raw, masked = (event.raw, 0) if self._keep_secrets else _masked(observation.seen.frame)
            entries.append(FrameEntry(self.row, observation.seen, raw, masked, event.origin, self._judge.version))
        entries += [FindingEntry(self.row, finding) for finding in observation.findings]
        if isinstance(event, Closed):
            entries.append(ClosedEntry(self.row, event))
        self._writer.append(entries)
        return observation

    def _observe(self, event: Event) -> Observation:
        failures = self._judge.failures
        observation = self._judge.observe(event)
        if self._judge.failures > failures == 0:
            log.error("the inspection failed; frames are kept unchecked", exc_info=self._judge.trouble)
        return observation


def session_row(opened: Opened, version: Version | None = None, patience_ns: int = PATIENCE_NS) -> SessionRow:
    """Make the row of a session, without the credentials of its handshake."""
    return SessionRow(_without_credentials(opened), version or from_subprotocol(opened.subprotocol), patience_ns)


def _without_credentials(opened: Opened) -> Opened:
    headers = tuple((side, name, mask_header(name, value)) for side, name, value in opened.headers)
    return replace(opened, headers=headers)


def _masked(frame: Frame) -> tuple[str | bytes, int]:
    try:
        return mask(frame)
    except Exception:
        log.exception("a frame could not be searched for secrets")
        return frame.raw, 0
