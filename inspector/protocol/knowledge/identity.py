"""The station's identity in a handshake: where the path ends, and the user of Basic Auth."""

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

from inspector.protocol.event import Opened
from inspector.protocol.finding import Fault

LONGEST_QUOTED = 60
"""Characters of a path or a user that a message repeats."""

_URL = re.compile(r"/*[a-z][a-z0-9+.-]*:/", re.IGNORECASE)

_ODDITIES = (
    (re.compile("//"), "has an empty segment"),
    (re.compile(r"[^\w.~!$&'()*+,;=:@/%-]", re.ASCII), "has {!r} as it is, which must be percent-encoded"),
    (re.compile(r"%(?![0-9a-f]{2}).{0,2}", re.IGNORECASE), "has {}, which encodes nothing"),
    (
        re.compile(r"%(?:2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])", re.IGNORECASE),
        "has {}, which needs no encoding",
    ),
    (re.compile(r"%25[0-9a-f]{2}", re.IGNORECASE), "has {}, which looks encoded twice"),
    (re.compile("%2f", re.IGNORECASE), "has {}, a slash that many servers take for the end of a segment"),
)
"""What may stand in a path only in another form, or at another place (RFC 3986 sections 2.1, 2.3 and 3.3)."""


class Credentials(NamedTuple):
    """What Basic Auth sends; the password is None where it was masked."""

    user: str
    password: bytes | None

    @property
    def is_hex(self) -> bool:
        """Whether the password is hex digits, as many as an AuthorizationKey may have (16 to 20 bytes)."""
        return self.password is not None and _HEX_KEY.fullmatch(self.password) is not None


_HEX_KEY = re.compile(rb"(?:[0-9A-Fa-f]{2}){16,20}")


def header(opening: Opened, name: str, side: str = "request") -> str | None:
    """Return a header of the handshake, its lines joined as HTTP does, None if it is not there."""
    lines = [value for at, key, value in opening.headers if at == side and key.lower() == name.lower()]
    return ", ".join(lines) if lines else None


def basic(opening: Opened) -> str | None:
    """Return what stands behind the scheme of Basic Auth, None if the handshake has none."""
    scheme, _, value = (header(opening, "Authorization") or "").strip().partition(" ")
    return value.strip() if scheme.lower() == "basic" else None


def credentials(opening: Opened) -> Credentials | None:
    """Return what Basic Auth sent, also where a capture keeps only its user; None if nothing of it can be read."""
    value = basic(opening)
    if value is None:
        return None
    if value.endswith(":***"):
        return Credentials(value.removesuffix(":***"), None)
    try:
        user, colon, password = base64.b64decode(value, validate=True).partition(b":")
    except ValueError:
        return None
    return Credentials(user.decode(errors="replace"), password) if colon else None


def check(opening: Opened) -> Iterator[Fault]:
    """Find what is wrong with the identity; a path that is empty was not recorded."""
    path = opening.path.partition("?")[0]
    if not path:
        return
    if path.endswith("/"):
        yield _missing(path, opening.station)
    if words := "; ".join(_oddities(path)):
        yield Fault("H011", f"the path {quoted(path)} {words}")
    given = credentials(opening)
    if given is not None and opening.station and given.user != opening.station:
        yield _other_user(given.user, opening.station)


def quoted(text: str) -> str:
    """Return a text as it fits into a message."""
    return text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}..."


def _missing(path: str, station: str) -> Fault:
    if not path.strip("/"):
        return Fault("H010", f"the path {quoted(path)} names no station")
    taken = f"; {quoted(station)} is taken for it" if station else ""
    return Fault("H010", f"the path {quoted(path)} ends in a slash, so that the identity behind it is empty{taken}")


def _oddities(path: str) -> Iterator[str]:
    if _URL.match(path):
        yield "holds a whole URL"
        return
    for pattern, words in _ODDITIES:
        found = pattern.search(path)
        if found:
            yield words.format(found[0])


def _other_user(user: str, station: str) -> Fault:
    said = f"Basic Auth is for {quoted(user) or 'an empty user'}, and the path names {quoted(station)}"
    if user.replace(" ", "+") == station:
        return Fault("H011", said, hint="a + in a path is no space: write %20")
    if user.casefold() == station.casefold():
        return Fault("H013", said)
    if user == station.partition(":")[0]:
        return Fault("H012", said, hint="a user ends at the first colon: an identity can't have one")
    return Fault("H012", said)
