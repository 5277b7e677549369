"""Looks on at one direction of a WebSocket connection: fed the bytes that passed, it says what they were.

It never raises; where it loses its way it says so once, and from then on it only counts.
"""

import zlib

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where there is C

from inspector.protocol.knowledge.close_codes import may_be_sent
from inspector.proxy.websocket import (
    LARGEST_KEPT,
    LONGEST_CONTROL,
    NO_CODE,
    Close,
    Deflate,
    Head,
    Message,
    Opcode,
    Piece,
    Ping,
    Pong,
    Unkept,
    Violation,
    read_head,
)

SHOWN = 4096
"""Bytes that are kept of what can't be read."""

LARGEST_INFLATED = 16 * 1024 * 1024
"""Bytes of a compressed message that are kept: more could hold up everybody while they are inflated."""

AROUND = 16
"""Bytes that are kept of what is no UTF-8, from the first of them on; the message itself is kept."""

MOST_TOLD = 100
"""Violations of one direction that are told one by one: a sender may commit one with every frame."""


class Reader:
    """Reads one direction.

    ``lost`` tells whether it has lost its way, ``skipped`` how many bytes are to come of a frame that is too large.
    ``takes_over`` tells whether compressed messages refer to earlier ones, ``untold`` counts violations not told.
    """

    def __init__(self, *, from_client: bool, deflate: Deflate | None = None) -> None:
        self.lost = False
        self._opaque = 0
        self.skipped = 0
        self.untold = 0
        self.takes_over = deflate is not None and not deflate.no_context_takeover
        self._masked = from_client
        self._deflate = deflate
        self._inflater: zlib._Decompress | None = None  # several kB: made when it is needed
        self._buffer = bytearray()
        self._needed = _LEAST
        self._parts = bytearray()
        self._kept = 0
        self._open: Head | None = None  # the first frame of the message that is not all there
        self._told = 0
        self._judged = False  # whether the head at hand was looked at, while its payload comes

    @property
    def at_boundary(self) -> bool:
        """Whether the bytes so far end between two messages, so that one of our own could go here."""
        return not (self._buffer or self._open or self.skipped or self.lost)

    @property
    def wanted(self) -> int:
        """How many bytes lead it to the next place where a message may end; all there are, where none can be found."""
        if self.lost:
            return LARGEST_KEPT
        return self.skipped or (self._needed - len(self._buffer) if self._buffer else _LEAST)

    @property
    def unread(self) -> int:
        """How many bytes passed unread since it lost its way, or are of a frame that was never finished."""
        return self._opaque + len(self._buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """Take the next bytes, and return what they completed, in order."""
        if self.lost:
            self._opaque += len(data)
            return []
        buffer: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []
            buffer = self._buffer
        pieces: list[Piece] = []
        at = 0
        while at < len(buffer):
            taken = self._take(buffer, at, pieces)
            if not taken:
                break
            at += taken
        if at or buffer is data:
            self._buffer = bytearray(buffer[at:])
        return pieces

    def _take(self, buffer: bytes | bytearray, at: int, pieces: list[Piece]) -> int:
        """Take what begins here, and return how many bytes that was; 0 while there is too little of it."""
        if self.lost:
            self._opaque += len(buffer) - at
            return len(buffer) - at
        if self.skipped:
            return self._skip(buffer, at)
        return self._plain(buffer, at, pieces) or self._frame(buffer, at, pieces)

    def _plain(self, buffer: bytes | bytearray, at: int, pieces: list[Piece]) -> int:
        """Read a frame in less than half of the time that :meth:`_frame` takes, if it is as nearly all are.

        That is a whole text message that is all there, below 64 kB, uncompressed, and as the standard says. Return how
        many bytes that took, 0 for any other.
        """
        if len(buffer) - at < 8 or buffer[at] != _WHOLE_TEXT or self._open is not None or self._judged:
            return 0
        second, start = buffer[at + 1], at + 2
        length = second & 0x7F
        if length == 126:
            length, start = buffer[at + 2] << 8 | buffer[at + 3], at + 4
        if (length > LONGEST_CONTROL) is not (start == at + 4) or (second > 127) is not self._masked:
            return 0
        end = start + length + 4 * self._masked
        if end > len(buffer):
            return 0
        payload = bytes(buffer[start:end])
        if self._masked:
            payload = apply_mask(payload[4:], payload[:4])
        try:
            pieces.append(Message(payload.decode()))
        except UnicodeDecodeError:
            return 0
        return end - at

    def _skip(self, buffer: bytes | bytearray, at: int) -> int:
        """Pass over a frame that is too large to be kept."""
        taken = min(self.skipped, len(buffer) - at)
        self.skipped -= taken
        return taken

    def _frame(self, buffer: bytes | bytearray, at: int, pieces: list[Piece]) -> int:
        """Read the frame that begins here; return how many bytes that took, 0 while it is not all there."""
        head = read_head(buffer, at)
        if head is None:
            self._needed = len(buffer) - at + 1
            return 0
        if not self._judged:
            self._judged = True
            for what, opaque in self._faults(head):
                wire = bytes(buffer[at : at + SHOWN] if opaque else buffer[at : head.start])
                pieces += self._violation(what, wire, opaque)
            if self.lost:
                return self._take(buffer, at, pieces)
        size = head.end - head.start
        if size > LARGEST_KEPT:
            self.skipped, self._judged = head.end - at, False
            pieces += self._data(head, b"", size)
            return self._skip(buffer, at)
        if head.end > len(buffer):
            self._needed = head.end - at
            return 0
        self._judged = False
        payload = bytes(buffer[head.start : head.end])
        if head.mask:
            payload = apply_mask(payload, head.mask)
        control = head.opcode >= Opcode.CLOSE
        pieces += self._control(head.opcode, payload) if control else self._data(head, payload, size)
        return head.end - at

    def unreadable(self, head: Head) -> bool:
        """Tell whether the frame that begins with a head can't be read, nor what follows."""
        return any(opaque for _, opaque in self._faults(head))

    def _faults(self, head: Head) -> list[tuple[str, bool]]:
        """Name what a head has against the standard, and whether that leaves the direction unreadable."""
        control = head.opcode >= Opcode.CLOSE
        first = not control and head.opcode != Opcode.CONTINUATION
        deflated = head.rsv == 4 and first and self._deflate is not None
        checks = (
            (head.opcode not in _OPCODES, f"the reserved opcode {head.opcode}", True),
            (head.rsv and not deflated, f"reserved bits {head.rsv:03b} that nobody agreed on", True),
            (control and not head.fin, "a control frame in fragments", True),
            (control and head.end - head.start > LONGEST_CONTROL, "a control frame of more than 125 bytes", True),
            (head.end - head.start >= 2**63, "a length of 2^63 bytes or more", True),
            (first and self._open is not None, "a new message before the last was finished", True),
            (head.opcode == Opcode.CONTINUATION and self._open is None, "a continuation of nothing", True),
            (bool(head.mask) != self._masked, _MASKING[self._masked], False),
            (not head.minimal, "a length written with more bytes than it needs", False),
        )
        return [(what, opaque) for wrong, what, opaque in checks if wrong]

    def _data(self, head: Head, payload: bytes, size: int) -> list[Piece]:
        """Take one frame of a message, and return the message if that was the last."""
        begun = self._open or head
        whole = payload
        if self._open or not head.fin:
            self._kept += size
            if self._kept <= LARGEST_KEPT:
                self._parts += payload
            if not head.fin:
                self._open = begun
                return []
            whole, size = bytes(self._parts), self._kept
            self._open, self._parts, self._kept = None, bytearray(), 0
        if size > LARGEST_KEPT:
            return [Unkept(f"a message of {size} bytes"), *self._unread(begun)]
        if begun.rsv:
            try:
                whole = self._inflate(whole)
            except zlib.error as error:
                return self._unread(begun, f"a message that can't be inflated ({error})", whole)
            except _TooLargeError:
                return [Unkept(f"a message of more than {LARGEST_INFLATED} bytes when inflated"), *self._unread(begun)]
        if begun.opcode == Opcode.BINARY:
            return [Message(whole, binary=True)]
        try:
            return [Message(whole.decode())]
        except UnicodeDecodeError as error:
            around = whole[error.start : error.start + AROUND]
            return [*self._violation("a text message that is not UTF-8", around, opaque=False), Message(whole)]

    def _control(self, opcode: int, payload: bytes) -> list[Piece]:
        if opcode == Opcode.PING:
            return [Ping(payload)]
        if opcode == Opcode.PONG:
            return [Pong(payload)]
        code = int.from_bytes(payload[:2]) if len(payload) > 1 else NO_CODE
        close = Close(code, payload[2:].decode(errors="backslashreplace"), payload)
        if len(payload) == 1:
            return [*self._violation("a close code of one byte", payload, opaque=False), close]
        if payload and not may_be_sent(code):
            return [*self._violation(f"the close code {code}, which may not be sent", payload, opaque=False), close]
        return [close]

    def _unread(self, begun: Head, what: str = "", start: bytes = b"") -> list[Piece]:
        """Give up a message, for what is wrong with it; and the direction, if later ones refer to it."""
        self._inflater = None
        opaque = bool(begun.rsv) and self.takes_over
        if not (what or opaque):
            return []
        return self._violation(what or "messages that refer to one that was not kept", start[:SHOWN], opaque)

    def _violation(self, what: str, wire: bytes, opaque: bool) -> list[Piece]:
        """Tell a violation, if there were not too many; after an opaque one nothing can be read."""
        self.lost = self.lost or opaque
        self._told += 1
        if self._told > MOST_TOLD and not opaque:
            self.untold += 1
            return []
        return [Violation(what, wire, opaque)]

    def _inflate(self, data: bytes) -> bytes:
        """Inflate one message, whatever its window: the largest reads all (RFC 7692 section 7.2.2)."""
        inflater = self._inflater or zlib.decompressobj(-zlib.MAX_WBITS)
        whole = inflater.decompress(data + b"\x00\x00\xff\xff", LARGEST_INFLATED + 1)
        if len(whole) > LARGEST_INFLATED:
            raise _TooLargeError
        self._inflater = inflater if self.takes_over and not inflater.eof else None
        return whole


class _TooLargeError(Exception):
    """More comes out than is kept."""


_LEAST = 2
"""Bytes of the smallest frame, and of the part of a head that tells its length."""

_WHOLE_TEXT = 0x81
"""The first byte of a text message in one frame."""

_OPCODES = frozenset(Opcode)
_MASKING = {True: "a frame of the client without a mask", False: "a frame of the server with a mask"}
