"""The CSMS's end of connections: takes the stations that connect, each as the recording of its id has it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from inspector.errors import InspectorError
from inspector.proxy.address import parse_listen
from inspector.replay.access import load_certificate
from inspector.replay.station import CLOSE_SECONDS, LARGEST, SILENT, offered, station_of
from inspector.store.rows import Session

Find = Callable[[str], Session | None]
"""Which recorded session a station's id stands for, None for a station that is not let in."""


class Listener:
    """Listens on ``address`` while it is entered. ``url`` is where, once it does.

    ``find`` says which recorded session tells how a station is taken: with which subprotocol. ``take`` is called with
    each connection, and the connection lasts until it returns.
    """

    def __init__(
        self,
        address: str,
        find: Find,
        take: Callable[[str, ServerConnection], Awaitable[None]],
        *,
        cert: Path | None = None,
    ) -> None:
        self._where = parse_listen(address)
        self._find = find
        self._take = take
        self._tls = _tls(cert) if cert else None
        self.url = ""
        if self._where.scheme == "wss" and cert is None:
            raise InspectorError(f"{address}: wss:// needs a certificate: give --cert")
        if self._where.scheme == "ws" and cert is not None:
            raise InspectorError(f"{address}: ws:// has no use for --cert: listen on wss://")

    async def __aenter__(self) -> Self:
        where = self._where
        try:
            self._server: Server = await serve(
                self._handle,
                where.host,
                where.port,
                ssl=self._tls,
                process_request=self._screen,
                select_subprotocol=self._select,
                compression=None,
                max_size=LARGEST,
                ping_interval=None,
                close_timeout=CLOSE_SECONDS,
                server_header="ocpp-inspector",
                logger=SILENT,
            )
        except OSError as error:
            raise InspectorError(f"{where.host}:{where.port}: can't listen: {error.strerror or error}") from error
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = where.url(port) if self._tls is None else where.url(port).replace("ws://", "wss://", 1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _screen(self, _: ServerConnection, request: Request) -> Response | None:
        station = station_of(request.path)
        if self._find(station) is not None:
            return None
        status = HTTPStatus.NOT_FOUND
        return Response(status, status.phrase, Headers(), b"no recorded session of this station\n")

    def _select(self, connection: ServerConnection, names: Sequence[Subprotocol]) -> Subprotocol | None:
        """Choose what was spoken then, if the station offers it."""
        request = connection.request
        session = self._find(station_of(request.path)) if request else None
        wanted = offered(session) if session else ()
        return next((name for name in names if name in wanted), None)

    async def _handle(self, connection: ServerConnection) -> None:
        await self._take(station_of(connection.request.path) if connection.request else "", connection)


class CsmsLink:
    """Waits for the connections of one station; a newer one takes the place of one that was not taken yet."""

    def __init__(self, station: str, seconds: float | None) -> None:
        self._station = station
        self._seconds = seconds
        self._came: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self._at_hand: ServerConnection | None = None

    async def come(self, connection: ServerConnection) -> None:
        """Hand a connection over and keep it until it ends; the one before it, which nobody uses any more, is ended."""
        if self._at_hand is not None:
            self._at_hand.transport.abort()
        self._at_hand = connection
        self._came.put_nowait(connection)
        await connection.wait_closed()

    async def open(self, _: Session) -> ServerConnection:
        """Wait for the station. Raises :class:`InspectorError` if it does not come."""
        try:
            async with asyncio.timeout(self._seconds):
                connection = await self._came.get()
                while not self._came.empty():
                    connection = self._came.get_nowait()
                return connection
        except TimeoutError:
            raise InspectorError(f"{self._station} did not connect within {self._seconds:g} s") from None


def _tls(cert: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_certificate(context, cert)
    return context
