"""A table of things that are held whole."""

from inspector.tui.composed.columns import Column
from inspector.tui.widgets.listing import Listing
from tests.tui.conftest import Stage, handled, press, screen_of


def names(*items: str) -> Listing[str]:
    """Return a table of names, told apart by their first letter."""
    table = Listing[str](
        lambda width: (Column("name", "name", min(10, width)),),
        lambda item: {"name": ((item, ""),)},
        lambda item: item[0],
        id="list",
    )
    table.items = items
    return table


async def test_the_cursor_stays_on_its_item() -> None:
    """And that one at its place on the screen, whatever comes above it; at the top it stays at the top."""
    table = names()
    stage = Stage(table)
    async with stage.run_test(size=(30, 6)) as pilot:
        assert (table.item, table.count) == (None, 0)
        table.show([f"{letter}1" for letter in "abcdefghij"])
        table.focus()
        await handled(pilot)
        assert table.item == "a1"
        table.show(["z1", *table.items])
        assert table.item == "z1"
        await press(pilot, "G", "k")
        before = screen_of(stage)
        table.show(["y2", "x2", *(f"{item[0]}2" for item in table.items)])
        await handled(pilot)
        assert table.item == "i2"
        assert [line[:3].replace("2", "1") for line in screen_of(stage)] == [line[:3] for line in before]
        table.show(["a3"])
        assert (table.item, table.cursor) == ("a3", 0)
        table.show([])
        assert table.item is None
