"""Failures before there is a session: each is one row that says who ended it and why."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from inspector.store.reader import Reader
from inspector.store.rows import Session
from tests.peers import Program, csms, free_port, until
from tests.proxy.tls_peers import REQUEST, Files, answering, ask, old, trusting

ASKED = REQUEST % b"/CP-1"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files.made(tmp_path_factory.mktemp("files"))


@contextlib.contextmanager
def running(
    capture: Path,
    upstream: str,
    *options: str,
    listen: tuple[str, ...] = ("127.0.0.1:0",),
    start: tuple[str, ...] = ("-m", "inspector"),
) -> Iterator[list[int]]:
    """Run a proxy; yield the ports it listens at."""
    listeners = [word for where in listen for word in ("--listen", where)]
    program = Program(*start, "proxy", "--upstream", upstream, "--capture", str(capture), *listeners, *options)
    try:
        yield [int(url.rpartition(":")[2]) for url in program.line()["listeners"]]
    finally:
        code, said = program.end()
        assert code == 0, said


def sessions(capture: Path) -> list[Session]:
    with Reader(capture) as reader:
        return reader.sessions()


def told(capture: Path) -> list[tuple[str, int | None, str | None, str | None]]:
    """Return of each session the station, the status, who ended it and why."""
    return [(s.station, s.http_status, s.closed_by, s.close_reason) for s in sessions(capture)]


async def recorded(capture: Path, count: int = 1) -> None:
    """Wait until so many sessions are recorded, and over."""
    await until(lambda: sum(not session.live for session in sessions(capture)) == count)


async def test_what_stations_do_wrong_is_told(tmp_path: Path, files: Files) -> None:
    """TLS that fails, plain text where TLS is due and the other way round, requests that are none."""
    capture = tmp_path / "a.db"
    listen = ("wss://127.0.0.1:0", "ws://127.0.0.1:0")
    with running(capture, "ws://127.0.0.1:1", "--station-ca", files["station-ca.pem"], listen=listen) as (tls, plain):
        stranger = ssl.create_default_context(cafile=files["csms-ca.pem"])
        older = ssl.create_default_context(cafile=files["csms-ca.pem"])
        older.maximum_version = ssl.TLSVersion.TLSv1_2
        no_cipher = old(ssl.TLSVersion.TLSv1_2)
        no_cipher.set_ciphers("ECDHE-ECDSA-AES128-SHA")
        distrust = "does not trust this proxy's certificate (unknown CA)"
        attempts = (
            (tls, stranger, "certificate verify failed", "station", distrust),
            (tls, older, "certificate verify failed", "station", distrust),
            (
                tls,
                old(ssl.TLSVersion.TLSv1),
                "protocol version",
                "proxy",
                "speaks TLS 1.0, this proxy takes 1.2 and up",
            ),
            (tls, no_cipher, "handshake failure", "proxy", "no cipher in common"),
            (tls, trusting(), "certificate required", "proxy", "showed no certificate"),
            (tls, trusting(files["stranger.pem"]), "unknown ca", "proxy", "not accepted: unable to get local issuer"),
            (
                tls,
                trusting(files["stranger.pem"], newest=ssl.TLSVersion.TLSv1_2),
                "unknown ca",
                "proxy",
                "not accepted",
            ),
            (tls, None, "", "proxy", "plain text on the TLS port"),
            (plain, trusting(files["CP-1.pem"]), "", "proxy", "TLS on the port for plain text"),
        )
        for count, (port, context, answer, by, words) in enumerate(attempts, 1):
            said = await asyncio.to_thread(ask, port, ASKED, context)
            assert answer in (said.decode() if isinstance(said, bytes) else said.replace("_", " ").lower())
            await recorded(capture, count)
            last = sessions(capture)[-1]
            assert (last.http_status, last.closed_by) == (None, by)
            assert words in (last.close_reason or "")
            assert last.peer.startswith("127.0.0.1:")
    assert len(sessions(capture)) == 9


async def test_who_leaves_before_the_request_is_told(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with running(capture, "ws://127.0.0.1:1") as (port,):
        for count, first in enumerate((b"GET /CP", b"\x16\x03\x01\0\0" + b"z" * 12, b"\x16\x03\x01\0\x05hello"), 1):
            with socket.create_connection(("127.0.0.1", port)) as station:
                station.sendall(first)
            await recorded(capture, count)
        with socket.create_connection(("127.0.0.1", port)):
            pass  # somebody looks whether the port is open: no session
        assert isinstance(await asyncio.to_thread(ask, port, b"", trusting()), bytes)
        await recorded(capture, 4)
    assert [(by, reason) for _, _, by, reason in told(capture)] == [
        ("station", "the station left before its request was complete"),
        ("proxy", "what the station sends begins like TLS and is none"),
        ("station", "the station left before its ClientHello was complete"),
        ("station", "the station left after TLS without a request; it may not trust this proxy"),
    ]


async def test_what_is_no_upgrade_is_refused_and_kept_as_it_was_asked(tmp_path: Path) -> None:
    """The next station is served."""
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with running(capture, upstream) as (port,):
            requests = (
                (b"CONNECT csms.example:443 HTTP/1.1\r\n\r\n", 405, "", "csms.example:443"),
                (b"GET ws://h/ocpp/CP-1 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", 400, "CP-1", "ws://h/ocpp/CP-1"),
                (b"GET /CP-\xff HTTP/1.1\r\nHost: x\r\n\r\n", 426, "CP-\\xff", "/CP-\\xff"),
                (b"nonsense\r\n\r\n", 400, "", ""),
                (b"GET /" + b"x" * 70_000, 431, "x" * 1019, "/" + "x" * 1019),
            )
            for request, status, *_ in requests:
                answer = await asyncio.to_thread(ask, port, request)
                assert isinstance(answer, bytes)
                assert answer.startswith(b"HTTP/1.1 %d " % status)
                assert b"\r\n\r\nocpp-inspector: refused by the proxy: " in answer
                assert b"<" not in answer
            assert b" 101 " in await asyncio.to_thread(ask, port, ASKED)  # type: ignore[operator]
            await until(lambda: len(sessions(capture)) == 6)
    *refused, served = sessions(capture)
    assert [(s.http_status, s.station, s.path) for s in refused] == [tuple(request[1:]) for request in requests]
    assert {s.closed_by for s in refused} == {"proxy"}
    assert served.http_status == 101


async def test_why_the_csms_can_not_be_had_is_told_to_both(tmp_path: Path, files: Files) -> None:
    """The station gets one plain line and 502 or 504, the capture no status: the CSMS said none."""
    capture = tmp_path / "a.db"
    past = {"not_before": datetime(2020, 1, 1), "not_after": datetime(2021, 1, 1)}
    asking12, asking13 = files.csms(), files.csms()
    for context in (asking12, asking13):
        files.station_ca.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    asking12.maximum_version = ssl.TLSVersion.TLSv1_2
    strange = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    strange.load_cert_chain(files["stranger.pem"])
    with contextlib.ExitStack() as stack:
        at = {
            name: stack.enter_context(answering(answer, context))[0]
            for name, answer, context in (
                ("expired", SWITCHING, files.csms(**past)),
                ("unknown", SWITCHING, strange),
                ("misnamed", SWITCHING, files.csms("csms.example")),
                ("plain", SWITCHING, None),
                ("asks-1.2", SWITCHING, asking12),
                ("asks-1.3", SWITCHING, asking13),
                ("babbles", b"what?\r\n\r\n", None),
                ("closes", b"", None),
            )
        }
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        upstreams = {
            **{name: f"wss://127.0.0.1:{port}" for name, port in at.items()},
            "babbles": f"ws://127.0.0.1:{at['babbles']}",
            "closes": f"ws://127.0.0.1:{at['closes']}",
            "silent": f"ws://127.0.0.1:{silent.getsockname()[1]}",
            "silent-tls": f"wss://127.0.0.1:{silent.getsockname()[1]}",
            "nobody": f"ws://127.0.0.1:{free_port()}",
            "nowhere": "ws://no-such-host.invalid",
        }
        expected = {
            "expired": (502, "proxy", "the CSMS's certificate has expired"),
            "unknown": (502, "proxy", "the CSMS's certificate is not trusted: "),
            "misnamed": (502, "proxy", "the CSMS's certificate is not for 127.0.0.1"),
            "plain": (502, "proxy", "speaks no TLS"),
            "asks-1.2": (502, "csms", "asks for a client certificate, and there is none (--client-cert)"),
            "asks-1.3": (502, "csms", "asks for a client certificate, and there is none (--client-cert)"),
            "babbles": (502, "proxy", "no HTTP"),
            "closes": (502, "csms", "closed the connection without an answer"),
            "silent": (504, "proxy", "gave no answer within 0.5 s"),
            "silent-tls": (504, "proxy", "gave no answer within 0.5 s"),
            "nobody": (502, "network", "Connection refused"),
            "nowhere": (502, "network", "no-such-host.invalid can't be resolved (DNS)"),
        }
        routes = [word for name, url in upstreams.items() for word in ("--route", f"{name}={url}")]
        options = (*routes, "--upstream-ca", files["csms-ca.pem"], "--connect-timeout", "0.5")
        with running(capture, "ws://127.0.0.1:1", *options) as (port,):
            for name, (status, _, words) in expected.items():
                answer = await asyncio.to_thread(ask, port, REQUEST % name.encode().join((b"/", b"")))
                assert isinstance(answer, bytes)
                head, _, body = answer.decode().partition("\r\n\r\n")
                assert head.startswith(f"HTTP/1.1 {status} "), name
                assert body.startswith("ocpp-inspector: "), name
                assert words in body
    found = {session.station: session for session in sessions(capture)}
    for name, (_, by, words) in expected.items():
        assert (found[name].http_status, found[name].closed_by) == (None, by), name
        assert words in (found[name].close_reason or "")
        assert found[name].upstream.startswith(upstreams[name])
        assert found[name].offered == ("ocpp1.6",)


async def test_a_station_that_gives_up_first_is_told(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        running(capture, f"ws://127.0.0.1:{silent.getsockname()[1]}") as (port,),
    ):
        with socket.create_connection(("127.0.0.1", port)) as station:
            station.sendall(ASKED)
            connection, _ = await asyncio.to_thread(silent.accept)
        await recorded(capture)
        connection.close()
    assert told(capture) == [("CP-1", None, "station", "the station gave up before the CSMS answered")]


async def test_a_stop_meanwhile_is_the_proxy_s(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with running(capture, f"ws://127.0.0.1:{silent.getsockname()[1]}") as (port,):
            station = socket.create_connection(("127.0.0.1", port))
            station.sendall(ASKED)
            connection, _ = await asyncio.to_thread(silent.accept)
        station.close()
        connection.close()
    assert told(capture) == [("CP-1", None, "proxy", "the proxy was stopped")]


IMPATIENT = (
    "-c",
    "import inspector.proxy.attempts as a; a.REQUEST_SECONDS = a.REFUSAL_SECONDS = 0.5;"
    " from inspector.cli import run; run()",
)
"""How to start a proxy that does not wait long for a request, nor for the end of a refusal."""


def until_cut(port: int, first: bytes) -> bytes:
    """Send something, and return what comes until the connection is cut."""
    with socket.create_connection(("127.0.0.1", port), 10) as station, contextlib.suppress(ConnectionError):
        station.sendall(first)
        return b"".join(iter(lambda: station.recv(65536), b""))
    return b""


async def test_a_station_that_sends_no_whole_request_is_not_waited_for(tmp_path: Path) -> None:
    """Neither for its first byte, its TLS, the head of its request, nor what that announces."""
    capture = tmp_path / "a.db"
    firsts = (b"", b"\x16\x03\x01\x02\x00\x01", b"GET /CP-1", ASKED.replace(b"Host", b"Content-Length: 9\r\nHost"))
    with running(capture, "ws://127.0.0.1:1", start=IMPATIENT) as (port,):
        for count, first in enumerate(firsts, 1):
            await asyncio.to_thread(until_cut, port, first)
            await recorded(capture, count)
    silence, *rest = [(station, by, reason) for station, _, by, reason in told(capture)]
    assert silence == ("", "proxy", "the station said nothing within 0.5 s")
    assert rest == [(name, "proxy", "the station sent no whole request within 0.5 s") for name in ("", "", "CP-1")]


async def test_a_refused_station_that_does_not_ask_again_is_not_waited_for(tmp_path: Path) -> None:
    """It was recorded when it was refused: not twice."""
    capture = tmp_path / "a.db"
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with answering(refused) as (csms, _), running(capture, f"ws://127.0.0.1:{csms}", start=IMPATIENT) as (port,):
        assert await asyncio.to_thread(until_cut, port, ASKED) == refused
    assert told(capture) == [("CP-1", 401, "csms", "Unauthorized")]


async def test_a_csms_that_falls_silent_after_a_refusal_is_given_up(tmp_path: Path) -> None:
    """The second request goes over the connection that the first one made."""
    capture, refused = tmp_path / "a.db", b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = f"ws://127.0.0.1:{listener.getsockname()[1]}"
        with running(capture, upstream, "--connect-timeout", "0.5") as (port,):
            with socket.create_connection(("127.0.0.1", port), 10) as station:
                station.sendall(ASKED)
                csms, _ = await asyncio.to_thread(listener.accept)
                with csms:
                    assert csms.recv(65536).startswith(b"GET /CP-1 ")
                    csms.sendall(refused)
                    assert await asyncio.to_thread(station.recv, 65536) == refused
                    station.sendall(ASKED)
                    assert (await asyncio.to_thread(csms.recv, 65536)).startswith(b"GET /CP-1 ")
                    assert (await asyncio.to_thread(station.recv, 65536)).startswith(b"HTTP/1.1 504 ")
            await recorded(capture, 2)
    assert told(capture)[1][2:] == ("proxy", "the CSMS gave no answer within 0.5 s (--connect-timeout)")


UNENDING = b"HTTP/1.1 503 Not today\r\nContent-Length: 100\r\n\r\nbusy"


def until_said(port: int, words: bytes) -> socket.socket:
    """Ask, and read until these words came; return the open connection."""
    station = socket.create_connection(("127.0.0.1", port), 10)
    station.sendall(ASKED)
    read = b""
    while words not in read:
        data = station.recv(65536)
        assert data, read
        read += data
    assert read == words
    return station


@pytest.mark.parametrize("by_station", [True, False])
async def test_a_refusal_passes_before_its_body_ends(tmp_path: Path, *, by_station: bool) -> None:
    """It is recorded once, with its status, whoever breaks off the body; the time for an answer is over by then."""
    capture = tmp_path / "a.db"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = f"ws://127.0.0.1:{listener.getsockname()[1]}"
        with running(capture, upstream, "--connect-timeout", "0.5") as (port,):
            asking = asyncio.create_task(asyncio.to_thread(until_said, port, UNENDING))
            csms, _ = await asyncio.to_thread(listener.accept)
            with csms:
                assert csms.recv(65536).startswith(b"GET /CP-1 ")
                csms.sendall(UNENDING)
                with await asking as station:
                    station.settimeout(1.0)
                    with pytest.raises(TimeoutError):
                        station.recv(1)
                    one, other = (station, csms) if by_station else (csms, station)
                    one.close()
                    other.settimeout(10)
                    assert await asyncio.to_thread(other.recv, 65536) == b""
            await recorded(capture)
    assert told(capture) == [("CP-1", 503, "csms", "Not today")]


@pytest.mark.parametrize("length", [b"Content-Length: 100", b"Transfer-Encoding: chunked", b"Connection: close"])
async def test_a_refusal_that_does_not_end_is_ended(tmp_path: Path, length: bytes) -> None:
    """What came of it passes, also a byte now and then; the CSMS did not finish, and the record says so."""
    capture, begun = tmp_path / "a.db", b"HTTP/1.1 503 Not today\r\n%s\r\n\r\n4\r\nbusy\r\n" % length
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = f"ws://127.0.0.1:{listener.getsockname()[1]}"
        with running(capture, upstream, start=IMPATIENT) as (port,):
            asking = asyncio.create_task(asyncio.to_thread(until_cut, port, ASKED))
            csms, _ = await asyncio.to_thread(listener.accept)
            with csms:
                assert csms.recv(65536).startswith(b"GET /CP-1 ")
                csms.sendall(begun)
                assert await asking == begun
                assert await asyncio.to_thread(csms.recv, 65536) == b""
            await recorded(capture)
    assert told(capture) == [("CP-1", 503, "csms", "Not today; this answer did not end within 0.5 s")]


async def test_an_attempt_begins_when_the_station_asks(tmp_path: Path) -> None:
    """Not when it is over: how long it took can be told."""
    capture = tmp_path / "a.db"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        upstream = f"ws://127.0.0.1:{silent.getsockname()[1]}"
        with running(capture, upstream, "--connect-timeout", "0.5", start=IMPATIENT) as (port,):
            assert b" 504 " in await asyncio.to_thread(ask, port, ASKED)  # type: ignore[operator]
            await recorded(capture)
            await asyncio.to_thread(until_cut, port, b"GET /CP-1")
            await recorded(capture, 2)
    for session in sessions(capture):
        assert session.closed_ns is not None
        assert 400_000_000 < session.closed_ns - session.opened_ns < 5_000_000_000


@pytest.mark.parametrize("encrypted", [True, False])
async def test_no_station_goes_by_the_tls_of_another(tmp_path: Path, files: Files, *, encrypted: bool) -> None:
    """With its certificate it would be taken for the other; the same station may ask again."""
    refused = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
    capture, context = tmp_path / "a.db", files.csms() if encrypted else None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = f"{'wss' if encrypted else 'ws'}://127.0.0.1:{listener.getsockname()[1]}"
        with running(capture, upstream, *(("--upstream-ca", files["csms-ca.pem"]) if encrypted else ())) as (port,):
            with socket.create_connection(("127.0.0.1", port), 10) as station:
                station.sendall(ASKED)
                plain, _ = await asyncio.to_thread(listener.accept)
                csms = await asyncio.to_thread(context.wrap_socket, plain, True) if context is not None else plain
                with csms:
                    for path in (b"/CP-1", b"/CP-2"):  # which is asked for next
                        assert (await asyncio.to_thread(csms.recv, 65536)).startswith(b"GET /CP-1 ")
                        csms.sendall(refused)
                        assert await asyncio.to_thread(station.recv, 65536) == refused
                        station.sendall(REQUEST % path)
                    if encrypted:
                        assert (await asyncio.to_thread(station.recv, 65536)).startswith(b"HTTP/1.1 400 ")
                    else:
                        assert (await asyncio.to_thread(csms.recv, 65536)).startswith(b"GET /CP-2 ")
            await recorded(capture, 3)
    end = ("proxy", "refused by the proxy: this connection is another station's")
    assert (told(capture)[2][0], told(capture)[2][2] == "proxy") == ("CP-2", encrypted)
    assert (told(capture)[2][2:] == end) is encrypted


KEPT_ALIVE = "02"
"""The timer of a socket, as /proc/net/tcp tells it, that is asked after (SO_KEEPALIVE) and has nothing to send."""


def timers(local: int | None, remote: int | None) -> list[str]:
    """Return which timers run for established connections from a local to a remote port, None for any."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = [(int(row[1][-4:], 16), int(row[2][-4:], 16), row) for row in rows if row[3] == "01"]
    return [row[5][:2] for here, there, row in ends if local in (None, here) and remote in (None, there)]


async def test_the_kernel_asks_after_silent_peers(tmp_path: Path) -> None:
    """On both legs."""
    async with csms() as upstream:
        with (
            running(tmp_path / "a.db", upstream) as (port,),
            socket.create_connection(("127.0.0.1", port), 10) as station,
        ):
            station.sendall(ASKED)
            assert b" 101 " in await asyncio.to_thread(station.recv, 65536)
            legs = (port, None), (None, int(upstream.rpartition(":")[2]))
            await until(lambda: [timers(*leg) for leg in legs] == [[KEPT_ALIVE]] * 2)


async def test_a_client_certificate_that_can_not_be_read_is_the_proxy_s_fault(tmp_path: Path, files: Files) -> None:
    """It came into the folder after the start."""
    capture, folder = tmp_path / "a.db", tmp_path / "clients"
    folder.mkdir()
    with answering(SWITCHING, files.csms()) as (port, _):
        upstream, options = f"wss://127.0.0.1:{port}", ("--upstream-ca", files["csms-ca.pem"])
        with running(capture, upstream, *options, "--client-cert", str(folder)) as (near,):
            (folder / "CP-1.pem").write_text("half written")
            assert b" 502 " in await asyncio.to_thread(ask, near, ASKED)  # type: ignore[operator]
            await recorded(capture)
    assert told(capture)[0][2:] == (
        "proxy",
        "the proxy can't read its certificates for the CSMS (--client-cert, --upstream-ca)",
    )
