"""WebSocket frames on the wire (RFC 6455, RFC 7692): what they are made of, what they say, and how to write our own."""

import secrets
from enum import IntEnum
from typing import NamedTuple

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where there is C

LARGEST_KEPT = 64 * 1024 * 1024
"""Bytes of one message, inflated, that are kept for the record; a larger one passes unread."""

LONGEST_CONTROL = 125
"""Bytes of payload that a control frame may have (RFC 6455 section 5.5)."""

NO_CODE = 1005
"""Stands for a close frame without a code (RFC 6455 section 7.1.5)."""


class Opcode(IntEnum):
    """What a frame is (RFC 6455 section 11.8)."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Message(NamedTuple):
    """A whole message: text, or bytes where it is ``binary`` or no UTF-8."""

    raw: str | bytes
    binary: bool = False


class Ping(NamedTuple):
    """A ping."""

    payload: bytes


class Pong(NamedTuple):
    """A pong."""

    payload: bytes


class Close(NamedTuple):
    """A close frame, with its payload as it was; ``code`` is :data:`NO_CODE` where there is none."""

    code: int
    reason: str
    payload: bytes


class Violation(NamedTuple):
    """What the standard does not allow, and the first bytes of it. ``opaque``: what follows can't be read."""

    what: str
    wire: bytes
    opaque: bool


class Unkept(NamedTuple):
    """A message that passed, and was too large to be kept."""

    what: str


Piece = Message | Ping | Pong | Close | Violation | Unkept


class Deflate(NamedTuple):
    """What permessage-deflate was agreed on for one direction: whether each message stands for itself."""

    no_context_takeover: bool


def agreed(extensions: str) -> tuple[Deflate | None, Deflate | None]:
    """Read a response's ``Sec-WebSocket-Extensions``: what holds for the client's messages, and for the server's."""
    for extension in extensions.split(","):
        name, *parameters = (part.strip().partition("=")[0].strip().lower() for part in extension.split(";"))
        if name == "permessage-deflate":
            return (
                Deflate("client_no_context_takeover" in parameters),
                Deflate("server_no_context_takeover" in parameters),
            )
    return None, None


class Head(NamedTuple):
    """The head of a frame: its bits, where its payload begins and ends in the buffer, and its mask."""

    fin: bool
    rsv: int
    opcode: int
    start: int
    end: int
    mask: bytes
    minimal: bool


def read_head(data: bytes | bytearray, at: int) -> Head | None:
    """Read the head of the frame that begins at a place; None while it is not all there."""
    have = len(data) - at
    if have < 2:
        return None
    first, second = data[at], data[at + 1]
    length, start, minimal = second & 0x7F, at + 2, True
    if length == 126:
        if have < 4:
            return None
        length, start = int.from_bytes(data[start : start + 2]), start + 2
        minimal = length > 125
    elif length == 127:
        if have < 10:
            return None
        length, start = int.from_bytes(data[start : start + 8]), start + 8
        minimal = length > 0xFFFF
    mask = b""
    if second & 0x80:
        if len(data) < start + 4:
            return None
        mask, start = bytes(data[start : start + 4]), start + 4
    return Head(first > 127, first >> 4 & 7, first & 15, start, start + length, mask, minimal)


def write(opcode: Opcode, payload: bytes, *, masked: bool) -> bytes:
    """Write one unfragmented, uncompressed frame; ``masked`` for those that go to a server."""
    length = len(payload)
    bit = 0x80 if masked else 0
    if length <= 125:
        head = bytes((0x80 | opcode, bit | length))
    elif length <= 0xFFFF:
        head = bytes((0x80 | opcode, bit | 126)) + length.to_bytes(2)
    else:
        head = bytes((0x80 | opcode, bit | 127)) + length.to_bytes(8)
    if not masked:
        return head + payload
    mask = secrets.token_bytes(4)
    return head + mask + apply_mask(payload, mask)


def rewrite(piece: Piece, *, masked: bool) -> bytes:
    """Write a piece anew, as a direction needs it after its first change; what was not kept can't be."""
    if isinstance(piece, Message):
        payload = piece.raw.encode() if isinstance(piece.raw, str) else piece.raw
        return write(Opcode.BINARY if piece.binary else Opcode.TEXT, payload, masked=masked)
    if isinstance(piece, Violation | Unkept):
        return b""
    return write(_CONTROLS[type(piece)], piece.payload, masked=masked)


def close_frame(code: int, reason: str) -> Close:
    """Return a close frame with a code and a reason."""
    return Close(code, reason, code.to_bytes(2) + reason.encode())


_CONTROLS = {Ping: Opcode.PING, Pong: Opcode.PONG, Close: Opcode.CLOSE}
