"""The CSMS's side: real stations come, and some that are not as recorded."""

import json
import ssl
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.contact import Contact
from inspector.replay.run import Run, RunOptions
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, make_capture
from tests.peers import say, station
from tests.proxy.tls_peers import Files
from tests.replay.runs import CHARGE, PATIENT, QUICK, playing_csms, verdicts


async def test_a_station_gets_the_recorded_answers_and_calls(tmp_path: Path) -> None:
    """With its own ids and a card of its own; the transaction's id is the recorded one."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with playing_csms(capture) as it, station(f"{it.url}/CP-1") as here:
        assert here.subprotocol == "ocpp1.6"
        booted = json.loads(
            await say(here, '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]')
        )
        assert booted[:2] == [3, "x1"]
        assert booted[2]["status"] == "Accepted"
        await say(here, '[2,"x2","Authorize",{"idTag":"OTHER"}]')
        start = '{"connectorId":1,"idTag":"OTHER","meterStart":0,"timestamp":"2026-05-05T00:00:00Z"}'
        started = json.loads(await say(here, f'[2,"x3","StartTransaction",{start}]'))
        assert started[2]["transactionId"] == 7
        await say(
            here, '[2,"x4","StopTransaction",{"transactionId":7,"meterStop":9,"timestamp":"2026-05-05T01:00:00Z"}]'
        )
        asked = json.loads(await here.recv())
        assert asked[2:] == ["RemoteStartTransaction", {"connectorId": 1, "idTag": "REMOTE-42"}]
        assert asked[1] != "r1"
        await here.send(json.dumps([3, asked[1], {"status": "Rejected"}]))
        await here.wait_closed()
    assert [(outcome.step.action, outcome.verdict.value) for outcome in it.outcomes] == [
        ("BootNotification", "same"),
        ("Authorize", "different"),
        ("StartTransaction", "different"),
        ("StopTransaction", "same"),
        ("RemoteStartTransaction", "different"),
    ]
    assert [found.pointer for found in it.outcomes[2].differences] == ["/3/idTag"]
    with Reader(capture) as reader:
        row = reader.session(2)
    assert (row.origin, row.source, row.station, row.path) == ("run", 1, "CP-1", "/CP-1")
    assert (row.closed_by, row.upstream, row.subprotocol) == ("csms", "replay", "ocpp1.6")


async def test_a_station_may_send_more_than_was_recorded_and_come_by_another_name(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with playing_csms(capture) as it, station(f"{it.url}/lab/CP-77") as here:
        assert json.loads(await say(here, '[2,"x0","Heartbeat",{}]'))[:3] == [4, "x0", "NotImplemented"]
        await say(here, '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]')
    assert verdicts(it.outcomes) == ["extra", "same"]
    assert it.run.report.other.station == "CP-77"


async def test_a_station_that_goes_away_may_come_back(tmp_path: Path) -> None:
    """It left without a word in the midst: the script goes on with its next connection."""
    capture = make_capture(tmp_path / "a.db", CHARGE[:4])
    async with playing_csms(capture) as it:
        async with station(f"{it.url}/CP-1") as here:
            await say(here, '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]')
            here.transport.abort()
        async with station(f"{it.url}/CP-1") as here:
            await say(here, '[2,"x2","Authorize",{"idTag":"CARD"}]')
    assert sorted(verdicts(it.outcomes)) == ["extra", "same", "same"]
    with Reader(capture) as reader:
        assert [row.closed_by for row in reader.sessions()[1:]] == ["network", "csms"]


async def test_several_stations_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    """Each gets its own recording's answers; one that was not recorded is not let in."""
    other = (*BOOT[:1], (CSMS, BOOT[1][1].replace("Accepted", "Pending")))  # type: ignore[arg-type]
    capture = make_capture(tmp_path / "a.db", BOOT, other)
    boot = '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]'
    async with playing_csms(capture, sessions=(1, 2)) as it:
        with pytest.raises(InvalidStatus, match="404"):
            await station(f"{it.url}/CP-3")
        async with station(f"{it.url}/CP-2") as second, station(f"{it.url}/CP-1") as first:
            assert json.loads(await say(second, boot))[2]["status"] == "Pending"
            assert json.loads(await say(first, boot))[2]["status"] == "Accepted"
    assert [report.is_same for report in it.run.reports] == [True, True]
    assert [report.source.station for report in it.run.reports] == ["CP-1", "CP-2"]


async def test_a_station_that_does_not_come_is_one_line(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with pytest.raises(InspectorError, match=r"CP-1 did not connect within 0\.1 s"):
        async with playing_csms(capture, wait=0.1) as it:
            pass
    assert it.run.report.ending == "CP-1 did not connect within 0.1 s"
    assert verdicts(it.outcomes) == ["unsent"]


async def test_a_station_that_takes_no_answer_cannot_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: Contact, __: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(Contact, "write", full)
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with playing_csms(capture, pace=QUICK) as played, station(f"{played.url}/CP-1") as deaf:
        await deaf.send(str(BOOT[0][1]))
        await deaf.wait_closed()
    assert verdicts(played.outcomes) == ["same"]


async def test_a_station_that_says_nothing_leaves_its_calls_missing(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with playing_csms(capture, pace=QUICK) as it, station(f"{it.url}/CP-1") as here:
        await here.wait_closed()
    assert verdicts(it.outcomes) == ["missing"]


async def test_both_sides_of_a_recording_play_it_without_a_difference(tmp_path: Path) -> None:
    """The station and the CSMS of one session, played at each other."""
    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with playing_csms(capture) as it:
        options = RunOptions(capture=capture, sessions=(1,), to=it.url, pace=PATIENT, into=tmp_path / "b.db")
        run = Run(options)
        outcomes = [outcome async for outcome in run.play()]
    assert set(verdicts(outcomes)) == set(verdicts(it.outcomes)) == {"same"}


@pytest.mark.parametrize(
    ("listen", "cert", "words"),
    [
        ("nowhere", None, "not an address to listen on"),
        ("wss://127.0.0.1:0", None, "wss:// needs a certificate: give --cert"),
        ("127.0.0.1:0", Path("/nowhere.pem"), "no certificate with its key in PEM"),
    ],
)
async def test_what_cannot_listen_is_one_line(tmp_path: Path, listen: str, cert: Path | None, words: str) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with pytest.raises(InspectorError, match=words):
        run = Run(RunOptions(capture=capture, sessions=(1,), role=Party.CSMS, listen=listen, cert=cert))
        async for _ in run.play():
            pass


async def test_a_second_station_is_not_taken_for_the_first(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", CHARGE[:4])
    async with playing_csms(capture) as it, station(f"{it.url}/lab-1") as here:
        with pytest.raises(InvalidStatus, match="404"):
            await station(f"{it.url}/lab-2")
        await say(here, '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]')
        await say(here, '[2,"x2","Authorize",{"idTag":"CARD"}]')
    assert verdicts(it.outcomes) == ["same", "same"]


async def test_stations_come_with_tls_where_there_is_a_certificate(tmp_path: Path) -> None:
    files = Files.made(tmp_path)
    files.csms_ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(tmp_path / "csms.pem")
    trusting = ssl.create_default_context(cafile=files["csms-ca.pem"])
    async with playing_csms(make_capture(tmp_path / "a.db", BOOT), cert=tmp_path / "csms.pem") as it:
        assert it.url.startswith("wss://")
        async with station(f"{it.url}/CP-1", ssl=trusting) as here:
            await say(here, '[2,"x1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]')
    assert verdicts(it.outcomes) == ["same"]
