"""What happens in a session: the events that every source (wire, import, replay) feeds to the one pipe.

Times are Unix nanoseconds.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from inspector.protocol.version import Party


class Origin(StrEnum):
    """How a frame came to be in a session."""

    WIRE = "wire"
    INJECTED = "injected"
    EDITED = "edited"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Opened:
    """A handshake was done, or failed: then ``http_status`` is not 101 and a :class:`Closed` follows at once."""

    time_ns: int
    station: str
    path: str = ""
    peer: str = ""
    upstream: str = ""
    offered: tuple[str, ...] = ()
    subprotocol: str | None = None
    http_status: int | None = 101
    origin: str = "live"
    source: int | None = None
    headers: tuple[tuple[str, str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Received:
    """A WebSocket message came through."""

    time_ns: int
    sender: Party
    raw: str | bytes
    origin: Origin = Origin.WIRE


@dataclass(frozen=True, slots=True)
class Ticked:
    """Nothing happened, and that for a while: rules about absence need to hear it."""

    time_ns: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The session ended. ``by`` is a party, ``network`` or ``proxy``; ``code`` is the WebSocket close code."""

    time_ns: int
    code: int | None = None
    reason: str = ""
    by: str = ""


Event = Opened | Received | Ticked | Closed
