"""One direction of a connection: the bytes go on first, then they are read. A gate may stand at its message ends."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspector.proxy.reader import Reader
from inspector.proxy.websocket import LARGEST_KEPT, Close, Message, Piece, read_head, rewrite

MOST_HELD = 1024 * 1024
"""Bytes that may wait behind a held message before their sender is made to wait."""

log = logging.getLogger(__name__)

Gate = Callable[[Message], Sequence[Message] | None]
"""Says what goes on in the place of a message: itself, others, nothing (an empty sequence). None holds it."""


@dataclass(slots=True)
class _Unit:
    """What lies between two message ends: the bytes as they came, and what they were.

    ``instead`` is what goes on in their place, once it is known that something does.
    """

    wire: bytes
    pieces: list[Piece]
    instead: Sequence[Message] | None = None


class Passage:
    """Passes on what it takes. Without a gate that is all; with one, each message waits for what the gate says.

    ``send`` passes bytes on and ``end`` that no more come; ``heard`` is told each piece that went on as it came.
    ``hold_back`` is called with True when the sender has to wait, with False when it may go on. Control frames overtake
    a held message, but a close.
    """

    def __init__(
        self,
        reader: Reader,
        send: Callable[[bytes], None],
        end: Callable[[], None],
        heard: Callable[[Piece], None],
        hold_back: Callable[[bool], None],
        *,
        to_server: bool,
    ) -> None:
        self.reader = reader
        self._send = send
        self._end = end
        self._ending = False
        self._heard = heard
        self._hold_back = hold_back
        self._to_server = to_server
        self._gate: Gate | None = None
        self._gated = False  # since the first message end after a gate came
        self._anew = False  # nothing of what comes fits the receiver's window any more
        self._frames = bytearray()  # an unfinished frame
        self._wire = bytearray()  # since the last message end
        self._pieces: list[Piece] = []
        self._waiting: list[_Unit] = []
        self._waiting_bytes = 0
        self._own: list[Message] = []
        self._closing = False
        self._last: Close | None = None
        self._left: Callable[[Piece], None] = heard
        self.is_closed = False

    def take(self, data: bytes) -> None:
        """Take what the sender sent."""
        if self._closing:
            self._take_last(data)
            return
        if self._gated:
            self._take_frames(data)
            return
        self._send(data)
        for piece in self.reader.feed(data):
            self._heard(piece)
        if (self._gate or self._own) and self.reader.at_boundary:
            self._at_boundary()

    def finish(self) -> None:
        """Take that no more comes: what is not a whole frame goes on as it is, what is held goes first."""
        self._ending = True
        if not self._waiting:
            self.give_up()
            self._end()

    def give_up(self) -> None:
        """Pass on all that waits as it came, and what comes without a gate."""
        self._gate, self._gated = None, False
        waiting, self._waiting = self._waiting, []
        rest = b"".join([*(unit.wire for unit in waiting), self._wire, self._frames])
        self._wire, self._pieces, self._frames, self._waiting_bytes = bytearray(), [], bytearray(), 0
        if rest:
            self._send(rest)
        self._hold_back(False)

    def set_gate(self, gate: Gate | None) -> None:
        """Put up a gate from the next message on, or take it away; what is held then goes on as it came."""
        self._gate = gate
        if gate is None and self._waiting:
            self.release((self._held_message(),))
        elif self.reader.at_boundary:
            self._at_boundary()

    def release(self, messages: Sequence[Message]) -> None:
        """Let the held message go on, or others in its place, and then what waited behind it."""
        self._decide(self._waiting[0], messages)
        self._pass_on()

    def inject(self, message: Message) -> None:
        """Send a message of our own at the next message end."""
        self._own.append(message)
        if self.reader.at_boundary and not self._waiting:
            self._at_boundary()

    def close(self, last: Close | None, left: Callable[[Piece], None]) -> None:
        """Send a close frame of our own at the next message end; then it ``is_closed``, and nothing goes on any more.

        None stands for that of the sender, which has gone on. ``left`` hears what the sender says after it. What a gate
        holds goes on first, as it came.
        """
        held = [piece for unit in self._waiting for piece in unit.pieces] + self._pieces
        unread = bytes(self._frames)
        self.give_up()
        for piece in (*held, *self.reader.feed(unread)):
            self._heard(piece)
        self._closing, self._last, self._left = True, last, left
        self._take_last(b"")

    def _take_last(self, data: bytes) -> None:
        """Pass on the rest of a message, but no more than that."""
        if not self.is_closed:
            data = self._finish_message(data)
        for piece in self.reader.feed(data):
            self._left(piece)

    def _finish_message(self, data: bytes) -> bytes:
        """Pass on what belongs to a message that is half through, and return what comes after it."""
        at, pieces = 0, list[Piece]()
        while at < len(data) and not self.reader.at_boundary:
            end = at + self.reader.wanted
            pieces += self.reader.feed(data[at:end])
            at = end
        self._send(data[:at])
        for piece in pieces:
            self._heard(piece)
        if self.reader.at_boundary:
            self.is_closed = True
            if self._last is not None:
                self._send(rewrite(self._last, masked=self._to_server))
        return data[at:]

    def _at_boundary(self) -> None:
        self._gated = self._gate is not None or self._anew or bool(self._frames)
        while self._own:
            self._send(rewrite(self._own.pop(0), masked=self._to_server))

    def _take_frames(self, data: bytes) -> None:
        """Cut what came into frames, and these into what lies between two message ends."""
        self._frames += data
        while size := self._next_size():
            wire = bytes(self._frames[:size])
            del self._frames[:size]
            self._add(wire)

    def _next_size(self) -> int:
        """Return how many bytes to look at next: a whole frame, or what is there of one that can't be gated."""
        have = len(self._frames)
        if self.reader.lost or self.reader.skipped:
            return min(have, self.reader.skipped or have)
        head = read_head(self._frames, 0)
        if head is None:
            return 0
        if have >= head.end:
            return head.end
        return have if head.end > LARGEST_KEPT or self.reader.unreadable(head) else 0

    def _add(self, wire: bytes) -> None:
        alone, reader = not self._wire, self.reader
        self._wire += wire
        pieces = reader.feed(wire)
        self._pieces += pieces
        if self._waiting and alone and pieces and all(_overtakes(piece) for piece in pieces):
            self._emit(self._unit())
        elif reader.at_boundary or reader.lost or reader.skipped or len(self._wire) > LARGEST_KEPT:
            self._waiting_bytes += len(self._wire)
            self._waiting.append(self._unit())
            self._pass_on()

    def _unit(self) -> _Unit:
        unit = _Unit(bytes(self._wire), self._pieces)
        self._wire, self._pieces = bytearray(), []
        return unit

    def _pass_on(self) -> None:
        """Pass on all that waits until something is held."""
        while self._waiting:
            unit = self._waiting[0]
            if unit.instead is None and not self._judge(unit):
                break
            del self._waiting[0]
            self._waiting_bytes -= len(unit.wire)
            self._emit(unit)
        if not self._waiting and self.reader.at_boundary:
            self._at_boundary()
        self._hold_back(self._waiting_bytes > MOST_HELD)
        if self._ending and not self._waiting:
            self.finish()

    def _judge(self, unit: _Unit) -> bool:
        """Ask the gate what is to become of a message; False if it is to be held."""
        messages = [piece for piece in unit.pieces if isinstance(piece, Message)]
        if not messages or self._gate is None:
            unit.instead = messages
            return True
        try:
            verdict = self._gate(messages[0])
        except Exception:
            log.exception("the gate failed; the message passes")
            verdict = messages
        if verdict is None:
            return False
        self._decide(unit, verdict)
        return True

    def _decide(self, unit: _Unit, messages: Sequence[Message]) -> None:
        unit.instead = messages
        changed = list(messages) != [piece for piece in unit.pieces if isinstance(piece, Message)]
        self._anew = self._anew or (changed and self.reader.takes_over)

    def _held_message(self) -> Message:
        return next(piece for piece in self._waiting[0].pieces if isinstance(piece, Message))

    def _emit(self, unit: _Unit) -> None:
        """Send a unit: the bytes as they came, or written anew."""
        instead = unit.instead
        own = [piece for piece in unit.pieces if isinstance(piece, Message)]
        if instead is None or (list(instead) == own and not (self._anew and own)):
            self._send(unit.wire)
            for piece in unit.pieces:
                self._heard(piece)
            return
        for piece in unit.pieces:
            if not isinstance(piece, Message):
                self._send(rewrite(piece, masked=self._to_server))
                self._heard(piece)
        for message in instead:
            self._send(rewrite(message, masked=self._to_server))
            if message in own:
                self._heard(message)


def _overtakes(piece: Piece) -> bool:
    return not isinstance(piece, Message | Close)
