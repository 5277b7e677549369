import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from websockets.asyncio.server import ServerConnection

from inspector.protocol.version import Party
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.tui.kept import keep_target, read_kept
from inspector.tui.screens import replay
from inspector.tui.screens.questions import ChoiceScreen, LineScreen
from inspector.tui.screens.replay import ReplayScreen
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.one_of import OneOf
from inspector.tui.widgets.step_table import StepTable
from tests.factories import CSMS, STATION, make_capture
from tests.peers import csms
from tests.tui.conftest import HOSTILE, SIZES, press, screen_of, wait_for
from tests.tui.screens.apart import ApartStage, assert_looks, settled, unsafe

TALK = [
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"h1",{"currentTime":"2026-09-21T14:13:20Z"}]'),
    (STATION, '[2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'),
    (CSMS, '[3,"s1",{}]'),
]


async def answering(connection: ServerConnection) -> None:
    """Answer a Heartbeat otherwise than it was, all else with nothing, whoever shows the password."""
    assert connection.request is not None
    assert connection.request.headers["Authorization"] == f"Basic {base64.b64encode(b'CP-1:hidden').decode()}"
    async for message in connection:
        _, message_id, action, _ = json.loads(message)
        payload = {"currentTime": "2026-11-11T11:11:11Z", "said": HOSTILE} if action == "Heartbeat" else {}
        await connection.send(json.dumps([3, message_id, payload]))


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A capture with one session of two exchanges; nothing is remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OCPP_INSPECTOR_PASSWORD", "hidden")
    monkeypatch.setattr(replay, "LOOK_SECONDS", 0.01)
    return make_capture(tmp_path / "c.db", TALK)


def sessions(path: Path) -> list[Session]:
    with Reader(path) as reader:
        return reader.sessions()


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


@pytest.mark.parametrize("size", SIZES)
async def test_a_plan_looks_like_this(capture: Path, size: tuple[int, int]) -> None:
    """The form with what can be chosen, the steps, the frames of the one under the cursor."""
    async with replaying(capture, 1, size=size) as ui:
        await settled(ui.pilot)
        assert_looks("replay", size, "\n".join(screen_of(ui.app)) + "\n")


async def test_a_replay_says_what_changed(capture: Path) -> None:
    """It plays, shows each step's verdict and what differs, ends with a line, and leads to the recorded run."""
    async with csms(answering) as url:
        keep_target("station", url)
        async with replaying(capture, 1) as ui:
            await ui.press("enter")
            await ui.until("2 steps: 1 same, 1 different · 3 new findings · session 2")
            await wait_for(ui.pilot, lambda: "/2/said" in ui.page)
            assert ui.table.cursor == 0
            assert "── the run" in ui.page
            assert unsafe(ui.app) == []
            await ui.press("f5")
            assert ui.replay.query_one("#target", Input).has_focus, "another run can be made"
            await ui.press("enter")
            await ui.until("session 3")
            await ui.press("b")
            assert [target.session for target in ui.app.led] == [3]
    assert [(s.origin, s.source, s.name) for s in sessions(capture)][1:] == [("run", 1, "replay of 1")] * 2


async def test_it_is_played_step_by_step_and_stopped(capture: Path) -> None:
    """Each step waits for its key; leaving asks; what was not played is unsent, and the run recorded."""
    async with csms(answering) as url:
        keep_target("station", url)
        async with replaying(capture, 1) as ui:
            await ui.press("tab", "left", "shift+tab", "enter")
            await ui.until("paused")
            assert ui.replay.unsaved == "a replay is running"
            await ui.press("s")
            await ui.until("1 of 2")
            await ui.press("escape")
            assert isinstance(ui.app.screen, ChoiceScreen)
            await ui.press("escape", "x")
            await ui.until("1 unsent")
            assert ui.replay.unsaved == ""
            await ui.press("f5", "enter")
            await ui.until("paused")
            await wait_for(ui.pilot, lambda: len(sessions(capture)) == 3)  # who leaves sooner leaves no run
            await ui.press("escape", "y")
            await wait_for(ui.pilot, lambda: ui.app.screen is not ui.replay)
            await wait_for(ui.pilot, lambda: [s.live for s in sessions(capture)] == [False] * 3)
    assert [s.origin for s in sessions(capture)] == ["live", "run", "run"]


async def test_another_machine_takes_its_name_typed(capture: Path) -> None:
    """A red line warns while it is typed; nothing is sent before the host's name is typed; it is remembered then."""
    keep_target("station", "ws://192.0.2.1:9/ocpp")
    async with replaying(capture, 1) as ui:
        await ui.until("✖ 192.0.2.1 is not this machine")
        await ui.press("enter")
        assert isinstance(ui.app.screen, LineScreen)
        await ui.press(*"192.0.2.2", "enter")
        await ui.until("that is not 192.0.2.1")
        await ui.press("escape")
        assert ui.replay.unsaved == ""
        await ui.press(*"nonsense", "enter")
        await wait_for(ui.pilot, lambda: "nonsense" in ui.banner)
        assert "192.0.2.1" not in str(ui.replay.query_one("#replay-warning", Static).render())
        await ui.press("ctrl+u", *"ws://127.0.0.1:1", "enter")
        await ui.until("unsent")
        await ui.until("✖ ws://127.0.0.1:1")
    assert read_kept().targets["station"] == "ws://127.0.0.1:1"
    assert [s.origin for s in sessions(capture)][:1] == ["live"]


async def test_the_csms_is_played_for_who_connects(capture: Path) -> None:
    """The role turns the form and the plan; a single frame is a plan of one step; what is not there is said."""
    async with replaying(capture, 1, 3) as ui:
        assert ui.table.count == 1
        await ui.press("shift+tab", "right")
        await ui.until("await")
        assert ui.replay.query_one("#role", OneOf).chosen == 1
        assert ui.replay.query_one("#target", Input).value == "127.0.0.1:9000"
        await ui.press("tab", "ctrl+u", *"127.0.0.1:0", "enter")
        await ui.until("ws://127.0.0.1:")
        await ui.press("x")
        await ui.until("unsent")
    async with replaying(capture, 1, 77) as ui:
        await wait_for(ui.pilot, lambda: "no frame 77" in ui.banner)
        await ui.press("enter")
        assert ui.replay.unsaved == ""
    assert read_kept().targets == {Party.CSMS.value: "127.0.0.1:0"}
