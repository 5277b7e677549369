"""The table: rows made when they are drawn, a cursor that stays within them, a message when it moves."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.message import Message
from textual.pilot import Pilot

from inspector.tui.composed.lines import Line
from inspector.tui.widgets.row_table import Column, RowTable, _fewer
from tests.tui.conftest import Stage, handled, press, screen_of, wait_for


class Numbers(RowTable):
    """A table of rows that name their index; ``made`` counts how many were asked for."""

    def __init__(self, rows: int) -> None:
        super().__init__(id="numbers")
        self.rows, self.made = rows, 0
        self.cells: Mapping[str, Line] | None = None

    @property
    def count(self) -> int:
        return self.rows

    @property
    def columns(self) -> Sequence[Column]:
        return (Column("name", "name", 8), Column("amount", "amount", 6, right=True), Column("rest", "rest", 0))

    def row(self, index: int) -> Mapping[str, Line]:
        self.made += 1
        return self.cells or {"name": ((f"row {index}", ""),), "amount": ((str(index), ""),)}


Open = Callable[[Numbers], AbstractAsyncContextManager[tuple[Pilot[None], list[Message]]]]


@pytest.fixture
def shown() -> Open:
    """Return what shows a table on 40x11: its head and ten rows. The list takes the messages it posts."""

    @asynccontextmanager
    async def opened(table: Numbers) -> AsyncIterator[tuple[Pilot[None], list[Message]]]:
        posted: list[Message] = []

        def hook(message: Message) -> None:
            if isinstance(message, RowTable.Moved) and message not in posted:
                posted.append(message)

        async with Stage(table).run_test(size=(40, 11), message_hook=hook) as pilot:
            table.rows_changed()
            table.focus()
            await handled(pilot)
            yield pilot, posted

    return opened


def first_row(pilot: Pilot[None]) -> str:
    """Return the name of the first row below the head."""
    return screen_of(pilot.app)[1][1:9].strip()


async def test_it_draws_its_head_and_its_rows(shown: Open) -> None:
    async with shown(Numbers(2)) as (pilot, _):
        assert screen_of(pilot.app)[:4] == [" name     amount rest", " row 0         0", " row 1         1", ""]


async def test_an_empty_table_says_why(shown: Open) -> None:
    table = Numbers(0)
    table.empty = "nothing here\n\nthis is too long for a table of forty columns"
    async with shown(table) as (pilot, _):
        said = screen_of(pilot.app)[2:6]
        assert said == [" nothing here", "", " this is too long for a table of forty", "   columns"]


CELLS: tuple[tuple[Line, str], ...] = (
    ((("12345678", ""),), "12345678"),
    ((("123456789", ""),), "1234567…"),
    ((("漢漢漢漢", ""),), "漢漢漢漢"),
    ((("漢漢漢漢漢", ""),), "漢漢漢 …"),
    ((("1234", "key"), ("56789", "error")), "1234567…"),
    ((("12345678", "key"), ("9", "error")), "12345678"),
    ((), "        "),
)
"""Cells of a column of eight, and what is drawn of them."""


async def test_a_cell_is_cut_or_filled_to_its_column(shown: Open) -> None:
    """In cells of the terminal, two for a letter of Chinese: the columns behind it stay where they are."""
    table = Numbers(1)
    async with shown(table) as (_, _posted):
        for cell, drawn in CELLS:
            table.cells = {"name": cell, "amount": (("7", ""),)}
            line = table.render_line(1).text
            assert line.startswith(f" {drawn}      7 ")
            assert cell_len(line) == 40


async def test_the_last_column_takes_what_is_left(shown: Open) -> None:
    table = Numbers(1)
    table.cells = {"rest": (("x" * 50, ""),)}
    async with shown(table) as (_, _posted):
        assert table.render_line(1).text == f" {'':8} {'':6} {'x' * 21}… "


MOVES = {
    "j": (1, "row 0"),
    "down j up": (1, "row 0"),
    "k": (0, "row 0"),
    "j j j j j j j j j j": (10, "row 1"),
    "space": (10, "row 1"),
    "pagedown pagedown pageup": (10, "row 10"),
    "ctrl+d": (5, "row 0"),
    "ctrl+d ctrl+d ctrl+u": (5, "row 1"),
    "G": (99, "row 90"),
    "end j space": (99, "row 90"),
    "G g": (0, "row 0"),
    "G home": (0, "row 0"),
    "G k": (98, "row 90"),
}
"""Keys, from the first row on: where the cursor comes to be, and which row is the first on screen then."""


async def test_the_cursor_moves_by_its_keys(shown: Open) -> None:
    """And the table scrolls no further than it must."""
    table = Numbers(100)
    async with shown(table) as (pilot, _):
        for keys, place in MOVES.items():
            table.move(0)
            await press(pilot, *keys.split())
            await handled(pilot)
            assert (table.cursor, first_row(pilot)) == place, keys


async def test_only_rows_on_screen_are_made(shown: Open) -> None:
    """A million rows cost as much as ten."""
    table = Numbers(1_000_000)
    async with shown(table) as (pilot, _):
        await press(pilot, "G")
        await wait_for(pilot, lambda: first_row(pilot) == "row 999…" and "999990" in screen_of(pilot.app)[1])
        assert table.cursor == 999_999
        assert table.made < 200


async def test_the_cursor_is_where_the_focus_is_not_the_colour_of_the_rest(shown: Open) -> None:
    """Its row looks different, and different again without the focus."""
    table = Numbers(3)
    async with shown(table) as (pilot, _):
        focused, plain = table.render_line(1)._segments[0].style, table.render_line(2)._segments[0].style
        pilot.app.set_focus(None)
        await handled(pilot)
        assert len({str(style) for style in (focused, plain, table.render_line(1)._segments[0].style)}) == 3


async def test_each_move_is_told_once(shown: Open) -> None:
    """And none that leads nowhere."""
    table = Numbers(100)
    async with shown(table) as (pilot, posted):
        await press(pilot, "j", "k", "k", "g")
        await handled(pilot)
        assert [type(message) for message in posted] == [RowTable.Moved, RowTable.Moved]
        assert all(message.control is table for message in posted if isinstance(message, RowTable.Moved))


async def test_enter_chooses(shown: Open) -> None:
    async with shown(Numbers(1)) as (pilot, posted):
        await press(pilot, "enter")
        await handled(pilot)
        assert [type(message) for message in posted] == [RowTable.Chosen]


def test_of_several_moves_only_the_last_counts() -> None:
    """They can pile up while a key is held down. Another table's, or a choice before a move, must not get lost."""
    one, two = Numbers(1), Numbers(1)
    assert RowTable.Moved(one).can_replace(RowTable.Moved(one))
    assert not RowTable.Moved(one).can_replace(RowTable.Moved(two))
    assert not RowTable.Chosen(one).can_replace(RowTable.Moved(one))


async def test_the_cursor_stays_within_the_rows(shown: Open) -> None:
    table = Numbers(100)
    async with shown(table) as (pilot, _):
        await press(pilot, "G")
        table.rows = 5
        table.rows_changed()
        await handled(pilot)
        assert (table.cursor, first_row(pilot)) == (4, "row 0")
        table.rows = 0
        table.rows_changed()
        await press(pilot, "j", "G", "k", "space")
        assert table.cursor == 0


async def test_a_click_sets_the_cursor_where_the_mouse_points(shown: Open) -> None:
    """Also with a border above it and after scrolling; a click on the head or below the rows moves nothing."""
    table = Numbers(3)
    async with shown(table) as (pilot, _):
        await pilot.click(table, offset=(5, 2))
        assert table.cursor == 1
        await pilot.click(table, offset=(5, 0))
        await pilot.click(table, offset=(5, 9))
        assert table.cursor == 1
        table.styles.border_top = ("solid", "white")
        await handled(pilot)
        assert screen_of(pilot.app)[2].startswith(" row 0")
        await pilot.click(table, offset=(5, 2))
        assert table.cursor == 0


async def test_a_click_after_scrolling_counts_from_the_first_row_on_screen(shown: Open) -> None:
    table = Numbers(100)
    async with shown(table) as (pilot, _):
        await press(pilot, "G")
        await wait_for(pilot, lambda: first_row(pilot) == "row 90")
        await pilot.click(table, offset=(5, 1))
        assert table.cursor == 90


async def test_the_cursor_is_on_screen_after_a_resize(shown: Open) -> None:
    async with shown(Numbers(100)) as (pilot, _):
        await press(pilot, "ctrl+d", "j", "j", "j", "j")
        assert first_row(pilot) == "row 0"
        await pilot.resize_terminal(40, 6)
        await wait_for(pilot, lambda: first_row(pilot) == "row 5")


async def test_a_table_too_small_for_its_columns_draws_what_fits(shown: Open) -> None:
    table = Numbers(3)
    async with shown(table) as (pilot, _):
        await pilot.resize_terminal(9, 2)
        await wait_for(pilot, lambda: screen_of(pilot.app) == [" name", " row 0"])
        await press(pilot, "j", "pagedown", "G")
        await wait_for(pilot, lambda: screen_of(pilot.app)[1].startswith(" row 2"))


async def test_a_move_on_the_screen_draws_two_rows(shown: Open) -> None:
    """The one that is left and the one that is entered: over a slow line the others are not sent again."""
    table = Numbers(30)
    async with shown(table) as (pilot, _):
        await handled(pilot)
        before = table.made
        await press(pilot, "j")
        await wait_for(pilot, lambda: table.made > before)
        assert table.made - before == 2


def test_spaces_join_what_stands_before_them() -> None:
    """Each piece of another style costs bytes on the wire; empty cells cost none."""
    parts = [(" ", ""), ("one", "key"), ("  ", ""), (" ", "dim"), ("two", "key"), ("three", "")]
    assert _fewer(parts) == ((" ", ""), ("one   two", "key"), ("three", ""))
