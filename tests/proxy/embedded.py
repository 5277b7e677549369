"""A mitmproxy in the test's own loop, with the relay and an ear that writes down what it hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
from mitmproxy.http import HTTPFlow
from mitmproxy.master import Master
from mitmproxy.options import Options

from inspector.protocol.version import Party
from inspector.proxy.link import End, Link
from inspector.proxy.relay import Junction
from inspector.proxy.websocket import Piece
from tests.peers import until

HEAD = (
    b"GET /CP-1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


class Ears:
    """An ear for all sessions: it writes down pieces, ends, and mitmproxy's hooks. It can be made to fail."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Party, Piece]] = []
        self.left: list[tuple[Party, Piece]] = []
        self.links: list[Link] = []
        self.ends: list[End] = []
        self.unread: dict[Party, int] = {}
        self.hooks: list[str] = []
        self.fails = False

    def joined(self, link: Link) -> None:
        self.links.append(link)

    def heard(self, sender: Party, piece: Piece, time_ns: int, *, passed: bool = True) -> None:
        if self.fails:
            raise ZeroDivisionError
        (self.pieces if passed else self.left).append((sender, piece))

    def ended(self, end: End, unread: dict[Party, int], time_ns: int) -> None:
        self.ends.append(end)
        self.unread = unread

    def websocket_start(self, flow: HTTPFlow) -> None:
        self.hooks.append("start")

    def websocket_end(self, flow: HTTPFlow) -> None:
        assert flow.websocket is not None
        self.hooks.append(f"end {flow.websocket.close_code} {flow.websocket.closed_by_client}")


class Embedded:
    """A running mitmproxy. ``port`` is where it listens."""

    def __init__(self, server: proxyserver.Proxyserver, ears: Ears, junction: Junction) -> None:
        self.server = server
        self.ears = ears
        self.junction = junction
        self.port = int(server.listen_addrs()[0][1])
        self.stations: list[asyncio.StreamWriter] = []

    @property
    def connections(self) -> int:
        return len(self.server.connections)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect as a station, up to the end of the 101."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.stations.append(writer)
        writer.write(HEAD)
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer


async def gone(writers: list[asyncio.StreamWriter]) -> None:
    """Cut connections, and wait until they are."""
    for writer in writers:
        writer.transport.abort()
    for writer in writers:
        with suppress(ConnectionError):
            await writer.wait_closed()


class Csms:
    """A CSMS that says 101 and then waits to be told; ``glued`` goes out with the 101; it may leave then."""

    def __init__(self, glued: bytes = b"", *, leaves: bool = False) -> None:
        self.port = 0
        self.came: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._glued = glued
        self._leaves = leaves
        self._writers: list[asyncio.StreamWriter] = []

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(SWITCHING + self._glued)
        if self._leaves:
            writer.close()
        self.came.put_nowait((reader, writer))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Csms"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await gone(self._writers)


class _Ready:
    def __init__(self) -> None:
        self.reached = asyncio.Event()

    def running(self) -> None:
        self.reached.set()


@asynccontextmanager
async def embedded(upstream: int, *addons: object) -> AsyncIterator[Embedded]:
    """Run mitmproxy in front of a port of loopback, with add-ons of the test's own."""
    ears, ready, server = Ears(), _Ready(), proxyserver.Proxyserver()
    junction = Junction(lambda flow: ears)
    master = Master(Options())
    stock = (core.Core(), server, next_layer.NextLayer(), tlsconfig.TlsConfig())
    master.addons.add(*stock, junction, ears, ready, *addons)
    mode = f"reverse:http://127.0.0.1:{upstream}@0"
    master.options.update(mode=[mode], listen_host="127.0.0.1", connection_strategy="lazy")
    running = asyncio.create_task(master.run())
    try:
        await ready.reached.wait()
        proxy = Embedded(server, ears, junction)
        yield proxy
        await gone(proxy.stations)
    finally:
        master.options.update(server=False)
        for handler in list(server.connections.values()):
            for io in list(handler.transports.values()):
                assert io.handler is not None
                io.handler.cancel()
        await until(lambda: not server.connections)
        master.shutdown()
        await running
