"""Two sockets joined: what one side says goes to the other as it came, and so does how it ends.

The two legs of a connection are protocols of asyncio, put in the place of mitmproxy's own once the handshake is done.
"""

import asyncio
import logging
import math
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from typing import NamedTuple, Protocol

from mitmproxy.proxy.server import ConnectionHandler, ConnectionIO
from OpenSSL import SSL

from inspector.protocol.version import Party
from inspector.proxy.passage import Passage
from inspector.proxy.reader import Reader
from inspector.proxy.websocket import Close, Deflate, Piece, Violation, agreed

PARKED_SECONDS = 0.001
"""How long to wait between two looks whether mitmproxy has handed on all it had read."""

DRAIN_SECONDS = 5.0
"""How long what was written may take to leave before a reset is passed on."""

CHUNK = 65536

ABNORMAL = 1006
"""The close code that stands for a connection that ended without a close frame (RFC 6455 section 7.1.5)."""

BROKE_OFF = "the connection broke off without a close frame"

log = logging.getLogger(__name__)


class End(NamedTuple):
    """How a session ended, as its first sign told: who did it, the close code (None: no close frame), the reason."""

    by: str
    code: int | None
    reason: str


STOPPED = End("proxy", None, "the proxy was stopped")


class Ear(Protocol):
    """Who listens to a link. Plain calls: no hook, no task."""

    def heard(self, sender: Party, piece: Piece, time_ns: int) -> None:
        """Hear a piece, after it was passed on."""

    def ended(self, end: End, unread: dict[Party, int], time_ns: int) -> None:
        """Hear that both directions are over, and how many bytes of each sender could not be read."""


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


class Link:
    """A station and its CSMS, joined: what each sends goes to the other. ``ear`` hears what passed."""

    def __init__(self, handler: ConnectionHandler, station: Leg, csms: Leg, extensions: str, ear: Ear | None) -> None:
        self.done = False
        self._handler = handler
        self._legs = {Party.STATION: station, Party.CSMS: csms}
        self._ear = ear
        self._complained = False
        self.end: End | None = None
        self._now_ns = 0
        deflated = dict(zip((Party.STATION, Party.CSMS), agreed(extensions), strict=True))
        self.passages = {party: self._passage(party, deflated[party]) for party in self._legs}
        for leg in self._legs.values():
            leg.link = self

    def _passage(self, party: Party, deflate: Deflate | None) -> Passage:
        return Passage(
            Reader(from_client=party is Party.STATION, deflate=deflate),
            self._legs[party.peer].send,
            self._legs[party.peer].end,
            partial(self._heard, party),
            lambda wait: self._legs[party].wait("held", wait),
            to_server=party is Party.STATION,
        )

    def join(self) -> None:
        """Take the sockets over from mitmproxy, each as soon as nothing that it sent is on its way through there."""
        for leg in self._legs.values():
            leg.wait("joining", True)
            self._take_over(leg)

    def _take_over(self, leg: Leg) -> None:
        if leg.parked():
            leg.take_over()
            self._handler.timeout_watchdog.last_activity = math.inf  # it would cut what it hears nothing of
        elif not leg.transport.is_closing():
            asyncio.get_running_loop().call_later(PARKED_SECONDS, self._take_over, leg)

    def other(self, party: Party) -> Leg:
        """Return the leg that a party's words go to."""
        return self._legs[party.peer]

    def passed(self, party: Party, data: bytes) -> None:
        """Pass on what a party sent, and read it."""
        self._now_ns = time.time_ns()
        passage = self.passages[party]
        try:
            passage.take(data)
        except Exception:
            log.exception("what the %s says can't be read any more; it is passed on", party)
            passage.reader.lost = True
            passage.give_up()

    def _heard(self, party: Party, piece: Piece) -> None:
        if type(piece) is Close:
            self._note(End(party, piece.code, piece.reason))
        if self._ear is None or self.done:
            return
        try:
            self._ear.heard(party, piece, self._now_ns)
        except Exception:
            self._complain()

    def _complain(self) -> None:
        if not self._complained:
            log.exception("the recorder failed; traffic goes on")
        self._complained = True

    def ended_early(self, party: Party) -> None:
        """Pass on an end that came before the sockets were joined."""
        leg = self._legs[party]
        error = leg.error()
        if error is not None:
            leg.connection_lost(error)
        else:
            leg.eof_received()

    def cut(self) -> None:
        """End it, because mitmproxy was told to."""
        if self.done:
            return
        self._note(STOPPED)
        for leg in self._legs.values():
            leg.transport.close()
        self._finish()

    def broken(self, party: Party, why: str) -> None:
        """End it, because the leg of a party is of no use any more."""
        self._note(End(party, ABNORMAL, why))
        for leg in self._legs.values():
            leg.reset()

    def finished(self, party: Party) -> None:
        """Pass on that a party has nothing more to say."""
        self._note(End(party, ABNORMAL, BROKE_OFF))
        self.passages[party].finish()
        if all(leg.over for leg in self._legs.values()):
            for leg in self._legs.values():
                leg.close()

    def lost(self, party: Party, error: Exception | None) -> None:
        """Pass on that the socket of a party is gone, and how it went."""
        other = self._legs[party.peer]
        if error is not None:
            self._note(_broken(party, error))
            other.reset()
        elif not all(leg.over for leg in self._legs.values()):
            self.cut()
        if other.gone and not self.done:
            self._finish()

    def _note(self, end: End) -> None:
        """Keep how the session ended: the first sign counts."""
        self.end = self.end or end

    def _finish(self) -> None:
        for party, passage in self.passages.items():
            if passage.reader.untold:
                self._heard(party, Violation(f"{passage.reader.untold} more violations", b"", opaque=False))
        self.done = True
        unread = {party: passage.reader.unread for party, passage in self.passages.items() if passage.reader.unread}
        if self._ear is not None and self.end is not None:
            try:
                self._ear.ended(self.end, unread, time.time_ns())
            except Exception:
                self._complain()
        for connection in list(self._handler.transports.values()):
            if connection.handler is not None:
                connection.handler.cancel("relayed to its end")


def _broken(party: Party, error: Exception) -> End:
    """Say who broke a connection: its party with a reset, or the network that lost it."""
    if isinstance(error, ConnectionError):
        return End(party, ABNORMAL, "the connection was reset")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return End("network", ABNORMAL, f"the connection to the {party.label} was lost: {words}")
