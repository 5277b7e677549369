from inspector.tui.widgets.one_of import OneOf
from tests.tui.conftest import Stage, press, screen_of


async def test_one_is_taken_by_arrows_and_mouse() -> None:
    """The sign says which, not the colour alone; from the last it goes on with the first."""
    widget = OneOf(["fast", "slow", "by step"], id="pace")
    async with Stage(widget).run_test(size=(50, 5)) as pilot:
        widget.focus()
        assert screen_of(pilot.app)[0] == "● fast   ○ slow   ○ by step"
        await press(pilot, "right", "right")
        assert (widget.chosen, screen_of(pilot.app)[0]) == (2, "○ fast   ○ slow   ● by step")
        await press(pilot, "right", "left", "space")
        assert widget.chosen == 0
        await pilot.click(OneOf, offset=(10, 0))
        assert widget.chosen == 1
