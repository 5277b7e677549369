"""What the tests of the replay's screen share: a capture to replay, and the screen as its user sees it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from inspector.tui.screens import replay
from inspector.tui.screens.replay import ReplayScreen
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.step_table import StepTable
from tests.factories import CSMS, STATION, make_capture
from tests.tui.conftest import press, screen_of, wait_for
from tests.tui.screens.apart import ApartStage, settled

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
TALK = [
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"h1",{"currentTime":"2026-09-21T14:13:20Z"}]'),
    (STATION, '[2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'),
    (CSMS, '[3,"s1",{}]'),
]


def replay_capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a capture with one session of two exchanges; nothing is remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(replay, "LOOK_SECONDS", 0.01)
    return make_capture(tmp_path / "c.db", TALK)


class Replaying:
    """The screen as its user sees it."""

    def __init__(self, app: ApartStage, pilot: Pilot[None], screen: ReplayScreen) -> None:
        self.app, self.pilot, self.replay = app, pilot, screen

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await press(self.pilot, *keys)

    async def until(self, words: str) -> None:
        """Wait until the screen says something."""
        await wait_for(self.pilot, lambda: words in "\n".join(screen_of(self.app)))

    @property
    def page(self) -> str:
        """What is said of the step under the cursor."""
        pane = self.replay.query_one("#step-page", LinePane)
        return "\n".join("".join(text for text, _ in line) for line in pane.lines)

    @property
    def table(self) -> StepTable:
        """The plan."""
        return self.replay.query_one(StepTable)

    @property
    def banner(self) -> str:
        """What went wrong."""
        return str(self.replay.query_one(Banner).render())


@asynccontextmanager
async def replaying(capture: Path, *what: int, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Replaying]:
    """Show the screen of a session's replay."""
    screen = ReplayScreen(*what)
    stage = ApartStage(capture, screen)
    stage.animation_level = "none"
    async with stage.run_test(size=size, notifications=True, tooltips=True) as pilot:
        ui = Replaying(stage, pilot, screen)
        await settled(pilot)
        yield ui
