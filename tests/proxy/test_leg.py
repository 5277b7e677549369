"""Legs: what one side does not take, the other is made to keep."""

from inspector.proxy.leg import Leg
from inspector.proxy.websocket import Opcode, write
from tests.peers import until
from tests.proxy.embedded import Csms, embedded


async def test_a_sender_waits_for_a_receiver_that_does_not_read() -> None:
    """And all of it arrives in the end."""
    chunk = write(Opcode.BINARY, bytes(1_000_000), masked=True)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        _, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        upstream._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(60):
            writer.write(chunk)
        (handler,) = proxy.server.connections.values()
        station = handler.transports[handler.client].writer.transport  # type: ignore[union-attr]
        await until(lambda: isinstance(station.get_protocol(), Leg) and not station.is_reading())
        assert writer.transport.get_write_buffer_size() > 20_000_000
        kept = sum(io.writer.transport.get_write_buffer_size() for io in handler.transports.values())  # type: ignore[union-attr]
        assert kept < 1_000_000
        upstream._transport.resume_reading()  # type: ignore[attr-defined]
        assert await upstream.readexactly(60 * len(chunk)) == chunk * 60
