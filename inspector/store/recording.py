"""The one pipe: event -> inspection -> writer, for each session, wherever its events come from."""

import logging
from dataclasses import replace

from inspector.protocol.context import PATIENCE_NS, Station
from inspector.protocol.event import Closed, Controlled, Event, Opened, Received, Ticked
from inspector.protocol.finding import Finding
from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.schema import Part
from inspector.protocol.secrets import mask, mask_header, scrub
from inspector.protocol.seen import Seen
from inspector.protocol.version import Version
from inspector.store.entries import ClosedEntry, Entry, FindingEntry, FrameEntry, SessionRow
from inspector.store.writer import Writer

log = logging.getLogger(__name__)


class Recording:
    """One session being recorded. A fault in the inspection never reaches the caller; the raw frame is kept.

    ``station`` is what earlier sessions of the same station left to remember; ``failures`` counts the events whose
    inspection raised.
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
    ) -> None:
        self.failures = 0
        self._writer = writer
        self._keep_secrets = keep_secrets
        self._inspection = Inspection(version, patience_ns, station)
        findings = self._observe(opened, 0).findings
        self.row = SessionRow(_without_credentials(opened), self._inspection.version)
        writer.append([self.row, *(FindingEntry(self.row, finding) for finding in findings)])

    def feed(self, event: Received | Controlled | Ticked | Closed) -> Observation:
        """Take one event: inspect it, queue what is to be kept, and return what was seen."""
        observation = self._observe(event, self._inspection.frames + 1)
        entries: list[Entry] = []
        if isinstance(event, Received) and observation.seen is not None:
            raw, masked = (event.raw, 0) if self._keep_secrets else _masked(observation.seen.frame)
            entries.append(FrameEntry(self.row, observation.seen, raw, masked, event.origin, self._inspection.version))
        seen = observation.seen
        entries += [FindingEntry(self.row, self._scrubbed(finding, seen)) for finding in observation.findings]
        if isinstance(event, Closed):
            entries.append(ClosedEntry(self.row, event))
        self._writer.append(entries)
        return observation

    def _observe(self, event: Event, number: int) -> Observation:
        try:
            return self._inspection.observe(event)
        except Exception:  # whatever it was, traffic and record go on
            self.failures += 1
            if self.failures == 1:
                log.exception("the inspection failed; frames are kept unchecked")
            return self._unchecked(event, number)

    def _scrubbed(self, finding: Finding, seen: Seen | None) -> Finding:
        """Take out of a finding what is masked in its frame."""
        if self._keep_secrets or seen is None or finding.frame != seen.number:
            return finding
        message = scrub(seen.frame, finding.message)
        return finding if message == finding.message else replace(finding, message=message)

    def _unchecked(self, event: Event, number: int) -> Observation:
        if not isinstance(event, Received):
            return Observation()
        self._inspection.frames = number
        frame = Frame(event.raw, MessageType.INVALID)
        return Observation(Seen(number, event.time_ns, event.sender, frame, None, Part.REQUEST))


def _without_credentials(opened: Opened) -> Opened:
    headers = tuple((side, name, mask_header(name, value)) for side, name, value in opened.headers)
    return replace(opened, headers=headers)


def _masked(frame: Frame) -> tuple[str | bytes, int]:
    try:
        return mask(frame)
    except Exception:
        log.exception("a frame could not be searched for secrets")
        return frame.raw, 0
