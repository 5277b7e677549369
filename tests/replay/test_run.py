"""Whole runs, from options to report: against the demo's own CSMS, real stations, and by both roles."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import ocpp.v16
import ocpp.v21
import ocpp.v201
import pytest
from ocpp.routing import on
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from inspector.cli import _exit_code
from inspector.demo.csms import now, start_csms
from inspector.replay import calls
from inspector.replay.kept_report import kept
from inspector.replay.run import Run, RunOptions
from inspector.replay.steps import Outcome
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, STATION, Said, make_capture, record
from tests.peers import csms, station, until
from tests.replay.runs import (
    BOOTED,
    CHARGE,
    PATIENT,
    answering,
    broken_off,
    playing_csms,
    replay,
    verdicts,
)


async def test_a_session_replays_against_the_demo_s_csms_without_a_difference(tmp_path: Path) -> None:
    """The CSMS hands out another transaction id, and sends its remote start; the run is a session with its report."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    server, url = await start_csms(0.05)
    outcomes, run = await replay(capture, url)
    server.close()
    assert [(outcome.step.action, outcome.verdict) for outcome in outcomes] == [
        ("BootNotification", "same"),
        ("Authorize", "same"),
        ("StartTransaction", "same"),
        ("StopTransaction", "same"),
        ("RemoteStartTransaction", "same"),
    ]
    assert run.report.is_same
    assert [(bound.kind, bound.recorded, bound.live) for bound in run.report.bindings] == [
        ("transactionId", "7", "1001")
    ]
    with Reader(capture) as reader:
        row, frames = reader.session(2), reader.page(session=2)
        assert kept(reader, 2) == run.report
    assert (row.origin, row.source, row.station, row.version) == ("run", 1, "CP-1", "1.6")
    assert (row.closed_by, row.close_code, row.errors) == ("station", 1000, 0)
    stop = next(json.loads(frame.raw) for frame in frames if frame.action == "StopTransaction")
    assert stop[3]["transactionId"] == 1001
    assert not {frame.message_id for frame in frames} & {"b1", "a1", "s1", "p1"}, "the ids are new"
    answers = [json.loads(f.raw)[2] for f in frames if f.sender == "station" and f.type.name == "CALLRESULT"]
    assert answers == [{"status": "Accepted"}]


CAPTURES = Path(__file__).parents[2] / "captures"
SIDES: dict[str, Any] = {"ocpp1.6": ocpp.v16, "ocpp2.0.1": ocpp.v201, "ocpp2.1": ocpp.v21}
BOOTS: dict[str, tuple[Said, ...]] = {
    "ocpp1.6": BOOT,
    "ocpp2.0.1": (
        (
            STATION,
            '[2,"b1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"One","vendorName":"Acme"}}]',
        ),
        BOOT[1],
    ),
}
BOOTS["ocpp2.1"] = BOOTS["ocpp2.0.1"]
HEARTBEAT: tuple[Said, ...] = (
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"h1",{"currentTime":"2026-09-21T14:13:21Z"}]'),
)
CLEAR: tuple[Said, ...] = ((CSMS, '[2,"c1","ClearCache",{}]'), (STATION, '[3,"c1",{"status":"Accepted"}]'))


def recorded(path: Path, subprotocol: str) -> Path:
    """Make a capture of a short session of a version: a boot, a CALL of the CSMS, a heartbeat."""
    writer = Writer(path)
    record(writer, said=(*BOOTS[subprotocol], *CLEAR, *HEARTBEAT), subprotocol=subprotocol)
    writer.close()
    return path


@pytest.mark.parametrize("subprotocol", SIDES)
async def test_a_csms_of_the_package_ocpp_is_played_to(tmp_path: Path, subprotocol: str) -> None:
    side = SIDES[subprotocol]

    class Csms(side.ChargePoint):  # type: ignore[misc, name-defined]
        @on("BootNotification")
        def boot(self, **_: Any) -> Any:
            self.task = asyncio.create_task(self.call(side.call.ClearCache()))
            return side.call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

        @on("Heartbeat")
        def heartbeat(self, **_: Any) -> Any:
            return side.call_result.Heartbeat(current_time=now())

    async def handle(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await Csms("CP-1", connection).start()

    async with csms(handle) as url:
        _, run = await replay(recorded(tmp_path / "a.db", subprotocol), url)
    assert run.report.is_same, run.report
    assert len(run.report.items) == 3


@pytest.mark.parametrize("subprotocol", SIDES)
async def test_a_station_of_the_package_ocpp_is_played_to(tmp_path: Path, subprotocol: str) -> None:
    side = SIDES[subprotocol]

    class Station(side.ChargePoint):  # type: ignore[misc, name-defined]
        @on("ClearCache")
        def clear(self, **_: Any) -> Any:
            return side.call_result.ClearCache(status="Accepted")

    boot = (
        side.call.BootNotification(charge_point_model="One", charge_point_vendor="Acme")
        if subprotocol == "ocpp1.6"
        else side.call.BootNotification(charging_station={"model": "One", "vendor_name": "Acme"}, reason="PowerUp")
    )
    async with playing_csms(recorded(tmp_path / "a.db", subprotocol)) as it:
        connection = await station(f"{it.url}/CP-1", subprotocol=subprotocol)
        here = Station("CP-1", connection)
        listening = asyncio.create_task(here.start())
        assert (await here.call(boot)).status == "Accepted"
        await here.call(side.call.Heartbeat())
        with suppress(ConnectionClosed):
            await listening
    assert it.run.report.is_same, it.run.report


async def test_a_station_s_reconnects_are_played_as_they_were(tmp_path: Path) -> None:
    """An abnormal end is a clean one, unless the replay is faithful."""
    capture = broken_off(tmp_path / "a.db")
    for faithful, code in ((False, 1000), (True, 1006)):
        codes: list[int | None] = []

        async def handle(connection: ServerConnection, codes: list[int | None] = codes) -> None:
            with suppress(ConnectionClosed):
                await answering(BOOTED)(connection)
            await connection.wait_closed()
            codes.append(connection.close_code)

        async with csms(handle) as url:
            outcomes, run = await replay(capture, url, sessions=(), stations=("CP-1",), faithful=faithful)
            await until(lambda codes=codes: len(codes) == 2)  # type: ignore[misc]
        assert codes == [code, code]
        assert run.report.is_same
        assert verdicts(outcomes) == ["same", "same", "same", "same" if faithful else "skipped"]
        assert len(run.report.other.sessions) == 2
        assert run.report.skipped[0] == "session 2: its handshake was not done: HTTP 401"
    with Reader(capture) as reader:
        rows = [row for row in reader.sessions() if row.origin == "run"]
        assert [(row.source, row.close_code, row.closed_by) for row in rows] == [
            *[(1, 1000, "station"), (3, 1000, "station")],
            *[(1, None, "station"), (3, None, "station")],
        ]


async def test_a_run_that_is_stopped_has_its_report(tmp_path: Path) -> None:
    """Stopped in the midst of a wait; what was not played is unsent."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    heard = asyncio.Event()

    async def mute(connection: ServerConnection) -> None:
        await connection.recv()
        heard.set()
        await connection.wait_closed()

    async with csms(mute) as url:
        run = Run(RunOptions(capture=capture, sessions=(1,), to=url, pace=PATIENT))
        stopping = asyncio.create_task(heard.wait())
        stopping.add_done_callback(lambda _: run.stop())
        outcomes = [outcome async for outcome in run.play()]
    assert verdicts(outcomes) == ["unsent"] * 5
    assert run.report.ending == "stopped"
    with Reader(capture) as reader:
        assert kept(reader, 2) == run.report


async def test_a_run_is_paused_stepped_and_resumed(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", CHARGE[:8])
    async with csms(answering(BOOTED, {}, {}, {})) as url:
        run = Run(RunOptions(capture=capture, sessions=(1,), to=url, pace=replace(PATIENT, stepwise=True)))
        outcomes: list[Outcome] = []

        async def play() -> None:
            async for outcome in run.play():
                outcomes.append(outcome)

        playing = asyncio.create_task(play())
        for count in (1, 2):
            await until(lambda: run.waits)
            assert len(outcomes) == count - 1
            run.step()
            await until(lambda count=count: len(outcomes) == count)  # type: ignore[misc]
        assert run.paused
        run.resume()
        await asyncio.wait_for(playing, 5)
    assert len(outcomes) == 4


async def test_the_run_can_be_in_another_capture_under_a_name(tmp_path: Path) -> None:
    capture, other = make_capture(tmp_path / "a.db", BOOT), tmp_path / "b.db"
    async with csms(answering(BOOTED)) as url:
        _, run = await replay(capture, url, into=other, name="with 2.0", station_id="CP 9/x")
    assert run.report.other.label == "session 1 'with 2.0'"
    with Reader(other) as reader:
        row = reader.session(1)
        assert (row.name, row.station, row.path) == ("with 2.0", "CP 9/x", "/CP%209%2Fx")
        assert kept(reader, 1) == run.report
    with Reader(capture) as reader:
        assert len(reader.sessions()) == 1


async def test_masked_secrets_are_sent_as_they_are_and_that_is_said(tmp_path: Path) -> None:
    secret = (
        (CSMS, '[2,"g1","GetConfiguration",{"key":["AuthorizationKey"]}]'),
        (
            STATION,
            '[3,"g1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"0123456789abcdef"}]}]',
        ),
    )
    capture = make_capture(tmp_path / "a.db", (*secret, *BOOT))
    heard: list[str] = []

    async def ask(connection: ServerConnection) -> None:
        await connection.send(str(secret[0][1]))
        async for message in connection:
            heard.append(str(message))
            if message.startswith("[2"):  # type: ignore[arg-type]
                await connection.send(json.dumps([3, json.loads(message)[1], BOOTED]))

    async with csms(ask) as url:
        _, run = await replay(capture, url)
    assert '"value":"****************"' in heard[0]
    assert run.report.skipped == ("frame 1: its secrets are the recorded *, unless --set filled them in",)


@pytest.mark.parametrize("sample", ["demo-1.6.jsonl", "demo-2.0.1.jsonl"])
async def test_the_demo_s_capture_replays_against_the_demo_s_csms_without_a_difference(
    tmp_path: Path, sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its planted faults too: a status that does not exist, a time without a zone, a CALL without an answer."""
    monkeypatch.setattr(calls, "QUIET_SECONDS", 0.1)
    capture = tmp_path / "demo.db"
    assert _exit_code(["import", str(CAPTURES / sample), "--capture", str(capture)]) == 0
    server, url = await start_csms(0.05)
    outcomes, run = await replay(capture, url)
    server.close()
    assert set(verdicts(outcomes)) == {"same"}
    assert run.report.is_same
