"""The load: many stations and their CSMS in one event loop, as lean as Python allows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from tests.benchmarks.serving import CLOSE, GOODBYE, Serving
from tests.benchmarks.talk import ID_LENGTH, Talk, client_frame, identity, mask, server_frame

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
CALL = ord("2")
ID_AT = len('[2,"')
BURST = 64
"""Frames that a pipelining station writes at once."""


class Field:
    """One CSMS and the stations that are sent to it; ``frames`` counts what it heard and said since the start."""

    def __init__(self) -> None:
        self.talk = Talk("ocpp1.6")
        self.heard = 0
        self.said = 0
        self.progress = asyncio.Event()
        self._names = 0

    @property
    def frames(self) -> int:
        """Return how many frames of both sides have arrived."""
        return self.heard + self.said

    def names(self, count: int) -> list[str]:
        """Return names that no station has had."""
        self._names += count
        return [f"CP-{number:05}" for number in range(self._names - count, self._names)]

    async def stations(self, port: int, names: Iterable[str], talk: Talk, *, prelude: bool = True) -> list["Station"]:
        """Connect stations and let each boot."""
        self.talk = talk
        return [await self._station(port, name, talk, prelude=prelude) for name in names]

    async def _station(self, port: int, name: str, talk: Talk, *, prelude: bool) -> "Station":
        loop = asyncio.get_running_loop()
        _, station = await loop.create_connection(lambda: Station(name, talk), "127.0.0.1", port)
        await station.upgraded
        for message_id in talk.prelude if prelude else ():
            await station.ask(message_id)
        return station

    async def flood(self, station: "Station", limit: int, seconds: float, window: int) -> None:
        """Let a station SEND up to so many frames for some seconds, and wait until the CSMS has them all.

        It waits for nothing but that no more than a window of frames is on its way.
        """
        before, sent, stop = self.heard, 0, time.perf_counter() + seconds
        while sent < limit and time.perf_counter() < stop:
            if sent - (self.heard - before) < window:
                sent += station.send(min(BURST, limit - sent))
                await asyncio.sleep(0)
            else:
                await self._progress()
        while self.heard - before < sent:
            await self._progress()

    async def _progress(self) -> None:
        self.progress.clear()
        await asyncio.wait_for(self.progress.wait(), 30)


@asynccontextmanager
async def field() -> AsyncIterator[tuple[Field, int]]:
    """Run a CSMS on a free port; yield it, with no station yet, and the port."""
    there = Field()
    server = await asyncio.get_running_loop().create_server(lambda: Csms(there), "127.0.0.1", 0, backlog=1000)
    try:
        yield there, server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Csms(Serving):
    """One connection of the CSMS: answers every CALL at once."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field

    def hear(self, data: bytes) -> bytes:
        """Take the frames that are complete, and return the rest. A carrier may have masked them anew."""
        at, size, heard, answers, answer = 0, len(data), 0, [], self._field.talk.answer
        while size - at >= 6:
            length, start = data[at + 1] & 127, at + 6
            if length == 126:
                length, start = data[at + 2] << 8 | data[at + 3], at + 8
            end = start + length
            if end > size:
                break
            if data[at] == CLOSE:
                self.leave()
                return b""
            assert data[at] == 0x81, f"an unexpected frame: {data[at : at + 10]!r}"
            key = data[start - 4 : start]
            heard += 1
            if data[start + 1] ^ key[1] == CALL:
                answers.append(answer(mask(data[start + ID_AT : start + ID_AT + ID_LENGTH], key)))
            at = end
        if answers:
            self.transport.write(b"".join(answers))
        self._field.heard += heard
        self._field.said += len(answers)
        self._field.progress.set()
        return data[at:]


class Station(asyncio.Protocol):
    """One station: it knows the bytes that answer each of its CALLs, and takes no others."""

    def __init__(self, name: str, talk: Talk) -> None:
        self._name = name
        self.talk = talk
        self.upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.number = 0
        self._rest = b""
        self._answer = b""
        self._hear: Callable[[], None] = lambda: None
        self._fail: Callable[[Exception], None] = lambda _: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.write = transport.write
        host, port = transport.get_extra_info("peername")
        self.write(
            f"GET /{self._name} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {self.talk.subprotocol}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if len(data) < len(self._answer) or (not self._answer and b"\r\n\r\n" not in data):
            self._rest = data
            return
        self._rest = b""
        if not self._answer:
            self._begin(data)
        elif data == self._answer:
            self._hear()
        else:
            self._fail(AssertionError(f"{self._name} heard {data!r} where {self._answer!r} answers"))

    def _begin(self, head: bytes) -> None:
        if head.startswith(b"HTTP/1.1 101 "):
            self.upgraded.set_result(None)
        else:
            self.upgraded.set_exception(AssertionError(f"{self._name}: {head!r}"))

    def connection_lost(self, exc: Exception | None) -> None:
        lost = ConnectionError(f"{self._name} was cut off")
        if not self.upgraded.done():
            self.upgraded.set_exception(lost)
        self._fail(lost)
        self.gone.set_result(None)

    async def ask(self, message_id: bytes) -> None:
        """Send one CALL and wait for its answer."""
        await self._until_done(lambda done: self._say(message_id, lambda: done.set_result(None)))

    def send(self, count: int) -> int:
        """Write so many SENDs at once, and return how many."""
        numbers = range(self.number + 1, self.number + 1 + count)
        self.number += count
        self.write(b"".join([self.talk.frame(identity("e", number)) for number in numbers]))
        return count

    async def talk_on(self, seconds: float, pause: float = 0.0) -> list[float]:
        """Send one CALL after the other, each when the last was answered and a pause is over.

        Return the seconds of each round trip.
        """
        trips: list[float] = []
        clock, later = time.perf_counter, asyncio.get_running_loop().call_later
        stop = clock() + seconds

        def begin(done: asyncio.Future[None]) -> None:
            asked = 0.0

            def call() -> None:
                nonlocal asked
                self.number += 1
                asked = clock()
                self._say(identity("m", self.number), answered)

            def answered() -> None:
                now = clock()
                trips.append(now - asked)
                if now >= stop:
                    done.set_result(None)
                elif pause:
                    later(pause, call)
                else:
                    call()

            call()

        await self._until_done(begin)
        return trips

    async def _until_done(self, begin: Callable[[asyncio.Future[None]], None]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._fail = lambda error: None if done.done() else done.set_exception(error)
        begin(done)
        await done

    def _say(self, message_id: bytes, answered: Callable[[], None]) -> None:
        self._answer, self._hear = self.talk.answer(message_id), answered
        self.write(self.talk.frame(message_id))

    async def close(self) -> None:
        """Say goodbye and wait until the connection is gone."""
        self._answer, self._hear = server_frame(GOODBYE, CLOSE), lambda: None
        self.write(client_frame(GOODBYE, CLOSE))
        await asyncio.wait_for(self.gone, 10)
