"""The relay inside a real mitmproxy: how a session begins and ends, and when it does not serve."""

import asyncio
import math

import pytest
from mitmproxy.proxy import server
from mitmproxy.proxy.layers import websocket as stock

from inspector.protocol.version import Party
from inspector.proxy import relay
from inspector.proxy.link import STOPPED, End
from inspector.proxy.relay import STOCK, unexpected
from inspector.proxy.websocket import Message, Opcode, write
from tests.peers import until
from tests.proxy.embedded import HEAD, Csms, embedded

HELLO = write(Opcode.TEXT, b"hello", masked=True)
GLUED = write(Opcode.TEXT, b"glued", masked=False)
BYE = write(Opcode.CLOSE, b"\x03\xe8bye", masked=True)


async def test_a_session_is_joined_and_ended() -> None:
    """What came glued to the 101 arrives first; each hook comes once; nothing stays."""
    async with Csms(GLUED).running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        assert await reader.readexactly(len(GLUED)) == GLUED
        upstream, answer = await csms.came.get()
        writer.write(HELLO + BYE)
        assert await upstream.readexactly(len(HELLO + BYE)) == HELLO + BYE
        writer.close()
        assert await upstream.read() == b""
        answer.close()
        await until(lambda: not proxy.connections)
        ears = proxy.ears
    assert ears.pieces[:2] == [(Party.CSMS, Message("glued")), (Party.STATION, Message("hello"))]
    assert ears.ends == [End("station", 1000, "bye")]
    assert ears.hooks == ["start", "end 1000 True"]


async def test_the_idle_watch_never_ends_a_session() -> None:
    """Mitmproxy hears nothing of it any more, and would cut it after ten minutes."""
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        await proxy.connect()
        await csms.came.get()
        (handler,) = proxy.server.connections.values()
        await until(lambda: handler.timeout_watchdog.last_activity == math.inf)


async def test_a_session_that_mitmproxy_cuts_was_stopped() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, _ = await proxy.connect()
        await csms.came.get()
        (handler,) = proxy.server.connections.values()
        client = handler.transports[handler.client].handler
        assert client is not None
        client.cancel()
        assert await reader.read() == b""
        await until(lambda: not proxy.connections)
        assert proxy.ears.ends == [STOPPED]
        assert proxy.ears.hooks == ["start", "end None False"]


async def test_what_came_with_the_request_is_passed_on() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.stations.append(writer)
        writer.write(HEAD + HELLO)
        upstream, _ = await asyncio.wait_for(csms.came.get(), 5)
        assert await upstream.readexactly(len(HELLO)) == HELLO
        assert proxy.ears.pieces == [(Party.STATION, Message("hello"))]


@pytest.mark.parametrize("waits", [False, True])
async def test_a_csms_that_leaves_at_once_is_heard(waits: bool) -> None:
    """Its end may come before the sockets are joined, the station's as well: then both are over at once."""
    async with Csms(GLUED, leaves=True).running() as csms, embedded(csms.port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.stations.append(writer)
        writer.write(HEAD)
        assert (await reader.readuntil(GLUED)).endswith(GLUED)
        if waits:
            assert await reader.read() == b""
        writer.close()
        await until(lambda: not proxy.connections)
        assert proxy.ears.pieces == [(Party.CSMS, Message("glued"))]
        assert [end.by for end in proxy.ears.ends] == ["csms"]


async def test_an_ear_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is said once."""
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        proxy.ears.fails = True
        _, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        for _ in range(3):
            writer.write(HELLO)
            assert await upstream.readexactly(len(HELLO)) == HELLO
        writer.close()
        await upstream.read()
    assert caplog.text.count("the recorder failed") == 1


async def test_two_connections_that_can_t_be_joined_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left waiting for bytes that would never come."""

    def fail(_: relay.Link) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(relay.Link, "join", fail)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, _ = await proxy.connect()
        upstream, _ = await csms.came.get()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert await asyncio.wait_for(upstream.read(), 5) == b""
        await until(lambda: not proxy.connections)
        assert proxy.ears.hooks[0] == "start"
        assert proxy.ears.hooks[1].startswith("end 1006")


def test_mitmproxy_is_as_expected() -> None:
    """Its version at hand; and its own layer is back in its place when no proxy runs."""

    async def look() -> str | None:
        return unexpected()

    assert asyncio.run(look()) is None
    assert stock.WebsocketLayer is STOCK


@pytest.mark.parametrize(
    ("target", "name", "what"),
    [
        (server.ConnectionIO, "__annotations__", "the parts of a socket"),
        (relay, "upgrading", "who makes its WebSocket layer"),
        (server, "TimeoutWatchdog", "its watch for silence"),
    ],
)
async def test_where_mitmproxy_is_not_as_expected_its_own_layer_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, target: object, name: str, what: str
) -> None:
    """With a warning; messages pass all the same."""
    watch = server.TimeoutWatchdog
    with monkeypatch.context() as changed:
        changed.setattr(target, name, {} if name == "__annotations__" else lambda *_: object())
        why = unexpected()
    assert server.TimeoutWatchdog is watch
    assert why is not None
    assert what in why
    monkeypatch.setattr(relay, "unexpected", lambda: why)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        assert "mitmproxy's own relay serves" in caplog.text
        assert proxy.junction.why_not == why
        _, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        writer.write(HELLO)
        assert len(await upstream.readexactly(len(HELLO))) == len(HELLO)
        answer.close()
    assert proxy.ears.pieces == []
