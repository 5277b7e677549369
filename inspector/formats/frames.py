"""A bare list of frames: one a line, perhaps with ``station>`` or ``csms>`` before it, or all in one JSON array."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

from inspector.errors import InspectorError
from inspector.formats.intake import UNKNOWN, Announced, File
from inspector.formats.speakers import Speakers, line_of
from inspector.protocol.event import Opened, Received
from inspector.protocol.frame import decode
from inspector.protocol.json_places import members, unquote
from inspector.protocol.json_text import JsonFault, parse
from inspector.protocol.version import SUBPROTOCOLS, Party, Version
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.recording import session_row
from inspector.store.timeline import Life, Moment

LARGEST_ARRAY = 256 * 1024 * 1024
"""Bytes of a JSON array: it is held in memory as a whole."""


def export_frames(reader: Reader, session: int | None = None, where: Where = EVERYTHING) -> Iterator[bytes]:
    """Yield the frames of a capture, one a line without its end, each with its sender before it.

    A frame's own line ends become spaces; between the values of JSON that is the same.
    """
    if session is not None:
        reader.session(session)
    for frame in reader.pages(where, session=session):
        raw = frame.raw.encode() if isinstance(frame.raw, str) else frame.raw
        yield f"{frame.sender}> ".encode() + raw.replace(b"\r", b" ").replace(b"\n", b" ")


Spoken = tuple[int, Party | None, str | bytes]
"""The line of a frame, who sent it if that is said, and its text."""


def spoken(lines: Iterable[bytes]) -> Iterator[Spoken]:
    """Read one frame a line; empty lines are none."""
    for number, line in enumerate(lines, 1):
        bare = line.removeprefix(BOM_UTF8) if number == 1 else line
        if bare.strip():
            yield number, *line_of(bare)


def in_array(data: bytes) -> Iterator[Spoken]:
    """Read the members of a JSON array: each a frame, or its text in quotes. Raises :class:`InspectorError`."""
    text = data.removeprefix(BOM_UTF8).decode("utf-8", "replace")
    try:
        parse(text)
    except JsonFault as fault:
        raise InspectorError(f"no JSON array of frames: {fault.message} at byte {fault.offset}") from fault
    return _members(text)


def _members(text: str) -> Iterator[Spoken]:
    line, at = 1, 0
    for start, end in members(text):
        line += text.count("\n", at, start)
        at = start
        yield line, None, unquote(text[start:end]) if text[start] == '"' else text[start:end]


def file(frames: Iterable[Spoken], station: str, version: Version | None = None) -> File:
    """Make one session of bare frames. Nobody knows when they were sent: their times are zero."""
    return File(_items(frames, station, version), {})


def _items(frames: Iterable[Spoken], station: str, version: Version | None) -> Iterator[Announced | Moment]:
    yield announced(1, handshake(0, station, version))
    speakers = Speakers()
    for line, said, text in frames:
        yield Moment(line, 1, 0, Received(0, speakers.of(decode(text), said, version), text))


def handshake(time_ns: int, station: str, version: Version | None) -> Opened:
    """Make the handshake that a file leaves out: the version that is told has one subprotocol."""
    names = tuple(name for name, each in SUBPROTOCOLS.items() if each is version)
    return Opened(time_ns, station, offered=names, subprotocol=next(iter(names), None), origin="import")


def announced(number: int, opened: Opened) -> Announced:
    """Announce a session of which only the frames are known."""
    return Announced(Life(number, opened.time_ns, None, UNKNOWN), session_row(opened), opened)
