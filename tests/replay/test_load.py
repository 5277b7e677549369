"""Many stations at once."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.demo.csms import start_csms
from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.load import Load, LoadOptions
from inspector.replay.options import RunOptions
from inspector.store.reader import Reader
from tests.factories import BOOT, make_capture
from tests.peers import csms, free_port
from tests.replay.runs import CHARGE, PATIENT, QUICK


def options(capture: Path, url: str, stations: int = 5, **more: Any) -> LoadOptions:
    """Let some stations play the first session."""
    run = RunOptions(capture=capture, sessions=(1,), to=url, pace=PATIENT, into=more.pop("into", None), name="load")
    return LoadOptions(run=run, stations=stations, **more)


async def test_clones_have_ids_and_bindings_of_their_own(tmp_path: Path) -> None:
    """The CSMS hands out a transaction id to each, and each stops its own; with a capture all is recorded."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    server, url = await start_csms(0.01)
    load = Load(options(capture, url, repeat=2, ramp=0.05, station_id="S{n:02}", into=tmp_path / "b.db"))
    tally = await load.play()
    server.close()
    assert (tally.errors, tally.finished, tally.exchanges, tally.connected) == (0, 5, 5 * 2 * 4, 0)
    assert {row["action"]: row["exchanges"] for row in tally.rows()} == {
        "Authorize": 10,
        "BootNotification": 10,
        "StartTransaction": 10,
        "StopTransaction": 10,
    }
    assert all(0 < row["p50_ms"] <= row["p99_ms"] <= row["max_ms"] for row in tally.rows())
    with Reader(tmp_path / "b.db") as reader:
        sessions = reader.sessions()
        assert {session.station for session in sessions} == {f"S{number:02}" for number in range(1, 6)}
        assert {session.name for session in sessions} == {"load"}
        frames = list(reader.pages())
        assert len({frame.message_id for frame in frames}) == len(frames) / 2, "an id for each exchange"
        assert not [session for session in sessions if session.errors]
    with Reader(capture) as reader:
        assert len(reader.sessions()) == 1, "what was replayed has nothing of it"


async def test_what_goes_wrong_is_counted(tmp_path: Path) -> None:
    async def moody(connection: ServerConnection) -> None:
        station = connection.request.path if connection.request else ""
        call = json.loads(await connection.recv())
        if station.endswith("1"):
            await connection.close(1011, "moody")
        await connection.send(json.dumps([3, call[1], {}]))
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(moody) as url:
        tally = await Load(options(capture, url, 2)).play()
    assert {verdict.value: count for verdict, count in tally.verdicts.items()} == {"missing": 1, "different": 1}
    assert tally.failures == {"the CSMS ended the connection: 1011 moody": 1}
    assert tally.errors == 3
    tally = await Load(options(capture, f"ws://127.0.0.1:{free_port()}", 3)).play()
    assert [count for words, count in tally.failures.items() if "/ID: no connection" in words] == [3]


async def test_a_load_is_stopped_in_the_midst(tmp_path: Path) -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(mute) as url:
        load = Load(options(capture, url, 3))
        playing = asyncio.create_task(load.play())
        while load.tally.connected < 3:
            await asyncio.sleep(0.01)
        load.stop()
        tally = await asyncio.wait_for(playing, 5)
    assert (tally.most_connected, tally.connected, tally.finished) == (3, 0, 0)
    assert load.stopped


@pytest.mark.parametrize(
    ("run", "more", "words"),
    [
        ({}, {"station_id": "CP-{m}"}, "no pattern of an id"),
        ({}, {"station_id": "CP"}, "all stations would have one id"),
        ({"role": Party.CSMS, "listen": "127.0.0.1:0"}, {}, "only stations can be many"),
        ({"to": "http://x"}, {}, "not a WebSocket URL"),
    ],
)
def test_what_cannot_be_many_is_one_line(tmp_path: Path, run: dict[str, Any], more: dict[str, Any], words: str) -> None:
    given = {
        "capture": make_capture(tmp_path / "a.db", BOOT),
        "sessions": (1,),
        "to": "ws://127.0.0.1:1",
        "pace": QUICK,
    }
    with pytest.raises(InspectorError, match=words):
        Load(LoadOptions(run=RunOptions(**{**given, **run}), stations=2, **more))
