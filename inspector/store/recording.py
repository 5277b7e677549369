"""The one pipe: event -> inspection -> writer, for each session, wherever its events come from."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from inspector.protocol.context import PATIENCE_NS, Station
from inspector.protocol.event import UNHEARD, Closed, Control, Controlled, Event, Noted, Opened, Received, Violated
from inspector.protocol.frame import Frame
from inspector.protocol.inspection import Observation
from inspector.protocol.secrets import blot, mask, mask_header
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Version, from_subprotocol
from inspector.store.entries import ClosedEntry, Entry, EventEntry, FindingEntry, SessionRow, frame_entry
from inspector.store.judge import LARGEST_CHECKED, Judge, Unchecked

_LARGE = (
    f"a frame has more than {LARGEST_CHECKED} characters; such frames are kept unread,"
    " and those that may hold a secret overwritten as a whole"
)

MOST_TOLD = 100
"""Kinds of failures that are logged, once each; the capture has all of them."""

log = logging.getLogger(__name__)


class Appender(Protocol):
    """Where a session's entries go, in order: a writer, or who gathers for one."""

    def append(self, entries: Iterable[Entry]) -> None:
        """Take entries; those of one call are written together."""


class Recording:
    """One session being recorded. A fault in the inspection never reaches the caller; the raw frame is kept.

    ``station`` is what earlier sessions of the same station left to remember. ``row`` is the session's row, where it
    was announced to the writer before; ``vendors`` are the schemas of vendors' data. A session that is not ``checked``
    is kept without findings, its frames numbered on from ``frames``. ``told`` are the failures that were logged before.
    """

    def __init__(
        self,
        writer: Appender,
        opened: Opened,
        *,
        version: Version | None = None,
        patience_ns: int = PATIENCE_NS,
        keep_secrets: bool = False,
        station: Station | None = None,
        row: SessionRow | None = None,
        vendors: Vendors | None = None,
        checked: bool = True,
        frames: int = 0,
        told: set[str] | None = None,
    ) -> None:
        self._writer = writer
        self._told = set() if told is None else told
        self._keep_secrets = keep_secrets
        self._heard_ns = opened.time_ns
        self._told_large = False
        self.row = row or session_row(opened, version, patience_ns)
        if checked:
            from_file = opened.origin in UNHEARD
            self._judge: Judge | Unchecked = Judge(
                version, patience_ns, station, keep_secrets=keep_secrets, from_file=from_file, vendors=vendors
            )
        else:
            self._judge = Unchecked(self.row.version, frames)
        if row is None:
            writer.append([self.row])
        writer.append(FindingEntry(self.row, finding) for finding in self._observe(opened).findings)

    @property
    def failures(self) -> int:
        """How many events there were whose inspection raised."""
        return self._judge.failures

    def feed(self, event: Event) -> Observation:
        """Take one event: inspect it, queue what is to be kept, and return what was seen."""
        observation = self._observe(event)
        entries: list[Entry] = []
        if type(event) is Received and observation.seen is not None:
            raw, masked = (event.raw, 0) if self._keep_secrets else without_secrets(observation.seen.frame)
            entries.append(frame_entry(self.row, observation.seen, raw, masked, event.origin, self._judge.version))
            self._heard_ns = event.time_ns
        elif isinstance(event, Controlled | Violated | Noted):
            entries.append(EventEntry(self.row, event))
            if isinstance(event, Controlled) and event.kind is not Control.CLOSE:
                self._heard_ns = event.time_ns
        if observation.findings:
            entries += [FindingEntry(self.row, finding) for finding in observation.findings]
        if isinstance(event, Closed):
            entries.append(ClosedEntry(self.row, event, max(0, event.time_ns - self._heard_ns)))
        self._writer.append(entries)
        return observation

    def _observe(self, event: Event) -> Observation:
        if type(event) is Received and len(event.raw) > LARGEST_CHECKED and not self._told_large:
            self._told_large = True
            self.feed(Noted(event.time_ns, "trouble", f"not all is checked: {_LARGE}"))
        failures = self._judge.failures
        observation = self._judge.observe(event)
        if self._judge.failures > failures == 0:
            error = self._judge.trouble
            words = f"{type(error).__name__}: {error}"
            kind = type(error).__name__
            if kind not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(kind)
                log.error("the inspection failed; frames are kept unchecked", exc_info=error)
            self.feed(Noted(event.time_ns, "trouble", f"not all is checked: {words}"))
        return observation


def session_row(opened: Opened, version: Version | None = None, patience_ns: int = PATIENCE_NS) -> SessionRow:
    """Make the row of a session, without the credentials of its handshake."""
    return SessionRow(_without_credentials(opened), version or from_subprotocol(opened.subprotocol), patience_ns)


def _without_credentials(opened: Opened) -> Opened:
    headers = tuple((side, name, mask_header(name, value)) for side, name, value in opened.headers)
    return replace(opened, headers=headers)


def without_secrets(frame: Frame) -> tuple[str | bytes, int]:
    """Return what may be kept of a frame, and how many secrets were overwritten in it. Never raises."""
    try:
        return mask(frame) if len(frame.raw) <= LARGEST_CHECKED else blot(frame.raw)
    except Exception:
        log.exception("a frame could not be searched for secrets")
        return frame.raw, 0
