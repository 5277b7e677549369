"""Lines that are composed for the room there is."""

from inspector.tui.widgets.lines_view import LinesView
from tests.tui.conftest import Stage, handled, press, screen_of


async def test_lines_are_composed_for_the_room_and_scroll() -> None:
    """A narrower place asks for them anew; without the focus they don't move."""
    view = LinesView(id="lines")
    stage = Stage(view)
    async with stage.run_test(size=(30, 5)) as pilot:
        view.show(lambda width, height: [((f"{number} of {width}x{height}", ""),) for number in range(20)])
        view.focus()
        await handled(pilot)
        first = screen_of(stage)
        assert first[0].startswith("0 of ")
        for keys, top in ((["j", "j"], 2), (["space"], 6), (["k"], 5), (["pageup"], 1), (["G"], 15), (["g"], 0)):
            await press(pilot, *keys)
            assert screen_of(stage)[0].startswith(f"{top} of "), keys
        await press(pilot, "j")
        view.show(lambda *_: [(("other", ""),)] * 20, keep_place=True)
        assert view.scroll_offset.y == 1
        view.show(lambda *_: [(("other", ""),)] * 20)
        assert view.scroll_offset.y == 0
        await pilot.resize_terminal(20, 4)
        view.show(lambda width, height: [((f"{width}x{height}", ""),)])
        await handled(pilot)
        assert screen_of(stage)[0].endswith("x4")
    assert not LinesView(id="still", can_focus=False).can_focus
