"""The inspection of one session for those who keep what it says: it never raises, and no finding tells a secret."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from inspector.protocol.context import PATIENCE_NS, Station
from inspector.protocol.event import Event, Noted, Opened, Received
from inspector.protocol.finding import Finding
from inspector.protocol.frame import Frame, MessageType, decode
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.schema import Part
from inspector.protocol.secrets import scrub
from inspector.protocol.seen import Seen
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Version

SILENCE = frozenset({"B009", "H105"})
"""Codes that take pings to be told: sessions that did not hear them can't tell."""

UNSEEN = frozenset({"X002", "X003", "X005"}) | SILENCE
"""Codes that take pings or a password to be told: captures and exports keep no password, and pings not always."""


LARGEST_CHECKED = 1024 * 1024
"""Characters of a frame that is inspected. So many take up to a second; a larger one would look like a hang."""


class Judge:
    """Judges one session. What fails in the inspection stays inside; the frame then counts as unchecked.

    So does a frame that is too large; what follows is judged as after a gap.

    ``station`` is what earlier sessions of the same station left to remember. ``from_file`` says that the events come
    without what only a recorder sees, ``vendors`` are the schemas of vendors' data. ``failures`` counts the events
    whose inspection raised, and ``trouble`` is what the first of them raised.
    """

    def __init__(
        self,
        version: Version | None = None,
        patience_ns: int = PATIENCE_NS,
        station: Station | None = None,
        *,
        keep_secrets: bool = False,
        from_file: bool = False,
        vendors: Vendors | None = None,
    ) -> None:
        self.failures = 0
        self.trouble: Exception | None = None
        self._keep_secrets = keep_secrets
        self._unseen = UNSEEN if from_file else frozenset()
        self._inspection = Inspection(version, patience_ns, station, vendors)

    @property
    def version(self) -> Version | None:
        """The session's OCPP version, None while nobody knows."""
        return self._inspection.version

    def observe(self, event: Event, number: int = 0) -> Observation:
        """Take one event. ``number`` is that of a frame in its session, 0 for the one after the last."""
        if isinstance(event, Opened) and event.hears_pings:
            self._unseen -= SILENCE
        number = number or self._inspection.frames + 1
        self._inspection.frames = number - 1
        large = _is_large(event)
        try:
            observation = self._inspection.observe(Noted(event.time_ns, "gap", "") if large else event)
            if large:
                self._inspection.frames = number
                observation = _unchecked(event, number)._replace(findings=observation.findings)
            seen, findings = observation
            return Observation(seen, tuple(self._told(findings, seen))) if findings else observation
        except Exception as error:  # whatever it was, traffic and record go on
            self.failures += 1
            self.trouble = self.trouble or error
            if isinstance(event, Received):
                self._inspection.frames = number
            return _unchecked(event, number)

    def _told(self, findings: Iterable[Finding], seen: Seen | None) -> Iterator[Finding]:
        """Leave out what can't be known, and take out of each finding what is masked in its frame."""
        for finding in findings:
            if finding.code in self._unseen:
                continue
            if self._keep_secrets or seen is None or finding.frame != seen.number:
                yield finding
                continue
            message = scrub(seen.frame, finding.message)
            yield finding if message == finding.message else replace(finding, message=message)


class Unchecked:
    """Stands in for a judge where a session's past is not known any more: it sees frames, and finds nothing."""

    failures = 0
    trouble: Exception | None = None

    def __init__(self, version: Version | None, frames: int) -> None:
        self.version = version
        self._frames = frames

    def observe(self, event: Event) -> Observation:
        """Take one event; a frame has the number after the one before."""
        self._frames += isinstance(event, Received)
        return _unchecked(event, self._frames)


def _unchecked(event: Event, number: int) -> Observation:
    """See what a frame says of itself, if it can be read."""
    if not isinstance(event, Received):
        return Observation()
    try:
        frame = _head(event.raw) if _is_large(event) else decode(event.raw)
    except Exception:  # perhaps the very reason why it is not checked
        frame = Frame(event.raw, MessageType.INVALID)
    part = Part.RESPONSE if frame.type.is_answer else Part.REQUEST
    return Observation(Seen(number, event.time_ns, event.sender, frame, frame.action, part))


def _is_large(event: Event) -> bool:
    return type(event) is Received and len(event.raw) > LARGEST_CHECKED


_HEAD = re.compile(r'\s*\[\s*([2-6])\s*,\s*"([^"\\]{1,36})"\s*,\s*(?:"([^"\\]{1,50})")?')
"""Type, id, and action or error code, where they are written plainly."""


def _head(raw: str | bytes) -> Frame:
    """Return what the first characters of a frame tell."""
    start = raw[:200] if isinstance(raw, str) else raw[:200].decode(errors="replace")
    found = _HEAD.match(start)
    if found is None:
        return Frame(raw, MessageType.INVALID)
    kind = MessageType(int(found[1]))
    return Frame(raw, kind, found[2], found[3] if kind.has_action else None)
