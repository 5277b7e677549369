"""Drafts written into a capture, and taken out of it: paired and judged anew, all of one or nothing."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Opened, Received
from inspector.protocol.vendor import Vendors
from inspector.store.amend import amending
from inspector.store.batch import put
from inspector.store.drafts import DRAFT, MOST_CHARACTERS, MOST_FRAMES, Draft, DraftFrame
from inspector.store.entries import Entry, FrameEntry, SessionRow, storable
from inspector.store.recording import Recording, session_row
from inspector.store.schema import prepare


class Saved(NamedTuple):
    """A draft as it is in the capture now, and how many secrets were overwritten in it."""

    draft: Draft
    masked: int


def make_draft(
    path: Path,
    name: str,
    opened: Opened,
    frames: Iterable[Received],
    *,
    closed: Closed | None = None,
    patience_ns: int = PATIENCE_NS,
    vendors: Vendors | None = None,
) -> Saved:
    """Save frames as a draft of no session of the capture, which is made if it is not there.

    Without a ``name`` it gets one. Raises :class:`InspectorError`, also for too many frames.
    """
    made: list[DraftFrame] = []
    time_ns, characters = opened.time_ns, 0
    for event in frames:
        characters += len(event.raw)
        if len(made) >= MOST_FRAMES or characters > MOST_CHARACTERS:
            raise InspectorError(f"a draft has at most {MOST_FRAMES:,} frames, and {MOST_CHARACTERS // 1024**2} MB")
        made.append(DraftFrame(event.raw, event.sender, max(0, event.time_ns - time_ns), None, event.origin))
        time_ns = event.time_ns
    opened = replace(opened, origin=DRAFT, source=None, hears_pings=False, name=name or f"draft of {opened.station}")
    end_ns = 0 if closed is None else max(0, closed.time_ns - time_ns)
    prepare(path)
    draft = Draft(opened, tuple(made), closed=closed, end_ns=end_ns, patience_ns=patience_ns)
    return save_draft(path, draft, vendors=vendors)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Takes a recording's entries."""

    entries: list[Entry] = field(default_factory=list)

    def append(self, entries: Iterable[Entry]) -> None:
        """Take entries."""
        self.entries.extend(entries)


def save_draft(path: Path, draft: Draft, *, vendors: Vendors | None = None) -> Saved:
    """Write a draft, in place of what the capture had of it; its frames are paired and judged anew.

    It is judged before the capture is touched, and all is written or nothing. A draft that was deleted meanwhile is
    written as a new one; a new one gets a name of its own. Raises :class:`InspectorError`.
    """
    if len(draft.frames) > MOST_FRAMES:
        raise InspectorError(f"{draft.name}: {len(draft.frames):,} frames; a draft has at most {MOST_FRAMES:,}")
    row = session_row(draft.opened, draft.version, draft.patience_ns)
    entries = _judged(row, draft, vendors)
    with amending(path) as connection:
        if draft.session is not None and _is_draft(connection, path, draft.session):
            row.id = draft.session
            _clear(connection, draft)
            put(connection, entries, "", [])
        else:
            row.opened = replace(row.opened, name=_unused(connection, draft.name))
            put(connection, [row, *entries], "", [])
        assert row.id is not None
        connection.execute("DELETE FROM frame WHERE session = ?", (-row.id,))
        connection.executemany("INSERT INTO copied VALUES (?, ?, ?)", _copied(draft, row.id))
        marked = ((row.id, number) for number, frame in enumerate(draft.frames, 1) if frame.marked)
        connection.executemany("INSERT INTO mark SELECT id FROM frame WHERE session = ? AND number = ?", marked)
    masked = sum(int(str(entry.row[_MASKED])) for entry in entries if isinstance(entry, FrameEntry))
    return Saved(replace(draft, session=row.id, opened=row.opened), masked)


_MASKED = 9
"""The place of the number of masked secrets in the row of an entry, see :func:`inspector.store.entries.frame_entry`."""


def _judged(row: SessionRow, draft: Draft, vendors: Vendors | None) -> list[Entry]:
    gathered = _Gathered()
    recording = Recording(
        gathered,
        draft.opened,
        version=draft.version,
        patience_ns=draft.patience_ns,
        keep_secrets=draft.keep_secrets,
        row=row,
        vendors=vendors,
    )
    for event in draft.events():
        recording.feed(event)
    return gathered.entries


def _is_draft(connection: sqlite3.Connection, path: Path, session: int) -> bool:
    """Tell whether a draft is still there. Raises :class:`InspectorError` if what is there was recorded."""
    found = connection.execute("SELECT origin FROM session WHERE id = ?", (session,)).fetchone()
    if found is not None and found[0] != DRAFT:
        raise InspectorError(f"{path}: session {session} is no draft: what was recorded can't be changed")
    return found is not None


def _clear(connection: sqlite3.Connection, draft: Draft) -> None:
    """Take out what a draft had. Its frames are only put aside: the new ones shall get ids that nobody has seen."""
    session = draft.session
    connection.execute("DELETE FROM mark WHERE frame IN (SELECT id FROM frame WHERE session = ?)", (session,))
    connection.execute("UPDATE frame SET session = -session WHERE session = ?", (session,))
    for table in ("finding", "event", "copied"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    connection.execute(
        "UPDATE session SET name = ?, frames = 0, errors = 0, warnings = 0, pings = 0, violations = 0, lost = 0,"
        " last_ns = opened_ns WHERE id = ?",
        (storable(draft.name), session),
    )


def _copied(draft: Draft, session: int) -> Iterable[tuple[int, int, int]]:
    """Yield the rows that tell what is a copy of what; below zero what was taken out."""
    kept: set[int] = set()
    for number, frame in enumerate(draft.frames, 1):
        if frame.source is not None:
            kept.add(frame.source)
            yield session, number, frame.source
    for source in draft.originals:
        if source not in kept:
            yield session, -source, source


def _unused(connection: sqlite3.Connection, name: str) -> str:
    names = {row[0] for row in connection.execute("SELECT name FROM session")}
    return unused(name, names)


def unused(name: str, names: Collection[str]) -> str:
    """Return a name that is not among others: ``draft of 3``, ``draft of 3 (2)``."""
    candidates = chain([name], (f"{name} ({number})" for number in count(2)))
    return next(each for each in candidates if each not in names)


def delete_draft(path: Path, session: int) -> None:
    """Take a draft out of the capture; runs of it stay. Raises :class:`InspectorError` for what is no draft."""
    with amending(path) as connection:
        if not _is_draft(connection, path, session):
            raise InspectorError(f"{path}: no draft {session}")
        connection.execute("DELETE FROM mark WHERE frame IN (SELECT id FROM frame WHERE session = ?)", (session,))
        for table in ("frame", "finding", "event", "copied"):
            connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
        connection.execute("UPDATE session SET source = NULL WHERE source = ?", (session,))
        connection.execute("DELETE FROM session WHERE id = ?", (session,))
