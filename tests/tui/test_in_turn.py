"""Keys that arrive at once have the effects that they have one by one."""

from pathlib import Path

import pytest

from inspector.tui import in_turn
from inspector.tui.composed.frame_cells import TimeMode
from inspector.tui.screens.questions import LineScreen
from tests.tui.conftest import Browse, burst


async def test_what_is_typed_into_a_filter_at_once_is_no_command(browse: Browse, lab: Path) -> None:
    """As it comes over a slow line: what opens the filter, its text, and what leaves it again."""
    async with browse(lab) as ui:
        burst(ui.pilot, *"/action:Heart*", "enter")
        await ui.until(lambda: ui.filter.value == "action:Heart*" and ui.focus == "frames")
        await ui.listed(33)
        burst(ui.pilot, "/", "ctrl+u", *"tx:7", "backspace", "8", "escape", "escape", "t")
        await ui.until(lambda: ui.filter.value == "" and ui.frames.time is TimeMode.ELAPSED)
        assert len(ui.app.screen_stack) == 2


async def test_what_is_pasted_waits_for_the_keys_before_it(browse: Browse, lab: Path) -> None:
    """Also where they open a question."""
    async with browse(lab) as ui:
        burst(ui.pilot, "ctrl+g", paste="5")
        burst(ui.pilot, "enter")
        await ui.at(5)
        assert not isinstance(ui.app.screen, LineScreen)


async def test_a_key_that_got_lost_on_its_way_holds_up_none_for_long(
    browse: Browse, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where what it went through is gone before it had its turn."""
    monkeypatch.setattr(in_turn, "PATIENCE_SECONDS", 0.0)
    async with browse(lab) as ui:
        await ui.press("g")
        with monkeypatch.context() as broken:
            broken.setattr(ui.frames, "call_later", lambda *_: True)
            burst(ui.pilot, "m")
            await ui.until(lambda: ui.app.typed == 1)
        burst(ui.pilot, "j", "j")
        await ui.until(lambda: ui.frames.cursor == 2 and not ui.app.typed)
