"""Drafts: copies of sessions that people change. They rest in the capture as sessions; what was recorded stays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Opened, Origin, Received
from inspector.protocol.frame import decode
from inspector.protocol.secrets import blot, mask
from inspector.protocol.version import Party, Version
from inspector.store.judge import LARGEST_CHECKED
from inspector.store.lint import closing, opening
from inspector.store.reader import Reader
from inspector.store.rows import Session

MOST_FRAMES = 100_000
"""Frames of a draft: it is held in memory as a whole."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Characters of all its frames together."""

DRAFT = "draft"


class DraftFrame(NamedTuple):
    """One frame of a draft: ``pause_ns`` is the time since the one before, of the first since the handshake.

    ``source`` is the number of the frame that it is a copy of, None for a new one. ``marked``: it has a mark.
    """

    raw: str | bytes
    sender: Party
    pause_ns: int
    source: int | None = None
    origin: Origin = Origin.INJECTED
    marked: bool = False


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
    frames = _frames(reader, row, row.opened_ns, range(1, _LAST_NS), reader.marked())
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


def _frames(
    reader: Reader, row: Session, since_ns: int, numbers: range, marked: Collection[int] = ()
) -> dict[int, DraftFrame]:
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
        has_mark = moment.id in marked
        found[moment.number] = DraftFrame(event.raw, event.sender, pause_ns, moment.number, event.origin, has_mark)
        since_ns = event.time_ns
    return found


def _shows_secrets(raw: str | bytes) -> bool:
    """Tell whether there are secrets in a frame that are not overwritten."""
    if len(raw) > LARGEST_CHECKED or not blot(raw)[1]:
        return False
    return mask(decode(raw))[0] != raw
