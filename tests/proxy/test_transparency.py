"""What one end does, the other sees, to the byte: on a direct connection, and through the proxy."""

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.extensions.base import ClientExtensionFactory
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

from inspector.protocol.version import Party
from tests.peers import until
from tests.proxy.scenarios import ALL, ANSWERED, ASKED, CALL, CSMS, MIB, OVER_TLS, PROPER, STATION, TALK, TOLD
from tests.proxy.ways import Ways
from tests.proxy.wire_peers import BINARY, FIN, RST, SWITCHING, End, Scenario, down, play, request, up

ABNORMAL = 1006
"""Stands in the record for an end without a close frame."""


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """All ways, for all tests: starting a proxy takes a second."""
    with ExitStack() as stack:
        yield Ways(tmp_path_factory.mktemp("ways"), stack)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
async def test_each_end_sees_what_the_other_did(ways: Ways, scenario: Scenario) -> None:
    """Byte for byte, in order, with the same kind of end; and so it is recorded."""
    await play(ways.lane("direct"), scenario, f"/{scenario.name}")
    await play(ways.lane("ws-ws"), scenario, f"/{scenario.name}")
    await recorded(ways, "ws-ws", scenario)


@pytest.mark.parametrize("scenario", OVER_TLS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("legs", ["wss-ws", "ws-wss", "wss-wss"])
async def test_so_it_is_with_tls(ways: Ways, legs: str, scenario: Scenario) -> None:
    """A goodbye of TLS stands for the end of TCP, and the other way round."""
    await play(ways.lane(legs), scenario, f"/{scenario.name}")
    await recorded(ways, legs, scenario)


async def recorded(ways: Ways, legs: str, scenario: Scenario) -> None:
    """Check what the capture says of a scenario."""
    session = await ways.session(legs, scenario.name)
    reader = ways.reader(legs)
    if scenario.frames is not None:
        assert tuple((row.sender, row.raw) for row in reader.pages(session=session.id)) == scenario.frames
    if scenario.end is not None:
        code, by = scenario.end
        assert (session.close_code, str(session.closed_by)) == (code or ABNORMAL, str(by))
    if scenario.reason is not None:
        assert session.close_reason == scenario.reason
    events = list(reader.events(session=session.id))
    assert {row.sender for row in events if row.kind == "violation"} == set(scenario.violations)
    if scenario.controls is not None:
        kinds = "ping", "pong"
        assert tuple((row.sender, row.kind, row.raw) for row in events if row.kind in kinds) == scenario.controls


@pytest.mark.parametrize("legs", ["ws-ws", "wss-ws", "ws-wss"])
@pytest.mark.parametrize("sender", [*Party])
async def test_fifty_megabytes_pass_as_one_message(ways: Ways, legs: str, sender: Party) -> None:
    name, content = f"large-{sender}", random.Random(7).randbytes(50 * MIB)
    message = up(BINARY, content) if sender is STATION else down(BINARY, content)
    scenario = Scenario(name, ((message,), *TALK, *PROPER), frames=((sender, content), *TOLD))
    await play(ways.lane(legs), scenario, f"/{name}", 30)
    session = await ways.session(legs, name, 30)
    digests = [
        (row.sender, hashlib.sha256(_bytes(row.raw)).digest()) for row in ways.reader(legs).pages(session=session.id)
    ]
    assert digests == [(by, hashlib.sha256(_bytes(raw)).digest()) for by, raw in scenario.frames or ()]


def _bytes(raw: str | bytes) -> bytes:
    return raw if isinstance(raw, bytes) else raw.encode()


@pytest.mark.parametrize("cut_by", [*Party])
async def test_a_cut_without_the_goodbye_of_tls_is_an_end(ways: Ways, cut_by: Party) -> None:
    """The other side is told that no more will come, whether its own leg has TLS or not."""
    for legs in ("wss-ws", "ws-wss", "wss-wss"):
        if (cut_by is STATION and legs == "ws-wss") or (cut_by is CSMS and legs == "wss-ws"):
            continue
        pair = await ways.lane(legs).meet(f"/cut-{cut_by}")
        await pair.go_through((ASKED,))
        pair.end(cut_by).cut()
        other = pair.end(CSMS if cut_by is STATION else STATION)
        assert await other.until(lambda end: bool(end.ended))
        pair.abandon()


async def test_what_is_sent_to_who_has_gone_is_answered_by_a_reset(ways: Ways) -> None:
    """As on a direct connection: a station that closed its socket can't be talked to."""
    for legs in ("direct", "ws-ws"):
        pair = await ways.lane(legs).meet("/gone")
        pair.station.transport.close()
        assert await pair.csms.until(lambda end: end.ended == FIN)

        def told(end: End) -> bool:
            if not end.transport.is_closing():
                end.send(ANSWERED.wire)
            return end.ended == RST

        assert await pair.csms.until(told)
        pair.abandon()


FACTORIES: tuple[tuple[str, dict[str, bool | int | None]], ...] = (
    ("takeover", {}),
    ("no-takeover", {"server_no_context_takeover": True, "client_no_context_takeover": True}),
    ("window-9", {"server_max_window_bits": 9, "client_max_window_bits": 9}),
    ("mixed", {"server_max_window_bits": 12, "client_no_context_takeover": True}),
)


@pytest.mark.parametrize(("name", "parameters"), FACTORIES, ids=[name for name, _ in FACTORIES])
async def test_real_peers_agree_on_compression_and_understand_each_other(
    ways: Ways, name: str, parameters: dict[str, bool | int | None]
) -> None:
    """They agree on the same parameters as directly, and the record has the text."""
    texts = [CALL, "ü" * 70_000, CALL, "", random.Random(7).randbytes(40_000).hex()]
    extensions: list[ClientExtensionFactory] = [ClientPerMessageDeflateFactory(**parameters)]  # type: ignore[arg-type]

    async def talk(url: str) -> tuple[str, list[str | bytes]]:
        async with connect(url, extensions=extensions, compression=None, proxy=None) as connection:
            assert connection.response is not None
            echoed = []
            for text in texts:
                await connection.send(text)
                echoed.append(await asyncio.wait_for(connection.recv(), 5))
            await asyncio.wait_for(await connection.ping(), 5)
            return connection.response.headers["Sec-WebSocket-Extensions"], echoed

    async with speaking(ways, parameters) as (direct, port):
        straight, through = await talk(f"ws://127.0.0.1:{direct}/{name}"), await talk(f"ws://127.0.0.1:{port}/{name}")
    assert through == straight
    assert straight[1] == texts
    session = await ways.session("real", name)
    assert [row.raw for row in ways.reader("real").pages(session=session.id)] == [t for t in texts for _ in Party]


@asynccontextmanager
async def speaking(ways: Ways, parameters: dict[str, bool | int | None]) -> AsyncIterator[tuple[int, int]]:
    """Run a CSMS that echoes compressed; yield its port, and that of the proxy before it."""

    async def echo(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    factory = ServerPerMessageDeflateFactory(**parameters)  # type: ignore[arg-type]
    listener = ways.listener("real")
    async with serve(echo, sock=listener.dup(), extensions=[factory], compression=None):
        yield listener.getsockname()[1], ways.port("real")


HEADERS = (
    "x-lower: 1\r\nX-Twice: a\r\nAuthorization: Basic Q1AtMTpzZWNyZXQ=\r\nX-Twice: b\r\nX-Empty: \r\n"
    'X-Latin: caf\xe9\r\nUser-Agent: "odd"; firmware=1.0~rc\r\nCookie: a=b; c=d\r\nX-Quoted: a, "b,c"\r\n'
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame\r\n"
    "Origin: null\r\nX-Forwarded-For: 10.0.0.1\r\nAccept-Encoding: br\r\n"
)
PATHS = (
    "/ocpp/CP%20007", "/CP%2F1/", "//double//slash", "/a/../b/./c", "/q?token=a%3Db&x=&&y", "/%zz%", "/;p=1/CP:1@x",
    "/~!$'()*+,",     "/caf%C3%A9/%FF",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_the_handshake_passes_but_for_the_host(ways: Ways, path: str) -> None:
    """Order, case, doubles and what is no ASCII included; the answer passes whole."""
    asked = request(path, HEADERS).replace("caf\u00e9".encode(), b"caf\xe9")
    answer = SWITCHING.replace(
        b"Upgrade\r\n", b"upgrade, Keep-Alive\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-B: \xe9\r\n", 1
    )
    heads = []
    for legs in ("direct", "ws-ws"):
        lane = ways.lane(legs)
        station = await lane.call()
        station.send(asked)
        csms = await lane.answer(path)
        csms.send(answer)
        assert await station.until(lambda end: end.head is not None)
        host = f"127.0.0.1:{lane.listener.getsockname()[1]}" if legs == "ws-ws" else "csms.example"
        heads.append(((csms.head or b"").replace(f"Host: {host}".encode(), b"Host: csms.example"), station.head))
        for end in (station, csms):
            end.transport.abort()
    assert heads[1] == heads[0]


REFUSALS = {
    "401": b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="ocpp, ""x"\r\nContent-Length: 3\r\n\r\nno\n',
    "404": b"HTTP/1.1 404 No Such Charger\r\ncontent-length: 0\r\n\r\n",
    "503": b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 70000\r\n\r\n"
    + b"\x00\xff" * 35000,
    "301": b"HTTP/1.1 301 Moved Permanently\r\nLocation: wss://other.example/a%20b\r\nContent-Length: 2\r\n\r\n\r\n",
    "500-chunked": b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "403-to-the-end": b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nuntil I hang up",
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_passes_with_its_body(ways: Ways, name: str) -> None:
    refusal = REFUSALS[name]
    seen = []
    for legs in ("direct", "ws-ws"):
        lane = ways.lane(legs)
        station = await lane.call()
        station.send(request(f"/refused-{name}"))
        csms = await lane.answer(f"/refused-{name}")
        csms.send(refusal)
        if b"Connection: close" in refusal:
            csms.fin()
        size = len(refusal.partition(b"\r\n\r\n")[2])
        assert await station.until(lambda end, size=size: end.head is not None and len(end.received) >= size)  # type: ignore[misc]
        seen.append((station.head, bytes(station.received)))
        for end in (station, csms):
            end.transport.abort()
    assert seen[1] == seen[0] == tuple(refusal.split(b"\r\n\r\n", 1))
    assert (await ways.session("ws-ws", f"refused-{name}")).http_status == int(name[:3])


PRESSURE = 200 * MIB
MOST_MORE = 20 * MIB
"""Bytes by which the proxy may grow while one side does not read."""


@pytest.mark.parametrize("sender", [*Party])
async def test_who_does_not_read_makes_the_other_wait(ways: Ways, sender: Party) -> None:
    """The proxy holds little of what one pushes and the other won't take; then it all arrives."""
    pair = await ways.lane("pressure").meet(f"/pressure-{sender}")
    pusher, reader = pair.end(sender), pair.end(CSMS if sender is STATION else STATION)
    wire = up(BINARY, os.urandom(MIB)).wire if sender is STATION else b"\xff" * MIB  # messages, and what is none
    reader.transport.pause_reading()
    before = memory(ways.pid("pressure"))
    for _ in range(PRESSURE // MIB):
        pusher.send(wire)
    await still(lambda: pusher.transport.get_write_buffer_size())
    left = pusher.transport.get_write_buffer_size()
    assert left > PRESSURE - 40 * MIB, f"only {left >> 20} MiB wait"
    assert memory(ways.pid("pressure")) - before < MOST_MORE
    reader.transport.resume_reading()
    total = len(wire) * (PRESSURE // MIB)
    assert await reader.until(lambda end: len(end.received) >= total, 60)
    assert bytes(reader.received) == wire * (PRESSURE // MIB)
    pair.abandon()
    ways.capture("pressure").unlink(missing_ok=True)


async def still(measure: Callable[[], int], seconds: float = 0.3) -> None:
    """Wait until something has not changed for a while."""
    last, since = measure(), asyncio.get_running_loop().time()

    def settled() -> bool:
        nonlocal last, since
        now = asyncio.get_running_loop().time()
        if measure() != last:
            last, since = measure(), now
        return now - since > seconds

    await until(settled, 30)


def memory(pid: int) -> int:
    """Return the bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
