"""The proxy end to end: a real mitmproxy in a child process, real peers, a real capture."""

import asyncio
import json
import os
import signal
import socket
import ssl
import stat
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from inspector.store.reader import Reader
from inspector.store.rows import Session
from tests.factories import BOOT
from tests.peers import Program, csms, echo, free_port, process_below, proxy, say, station, until
from tests.proxy import tls_peers
from tests.proxy.test_attempts import running

HEARTBEAT = '[2,"%d","Heartbeat",{}]'


def sessions(capture: Path) -> list[Session]:
    """Read all sessions."""
    with Reader(capture) as reader:
        return reader.sessions()


def over(capture: Path) -> bool:
    """Tell whether a session was recorded and is over."""
    return any(not session.live for session in sessions(capture))


async def test_a_session_is_relayed_and_recorded(tmp_path: Path) -> None:
    """Path prefix, percent-encoding, subprotocol and every frame arrive; the record says the same."""
    capture, paths = tmp_path / "a.db", list[str]()
    async with csms(paths=paths) as upstream:
        with proxy(capture, f"{upstream}/ocpp") as (program, url):
            async with station(f"{url}/some/CP%20007?x=1") as connection:
                assert connection.subprotocol == "ocpp1.6"
                assert await say(connection, str(BOOT[0][1])) == '[3, "b1", {}]'
            await until(lambda: over(capture))
            assert program.end()[0] == 0
    assert paths == ["/ocpp/some/CP%20007?x=1"]
    session = sessions(capture)[0]
    assert (session.station, session.path, session.version) == ("CP 007", "/some/CP%20007?x=1", "1.6")
    assert (session.close_code, session.closed_by, session.http_status) == (1000, "station", 101)
    assert session.upstream == f"{upstream}/ocpp/some/CP%20007?x=1"
    with Reader(capture) as reader:
        call, answer = reader.page()
        assert (call.raw, answer.raw, answer.answers) == (BOOT[0][1], '[3, "b1", {}]', call.id)
        assert [f.code for f in reader.findings()] == ["S101"] * 3, "an empty answer to BootNotification"
    assert stat.S_IMODE(capture.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


async def test_the_json_line_says_where_it_listens(tmp_path: Path) -> None:
    program = Program(
        "-m",
        "inspector",
        "proxy",
        "--upstream",
        "ws://127.0.0.1:1/x",
        "--listen",
        "127.0.0.1:0",
        "--capture",
        str(tmp_path / "a.db"),
    )
    line = program.line()
    assert program.end() == (0, "")
    assert line["upstream"] == "ws://127.0.0.1:1/x"
    assert line["capture"] == str(tmp_path / "a.db")
    assert line["listening"].startswith("ws://127.0.0.1:")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_every_open_session(tmp_path: Path, number: signal.Signals) -> None:
    """Both stations are cut, both sessions say that the proxy was stopped."""
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream) as (program, url):
            async with station(f"{url}/A") as one, station(f"{url}/B") as two:
                await say(one, HEARTBEAT % 1)
                await say(two, HEARTBEAT % 1)
                assert await asyncio.to_thread(program.end, number) == (0, "")
                for connection in (one, two):
                    with suppress(ConnectionClosed):
                        await asyncio.wait_for(connection.recv(), 5)
    assert [(s.closed_by, s.close_reason, s.frames) for s in sessions(capture)] == [
        ("proxy", "the proxy was stopped", 2)
    ] * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_stops_at_once(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever the first is waiting for: here a recorder that can't go on."""
    start = (
        "-c",
        "import inspector.proxy.engine as e, sys, time\n"
        "async def slow(*_): print('{}', flush=True); time.sleep(60)\n"
        "e._close_connections = slow\n"
        "from inspector.cli import run; run()",
    )
    with proxy(tmp_path / "a.db", "ws://127.0.0.1:1", start=start) as (program, _):
        program.process.send_signal(number)
        program.line()
        assert program.end(number) == (128 + number, "")


async def test_several_listeners_in_one_process(tmp_path: Path) -> None:
    """Each of its own kind, none of them UDP; the first is the one of the line."""
    async with csms() as upstream:
        program = Program(
            *("-m", "inspector", "proxy", "--upstream", upstream, "--capture", str(tmp_path / "b.db")),
            *("--listen", "127.0.0.1:0", "--listen", "wss://127.0.0.1:0", "--listen", "ws://[::1]:0"),
        )
        first, encrypted, plain = program.line()["listeners"]
        trust = tls_peers.trusting()
        both = ((first, None), (first.replace("ws:", "wss:"), trust))
        for url, tls in (*both, (encrypted, trust), (plain, None)):
            async with station(f"{url}/CP-1", ssl=tls) as connection:
                assert await say(connection, HEARTBEAT % 1)
        datagrams = Path("/proc/net/udp").read_text() + Path("/proc/net/udp6").read_text()
        ports = {line.split()[1].rpartition(":")[2] for line in datagrams.splitlines() if ":" in line.split()[1]}
        assert not ports & {f"{int(url.rpartition(':')[2]):04X}" for url in (first, encrypted, plain)}
        assert program.end() == (0, "")
    assert [session.http_status for session in sessions(tmp_path / "b.db")] == [101] * 4


async def test_an_upstream_that_is_not_verified_is_told_loudly(tmp_path: Path) -> None:
    """On standard error, and in each session."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("elsewhere.example").configure_cert(context)
    async with csms(tls=context) as upstream:
        with proxy(tmp_path / "a.db", upstream, "--insecure-upstream") as (program, url):
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, HEARTBEAT % 1)
            code, said = program.end()
    assert (code, said.count("\n")) == (0, 1)
    assert "is not verified (--insecure-upstream)" in said
    with Reader(tmp_path / "a.db") as reader:
        assert [event.what for event in reader.events(session=1) if event.kind == "trouble"] == [
            "the certificate of the CSMS is not verified (--insecure-upstream): anybody could answer in its place"
        ]


async def test_the_end_of_its_starter_ends_it_as_a_signal_does(tmp_path: Path) -> None:
    """With ``--stop-at-eof`` no orphan is left when the parent dies, or is left by its user as ``--tui`` is."""
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream, "--stop-at-eof") as (program, url):
            async with station(f"{url}/CP-1") as connection:
                await say(connection, HEARTBEAT % 1)
                assert program.process.stdin is not None
                program.process.stdin.close()
                program.process.stdin = None
                assert await asyncio.to_thread(program.process.wait, 10) == 0
                with pytest.raises(ConnectionClosed) as ended:
                    await asyncio.wait_for(connection.recv(), 5)
                assert ended.value.rcvd is None
    assert [(s.closed_by, s.close_reason, s.frames) for s in sessions(capture)] == [
        ("proxy", "the proxy was stopped", 2)
    ]


@pytest.mark.parametrize("status", [401, 404, 503])
async def test_a_refused_handshake_is_recorded(tmp_path: Path, status: int) -> None:
    """The station sees the status, the capture has a session with it and no frame."""
    capture = tmp_path / "a.db"
    async with csms(refuse=status) as upstream:
        with proxy(capture, upstream) as (_, url):
            with pytest.raises(InvalidStatus) as caught:
                async with station(f"{url}/CP-1"):
                    pass
            assert caught.value.response.status_code == status
            await until(lambda: over(capture))
    session = sessions(capture)[0]
    assert (session.station, session.http_status, session.closed_by, session.frames) == ("CP-1", status, "csms", 0)


async def test_a_csms_that_is_not_there_is_recorded(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with proxy(capture, f"ws://127.0.0.1:{free_port()}") as (_, url):
        with pytest.raises(InvalidHandshake):
            async with station(f"{url}/CP-1"):
                pass
        await until(lambda: over(capture))
    session = sessions(capture)[0]
    assert (session.station, session.http_status, session.closed_by) == ("CP-1", None, "network")
    assert "refused" in (session.close_reason or "").lower()


@pytest.mark.parametrize(("code", "reason"), [(1008, "go away"), (4001, "vendor"), (1000, "")])
async def test_the_csms_s_close_reaches_the_station_and_the_capture(tmp_path: Path, code: int, reason: str) -> None:
    async def close(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(code, reason)

    capture = tmp_path / "a.db"
    async with csms(close) as upstream:
        with proxy(capture, upstream) as (_, url):
            async with station(f"{url}/CP-1") as connection:
                with pytest.raises(ConnectionClosed):
                    await say(connection, HEARTBEAT % 1)
                assert (connection.close_code, connection.close_reason) == (code, reason)
            await until(lambda: over(capture))
    session = sessions(capture)[0]
    assert (session.close_code, session.close_reason, session.closed_by) == (code, reason, "csms")


async def test_a_connection_that_breaks_off_is_no_clean_close(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream) as (_, url):
            connection = await station(f"{url}/CP-1")
            await say(connection, HEARTBEAT % 1)
            connection.transport.abort()
            await until(lambda: over(capture))
    session = sessions(capture)[0]
    assert (session.close_code, session.closed_by) == (1006, "station")
    assert "without a close frame" in (session.close_reason or "")


async def test_kill_9_in_mid_traffic_loses_at_most_the_last_batch(tmp_path: Path) -> None:
    """Everything older than 50 ms (and the disk's own time) is there, in order, and the file opens clean."""
    capture = tmp_path / "a.db"
    answered: list[tuple[float, int]] = []

    async def talk(url: str) -> None:
        async with station(f"{url}/CP-1") as connection:
            for number in range(1_000_000):
                await say(connection, HEARTBEAT % number)
                answered.append((time.monotonic(), number))

    async with csms() as upstream:
        with proxy(capture, upstream) as (program, url):
            talking = asyncio.create_task(talk(url))
            await until(lambda: len(answered) > 400 and answered[-1][0] - answered[0][0] > 0.5)
            killed = time.monotonic()
            program.process.kill()
            program.process.wait()
            with suppress(ConnectionClosed, OSError):
                await talking
    due = max(number for at, number in answered if at < killed - 0.15)
    with Reader(capture) as reader:
        frames = list(reader.pages())
        assert reader._all("PRAGMA integrity_check") == [("ok",)]
    numbers = [json.loads(frame.raw)[1] for frame in frames if frame.type.name == "CALL"]
    assert numbers == [str(number) for number in range(len(numbers))]
    assert len(numbers) > due
    more = make_another(capture)
    assert len(more) == 2, "the next start goes on in the same file"


def make_another(capture: Path) -> list[Session]:
    """Record one more session into a capture."""
    from inspector.store.writer import Writer
    from tests.factories import record

    writer = Writer(capture)
    record(writer)
    writer.close()
    return sessions(capture)


async def test_an_unanswered_call_is_found_while_nothing_moves(tmp_path: Path) -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    capture = tmp_path / "a.db"
    async with csms(mute) as upstream:
        with proxy(capture, upstream, "--patience", "0.3") as (_, url):
            async with station(f"{url}/CP-1") as connection:
                await connection.send(HEARTBEAT % 1)
                await until(lambda: bool(sessions(capture)) and sessions(capture)[0].errors == 1)
                assert sessions(capture)[0].live


async def test_the_password_rests_nowhere(tmp_path: Path) -> None:
    """Basic Auth passes through; the capture keeps the user only."""
    seen: list[str] = []

    async def keep(connection: ServerConnection) -> None:
        assert connection.request is not None
        seen.append(connection.request.headers["Authorization"])
        await echo(connection)

    capture = tmp_path / "a.db"
    async with csms(keep) as upstream:
        with proxy(capture, upstream) as (_, url):
            headers = {"Authorization": "Basic Q1AtMTpzZWNyZXQtcGFzc3dvcmQ="}
            async with station(f"{url}/CP-1", additional_headers=headers) as connection:
                await say(
                    connection, '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"secret-password"}]'
                )
    assert seen == ["Basic Q1AtMTpzZWNyZXQtcGFzc3dvcmQ="]
    header = next(value for side, name, value in sessions(capture)[0].headers if name == "Authorization")
    assert header == "Basic CP-1:***"
    assert b"secret-password" not in capture.read_bytes()
    assert b"c2VjcmV0LXBhc3N3b3Jk" not in capture.read_bytes()


def test_a_port_in_use_is_one_line_and_leaves_no_capture(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert failing(tmp_path, "--listen", address).startswith(f"ocpp-inspector: {address}: can't listen: ")
    assert list(tmp_path.iterdir()) == []


def test_a_port_cannot_be_listened_at_twice(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    assert failing(tmp_path, "--listen", address, "--listen", f"wss://{address}").endswith("can't listen there twice\n")
    assert list(tmp_path.iterdir()) == []


def test_a_capture_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    said = failing(tmp_path / "missing", "--listen", "127.0.0.1:0")
    assert said == f"ocpp-inspector: {tmp_path}/missing/a.db: can't be written: No such file or directory\n"


def failing(folder: Path, *options: str) -> str:
    """Run a proxy that can't start: exit code 2, nothing on stdout, one line on stderr, which is returned."""
    program = Program(
        "-m", "inspector", "proxy", "--upstream", "ws://127.0.0.1:1", "--capture", str(folder / "a.db"), *options
    )
    out, said = program.process.communicate(timeout=30)
    assert (program.process.returncode, out) == (2, "")
    assert said.count("\n") == 1, said
    return said


async def test_garbage_instead_of_a_handshake_leaves_it_running(tmp_path: Path) -> None:
    """The next station is served."""
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with proxy(capture, upstream) as (program, url):
            port = int(url.rpartition(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x16\x03\x01nonsense\r\n\r\n")
            writer.write_eof()
            with suppress(ConnectionError):
                await asyncio.wait_for(reader.read(), 5)
            writer.close()
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, HEARTBEAT % 1)
            assert program.process.poll() is None
    assert [s.station for s in sessions(capture) if s.frames] == ["CP-1"]


async def test_a_connection_is_never_cut_for_silence(tmp_path: Path) -> None:
    """Mitmproxy's own limit of 600 s is set out of the way, on either line of versions."""
    import mitmproxy.proxy.server
    from inspector.addons.recorder import Recorder
    from mitmproxy.master import Master
    from mitmproxy.options import Options

    from inspector.proxy.engine import NEVER, _configure

    master: Any = Master(Options())
    from mitmproxy.addons import core, proxyserver

    master.addons.add(core.Core(), proxyserver.Proxyserver(), Recorder())
    _configure(master, ["reverse:http://127.0.0.1:1@127.0.0.1:0"])
    limit = master.options.tcp_timeout if "tcp_timeout" in master.options else mitmproxy.proxy.server.TCP_TIMEOUT
    assert limit == NEVER


def trusting(authority: Path) -> tuple[str, str]:
    """Return how to start the command so that it trusts a test's authority as it trusts the public ones."""
    script = f"import certifi; certifi.where = lambda: {str(authority)!r}; from inspector.cli import run; run()"
    return ("-c", script)


async def test_a_csms_behind_tls_is_reached_and_its_certificate_checked(tmp_path: Path) -> None:
    """With a certificate it trusts the session goes on; with another one the reason is in the capture."""
    capture = tmp_path / "a.db"
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for issuer in (authority, stranger):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert("127.0.0.1").configure_cert(context)
        async with csms(tls=context) as upstream:
            with proxy(capture, upstream, "--append", start=trusting(tmp_path / "ca.pem")) as (_, url):
                if issuer is authority:
                    async with station(f"{url}/CP-1") as connection:
                        assert await say(connection, HEARTBEAT % 1) == '[3, "1", {}]'
                else:
                    with pytest.raises(InvalidStatus):
                        async with station(f"{url}/CP-1"):
                            pass
    good, bad = sessions(capture)
    assert (good.frames, good.upstream) == (2, good.upstream.replace("ws://", "wss://"))
    (leg,) = good.tls
    assert (leg.leg, leg.version, bool(leg.cipher)) == ("csms", "TLSv1.3", True)
    assert (leg.certificate_ends_ns or 0) > good.opened_ns
    assert (bad.frames, bad.http_status, bad.closed_by) == (0, None, "proxy")
    assert "certificate is not trusted" in (bad.close_reason or "")


async def test_it_needs_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service account may have none it can write to; the authority is put elsewhere then."""
    monkeypatch.setenv("HOME", "/proc")
    monkeypatch.delenv("XDG_DATA_HOME")
    async with csms() as upstream:
        with proxy(tmp_path / "a.db", upstream) as (program, url):
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, HEARTBEAT % 1) == '[3, "1", {}]'
            code, said = program.end()
    assert (code, said.count("\n")) == (0, 1)
    assert "is kept for this run only: stations will not trust it after a restart: [Errno" in said
    (trouble,) = troubles(tmp_path / "a.db")
    assert trouble.startswith("the authority for wss:// is kept for this run only")


def troubles(capture: Path) -> list[str]:
    """Return what was wrong from the start of the first session on."""
    with Reader(capture) as reader:
        return [event.what for event in reader.events(session=1) if event.kind == "trouble"]


async def test_an_authority_is_of_no_matter_where_nobody_comes_with_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is one made, nor does a broken one keep stations out."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    broken = tmp_path / "ocpp-inspector" / "authority" / "ca.pem"
    async with csms() as upstream:
        with running(tmp_path / "a.db", upstream, listen=("ws://127.0.0.1:0",)):
            assert not broken.parent.exists()
        broken.parent.mkdir(parents=True)
        broken.write_text("nonsense")
        with running(tmp_path / "b.db", upstream, listen=("ws://127.0.0.1:0",)) as (port,):
            async with station(f"ws://127.0.0.1:{port}/CP-1") as connection:
                assert await say(connection, HEARTBEAT % 1)


async def test_an_expired_certificate_is_told_loudly_and_serves(tmp_path: Path) -> None:
    """After a reboot too."""
    file = tmp_path / "c.pem"
    past = trustme.CA().issue_cert("a", not_before=datetime(2020, 1, 1), not_after=datetime(2021, 1, 1))
    past.private_key_and_cert_chain_pem.write_to_path(file)
    async with csms() as upstream:
        with proxy(tmp_path / "a.db", upstream, "--cert", str(file)) as (program, url):
            async with station(f"{url}/CP-1") as connection:
                assert await say(connection, HEARTBEAT % 1)
            code, said = program.end()
    assert (code, said.count("\n")) == (0, 1)
    words = f"{file}: the certificate expired on 2021-01-01"
    assert words in said
    assert troubles(tmp_path / "a.db") == [words]


async def test_trouble_with_the_record_is_told_at_once(tmp_path: Path) -> None:
    """On standard output when it comes and when it is over, and in one line of the log; the session goes on."""
    async with csms() as upstream:
        with proxy(tmp_path / "a.db", upstream) as (program, url):
            async with station(f"{url}/CP-1") as connection:
                await say(connection, HEARTBEAT % 1)
                os.kill(process_below(program.process.pid, "scribe_process"), signal.SIGKILL)
                told = await asyncio.to_thread(program.line)
                assert told == {"trouble": "the process that records was ended by signal 9"}
                assert await asyncio.to_thread(program.line) == {"trouble": None}
                assert await say(connection, HEARTBEAT % 2) == '[3, "2", {}]'
            code, said = program.end()
    assert (code, said.count("\n")) == (0, 1)
    assert "the process that records was ended by signal 9: another one goes on" in said


async def test_nobody_has_to_hear_of_trouble(tmp_path: Path) -> None:
    """Who started it may have closed the pipe: traffic and record go on."""
    async with csms() as upstream:
        with proxy(capture := tmp_path / "a.db", upstream) as (program, url):
            assert program.process.stdout is not None
            program.process.stdout.close()
            program.process.stdout = None
            async with station(f"{url}/CP-1") as connection:
                scribe = process_below(program.process.pid, "scribe_process")
                os.kill(scribe, signal.SIGKILL)
                await until(lambda: _other_scribe(program.process.pid, scribe))
                assert await say(connection, HEARTBEAT % 1) == '[3, "1", {}]'
            await until(lambda: over(capture))
            code, said = program.end()
    assert (code, said.count("\n")) == (0, 1)


def _other_scribe(parent: int, before: int) -> bool:
    with suppress(LookupError, OSError):
        return process_below(parent, "scribe_process") != before
    return False
