"""Why no session came to be, in plain words: what TLS, the system and mitmproxy said, translated."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inspector.proxy.address import bracketed

NETWORK, PROXY, STATION, CSMS = "network", "proxy", "station", "csms"


class Failure(NamedTuple):
    """Who ended an attempt and why, and what the station is told: an HTTP status, None where it can't be told."""

    by: str
    reason: str
    status: int | None = None


@dataclass(slots=True)
class Handshake:
    """What was seen of a TLS handshake: the alert that the peer sent, and whether it asked for a certificate."""

    alert: int | None = None
    asks_certificate: bool = False
    shows_certificate: bool = False


ALERTS = {
    40: "handshake failure",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    48: "unknown CA",
    49: "access denied",
    51: "decrypt error",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    109: "missing extension",
    112: "unrecognized name",
    116: "certificate required",
    120: "no application protocol",
}
"""RFC 8446 section 6."""

_DISTRUST = frozenset({42, 43, 44, 45, 46, 48})

_REFUSES_CERTIFICATE = _DISTRUST | {40, 49, 51, 116}

_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}

_EXTENSION_VERSIONS = 43
"""supported_versions, RFC 8446 section 4.2.1."""


def newest_version(hello: bytes, extensions: Iterable[tuple[int, bytes]]) -> str:
    """Return the newest version of TLS that a ClientHello offers, as people write it."""
    offered = [int.from_bytes(hello[:2], "big")]
    for kind, body in extensions:
        if kind == _EXTENSION_VERSIONS:
            offered = [int.from_bytes(body[at : at + 2], "big") for at in range(1, len(body) - 1, 2)]
    return _VERSIONS.get(max((number for number in offered if number in _VERSIONS), default=0), "an unknown TLS")


def alert(number: int | None) -> str:
    """Name a TLS alert."""
    return ALERTS.get(number or 0, f"alert {number}")


def station_tls(error: str, handshake: Handshake, offered: str, oldest: str) -> Failure:
    """Say why TLS with a station failed. ``offered`` is the newest version it speaks, ``oldest`` what is taken."""
    if not offered and re.search(_WENT, error):
        return Failure(STATION, "the station left before its ClientHello was complete")
    if handshake.alert in _DISTRUST:
        return Failure(STATION, f"the station does not trust this proxy's certificate ({alert(handshake.alert)})")
    for sign, by, words in _STATION_TLS:
        found = re.search(sign, error)
        if found and not (words == _TOO_OLD and f"TLS {oldest}" <= offered <= "TLS 1.3"):
            return Failure(by, words.format(*found.groups(), offered=offered, oldest=oldest))
    if handshake.alert is not None:
        return Failure(STATION, f"the station broke off TLS ({alert(handshake.alert)})")
    return Failure(PROXY, f"no TLS came to be with the station: {_last_words(error)}")


_NO_VERSION = "cannot agree on a TLS version|unsupported protocol|version too low|no protocols available"

_WENT = "disconnected during|connection closed"

_TOO_OLD = "the station speaks {offered}, this proxy takes {oldest} and up (--tls-min)"

_STATION_TLS: Sequence[tuple[str, str, str]] = (
    (
        _NO_VERSION,
        PROXY,
        _TOO_OLD,
    ),
    ("did not return a certificate", PROXY, "the station showed no certificate, and --station-ca asks for one"),
    ("Certificate verify failed: ([^)]*)", PROXY, "the station's certificate is not accepted: {0}"),
    ("certificate verify failed", PROXY, "the station's certificate is not accepted"),
    (
        f"no shared cipher|{_NO_VERSION}|no suitable signature|no suitable key share|no shared (?:group|signature)",
        PROXY,
        "station and proxy have no cipher in common (--ciphers)",
    ),
    ("Cannot parse ClientHello", PROXY, "what the station sends begins like TLS and is none"),
    (
        _WENT,
        STATION,
        "the station broke off the TLS handshake; it may not trust this proxy's certificate",
    ),
)
"""A pattern in what mitmproxy says, who ended it, and the words."""


def upstream(error: str, handshake: Handshake | None, host: str, port: int) -> Failure:
    """Say why the CSMS could not be reached, or did not answer."""
    if handshake is not None:
        told = _upstream_tls(error, handshake, host)
        if told is not None:
            return Failure(CSMS, told, 502)
    place = f"{bracketed(host)}:{port}"
    for sign, by, words in _UPSTREAM:
        found = re.search(sign, error, re.DOTALL)
        if found:
            return Failure(by, words.format(*found.groups(), host=host, place=place), 502)
    return Failure(NETWORK, f"{place}: {plain_error(error)}", 502)


def _upstream_tls(error: str, handshake: Handshake, host: str) -> str | None:
    """Say what a CSMS meant that broke off TLS, or closed right after it; TLS 1.3 looks at certificates so late.

    Some close without the alert that they owe.
    """
    closed = handshake.alert is None and re.search("^connection closed|server closed connection", error) is not None
    if handshake.asks_certificate and (closed or handshake.alert in _REFUSES_CERTIFICATE):
        if not handshake.shows_certificate:
            return "the CSMS asks for a client certificate, and there is none (--client-cert)"
        if closed:
            return "the CSMS closed the connection; it may not accept the client certificate"
        return f"the CSMS does not accept the client certificate ({alert(handshake.alert)})"
    if handshake.alert is None:
        return None
    words = {70: "the CSMS takes none of TLS 1.2 and 1.3", 112: f"the CSMS knows no {host}"}
    return words.get(handshake.alert, f"the CSMS broke off TLS ({alert(handshake.alert)})")


_UPSTREAM: Sequence[tuple[str, str, str]] = (
    (r"\[Errno -\d+\] (.*)", NETWORK, "the name {host} can't be resolved (DNS): {0}"),
    ("certificate has expired", PROXY, "the CSMS's certificate has expired"),
    ("certificate is not yet valid", PROXY, "the CSMS's certificate is not valid yet; is the clock right?"),
    ("(?:hostname|IP address) mismatch", PROXY, "the CSMS's certificate is not for {host}"),
    (
        "Certificate verify failed: (.*)",
        PROXY,
        "the CSMS's certificate is not trusted: {0} (--upstream-ca FILE names its authority)",
    ),
    ("does not speak TLS", PROXY, "what answers at {place} speaks no TLS: is it ws://?"),
    ("cannot agree on a TLS version", PROXY, "the CSMS takes none of TLS 1.2 and 1.3"),
    ("^connection closed", CSMS, "the CSMS closed the connection during the TLS handshake"),
    ("server closed connection", CSMS, "the CSMS closed the connection without an answer"),
    ("Cannot parse HTTP response|unexpected server response", PROXY, "what the CSMS answered is no HTTP"),
    (r"OpenSSL Error\(\[.*'([^']*)'\)\]", PROXY, "no TLS came to be with the CSMS: {0}"),
)
"""A pattern in what the system and mitmproxy say, who ended it, and the words.

The proxy ends what it does not accept; whose fault that is is for the rules to say.
"""


def plain_error(message: str) -> str:
    """Say in words what the operating system said with a number."""
    found = re.search(r"\[Errno (-?\d+)\] ([^\[,\]]+)(?=[,\]]|$)", message)  # one may hold another
    if found is None:
        return _last_words(message)
    return os.strerror(int(found[1])) if int(found[1]) > 0 else found[2]


def _last_words(error: str) -> str:
    """Return the reason out of OpenSSL's lists: ``Error([('SSL routines', '', 'no shared cipher')])``."""
    found = re.findall(r"\('[^']*', '[^']*', '([^']*)'\)", error)
    return found[-1] if found else error
