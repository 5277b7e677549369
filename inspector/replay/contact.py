"""The contact with a live peer: one connection after the other, each recorded, and why each ended."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close

from inspector.protocol.event import Closed, Received
from inspector.protocol.frame import Frame, decode
from inspector.protocol.version import Party
from inspector.replay.means import Link, Means, Raw
from inspector.replay.station import CLOSE_SECONDS
from inspector.store.recording import Recording
from inspector.store.rows import Session

NO_CLOSE_FRAME = 1006
"""What stands for the code of a connection that ended without a closing handshake (RFC 6455 section 7.1.5)."""

LONGEST_REASON = 123
"""Bytes of the reason in a close frame (RFC 6455 section 5.5)."""

BREATH = 32
"""Frames that are taken without letting others have the loop."""


class Contact:
    """Connections of ``link`` as ``role``; ``take`` gets each frame that comes, ``lost`` is called when one has ended.

    ``gone`` is set while there is no connection, or none any more; ``ending`` says why, where that was not meant.
    ``session`` is the recorded one that the connection is in place of, ``failure`` a fault of ours while listening.
    """

    def __init__(
        self,
        role: Party,
        link: Link,
        means: Means,
        take: Callable[[Frame], Awaitable[None]],
        lost: Callable[[], None],
    ) -> None:
        self.gone = asyncio.Event()
        self.ending = ""
        self.session = 0
        self.failure: Exception | None = None
        self._role = role
        self._link = link
        self._means = means
        self._take = take
        self._lost = lost
        self._connection: Connection | None = None
        self._recording: Recording | None = None
        self._refused: Close | None = None

    async def open(self, session: Session, seconds: float | None = None) -> None:
        """Have the connection that is in place of a recorded session's.

        Raises :class:`InspectorError` if there is none to be had, TimeoutError after so many seconds.
        """
        await self.hang_up()
        self._connection = await asyncio.wait_for(self._link.open(session), seconds)
        self.session = session.id
        self._recording = self._means.begin(session, self._connection)
        self.gone = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(self._connection, self.gone))

    async def write(self, raw: Raw) -> None:
        """Record and send. What can't be sent any more is not recorded either. Raises TimeoutError, ConnectionClosed.

        A peer that reads nothing can't hold us for longer than the timeout.
        """
        connection = self._connection
        if connection is None or self.gone.is_set():
            raise TimeoutError("the connection is gone")
        if self._recording is not None:
            self._recording.feed(Received(time.time_ns(), self._role, raw))
        async with asyncio.timeout(self._means.pace.timeout):
            await connection.send(raw)

    async def is_left(self) -> bool:
        """Wait for the peer to end the connection; tell whether it did."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.gone.wait(), self._means.pace.timeout)
        return self.gone.is_set()

    async def hang_up(self, *, abort: bool = False, code: int | None = None, reason: str = "") -> None:
        """End the connection, with the closing handshake or without. Nothing happens where there is none."""
        connection, recording = self._connection, self._recording
        self._connection = self._recording = None
        if connection is None:
            return
        was_left = self.gone.is_set()
        if abort and not was_left:
            connection.transport.abort()
        with suppress(TimeoutError, ConnectionClosed):
            words = reason.encode()[:LONGEST_REASON].decode("utf-8", "ignore")
            await asyncio.wait_for(connection.close(sendable(code), words), CLOSE_SECONDS)
        connection.transport.abort()  # of who does not take leave
        self._listening.cancel()
        refused, self._refused = self._refused, None
        ended = None if abort else refused.code if refused else connection.close_code
        by = self._role.value if refused or not was_left else _who(connection.close_code, self._role.peer)
        if recording is not None:
            recording.feed(Closed(time.time_ns(), ended, connection.close_reason or "", by))

    async def _listen(self, connection: Connection, gone: asyncio.Event) -> None:
        """Take what comes until the connection ends."""
        taken = 0
        try:
            async for message in connection:
                await self._take(self._seen(message))
                taken += 1
                if taken % BREATH == 0:
                    await asyncio.sleep(0)
        except ConnectionClosed as closed:
            if connection is self._connection and not closed.rcvd_then_sent:
                self._refused = closed.sent
        except Exception as error:
            self.failure = error
        finally:
            gone.set()
            if connection is self._connection:
                self.ending = self._why(connection)
            self._lost()

    def _seen(self, message: Raw) -> Frame:
        if self._recording is not None:
            seen = self._recording.feed(Received(time.time_ns(), self._role.peer, message)).seen
            if seen is not None:
                return seen.frame
        return decode(message)

    def _why(self, connection: Connection) -> str:
        """Say why a connection ended that nobody meant to end."""
        refused, peer = self._refused, self._role.peer.label
        if refused is not None:
            return f"what the {peer} sent can't be taken: {refused.code} {refused.reason}"
        if connection.close_code in {None, NO_CLOSE_FRAME}:
            return "the connection ended without a word"
        return f"the {peer} ended the connection: {connection.close_code} {connection.close_reason or ''}".strip()


def sendable(code: int | None) -> int:
    """Return a code that may stand in a close frame (RFC 6455 section 7.4.1); 1000 for one that may not."""
    known = code is not None and (1000 <= code <= 1014 or 3000 <= code <= 4999)
    return code if code is not None and known and code not in {1004, 1005, NO_CLOSE_FRAME} else 1000


def _who(code: int | None, peer: Party) -> str:
    """Say who ended a connection that was not ended by us: without a close frame it may have been the network."""
    return "network" if code in {None, NO_CLOSE_FRAME} else peer.value
