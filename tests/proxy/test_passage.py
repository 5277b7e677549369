"""One direction: bytes first, and the gate at its message ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame
from websockets.frames import Opcode as Op

from inspector.proxy import passage as module
from inspector.proxy.passage import Passage
from inspector.proxy.reader import Reader
from inspector.proxy.websocket import Close, Deflate, Message, Opcode, Piece, Ping, close_frame, write

A, B, C = (write(Opcode.TEXT, text, masked=False) for text in (b"a", b"b", b"c"))
PING = write(Opcode.PING, b"?", masked=False)
CLOSE = write(Opcode.CLOSE, b"\x03\xe8", masked=False)
PARTS = (b"\x01\x01x", b"\x80\x01y")
"""One message in two fragments."""


class Direction:
    """A passage from the CSMS to the station, what came out of it, and what was heard."""

    def __init__(self, deflate: Deflate | None = None) -> None:
        self.sent: list[bytes] = []
        self.heard: list[Piece] = []
        self.waits: list[bool] = []
        self.ended = False
        reader = Reader(from_client=False, deflate=deflate)
        self.passage = Passage(
            reader, self.sent.append, self._end, self.heard.append, self.waits.append, to_server=False
        )

    def _end(self) -> None:
        self.ended = True

    @property
    def out(self) -> bytes:
        return b"".join(self.sent)


@pytest.fixture
def direction() -> Direction:
    return Direction()


def test_bytes_go_on_as_they_come(direction: Direction) -> None:
    """Also half a frame, and before anybody hears of it."""
    direction.passage.take(A[:2])
    assert (direction.sent, direction.heard) == ([A[:2]], [])
    direction.passage.take(A[2:] + PING)
    assert (direction.out, direction.heard) == (A + PING, [Message("a"), Ping(b"?")])


WIRE = A + PARTS[0] + PING + PARTS[1] + B + CLOSE


@given(st.lists(st.integers(1, 5), max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_a_gate_that_lets_all_pass_changes_nothing(cuts: list[int], when: int, until: int) -> None:
    """However the bytes are cut, and whenever the gate comes and goes."""
    direction, at = Direction(), 0
    for number, cut in enumerate((*cuts, len(WIRE))):
        if number == when:
            direction.passage.set_gate(lambda message: (message,))
        if number == until:
            direction.passage.set_gate(None)
        direction.passage.take(WIRE[at : at + cut])
        at += cut
    assert direction.out == WIRE
    assert sorted(map(repr, direction.heard)) == sorted(
        map(repr, [Message("a"), Ping(b"?"), Message("xy"), Message("b"), Close(1000, "", b"\x03\xe8")])
    )


@given(st.lists(st.integers(1, 5), max_size=20), st.integers(0, 20), st.booleans())
def test_a_close_of_our_own_comes_at_a_message_end_and_nothing_after_it(
    cuts: list[int], when: int, gated: bool
) -> None:
    """However the bytes are cut, and whatever a gate has let wait; all is heard, as passed or as left."""
    direction, at, left = Direction(), 0, list[Piece]()
    ours = close_frame(1001, "go")
    for number, cut in enumerate((*cuts, len(WIRE))):
        if number == when // 2 and gated:
            direction.passage.set_gate(lambda message: None if message.raw == "xy" else (message,))
        if number == when:
            direction.passage.close(ours, left.append)
        direction.passage.take(WIRE[at : at + cut])
        at += cut
    if when > len(cuts):
        return
    passed, _, rest = direction.out.partition(write(Opcode.CLOSE, ours.payload, masked=False))
    assert direction.passage.is_closed
    assert (WIRE.startswith(passed), rest) == (True, b"")
    reader = Reader(from_client=False)
    assert list(map(repr, reader.feed(passed))) == list(map(repr, direction.heard))
    assert reader.at_boundary
    assert list(map(repr, reader.feed(WIRE[len(passed) :]))) == list(map(repr, left))


def test_who_has_to_wait_for_what_is_held_goes_on_when_it_is_given_up(
    direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody would hear the answer to the close frame."""
    monkeypatch.setattr(module, "MOST_HELD", 1)
    direction.passage.set_gate(lambda message: None)
    direction.passage.take(A + B)
    assert direction.waits[-1] is True
    direction.passage.close(close_frame(1001, ""), lambda _: None)
    assert direction.waits[-1] is False


def test_without_a_message_end_nothing_of_our_own_is_sent(direction: Direction) -> None:
    direction.passage.take(PARTS[0])
    direction.passage.close(close_frame(1001, ""), lambda _: None)
    direction.passage.take(PING)
    assert (direction.out, direction.passage.is_closed) == (PARTS[0] + PING, False)


def test_a_message_is_edited_dropped_or_doubled(direction: Direction) -> None:
    verdicts = {"a": (Message("edited"),), "b": (), "c": (Message("c"), Message("c2"))}
    direction.passage.set_gate(lambda message: verdicts[str(message.raw)])
    direction.passage.take(A + B + C)
    written = [write(Opcode.TEXT, text, masked=False) for text in (b"edited", b"c", b"c2")]
    assert direction.out == b"".join(written)


def test_a_held_message_holds_what_follows_but_pings(direction: Direction) -> None:
    """Until it is released, as it came or changed."""
    direction.passage.set_gate(lambda message: None if message.raw == "b" else (message,))
    direction.passage.take(A + B + PING + C + CLOSE)
    assert direction.out == A + PING
    direction.passage.release((Message("b"),))
    assert direction.out == A + PING + B + C + CLOSE


def test_what_is_held_goes_on_when_the_gate_goes(direction: Direction) -> None:
    direction.passage.set_gate(lambda message: None)
    direction.passage.take(A + B)
    assert direction.out == b""
    direction.passage.set_gate(None)
    assert direction.out == A + B
    direction.passage.take(C[:1])
    assert direction.out == A + B + C[:1], "bytes go first again"


def test_the_end_waits_for_what_is_held(direction: Direction) -> None:
    """Half a frame goes on as it is."""
    direction.passage.set_gate(lambda message: None if message.raw == "a" else (message,))
    direction.passage.take(A + B[:2])
    direction.passage.finish()
    assert (direction.out, direction.ended) == (b"", False)
    direction.passage.release((Message("a"),))
    assert (direction.out, direction.ended) == (A + B[:2], True)


def test_when_all_else_fails_everything_goes_on_as_it_came(direction: Direction) -> None:
    direction.passage.set_gate(lambda message: None)
    direction.passage.take(A + PARTS[0] + B[:1])
    direction.passage.give_up()
    direction.passage.take(B[1:])
    assert direction.out == A + PARTS[0] + B


def test_the_sender_waits_while_much_is_held(direction: Direction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HELD", 8)
    direction.passage.set_gate(lambda message: None)
    for _ in range(4):
        direction.passage.take(A)
    assert direction.waits == [False, False, True, True]
    direction.passage.set_gate(None)
    assert direction.waits[-1] is False


def test_a_gate_that_fails_lets_pass(direction: Direction) -> None:
    def fail(message: Message) -> None:
        raise ZeroDivisionError

    direction.passage.set_gate(fail)
    direction.passage.take(A + B)
    assert direction.out == A + B


def test_a_message_of_our_own_goes_between_messages(direction: Direction) -> None:
    """Never between fragments, and not before what is held."""
    own = write(Opcode.TEXT, b"own", masked=False)
    direction.passage.inject(Message("own"))
    direction.passage.take(PARTS[0])
    direction.passage.inject(Message("own"))
    direction.passage.take(PARTS[1] + A)
    assert direction.out == own + b"".join(PARTS) + A + own
    direction.passage.set_gate(lambda message: None)
    direction.passage.take(B)
    direction.passage.inject(Message("own"))
    direction.passage.release((Message("b"),))
    assert direction.out.endswith(A + own + B + own)


def test_what_goes_to_a_server_is_masked() -> None:
    sent: list[bytes] = []
    passage = Passage(
        Reader(from_client=True), sent.append, lambda: None, lambda _: None, lambda _: None, to_server=True
    )
    passage.inject(Message("own"))
    assert sent[0][1] == 0x83
    assert Reader(from_client=True).feed(sent[0]) == [Message("own")]


@pytest.mark.parametrize("takeover", [True, False])
def test_after_a_change_a_compressed_direction_is_written_anew(takeover: bool) -> None:
    """If messages refer to earlier ones: the receiver's window does not match any more. Without the gate, too."""
    deflate = PerMessageDeflate(not takeover, not takeover, 15, 15)
    first, second, third = (
        Frame(Op.TEXT, text).serialize(mask=False, extensions=[deflate]) for text in (b"one " * 9, b"one " * 9, b"3")
    )
    direction = Direction(Deflate(not takeover))
    direction.passage.set_gate(lambda message: ())
    direction.passage.take(first)
    assert direction.out == b""
    direction.passage.set_gate(None)
    direction.passage.take(second + third)
    plain = write(Opcode.TEXT, b"one " * 9, masked=False) + write(Opcode.TEXT, b"3", masked=False)
    assert direction.out == (plain if takeover else second + third)
    assert direction.heard == [Message("one " * 9), Message("3")]


def test_behind_a_gate_unreadable_bytes_pass(direction: Direction) -> None:
    """And what came before them goes first."""
    direction.passage.set_gate(lambda message: (message,))
    garbage = b"GET / HTTP/1.1\r\n\r\n"
    direction.passage.take(A + garbage)
    direction.passage.take(garbage)
    assert direction.out == A + garbage * 2


def test_behind_a_gate_a_frame_too_large_to_be_kept_passes_in_parts(
    direction: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("inspector.proxy.reader.LARGEST_KEPT", "inspector.proxy.passage.LARGEST_KEPT"):
        monkeypatch.setattr(name, 100)
    direction.passage.set_gate(lambda message: (message,))
    large = write(Opcode.TEXT, bytes(1000), masked=False)
    direction.passage.take(A + large[:300])
    assert direction.out == A + large[:300]
    direction.passage.take(large[300:] + B)
    assert direction.out == A + large + B
    many = b"\x01\x50" + bytes(80) + b"\x00\x50" + bytes(80)
    direction.passage.take(many)
    assert direction.out == A + large + B + many
