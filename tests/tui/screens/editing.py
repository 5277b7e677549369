"""What the tests of the screen that edits drafts share: a capture to make them of, and the screen alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from inspector.tui.screens.edit import EditScreen
from inspector.tui.widgets.draft_table import DraftTable
from inspector.tui.widgets.json_text import JsonText
from inspector.tui.widgets.line_pane import LinePane
from tests.factories import BOOT, BROKEN, STATION, make_capture
from tests.tui.conftest import press, wait_for
from tests.tui.screens.apart import ApartStage, settled

TAG = (STATION, '[2,"a1","Authorize",{"idTag":"AB12"}]')


class Stage(ApartStage):
    """Notes which screens are laid over it."""

    def __init__(self, capture: Path, first: Screen[Any]) -> None:
        super().__init__(capture, first)
        self.asked: list[tuple[Any, ...]] = []

    def over(self, *what: Any) -> None:
        """Note it."""
        self.asked.append(what)


@asynccontextmanager
async def editing(capture: Path, *what: Any, size: tuple[int, int] = (80, 24)) -> AsyncIterator["Editing"]:
    """Edit a draft of a capture; by default of its first session."""
    screen = EditScreen(*(what or (1,)))
    stage = Stage(capture, screen)
    stage.animation_level = "none"
    async with stage.run_test(size=size, notifications=True, tooltips=True) as pilot:
        ui = Editing(stage, pilot, screen)
        await settled(pilot)
        yield ui


class Editing:
    """The screen as its user sees it."""

    def __init__(self, app: Stage, pilot: Pilot[None], screen: EditScreen) -> None:
        self.app, self.pilot, self.edit = app, pilot, screen

    async def press(self, *keys: str) -> None:
        """Press keys, and wait for what comes of them."""
        await press(self.pilot, *keys)
        await settled(self.pilot)

    async def until(self, condition: Any) -> None:
        """Wait until a condition holds."""
        await wait_for(self.pilot, condition)

    @property
    def title(self) -> str:
        """The first line."""
        return str(self.edit.query_one("#title", Static).render())

    @property
    def table(self) -> DraftTable:
        """The list of frames."""
        return self.edit.query_one(DraftTable)

    @property
    def text(self) -> str:
        """The text in the editor."""
        return self.edit.query_one(JsonText).text

    @property
    def said(self) -> str:
        """What is said below it."""
        pane = self.edit.query_one("#draft-findings", LinePane)
        return "\n".join("".join(text for text, _ in line) for line in pane.lines)

    @property
    def raws(self) -> list[str]:
        """The frames of the draft."""
        return [str(frame.raw) for frame in self.edit.edits.frames]


def five_frames(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a capture of a session: a clean exchange, one with a schema error, a CALL. What is typed is judged soon."""
    monkeypatch.setattr("inspector.tui.widgets.frame_editor.SETTLE_SECONDS", 0.01)
    return make_capture(folder / "c.db", (*BOOT, *BROKEN, TAG))
