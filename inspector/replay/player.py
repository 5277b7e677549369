"""Plays the station of a recorded session against a live CSMS, and records the run."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Opened, Received
from inspector.protocol.frame import Frame, MessageType, decode, encode
from inspector.protocol.json_places import spans
from inspector.protocol.version import Party
from inspector.replay.compare import Difference, differences
from inspector.replay.script import Script, Send, Step
from inspector.store.entries import SessionRow
from inspector.store.recording import Recording
from inspector.store.rows import FrameRow, Session
from inspector.store.writer import Writer

T = TypeVar("T")

QUIET_SECONDS = 1.0
"""How long to listen for an answer to a CALL that had none in the recording."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step went.

    ``same``, ``different``, ``missing`` (it did not come), ``extra`` (an answer where there was none), or ``unsent``
    (the connection was gone before it).
    """

    step: Step
    verdict: str
    differences: tuple[Difference, ...] = ()
    latency_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast to send: ``speed`` times as fast as recorded, None for as fast as the answers come. Times in seconds."""

    speed: float | None
    timeout: float


def with_id(raw: str, message_id: str) -> str:
    """Return a frame with another message id; the rest of the text stays byte for byte."""
    span = spans(raw)["/1"]
    return raw[: span.start] + encode_string(message_id) + raw[span.end :]


def encode_string(text: str) -> str:
    """Write a JSON string."""
    return encode([text])[1:-1]


class StationPlayer:
    """One run: a connection, what is awaited on it, and its recording.

    ``unexpected`` tells, in words, what the CSMS sent that no step asks for.
    """

    def __init__(self, connection: ClientConnection, recording: Recording, script: Script, pace: Pace) -> None:
        self._connection = connection
        self._recording = recording
        self._script = script
        self._pace = pace
        self._awaited: dict[str, asyncio.Future[str | bytes]] = {}
        self._calls: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(0))
        self._answers: defaultdict[str, deque[FrameRow | None]] = defaultdict(deque)
        self._last: dict[str, FrameRow | None] = {}
        self.unexpected: list[str] = []
        for step in script.steps:
            if not isinstance(step, Send):
                self._answers[step.call.action or ""].append(step.answer)

    async def play(self) -> AsyncIterator[Outcome]:
        """Go through the steps; yield how each went. When the connection is gone, the rest is unsent."""
        self._listening = asyncio.create_task(self._listen())
        began = time.monotonic()
        try:
            for step in self._script.steps:
                await self._keep_pace(step, began)
                if self._listening.done():
                    yield Outcome(step, "unsent")
                else:
                    yield await (self._send(step) if isinstance(step, Send) else self._await(step))
        finally:
            self._listening.cancel()

    async def _keep_pace(self, step: Step, began: float) -> None:
        """Sleep until the step's time, counted from the first step's, so that nothing adds up."""
        if self._pace.speed is not None and not self._listening.done():
            since = (step.call.time_ns - self._script.steps[0].call.time_ns) / 1e9
            await asyncio.sleep(max(0.0, began + since / self._pace.speed - time.monotonic()))

    async def _send(self, step: Send) -> Outcome:
        message_id = str(uuid4())
        answer = self._awaited[message_id] = asyncio.get_running_loop().create_future()
        started = time.monotonic_ns()
        try:
            await self._write(with_id(str(step.call.raw), message_id))
            wait = self._pace.timeout if step.expected else min(QUIET_SECONDS, self._pace.timeout)
            got = await self._within(wait, answer)
        except (TimeoutError, ConnectionClosed):
            return Outcome(step, "missing" if step.expected else "same")
        finally:
            del self._awaited[message_id]
        latency = time.monotonic_ns() - started
        if step.expected is None:
            return Outcome(step, "extra", latency_ns=latency)
        found = tuple(differences(step.expected.raw, got))
        return Outcome(step, "different" if found else "same", found, latency)

    async def _await(self, step: Step) -> Outcome:
        try:
            await self._within(self._pace.timeout, self._calls[step.call.action or ""].acquire())
        except TimeoutError:
            return Outcome(step, "missing")
        return Outcome(step, "same")

    async def _within(self, seconds: float, awaited: Awaitable[T]) -> T:
        """Wait for something the CSMS does. Raises TimeoutError when the time is over or the connection is gone."""
        waiting = asyncio.ensure_future(awaited)
        await asyncio.wait({waiting, self._listening}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        raise TimeoutError

    async def _listen(self) -> None:
        """Take what the CSMS sends: answers go to who awaits them, CALLs get the station's recorded answer."""
        with suppress(ConnectionClosed):
            async for message in self._connection:
                frame = self._seen(Party.CSMS, message)
                awaited = self._awaited.get(frame.message_id or "")
                if frame.type is MessageType.CALL and frame.message_id is not None:
                    await self._answer(frame.action or "", frame.message_id)
                elif awaited is not None and not awaited.done():
                    awaited.set_result(message)
                else:
                    self.unexpected.append(f"{frame.type.name} that no open CALL asked for")

    async def _answer(self, action: str, message_id: str) -> None:
        """Answer as the station did the next time it was asked this; beyond that as the last time."""
        if self._answers[action]:
            self._last[action] = self._answers[action].popleft()
        else:
            self.unexpected.append(f"CALL {action}")
        if action in self._last:
            answer = self._last[action]
            if answer is not None:
                await self._write(with_id(str(answer.raw), message_id))
        else:
            await self._write(encode([4, message_id, "NotImplemented", f"{action} is not in the recording", {}]))
        self._calls[action].release()

    async def _write(self, text: str) -> None:
        """Record and send. What can't be sent any more is not recorded either."""
        if self._listening.done():
            raise TimeoutError("the connection is gone")
        self._recording.feed(Received(time.time_ns(), Party.STATION, text))
        await self._connection.send(text)

    def _seen(self, sender: Party, message: str | bytes) -> Frame:
        self._recording.feed(Received(time.time_ns(), sender, message))
        return decode(message)


class StationRun:
    """A replay of ``session`` as its station against a live CSMS, recorded by ``writer`` as a session of its own.

    ``row`` is that session's, once there is a connection; ``unexpected`` what the CSMS sent that no step asks for;
    ``ending`` how the CSMS ended the connection, if it did.
    """

    def __init__(self, session: Session, script: Script, url: str, pace: Pace, writer: Writer) -> None:
        self.row: SessionRow | None = None
        self.unexpected: list[str] = []
        self.ending = ""
        self._session = session
        self._script = script
        self._target = station_url(url, session)
        self._pace = pace
        self._writer = writer

    async def outcomes(self) -> AsyncIterator[Outcome]:
        """Connect and play; yield an outcome a step. Raises :class:`InspectorError` for want of a connection."""
        session = self._session
        names = (session.subprotocol,) if session.subprotocol else session.offered
        connection = await self._connect(names)
        opened = Opened(
            time.time_ns(),
            session.station,
            path=session.path,
            peer="replay",
            upstream=self._target,
            offered=names,
            subprotocol=connection.subprotocol,
            origin="run",
            source=session.id,
        )
        recording = Recording(self._writer, opened)
        self.row = recording.row
        player = StationPlayer(connection, recording, self._script, self._pace)
        self.unexpected = player.unexpected
        try:
            async for outcome in player.play():
                yield outcome
        finally:
            by = Party.STATION if connection.close_code is None else Party.CSMS
            if by is Party.CSMS:
                self.ending = f"{connection.close_code} {connection.close_reason or ''}".strip()
            await connection.close()
            recording.feed(Closed(time.time_ns(), connection.close_code, connection.close_reason or "", by))

    async def _connect(self, names: tuple[str, ...]) -> ClientConnection:
        try:
            return await connect(
                self._target,
                subprotocols=[Subprotocol(name) for name in names] or None,
                open_timeout=self._pace.timeout,
                max_size=None,
                ping_interval=None,
                proxy=None,
            )
        except (OSError, WebSocketException, ValueError) as error:
            raise InspectorError(f"{self._target}: no connection: {error}") from error


def station_url(url: str, session: Session) -> str:
    """Put the station's id behind a URL, as its path had it, unless it is there."""
    segment = session.path.partition("?")[0].rstrip("/").rpartition("/")[2]
    base = url.rstrip("/")
    return base if base.endswith(f"/{segment}") or not segment else f"{base}/{segment}"
