"""Frames written by hand are what a library and our own reader take for them."""

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from inspector.proxy.reader import Reader
from inspector.proxy.websocket import (
    Deflate,
    Message,
    Opcode,
    Piece,
    Ping,
    Pong,
    Violation,
    agreed,
    close_frame,
    rewrite,
    write,
)

SIZES = (0, 1, 125, 126, 65535, 65536, 1_000_000)


def wire(opcode: Opcode, payload: bytes, *, masked: bool = True, fin: bool = True, rsv: int = 0) -> bytes:
    """Make a frame, perhaps one that no library would."""
    made = bytearray(write(opcode, payload, masked=masked))
    made[0] = (made[0] & 0x0F) | (0x80 if fin else 0) | rsv << 4
    return bytes(made)


def read(data: bytes, *, from_client: bool = True, deflate: Deflate | None = None) -> list[Piece]:
    """Read all of it at once."""
    return Reader(from_client=from_client, deflate=deflate).feed(data)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("masked", [True, False])
def test_what_is_written_is_read(size: int, masked: bool) -> None:
    text, data = "x" * size, bytes(size)
    both = rewrite(Message(text), masked=masked) + rewrite(Message(data, binary=True), masked=masked)
    assert read(both, from_client=masked) == [Message(text), Message(data, binary=True)]


@pytest.mark.parametrize(("code", "reason"), [(1001, ""), (4999, "à bientôt")])
def test_a_close_frame_of_ours_is_read_as_it_was_meant(code: int, reason: str) -> None:
    made = close_frame(code, reason)
    assert read(rewrite(made, masked=True)) == [made]
    assert (made.code, made.reason) == (code, reason)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("masked", [True, False])
def test_a_library_reads_what_is_written(size: int, masked: bool) -> None:
    peer = Connection(ConnectionType.SERVER if masked else ConnectionType.CLIENT)
    peer.receive_data(rewrite(Message("é" * size), masked=masked))
    events = list(peer.events())
    assert all(isinstance(event, TextMessage) for event in events)
    assert "".join(str(event.data) for event in events if isinstance(event, TextMessage)) == "é" * size


def test_controls_are_written_as_they_were() -> None:
    for piece, opcode in ((Ping(b"1"), Opcode.PING), (Pong(b""), Opcode.PONG)):
        assert rewrite(piece, masked=False) == wire(opcode, piece.payload, masked=False)
    assert rewrite(Violation("x", b"y", opaque=False), masked=False) == b""


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ("", (None, None)),
        ("x-webkit-frame", (None, None)),
        ("permessage-deflate", (Deflate(False), Deflate(False))),
        ("Permessage-Deflate; client_no_context_takeover", (Deflate(True), Deflate(False))),
        (
            "foo, permessage-deflate; server_no_context_takeover ; server_max_window_bits=8",
            (Deflate(False), Deflate(True)),
        ),
    ],
)
def test_what_was_agreed(extensions: str, expected: tuple[Deflate | None, Deflate | None]) -> None:
    assert agreed(extensions) == expected
