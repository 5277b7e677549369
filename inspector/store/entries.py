"""Rows on their way into the capture: the entries a session makes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Controlled, Noted, Opened, Origin, Violated
from inspector.protocol.finding import Finding
from inspector.protocol.version import Version

if TYPE_CHECKING:
    from inspector.protocol.seen import Seen  # with jsonschema-rs: 20 ms, and readers have no need of it


class Place(NamedTuple):
    """A session in a capture beside this one."""

    capture: str
    session: int


@dataclass(slots=True, eq=False)
class SessionRow:
    """A session on its way into the capture. ``id`` is its row's, once committed.

    ``patience_ns`` is how long its CALLs may wait for an answer; ``continues`` is its row in the file before this one,
    ``continued_in`` the one in the file after it, where that is known from the beginning. ``key`` is how whoever
    hears the session calls it, None where nobody does.
    """

    opened: Opened
    version: Version | None = None
    patience_ns: int = PATIENCE_NS
    id: int | None = None
    continues: Place | None = None
    continued_in: Place | None = None
    key: int | None = None


class FrameEntry(NamedTuple):
    """One frame to write. ``row`` has its columns but for the session; ``size`` is that of its raw text."""

    session: SessionRow
    time_ns: int
    size: int
    version: Version | None
    row: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One finding to write. It may be about a frame written earlier."""

    session: SessionRow
    finding: Finding


@dataclass(frozen=True, slots=True)
class EventEntry:
    """What happened beside frames; without a session it is about the capture as a whole."""

    session: SessionRow | None
    event: Controlled | Violated | Noted


@dataclass(frozen=True, slots=True)
class ClosedEntry:
    """The end of a session, and for how long it had been silent."""

    session: SessionRow
    closed: Closed
    silence_ns: int | None = None


@dataclass(frozen=True, slots=True)
class ReachedEntry:
    """How far a scribe's events are in the capture, once this is: what comes later is known to be missing.

    ``written`` is called with the position, in the writer's thread, once the batch that it is in is committed.
    """

    scribe: str
    position: int
    written: Callable[[int], None]


Entry = SessionRow | FrameEntry | FindingEntry | EventEntry | ClosedEntry | ReachedEntry


def frame_entry(
    session: SessionRow, seen: "Seen", raw: str | bytes, masked: int, origin: Origin, version: Version | None
) -> FrameEntry:
    """Make the entry of a frame: what was seen, the raw text that may rest on disk, how many secrets were masked.

    What else was seen of it need not wait in memory.
    """
    frame = seen.frame
    row = (
        seen.number,
        seen.time_ns,
        str(seen.sender),  # SQLite takes plain text in half the time of an enum's
        int(frame.type),
        storable(frame.message_id),
        storable(seen.action),
        seen.call.number if seen.call else None,
        seen.latency_ns,
        str(origin),
        masked,
        raw if isinstance(raw, bytes) else storable_raw(raw),
    )
    return FrameEntry(session, seen.time_ns, len(raw), version, row)


def storable(text: str | None) -> str | None:
    r"""Make text fit for SQLite, which takes no lone surrogates: they are written as ``\udXXX``."""
    return text if text is None or text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def storable_raw(text: str) -> str | bytes:
    """Return raw text, as bytes if SQLite could not keep it as text unchanged."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text
