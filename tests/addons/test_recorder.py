"""The add-on, by its hooks and inside a mitmdump of the user's own."""

import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import astuple
from pathlib import Path

import inspector.addons.recorder
import pytest
import trustme
from inspector.addons.recorder import UNABLE, UNKNOWN, Recorder
from mitmproxy.certs import Cert
from mitmproxy.exceptions import OptionsError
from mitmproxy.http import HTTPFlow
from mitmproxy.test import taddons, tflow
from mitmproxy.websocket import WebSocketMessage
from wsproto.frame_protocol import Opcode

from inspector.protocol.version import Party
from inspector.proxy.link import Link
from inspector.proxy.opening import station_of
from inspector.store.control import order_close, outcome
from inspector.store.orders import NOT_OPEN, Order
from inspector.store.reader import Reader
from inspector.store.rows import Session
from tests.factories import BOOT
from tests.peers import csms, free_port, say, station, until


@pytest.fixture
async def recorder(tmp_path: Path) -> AsyncIterator[Recorder]:
    """A recorder that writes to ``a.db``, inside mitmproxy's test context."""
    addon = Recorder()
    with taddons.context(addon) as context:
        context.configure(addon, ocpp_capture=str(tmp_path / "a.db"))
        yield addon
        addon.done()


def flow() -> HTTPFlow:
    """A WebSocket flow of a station, without messages."""
    made = tflow.twebsocketflow(messages=False)
    made.request.path = "/ocpp/CP-1"
    made.request.headers["Sec-WebSocket-Protocol"] = "ocpp1.6, ocpp2.0.1"
    assert made.response is not None
    made.response.headers["Sec-WebSocket-Protocol"] = "ocpp1.6"
    return made


def hear(
    addon: Recorder, made: HTTPFlow, raw: bytes, *, from_client: bool = True, opcode: Opcode = Opcode.TEXT
) -> None:
    """Let a message come through."""
    assert made.websocket is not None
    made.websocket.messages.append(WebSocketMessage(opcode, from_client, raw))
    addon.websocket_message(made)


async def test_a_session_goes_from_hooks_to_rows(recorder: Recorder, tmp_path: Path) -> None:
    made = flow()
    recorder.requestheaders(made)
    recorder.websocket_start(made)
    hear(recorder, made, str(BOOT[0][1]).encode())
    hear(recorder, made, str(BOOT[1][1]).encode(), from_client=False)
    hear(recorder, made, b"\xff", opcode=Opcode.BINARY)
    recorder.websocket_end(made)
    recorder.done()
    with Reader(tmp_path / "a.db") as reader:
        session = reader.session(1)
        assert (session.station, session.offered, session.subprotocol) == ("CP-1", ("ocpp1.6", "ocpp2.0.1"), "ocpp1.6")
        assert [(f.sender, f.raw) for f in reader.page()] == [
            ("station", BOOT[0][1]),
            ("csms", BOOT[1][1]),
            ("station", b"\xff"),
        ]
        assert session.closed_ns is not None


async def test_an_order_that_can_not_be_done_is_answered_with_why(recorder: Recorder, tmp_path: Path) -> None:
    """By mitmproxy's own layer, for a session that has just ended, and for what a later version may order."""
    path, made = tmp_path / "a.db", flow()
    recorder.running()
    recorder.websocket_start(made)
    await until(lambda: bool(sessions(path)))
    first = order_close(path, 1)
    await until(lambda: outcome(path, first) is not None)
    assert outcome(path, first) == (False, UNABLE)
    session = recorder._live[made.id]
    session.link = Link.__new__(Link)
    recorder._obey(Order(path, first, session.key, "dance", None, ""))
    await until(lambda: outcome(path, first) == (False, UNKNOWN))
    recorder._obey(Order(path, first, session.key, "close", 1006, ""))
    await until(lambda: "1006" in str(outcome(path, first)))
    recorder._obey(Order(path, first, session.key + 1, "close", 1000, ""))
    await until(lambda: outcome(path, first) == (False, NOT_OPEN))
    recorder.done()
    recorder._obey(Order(path, first, session.key, "close", 1000, ""))


def sessions(path: Path) -> list[Session]:
    """Read all sessions."""
    with Reader(path) as reader:
        return reader.sessions()


async def test_each_encrypted_leg_is_recorded_with_its_server_s_certificate(recorder: Recorder, tmp_path: Path) -> None:
    """On the station's leg that is the proxy's own, not one of the station's."""
    made, theirs, ours = flow(), certificate(b"csms.example"), certificate(b"proxy.example")
    made.client_conn.tls_version, made.client_conn.cipher, made.client_conn.mitmcert = "TLSv1", "AES128-SHA", ours
    made.client_conn.certificate_list = [certificate(b"CP-1")]
    made.server_conn.tls_version, made.server_conn.cipher = "TLSv1.3", "TLS_AES_256_GCM_SHA384"
    made.server_conn.certificate_list = [theirs]
    recorder.websocket_start(made)
    recorder.done()
    with Reader(tmp_path / "a.db") as reader:
        assert [leg[:4] for leg in map(astuple, reader.session(1).tls)] == [
            (Party.STATION, "TLSv1", "AES128-SHA", int(ours.notafter.timestamp()) * 10**9),
            (Party.CSMS, "TLSv1.3", "TLS_AES_256_GCM_SHA384", int(theirs.notafter.timestamp()) * 10**9),
        ]


async def test_a_leg_without_tls_is_not_in_the_record(recorder: Recorder, tmp_path: Path) -> None:
    made = flow()
    made.client_conn.tls_version, made.server_conn.tls_version = None, None
    recorder.websocket_start(made)
    recorder.done()
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).tls == ()


def certificate(name: bytes) -> Cert:
    """Make a certificate."""
    authority = trustme.CA()
    return Cert.from_pem(authority.issue_cert(name.decode()).cert_chain_pems[0].bytes())


async def test_messages_do_not_pile_up(recorder: Recorder) -> None:
    """However long a connection lasts, mitmproxy keeps one message of it."""
    made = flow()
    recorder.websocket_start(made)
    for _ in range(50):
        hear(recorder, made, b'[2,"1","Heartbeat",{}]')
    assert made.websocket is not None
    assert len(made.websocket.messages) == 1


async def test_the_end_of_mitmproxy_ends_open_sessions(recorder: Recorder, tmp_path: Path) -> None:
    recorder.websocket_start(flow())
    recorder.done()
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).closed_by == "proxy"


async def test_the_path_and_the_headers_are_the_station_s_own(recorder: Recorder, tmp_path: Path) -> None:
    """Another add-on may rewrite it later."""
    made = flow()
    recorder.requestheaders(made)
    made.request.path = "/prefix/ocpp/CP-1"
    made.request.headers["Sec-WebSocket-Protocol"] = "other"
    recorder.websocket_start(made)
    recorder.done()
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).offered == ("ocpp1.6", "ocpp2.0.1")
        assert (reader.session(1).path, reader.session(1).upstream[-17:]) == ("/ocpp/CP-1", "/prefix/ocpp/CP-1")


async def test_without_a_capture_it_does_nothing() -> None:
    addon = Recorder()
    with taddons.context(addon):
        made = flow()
        addon.websocket_start(made)
        hear(addon, made, b"x")
        addon.websocket_end(made)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("ocpp_patience", "soon", "a number of seconds"),
        ("ocpp_patience", "1e11", "a number of seconds"),
        ("ocpp_capture", "/nowhere/at/all.db", "can't be written"),
    ],
)
async def test_a_bad_option_is_refused_in_mitmproxy_s_way(option: str, value: str, words: str) -> None:
    addon = Recorder()
    with taddons.context(addon) as context, pytest.raises(OptionsError, match=words):
        context.configure(addon, **{option: value})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/ocpp/CP-1", "CP-1"),
        ("/CP%20007", "CP 007"),
        ("/CP%2F1", "CP/1"),
        ("/a/b/?token=x", "b"),
        ("/", ""),
        ("///charger", "charger"),
        ("/%ff", "\ufffd"),
    ],
)
def test_the_station_is_the_last_segment_of_the_path(path: str, name: str) -> None:
    assert station_of(path) == name


async def test_it_works_in_a_mitmdump_of_the_user_s_own(tmp_path: Path) -> None:
    """``mitmdump -s recorder.py --set ocpp_capture=FILE`` records the same."""
    capture, port = tmp_path / "a.db", free_port()
    async with csms() as upstream:
        mode = "reverse:" + upstream.replace("ws", "http", 1)
        command = [
            str(Path(sys.executable).parent / "mitmdump"), "-q", "--mode", f"{mode}@{port}",
            "--listen-host", "127.0.0.1", "-s", str(inspector.addons.recorder.__file__),
            "--set", f"ocpp_capture={capture}", "--set", f"confdir={tmp_path}",
        ]  # fmt: skip
        process = subprocess.Popen(command)
        try:
            await until(lambda: _listening(port), 30)
            async with station(f"ws://127.0.0.1:{port}/CP-9") as connection:
                await say(connection, str(BOOT[0][1]))
        finally:
            process.terminate()
            process.wait(20)
    with Reader(capture) as reader:
        session = reader.session(1)
        assert (session.station, session.frames, session.closed_by) == ("CP-9", 2, "station")


def _listening(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
