"""The table of frames: its rows are read by the page, from wherever they come."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from inspector.protocol.frame import MessageType
from inspector.store.rows import EventRow, FrameRow
from inspector.tui.composed.columns import Column
from inspector.tui.composed.frame_cells import Look, TimeMode, control_cells, frame_cells, frame_columns
from inspector.tui.composed.lines import Line
from inspector.tui.reading.sources import Nothing, Row, Source
from inspector.tui.widgets.row_table import RowTable

T = TypeVar("T")

PAGE = 128
"""Rows that are read at once."""

MOST_PAGES = 16
"""Pages kept in memory."""

ABOVE = 100
"""Rows above an event among which a frame is looked for, to come back to when events are hidden."""


class Read(Protocol):
    """Asks the capture, and gives None where it can't be read just now."""

    def __call__(self, question: Callable[[], T], /) -> T | None:
        """Return the answer."""


class Page(NamedTuple):
    """Rows that were read, None where one is gone, and which of them are CALLs that still may be answered."""

    rows: Sequence[Row | None]
    unanswered: Set[int]


class FrameTable(RowTable):
    """The frames asked for.

    ``stations`` adds their column. ``began`` tells when sessions were opened, ``waiting`` which are open, by their ids.
    """

    def __init__(self, read: Read, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.source: Source = Nothing()
        self.follow = True
        self.unseen = 0
        self.stations: Mapping[int, str] | None = None
        self.time = TimeMode.CLOCK
        self.began: Mapping[int, int] = {}
        self.waiting: Set[int] = frozenset()
        self.marked: Set[int] = frozenset()
        self._read = read
        self._here = self._frame_here = self._last = 0
        self._shown = 0
        self._seeks_first = False
        self._pages: OrderedDict[int, Page] = OrderedDict()

    @property
    def count(self) -> int:
        """How many there are, as far as is known."""
        return self.source.count

    @property
    def frame(self) -> FrameRow | None:
        """The frame under the cursor, its raw text cut where it is long; None for an event."""
        row = self.row_at(self.cursor) if self.count else None
        return row if isinstance(row, FrameRow) else None

    @property
    def event(self) -> EventRow | None:
        """The event under the cursor."""
        row = self.row_at(self.cursor) if self.count else None
        return row if isinstance(row, EventRow) else None

    @property
    def here(self) -> int | None:
        """The id of the frame under the cursor, or of one near it; None if there was never any."""
        return self._frame_here or None

    # What is shown

    def show(self, source: Source, *, keep: bool = False, again: bool = False) -> None:
        """Show other rows.

        Following, the cursor goes to the end. Not following, or if the place is to be kept, it stays on its row, or on
        the nearest where that one is not among them. ``again`` says that the same question was asked once more: then
        what came after the last row is new.
        """
        above = self.cursor - self.scroll_offset.y
        self.source, self._seeks_first = source, False
        self._pages.clear()
        self.unseen = self.unseen + self._after(self._last) if again and not self.follow else 0
        self._put(keep=keep, again=again)
        self.rows_changed()
        if self.cursor > above:
            self.scroll_to(y=self.cursor - above, animate=False, force=True)
        self._scroll_to_cursor()
        self._note()
        self.post_message(self.Moved(self))

    def _put(self, *, keep: bool, again: bool) -> None:
        """Set the cursor among other rows."""
        last = max(0, self.count - 1)
        if not self._here or (self.follow and not keep):
            self.cursor = last if self.follow else 0
            return
        exact = next((found for row in (self._here, self._frame_here) if (found := self._place(row)) is not None), None)
        if exact is None and again and not self.follow:
            self.cursor = min(self.cursor, last)  # its row was written anew
        else:
            self.cursor = self.nearest(self._frame_here) if exact is None else exact
        self.follow = self.follow and self.cursor == last

    def grow(self, new: int = 0, *, changed: bool = False) -> None:
        """Show that there are more rows, at the end or anywhere. Following, the cursor goes to the last.

        Whoever asked for the first while a search goes on gets it. Else nothing on screen moves. ``new`` of them were
        recorded just now. ``changed`` says that findings may have come to frames that were there before.
        """
        is_first = not self._shown
        if is_first:
            self._put(keep=False, again=False)
        index = self.nearest(self._here) if self._here and self._shown else self.cursor
        is_overtaken = self._seeks_first and index > 0
        moved, self.cursor = (0, 0) if is_overtaken else (index - self.cursor, index)
        self._forget(everything=changed or moved != 0 or is_overtaken)
        self.rows_changed()
        if moved:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True)
        if self.follow:
            self.move(self.count - 1)
        else:
            self.unseen += new
        if (is_first or is_overtaken) and self.count:
            self.post_message(self.Moved(self))
        self._note()

    def wait_for(self, sessions: Set[int]) -> None:
        """Take which sessions are open, so that CALLs of theirs may still be answered."""
        if sessions != self.waiting:
            self.waiting = sessions
            self._pages.clear()
            self.refresh()

    def _forget(self, *, everything: bool) -> None:
        """Forget what may have changed: the last page grew, and CALLs may have been answered."""
        for number, page in list(self._pages.items()):
            if everything or page.unanswered or len(page.rows) < PAGE:
                del self._pages[number]

    def _note(self) -> None:
        """Remember where the cursor is and what is last: what lies between may change."""
        self._shown = self.count
        if not self.count:
            return  # a filter that is being typed may let nothing pass for a moment
        self._here = self._id_at(self.cursor) or self._here
        self._last = self._id_at(self.count - 1) or self._last
        above = range(self.cursor, max(-1, self.cursor - ABOVE), -1)
        near = self._here if self._here > 0 else next((row for index in above if (row := self._id_at(index)) > 0), 0)
        self._frame_here = near or self._frame_here

    def _id_at(self, index: int) -> int:
        return self._read(lambda: self.source.id_at(index)) or 0

    def _index_of(self, row: int) -> int:
        return self._read(lambda: self.source.index_of(row)) or 0

    def _place(self, row: int) -> int | None:
        """Return the index of a row, None if it is not here."""
        index = self._index_of(row)
        return index if index < self.count and self._id_at(index) == row else None

    def _after(self, row: int) -> int:
        """Count the rows after one."""
        return max(0, self.count - self._index_of(row) - (self._place(row) is not None))

    def nearest(self, row: int) -> int:
        """Return the index of a row, or of the first one after it; of the last if there is none."""
        return min(self._index_of(row), max(0, self.count - 1))

    # Going about

    def go_to(self, frame: int) -> bool:
        """Set the cursor on a frame, and stop following; False if it is not among those shown."""
        index = self._place(frame)
        if index is None:
            return False
        self.follow = False
        self.move(index, around=self._page // 4)
        return True

    def set_follow(self, follow: bool) -> None:
        """Follow new frames from here on, or stop."""
        self.follow, self.unseen = follow, 0
        if follow:
            self.move(self.count - 1)

    def move(self, index: int, around: int = 0) -> None:
        """Set the cursor; moving up stops following, reaching the end starts it again."""
        before, self._seeks_first = self.cursor, False
        super().move(index, around)
        if self.cursor < before:
            self.follow = False
        elif self.cursor >= self.count - 1:
            self.follow, self.unseen = True, 0
        self._note()

    def action_end(self, where: int) -> None:
        """Move to the first or the last row; while a search goes on, to the first that it will find."""
        super().action_end(where)
        self._seeks_first = where < 0 and not self.source.is_complete

    # What a row says

    def row_at(self, index: int) -> Row | None:
        """Return a row, from its page; None if the capture has it no more."""
        rows = self._page_of(index // PAGE).rows
        place = index % PAGE
        return rows[place] if place < len(rows) else None

    def _page_of(self, number: int) -> Page:
        if number not in self._pages:
            self._pages[number] = self._fetch(number * PAGE)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return self._pages[number]

    def _fetch(self, first: int) -> Page:
        rows = self._read(lambda: self.source.rows(first, first + PAGE))
        if rows is None:  # one row that is damaged must not hide the others
            singly = range(first, min(first + PAGE, self.count))
            parts = (self._read(partial(self.source.rows, index, index + 1)) for index in singly)
            rows = [row for part in parts for row in part or [None]]
        calls = [
            row.id
            for row in rows
            if isinstance(row, FrameRow) and row.type is MessageType.CALL and row.session in self.waiting
        ]
        unanswered = self._read(lambda: self.source.unanswered(calls)) if calls else None
        return Page(rows, unanswered or frozenset())

    def look(self, unanswered: Set[int] = frozenset()) -> Look:
        """Return how frames are shown now."""
        return Look(self.size.width, self.time, self.stations, self.began, unanswered, self.marked, self._last)

    @property
    def columns(self) -> Sequence[Column]:
        """Those there is room for."""
        return frame_columns(self.look())

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose a row's cells."""
        row = self.row_at(index)
        look = self.look(self._page_of(index // PAGE).unanswered)
        if row is None:
            return {"id": ((str(self._id_at(index) or ""), "dim"),), "time": (("gone", "dim"),)}
        above = self.row_at(index - 1) if index and self.time is TimeMode.DELTA else None
        before_ns = above.time_ns if above else None
        if isinstance(row, FrameRow):
            return frame_cells(row, look, before_ns)
        return control_cells(row, look, before_ns)
