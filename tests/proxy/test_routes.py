"""Each request goes to its CSMS as it was sent: heads compared byte for byte with a direct connection."""

import asyncio
import socket
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from mitmproxy.test import tflow, tutils

from inspector.proxy.address import parse_route, parse_upstream
from inspector.proxy.routes import ToUpstream
from inspector.proxy.settings import Settings
from inspector.store.keeper import Keeping
from tests.peers import csms, say, station
from tests.proxy.test_attempts import SWITCHING, recorded, running, sessions
from tests.proxy.tls_peers import REQUEST, answering, ask

ODD = (
    b"GET /ocpp/CP%20007/%2f//STATUS?a=%zz&b=\xff HTTP/1.1\r\n"
    b"hOST: 127.0.0.1:PORT\r\n"
    b"Authorization: Basic Q1AtMTpzZWNyZXQ=\r\n"
    b"X-Odd: a, b\r\nX-Odd: c\r\nx odd: \xe9\r\n"
    b"Sec-WebSocket-Protocol: ocpp2.0.1 , ocpp1.6\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    b"upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)

ANSWERS = {
    b"101": b"HTTP/1.1 101 Come in\r\nupgrade: WebSocket\r\nConnection: upgrade\r\nX-A: 1\r\nX-A: \xe9\r\n"
    b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    b"401": b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nX-A: 1\r\nContent-Length: 4\r\n'
    b"Connection: close\r\n\r\nno!\n",
    b"301": b"HTTP/1.1 301 Moved Permanently\r\nLocation: wss://other.example/\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n",
    b"503": b"HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"4\r\nbusy\r\n0\r\n\r\n",
    b"404": b"HTTP/1.0 404 Not Found\r\nServer: old\r\n\r\n<html>as it is</html>",
}


async def test_heads_pass_but_for_the_host(tmp_path: Path) -> None:
    """Order, case, repetition, and bytes that are no text: as with a direct connection, both ways."""

    def request(status: bytes, port: int) -> bytes:
        return ODD.replace(b"STATUS", status).replace(b"PORT", b"%d" % port)

    with ExitStack() as stack:
        peers = {status: stack.enter_context(answering(answer)) for status, answer in ANSWERS.items()}
        ways = [("--route", f"{status.decode()}=ws://127.0.0.1:{port}") for status, (port, _) in peers.items()]
        with running(tmp_path / "a.db", "ws://127.0.0.1:1", *chain(*ways)) as (proxied,):
            for status, (port, seen) in peers.items():
                direct = await asyncio.to_thread(ask, port, request(status, port))
                through = await asyncio.to_thread(ask, proxied, request(status, proxied))
                assert direct == through == ANSWERS[status]
                assert seen == [request(status, port)] * 2


async def test_a_prefix_comes_before_the_path_and_no_host_is_made_up(tmp_path: Path) -> None:
    """The default port is left out, as clients do."""
    with answering(SWITCHING) as (port, seen):
        upstream = f"ws://127.0.0.1:{port}/a/b/"
        with running(tmp_path / "a.db", upstream) as (proxied,):
            await asyncio.to_thread(ask, proxied, b"GET /CP-1 HTTP/1.0\r\nUpgrade: websocket\r\n\r\n")
    assert seen == [b"GET /a/b/CP-1 HTTP/1.0\r\nUpgrade: websocket\r\n\r\n"]


async def test_an_ipv6_host_is_in_brackets_and_the_record_has_the_station_s_own(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        with running(capture, f"ws://[::1]:{port}", listen=("[::1]:0",)) as (near,):
            with socket.create_connection(("::1", near), 10) as station:
                station.sendall(REQUEST % b"/CP-1")
                csms, _ = await asyncio.to_thread(listener.accept)
                with csms:
                    seen = await asyncio.to_thread(csms.recv, 65536)
                    csms.sendall(SWITCHING)
                    assert await asyncio.to_thread(station.recv, 65536) == SWITCHING
            await recorded(capture)
    assert seen == (REQUEST % b"/CP-1").replace(b"csms.example", b"[::1]:%d" % port)
    (session,) = sessions(capture)
    assert ("request", "Host", "csms.example") in session.headers
    assert session.upstream == f"ws://[::1]:{port}/CP-1"
    assert session.peer.startswith("[::1]:")


def test_the_default_port_and_a_zone_are_left_out() -> None:
    flow = tflow.tflow(req=tutils.treq(headers=((b"Host", b"csms.example"),)))
    ToUpstream(Settings(parse_upstream("wss://[fe80::1%25eth0]"), [], Keeping(Path("x")))).requestheaders(flow)
    assert flow.request.headers["Host"] == "[fe80::1]"


async def test_the_first_route_that_fits_leads(tmp_path: Path) -> None:
    one, two, three = list[str](), list[str](), list[str]()
    async with csms(paths=one) as first, csms(paths=two) as second, csms(paths=three) as third:
        routes = ("--route", f"CP-1*={second}/lab", "--route", f"/old/*={third}", "--route", f"CP-*={second}")
        with running(tmp_path / "a.db", f"{first}/all", *routes) as (port,):
            for path in ("CP-17", "old/CP-2", "CP-2", "X"):
                async with station(f"ws://127.0.0.1:{port}/{path}") as connection:
                    assert await say(connection, '[2,"1","Heartbeat",{}]')
    assert (one, two, three) == (["/all/X"], ["/lab/CP-17", "/CP-2"], ["/old/CP-2"])


async def test_an_upgrade_without_a_version_is_recorded_as_one(tmp_path: Path) -> None:
    """Mitmproxy would make raw TCP of it; the CSMS said 101."""
    capture = tmp_path / "a.db"
    request = (REQUEST % b"/CP-1").replace(b"Sec-WebSocket-Version: 13\r\n", b"")
    with answering(SWITCHING + b"\x81\x05[0,1]") as (port, _), running(capture, f"ws://127.0.0.1:{port}") as (proxied,):
        assert await asyncio.to_thread(ask, proxied, request)
        await recorded(capture)
    (session,) = sessions(capture)
    assert (session.station, session.http_status, session.frames) == ("CP-1", 101, 1)


def test_settings_know_the_way() -> None:
    ways = [parse_route("CP-*=ws://a"), parse_route("/x/*=ws://b")]
    settings = Settings(parse_upstream("ws://c"), [], Keeping(Path("x")), ways)
    assert settings.upstream_of("CP-1", "/x/CP-1").host == "a"
    assert settings.upstream_of("A", "/x/A").host == "b"
    assert settings.upstream_of("A", "/A").host == "c"
