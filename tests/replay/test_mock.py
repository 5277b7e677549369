"""Stand-ins made from a capture: of a CSMS, with and without the real one behind it, and of a station."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay import mock
from inspector.replay.mock import Mock, MockOptions, Mode
from inspector.replay.options import RunOptions
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, STATION, make_capture
from tests.peers import csms, say, station
from tests.replay.runs import CHARGE, PATIENT, QUICK

BOOTING = '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]'


@asynccontextmanager
async def mocked(capture: Path, told: list[str], **more: Any) -> AsyncIterator[str]:
    """Stand in for the CSMS of a capture; yield the URL."""
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    run = RunOptions(capture=capture, role=Party.CSMS, listen="127.0.0.1:0", pace=PATIENT)
    stand_in = Mock(MockOptions(run=run, **more), told.append, listening.set_result)
    standing = asyncio.create_task(stand_in.stand_in())
    yield await asyncio.wait_for(listening, 5)
    stand_in.stop()
    await asyncio.wait_for(standing, 5)


async def test_a_mock_answers_as_the_csms_did_and_goes_on(tmp_path: Path) -> None:
    """Beyond the script too, and the next connection of the same station begins anew; each is a run."""
    told: list[str] = []
    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with mocked(capture, told) as url:
        for _ in range(2):
            async with station(f"{url}/CP-1") as here:
                for _ in range(2):
                    assert json.loads(await say(here, BOOTING))[2]["status"] == "Accepted"
                assert json.loads(await say(here, '[2,"x2","Reset",{}]'))[:3] == [4, "x2", "NotImplemented"]
    assert told.count("CP-1 connected") == told.count("CP-1 is gone") == 2
    assert told.count("CP-1: Reset: the capture has no answer") == 2
    with Reader(capture) as reader:
        assert [(row.origin, row.source, row.name) for row in reader.sessions()[1:]] == [("run", 1, "mock")] * 2


async def test_a_mock_sends_the_csms_s_calls_at_their_places(tmp_path: Path) -> None:
    capture = make_capture(
        tmp_path / "a.db", (*BOOT, *CHARGE[-2:], (STATION, '[2,"h","Heartbeat",{}]'), (CSMS, '[3,"h",{}]'))
    )
    async with mocked(capture, []) as url, station(f"{url}/other") as here:
        await say(here, BOOTING)
        asked = json.loads(await here.recv())
        assert asked[2] == "RemoteStartTransaction"


async def test_the_very_same_call_gets_its_own_answer(tmp_path: Path) -> None:
    """Of two hundred cards, one is blocked."""
    said: list[Any] = []
    for number in range(200):
        status = "Blocked" if number == 7 else "Accepted"
        said.append((STATION, f'[2,"i{number}","Authorize",{{"idTag":"C{number}"}}]'))
        said.append((CSMS, f'[3,"i{number}",{{"idTagInfo":{{"status":"{status}"}}}}]'))
    capture = make_capture(tmp_path / "a.db", said, BOOT)
    async with mocked(capture, []) as url, station(f"{url}/CP-2") as here:
        for tag, status in (("C7", "Blocked"), ("C199", "Accepted"), ("C7", "Blocked"), ("unheard", "Accepted")):
            answer = json.loads(await say(here, f'[2,"x{tag}","Authorize",{{"idTag":"{tag}"}}]'))
            assert answer[2]["idTagInfo"]["status"] == status


async def test_or_default_makes_an_answer(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with mocked(capture, [], mode=Mode.OR_DEFAULT) as url, station(f"{url}/CP-1") as here:
        assert json.loads(await say(here, '[2,"x2","Authorize",{"idTag":"A"}]')) == [
            3,
            "x2",
            {"idTagInfo": {"status": "Accepted"}},
        ]


async def test_what_the_capture_lacks_is_asked_once_and_recorded(tmp_path: Path) -> None:
    """The next mock knows it without the real CSMS; what was recorded is not asked."""
    asked: list[str] = []
    headers: list[str | None] = []

    async def real(connection: ServerConnection) -> None:
        assert connection.request is not None
        headers.append(connection.request.headers.get("Authorization"))
        await connection.send('[2,"q","Reset",{"type":"Soft"}]')
        async for message in connection:
            if message.startswith("[2"):  # type: ignore[arg-type]
                asked.append(str(message))
                await connection.send(json.dumps([3, json.loads(message)[1], {"idTagInfo": {"status": "Expired"}}]))

    capture = make_capture(tmp_path / "a.db", BOOT)
    authorize = '[2,"x2","Authorize",{"idTag":"A"}]'
    expected = [3, "x2", {"idTagInfo": {"status": "Expired"}}]
    async with csms(real) as upstream:
        missing = {"mode": Mode.RECORD_MISSING, "upstream": f"{upstream}/ocpp"}
        header = {"Authorization": "Basic Q1AtOTpzZWNyZXQ="}
        async with mocked(capture, [], **missing) as url, station(f"{url}/CP-9", additional_headers=header) as here:
            assert json.loads(await say(here, BOOTING))[2]["status"] == "Accepted"
            assert json.loads(await say(here, authorize)) == expected
        async with mocked(capture, [], **missing) as url, station(f"{url}/CP-9") as here:
            assert json.loads(await say(here, authorize)) == expected
    assert asked == [authorize]
    assert headers == ["Basic Q1AtOTpzZWNyZXQ="], "the station's own password is passed on"
    async with mocked(capture, []) as url, station(f"{url}/CP-9") as here:
        assert json.loads(await say(here, authorize)) == expected
    with Reader(capture) as reader:
        row = next(row for row in reader.sessions() if row.name == "asked by a mock")
    assert (row.origin, row.source, row.station, row.closed_by) == ("live", None, "CP-9", "station")
    sent = {name: value for side, name, value in row.headers if side == "request"}
    assert sent["Authorization"] == "Basic CP-9:***"


async def test_a_real_csms_that_does_not_answer_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with (
        csms(refuse=403) as upstream,
        mocked(capture, told, mode=Mode.RECORD_MISSING, upstream=upstream) as url,
        station(f"{url}/CP-1") as here,
    ):
        assert json.loads(await say(here, '[2,"x2","Authorize",{"idTag":"A"}]'))[:3] == [4, "x2", "NotImplemented"]
    assert any("HTTP 403" in words for words in told)


async def test_a_mock_station_plays_its_script_and_answers_on(tmp_path: Path) -> None:
    heard: list[Any] = []
    done = asyncio.Event()

    async def ask(connection: ServerConnection) -> None:
        call = json.loads(await connection.recv())
        await connection.send(json.dumps([3, call[1], {}]))
        for number in range(3):
            await connection.send(f'[2,"q{number}","RemoteStartTransaction",{{"connectorId":1,"idTag":"T"}}]')
            heard.append(json.loads(await connection.recv()))
        done.set()
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", (*BOOT, *CHARGE[-2:]))
    async with csms(ask) as url:
        stand_in = Mock(MockOptions(run=RunOptions(capture=capture, to=url, pace=QUICK)), lambda _: None)
        standing = asyncio.create_task(stand_in.stand_in())
        await asyncio.wait_for(done.wait(), 5)
        stand_in.stop()
        await asyncio.wait_for(standing, 5)
    assert heard == [[3, f"q{number}", {"status": "Accepted"}] for number in range(3)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"mode": Mode.RECORD_MISSING}, "go together"),
        ({"upstream": "ws://127.0.0.1:1"}, "go together"),
        (
            {"run": {"role": Party.STATION, "to": "ws://h"}, "mode": Mode.RECORD_MISSING, "upstream": "ws://x"},
            "--as csms",
        ),
        ({"run": {"listen": "nowhere"}}, "not an address"),
        ({"run": {"sessions": (9,)}}, "no session 9"),
    ],
)
def test_what_cannot_stand_in_is_one_line(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    run = {"capture": make_capture(tmp_path / "a.db", BOOT), "role": Party.CSMS, "listen": "127.0.0.1:0"}
    run |= more.pop("run", {})
    with pytest.raises(InspectorError, match=words):
        Mock(MockOptions(run=RunOptions(**run), **more), lambda _: None)  # type: ignore[arg-type]


async def test_a_capture_without_sessions_is_one_line(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", ())
    with pytest.raises(InspectorError, match="no session to stand in with"):
        Mock(MockOptions(run=RunOptions(capture=capture, to="ws://127.0.0.1:1")), lambda _: None)


def test_of_a_large_capture_the_newest_sessions_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are asked for are used whatever their size."""
    capture = make_capture(tmp_path / "a.db", BOOT, BOOT, BOOT)
    monkeypatch.setattr(mock, "MOST_FRAMES", 5)
    with Reader(capture) as reader:
        for chosen, used in (((), [2, 3]), ((3, 1, 2), [1, 2, 3])):
            scripts = mock.mock_scripts(reader, RunOptions(capture=capture, sessions=chosen))
            assert [each.sessions[0].id for each in scripts] == used
            assert [step.number for each in scripts for step in each.steps] == list(range(1, len(used) + 1))
