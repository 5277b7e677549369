"""What only a live proxy hears, and what the rules make of it: pings, what WebSocket forbids, who was turned away."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame
from inspector.protocol.knowledge.attempts import turned_away, unanswered
from inspector.protocol.rules.connection import PONG_AT_END_NS
from inspector.proxy import failures, upgrades
from inspector.proxy.failures import ALERTS, Failure, Handshake
from inspector.store.lint import Lint
from inspector.store.reader import Reader
from tests.peers import csms, proxy, station, until
from tests.proxy.wire_peers import MASK, PING, PONG, TEXT, frame, request

BOOT = '[2,"1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]'
BOOTED = {"status": "Accepted", "currentTime": "2026-11-22T12:00:00Z", "interval": 1}
HEARTBEAT = b'[2,"2","Heartbeat",{}]'

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def pinging(connection: ServerConnection) -> None:
    """Ask for a heartbeat a second, and ping three times as often, as long as there are pongs."""
    await connection.recv()
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    await connection.send(json.dumps([3, "1", BOOTED | {"currentTime": now}]))
    while True:
        await (await connection.ping())
        await asyncio.sleep(0.3)


@asynccontextmanager
async def raw_station(url: str, head: bytes = b"") -> AsyncIterator[Line]:
    """Connect without a WebSocket library, and shake hands, or send another head."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(head or request("/CP-2"))
    try:
        if not head:
            assert b" 101 " in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        yield reader, writer
    finally:
        writer.close()


def told(capture: Path, name: str = "") -> list[tuple[str, Blame]]:
    """Return what was said live of a station: the codes and who is to blame."""
    with Reader(capture) as reader:
        which = [session.id for session in reader.sessions() if session.station == name]
        return [(found.code, found.blame) for number in which for found in reader.findings(session=number)]


def codes(found: Iterable[tuple[str, Blame]]) -> list[str]:
    return sorted(code for code, _ in found)


def again(capture: Path, name: str) -> list[str]:
    """Return the codes that lint finds of a station."""
    with Reader(capture) as reader:
        return sorted(one.finding.code for one in Lint(reader).findings() if one.session.station == name)


def over(capture: Path, count: int) -> bool:
    with Reader(capture) as reader:
        return sum(not session.live for session in reader.sessions()) == count


async def test_a_dead_station_is_told_by_its_pings_and_a_live_one_is_not(tmp_path: Path) -> None:
    """Both say nothing after their boot; one answers pings, as its library does by itself."""
    capture = tmp_path / "a.db"
    async with csms(pinging) as upstream:
        with proxy(capture, upstream) as (_, url):
            async with station(f"{url}/CP-1") as live, raw_station(url) as (reader, dead):
                await live.send(BOOT)
                dead.write(frame(TEXT, BOOT.encode(), mask=MASK))
                await asyncio.wait_for(reader.readuntil(frame(PING, b"")[:1]), 10)
                pinged = time.monotonic()
                await until(lambda: "B009" in codes(told(capture, "CP-2")), 20)
                await until(lambda: time.monotonic() > pinged + PONG_AT_END_NS / 1e9 + 0.2, 20)
            await until(lambda: over(capture, 2))
    silent = told(capture, "CP-2")
    assert codes(silent) == ["B009", "H101", "H105"]
    assert ("B009", Blame.STATION) in silent
    assert codes(told(capture, "CP-1")) == []
    assert again(capture, "CP-2") == codes(silent)
    assert again(capture, "CP-1") == []


async def test_what_websocket_forbids_is_told_once_of_each_kind(tmp_path: Path) -> None:
    """And what can't be read after it is not held against anybody."""
    capture = tmp_path / "a.db"
    naked, opaque = frame(TEXT, HEARTBEAT), frame(3, b"?", mask=MASK)
    async with csms() as upstream:
        with proxy(capture, upstream) as (_, url):
            async with raw_station(url) as (_, writer):
                writer.write(naked * 50 + opaque + frame(PONG, b"", mask=MASK) * 10)
                await until(lambda: codes(told(capture, "CP-2")).count("F020") == 2)
            await until(lambda: over(capture, 1))
    found = told(capture, "CP-2")
    assert ("F020", Blame.STATION) in found
    assert [code for code in codes(found) if code[0] == "F"] == ["F020", "F020"]
    assert "R001" not in codes(found)
    assert again(capture, "CP-2") == codes(found)


async def test_who_asks_for_a_whole_url_or_begins_no_tls_is_told(tmp_path: Path) -> None:
    """The one must be mended; of the other nobody knows what it is."""
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream) as (_, url):
            whole = request("/CP-1").replace(b"GET /CP-1", b"GET http://csms.example/CP-1")
            async with raw_station(url, whole) as (reader, _):
                assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"400"
            async with raw_station(url, b"\x16\x03\x01\x00\x05hello"):
                pass
            await until(lambda: over(capture, 2))
    assert told(capture, "CP-1") == [("H011", Blame.STATION)]
    assert told(capture, "") == [("H009", Blame.NETWORK)]


def station_failures() -> list[Failure]:
    """Let TLS with a station fail in every way that the proxy has words for."""
    signs = [sign.partition("|")[0].replace("([^)]*)", "expired") for sign, _, _ in failures._STATION_TLS]
    errors = [failures.station_tls(sign, Handshake(), "TLS 1.0", "TLS 1.2") for sign in (*signs, "?")]
    return errors + [failures.station_tls("", Handshake(alert), "TLS 1.3", "TLS 1.2") for alert in ALERTS]


def upstream_refusals() -> list[Failure]:
    """Return all that the proxy says when it is not content with a CSMS."""
    said = failures._UPSTREAM
    return [Failure(by, words.format("expired", host="h", place="h:1")) for _, by, words in said if by == "proxy"]


@pytest.mark.parametrize("failure", station_failures() + upstream_refusals(), ids=lambda failure: failure.reason[:60])
def test_what_the_proxy_says_of_tls_is_understood(failure: Failure) -> None:
    """Whoever words it otherwise there must look into the rules' table of reasons, too."""
    end = Closed(2, None, failure.reason, failure.by)
    fault = turned_away(end) if failure.by == "proxy" else unanswered(Opened(1, "", http_status=None), end)
    assert fault is not None
    assert fault.hint


@pytest.mark.parametrize(
    "line", [b"CONNECT x:1 HTTP/1.1", b"PRI * HTTP/2.0", b"POST /CP-1 HTTP/1.1", b"GET /CP-1 HTTP/1.1"]
)
def test_a_request_that_no_station_sends_is_not_held_against_one(line: bytes) -> None:
    refusal = upgrades.refusal([line, b"Host: x"])
    assert refusal is not None
    assert turned_away(Closed(2, None, refusal.reason, refusal.by)) is None
