import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.options import RunOptions
from inspector.replay.pace import Pace
from inspector.replay.script import script
from inspector.replay.steps import Verdict
from inspector.store.reader import Reader
from inspector.tui.playing import Playing, narrowed, plan
from tests.factories import CSMS, STATION, make_capture
from tests.peers import csms, say, station, until

TALK = [
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"h1",{"currentTime":"2026-09-21T14:13:20Z"}]'),
    (STATION, '[2,"s1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'),
    (CSMS, '[3,"s1",{}]'),
]


async def answering(connection: ServerConnection) -> None:
    """Answer a Heartbeat with a time, all else with nothing."""
    async for message in connection:
        _, message_id, action, _ = json.loads(message)
        payload = {"currentTime": "2026-11-11T11:11:11Z"} if action == "Heartbeat" else {}
        await connection.send(json.dumps([3, message_id, payload]))


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A capture with one session of two exchanges."""
    return make_capture(tmp_path / "c.db", TALK)


async def over(playing: Playing) -> None:
    await until(lambda: playing.is_over)


async def test_a_run_goes_on_beside_whoever_looks(capture: Path) -> None:
    """Outcomes come as they are, the report at the end, and the run is a session of the capture."""
    async with csms(answering) as url:
        playing = Playing(RunOptions(capture=capture, sessions=(1,), to=url, name="again"))
        await over(playing)
    assert [outcome.verdict for outcome in playing.outcomes] == [Verdict.SAME, Verdict.SAME]
    assert (playing.trouble, playing.report is not None and playing.report.is_same) == ("", True)
    with Reader(capture) as reader:
        assert [(s.origin, s.source, s.name) for s in reader.sessions()][1:] == [("run", 1, "again")]


async def test_it_takes_orders(capture: Path) -> None:
    """It waits for each step, goes on, pauses and stops when it is told; what was not played is unsent."""
    async with csms(answering) as url:
        options = RunOptions(capture=capture, sessions=(1,), to=url, pace=Pace(stepwise=True))
        playing = Playing(options)
        await until(lambda: playing.paused)
        assert not playing.outcomes
        playing.step()
        await until(lambda: len(playing.outcomes) == 1)
        await until(lambda: playing.paused)
        playing.resume()
        playing.pause()
        playing.stop()
        await over(playing)
    assert playing.report is not None
    assert playing.outcomes[0].verdict is Verdict.SAME
    playing.step()
    assert playing.join(0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to": "ws://127.0.0.1:1"}, "127.0.0.1:1"),
        ({"to": "nonsense"}, "nonsense"),
        ({"sessions": (9,)}, "no session 9"),
    ],
)
async def test_what_can_not_be_done_is_said(capture: Path, fields: dict[str, Any], words: str) -> None:
    """A run that can't be made, or finds nobody, is over with a line that says why."""
    playing = Playing(RunOptions(**{"capture": capture, "sessions": (1,), "to": "ws://127.0.0.1:1", **fields}))
    await over(playing)
    assert words in playing.trouble
    assert "\n" not in playing.trouble


async def test_one_frame_alone_is_a_script_of_one_step(capture: Path) -> None:
    """A frame is sent by itself; an answer is played with its CALL."""
    async with csms(answering) as url:
        playing = Playing(RunOptions(capture=capture, sessions=(1,), to=url), 4)
        await over(playing)
    assert [outcome.step.action for outcome in playing.outcomes] == ["StatusNotification"]
    with Reader(capture) as reader:
        made = script(reader, [1], Party.STATION)
        assert [step.number for step in plan(reader, lambda _: made, None)] == [1, 2]
        assert [(step.number, step.frame) for step in plan(reader, lambda _: made, 3)] == [(1, 3)]
        with pytest.raises(InspectorError, match="frame 99"):
            narrowed(made, 99)


async def test_stations_are_told_where_to_connect(capture: Path) -> None:
    """Playing the CSMS, it listens, says where, and answers as it was recorded."""
    playing = Playing(RunOptions(capture=capture, sessions=(1,), role=Party.CSMS, listen="127.0.0.1:0"))
    await until(lambda: bool(playing.listening))
    async with station(f"{playing.listening}/CP-1") as connection:
        answer = json.loads(await say(connection, '[2,"x","Heartbeat",{}]'))
        await say(connection, TALK[2][1].replace("s1", "y"))
        await asyncio.wait_for(connection.wait_closed(), 10)
    await over(playing)
    assert answer[:2] == [3, "x"]
    assert playing.report is not None
    assert playing.report.is_same, playing.report
