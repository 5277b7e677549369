"""Handshakes that were refused: what each HTTP status most likely means, and who must act."""

from collections.abc import Callable
from typing import NamedTuple

from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame, Fault
from inspector.protocol.knowledge import attempts
from inspector.protocol.knowledge.identity import credentials, header, quoted

SWITCHED = 101
"""The HTTP status of a handshake that succeeded."""


class _Cause(NamedTuple):
    """Why a handshake was refused, in words that go on after the status, and what to do about it."""

    words: str
    fix: str
    blame: Blame = Blame.STATION


_CAUSES: dict[int, _Cause] = {
    400: _Cause(
        "it found something wrong with the request",
        "most often it speaks none of the subprotocols that were offered; else a header or the path is not as it should"
        " be: its log tells",
    ),
    401: _Cause(
        "it does not accept the credentials",
        "compare user and password on both sides; an AuthorizationKey is often set as hex digits on one side and as the"
        " bytes they stand for on the other",
    ),
    403: _Cause(
        "it knows who is asking and does not let it in",
        "the station may be blocked or not released yet in the CSMS, or a firewall in front of it wants another address"
        " or certificate",
    ),
    404: _Cause(
        "it knows neither this path nor this identity",
        "register the identity in the CSMS, spelt like this; else mend the path in front of it, and the proxy's"
        " --upstream",
    ),
    405: _Cause(
        "the path is there, but for other requests", "the URL is that of something else than the OCPP endpoint"
    ),
    407: _Cause("a proxy on the way wants credentials", "give the station those, or a way around", Blame.NETWORK),
    408: _Cause("the request took too long to arrive", "look at the station's connection", Blame.NETWORK),
    409: _Cause(
        "it holds another connection of this station", "let the CSMS drop the old connection for the new", Blame.CSMS
    ),
    410: _Cause("the endpoint is no more", "ask the CSMS's operator for the URL of today"),
    421: _Cause("the host name is not one it serves", "the station or the proxy's --upstream names another host"),
    426: _Cause(
        "it wants an upgrade that it did not see",
        "something on the way may have removed the headers Upgrade and Connection, or the WebSocket version is not 13",
    ),
    429: _Cause("the station asks too often", "let it wait longer between attempts, and longer each time"),
    500: _Cause("it failed", "its log tells why", Blame.CSMS),
    501: _Cause("it can't do WebSocket here", "the URL is that of something else than the OCPP endpoint"),
    502: _Cause("what stands before the CSMS could not reach it", "see whether the CSMS itself runs", Blame.CSMS),
    503: _Cause("it is down or has too much to do", "see whether the CSMS runs; the station should wait", Blame.CSMS),
    504: _Cause("what stands before the CSMS waited for it in vain", "see whether the CSMS itself runs", Blame.CSMS),
}

_KINDS: dict[int, _Cause] = {
    1: _Cause("it did not finish the handshake", "its log tells why", Blame.CSMS),
    2: _Cause("this is a web page, no WebSocket", "the URL is that of something else than the OCPP endpoint"),
    3: _Cause("it sends the station elsewhere", "stations seldom follow: set the URL it names"),
    4: _Cause("it takes the request for wrong", "its log tells why"),
    5: _Cause("it failed", "its log tells why", Blame.CSMS),
}
"""By the first digit, for a status that is not in the table (RFC 9110 section 15)."""

_STRANGE = _Cause("HTTP knows no such status", "see what it is that answers there", Blame.CSMS)


def is_plain_http(opening: Opened) -> bool:
    """Tell whether a request was no WebSocket handshake at all: a browser, or somebody's health check."""
    asked = {name.lower() for side, name, _ in opening.headers if side == "request"}
    speaks = opening.offered or "upgrade" in asked or any(name.startswith("sec-websocket-") for name in asked)
    return opening.http_status != SWITCHED and "host" in asked and not speaks


def describe(opening: Opened, end: Closed) -> Fault:
    """Say why a handshake came to nothing, as far as status, headers and the end tell."""
    if opening.http_status is None:
        return attempts.unanswered(opening, end)
    return _refused(opening, opening.http_status, quoted(end.reason))


def _refused(opening: Opened, status: int, reason: str) -> Fault:
    cause = next((cause for applies, cause in _TELLING if applies(opening)), None)
    cause = cause or _CAUSES.get(status) or _KINDS.get(status // 100, _STRANGE)
    place = (header(opening, "Location", "response") or "").partition("?")[0] if status // 100 == 3 else ""
    path = quoted(opening.path.partition("?")[0])
    answer = f"the CSMS answered {status} {reason}".rstrip() + (f" to {path}" if path else "")
    words = f"{answer}: {cause.words}{place and f', to {quoted(place)}'}"
    return Fault("H009", words, hint=cause.fix, blame=cause.blame)


def _has_no_offer(opening: Opened) -> bool:
    return opening.http_status in {400, 426} and header(opening, "Host") is not None and not opening.offered


def _has_no_credentials(opening: Opened) -> bool:
    seen = header(opening, "Host") is not None
    return opening.http_status == 401 and seen and header(opening, "Authorization") is None


def _has_hex_password(opening: Opened) -> bool:
    given = credentials(opening)
    return opening.http_status == 401 and given is not None and given.is_hex


_TELLING: tuple[tuple[Callable[[Opened], bool], _Cause], ...] = (
    (is_plain_http, _Cause("the request was no WebSocket handshake", "it came from a browser or a health check")),
    (_has_no_offer, _Cause("the station offered no subprotocol", "let it offer one, such as ocpp1.6")),
    (_has_no_credentials, _Cause("the station sent no credentials", "set its AuthorizationKey or BasicAuthPassword")),
    (
        _has_hex_password,
        _Cause(
            "it does not accept the credentials, whose password is hex digits",
            "the station may send the digits of its AuthorizationKey where the CSMS expects the bytes they stand for"
            " (OCPP-J 1.6 section 6.2.2), or the other way round",
        ),
    ),
)
"""What a request shows by itself, before its status is asked."""
