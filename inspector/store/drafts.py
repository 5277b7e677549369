"""Drafts: copies of sessions that people change. They rest in the capture as sessions; what was recorded stays."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Opened, Origin, Received
from inspector.protocol.frame import decode
from inspector.protocol.secrets import blot, mask
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Party, Version
from inspector.store.amend import amending
from inspector.store.batch import put
from inspector.store.entries import Entry, FrameEntry, SessionRow, storable
from inspector.store.judge import LARGEST_CHECKED
from inspector.store.lint import closing, opening
from inspector.store.reader import Reader
from inspector.store.recording import Recording, session_row
from inspector.store.rows import Session
from inspector.store.schema import prepare

MOST_FRAMES = 100_000
"""Frames of a draft: it is held in memory as a whole."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Characters of all its frames together."""

DRAFT = "draft"


class DraftFrame(NamedTuple):
    """One frame of a draft: ``pause_ns`` is the time since the one before, of the first since the handshake.

    ``source`` is the number of the frame that it is a copy of, None for a new one.
    """

    raw: str | bytes
    sender: Party
    pause_ns: int
    source: int | None = None
    origin: Origin = Origin.INJECTED


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in memory: ``session`` is its id in the capture, None while it is not there.

    ``originals`` are the frames that it was made of, by their numbers in the recorded session; it ends ``end_ns``
    after its last frame. Its secrets are kept if those of the recorded session are in the capture.
    """

    opened: Opened
    frames: tuple[DraftFrame, ...]
    originals: Mapping[int, DraftFrame] = field(default_factory=dict)
    session: int | None = None
    closed: Closed | None = None
    end_ns: int = 0
    version: Version | None = None
    patience_ns: int = PATIENCE_NS
    keep_secrets: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.opened.name

    def events(self) -> Iterable[Received | Closed]:
        """Yield its frames with the times that their pauses give, and its end."""
        time_ns = self.opened.time_ns
        for frame in self.frames:
            time_ns = min(time_ns + frame.pause_ns, _LAST_NS)
            yield Received(time_ns, frame.sender, frame.raw, self.origin_of(frame))
        yield replace(self.closed or Closed(0, by="operator"), time_ns=min(time_ns + self.end_ns, _LAST_NS))

    def origin_of(self, frame: DraftFrame) -> Origin:
        """Tell how a frame came to be: a copy that is as it was is what its original is."""
        original = self.originals.get(frame.source or 0)
        if original is None:
            return frame.origin
        same = (frame.raw, frame.sender) == (original.raw, original.sender)
        return original.origin if same else Origin.EDITED


_LAST_NS = 2**63 - 1


class Saved(NamedTuple):
    """A draft as it is in the capture now, and how many secrets were overwritten in it."""

    draft: Draft
    masked: int


def drafts(path: Path) -> list[Session]:
    """Return the drafts of a capture, oldest first. Raises :class:`InspectorError`."""
    with Reader(path) as reader:
        return [session for session in reader.sessions() if session.origin == DRAFT]


def open_draft(path: Path, session: int, frame: int | None = None) -> Draft:
    """Read a draft; of a recorded session make one, of one of its frames (by its number) if that is given.

    A new one is not in the capture until it is saved. Raises :class:`InspectorError`, also for one that is too large.
    """
    with Reader(path) as reader:
        row = reader.session(session)
        return _load(reader, row) if row.origin == DRAFT else _new(reader, row, frame)


def _load(reader: Reader, row: Session) -> Draft:
    copied = reader.copied(row.id)
    frames = _frames(reader, row, row.opened_ns, range(1, _LAST_NS))
    own = tuple(frame._replace(source=copied.get(number)) for number, frame in frames.items())
    originals = _originals(reader, row, sorted(set(copied.values())))
    return _draft(row, opening(row), own, originals, session=row.id)


def _originals(reader: Reader, row: Session, numbers: Sequence[int]) -> dict[int, DraftFrame]:
    """Read what a draft was made of; nothing if its source is not in the capture any more."""
    if row.source is None or not numbers:
        return {}
    try:
        source = reader.session(row.source)
    except InspectorError:
        return {}
    found = _frames(reader, source, row.opened_ns, range(numbers[0], numbers[-1] + 1))
    return {number: found[number] for number in numbers if number in found}


def _new(reader: Reader, row: Session, frame: int | None) -> Draft:
    numbers = range(1, _LAST_NS) if frame is None else range(frame, frame + 1)
    opened = replace(opening(row), origin=DRAFT, source=row.id, hears_pings=False, name=f"draft of {row.id}")
    if frame is not None:
        place = reader.place(row.id, frame)
        if place is None:
            raise InspectorError(f"{reader.path}: session {row.id} has no frame {frame}")
        opened = replace(opened, time_ns=place[1], name=f"draft of {row.id}, frame {place[0]}")
    originals = _frames(reader, row, opened.time_ns, numbers)
    return _draft(row, opened, tuple(originals.values()), originals)


def _draft(
    row: Session,
    opened: Opened,
    frames: tuple[DraftFrame, ...],
    originals: Mapping[int, DraftFrame],
    session: int | None = None,
) -> Draft:
    closed = None if row.closed_ns is None else closing(row)
    silence_ns = max(0, (row.closed_ns or row.last_ns) - row.last_ns)
    known = originals or dict(enumerate(frames))
    return Draft(
        opened=replace(opened, name=row.name or opened.name),
        frames=frames,
        originals=originals,
        session=session,
        closed=closed,
        end_ns=silence_ns,
        version=row.version,
        patience_ns=row.patience_ns,
        keep_secrets=any(_shows_secrets(frame.raw) for frame in known.values()),
    )


def _frames(reader: Reader, row: Session, since_ns: int, numbers: range) -> dict[int, DraftFrame]:
    """Read frames of a session by number, each with the pause before it; the first pause begins at ``since_ns``."""
    found: dict[int, DraftFrame] = {}
    characters = 0
    for moment in reader.stretch(row.id, numbers.start, numbers.stop):
        event = moment.event
        assert isinstance(event, Received)
        characters += len(event.raw)
        if len(found) >= MOST_FRAMES or characters > MOST_CHARACTERS:
            raise InspectorError(
                f"{reader.path}: session {row.id} has {row.frames:,} frames; a draft has at most {MOST_FRAMES:,},"
                f" and {MOST_CHARACTERS // 1024**2} MB: one frame by itself can be one"
            )
        pause_ns = max(0, event.time_ns - since_ns)
        found[moment.number] = DraftFrame(event.raw, event.sender, pause_ns, moment.number, event.origin)
        since_ns = event.time_ns
    return found


def _shows_secrets(raw: str | bytes) -> bool:
    """Tell whether there are secrets in a frame that are not overwritten."""
    if len(raw) > LARGEST_CHECKED or not blot(raw)[1]:
        return False
    return mask(decode(raw))[0] != raw


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
