"""What happens in a session: the events that every source (wire, import, replay) feeds to the one pipe.

Times are Unix nanoseconds.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from inspector.protocol.version import Party


class Origin(StrEnum):
    """How a frame came to be in a session."""

    WIRE = "wire"
    INJECTED = "injected"
    EDITED = "edited"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Tls:
    """How one leg of the connection is encrypted. ``leg`` names the party at its far end.

    ``version`` is as OpenSSL writes it (TLSv1.2). ``certificate`` is the subject of the certificate of the server on
    this leg, ``certificate_ends_ns`` when it expires; ``client_certificate`` is the subject of what the client showed.
    ``sni`` is the name that the client asked for.
    """

    leg: Party
    version: str
    cipher: str = ""
    certificate_ends_ns: int | None = None
    sni: str = ""
    certificate: str = ""
    client_certificate: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A handshake was done, or failed: then ``http_status`` is not 101 and a :class:`Closed` follows at once.

    ``headers`` are (``request`` or ``response``, name, value) in the order they came. ``tls`` has no entry for a leg
    without TLS. ``hears_pings`` tells whether the pings of this session will be told, so that their absence counts.
    ``times`` are the steps on the way here, in order: (name, time); see :data:`STEPS`. ``source`` is the session that a
    draft or a run was made from, ``name`` what it is called.
    """

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
    headers: tuple[tuple[str, str, str], ...] = ()
    tls: tuple[Tls, ...] = ()
    hears_pings: bool = False
    times: tuple[tuple[str, int], ...] = ()
    name: str = ""


UNHEARD = frozenset({"import", "draft"})
"""Origins of sessions that no recorder heard: logs may begin in the midst, and passwords and pings are not in them."""

ALONE = frozenset({"draft", "run"})
"""Origins of sessions that a person made: what the station did before, and there, explains nothing here."""

STEPS = ("connected", "encrypted", "asked", "upstream connected", "upstream encrypted", "answered")
"""How a session comes to be: the station's TCP and TLS, its request, the same towards the CSMS, the CSMS's answer."""


class Received(NamedTuple):
    """A WebSocket message came through."""

    time_ns: int
    sender: Party
    raw: str | bytes
    origin: Origin = Origin.WIRE


class Control(StrEnum):
    """The control frames of WebSocket that may pass between messages (RFC 6455 section 5.5)."""

    PING = "ping"
    PONG = "pong"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Controlled:
    """A control frame came through, with its payload."""

    time_ns: int
    sender: Party
    kind: Control
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Violated:
    """Something came through that WebSocket does not allow: what it is, and its first bytes as they were.

    Where it is ``opaque``, what the sender says afterwards can't be read any more.
    """

    time_ns: int
    sender: Party
    what: str
    wire: bytes = b""
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """The recorder says something of itself: a ``gap`` in the record, or ``trouble`` that it had.

    ``lost`` is how many frames a gap took.
    """

    time_ns: int
    kind: str
    what: str
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Ticked:
    """Nothing happened, and that for a while: rules about absence need to hear it."""

    time_ns: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The session ended. ``by`` is a party, ``network``, ``proxy`` or ``operator``; ``code`` is WebSocket's."""

    time_ns: int
    code: int | None = None
    reason: str = ""
    by: str = ""


Event = Opened | Received | Controlled | Violated | Noted | Ticked | Closed
