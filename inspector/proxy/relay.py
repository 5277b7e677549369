"""Our own WebSocket layer inside mitmproxy: it changes nothing of what passes.

mitmproxy's layer re-encodes messages, ends connections at illegal frames, and makes a clean close of a broken one. This
one joins the two sockets once the handshake is done, and hands on what mitmproxy had read by then.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable, Generator
from typing import Any

from mitmproxy import ctx, http
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.connection import Connection, ConnectionState
from mitmproxy.proxy import commands, events, layer, server
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import http as upgrading
from mitmproxy.proxy.layers import websocket as stock
from mitmproxy.proxy.layers.http._http1 import Http1Connection
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from inspector.protocol.version import Party
from inspector.proxy.leg import Leg
from inspector.proxy.link import ABNORMAL, BROKE_OFF, Ear, End, Link

Commands = Generator[commands.Command, Any, None]

STOCK = stock.WebsocketLayer
"""mitmproxy's own layer."""

STOCK_PIPE = Http1Connection.make_pipe
"""How mitmproxy hands on what came with the end of a handshake: without the line ends that it begins with."""

STOCK_CHANGES = "makes clean closes of broken ones, ends connections at illegal frames, and hides pings"
"""What a user has to know of it."""

log = logging.getLogger(__name__)

RELAYED = "ocpp_relayed"
"""Where a flow's metadata tells that this relay serves it."""


class Relay(layer.Layer):
    """Relays one WebSocket connection. ``join`` makes its link, once mitmproxy's add-ons have heard of the session."""

    def __init__(self, context: Context, flow: http.HTTPFlow, join: Callable[[], Link | None]) -> None:
        super().__init__(context)
        self._flow = flow
        self._join = join
        self._link: Link | None = None

    def _handle_event(self, event: events.Event) -> Commands:
        """Begin, hand on what mitmproxy had read by then, and end with the link."""
        if isinstance(event, events.Start):
            yield stock.WebsocketStartHook(self._flow)
            self._link = self._join()
            if self._link is None:
                for connection in (self.context.client, self.context.server):
                    yield commands.CloseConnection(connection)
        elif self._link is not None and isinstance(event, events.DataReceived):
            self._link.passed(self._party(event.connection), event.data)
        elif self._flow.live and isinstance(event, events.ConnectionClosed):
            if self._link is not None:
                self._tell(self._link, event.connection)
            if self._link is None or self._link.done:
                self._flow.live = False
                broken = End(self._party(event.connection), ABNORMAL, BROKE_OFF)
                self._note_end(self._link.end or broken if self._link else broken)
                yield stock.WebsocketEndHook(self._flow)

    def _note_end(self, end: End) -> None:
        """Let other add-ons know how it ended."""
        socket = self._flow.websocket
        if socket is not None:
            socket.closed_by_client = end.by == Party.STATION
            socket.close_code = end.code
            socket.close_reason = end.reason
            socket.timestamp_end = time.time()

    def _party(self, connection: Connection) -> Party:
        return Party.STATION if connection is self.context.client else Party.CSMS

    def _tell(self, link: Link, connection: Connection) -> None:
        """Tell the link of an end that mitmproxy saw, or made."""
        if connection.state is ConnectionState.CLOSED:
            link.cut()
        else:
            link.ended_early(self._party(connection))


class Junction:
    """A mitmproxy add-on that puts :class:`Relay` in the place of mitmproxy's layer while it runs.

    ``ear_of`` returns who listens to a session. ``why_not`` tells why the relay does not serve, None if it does.
    """

    def __init__(self, ear_of: Callable[[http.HTTPFlow], Ear | None]) -> None:
        self.why_not: str | None = "it was not started"
        self._ear_of = ear_of
        self._tls: dict[str, SSL.Connection] = {}
        self._server: Proxyserver | None = None

    def running(self) -> None:
        """Serve mitmproxy's connections, unless its insides are not as this program knows them."""
        self._server = ctx.master.addons.get("proxyserver")
        self.why_not = "there is no server" if self._server is None else unexpected()
        if self.why_not is None:
            stock.WebsocketLayer = self._layer  # type: ignore[misc, assignment]
            Http1Connection.make_pipe = _make_pipe  # type: ignore[method-assign]
        else:
            log.warning("mitmproxy's own relay serves (%s), which %s", self.why_not, STOCK_CHANGES)

    def done(self) -> None:
        """Put mitmproxy's layer back."""
        stock.WebsocketLayer = STOCK  # type: ignore[misc]
        Http1Connection.make_pipe = STOCK_PIPE  # type: ignore[method-assign]

    def tls_established_client(self, data: TlsData) -> None:
        """Keep a station's TLS."""
        self._keep(data)

    def tls_established_server(self, data: TlsData) -> None:
        """Keep a CSMS's TLS."""
        self._keep(data)

    def _keep(self, data: TlsData) -> None:
        if data.ssl_conn is not None:
            self._tls[data.conn.id] = data.ssl_conn

    def client_disconnected(self, client: Connection) -> None:
        """Forget a station's TLS."""
        self._tls.pop(client.id, None)

    def server_disconnected(self, data: ServerConnectionHookData) -> None:
        """Forget a CSMS's TLS."""
        self._tls.pop(data.server.id, None)

    def _layer(self, context: Context, flow: http.HTTPFlow) -> layer.Layer:
        """Return who serves a session: mitmproxy, where a side of it is no ordinary socket."""
        assert self._server is not None
        handler = self._server.connections.get(context.client.id)
        if handler is None:
            return STOCK(context, flow)
        sides = [handler.transports.get(connection) for connection in (context.client, context.server)]
        if not all(side and isinstance(side.writer, asyncio.StreamWriter) for side in sides):
            return STOCK(context, flow)
        flow.metadata[RELAYED] = True
        return Relay(context, flow, lambda: self._join(handler, context, flow))

    def _join(self, handler: server.ConnectionHandler, context: Context, flow: http.HTTPFlow) -> Link | None:
        """Join the two sockets; None if that can't be: one may be gone meanwhile."""
        assert flow.response is not None
        extensions = flow.response.headers.get("Sec-WebSocket-Extensions", "")
        try:
            station, csms = (
                Leg(party, handler.transports[connection], self._tls.get(connection.id))
                for party, connection in ((Party.STATION, context.client), (Party.CSMS, context.server))
            )
            link = Link(handler, station, csms, extensions, self._ear_of(flow))
            link.join()
            for each in context.layers:
                if not each._paused_event_queue:
                    each._paused_event_queue = _Few()  # type: ignore[assignment]
        except KeyError:
            return None
        except Exception:
            log.exception("two connections can't be joined")
            return None
        return link


class _Few(list[events.Event]):
    """A queue in which next to nothing ever waits: the one of a mitmproxy layer takes 700 bytes to be empty."""

    __slots__ = ()

    def popleft(self) -> events.Event:
        """Take out the oldest."""
        return self.pop(0)


def _make_pipe(self: Http1Connection) -> Commands:
    """Hand on what came with the end of a handshake as it is."""
    self.state = self.passthrough
    if self.buf:
        yield from self.state(
            events.DataReceived(self.conn, bytes(self.buf.maybe_extract_at_most(len(self.buf)) or b""))
        )


def unexpected() -> str | None:
    """Name what of mitmproxy's insides is not as the relay needs it; None if all is."""
    reader, idle = asyncio.StreamReader(), server.TimeoutWatchdog(1, _nothing)
    expected = {
        "its WebSocket layer": inspect.signature(STOCK).parameters.keys() == {"context", "flow"},
        "who makes its WebSocket layer": getattr(upgrading, "websocket", None) is stock,
        "its connections": _declares(Proxyserver, "connections"),
        "the sockets of a connection": _declares(server.ConnectionHandler, "transports", "timeout_watchdog"),
        "its HTTP connection": {"passthrough", "make_pipe"} <= vars(Http1Connection).keys(),
        "the parts of a socket": _declares(server.ConnectionIO, "handler", "reader", "writer"),
        "its watch for silence": hasattr(idle, "last_activity"),
        "the TLS of a connection": _declares(TlsData, "ssl_conn"),
        "what waits in a layer": _declares(layer.Layer, "_paused_event_queue"),
        "how a socket is read": hasattr(reader, "_waiter") and hasattr(reader, "_buffer"),
    }
    strange = [what for what, as_known in expected.items() if not as_known]
    return f"unexpected in mitmproxy: {', '.join(strange)}" if strange else None


def _declares(kind: type, *names: str) -> bool:
    return set(names) <= inspect.get_annotations(kind).keys()


async def _nothing() -> None:
    pass
