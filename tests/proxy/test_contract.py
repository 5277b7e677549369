"""What the proxy takes for granted of mitmproxy: an update that breaks a part of it is named here."""

import asyncio
import importlib
import inspect
import math
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from operator import attrgetter
from pathlib import Path

import pytest
import trustme
from mitmproxy import ctx, options
from mitmproxy.addons import core, proxyserver, tlsconfig
from mitmproxy.http import HTTPFlow
from mitmproxy.master import Master
from OpenSSL import SSL

from inspector.protocol.version import Party
from inspector.store.reader import Reader
from tests.peers import csms, free_port, proxy, say, station, until
from tests.proxy.embedded import embedded
from tests.proxy.wire_peers import BINARY, SWITCHING, TEXT, Lane, down, request, up

HOOKS = """
    client_connected client_disconnected requestheaders request responseheaders response error
    server_connect server_connected server_connect_error websocket_start websocket_message websocket_end tcp_start
    tls_clienthello tls_start_client tls_established_client tls_failed_client
    tls_start_server tls_established_server tls_failed_server
"""
"""All that matter, but ``server_disconnected``: its place differs between versions, so nothing may rely on it."""


class Diary:
    """An add-on that writes down the hooks as they come; ``secure`` sends requests on over TLS."""

    def __init__(self, *, secure: bool = False) -> None:
        self.hooks: list[str] = []
        self._secure = secure

    def write(self, name: str, *about: object) -> None:
        self.hooks.append(name)
        if name == "requestheaders" and self._secure:
            flow = about[0]
            assert isinstance(flow, HTTPFlow)
            flow.request.scheme = "https"


def _hook(name: str) -> Callable[..., None]:
    return lambda self, *about: self.write(name, *about)


for _name in HOOKS.split():
    setattr(Diary, _name, _hook(_name))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """The socket at which the CSMS listens."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


ASKED = "requestheaders request server_connect server_connected"
ANSWERED = "responseheaders response"


def between(hooks: str) -> list[str]:
    """Each connection begins and ends with these two."""
    return ["client_connected", *hooks.split(), "client_disconnected"]


async def test_the_hooks_of_a_session(listener: socket.socket) -> None:
    """The relay makes none for a message."""
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        pair = await Lane(running.port, listener).meet("/CP-1")
        await pair.go_through((up(TEXT, b"hello"), down(TEXT, b"hello")))
        await pair.part()
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between(f"{ASKED} {ANSWERED} websocket_start websocket_end")


async def test_the_hooks_of_a_session_with_tls_on_both_legs(listener: socket.socket) -> None:
    """Each leg's TLS is told of before the layer that needs it is made."""
    diary, context = Diary(secure=True), SSL.Context(SSL.TLS_METHOD)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with embedded(port_of(listener), diary) as running:
        ctx.options.update(ssl_insecure=True)
        pair = await Lane(running.port, listener, SSL.Context(SSL.TLS_METHOD), context).meet("/CP-1")
        await pair.go_through((up(TEXT, b"hello"),))
        await pair.part()
        await until(lambda: {"client_disconnected", "websocket_end"} <= {*diary.hooks})
    encrypted = "tls_clienthello tls_start_client tls_established_client"
    assert [hook for hook in diary.hooks if hook != "websocket_end"] == between(
        f"{encrypted} {ASKED} tls_start_server tls_established_server {ANSWERED} websocket_start"
    )


async def test_the_hooks_of_a_refusal(listener: socket.socket) -> None:
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        lane = Lane(running.port, listener)
        caller = await lane.call()
        caller.send(request("/CP-1"))
        answerer = await lane.answer("/CP-1")
        answerer.send(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        assert await caller.until(lambda end: end.head is not None)
        for end in (caller, answerer):
            end.transport.abort()
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between(f"{ASKED} {ANSWERED}")


async def test_the_hooks_where_nobody_listens() -> None:
    """With the lazy strategy there is a flow, and so the path of the station; ``error`` is its last."""
    diary = Diary()
    async with embedded(free_port(), diary) as running:
        await say_and_leave(running.port, request("/CP-1"))
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between("requestheaders request server_connect server_connect_error error")


async def test_the_hooks_where_the_csms_says_nothing(listener: socket.socket) -> None:
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        lane = Lane(running.port, listener)
        caller = await lane.call()
        caller.send(request("/CP-1"))
        answerer = await lane.answer("/CP-1")
        caller.transport.abort()
        await until(lambda: "client_disconnected" in diary.hooks)
        answerer.transport.abort()
    assert diary.hooks == between(f"{ASKED} error")


@pytest.mark.parametrize("first", [b"\x00garbage\r\n\r\n", b"GET / HTTP/1.1\r\nHost", b""])
async def test_there_are_no_hooks_without_a_request(listener: socket.socket, first: bytes) -> None:
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        await say_and_leave(running.port, first)
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between("")


async def test_the_hooks_where_the_station_does_not_trust_the_proxy(listener: socket.socket) -> None:
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        with suppress(ssl.SSLError):
            await asyncio.open_connection("127.0.0.1", running.port, ssl=ssl.create_default_context())
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between("tls_clienthello tls_start_client tls_failed_client")


async def test_the_hooks_where_the_csms_is_not_trusted(listener: socket.socket) -> None:
    diary, context = Diary(secure=True), SSL.Context(SSL.TLS_METHOD)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with embedded(port_of(listener), diary) as running:
        lane = Lane(running.port, listener, csms_tls=context)
        caller = await lane.call()
        caller.send(request("/CP-1"))
        answering = asyncio.create_task(lane.answer("/CP-1"))
        assert await caller.until(lambda end: end.head is not None)
        caller.transport.abort()
        await until(lambda: "client_disconnected" in diary.hooks)
        answering.cancel()
    assert diary.hooks == between(f"{ASKED} tls_start_server tls_failed_server error")


async def test_an_upgrade_of_no_version_is_raw_tcp_to_mitmproxy(listener: socket.socket) -> None:
    """So what makes a WebSocket of it must do so in ``response``."""
    diary = Diary()
    async with embedded(port_of(listener), diary) as running:
        lane = Lane(running.port, listener)
        caller = await lane.call()
        caller.send(request("/CP-1").replace(b"Sec-WebSocket-Version: 13\r\n", b""))
        answerer = await lane.answer("/CP-1")
        answerer.send(SWITCHING)
        await until(lambda: "tcp_start" in diary.hooks)
        for end in (caller, answerer):
            end.transport.abort()
        await until(lambda: "client_disconnected" in diary.hooks)
    assert diary.hooks == between(f"{ASKED} {ANSWERED} tcp_start")


async def say_and_leave(port: int, first: bytes) -> None:
    """Send some bytes, and leave as soon as there is an answer or an end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    if not first.endswith(b"\r\n\r\n"):
        writer.write_eof()
    with suppress(ConnectionError):
        await asyncio.wait_for(reader.read(100), 5)
    writer.transport.abort()


class Look:
    """An add-on that looks into a session as it begins; ``found`` says what was as the relay needs it."""

    def __init__(self) -> None:
        self.found: dict[str, bool] = {}

    def response(self, flow: HTTPFlow) -> None:
        self.found["a flow with a WebSocket"] = flow.websocket is not None

    def websocket_start(self, flow: HTTPFlow) -> None:
        server = ctx.master.addons.get("proxyserver")
        handler = server.connections[flow.client_conn.id]
        self.found["both sockets, and no others"] = set(handler.transports) == {flow.client_conn, flow.server_conn}
        self.found["its watch"] = isinstance(handler.timeout_watchdog.last_activity, float)
        for connection, side in handler.transports.items():
            reader, writer = side.reader, side.writer
            self.found[f"streams of {connection}"] = isinstance(reader, asyncio.StreamReader) and isinstance(
                writer, asyncio.StreamWriter
            )
            self.found[f"a task of {connection}"] = isinstance(side.handler, asyncio.Task)
            self.found[f"the buffer of {connection}"] = isinstance(reader._buffer, bytearray)
            self.found[f"who waits for {connection}"] = reader._waiter is None or asyncio.isfuture(reader._waiter)
            transport = writer.transport
            self.found[f"the protocol of {connection}"] = isinstance(
                transport.get_protocol(), asyncio.StreamReaderProtocol
            )
            self.found[f"a socket of {connection}"] = transport.get_extra_info("socket") is not None


async def test_a_session_has_the_parts_that_the_relay_takes_over(listener: socket.socket) -> None:
    look = Look()
    async with embedded(port_of(listener), look) as running:
        pair = await Lane(running.port, listener).meet("/CP-1")
        await pair.part()
        await until(lambda: running.connections == 0)
    assert len(look.found) == 3 + 2 * 6
    assert [what for what, as_known in look.found.items() if not as_known] == []


async def test_the_watch_for_silence_is_off_also_where_much_came_early(listener: socket.socket) -> None:
    """What mitmproxy still hears of a session would set it again."""
    async with embedded(port_of(listener)) as running:
        asked, answered = up(BINARY, bytes(3_000_000)).wire, down(BINARY, bytes(3_000_000)).wire
        pair = await Lane(running.port, listener).meet("/CP-1", early=asked, glued=answered)
        await pair.go_through((up(TEXT, b"hello"), down(TEXT, b"hello")))
        (handler,) = running.server.connections.values()
        await until(lambda: handler.timeout_watchdog.last_activity == math.inf)
        await pair.part()


PARTS = {
    "proxy.layers.websocket:WebsocketLayer": "context flow",
    "proxy.layers.websocket:WebsocketStartHook": "flow",
    "proxy.layers.websocket:WebsocketEndHook": "flow",
    "proxy.layers.http:websocket.WebsocketLayer": "context flow",
    "proxy.layers.http:Http1Server": "context",
    "proxy.layers.http:Http1Client": "context",
    "proxy.layers.http:HttpLayer": "context mode",
    "proxy.layers.http._http1:Http1Server.read_headers": "self event",
    "proxy.layers.http._http1:Http1Client.read_headers": "self event",
    "proxy.layers.http._http1:Http1Server.send": "self event",
    "proxy.layers.http._http1:Http1Server.make_pipe": "self",
    "proxy.layers.http._http1:Http1Server.done": "self event",
    "net.http.http1:read_request_head": "lines",
    "net.http.http1:expected_http_body_size": "request response",
    "proxy.server:ConnectionIO": "handler reader writer",
    "proxy.server:TimeoutWatchdog": "timeout callback",
    "proxy.commands:SendData": "connection data",
    "proxy.commands:CloseConnection": "connection",
}
"""What is replaced, overridden or made, and its parameters."""


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_that_are_replaced_are_as_they_were(part: str) -> None:
    module, _, name = part.partition(":")
    found = attrgetter(name)(importlib.import_module(f"mitmproxy.{module}"))
    assert list(inspect.signature(found).parameters) == PARTS[part].split()


DECLARED = {
    "addons.proxyserver:Proxyserver": "servers connections",
    "proxy.mode_servers:ServerInstance": "last_exception",
    "proxy.mode_specs:ProxyMode": "full_spec",
    "proxy.layers.http._http1:Http1Connection": "buf state request response",
}
"""What is read of an object, by its class."""


@pytest.mark.parametrize("kind", DECLARED)
def test_the_attributes_that_are_read_are_there(kind: str) -> None:
    module, _, name = kind.partition(":")
    found = getattr(importlib.import_module(f"mitmproxy.{module}"), name)
    assert set(DECLARED[kind].split()) <= inspect.get_annotations(found).keys()


async def test_a_listener_tells_its_addresses_and_its_mode(listener: socket.socket) -> None:
    async with embedded(port_of(listener)) as running:
        (instance,) = running.server.servers
        assert instance.listen_addrs[0][1] == running.port
        assert instance.mode.full_spec == f"reverse:http://127.0.0.1:{port_of(listener)}@0"
        assert instance.last_exception is None


BINDINGS = """
    SSL_get0_param X509_VERIFY_PARAM_set_hostflags X509_VERIFY_PARAM_set1_host X509_VERIFY_PARAM_set1_ip
    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS SSL_CTX_get_cert_store SSL_CTX_set_cert_store X509_STORE_up_ref
"""
"""What is called of OpenSSL that pyOpenSSL has no words for."""


def test_openssl_s_own_functions_are_within_reach() -> None:
    context = SSL.Context(SSL.TLS_METHOD)
    assert [name for name in BINDINGS.split() if not hasattr(SSL._lib, name)] == []  # type: ignore[attr-defined]
    assert hasattr(context, "_context")
    assert hasattr(SSL.Connection(context), "_ssl")


def test_the_options_that_are_set_exist() -> None:
    """But the one for silence, which the older line has as a constant."""

    async def names() -> set[str]:
        master = Master(options.Options())
        master.addons.add(core.Core(), proxyserver.Proxyserver(), tlsconfig.TlsConfig())
        return set(master.options.keys())

    found = asyncio.run(names())
    assert {"mode", "listen_host", "connection_strategy", "server", "websocket", "confdir"} <= found
    assert "tcp_timeout" in found or hasattr(importlib.import_module("mitmproxy.proxy.server"), "TCP_TIMEOUT")


STRANGE = {
    "the parts of a socket": "from mitmproxy.proxy import server; del server.ConnectionIO.__annotations__['reader']",
    "who makes its WebSocket layer": "from types import SimpleNamespace; from mitmproxy.proxy.layers import http;"
    " http.websocket = SimpleNamespace(**vars(http.websocket))",
    "its connections": "from mitmproxy.addons.proxyserver import Proxyserver;"
    " del Proxyserver.__annotations__['connections']",
}
"""How mitmproxy could have changed."""


@pytest.mark.parametrize("what", STRANGE)
async def test_a_mitmproxy_that_is_not_as_expected_serves_by_itself(tmp_path: Path, what: str) -> None:
    """Frames pass and are recorded; stderr and the capture say what is not as it should be."""
    start = "-c", f"{STRANGE[what]}\nfrom inspector.cli import run; run()"
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream, start=start) as (program, url):
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, '[2,"1","Heartbeat",{}]') == '[3, "1", {}]'
            _, said = await asyncio.to_thread(program.end)
    assert f"mitmproxy's own relay serves (unexpected in mitmproxy: {what})" in said
    with Reader(capture) as reader:
        assert [row.kind for row in reader.events() if what in row.what] == ["trouble"]
        assert [(row.sender, row.raw) for row in reader.page()] == [
            (Party.STATION, '[2,"1","Heartbeat",{}]'),
            (Party.CSMS, '[3, "1", {}]'),
        ]


async def test_stations_come_through_also_where_mitmproxy_s_http_is_not_as_expected(tmp_path: Path) -> None:
    """Then mitmproxy's own serves; stderr says so."""
    strange = "from mitmproxy.proxy.layers.http._http1 import Http1Connection as c; del c.__annotations__['buf']"
    start = "-c", f"{strange}\nfrom inspector.cli import run; run()"
    async with csms() as upstream:
        with proxy(tmp_path / "a.db", upstream, start=start) as (program, url):
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, '[2,"1","Heartbeat",{}]') == '[3, "1", {}]'
            _, said = await asyncio.to_thread(program.end)
    assert "mitmproxy's own HTTP serves (unexpected in mitmproxy: what its HTTP connection keeps" in said
