"""One socket of a connection, as a protocol of asyncio that stands in the place of mitmproxy's own."""

import asyncio
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from mitmproxy.proxy.server import ConnectionIO
from OpenSSL import SSL

from inspector.protocol.version import Party

if TYPE_CHECKING:
    from inspector.proxy.link import Link

PARKED_SECONDS = 0.001
"""How long to wait between two looks whether mitmproxy has handed on all it had read."""

DRAIN_SECONDS = 5.0
"""How long what was written may take to leave before a reset is passed on."""

CHUNK = 65536


class Leg(asyncio.Protocol):
    """One socket of a link, with its TLS if it has some. ``over`` tells whether its peer has stopped sending."""

    def __init__(self, party: Party, connection: ConnectionIO, tls: SSL.Connection | None) -> None:
        assert isinstance(connection.writer, asyncio.StreamWriter)
        assert isinstance(connection.reader, asyncio.StreamReader)
        self.party = party
        self.transport: asyncio.Transport = connection.writer.transport  # type: ignore[assignment]
        self.over = False
        self.gone = False
        self.link: Link
        self._stock = self.transport.get_protocol()
        self._reader = connection.reader
        self._tls = tls
        self._said_all = False
        self._waits: set[str] = set()

    def parked(self) -> bool:
        """Tell whether mitmproxy waits for bytes, so that none are on their way through it."""
        waiter = self._reader._waiter  # type: ignore[attr-defined]
        return self.over or (waiter is not None and not waiter.done() and not self._reader._buffer)  # type: ignore[attr-defined]

    def take_over(self) -> None:
        """Hear what the socket says from now on."""
        self.transport.set_protocol(self)
        self.wait("joining", False)

    def data_received(self, data: bytes) -> None:
        """Pass on what came, out of its TLS."""
        if self._tls is not None:
            data = self._decrypt(self._tls, data)
        if data:
            self.link.passed(self.party, data)

    def _decrypt(self, tls: SSL.Connection, data: bytes) -> bytes:
        plain = []
        tls.bio_write(data)
        try:
            while True:
                plain.append(tls.recv(CHUNK))
        except SSL.WantReadError:
            self._flush(tls)
        except SSL.ZeroReturnError:  # close_notify: nothing more comes, but what is here goes first
            asyncio.get_running_loop().call_soon(self.eof_received)
        except SSL.Error as error:
            asyncio.get_running_loop().call_soon(self.link.broken, self.party, f"TLS failed: {error}")
        return b"".join(plain)

    def send(self, data: bytes) -> None:
        """Write to the peer, within TLS if there is some."""
        if self._tls is None:
            self._write(data)
            return
        try:
            self._tls.sendall(data)
        except SSL.Error as error:
            self.link.broken(self.party, f"TLS failed: {error}")
        self._flush(self._tls)

    def _flush(self, tls: SSL.Connection) -> None:
        """Send what TLS has to say."""
        try:
            while True:
                self._write(tls.bio_read(CHUNK))
        except SSL.WantReadError:
            pass

    def _write(self, data: bytes) -> None:
        if not (self._said_all or self.gone):
            self.transport.write(data)

    def end(self) -> None:
        """Tell the peer that nothing more comes."""
        if self._tls is not None:
            with suppress(SSL.Error):
                self._tls.shutdown()
            self._flush(self._tls)
        if not (self._said_all or self.gone or self.transport.is_closing()):
            self.transport.write_eof()
        self._said_all = True

    def close(self) -> None:
        """Close the socket, once what was written has left."""
        self.transport.set_protocol(self)  # so that its end is heard here, also if it was not taken over yet
        self.transport.close()

    def reset(self) -> None:
        """End as a reset, once what was written has left."""
        self._reset(time.monotonic() + DRAIN_SECONDS)

    def _reset(self, deadline: float) -> None:
        if self.gone:
            return
        if self.transport.get_write_buffer_size() and time.monotonic() < deadline:
            asyncio.get_running_loop().call_later(PARKED_SECONDS, self._reset, deadline)
            return
        self.transport.set_protocol(self)
        linger = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()

    def eof_received(self) -> bool:
        """Pass on that the peer has nothing more to say; it may still listen."""
        if not self.over:
            self.over = True
            self.link.finished(self.party)
        return True

    def error(self) -> Exception | None:
        """Return what broke the socket before it was taken over."""
        return self._reader.exception()

    def connection_lost(self, error: Exception | None) -> None:
        """Pass on that the socket is gone, and let mitmproxy know."""
        if not self.gone:
            self.gone = True
            self.link.lost(self.party, error)
            if self._tls is not None:
                self._tls.set_shutdown(0)  # else mitmproxy would think that it had told its layers of the end
            self._stock.connection_lost(error)

    def pause_writing(self) -> None:
        """Let the other side wait while this one does not take what it has."""
        self.link.other(self.party).wait("written", True)

    def resume_writing(self) -> None:
        """Let the other side go on."""
        self.link.other(self.party).wait("written", False)

    def wait(self, why: str, wait: bool) -> None:
        """Stop reading for a reason, or go on if there is none any more."""
        if wait:
            self._waits.add(why)
        else:
            self._waits.discard(why)
        if self.gone or self.transport.is_closing():
            return
        if self._waits:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()
