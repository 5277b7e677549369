"""The passive reader, against real WebSocket libraries and by hand."""

import sys
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame
from websockets.frames import Opcode as Op
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage
from wsproto.events import Ping as WsPing

from inspector.proxy import reader as module
from inspector.proxy.reader import MOST_TOLD, Reader
from inspector.proxy.websocket import (
    NO_CODE,
    Close,
    Deflate,
    Message,
    Opcode,
    Piece,
    Ping,
    Unkept,
    Violation,
    rewrite,
    write,
)


def wire(opcode: Opcode, payload: bytes, *, masked: bool = True, fin: bool = True, rsv: int = 0) -> bytes:
    """Make a frame, perhaps one that no library would."""
    made = bytearray(write(opcode, payload, masked=masked))
    made[0] = (made[0] & 0x0F) | (0x80 if fin else 0) | rsv << 4
    return bytes(made)


def read(data: bytes, *, from_client: bool = True, deflate: Deflate | None = None) -> list[Piece]:
    """Read all of it at once."""
    return Reader(from_client=from_client, deflate=deflate).feed(data)


def faults(pieces: list[Piece]) -> list[tuple[str, bool]]:
    return [(piece.what, piece.opaque) for piece in pieces if isinstance(piece, Violation)]


@given(st.integers(1, 200))
def test_what_it_wants_leads_to_the_end_of_a_message_and_no_further(cut: int) -> None:
    """Wherever it stands, also between fragments and in a head of any length."""
    message = wire(Opcode.TEXT, b"a" * 130, fin=False) + wire(Opcode.PING, b"?") + wire(Opcode.CONTINUATION, b"c")
    data = message + wire(Opcode.TEXT, b"next")
    reader, at = Reader(from_client=True), min(cut, len(message) - 1)
    reader.feed(data[:at])
    steps = 0
    while not reader.at_boundary:
        steps, step = steps + 1, reader.wanted
        reader.feed(data[at : at + step])
        at += step
    assert at == len(message)
    assert steps < 40


def test_where_it_is_lost_it_wants_all_there_is() -> None:
    reader = Reader(from_client=True)
    reader.feed(b"\x8b\x80mask")
    assert reader.lost
    assert reader.wanted > 1_000_000


def test_a_library_s_frames_are_read() -> None:
    station = Connection(ConnectionType.CLIENT)
    data = station.send(TextMessage("a", message_finished=False)) + station.send(WsPing(b"p"))
    data += station.send(TextMessage("b")) + station.send(BytesMessage(b"\xff"))
    assert read(data) == [Ping(b"p"), Message("ab"), Message(b"\xff", binary=True)]


@given(st.lists(st.integers(1, 40), max_size=60))
def test_it_does_not_matter_how_the_bytes_are_cut(cuts: list[int]) -> None:
    data = (
        wire(Opcode.TEXT, b"a" * 130)
        + wire(Opcode.TEXT, b"b", fin=False)
        + wire(Opcode.PING, b"?")
        + wire(Opcode.CONTINUATION, b"c")
        + wire(Opcode.CLOSE, b"\x03\xe8bye")
    )
    reader, pieces, at = Reader(from_client=True), list[Piece](), 0
    for cut in (*cuts, len(data)):
        pieces += reader.feed(data[at : at + cut])
        at += cut
    assert pieces == [Message("a" * 130), Ping(b"?"), Message("bc"), Close(1000, "bye", b"\x03\xe8bye")]
    assert reader.at_boundary
    assert not reader.unread


def test_each_frame_is_judged_however_the_one_before_it_came() -> None:
    whole = wire(Opcode.TEXT, b"a" * 20)
    reader = Reader(from_client=True)
    reader.feed(whole[:10])
    assert reader.feed(whole[10:]) == [Message("a" * 20)]
    assert faults(reader.feed(wire(Opcode.TEXT, b"b" * 20, masked=False)))


def test_a_boundary_is_only_between_messages() -> None:
    reader = Reader(from_client=True)
    seen = []
    for data in (wire(Opcode.TEXT, b"a", fin=False), wire(Opcode.PING, b""), wire(Opcode.CONTINUATION, b"b"), b"\x81"):
        reader.feed(data)
        seen.append(reader.at_boundary)
    assert seen == [False, False, True, False]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (wire(Opcode.TEXT, b"x", rsv=2), "reserved bits 010"),
        (wire(Opcode.TEXT, b"x", rsv=4), "reserved bits 100"),
        (b"\x83\x80\0\0\0\0", "the reserved opcode 3"),
        (wire(Opcode.PING, b"x", fin=False), "a control frame in fragments"),
        (b"\x89\xfe\0\x7e\0\0\0\0" + bytes(126), "more than 125 bytes"),
        (wire(Opcode.CONTINUATION, b"x"), "a continuation of nothing"),
        (wire(Opcode.TEXT, b"x", fin=False) + wire(Opcode.TEXT, b"y"), "a new message before"),
        (b"GET / HTTP/1.1\r\n", "the reserved opcode 7"),
        (b"\x81\xff" + b"\xff" * 8 + bytes(4), "a length of 2^63 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "wire",  # whose mask is another one each time
)
def test_after_some_violations_nothing_can_be_read(data: bytes, what: str) -> None:
    """It is said once, with the bytes; what follows is only counted."""
    reader = Reader(from_client=True)
    pieces = reader.feed(data)
    found = [piece for piece in pieces if isinstance(piece, Violation)]
    assert what in found[0].what
    assert found[0].opaque
    assert data.endswith(found[0].wire)
    before = reader.unread
    assert reader.feed(wire(Opcode.TEXT, b"more")) == []
    assert reader.unread == before + 10
    assert not reader.at_boundary


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (wire(Opcode.TEXT, b"x", masked=False), "a frame of the client without a mask"),
        (b"\x81\xfe\0\x01\0\0\0\0x", "more bytes than it needs"),
        (b"\x81\xff" + (1).to_bytes(8) + b"\0\0\0\0x", "more bytes than it needs"),
    ],
)
def test_after_other_violations_it_goes_on(data: bytes, what: str) -> None:
    violation, *rest = read(data + wire(Opcode.TEXT, b"y"))
    assert isinstance(violation, Violation)
    assert what in violation.what
    assert rest == [Message("x"), Message("y")]


def test_text_that_is_no_utf8_is_kept_as_it_was() -> None:
    violation, message = read(wire(Opcode.TEXT, b"\xff{}"))
    assert violation == Violation("a text message that is not UTF-8", b"\xff{}", False)
    assert message == Message(b"\xff{}")
    assert rewrite(message, masked=False) == b"\x81\x03\xff{}"


@pytest.mark.parametrize(
    ("payload", "code", "reason", "violated"),
    [
        (b"", NO_CODE, "", False),
        (b"\x03\xe8", 1000, "", False),
        (b"\x0f\xa0vendor", 4000, "vendor", False),
        (b"\x03\xee", 1006, "", True),
        (b"\x09\xc4", 2500, "", True),
        (b"\x03", NO_CODE, "", True),
        (b"\x03\xe8\xff", 1000, "\\xff", False),
    ],
)
def test_close_frames(payload: bytes, code: int, reason: str, violated: bool) -> None:
    *violation, close = read(wire(Opcode.CLOSE, payload))
    assert close == Close(code, reason, payload)
    assert bool(violation) is violated
    assert rewrite(close, masked=False) == wire(Opcode.CLOSE, payload, masked=False)


def compressor(*, takeover: bool, bits: int) -> Callable[[bytes], bytes]:
    """Return what compresses a message and frames it, by a real library."""
    deflate = PerMessageDeflate(not takeover, not takeover, bits, bits)

    def compress(payload: bytes) -> bytes:
        return Frame(Op.TEXT, payload).serialize(mask=False, extensions=[deflate])

    return compress


@pytest.mark.parametrize("takeover", [True, False])
@pytest.mark.parametrize("bits", [9, 12, 15])
def test_compressed_messages_are_inflated(takeover: bool, bits: int) -> None:
    compress, texts = compressor(takeover=takeover, bits=bits), ["hello " * 50, "hello " * 50, "", "é" * 70_000]
    data = b"".join(compress(text.encode()) for text in texts)
    pieces = read(data, from_client=False, deflate=Deflate(not takeover))
    assert pieces == [Message(text) for text in texts]


def test_the_smallest_window_is_inflated_too() -> None:
    """Zlib makes no raw stream with 8 bits; one with 9 whose matches stay short stands for it."""
    stream = zlib.compressobj(wbits=-9)
    payload = (stream.compress(b"abc" * 60) + stream.flush(zlib.Z_SYNC_FLUSH))[:-4]
    assert read(wire(Opcode.TEXT, payload, rsv=4), deflate=Deflate(False)) == [Message("abc" * 60)]


@pytest.mark.parametrize("takeover", [True, False])
def test_what_can_t_be_inflated_ends_only_what_refers_to_it(takeover: bool) -> None:
    compress = compressor(takeover=takeover, bits=15)
    data = wire(Opcode.TEXT, b"\xff\xff\xff", rsv=4, masked=False) + compress(b"next")
    pieces = read(data, from_client=False, deflate=Deflate(not takeover))
    assert "can't be inflated" in faults(pieces)[0][0]
    assert faults(pieces)[0][1] is takeover
    assert (Message("next") in pieces) is not takeover


def test_empty_fragments_take_no_memory() -> None:
    reader = Reader(from_client=True)
    reader.feed(wire(Opcode.TEXT, b"a", fin=False))
    before = sys.getsizeof(reader._parts)
    reader.feed(wire(Opcode.CONTINUATION, b"", fin=False) * 10_000)
    assert sys.getsizeof(reader._parts) == before


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_INFLATED", 1000)
    pieces = read(compressor(takeover=False, bits=15)(bytes(100_000)), from_client=False, deflate=Deflate(True))
    assert pieces == [Unkept("a message of more than 1000 bytes when inflated")]


def test_what_refers_to_a_message_that_was_not_kept_can_t_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_INFLATED", 1000)
    compress = compressor(takeover=True, bits=15)
    pieces = read(compress(bytes(2000)) + compress(b"next"), from_client=False, deflate=Deflate(False))
    assert isinstance(pieces[0], Unkept)
    assert faults(pieces[1:]) == [("messages that refer to one that was not kept", True)]


def test_a_message_too_large_to_be_kept_passes_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it stays in memory, and the next one is read; in one frame or in many."""
    monkeypatch.setattr(module, "LARGEST_KEPT", 1000)
    reader, pieces = Reader(from_client=True), list[Piece]()
    large = wire(Opcode.TEXT, bytes(5000))
    many = wire(Opcode.TEXT, bytes(600), fin=False) + wire(Opcode.CONTINUATION, bytes(600))
    for at in range(0, len(data := large + many + wire(Opcode.TEXT, b"next")), 100):
        pieces += reader.feed(data[at : at + 100])
        assert len(reader._buffer) <= 1008
    assert pieces == [Unkept("a message of 5000 bytes"), Unkept("a message of 1200 bytes"), Message("next")]
    assert reader.at_boundary


@given(
    st.lists(st.binary(max_size=60), max_size=8), st.booleans(), st.sampled_from([None, Deflate(True), Deflate(False)])
)
def test_it_never_raises(chunks: list[bytes], from_client: bool, deflate: Deflate | None) -> None:
    reader = Reader(from_client=from_client, deflate=deflate)
    for chunk in chunks:
        reader.feed(chunk)


def test_what_is_wrong_with_every_frame_is_told_often_enough() -> None:
    """The rest is counted; the messages are all there, and the bytes told are the head's only: what it says is kept."""
    reader = Reader(from_client=True)
    pieces = reader.feed(wire(Opcode.TEXT, b"secret", masked=False) * (MOST_TOLD + 5))
    assert pieces.count(Message("secret")) == MOST_TOLD + 5
    assert len(faults(pieces)) == MOST_TOLD
    assert reader.untold == 5
    assert pieces[0] == Violation("a frame of the client without a mask", b"\x81\x06", False)
    assert faults(reader.feed(wire(Opcode.TEXT, b"x", rsv=2)))[-1][1], "the one that ends it is always told"
