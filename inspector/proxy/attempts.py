"""Follows each station from its first bytes until it has a session, and tells why it got none."""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from mitmproxy import certs, http
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.connection import Client, Connection, Server
from mitmproxy.proxy import commands, events, layer, tunnel
from mitmproxy.proxy.layers import ClientTLSLayer, HttpLayer
from mitmproxy.proxy.layers import http as stock
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.proxy.layers.http._http1 import Http1Client, Http1Server
from mitmproxy.proxy.server import ConnectionIO
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import ClientHelloData, TlsData
from OpenSSL import SSL

from inspector.protocol.event import Opened
from inspector.proxy import failures
from inspector.proxy.address import Listener
from inspector.proxy.answers import Answers
from inspector.proxy.failures import PROXY, STATION, Failure, Handshake
from inspector.proxy.opening import FAILURE, SHOWN, address, attempted, failure, refusal, refused, station_of
from inspector.proxy.upgrades import Gatekeeper, headers, target, unexpected

log = logging.getLogger(__name__)

TLS_BEGINS = b"\x16\x03"
"""The first bytes of every TLS connection: a handshake record, and its version (RFC 8446 section 5.1)."""

REQUEST_SECONDS = 60.0
"""How long a station may take for a request, from connecting or from the last answer on."""

REFUSAL_SECONDS = 60.0
"""How long a CSMS may take for a refusal, from its head to its end."""

STOPPED = Failure(PROXY, "the proxy was stopped", 503)

UNREADABLE = Failure(PROXY, "the proxy can't read its certificates for the CSMS (--client-cert, --upstream-ca)", 502)

ANOTHER = Failure(PROXY, "refused by the proxy: this connection is another station's", 400)

STOCK = Http1Server, Http1Client
"""mitmproxy's own sides of HTTP."""


@dataclass(slots=True)
class Attempt:
    """How far one connection of a station came. ``told`` once what became of it is recorded, or a flow will be."""

    station: str = ""
    spoke: bool = False
    told: bool = False
    newest: str = ""
    station_tls: Handshake | None = None
    server: Server | None = None
    csms_tls: Handshake | None = None
    shown: certs.Cert | None = None
    timer: asyncio.TimerHandle | None = None
    failure: Failure | None = None


class Attempts:
    """The mitmproxy add-on that lets stations in, gives up on a CSMS that does not answer, and records failures.

    ``listeners`` are by mitmproxy's names for them, ``oldest`` is the version of TLS that is taken.
    """

    def __init__(
        self,
        server: Proxyserver,
        record: Callable[[Opened, Failure], None],
        listeners: Mapping[str, Listener],
        oldest: str,
        seconds: float,
    ) -> None:
        self.stopping = False
        self._server = server
        self._record = record
        self._listeners = listeners
        self._oldest = oldest
        self._seconds = seconds
        self._attempts: WeakKeyDictionary[Connection, Attempt] = WeakKeyDictionary()

    def running(self) -> None:
        """Put our own sides of HTTP in the place of mitmproxy's, unless that is not as this program knows it."""
        why_not = unexpected()
        if why_not is not None:
            log.warning("mitmproxy's own HTTP serves (%s), which answers what is no upgrade as well", why_not)
            return
        stock.Http1Server = partial(Gatekeeper, self)  # type: ignore[attr-defined, assignment]
        stock.Http1Client = Answers  # type: ignore[attr-defined]

    def done(self) -> None:
        """Put mitmproxy's own back."""
        stock.Http1Server, stock.Http1Client = STOCK  # type: ignore[attr-defined]

    def station_of(self, client: Client) -> str:
        """Return the id that a station asked by."""
        return self._of(client).station

    def failure_of(self, client: Client) -> Failure | None:
        """Return why the last attempt of a connection failed."""
        return self._of(client).failure

    def _of(self, client: Connection) -> Attempt:
        return self._attempts.setdefault(client, Attempt())

    def _side(self, client: Client, connection: Connection) -> ConnectionIO | None:
        handler = self._server.connections.get(client.id)
        return handler.transports.get(connection) if handler is not None else None

    def _wait(self, client: Client, seconds: float, give_up: Callable[[], None]) -> None:
        """Wait for the next step of an attempt, and no more for the one before."""
        attempt = self._of(client)
        _stop(attempt)
        attempt.timer = asyncio.get_running_loop().call_later(seconds, give_up)

    def client_connected(self, client: Client) -> None:
        """Begin to wait for a request."""
        _keep_alive(self._side(client, client))
        self._wait(client, REQUEST_SECONDS, partial(self._hang_up, client))

    def _hang_up(self, client: Client) -> None:
        """End the connection of a station that sends no request."""
        attempt, side = self._of(client), self._side(client, client)
        if side is None or side.handler is None:
            return
        what = "sent no whole request" if attempt.spoke else "said nothing"
        attempt.failure = Failure(PROXY, f"the station {what} within {REQUEST_SECONDS:g} s")
        if not attempt.told:
            self._tell(client, attempt.failure)
        side.handler.cancel(attempt.failure.reason)

    def next_layer(self, asked: layer.NextLayer) -> None:
        """Tell TLS from plain text by the first bytes, and let in what the listener takes."""
        client, first = asked.context.client, asked.data_client()[:2]
        if not first or (first == TLS_BEGINS[:1]):
            return  # not enough to tell
        self._of(client).spoke = True
        encrypted, listener = first == TLS_BEGINS, self._listeners[client.proxy_mode.full_spec]
        if encrypted and not listener.takes_tls:
            asked.layer = self._turned_away(asked, "TLS on the port for plain text (ws://)")
        elif not encrypted and not listener.takes_plain:
            asked.layer = self._turned_away(asked, "plain text on the TLS port (wss://)")
        else:
            stack = tunnel.LayerStack()
            if encrypted:
                stack /= ClientTLSLayer(asked.context)
            stack /= HttpLayer(asked.context, HTTPMode.transparent)
            asked.layer = stack[0]

    def _turned_away(self, asked: layer.NextLayer, why: str) -> layer.Layer:
        self._tell(asked.context.client, Failure(PROXY, f"refused by the proxy: {why}"))
        return TurnedAway(asked.context)

    def _tell(self, client: Client, why: Failure) -> None:
        self._of(client).told = True
        self._record(attempted(client), STOPPED if self.stopping else why)

    def tls_clienthello(self, data: ClientHelloData) -> None:
        """Keep which TLS a station speaks."""
        hello = data.client_hello
        newest = failures.newest_version(hello.raw_bytes(wrap_in_record=False), hello.extensions)
        self._of(data.context.client).newest = newest

    def tls_start_client(self, data: TlsData) -> None:
        """Keep what is seen of the TLS of a station."""
        self._of(data.conn).station_tls = _handshake(data)

    def tls_start_server(self, data: TlsData) -> None:
        """Keep what is seen of the TLS of its CSMS."""
        attempt = self._of(data.context.client)
        attempt.csms_tls = _handshake(data)
        if data.ssl_conn is None:
            attempt.failure = UNREADABLE
        shown = data.ssl_conn.get_certificate(as_cryptography=True) if data.ssl_conn is not None else None
        attempt.shown = certs.Cert(shown) if shown is not None else None

    def tls_failed_client(self, data: TlsData) -> None:
        """Record why TLS with a station failed."""
        assert isinstance(data.conn, Client)
        self._send_alert(data)
        attempt = self._of(data.conn)
        handshake = attempt.station_tls or Handshake()
        error = data.conn.error or ""
        if not attempt.told:
            self._tell(data.conn, failures.station_tls(error, handshake, attempt.newest, self._oldest))

    def tls_failed_server(self, data: TlsData) -> None:
        """Let the CSMS know."""
        self._send_alert(data)

    def _send_alert(self, data: TlsData) -> None:
        """Send what OpenSSL has to say of a failure; mitmproxy would not."""
        side = self._side(data.context.client, data.conn)
        if data.ssl_conn is None or side is None or not isinstance(side.writer, asyncio.StreamWriter):
            return
        with suppress(SSL.Error):  # there may be nothing to say
            side.writer.write(data.ssl_conn.bio_read(65535))

    def objection(self, client: Client, path: str) -> Failure | None:
        """Refuse a second station over TLS to the CSMS that was made for the first, with its certificate."""
        attempt = self._of(client)
        encrypted = attempt.server is not None and attempt.server.connected and attempt.server.tls
        return ANOTHER if encrypted and station_of(path) != attempt.station else None

    def refused(self, client: Client, lines: Sequence[bytes], why: Failure) -> None:
        """Record a request that is not served."""
        self._of(client).told = True
        self._record(attempted(client, target(lines[0]), headers(lines), why.status), why)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Leave the attempt to its flow."""
        attempt = self._of(flow.client_conn)
        attempt.told, attempt.failure, attempt.station = True, None, station_of(flow.request.path)

    def request(self, flow: http.HTTPFlow) -> None:
        """Begin to wait for a CSMS that is connected since an earlier request."""
        server = self._of(flow.client_conn).server
        if server is not None and server.connected:
            self._wait_for_csms(flow.client_conn, server)

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Begin to wait for the CSMS: for its TCP, its TLS, and its answer."""
        attempt = self._of(data.client)
        attempt.server, attempt.csms_tls = data.server, None
        self._wait_for_csms(data.client, data.server)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Look after a connection to the CSMS."""
        _keep_alive(self._side(data.client, data.server))

    def _wait_for_csms(self, client: Client, server: Server) -> None:
        self._wait(client, self._seconds, partial(self._give_up, client, server))

    def _give_up(self, client: Client, server: Server) -> None:
        attempt, side = self._of(client), self._side(client, server)
        if side is None or side.handler is None or server.address is None:
            return
        connected = server.timestamp_tcp_setup is not None
        what = "the CSMS gave no answer" if connected else f"nothing answers at {address(server.address)}"
        attempt.failure = Failure(PROXY, f"{what} within {self._seconds:g} s (--connect-timeout)", 504)
        side.handler.cancel(attempt.failure.reason)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Hear that the CSMS answers."""
        attempt = self._of(flow.client_conn)
        _stop(attempt)
        if attempt.csms_tls is not None and attempt.csms_tls.asks_certificate and attempt.shown is not None:
            flow.metadata[SHOWN] = attempt.shown
        if refused(flow):
            self._wait(flow.client_conn, REFUSAL_SECONDS, partial(self._cut_short, flow))

    def _cut_short(self, flow: http.HTTPFlow) -> None:
        """End a refusal whose CSMS does not."""
        server = self._of(flow.client_conn).server
        side = self._side(flow.client_conn, server) if server is not None else None
        if side is None or side.handler is None:
            return
        why = refusal(flow)
        words = f"this answer did not end within {REFUSAL_SECONDS:g} s"
        flow.metadata[FAILURE] = why._replace(reason="; ".join(filter(None, (why.reason, words))))
        side.handler.cancel(words)

    def response(self, flow: http.HTTPFlow) -> None:
        """Begin to wait for another request, where this one made no session."""
        if refused(flow):
            self._wait(flow.client_conn, REQUEST_SECONDS, partial(self._hang_up, flow.client_conn))

    def error(self, flow: http.HTTPFlow) -> None:
        """Say why a handshake came to nothing."""
        attempt = self._of(flow.client_conn)
        _stop(attempt)
        if flow.websocket is None and flow.error is not None and not refused(flow):
            if attempt.failure is None:
                attempt.failure = failure(flow, flow.error.msg, attempt.csms_tls)
            flow.metadata[FAILURE] = attempt.failure = STOPPED if self.stopping else attempt.failure
            flow.server_conn = attempt.server or flow.server_conn

    def client_disconnected(self, client: Client) -> None:
        """Tell of a connection of which nobody did: it went before there was a request."""
        attempt = self._attempts.get(client)
        if attempt is not None:
            _stop(attempt)
            if attempt.spoke and not attempt.told:
                self._tell(client, _left(client, attempt))


class TurnedAway(layer.Layer):
    """Serves nothing."""

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, events.Start):
            yield commands.CloseConnection(self.context.client)


def _handshake(data: TlsData) -> Handshake | None:
    kept = data.ssl_conn.get_app_data() if data.ssl_conn is not None else None
    return kept if isinstance(kept, Handshake) else None


def _keep_alive(side: ConnectionIO | None) -> None:
    """Let the kernel see whether a silent peer is still there, at its own intervals: nobody else asks."""
    if side is not None and isinstance(side.writer, asyncio.StreamWriter):
        with suppress(OSError):  # it may be gone
            side.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


def _stop(attempt: Attempt) -> None:
    if attempt.timer is not None:
        attempt.timer.cancel()


def _left(client: Client, attempt: Attempt) -> Failure:
    """Say how a station went that had not finished its request."""
    handshake = attempt.station_tls
    if handshake is not None and handshake.alert is not None:
        return failures.station_tls("", handshake, attempt.newest, "")
    if client.tls_established:
        return Failure(STATION, "the station left after TLS without a request; it may not trust this proxy")
    return Failure(STATION, "the station left before its request was complete")
