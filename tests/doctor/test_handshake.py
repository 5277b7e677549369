"""A station's handshake, with servers that answer by hand."""

import asyncio
import socket
import time
from contextlib import suppress
from email.utils import formatdate

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.doctor import handshake
from inspector.doctor.check import Check, State
from inspector.doctor.handshake import PROBE, clock, shake_hands
from inspector.proxy.address import parse_upstream
from tests.doctor.conftest import OPENING, request_of, server
from tests.peers import csms, until


def shaken(url: str, station: str = PROBE) -> Check:
    """Shake hands and return what came of it."""
    upstream = parse_upstream(url)
    with socket.create_connection((upstream.host, upstream.port), 5) as connection:
        return next(shake_hands(connection, upstream, station))


def answered(answer: bytes) -> Check:
    """Shake hands with what gives an answer whatever is asked, and hangs up."""

    def say(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(answer)

    with server(say) as port:
        return shaken(f"ws://127.0.0.1:{port}/ocpp")


async def test_it_asks_as_a_station_and_leaves_with_1000() -> None:
    paths: list[str] = []
    ends: list[int | None] = []

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()
        ends.append(connection.close_code)

    async with csms(handler, paths=paths) as url:
        check = await asyncio.to_thread(shaken, f"{url}/ocpp/", "CP 1/2")
        await until(lambda: bool(ends))
    assert check.state is State.OK
    assert check.what == "/ocpp/CP%201%2F2: taken; of ocpp2.1, ocpp2.0.1, ocpp1.6 it chose ocpp1.6"
    assert (paths, ends) == (["/ocpp/CP%201%2F2"], [1000])


async def test_a_csms_that_hangs_up_at_once_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "LINGER_SECONDS", 5.0)

    async def handler(connection: ServerConnection) -> None:
        await connection.close(1008, "unknown station")

    async with csms(handler) as url:
        check = await asyncio.to_thread(shaken, url)
    assert (check.state, check.what.endswith("hung up at once, with 1008 unknown station")) == (State.WARNING, True)


@pytest.mark.parametrize(
    ("status", "station", "state", "words"),
    [
        (401, PROBE, State.WARNING, "the CSMS wants Basic Auth"),
        (404, PROBE, State.WARNING, "knows neither this path nor this identity"),
        (404, "CP-1", State.ERROR, "knows neither this path nor this identity"),
        (503, PROBE, State.ERROR, "it is down or has too much to do"),
    ],
)
async def test_a_refusal_is_put_into_words(status: int, station: str, state: State, words: str) -> None:
    async with csms(refuse=status) as url:
        check = await asyncio.to_thread(shaken, url, station)
    assert (check.state, words in check.what, bool(check.todo)) == (state, True, True)


def opening(request: bytes, *more: bytes) -> bytes:
    """Return a 101 that fits a request."""
    from websockets.utils import accept_key

    (key,) = (line.partition(b": ")[2] for line in request.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
    accept = b"Sec-WebSocket-Accept: " + accept_key(key.decode()).encode() + b"\r\n"
    return OPENING + accept + b"".join(line + b"\r\n" for line in more) + b"\r\n"


@pytest.mark.parametrize(
    ("protocol", "state", "words"),
    [
        (b"Sec-WebSocket-Protocol: ocpp1.5", State.ERROR, "unsupported subprotocol: ocpp1.5, though nobody offered"),
        (b"X-Other: 1", State.WARNING, "taken, but none of"),
    ],
)
def test_an_odd_choice_of_subprotocol_is_told(protocol: bytes, state: State, words: str) -> None:
    def say(connection: socket.socket) -> None:
        connection.sendall(opening(request_of(connection), protocol))
        connection.recv(65536)

    with server(say) as port:
        check = shaken(f"ws://127.0.0.1:{port}")
    assert (check.state, words in check.what) == (state, True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "no HTTP answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "no HTTP answer"),
        (OPENING + b"Sec-WebSocket-Accept: wrong\r\n\r\n", "its 101 is not as it must be"),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", "elsewhere, to /login"),
    ],
)
def test_an_answer_that_is_none_is_told(answer: bytes, words: str) -> None:
    check = answered(answer)
    assert (check.state, words in check.what) == (State.ERROR, True), check


def test_silence_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        check = shaken(f"ws://127.0.0.1:{silent.getsockname()[1]}")
    assert (check.state, "no answer within 0.2 s" in check.what) == (State.ERROR, True)


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "SECONDS", 0.2)

    def dribble(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\n\r\n")
        with suppress(OSError):  # whoever asked is gone
            while True:
                connection.sendall(b"x")

    with server(dribble) as port:
        check = shaken(f"ws://127.0.0.1:{port}")
    assert check.state is State.ERROR


@pytest.mark.parametrize(
    ("offset", "state", "words"),
    [(2, State.OK, "agree"), (-3600, State.WARNING, "3,600 s ahead of"), (7200, State.WARNING, "7,200 s behind")],
)
def test_the_clocks_are_compared(offset: int, state: State, words: str) -> None:
    now = float(int(time.time()))
    (check,) = clock(formatdate(now + offset, usegmt=True), now)
    assert (check.state, words in check.what) == (state, True)


def test_of_two_dates_the_first_is_the_answer_s() -> None:
    date = f"Date: {formatdate(usegmt=True)}\r\n".encode()

    def say(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" + date + date + b"\r\n")

    with server(say) as port, socket.create_connection(("127.0.0.1", port), 5) as connection:
        refused, clocks = shake_hands(connection, parse_upstream(f"ws://127.0.0.1:{port}"), PROBE)
    assert (refused.name, clocks.state) == ("upgrade", State.OK)


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_without_a_date_nothing_is_said_of_the_clock(date: str | None) -> None:
    assert not list(clock(date, 0))
