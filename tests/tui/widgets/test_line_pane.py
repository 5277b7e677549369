"""The pane of lines: it draws what is on screen, and moves by its keys."""

from textual.message import Message
from textual.pilot import Pilot

from inspector.tui.widgets.line_pane import LinePane
from tests.tui.conftest import Stage, handled, press, screen_of, wait_for

HUNDRED = [((f"line {number}", ""),) for number in range(100)]


async def shows(pilot: Pilot[None], first: int) -> None:
    """Wait until a line is the first on screen."""
    await wait_for(pilot, lambda: screen_of(pilot.app)[0].split()[:2] == ["line", str(first)])


async def test_it_draws_its_lines() -> None:
    pane = LinePane(id="pane")
    async with Stage(pane).run_test(size=(40, 10)) as pilot:
        pane.show([(("one ", "key"), ("two", "error")), (), (("three", ""),)], keep_place=False)
        await handled(pilot)
        assert screen_of(pilot.app) == ["one two", "", "three", *[""] * 7]
        assert pane.max_scroll_y == 0


SCROLLS = {
    "j": 1,
    "down down up": 1,
    "j k k": 0,
    "pagedown": 9,
    "space space pageup": 9,
    "G": 90,
    "end j pagedown": 90,
    "G g": 0,
    "G home": 0,
}
"""Keys, from the top on, and the line that is the first on screen then."""


async def test_it_scrolls_by_its_keys() -> None:
    """A page keeps one line of the page before; the ends are the ends."""
    pane = LinePane(id="pane")
    async with Stage(pane).run_test(size=(40, 10)) as pilot:
        pane.focus()
        for keys, first in SCROLLS.items():
            pane.show(HUNDRED, keep_place=False)
            await handled(pilot)
            await press(pilot, *keys.split())
            await shows(pilot, first)


async def test_other_lines_begin_at_the_top() -> None:
    """The same frame's stay where they were: it may have got its answer while somebody reads."""
    pane = LinePane(id="pane")
    async with Stage(pane).run_test(size=(40, 10)) as pilot:
        pane.show(HUNDRED, keep_place=False)
        pane.focus()
        await handled(pilot)
        await press(pilot, "pagedown")
        await shows(pilot, 9)
        pane.show([*HUNDRED, (("more", ""),)], keep_place=True)
        await handled(pilot)
        await shows(pilot, 9)
        pane.show(HUNDRED, keep_place=False)
        await handled(pilot)
        await shows(pilot, 0)


async def test_fewer_lines_than_before_are_all_on_screen() -> None:
    pane = LinePane(id="pane")
    async with Stage(pane).run_test(size=(40, 10)) as pilot:
        pane.show(HUNDRED, keep_place=False)
        pane.focus()
        await handled(pilot)
        await press(pilot, "G")
        await shows(pilot, 90)
        pane.show(HUNDRED[:3], keep_place=True)
        await handled(pilot)
        await shows(pilot, 0)


async def test_it_asks_for_lines_that_fit() -> None:
    """They were wrapped for the width it had before."""
    asked: list[Message] = []

    def hook(message: Message) -> None:
        if isinstance(message, LinePane.Resized) and message not in asked:
            asked.append(message)

    pane = LinePane(id="pane")
    async with Stage(pane).run_test(size=(40, 10), message_hook=hook) as pilot:
        await handled(pilot)
        asked.clear()
        await pilot.resize_terminal(60, 10)
        await wait_for(pilot, lambda: asked)
