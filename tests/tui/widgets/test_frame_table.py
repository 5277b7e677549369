"""The table of frames: what its rows say, how they come by the page, and that nothing ever jumps."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import pytest
from textual.pilot import Pilot

from inspector.errors import InspectorError
from inspector.protocol.frame import MessageType
from inspector.store.rows import EventRow, FrameRow
from inspector.tui.composed.frame_cells import TimeMode
from inspector.tui.reading.sources import Row, Source
from inspector.tui.widgets.frame_table import MOST_PAGES, PAGE, FrameTable
from inspector.tui.widgets.row_table import RowTable
from tests.tui.conftest import HOSTILE, NOON, SECOND, UNSAFE, Stage, handled, make_frame, press, screen_of, wait_for

On = Callable[..., AbstractAsyncContextManager[Pilot[None]]]
T = TypeVar("T")


@pytest.fixture
def on() -> On:
    """Return what shows a table at a width."""

    @asynccontextmanager
    async def opened(table: RowTable, width: int = 80) -> AsyncIterator[Pilot[None]]:
        async with Stage(table).run_test(size=(width, 12)) as pilot:
            table.rows_changed()
            table.focus()
            await handled(pilot)
            yield pilot

    return opened


class Listing:
    """Rows of these ids, each made when it is asked for; ``reads`` are the ids of each question."""

    is_complete = True

    def __init__(self, ids: Iterable[int] = (), **fields: Any) -> None:
        self.ids = list(ids)
        self.reads: list[list[int]] = []
        self.gone: set[int] = set()
        self.open_calls: set[int] = set()
        self._fields = fields

    @property
    def count(self) -> int:
        return len(self.ids)

    def id_at(self, index: int, /) -> int:
        return self.ids[index]

    def index_of(self, row: int, /) -> int:
        if row in self.ids:
            return self.ids.index(row)
        return next((index for index, each in enumerate(self.ids) if each > row > 0), self.count)

    def rows(self, start: int, stop: int, /) -> list[Row | None]:
        ids = self.ids[start:stop]
        self.reads.append(ids)
        return [None if each in self.gone else self._row(each) for each in ids]

    def _row(self, row: int) -> Row:
        if row < 0:
            return EventRow(-row, 1, NOON, None, "gap", "5 frames lost", b"")
        frame: FrameRow = self._fields.get("frame") or make_frame(
            '[2,"m-1","Heartbeat",{}]', id=row, session=1 + row % 2, time_ns=NOON + row * SECOND
        )
        return frame

    def unanswered(self, calls: Sequence[int], /) -> set[int]:
        return self.open_calls & set(calls)


def read(question: Callable[[], T]) -> T | None:
    """Ask, as a screen does."""
    try:
        return question()
    except InspectorError:
        return None


def frame_table(frames: int = 0, source: Source | None = None) -> FrameTable:
    """Make a table that shows frames 10, 20, 30 ..., the cursor on the first."""
    table = FrameTable(read, id="frames")
    table.source = source or Listing(range(10, 10 * frames + 1, 10))
    table.follow = False
    table.grow()
    return table


def one(frame: FrameRow) -> FrameTable:
    """Make a table of one frame."""
    return frame_table(source=Listing([frame.id], frame=frame))


def grow(table: FrameTable, *ids: int) -> None:
    """Let frames be recorded."""
    assert isinstance(table.source, Listing)
    table.source.ids.extend(ids)
    table.grow(len(ids))


def cells(table: RowTable, index: int) -> dict[str, str]:
    """Return the text of a row's cells, those that say something."""
    said = {key: "".join(text for text, _ in cell) for key, cell in table.row(index).items()}
    return {key: text for key, text in said.items() if text}


def test_a_frame_is_told_in_a_row() -> None:
    """What its cells say is composed elsewhere."""
    row = cells(one(make_frame('[2,"m-1","Heartbeat",{}]', id=12, action="Heartbeat", errors=1, warnings=2)), 0)
    assert (row["id"], row["type"], row["action"], row["findings"]) == ("12", "CALL", "Heartbeat", "✖1 ⚠2")


def test_an_event_is_told_in_a_row_too() -> None:
    table = frame_table(source=Listing([10, -3, 20]))
    assert "5 frames lost" in cells(table, 1)["summary"]
    table.cursor = 1
    assert (table.frame, table.event and table.event.id) == (None, 3)


@pytest.mark.parametrize("kind", MessageType)
def test_each_type_of_message_has_its_short_name(kind: MessageType) -> None:
    assert 0 < len(cells(one(make_frame("[]", kind, id=12)), 0)["type"]) <= 7


def test_a_frame_that_is_gone_says_so() -> None:
    table = frame_table(3)
    table.source.gone = {20}  # type: ignore[attr-defined]
    assert cells(table, 1) == {"id": "20", "time": "gone"}
    assert cells(table, 2)["id"] == "30"


def test_a_capture_that_cant_be_read_leaves_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each says so; the screen tells why."""
    table = frame_table(3)

    def broken(*_: int) -> list[Row | None]:
        raise InspectorError("damaged")

    monkeypatch.setattr(table.source, "rows", broken)
    assert cells(table, 1)["time"] == "gone"
    assert table.frame is None


def test_a_damaged_row_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    table = frame_table(3)
    rows = table.source.rows

    def damaged(start: int, stop: int) -> list[Row | None]:
        if start <= 1 < stop:
            raise InspectorError("damaged")
        return rows(start, stop)

    monkeypatch.setattr(table.source, "rows", damaged)
    assert [cells(table, index).get("type", "gone") for index in range(3)] == ["CALL", "gone", "CALL"]


def test_a_hostile_frame_is_harmless() -> None:
    table = one(make_frame(HOSTILE, MessageType.INVALID, id=12, action=HOSTILE))
    table.stations = {1: HOSTILE}
    assert not UNSAFE.search("".join(cells(table, 0).values()))


def test_the_time_since_the_row_above_is_told() -> None:
    """Also where that is on another page."""
    table = frame_table(PAGE + 1)
    table.time = TimeMode.DELTA
    assert cells(table, PAGE)["time"] == "+10.000"
    assert "time" not in cells(table, 0)


def test_a_call_that_waits_is_marked_until_it_is_answered() -> None:
    """In a session that is open."""
    table = frame_table(2)
    assert isinstance(table.source, Listing)
    table.source.open_calls = {10, 20}
    assert cells(table, 0)["findings"] == "✓"
    table.waiting = {1}
    table.grow(changed=True)
    assert cells(table, 0)["findings"] == "⏳"
    table.source.open_calls = set()
    table.grow()
    assert cells(table, 0)["findings"] == "✓"


async def test_the_station_is_shown_where_frames_of_several_are(on: On) -> None:
    table = frame_table(2)
    async with on(table):
        assert "station" not in table.render_line(0).text
        table.stations = {1: "CP-ONE"}
        assert "station" in table.render_line(0).text
        assert "CP-ONE" in table.render_line(1).text


async def test_rows_come_by_the_page(on: On) -> None:
    """One question for a page of rows, none for what is there already."""
    listing = Listing(range(10, 30 * PAGE + 1, 10))
    table = frame_table(source=listing)
    async with on(table) as pilot:
        await press(pilot, "j", "j", "k", "space")
        assert [len(ids) for ids in listing.reads] == [PAGE]
        await press(pilot, "G", "k")
        await wait_for(pilot, lambda: listing.reads[1:] == [listing.ids[-PAGE:]])


def test_only_so_many_pages_are_kept() -> None:
    """Those used last."""
    listing = Listing(range(PAGE * (MOST_PAGES + 1)))
    table = frame_table(source=listing)
    for page in range(MOST_PAGES):
        table.row_at(page * PAGE)
    table.row_at(0)
    table.row_at(MOST_PAGES * PAGE)
    listing.reads.clear()
    assert table.row_at(0) is not None
    assert listing.reads == []
    assert table.row_at(PAGE) is not None
    assert len(listing.reads) == 1


async def test_rows_are_read_anew_when_findings_came(on: On) -> None:
    """Not for new frames alone: the pages before theirs are as they were."""
    listing = Listing(range(10, 10 * PAGE + 101, 10))
    table = frame_table(source=listing)
    async with on(table):
        table.row(PAGE)
        listing.reads.clear()
        grow(table, 99_999)
        table.row(0)
        assert listing.reads == []
        table.grow(changed=True)
        table.row(0)
        assert len(listing.reads) == 1


@pytest.mark.parametrize(
    ("frame", "index"), [(10, 0), (11, 1), (20, 1), (29, 2), (30, 2), (31, 2), (1, 0), (10**12, 2)]
)
def test_the_nearest_is_the_frame_or_the_next(frame: int, index: int) -> None:
    """Behind the last there is none: then it is the last."""
    assert frame_table(3).nearest(frame) == index


def test_in_an_empty_table_the_nearest_is_the_first() -> None:
    assert frame_table(0).nearest(10) == 0


async def test_new_frames_take_the_cursor_with_them(on: On) -> None:
    table = frame_table(30)
    async with on(table):
        table.follow = True
        grow(table, 310, 320)
        assert table.frame is not None
        assert (table.frame.id, table.unseen) == (320, 0)


def rows_on_screen(pilot: Pilot[None]) -> list[str]:
    """Return the rows without the scrollbar's column: its thumb may move."""
    return [row[:79].rstrip() for row in screen_of(pilot.app)]


async def test_new_frames_move_nothing_when_nobody_follows(on: On) -> None:
    table = frame_table(30)
    async with on(table) as pilot:
        await press(pilot, "G", "k")
        before = (table.cursor, table.scroll_offset, rows_on_screen(pilot))
        grow(table, 310, 320)
        await handled(pilot)
        assert (table.cursor, table.scroll_offset, rows_on_screen(pilot)) == before
        assert table.unseen == 2


async def test_what_is_found_above_moves_nothing_on_screen(on: On) -> None:
    """A search goes on towards the beginning: the rows stay where they are, under other indexes."""
    listing = Listing(range(1000, 2000, 10))
    table = frame_table(source=listing)
    async with on(table) as pilot:
        await press(pilot, "space", "space", "k")
        before = (table.frame and table.frame.id, rows_on_screen(pilot))
        listing.ids[:0] = range(10, 1000, 10)
        table.grow()
        await handled(pilot)
        assert (table.frame and table.frame.id, rows_on_screen(pilot)) == before
        assert table.cursor > 99


async def test_the_first_is_that_of_all_that_a_search_finds(on: On) -> None:
    """Whoever asks for it before the end of the search goes along with what is found above, until another move."""
    listing = Listing(range(1000, 2000, 10))
    listing.is_complete = False
    table = frame_table(source=listing)
    async with on(table) as pilot:
        await press(pilot, "G", "g")
        listing.ids[:0] = range(500, 1000, 10)
        table.grow()
        await handled(pilot)
        assert (table.here, table.cursor, table.scroll_offset.y, cells(table, 0)["id"]) == (500, 0, 0, "500")
        await press(pilot, "j")
        listing.ids[:0] = range(10, 500, 10)
        table.grow()
        assert table.here == 510
        listing.is_complete = True
        await press(pilot, "g")
        listing.ids[:0] = [5]
        table.grow()
        assert table.here == 10


async def test_the_end_follows_again_and_up_stops(on: On) -> None:
    table = frame_table(30)
    async with on(table) as pilot:
        grow(table, 310)
        await press(pilot, "G")
        assert (table.follow, table.unseen) == (True, 0)
        await press(pilot, "k")
        assert not table.follow
        await press(pilot, "j")
        assert table.follow


async def test_up_on_the_only_row_or_in_an_empty_table_leaves_nothing(on: On) -> None:
    """The cursor stays at the end; new frames must not be left behind."""
    for rows in (0, 1):
        table = frame_table(rows)
        async with on(table) as pilot:
            table.follow = True
            await press(pilot, "k", "pageup", "G")
            assert table.follow, f"{rows} rows"


async def test_a_frame_is_gone_to_where_it_is_shown(on: On) -> None:
    """And then nothing is followed; a frame that is not shown changes nothing."""
    table = frame_table(30)
    async with on(table):
        assert table.go_to(150)
        assert (table.cursor, table.follow) == (14, False)
        assert not table.go_to(155)
        assert table.cursor == 14
        table.show(Listing())
        assert not table.go_to(150)


async def test_a_jump_shows_what_stands_around(on: On) -> None:
    """Below and above; one to a frame that is on screen moves nothing."""
    table = frame_table(200)
    async with on(table):
        for frame in (1500, 500):
            table.go_to(frame)
            first, rows = table.scroll_offset.y, table.size.height - 1
            assert first + 2 <= table.cursor < first + rows - 2
        table.go_to(510)
        assert table.scroll_offset.y == first


async def test_following_can_be_asked_for(on: On) -> None:
    table = frame_table(30)
    async with on(table):
        grow(table, 310)
        table.set_follow(True)
        assert (table.cursor, table.follow, table.unseen) == (30, True, 0)
        table.set_follow(False)
        grow(table, 320)
        assert (table.cursor, table.follow, table.unseen) == (30, False, 1)


async def test_a_filter_keeps_the_place_also_of_who_follows(on: On) -> None:
    """The last row of a filter is seldom the last of all: nobody is thrown to the end when the filter goes."""
    table = frame_table(30)
    async with on(table):
        table.set_follow(True)
        table.show(Listing([10, 150]), keep=True)
        assert (table.cursor, table.follow) == (1, True)
        table.show(Listing(range(10, 310, 10)), keep=True)
        assert (table.frame and table.frame.id, table.follow) == (150, False)


async def test_a_filter_that_goes_shows_the_neighbours_of_its_frame(on: On) -> None:
    """The frame stays in its row of the screen."""
    table = frame_table(100)
    async with on(table) as pilot:
        await press(pilot, "space", "space", "space", "k", "k")
        frame = table.here
        table.show(Listing([10, frame or 0, 990]), keep=True)
        table.show(Listing(range(10, 1001, 10)), keep=True)
        await handled(pilot)
        assert table.here == frame
        assert [table.render_line(y).text.split()[0] for y in (1, 2, 3)] == [
            str((frame or 0) + by) for by in (-10, 0, 10)
        ]


async def test_other_frames_keep_the_cursor_on_its_frame(on: On) -> None:
    """Or on the next one, where a filter hides it."""
    table = frame_table(30)
    async with on(table):
        table.move(10)
        table.show(Listing([10, 105, 110, 200]))
        assert (table.cursor, table.frame and table.frame.id) == (2, 110)
        table.show(Listing([10, 300]))
        assert (table.cursor, table.frame and table.frame.id) == (1, 300)
        table.show(Listing())
        assert (table.cursor, table.frame) == (0, None)
        table.show(Listing([10, 290, 300, 400]))
        assert table.here == 300, "nothing passed for a moment"


async def test_events_that_are_hidden_leave_the_cursor_at_their_frame(on: On) -> None:
    """Ids of events tell nothing of a place among frames."""
    table = frame_table(source=Listing([10, 20, 30, -1, -2, 40]))
    async with on(table):
        table.move(4)
        assert table.here == 30
        table.show(Listing([10, 20, 30, 40]), keep=True)
        assert table.frame
        assert table.frame.id == 30
        table.show(Listing([10, 20, 30, -1, -2, 40]), keep=True)
        assert table.here == 30


async def test_frames_that_were_written_anew_keep_the_cursor_in_its_row(on: On) -> None:
    """A draft that is saved: the same frames have other ids."""
    table = frame_table(30)
    async with on(table):
        table.move(7)
        table.show(Listing(range(1000, 1300, 10)), again=True)
        assert (table.cursor, table.follow) == (7, False)


async def test_what_came_since_is_counted_when_the_same_is_asked_again(on: On) -> None:
    table = frame_table(30)
    async with on(table):
        table.move(7)
        table.show(Listing(range(10, 331, 10)), again=True)
        assert (table.here, table.unseen) == (80, 3)
        table.show(Listing(range(10, 331, 10)), keep=True)
        assert table.unseen == 0


async def test_the_first_rows_of_a_search_take_the_cursor(on: On) -> None:
    """To the end where it is followed, else to what is nearest; also when nothing was found at first."""
    for follow, expected in ((True, 300), (False, 200)):
        table = frame_table(30)
        async with on(table):
            table.move(12)
            table.follow = follow
            listing = Listing()
            table.show(listing)
            listing.ids = [20, 200, 300]
            table.grow()
            assert table.here == expected


async def test_fewer_frames_are_all_on_screen(on: On) -> None:
    """After a filter on a list that was scrolled far down."""
    table = frame_table(1000)
    async with on(table) as pilot:
        await press(pilot, "G", "k")
        table.show(Listing([9_970, 9_980, 9_990]))
        await handled(pilot)
        assert [table.render_line(y).text.split()[0] for y in (1, 2, 3)] == ["9970", "9980", "9990"]
        assert table.cursor == 2
