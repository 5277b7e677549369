"""Replay against live peers: the demo's own CSMS, and some that misbehave."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.demo.csms import start_csms
from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.player import Outcome, Pace, StationRun, station_url, with_id
from inspector.replay.script import script
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, STATION, make_capture
from tests.peers import csms, free_port

CHARGE = (
    *BOOT,
    (STATION, '[2,"a1","Authorize",{"idTag":"CARD"}]'),
    (CSMS, '[3,"a1",{"idTagInfo":{"status":"Accepted"}}]'),
    (
        STATION,
        '[2,"s1","StartTransaction",{"connectorId":1,"idTag":"CARD","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
    ),
    (CSMS, '[3,"s1",{"transactionId":1001,"idTagInfo":{"status":"Accepted"}}]'),
    (STATION, '[2,"p1","StopTransaction",{"transactionId":1001,"meterStop":9,"timestamp":"2026-01-01T01:00:00Z"}]'),
    (CSMS, '[3,"p1",{"idTagInfo":{"status":"Accepted"}}]'),
    (CSMS, '[2,"r1","RemoteStartTransaction",{"connectorId":1,"idTag":"REMOTE-42"}]'),
    (STATION, '[3,"r1",{"status":"Accepted"}]'),
)
MAX = Pace(speed=None, timeout=3.0)


async def replay(capture: Path, url: str, pace: Pace = MAX) -> list[Outcome]:
    """Replay the first session as its station."""
    with Reader(capture) as reader:
        plan, session = script(reader.pages(session=1), Party.STATION), reader.session(1)
    writer = Writer(capture)
    try:
        return [outcome async for outcome in StationRun(session, plan, url, pace, writer).outcomes()]
    finally:
        writer.close()


async def test_a_session_replays_against_the_demo_s_csms_without_a_difference(tmp_path: Path) -> None:
    """The CSMS's own remote start is awaited and answered; the run is a session of its own, linked to its source."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    server, url = await start_csms(0.05)
    outcomes = await replay(capture, url)
    server.close()
    assert [(o.step.call.action, o.verdict) for o in outcomes] == [
        ("BootNotification", "same"),
        ("Authorize", "same"),
        ("StartTransaction", "same"),
        ("StopTransaction", "same"),
        ("RemoteStartTransaction", "same"),
    ]
    with Reader(capture) as reader:
        run = reader.session(2)
        frames = reader.page(session=2)
        recorded = reader.page(session=1)
    assert (run.origin, run.source, run.station, run.version) == ("run", 1, "CP-1", "1.6")
    assert (run.closed_by, run.close_code, run.errors) == ("station", 1000, 0)
    sent = [json.loads(frame.raw) for frame in frames if frame.sender == "station" and frame.type.name == "CALL"]
    was = [json.loads(frame.raw) for frame in recorded if frame.sender == "station" and frame.type.name == "CALL"]
    assert [call[2:] for call in sent] == [call[2:] for call in was], "only the ids are new"
    assert not {call[1] for call in sent} & {call[1] for call in was}
    answers = [json.loads(f.raw)[2] for f in frames if f.sender == "station" and f.type.name == "CALLRESULT"]
    assert answers == [{"status": "Accepted"}]


Handler = Callable[[ServerConnection], Awaitable[None]]


def answering(*answers: Any) -> Handler:
    """Make a CSMS that answers each CALL with the next of ``answers``: a payload, an error code, or None."""

    async def handle(connection: ServerConnection) -> None:
        rest = iter(answers)
        async for message in connection:
            answer, message_id = next(rest, {}), json.loads(message)[1]
            if isinstance(answer, str):
                await connection.send(json.dumps([4, message_id, answer, "", {}]))
            elif answer is not None:
                await connection.send(json.dumps([3, message_id, answer]))

    return handle


BOOTED = {"status": "Accepted", "currentTime": "2030-01-01T00:00:00Z", "interval": 300}


@pytest.mark.parametrize(
    ("answer", "verdict", "differs"),
    [
        (BOOTED, "same", []),
        (BOOTED | {"status": "Pending"}, "different", ["/2/status"]),
        ("InternalError", "different", ["/0"]),
        (None, "missing", []),
    ],
)
async def test_what_the_csms_answers_otherwise_is_told(
    tmp_path: Path, answer: Any, verdict: str, differs: list[str]
) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(answering(answer)) as url:
        outcome = (await replay(capture, url, Pace(None, 0.3)))[0]
    assert (outcome.verdict, [found.pointer for found in outcome.differences]) == (verdict, differs)


async def test_an_answer_where_there_was_none_is_extra(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT[:1])
    async with csms(answering(BOOTED)) as url:
        assert [o.verdict for o in await replay(capture, url)] == ["extra"]


async def test_a_call_that_does_not_come_is_missing(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", CHARGE[-2:])
    async with csms(answering()) as url:
        assert [o.verdict for o in await replay(capture, url, Pace(None, 0.2))] == ["missing"]


async def test_a_call_that_was_not_recorded_is_answered_not_implemented(tmp_path: Path) -> None:
    heard: list[str] = []

    async def ask(connection: ServerConnection) -> None:
        first = await connection.recv()
        await connection.send('[2,"q1","Reset",{"type":"Soft"}]')
        heard.append(str(await connection.recv()))
        await connection.send(json.dumps([3, json.loads(first)[1], BOOTED]))

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(ask) as url:
        assert [o.verdict for o in await replay(capture, url)] == ["same"]
    assert json.loads(heard[0])[:3] == [4, "q1", "NotImplemented"]


async def test_a_csms_that_hangs_up_leaves_the_rest_missing(tmp_path: Path) -> None:
    """No wait outlives the connection."""

    async def hang_up(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(1011, "no more")

    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with csms(hang_up) as url:
        before = time.monotonic()
        outcomes = await replay(capture, url, Pace(None, 20.0))
        assert time.monotonic() - before < 5
    assert [o.verdict for o in outcomes] == ["missing", *["unsent"] * 4]
    with Reader(capture) as reader:
        run = reader.session(2)
        frames = reader.page(session=2)
    assert (run.closed_by, run.close_code, run.close_reason) == ("csms", 1011, "no more")
    assert len(frames) == 1, "what was not sent is not recorded"


async def test_what_no_step_asks_for_is_told(tmp_path: Path) -> None:
    """A second answer, and a CALL more than were recorded; an answer in a binary message is an answer."""

    async def chatter(connection: ServerConnection) -> None:
        message_id = json.loads(await connection.recv())[1]
        for _ in range(2):
            await connection.send(json.dumps([3, message_id, BOOTED]).encode())
        await connection.send('[2,"q1","Reset",{"type":"Soft"}]')
        await connection.recv()
        message_id = json.loads(await connection.recv())[1]
        await connection.send(json.dumps([3, message_id, {"idTagInfo": {"status": "Accepted"}}]))

    capture = make_capture(tmp_path / "a.db", CHARGE[:4])
    with Reader(capture) as reader:
        plan, session = script(reader.pages(session=1), Party.STATION), reader.session(1)
    writer = Writer(capture)
    async with csms(chatter) as url:
        run = StationRun(session, plan, url, Pace(10.0, 3.0), writer)
        assert [outcome.verdict async for outcome in run.outcomes()] == ["same", "same"]
    writer.close()
    assert run.unexpected == ["CALLRESULT that no open CALL asked for", "CALL Reset"]


async def test_recorded_gaps_are_kept_at_speed(tmp_path: Path) -> None:
    """CHARGE has a frame each 10 ms: its CALLs are 20 ms apart, a tenth of that at speed 10."""
    capture = make_capture(tmp_path / "a.db", CHARGE[:8])
    for speed, least in ((1.0, 0.06), (10.0, 0.006)):
        async with csms(answering()) as url:
            before = time.monotonic()
            await replay(capture, url, Pace(speed, 3.0))
            assert time.monotonic() - before >= least


async def test_no_connection_is_one_line(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with pytest.raises(InspectorError, match="no connection"):
        await replay(capture, f"ws://127.0.0.1:{free_port()}")
    async with csms(refuse=401) as url:
        with pytest.raises(InspectorError, match="401"):
            await replay(capture, url)


@pytest.mark.parametrize(
    "raw", ['[2,"old","A",{"id":"old"}]', ' [ 2 , "old" , "A", {"id":"old"} ] ', '[2,5,"A",{"x":1.0}]']
)
def test_only_the_id_is_replaced(raw: str) -> None:
    assert with_id(raw, "new") == raw.replace('"old"', '"new"', 1).replace("[2,5", '[2,"new"')


def test_the_station_s_id_is_put_behind_the_url_once(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        session = reader.session(1)
    assert station_url("ws://h/ocpp", session) == "ws://h/ocpp/CP-1"
    assert station_url("ws://h/ocpp/", session) == "ws://h/ocpp/CP-1"
    assert station_url("ws://h/ocpp/CP-1", session) == "ws://h/ocpp/CP-1"
