"""Keys that arrive at once have the effects that they have one by one."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from inspector.tui import in_turn
from inspector.tui.composed.frame_cells import TimeMode
from inspector.tui.reading import answers
from inspector.tui.reading.search import Part, search
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
            burst(ui.pilot, "t")
            await ui.until(lambda: ui.app.typed == 1)
        burst(ui.pilot, "j", "j")
        await ui.until(lambda: ui.frames.cursor == 2 and not ui.app.typed)


async def test_keys_that_come_after_the_end_are_dropped(browse: Browse, lab: Path) -> None:
    """As those do that were on their way when the program ended."""
    async with browse(lab) as ui:
        burst(ui.pilot, "q", *"jjjj")
        await ui.until(lambda: not ui.app.is_running)
    late = Key("j", "j")
    late._set_forwarded()  # it comes back from what had the focus
    await ui.app.on_event(late)


async def test_a_key_after_a_question_waits_for_its_answer(
    browse: Browse, lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed behind a filter is meant for the frames that pass it; no key waits for long, nor do many."""
    own = shutil.copy(lab, tmp_path / "own.db")
    answered = threading.Event()

    def slow(*arguments: Any, **options: Any) -> Iterator[Part]:
        answered.wait(10)
        yield from search(*arguments, **options)

    monkeypatch.setattr(answers, "search", slow)
    monkeypatch.setattr(answers, "SETTLING_SECONDS", 60.0)
    monkeypatch.setattr(in_turn, "PATIENCE_SECONDS", 60.0)
    async with browse(own) as ui:
        await ui.press("g")
        burst(ui.pilot, *"/action:Heart*", "enter", "g", "m")
        await ui.until(lambda: ui.focus == "frames" and ui.app.typed)
        answered.set()
        await ui.until(lambda: ui.frames.marked)
        await ui.listed(33)
        assert ui.frames.marked == {ui.ids[0]}

        answered.clear()
        burst(ui.pilot, "/", "ctrl+u", *"action:Boot*", "enter", *"j" * (in_turn.MOST_WAITING + 2))
        await ui.until(lambda: ui.focus == "frames" and ui.app.typed == in_turn.MOST_WAITING)
        answered.set()
        await ui.until(lambda: not ui.app.typed)

        answered.clear()
        monkeypatch.setattr(answers, "SETTLING_SECONDS", 0.0)
        burst(ui.pilot, "/", "ctrl+u", *"action:S*", "enter", "m")
        await ui.until(lambda: len(ui.frames.marked) == 2)
        answered.set()
