"""The table of sessions: where its cursor stands, what it groups."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from inspector.store.filter import EVERYTHING
from inspector.store.rows import Session
from inspector.tui.widgets.session_table import SessionTable
from tests.tui.conftest import NOON, Stage, handled, make_session

On = Callable[..., AbstractAsyncContextManager[Pilot[None]]]

SESSIONS = [make_session(id=4, station="A"), make_session(id=9, station="B"), make_session(id=11, station="A")]


@pytest.fixture
def on() -> On:
    """Return what shows a table at a width."""

    @asynccontextmanager
    async def opened(table: SessionTable, width: int = 80) -> AsyncIterator[Pilot[None]]:
        async with Stage(table).run_test(size=(width, 12)) as pilot:
            table.focus()
            await handled(pilot)
            yield pilot

    return opened


def shown(*sessions: Session) -> SessionTable:
    """Make a table of sessions."""
    table = SessionTable(id="sessions")
    table.show(sessions)
    return table


def test_without_sessions_there_is_the_row_for_all() -> None:
    table = SessionTable(id="sessions")
    assert (table.count, table.session, table.name_of_chosen) == (1, None, "all sessions")


async def test_the_session_is_the_one_under_the_cursor(on: On) -> None:
    async with on(table := shown(*SESSIONS)):
        assert (table.count, table.session) == (4, None)
        table.choose(9)
        assert (table.session, table.name_of_chosen, table.where) == (9, "session 9", EVERYTHING)
        assert [each.id for each in table.chosen] == [9]
        table.choose(77)
        assert table.session is None


def test_the_cursor_stays_on_its_session_when_others_come_or_are_grouped() -> None:
    table = shown(*SESSIONS)
    table.cursor = 2
    table.show([make_session(id=1, station="C"), *SESSIONS])
    assert (table.session, table.cursor) == (9, 3)
    table.group()
    assert (table.session, table.cursor, table.count) == (9, 7, 8)
    table.group()
    assert (table.session, table.count) == (9, 5)


def test_a_station_stands_for_its_sessions() -> None:
    """And can be folded; nothing else can."""
    table = shown(*SESSIONS)
    assert not table.fold()
    table.group()
    table.cursor = 1
    assert (table.session, table.name_of_chosen) == (None, "A")
    assert table.where.parameters == ("A",)
    assert [each.id for each in table.chosen] == [4, 11]
    assert table.fold()
    assert (table.count, table.cursor) == (4, 1)
    assert table.fold()
    assert table.count == 6
    table.cursor = 2
    assert not table.fold()


async def test_the_peer_is_shown_where_there_is_room(on: On) -> None:
    async with on(table := shown(make_session(closed_ns=NOON, closed_by="csms")), 160):
        assert "192.0.2.17:50123" in table.render_line(2).text
    async with on(table := shown(make_session(closed_ns=NOON, closed_by="csms")), 80):
        assert table.render_line(2).text.split() == ["○", "1", "CP-1", "1.6", "12:00:00", "0", "s", "0", "by", "csms"]


async def test_how_a_session_ended_can_be_read_at_80_columns(on: On) -> None:
    session = make_session(closed_ns=NOON, closed_by="network", close_code=1006, frames=8, errors=2)
    async with on(table := shown(session), 80):
        assert "by network 1006" in table.render_line(2).text


async def test_the_clock_runs_while_a_session_is_open(on: On, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.tui.widgets.session_table.time.time_ns", lambda: NOON + 5_000_000_000)
    async with on(table := shown(make_session(frames=1)), 160):
        assert "5 s ago" in table.render_line(2).text
