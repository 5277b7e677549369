"""Two sockets joined: how each way to end goes over."""

import asyncio
import socket
import struct

import pytest

from inspector.protocol.version import Party
from inspector.proxy.leg import Leg
from inspector.proxy.link import ABNORMAL, BROKE_OFF, End
from inspector.proxy.websocket import Message, Opcode, write
from tests.peers import until
from tests.proxy.embedded import Csms, Embedded, embedded

HELLO = write(Opcode.TEXT, b"hello", masked=True)
LATE = write(Opcode.TEXT, b"late", masked=False)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def over(proxy: Embedded) -> End:
    """Wait until the one session is over, and return its end."""
    await until(lambda: not proxy.connections)
    (end,) = proxy.ears.ends
    return end


async def test_who_has_said_all_may_still_listen() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        writer.write(HELLO)
        writer.write_eof()
        assert await upstream.read() == HELLO
        answer.write(LATE)
        assert await reader.readexactly(len(LATE)) == LATE
        answer.close()
        assert await reader.read() == b""
        writer.close()
        assert await over(proxy) == End("station", ABNORMAL, BROKE_OFF)


@pytest.mark.parametrize("party", [Party.STATION, Party.CSMS])
async def test_a_reset_is_a_reset_on_the_other_side(party: Party) -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        station = await proxy.connect()
        there = await csms.came.get()
        sides = (station, there) if party is Party.STATION else (there, station)
        sides[0][1].write(HELLO)
        await until(lambda: bool(proxy.ears.pieces))
        reset(sides[0][1])
        with pytest.raises(ConnectionResetError):
            await sides[1][0].readexactly(len(HELLO) + 1)
        assert await over(proxy) == End(party, ABNORMAL, "the connection was reset")


async def test_a_socket_that_the_network_lost_is_the_network_s_fault() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        station, _ = await proxy.connect()
        await csms.came.get()
        (handler,) = proxy.server.connections.values()
        server_side = next(io for connection, io in handler.transports.items() if connection is not handler.client)
        transport = server_side.writer.transport  # type: ignore[union-attr]
        await until(lambda: isinstance(transport.get_protocol(), Leg))
        transport._fatal_error(TimeoutError(110, "Connection timed out"))
        with pytest.raises(ConnectionResetError):
            await station.readexactly(1)
        assert await over(proxy) == End(
            "network", ABNORMAL, "the connection to the CSMS was lost: Connection timed out"
        )


async def test_what_was_never_a_whole_frame_is_counted() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        _, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        writer.write(HELLO + b"\x81\xfe")
        writer.write_eof()
        assert await upstream.read() == HELLO + b"\x81\xfe"
        answer.close()
        await over(proxy)
        assert proxy.ears.unread == {Party.STATION: 2}
        assert proxy.ears.pieces == [(Party.STATION, Message("hello"))]
