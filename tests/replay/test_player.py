"""One script against peers that do as they should, and against hostile ones. The station's side; see also test_run."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode

from inspector.errors import InspectorError
from inspector.replay import contact, station
from inspector.replay.pace import Pace
from inspector.replay.unknown import Unknown
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, STATION, make_capture
from tests.peers import csms, free_port
from tests.replay.runs import BOOTED, CHARGE, QUICK, answering, replay, verdicts


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
        outcome = (await replay(capture, url, pace=QUICK))[0][0]
    assert (outcome.verdict, [found.pointer for found in outcome.differences]) == (verdict, differs)


async def test_a_call_that_does_not_come_is_missing(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", CHARGE[-2:])
    async with csms(answering()) as url:
        assert verdicts((await replay(capture, url, pace=QUICK))[0]) == ["missing"]


async def test_an_answer_after_its_time_is_late(tmp_path: Path) -> None:
    """It is missing first; when it comes after all, the step is told again."""
    first: list[str] = []

    async def slow(connection: ServerConnection) -> None:
        async for message in connection:
            call = json.loads(message)
            first.append(json.dumps([3, call[1], BOOTED if call[2] == "BootNotification" else {}]))
            if len(first) == 2:
                for answer in first:
                    await connection.send(answer)

    authorize = ((STATION, '[2,"h1","StatusNotification",{}]'), (CSMS, '[3,"h1",{}]'))
    capture = make_capture(tmp_path / "a.db", (*BOOT, *authorize))
    async with csms(slow) as url:
        outcomes, run = await replay(capture, url, pace=QUICK)
    assert verdicts(outcomes) == ["missing", "late", "same"]
    assert [item.verdict for item in run.report.items] == ["late", "same"], "the report has the last word"
    assert outcomes[1].latency_ns is not None
    assert outcomes[1].latency_ns >= QUICK.timeout * 1e9


@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        (Unknown.NOT_IMPLEMENTED, [4, "q1", "NotImplemented"]),
        (Unknown.DEFAULT, [3, "q1", {"status": "Accepted"}]),
        (Unknown.REJECT, [3, "q1", {"status": "Rejected"}]),
        (Unknown.SILENCE, None),
    ],
)
async def test_a_call_that_was_not_recorded_is_answered_by_the_policy(
    tmp_path: Path, policy: Unknown, answer: Any
) -> None:
    heard: list[Any] = []

    async def ask(connection: ServerConnection) -> None:
        first = await connection.recv()
        await connection.send('[2,"q1","Reset",{"type":"Soft"}]')
        await connection.send(json.dumps([3, json.loads(first)[1], BOOTED]))
        heard.extend([json.loads(message) async for message in connection])

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(ask) as url:
        outcomes, run = await replay(capture, url, unknown=policy)
    assert sorted(verdicts(outcomes)) == ["extra", "same"]
    assert [item.words for item in run.report.items if item.verdict == "extra"] == ["CALL Reset"]
    assert [message[: len(answer)] for message in heard] == [answer] if answer else not heard


async def test_a_call_more_than_recorded_gets_the_answer_of_the_most_alike(tmp_path: Path) -> None:
    """Two remote starts were answered differently: a third that asks for what the first did gets its answer."""
    starts = [
        (CSMS, '[2,"r1","RemoteStartTransaction",{"connectorId":1,"idTag":"GOOD"}]'),
        (STATION, '[3,"r1",{"status":"Accepted"}]'),
        (CSMS, '[2,"r2","RemoteStartTransaction",{"connectorId":1,"idTag":"BAD"}]'),
        (STATION, '[3,"r2",{"status":"Rejected"}]'),
    ]
    heard: list[Any] = []

    async def ask(connection: ServerConnection) -> None:
        for number, tag in enumerate(("BAD", "GOOD", "GOOD", "BAD")):
            call = [2, f"q{number}", "RemoteStartTransaction", {"connectorId": 1, "idTag": tag}]
            await connection.send(json.dumps(call))
            heard.append((await answer_on(connection))[2]["status"])
        await connection.wait_closed()

    async def answer_on(connection: ServerConnection) -> Any:
        while (message := json.loads(await connection.recv()))[0] != 3:
            pass
        return message

    capture = make_capture(tmp_path / "a.db", (*starts, (STATION, '[2,"h","Heartbeat",{}]')))
    async with csms(ask) as url:
        outcomes, _ = await replay(capture, url, pace=QUICK)
    assert heard == ["Rejected", "Accepted", "Accepted", "Rejected"]
    assert sorted(verdicts(outcomes)) == ["extra", "extra", "out of order", "same", "same"]


async def test_a_csms_that_hangs_up_leaves_the_rest_unsent(tmp_path: Path) -> None:
    """No wait outlives the connection."""

    async def hang_up(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(1011, "no more")

    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with csms(hang_up) as url:
        before = time.monotonic()
        outcomes, run = await replay(capture, url, pace=Pace(speed=0.001, timeout=20.0))
        assert time.monotonic() - before < 5
    assert verdicts(outcomes) == ["missing", *["unsent"] * 4]
    assert run.report.ending == "the CSMS ended the connection: 1011 no more"
    with Reader(capture) as reader:
        row, frames = reader.session(2), reader.page(session=2)
    assert (row.closed_by, row.close_code, row.close_reason) == ("csms", 1011, "no more")
    assert len(frames) == 1, "what was not sent is not recorded"


async def test_what_no_step_asks_for_is_told(tmp_path: Path) -> None:
    """A second answer, an answer to nothing, what is no frame; an answer in a binary message is an answer."""

    async def chatter(connection: ServerConnection) -> None:
        message_id = json.loads(await connection.recv())[1]
        for _ in range(2):
            await connection.send(json.dumps([3, message_id, BOOTED]).encode())
        await connection.send('[3,"zz",{}]')
        await connection.send("what?")
        await connection.send(b"\xff\xfe")
        await connection.recv()
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", (*BOOT, (STATION, '[2,"h","Heartbeat",{}]')))
    async with csms(chatter) as url:
        outcomes, _ = await replay(capture, url, pace=QUICK)
    assert [outcome.words for outcome in outcomes if outcome.verdict == "extra"] == [
        "CALLRESULT: a second answer",
        "CALLRESULT: that no open CALL asked for",
        "INVALID: not a frame of OCPP",
        "INVALID: not a frame of OCPP",
    ]
    assert [outcome.verdict for outcome in outcomes if outcome.verdict != "extra"] == ["same", "same"]


async def test_a_flood_is_counted_and_the_run_goes_on(tmp_path: Path) -> None:
    async def flood(connection: ServerConnection) -> None:
        message_id = json.loads(await connection.recv())[1]
        for _ in range(1200):
            await connection.send("[9]")
        await connection.send(json.dumps([3, message_id, BOOTED]))
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(flood) as url:
        outcomes, run = await replay(capture, url)
    assert verdicts(outcomes).count("same") == 1
    assert len(outcomes) == 1001
    assert run.report.skipped == ("200 more frames that no step asks for",)


async def test_a_text_that_is_not_utf_8_ends_the_connection_and_not_the_run(tmp_path: Path) -> None:
    async def garble(connection: ServerConnection) -> None:
        await connection.recv()
        frame = Frame(Opcode.TEXT, b"\xff\xff")
        connection.transport.write(frame.serialize(mask=False))
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", CHARGE[:4])
    async with csms(garble) as url:
        outcomes, _ = await replay(capture, url)
    assert verdicts(outcomes) == ["missing", "unsent"]


async def test_recorded_gaps_are_kept_at_speed(tmp_path: Path) -> None:
    """CHARGE has a frame each 10 ms: its CALLs are 20 ms apart, a tenth of that at speed 10; or as long as allowed."""
    capture = make_capture(tmp_path / "a.db", CHARGE[:8])
    for pace, least in ((Pace(1.0), 0.06), (Pace(10.0), 0.006), (Pace(1.0, max_gap=0.001), 0.003)):
        async with csms(answering()) as url:
            outcomes, _ = await replay(capture, url, pace=pace)
        with Reader(capture) as reader:
            run = reader.sessions()[-1].id
            sent = [frame.time_ns for frame in reader.page(session=run) if frame.sender == "station"]
        assert 0.9 * least <= (sent[-1] - sent[0]) / 1e9 < least + 0.05
        assert all(outcome.late_ns is not None and outcome.late_ns < 50_000_000 for outcome in outcomes)


async def test_no_connection_is_one_line_and_has_a_report(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with pytest.raises(InspectorError, match="no connection"):
        await replay(capture, f"ws://127.0.0.1:{free_port()}")
    async with csms(refuse=401) as url:
        with pytest.raises(InspectorError, match="refused it: HTTP 401"):
            await replay(capture, url)
    with Reader(capture) as reader:
        rows = reader.sessions()[1:]
        assert [(row.origin, row.http_status, row.closed_by) for row in rows] == [
            ("run", None, "network"),
            ("run", 401, "csms"),
        ]
        assert reader.report(3) is not None


FAULTY = (
    (STATION, "not JSON"),
    (STATION, '[3,"nobody",{}]'),
    (CSMS, '[2,"r1","Reset",{"type":"Soft"}]'),
    (STATION, '[3,"r1",{"status":"Accepted"}]'),
    (STATION, '[3,"r1",{"status":"Rejected"}]'),
    (CSMS, '[2,"c1","ClearCache",{}]'),
    (CSMS, '[3,"other",{}]'),
    *BOOT,
)
"""Of the station: what is no frame, an answer to nothing, a second answer, none; and a fault of the CSMS."""


@pytest.mark.parametrize("faithful", [True, False])
async def test_faults_are_sent_again_by_a_faithful_replay_and_listed_by_another(tmp_path: Path, faithful: bool) -> None:
    heard: list[str] = []

    async def ask(connection: ServerConnection) -> None:
        await connection.send('[2,"live-1","Reset",{"type":"Soft"}]')
        await connection.send('[2,"live-2","ClearCache",{}]')
        async for message in connection:
            heard.append(str(message))
            if "BootNotification" in heard[-1]:
                await connection.send(json.dumps([3, json.loads(heard[-1])[1], BOOTED]))

    capture = make_capture(tmp_path / "a.db", FAULTY)
    async with csms(ask) as url:
        _, run = await replay(capture, url, faithful=faithful)
    answers = [json.loads(message) for message in heard if message.startswith(('[3,"live', "[4"))]
    assert run.report.is_same
    if faithful:
        assert {"not JSON", '[3,"nobody",{}]'} <= set(heard), "byte for byte"
        assert answers == [[3, "live-1", {"status": "Accepted"}], [3, "live-1", {"status": "Rejected"}]]
        assert run.report.skipped == ("frame 7 of the CSMS: CALLRESULT that answers no CALL",)
    else:
        assert answers[0] == [3, "live-1", {"status": "Accepted"}]
        assert answers[1][:3] == [4, "live-2", "NotImplemented"]
        assert len(heard) == 3
        assert len(run.report.skipped) == 5


async def test_calls_in_flight_at_once_are_that_again_if_faithful(tmp_path: Path) -> None:
    """The CSMS answers both when it has both: only who does not wait gets an answer."""
    both = (
        (STATION, '[2,"h1","Heartbeat",{}]'),
        (STATION, '[2,"h2","Heartbeat",{}]'),
        (CSMS, '[3,"h1",{"currentTime":"2026-01-01T00:00:00Z"}]'),
        (CSMS, '[3,"h2",{"currentTime":"2026-01-01T00:00:00Z"}]'),
    )

    async def answer_both(connection: ServerConnection) -> None:
        for call in [json.loads(await connection.recv()) for _ in range(2)]:
            await connection.send(json.dumps([3, call[1], {"currentTime": "2026-01-01T00:00:00Z"}]))
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", both)
    for faithful, expected in ((True, ["same", "same"]), (False, ["missing", "late", "same"])):
        async with csms(answer_both) as url:
            outcomes, _ = await replay(capture, url, pace=QUICK, faithful=faithful)
        assert sorted(verdicts(outcomes)) == sorted(expected)


async def test_a_peer_that_reads_nothing_cannot_hold_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its buffers are full, and what is sent to it waits no longer than the timeout."""
    monkeypatch.setattr(contact, "CLOSE_SECONDS", 0.1)
    over = asyncio.Event()

    async def deaf(connection: ServerConnection) -> None:
        connection.transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()
        connection.transport.abort()

    big = (STATION, '[2,"d1","DataTransfer",{"vendorId":"v","data":"' + "x" * 12_000_000 + '"}]')
    capture = make_capture(tmp_path / "a.db", (big, *BOOT))
    async with csms(deaf) as url:
        outcomes, _ = await asyncio.wait_for(replay(capture, url, pace=QUICK), 8)
        over.set()
    assert [outcome.words for outcome in outcomes] == ["the peer takes nothing any more"] * 2


async def test_a_frame_too_large_to_take_ends_the_connection_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def shout(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send("x" * 2000)
        await connection.wait_closed()

    monkeypatch.setattr(station, "LARGEST", 1000)
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms(shout) as url:
        outcomes, _ = await replay(capture, url)
    assert verdicts(outcomes) == ["missing"]
    with Reader(capture) as reader:
        assert reader.session(2).close_code == 1009


async def test_a_handshake_without_an_answer_is_given_up(tmp_path: Path) -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    capture = make_capture(tmp_path / "a.db", BOOT)
    async with await asyncio.start_server(mute, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(InspectorError, match="no connection"):
            await replay(capture, f"ws://127.0.0.1:{port}", pace=QUICK)
