"""The versions of OCPP-J that this project knows, and how a session tells which one it speaks."""

from enum import StrEnum


class Party(StrEnum):
    """Who sent a frame, or who ended a session."""

    STATION = "station"
    CSMS = "csms"

    @property
    def peer(self) -> "Party":
        """The other side."""
        return Party.CSMS if self is Party.STATION else Party.STATION

    @property
    def label(self) -> str:
        """As it is written in a sentence."""
        return "CSMS" if self is Party.CSMS else "station"


class Version(StrEnum):
    """An OCPP version, written as its specification writes it."""

    V16 = "1.6"
    V201 = "2.0.1"
    V21 = "2.1"


SUBPROTOCOLS: dict[str, Version] = {
    "ocpp1.6": Version.V16,
    "ocpp2.0.1": Version.V201,
    "ocpp2.1": Version.V21,
}
"""The registered WebSocket subprotocol names (IANA registry; OCPP-J 1.6 section 3.2, 2.0.1 part 4 section 3.2)."""


def from_subprotocol(name: str | None) -> Version | None:
    """Return the version that a negotiated subprotocol names, or None when it names none we know."""
    return SUBPROTOCOLS.get(name or "")
