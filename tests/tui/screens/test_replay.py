import base64
import json
import ssl
from pathlib import Path

import pytest
import trustme
from textual.widgets import Input, Static
from websockets.asyncio.server import ServerConnection

from inspector.protocol.version import Party
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.tui.kept import keep_target, read_kept
from inspector.tui.screens.questions import ChoiceScreen, LineScreen
from inspector.tui.widgets.one_of import OneOf
from tests.peers import csms
from tests.tui.conftest import HOSTILE, wait_for
from tests.tui.screens.apart import unsafe
from tests.tui.screens.replaying import STATUS, replay_capture, replaying


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
    monkeypatch.setenv("OCPP_INSPECTOR_PASSWORD", "hidden")
    return replay_capture(tmp_path, monkeypatch)


def sessions(path: Path) -> list[Session]:
    with Reader(path) as reader:
        return reader.sessions()


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


async def test_it_is_played_over_tls_with_other_values(capture: Path, tmp_path: Path) -> None:
    """To a CSMS of an authority of one's own, which asks for a certificate; a file or a value that is none is said."""
    authority, said = trustme.CA(), []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("CP-1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "me.pem")

    async def listening(connection: ServerConnection) -> None:
        async for message in connection:
            said.append(json.loads(message))
            await connection.send(json.dumps([3, said[-1][1], {}]))

    async with csms(listening, tls=context) as url:
        keep_target("station", url)
        async with replaying(capture, 1) as ui:
            boxes = {box.id: box for box in ui.replay.query(Input)}
            boxes["set"].value = "connectorId"
            await ui.press("enter")
            await wait_for(ui.pilot, lambda: "NAME=VALUE" in ui.banner)
            assert ui.replay.query_one("#replay-form").display
            for name, text in {"authorities": "ca.pem", "certificate": "me.pem"}.items():
                boxes[name].value = str(tmp_path / text)
            boxes["set"].value = "connectorId=7"
            await ui.press("enter")
            await ui.until("session 2")
            assert ui.banner == ""
            boxes["certificate"].value = "none.pem"
            await ui.press("f5", "enter")
            await ui.until("no certificate")
    assert [each[2:] for each in said][1] == ["StatusNotification", {**STATUS, "connectorId": 7}]


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
    """The role turns the form and the plan; a single frame is a plan of one step."""
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
    assert read_kept().targets == {Party.CSMS.value: "127.0.0.1:0"}
