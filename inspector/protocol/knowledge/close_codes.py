"""What the close codes of WebSocket mean, and who must act (RFC 6455 section 7.4, the IANA registry)."""

from typing import NamedTuple

from inspector.protocol.finding import Blame

NORMAL = frozenset({1000, 1001, 1005})
"""Codes of an orderly end: done, going away, and a close frame without a code."""

FOR_NOW = frozenset({1012, 1013})
"""Codes by which a server asks its client to come back."""

NO_CLOSE_FRAME = 1006
"""Stands for an end without a close frame; it never crosses the wire."""

OURS = frozenset({"proxy", "operator"})
"""Who may end a session in which neither the station nor the CSMS did."""

CLOSER, PEER = "closer", "peer"
"""Who must act: the side that closed, or the side it complains of."""


class Meaning(NamedTuple):
    """What a code says, what to do about it, and whose turn it is."""

    words: str
    act: str
    at_fault: str = CLOSER


_MEANINGS: dict[int, Meaning] = {
    1002: Meaning(
        "the WebSocket protocol was broken",
        "either this side broke it, or it says that the other did: look for compression nobody negotiated, wrong"
        " masking and odd control frames",
    ),
    1003: Meaning("it can't take this kind of data", "send text messages, no binary ones", PEER),
    1007: Meaning(
        "a message was no valid text",
        "either this side sent bytes that are no UTF-8, or it says that the other's message was broken",
    ),
    1008: Meaning(
        "a policy was broken",
        "often wrong credentials, an unknown identity or a second connection: the log of the side that closed tells",
        PEER,
    ),
    1009: Meaning("a message was too big", "send less at once, or raise the limit of the side that closed", PEER),
    1010: Meaning("an extension it needs was not negotiated", "let the CSMS accept the extension, or do without", PEER),
    1011: Meaning("an internal error", "its log at this time tells more; often the last frame is what it fell over"),
    1012: Meaning("it restarts", "reconnect after a random wait"),
    1013: Meaning("it has too much to do", "reconnect later, and later each time"),
    1014: Meaning("what stands before the CSMS lost it", "see whether the CSMS itself runs"),
    1015: Meaning("TLS failed", "look at certificates and clocks on both sides"),
    3000: Meaning("who asks is not known", "compare the credentials on both sides", PEER),
    3003: Meaning("who asks may not", "see whether the CSMS has blocked the station", PEER),
    3008: Meaning("it waited too long", "send a heartbeat or a ping sooner than that", PEER),
}

_RANGES: tuple[tuple[int, int, Meaning], ...] = (
    (3000, 3999, Meaning("a code of its framework's", "the documentation of the side that closed tells what it means")),
    (4000, 4999, Meaning("a code of its own", "the documentation of the side that closed tells what it means")),
)

_UNDEFINED = Meaning("a code that WebSocket does not define", "send 1000, or one from 4000 up with a reason")


def may_be_sent(code: int) -> bool:
    """Tell whether a close frame may carry a code."""
    return (1000 <= code <= 1014 and code not in {1004, 1005, 1006}) or 3000 <= code <= 4999


def meaning(code: int) -> Meaning:
    """Return what a close code means, also one that nobody registered."""
    ranged = (each for first, last, each in _RANGES if first <= code <= last)
    return _MEANINGS.get(code) or next(ranged, _UNDEFINED)


def blame(code: int, by: str) -> Blame:
    """Tell who must act after one side closed with a code."""
    if by not in _OTHER:
        return Blame.NETWORK
    return Blame(by) if meaning(code).at_fault == CLOSER else _OTHER[by]


_OTHER: dict[str, Blame] = {Blame.STATION: Blame.CSMS, Blame.CSMS: Blame.STATION}
