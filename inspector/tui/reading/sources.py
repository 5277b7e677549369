"""Where the rows of the frame table come from: ten million cost as much as ten. Made without Textual.

All frames of a capture or of a session have consecutive numbers: nothing but the ends is kept. What a filter lets
through is kept as ids, four bytes each.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol

from inspector.store.frames import Extent
from inspector.store.reader import Reader
from inspector.store.rows import EventRow, FrameRow
from inspector.tui.reading.ids import Ids

Row = FrameRow | EventRow

SMALL = 2**31
"""Capture whose ids are below have room to grow within four bytes."""


class Source(Protocol):
    """Rows by their index. Each has an id: a frame's, or that of an event below zero.

    Reading raises :class:`InspectorError`.
    """

    @property
    def count(self) -> int:
        """How many rows there are, as far as is known."""

    @property
    def is_complete(self) -> bool:
        """Whether there are no more, but for those still to be recorded."""

    def id_at(self, index: int, /) -> int:
        """Return the id of a row, 0 if it is gone."""

    def index_of(self, row: int, /) -> int:
        """Return the index of a row, of the first one after it if it is not here, ``count`` for none."""

    def rows(self, start: int, stop: int, /) -> list[Row | None]:
        """Read rows, None for each that is gone; long raw texts are cut."""

    def unanswered(self, calls: Sequence[int], /) -> set[int]:
        """Return which of some CALLs have no answer, all by their ids."""


class Nothing:
    """No rows."""

    count = 0
    is_complete = True

    def id_at(self, _index: int, /) -> int:
        """There is none."""
        return 0

    def index_of(self, _row: int, /) -> int:
        """Nothing is here."""
        return 0

    def rows(self, _start: int, _stop: int, /) -> list[Row | None]:
        """Read nothing."""
        return []

    def unanswered(self, _calls: Sequence[int], /) -> set[int]:
        """Nobody waits."""
        return set()


class _Read:
    """What the sources share."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def unanswered(self, calls: Sequence[int]) -> set[int]:
        """Return which of some CALLs have no answer, all by their ids."""
        return self._reader.unanswered(calls)


class Whole(_Read):
    """All frames of a capture whose ids follow each other."""

    is_complete = True

    def __init__(self, reader: Reader, extent: Extent) -> None:
        super().__init__(reader)
        self.extent = extent

    @property
    def count(self) -> int:
        """As many as there are ids."""
        return self.extent.frames

    def id_at(self, index: int) -> int:
        """Count from the first."""
        return self.extent.first + index

    def index_of(self, row: int) -> int:
        """Count from the first."""
        return min(max(0, row - self.extent.first), self.count)

    def rows(self, start: int, stop: int) -> list[Row | None]:
        """Read them by their ids."""
        ids = range(self.id_at(start), self.id_at(min(stop, self.count)))
        return _in_order(ids, self._reader.heads_between(ids.start, ids.stop - 1))


class OneSession(_Read):
    """All frames of a session: their numbers follow each other."""

    is_complete = True

    def __init__(self, reader: Reader, session: int, extent: Extent) -> None:
        super().__init__(reader)
        self._session = session
        self.extent = extent

    @property
    def count(self) -> int:
        """As many as there are numbers."""
        return self.extent.frames

    def id_at(self, index: int) -> int:
        """Look the number up."""
        place = self._reader.place(self._session, self.extent.first + index)
        return place[0] if place else 0

    def index_of(self, row: int) -> int:
        """Look the id up."""
        number = self._reader.number_from(self._session, row)
        return self.count if number is None else min(number - self.extent.first, self.count)

    def rows(self, start: int, stop: int) -> list[Row | None]:
        """Read them by their numbers."""
        first = self.extent.first
        numbers = range(first + start, first + min(stop, self.count))
        found = {row.number: row for row in self._reader.heads_numbered(self._session, numbers.start, numbers.stop - 1)}
        return [found.get(number) for number in numbers]


class Found(_Read):
    """What a search finds, in the order of ids. It begins somewhere in the midst and goes on towards both ends."""

    def __init__(self, reader: Reader, last: int) -> None:
        super().__init__(reader)
        self._ids = Ids(small=last < SMALL)
        self.is_complete = False
        self.at_end = False

    @property
    def count(self) -> int:
        """How many were found so far."""
        return len(self._ids)

    def take(self, ids: Sequence[int], *, ahead: bool) -> None:
        """Add what was found, in order: beyond all that is there if it was ahead, else below."""
        (self._ids.append if ahead else self._ids.prepend)(ids)

    def add(self, row: int) -> None:
        """Put a row among those that are here already, unless it is one of them."""
        self._ids.add(row)

    def drop(self, row: int) -> None:
        """Leave out a row, if it is here."""
        self._ids.drop(row)

    def id_at(self, index: int) -> int:
        """Look it up."""
        return self._ids[index]

    def index_of(self, row: int) -> int:
        """Bisect."""
        return self._ids.index_of(row)

    def rows(self, start: int, stop: int) -> list[Row | None]:
        """Read them by their ids."""
        ids = [self.id_at(index) for index in range(start, min(stop, self.count))]
        return _in_order(ids, self._reader.heads(ids))


class Wire(_Read):
    """Frames and events of one session, in the order of time."""

    is_complete = True

    def __init__(self, reader: Reader, ids: Iterable[int]) -> None:
        super().__init__(reader)
        self._ids = array("q", ids)

    @property
    def count(self) -> int:
        """Frames and events."""
        return len(self._ids)

    @property
    def last(self) -> tuple[int, int]:
        """The highest ids of a frame and of an event."""
        return max(self._ids, default=0), -min(self._ids, default=0)

    def take(self, ids: Iterable[int]) -> None:
        """Add what came after all that is there."""
        self._ids.extend(ids)

    def id_at(self, index: int) -> int:
        """Look it up."""
        return self._ids[index]

    def index_of(self, row: int) -> int:
        """Search for it, else for the first frame that came after it."""
        try:
            return self._ids.index(row)
        except ValueError:
            return next((index for index, each in enumerate(self._ids) if each > row > 0), self.count)

    def rows(self, start: int, stop: int) -> list[Row | None]:
        """Read frames and events by their ids."""
        ids = self._ids[start:stop]
        frames = self._reader.heads([each for each in ids if each > 0])
        events = self._reader.events_of([-each for each in ids if each < 0])
        found: dict[int, Row] = {frame.id: frame for frame in frames}
        found |= {-event.id: event for event in events}
        return [found.get(each) for each in ids]


def _in_order(ids: Sequence[int], frames: Iterable[FrameRow]) -> list[Row | None]:
    found = {frame.id: frame for frame in frames}
    return [found.get(each) for each in ids]
