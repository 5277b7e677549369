"""Rows that can't be written, whatever the disk does: they are left out, and the record says what it lacks."""

import logging
import time
from dataclasses import dataclass

from inspector.protocol.event import Noted
from inspector.store.entries import Entry, EventEntry, FrameEntry, SessionRow

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lack:
    """How many rows and frames of a session were left out, and why the first was."""

    why: str
    rows: int = 0
    frames: int = 0


class LeftOut:
    """Counts what is left out: ``rows`` in all, of which ``frames`` are frames. The first is logged."""

    def __init__(self) -> None:
        self.rows = 0
        self.frames = 0
        self._lacks: dict[SessionRow | None, _Lack] = {}

    def add(self, entry: Entry, error: Exception) -> None:
        """Take note of an entry that can't be written."""
        what = type(entry).__name__.removesuffix("Entry").removesuffix("Row").lower()
        if not self.rows:
            log.error("a %s can't be written, left out; others are counted: %s", what, error)
        self.rows += 1
        self.frames += type(entry) is FrameEntry
        if _is_gap(entry):
            return  # what can't be said is not said again
        session = getattr(entry, "session", None)
        known = session if session is not None and session.id is not None else None
        lack = self._lacks.setdefault(known, _Lack(f"a {what}: {error}"))
        lack.rows += 1
        lack.frames += type(entry) is FrameEntry

    def gaps(self) -> list[Entry]:
        """Return what the record has to say of what was left out since the last time."""
        lacks, self._lacks = self._lacks, {}
        return [
            EventEntry(session, Noted(time.time_ns(), "gap", _words(lack), lack.frames))
            for session, lack in lacks.items()
        ]


def _is_gap(entry: Entry) -> bool:
    return isinstance(entry, EventEntry) and isinstance(entry.event, Noted) and entry.event.kind == "gap"


def _words(lack: _Lack) -> str:
    rows = "1 row" if lack.rows == 1 else f"{lack.rows} rows"
    return f"{rows} left out that can't be written, {lack.frames} of them frames; the first was {lack.why}"
