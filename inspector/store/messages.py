"""What a scribe and its process say to each other through pipes: each message pickled, behind its length."""

import os
import pickle
import struct
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from inspector.protocol.event import Event, Opened, Origin, Received
from inspector.protocol.version import Party
from inspector.store.keeper import Keeping
from inspector.store.orders import Answered, Order
from inspector.store.pipe import readable

Row = tuple[int, Event] | tuple[int, int, Party, str | bytes, Origin]
"""A session's key and an event of it; a frame lies open, as it is what is sent most."""


class Start(NamedTuple):
    """Keep this. ``scribe`` is whose events come, in this process or in one before it."""

    keeping: Keeping
    scribe: str


class Ready(NamedTuple):
    """The capture is open, and holds the scribe's batches up to a position."""

    capture: Path
    reached: int


class Refused(NamedTuple):
    """The capture or the schemas can't be used."""

    why: str


class Resumed(NamedTuple):
    """These sessions were begun in a process before this one: (key, opening, number of their frames so far).

    ``why`` is what became of that one; they are told, and so is each that begins in a batch that is not checked.
    """

    why: str
    sessions: tuple[tuple[int, Opened, int], ...]


class Batch(NamedTuple):
    """Events, in order. ``checked`` tells whether sessions that begin in it are to be inspected."""

    position: int
    checked: bool
    rows: list[Row]


class Tick(NamedTuple):
    """All that happened before this time (Unix ns) has been sent."""

    time_ns: int


class Goodbye(NamedTuple):
    """Nothing comes any more; why is what open sessions end with."""

    reason: str


class Written(NamedTuple):
    """The batches up to this position are in a capture: it is another one after each rotation."""

    position: int
    capture: Path


class Status(NamedTuple):
    """``work`` numbers the event or tick at hand, 0 for none; ``trouble`` is what keeps the disk from being written.

    ``failures`` is how many events and ticks could not be dealt with, because of a bug.
    """

    work: int
    trouble: str | None
    failures: int = 0


class Said(NamedTuple):
    """A line for the log."""

    logger: str
    level: int
    words: str


Message = Start | Ready | Refused | Resumed | Batch | Tick | Goodbye | Written | Status | Said | Order | Answered

_LENGTH = struct.Struct(">Q")


def send(pipe: int, message: Message) -> None:
    """Write a message to a file descriptor. Raises OSError when nobody reads any more."""
    pickled = pickle.dumps(message, 5)
    rest = memoryview(_LENGTH.pack(len(pickled)) + pickled)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def receive(pipe: int, deadline: float | None = None) -> Message | None:
    """Read a message from a file descriptor, None at the end, also at one in the middle of a message.

    Raises TimeoutError if it is not there by a ``deadline`` of the monotonic clock.
    """
    head = _read(pipe, _LENGTH.size, deadline)
    pickled = _read(pipe, _LENGTH.unpack(head)[0], deadline) if head else b""
    if not pickled:
        return None
    message: Message = pickle.loads(pickled)  # noqa: S301 - said by our own process, through a pipe
    return message


def _read(pipe: int, length: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if deadline is not None and not readable(pipe, max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        part = os.read(pipe, length - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def packed(key: int, event: Event) -> Row:
    """Return a row of a batch."""
    return (key, *event) if type(event) is Received else (key, event)


def unpacked(rows: Iterable[Row]) -> Iterable[tuple[int, Event]]:
    """Return the keys and events of a batch."""
    for row in rows:
        yield row if len(row) == 2 else (row[0], Received._make(row[1:]))
