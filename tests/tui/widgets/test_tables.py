"""The two tables: what their rows say, and how the frames come by the page."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from inspector.protocol.frame import MessageType
from inspector.store.reader import PAGE
from inspector.store.rows import FrameRow
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.tables import MOST_PAGES, FrameTable, SessionTable
from tests.tui.conftest import (
    HOSTILE,
    NOON,
    SECOND,
    UNSAFE,
    Stage,
    handled,
    make_frame,
    make_session,
    press,
    screen_of,
    wait_for,
)

On = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


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


class Store:
    """Frames by id, each made when it is asked for; ``fetches`` are the ids of each question."""

    def __init__(self) -> None:
        self.fetches: list[list[int]] = []
        self.gone: set[int] = set()

    def __call__(self, ids: Sequence[int]) -> list[FrameRow]:
        self.fetches.append(list(ids))
        raw = '[2,"m-1","Heartbeat",{}]'
        return [make_frame(raw, id=each, session=1 + each % 2) for each in ids if each not in self.gone]


def frame_table(frames: int = 0, store: Store | None = None) -> FrameTable:
    """Make a table that shows frames 10, 20, 30 ... of one session, the cursor on the first."""
    table = FrameTable(store or Store(), id="frames")
    table.ids.extend(range(10, 10 * frames + 1, 10))
    table.follow = False
    return table


def cells(table: RowTable, index: int) -> dict[str, str]:
    """Return the text of a row's cells."""
    return {key: "".join(text for text, _ in cell) for key, cell in table.row(index).items()}


# Sessions


def test_a_session_is_told_in_a_row() -> None:
    table = SessionTable(id="sessions")
    table.sessions = [make_session(id=3, frames=1234, errors=2, warnings=1)]
    assert cells(table, 1) == {
        "dot": "●",
        "id": "3",
        "station": "CP-1",
        "ocpp": "1.6",
        "peer": "192.0.2.17:50123",
        "opened": "12:00:00",
        "frames": "1,234",
        "findings": "✖2 ⚠1",
        "end": "open",
    }


def test_a_session_that_ended_has_another_dot() -> None:
    table = SessionTable(id="sessions")
    table.sessions = [make_session(closed_ns=NOON, closed_by="station", close_code=1000)]
    assert cells(table, 1)["dot"] == "○"
    assert cells(table, 1)["end"].startswith("by station 1000")


def test_a_session_without_frames_has_no_verdict() -> None:
    """A tick would say that all is well."""
    table = SessionTable(id="sessions")
    table.sessions = [make_session(version=None)]
    row = cells(table, 1)
    assert (row["findings"], row["frames"], row["ocpp"]) == ("", "0", "?")


def test_what_was_found_about_a_session_without_frames_is_counted() -> None:
    """As of one that was refused."""
    table = SessionTable(id="sessions")
    table.sessions = [make_session(warnings=1)]
    assert [cells(table, row)["findings"] for row in (0, 1)] == ["⚠1", "⚠1"]


def test_a_station_without_an_id_is_named_by_its_address() -> None:
    """As where TLS failed: nobody knows who it was."""
    table = SessionTable(id="sessions")
    table.sessions = [
        make_session(station="", http_status=None, closed_ns=NOON, closed_by="station", close_reason="no trust"),
        make_session(station="", peer=""),
    ]
    assert (cells(table, 1)["station"], cells(table, 1)["end"]) == ("192.0.2.17:50123", "failed: no trust")
    assert cells(table, 2)["station"] == "?"


def test_the_first_row_stands_for_all_sessions() -> None:
    table = SessionTable(id="sessions")
    table.sessions = [
        make_session(id=1, frames=10, errors=1),
        make_session(id=2, frames=5, warnings=2, closed_ns=NOON, closed_by="csms"),
    ]
    assert (table.count, table.session) == (3, None)
    row = cells(table, 0)
    assert (row["station"], row["frames"], row["findings"], row["end"]) == ("all sessions", "15", "✖1 ⚠2", "1 open")


def test_the_session_is_the_one_under_the_cursor() -> None:
    table = SessionTable(id="sessions")
    table.sessions = [make_session(id=4), make_session(id=9)]
    table.cursor = 2
    assert table.session == 9


def test_a_hostile_session_is_harmless() -> None:
    table = SessionTable(id="sessions")
    table.sessions = [
        make_session(station=HOSTILE, peer=HOSTILE, closed_ns=NOON, closed_by="csms", close_reason=HOSTILE)
    ]
    assert not UNSAFE.search("".join(cells(table, 1).values()))


async def test_the_peer_is_shown_where_there_is_room(on: On) -> None:
    table = SessionTable(id="sessions")
    table.sessions = [make_session()]
    async with on(table, 120):
        assert "192.0.2.17:50123" in table.render_line(2).text
    table = SessionTable(id="sessions")
    table.sessions = [make_session()]
    async with on(table, 80):
        assert "192.0.2.17" not in table.render_line(2).text
        assert table.render_line(2).text.split() == ["●", "1", "CP-1", "1.6", "12:00:00", "0", "open"]


async def test_how_a_session_ended_can_be_read_at_80_columns(on: On) -> None:
    table = SessionTable(id="sessions")
    table.sessions = [make_session(closed_ns=NOON, closed_by="network", close_code=1006, frames=8, errors=2)]
    async with on(table, 80):
        assert "by network 1006" in table.render_line(2).text


# Frames


def test_a_frame_is_told_in_a_row() -> None:
    frame = make_frame('[2,"m-1","Heartbeat",{"a":1}]', id=12, action="Heartbeat", errors=1, warnings=2)
    table = FrameTable(lambda ids: [frame], id="frames")
    table.ids.append(12)
    assert cells(table, 0) == {
        "id": "12",
        "time": "12:00:00.000",
        "station": "?",
        "sender": "▶",
        "type": "CALL",
        "action": "Heartbeat",
        "latency": "",
        "findings": "✖1 ⚠2",
        "payload": '{"a":1}',
    }


def test_an_answer_says_how_long_it_took() -> None:
    frame = make_frame('[3,"m-1",{}]', MessageType.CALLRESULT, id=12, sender="csms", latency_ns=1_234_567_890)
    table = FrameTable(lambda ids: [frame], id="frames")
    table.ids.append(12)
    row = cells(table, 0)
    assert (row["sender"], row["type"], row["latency"], row["findings"]) == ("◀", "RESULT", "1234.6", "✓")


@pytest.mark.parametrize("kind", MessageType)
def test_each_type_of_message_has_its_short_name(kind: MessageType) -> None:
    table = FrameTable(lambda ids: [make_frame("[]", kind, id=12)], id="frames")
    table.ids.append(12)
    assert 0 < len(cells(table, 0)["type"]) <= 7


def test_a_frame_that_is_gone_says_so() -> None:
    store = Store()
    store.gone = {20}
    table = frame_table(3, store)
    assert cells(table, 1) == {"id": "20", "time": "gone"}
    assert cells(table, 2)["id"] == "30"


def test_a_hostile_frame_is_harmless() -> None:
    table = FrameTable(lambda ids: [make_frame(HOSTILE, MessageType.INVALID, id=12, action=HOSTILE)], id="frames")
    table.ids.append(12)
    table.stations = {1: HOSTILE}
    assert not UNSAFE.search("".join(cells(table, 0).values()))


async def test_the_station_is_shown_where_frames_of_several_are(on: On) -> None:
    table = frame_table(2)
    async with on(table):
        assert "station" not in table.render_line(0).text
        table.show([10, 20], {1: "CP-ONE"})
        assert "station" in table.render_line(0).text
        assert "CP-ONE" in table.render_line(1).text


@pytest.mark.parametrize("stations", [None, {1: "CP-1"}], ids=["one session", "all sessions"])
async def test_a_row_has_room_for_its_payload_at_80_columns(on: On, stations: dict[int, str] | None) -> None:
    """At least for its first key."""
    frame = make_frame('[2,"m-1","StatusNotification",{"connectorId":1}]', id=12, action="StatusNotification")
    table = FrameTable(lambda ids: [frame], id="frames")
    async with on(table):
        table.show([12], stations)
        assert '{"connectorI' in table.render_line(1).text


async def test_frames_come_by_the_page(on: On) -> None:
    """One question for a page of frames, none for what is there already."""
    store = Store()
    table = frame_table(3 * PAGE, store)
    async with on(table) as pilot:
        await press(pilot, "j", "j", "k", "space")
        assert [len(ids) for ids in store.fetches] == [PAGE]
        await press(pilot, "G", "k")
        await wait_for(pilot, lambda: store.fetches[1:] == [list(table.ids[-PAGE:])])


def test_only_so_many_pages_are_kept() -> None:
    """Those used last."""
    store = Store()
    table = frame_table(PAGE * (MOST_PAGES + 1), store)
    for page in range(MOST_PAGES):
        table.frame_at(page * PAGE)
    table.frame_at(0)
    table.frame_at(MOST_PAGES * PAGE)
    store.fetches.clear()
    assert table.frame_at(0) is not None
    assert store.fetches == []
    assert table.frame_at(PAGE) is not None
    assert len(store.fetches) == 1


async def test_rows_are_read_anew_when_findings_came(on: On) -> None:
    """Not for new frames alone: those before them are as they were."""
    store = Store()
    table = frame_table(3, store)
    async with on(table):
        table.row(0)
        store.fetches.clear()
        table.append([], None)
        table.row(0)
        assert store.fetches == []
        table.append([], None, changed=True)
        table.row(0)
        assert store.fetches == [[10, 20, 30]]


@pytest.mark.parametrize(
    ("frame", "index"), [(10, 0), (11, 1), (20, 1), (29, 2), (30, 2), (31, 2), (0, 0), (10**12, 2)]
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
        table.append([310, 320], None)
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
        table.append([310, 320], None)
        await handled(pilot)
        assert (table.cursor, table.scroll_offset, rows_on_screen(pilot)) == before
        assert table.unseen == 2


async def test_the_end_follows_again_and_up_stops(on: On) -> None:
    table = frame_table(30)
    async with on(table) as pilot:
        table.append([310], None)
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
        table.show([], None)
        assert not table.go_to(150)


async def test_following_can_be_asked_for(on: On) -> None:
    table = frame_table(30)
    async with on(table):
        table.append([310], None)
        table.set_follow(True)
        assert (table.cursor, table.follow, table.unseen) == (30, True, 0)
        table.set_follow(False)
        table.append([320], None)
        assert (table.cursor, table.follow, table.unseen) == (30, False, 1)


async def test_a_filter_keeps_the_place_also_of_who_follows(on: On) -> None:
    """The last row of a filter is seldom the last of all: nobody is thrown to the end when the filter goes."""
    table = frame_table(30)
    async with on(table):
        table.set_follow(True)
        table.show([10, 150], None, keep=True)
        assert (table.cursor, table.follow) == (1, True)
        table.show(range(10, 310, 10), None, keep=True)
        assert (table.frame and table.frame.id, table.follow) == (150, False)


async def test_other_frames_keep_the_cursor_on_its_frame(on: On) -> None:
    """Or on the next one, where a filter hides it."""
    table = frame_table(30)
    async with on(table):
        table.move(10)
        table.show([10, 105, 110, 200], None)
        assert (table.cursor, table.frame and table.frame.id) == (2, 110)
        table.show([10, 300], None)
        assert (table.cursor, table.frame and table.frame.id) == (1, 300)
        table.show([], None)
        assert (table.cursor, table.frame) == (0, None)


async def test_fewer_frames_are_all_on_screen(on: On) -> None:
    """After a filter on a list that was scrolled far down."""
    table = frame_table(1000)
    async with on(table) as pilot:
        await press(pilot, "G", "k")
        table.show([9_970, 9_980, 9_990], None)
        await handled(pilot)
        assert [table.render_line(y).text.split()[0] for y in (1, 2, 3)] == ["9970", "9980", "9990"]
        assert table.cursor == 2


def test_times_are_those_of_the_frames() -> None:
    table = FrameTable(lambda ids: [make_frame("[]", id=1, time_ns=NOON + 61 * SECOND)], id="frames")
    table.ids.append(1)
    assert cells(table, 0)["time"] == "12:01:01.000"
