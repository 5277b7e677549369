"""Peers that speak raw bytes: a station and a CSMS play a scenario, and each end must see what the other did."""

import asyncio
import errno
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from OpenSSL import SSL

from inspector.protocol.version import Party

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""The example of RFC 6455 section 1.3."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

MASK = b"\x37\xfa\x21\x3d"

FIN, CUT, RST = "fin", "cut", "rst"
"""How a connection ended: in order; its TCP without its TLS; broken off."""


def frame(
    opcode: int, payload: bytes, *, fin: bool = True, rsv: int = 0, mask: bytes = b"", length_bytes: int | None = None
) -> bytes:
    """Make one WebSocket frame, also one that is not allowed. ``length_bytes`` (0, 2, 8): how the length is written."""
    size = len(payload)
    if length_bytes is None:
        length_bytes = 0 if size < 126 else 2 if size < 65536 else 8
    first = bytes([fin << 7 | rsv << 4 | opcode, bool(mask) << 7 | {0: size, 2: 126, 8: 127}[length_bytes]])
    length = size.to_bytes(length_bytes, "big") if length_bytes else b""
    return b"".join((first, length, mask, masked(payload, mask) if mask else payload))


def masked(payload: bytes, mask: bytes) -> bytes:
    """Apply a mask of four bytes."""
    size = len(payload)
    pad = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(pad, "little")).to_bytes(size, "little")


class Deed(NamedTuple):
    """What one end does: ``send`` bytes, ``fin`` (no more from here), ``rst`` (break off)."""

    by: Party
    verb: str
    wire: bytes = b""


def up(opcode: int, payload: bytes = b"", *, mask: bytes = MASK, **shape: int | None) -> Deed:
    """Make the deed of a station that sends one frame."""
    return Deed(Party.STATION, "send", frame(opcode, payload, mask=mask, **shape))  # type: ignore[arg-type]


def down(opcode: int, payload: bytes = b"", **shape: int | bytes | None) -> Deed:
    """Make the deed of a CSMS that sends one frame."""
    return Deed(Party.CSMS, "send", frame(opcode, payload, **shape))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Scenario:
    """What happens after the handshake, moment by moment: the deeds of one moment are done at once.

    ``early`` is sent together with the request, ``glued`` together with the 101. ``frames`` are what the record must
    hold, ``end`` the close code and who closed, ``violations`` whose they are; None where it does not matter.
    """

    name: str
    moments: tuple[tuple[Deed, ...], ...]
    early: bytes = b""
    glued: bytes = b""
    extensions: str = ""
    frames: tuple[tuple[Party, str | bytes], ...] | None = None
    end: tuple[int | None, Party] | None = None
    reason: str | None = None
    violations: tuple[Party, ...] = ()
    controls: tuple[tuple[Party, str, bytes], ...] | None = None


class End(asyncio.Protocol):
    """One end of a connection; it keeps what comes, and how it ends."""

    def __init__(self, tls: SSL.Connection | None = None) -> None:
        self.head: bytes | None = None
        self.received = bytearray()
        self.ended = ""
        self.met = False
        self.changed = asyncio.Event()
        self._tls = tls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.socket: socket.socket = transport.get_extra_info("socket")
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            self.met = True
        else:
            self._shake()

    def data_received(self, data: bytes) -> None:
        if self._tls is None:
            self._take(data)
        else:
            self._tls.bio_write(data)
            if self.met or self._shake():
                self._decrypt(self._tls)
        self.changed.set()

    def eof_received(self) -> bool:
        self.ended = self.ended or (FIN if self._tls is None else CUT)
        self.changed.set()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None:
            self.ended = RST
        self.changed.set()

    def _shake(self) -> bool:
        assert self._tls is not None
        try:
            self._tls.do_handshake()
            self.met = True
        except SSL.WantReadError:
            pass
        self._flush(self._tls)
        return self.met

    def _decrypt(self, tls: SSL.Connection) -> None:
        try:
            while True:
                self._take(tls.recv(1 << 18))
        except SSL.WantReadError:
            pass
        except SSL.ZeroReturnError:
            self.ended = self.ended or FIN
        self._flush(tls)

    def _flush(self, tls: SSL.Connection) -> None:
        try:
            while True:
                self.transport.write(tls.bio_read(1 << 20))
        except SSL.WantReadError:
            pass

    def _take(self, data: bytes) -> None:
        self.received += data
        if self.head is None and b"\r\n\r\n" in self.received:
            head, _, rest = bytes(self.received).partition(b"\r\n\r\n")
            self.head, self.received = head, bytearray(rest)

    def notice(self) -> None:
        """See a reset that came after the end: no read tells it."""
        if self.ended != FIN or self.transport.is_closing():
            return
        if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (errno.ECONNRESET, errno.EPIPE):
            self.ended = RST

    def do(self, deed: Deed) -> None:
        """Do it, without waiting."""
        if deed.verb == "send":
            self.send(deed.wire)
        else:
            {FIN: self.fin, RST: self.rst}[deed.verb]()

    def send(self, wire: bytes) -> None:
        """Send bytes."""
        if self._tls is None:
            self.transport.write(wire)
        elif wire:
            self._tls.sendall(wire)
            self._flush(self._tls)

    def fin(self) -> None:
        """Say that no more will come from here; what comes from there is still taken."""
        if self._tls is not None:
            self._tls.shutdown()
            self._flush(self._tls)
        self.cut()

    def cut(self) -> None:
        """End this direction of TCP."""
        self.transport.write_eof()

    def rst(self) -> None:
        """Break the connection off."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    async def until(self, condition: Callable[["End"], bool], seconds: float = 5.0) -> bool:
        """Wait until something holds of this end; tell whether it came to hold in time."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            if time.monotonic() > deadline:
                return False
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), 0.02)
            except TimeoutError:
                self.notice()
        return True


@dataclass(frozen=True)
class Lane:
    """A way from a station to a CSMS: the port the one calls, the socket at which the other listens."""

    port: int
    listener: socket.socket
    station_tls: SSL.Context | None = None
    csms_tls: SSL.Context | None = None

    async def call(self) -> End:
        """Connect as a station."""
        tls = None
        if self.station_tls is not None:
            tls = SSL.Connection(self.station_tls, None)
            tls.set_tlsext_host_name(b"localhost")
            tls.set_connect_state()
        _, end = await asyncio.get_running_loop().create_connection(lambda: End(tls), "127.0.0.1", self.port)
        assert await end.until(lambda end: end.met), "no TLS with the proxy"
        return end

    async def answer(self, path: str) -> End:
        """Take the connection that asks for a path, as a CSMS."""
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await asyncio.wait_for(loop.sock_accept(self.listener), 5)
            tls = None
            if self.csms_tls is not None:
                tls = SSL.Connection(self.csms_tls, None)
                tls.set_accept_state()
            _, end = await loop.connect_accepted_socket(lambda tls=tls: End(tls), accepted)  # type: ignore[misc]
            try:
                await end.until(lambda end: end.head is not None)
            finally:
                asked = path.encode() in (end.head or b"")
                if not asked:
                    end.transport.abort()
            if asked:
                return end

    async def meet(self, path: str, *, extensions: str = "", early: bytes = b"", glued: bytes = b"") -> "Pair":
        """Do a handshake; ``early`` is glued to the request, ``glued`` to the 101."""
        offered = f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
        station = await self.call()
        station.send(request(path, offered) + early)
        csms = await self.answer(path)
        csms.send(SWITCHING.replace(b"\r\n\r\n", f"\r\n{offered}\r\n".encode()) + glued)
        assert await station.until(lambda end: end.head is not None), "no answer to the handshake"
        return Pair(station, csms, {Party.STATION: bytearray(early), Party.CSMS: bytearray(glued)})


def request(path: str, more: str = "") -> bytes:
    """Make the request of a station's handshake."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: csms.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ocpp1.6\r\n{more}\r\n"
    ).encode()


SWITCHING = (
    f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {ACCEPT}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
).encode()


@dataclass
class Pair:
    """Both ends of a session, and what each must have seen so far."""

    station: End
    csms: End
    sent: dict[Party, bytearray]
    over: dict[Party, str] = field(default_factory=lambda: dict.fromkeys(Party, ""))

    def end(self, party: Party) -> End:
        """Return the end that a party has in hand."""
        return self.station if party is Party.STATION else self.csms

    async def go_through(self, deeds: tuple[Deed, ...], seconds: float = 5.0) -> None:
        """Let the ends do something at once; then each must come to see just what the other sent and did."""
        for deed in deeds:
            self.end(deed.by).do(deed)
            self.sent[deed.by] += deed.wire
            if deed.verb != "send":
                self.over[deed.by] = deed.verb
        await self._compare(Party.CSMS, Party.STATION, seconds)
        await self._compare(Party.STATION, Party.CSMS, seconds)

    async def _compare(self, seen_by: Party, done_by: Party, seconds: float) -> None:
        """Wait until one has seen what the other sent and did; whoever broke off sees nothing any more."""
        if self.over[seen_by] == RST:
            return
        sent, over = self.sent[done_by], self.over[done_by]
        end = self.end(seen_by)
        await end.until(lambda end: len(end.received) >= len(sent) and end.ended == over, seconds)
        assert end.received == sent, difference(f"the {seen_by} got", bytes(end.received), bytes(sent))
        assert end.ended == over, f"the {seen_by} saw the end {end.ended!r}, not {over!r}"

    async def part(self) -> None:
        """End in order what is still open: nothing more may have come by then."""
        for party in Party:
            if not self.over[party] and RST not in self.over.values():
                await self.go_through((Deed(party, "fin"),))
        self.abandon()

    def abandon(self) -> None:
        """Let go of the sockets."""
        for end in (self.station, self.csms):
            end.transport.abort()


def difference(what: str, seen: bytes, expected: bytes) -> str:
    """Say where two byte strings part."""
    at = next(
        (i for i, (a, b) in enumerate(zip(seen, expected, strict=False)) if a != b), min(len(seen), len(expected))
    )
    sizes = f"{len(seen)} bytes, not {len(expected)}"
    return f"{what} {sizes}; from byte {at} on {seen[at : at + 24]!r}, not {expected[at : at + 24]!r}"


async def play(lane: Lane, scenario: Scenario, path: str, seconds: float = 5.0) -> None:
    """Play a scenario to its end; each end must see all that the other did, in order, and no more."""
    pair = await lane.meet(path, extensions=scenario.extensions, early=scenario.early, glued=scenario.glued)
    try:
        for deeds in ((), *scenario.moments):
            await pair.go_through(deeds, seconds)
        await pair.part()
    finally:
        pair.abandon()
