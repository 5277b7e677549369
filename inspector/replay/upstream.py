"""The real CSMS, asked by a stand-in for what its capture lacks; what it answers is recorded for the next time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Received
from inspector.protocol.frame import MessageType, decode, encode
from inspector.protocol.version import Party
from inspector.replay.handshake import shaken
from inspector.replay.options import RunOptions
from inspector.replay.station import StationLink
from inspector.store.recording import Recording
from inspector.store.rows import Session
from inspector.store.writer import Writer

ASKED = "asked by a mock"
"""What the sessions with the real CSMS are called: their answers are used, they are no scripts."""


class Upstream:
    """A connection to the real CSMS for one station, made when it is first needed; ``authorization`` is its header."""

    def __init__(
        self,
        url: str,
        options: RunOptions,
        session: Session,
        station: str,
        authorization: str | None,
        writer: Writer,
    ) -> None:
        self._link = StationLink(
            url, options.access, station=station, timeout=options.pace.timeout, authorization=authorization
        )
        self._session = session
        self._station = station
        self._writer = writer
        self._timeout = options.pace.timeout
        self._asking = asyncio.Lock()
        self._asked: dict[str, asyncio.Future[str]] = {}
        self._connection: ClientConnection | None = None
        self._recording: Recording | None = None
        self._listening: asyncio.Task[None] | None = None

    async def ask(self, raw: str, message_id: str) -> str:
        """Send a CALL as it came; return the answer. Raises :class:`InspectorError` if there is none."""
        async with self._asking:
            connection = await self._connected()
        answer = self._asked[message_id] = asyncio.get_running_loop().create_future()
        try:
            self._record(Party.STATION, raw)
            async with asyncio.timeout(self._timeout):
                await connection.send(raw)
                answered: str = await answer
                return answered
        except (TimeoutError, ConnectionClosed):
            raise InspectorError("the real CSMS did not answer") from None
        finally:
            self._asked.pop(message_id, None)

    async def _connected(self) -> ClientConnection:
        if self._connection is None or (self._listening is not None and self._listening.done()):
            await self.close()
            connection = self._connection = await self._link.open(self._session)
            opened = shaken(connection, self._session, self._station, ASKED)
            self._recording = Recording(self._writer, replace(opened, origin="live", source=None))
            self._listening = asyncio.create_task(self._listen(connection))
        return self._connection

    async def _listen(self, connection: ClientConnection) -> None:
        """Hand answers over; what the CSMS asks by itself is not for a stand-in to answer."""
        with suppress(ConnectionClosed):
            async for message in connection:
                self._record(Party.CSMS, message)
                frame = decode(message)
                asked = self._asked.get(frame.message_id or "") if frame.type.is_answer else None
                if asked is not None and not asked.done() and isinstance(message, str):
                    asked.set_result(message)
                elif frame.type is MessageType.CALL:
                    refusal = encode([4, frame.message_id, "NotImplemented", "a stand-in is listening", {}])
                    self._record(Party.STATION, refusal)
                    await connection.send(refusal)

    def _record(self, sender: Party, raw: str | bytes) -> None:
        if self._recording is not None:
            self._recording.feed(Received(time.time_ns(), sender, raw))

    async def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is None or self._recording is None or self._listening is None:
            return
        ended = self._listening.done()
        await connection.close()
        self._listening.cancel()
        by = "csms" if ended else "station"
        self._recording.feed(Closed(time.time_ns(), connection.close_code, connection.close_reason or "", by))
