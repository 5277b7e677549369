"""Secrets in payloads: find them, and overwrite them with ``*`` of the same length.

A frame keeps its length and its shape; only the characters of the secret values are gone. What is not JSON can't be
searched and stays as it is.
"""

import base64
import re
from collections.abc import Iterator

from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.json_places import Node, Span, tree

PASSWORDS = frozenset({"authorizationkey", "basicauthpassword"})
"""Configuration keys and variables, in lower case, whose value is the station's password.

1.6 security whitepaper, section 7.2; 2.x part 2, SecurityCtrlr.
"""

SECRET_NAMES = PASSWORDS | {"sharedsecret", "vpnkey", "vpnpassword", "apnpassword"}
"""All whose value is a secret. The others are of 2.1: part 2, WebPaymentsCtrlr and NetworkConfiguration."""

SECRET_FIELDS = frozenset({"basicAuthPassword", "apnPassword", "password", "key"})
"""Fields that are secrets by themselves inside SetNetworkProfile's connectionData (APNType, VPNType, and 2.1's own)."""

_VALUE_FIELDS = ("value", "attributeValue", "actualValue")

_MARKERS = ("authorizationkey", "password", "keycode", "vpn", "sharedsecret")
"""No secret without one of these in the text, unless an escape hides it."""

_HIDING = re.compile(r"\\u(?:00[2-7]|212a)", re.IGNORECASE)
"""A letter of ASCII, escaped: nobody has to, who has nothing to hide. U+212A is a k in lower case."""

_SUSPECT = re.compile("|".join((*_MARKERS, _HIDING.pattern)).replace("vpn", '"vpn"'), re.IGNORECASE)
"""What may name a secret; three letters by themselves are in every long text."""

AROUND = 4096
"""How far from such a name its value may stand, in characters."""


def mask(frame: Frame) -> tuple[str | bytes, int]:
    """Return the raw frame with its secrets overwritten, and how many there were."""
    text, spans = _found(frame)
    for start, end in spans:
        text = text[:start] + _hidden(text, start, end) + text[end:]
    if not spans:
        return frame.raw, 0
    return (text if isinstance(frame.raw, str) else text.encode()), len(spans)


def blot(raw: str | bytes) -> tuple[str | bytes, int]:
    """Return a frame that is too large to be searched, overwritten around all that may name a secret, and how often.

    What is no text stays.
    """
    try:
        searched = raw if isinstance(raw, str) else raw.decode()
    except UnicodeDecodeError:
        return raw, 0
    if not _may_hold_secrets(searched):
        return raw, 0
    text = raw if isinstance(raw, str) else raw.decode("latin-1")  # a letter a byte, so that the length stays
    kept, at, places = [], 0, 0
    for found in _SUSPECT.finditer(text):
        start, end = max(at, found.start() - AROUND), min(len(text), found.end() + AROUND)
        kept += [text[at:start], "*" * (end - start)]
        at, places = end, places + 1
    masked = "".join([*kept, text[at:]])
    return masked if isinstance(raw, str) else masked.encode("latin-1"), places


def _hidden(text: str, start: int, end: int) -> str:
    """Return ``*`` for a string's letters, and ones for a number's digits: the frame stays JSON."""
    is_string = text[start - 1 : start] == '"'
    return "*" * (end - start) if is_string else re.sub(r"\d", "1", text[start:end])


def scrub(frame: Frame, message: str) -> str:
    """Return a finding's message without the secrets of its frame, which it may quote."""
    text, spans = _found(frame)
    for start, end in spans:
        if end > start:
            message = message.replace(text[start:end], "***")
    return message


def _found(frame: Frame) -> tuple[str, list[Span]]:
    """Return the JSON text of a frame, and where its secrets stand in it, without their quotes."""
    text = _text(frame)
    if text is None or not _may_hold_secrets(text):
        return "", []
    nodes = _secrets(tree(text), inside_profile=False, inside_attribute=False)
    return text, [Span(n.span.start + 1, n.span.end - 1) if n.kind == "string" else n.span for n in nodes]


def _text(frame: Frame) -> str | None:
    """Return the JSON text of a frame, None for what is not JSON."""
    if frame.type is MessageType.INVALID and any(fault.code == "F001" for fault in frame.faults):
        return None
    return frame.raw if isinstance(frame.raw, str) else frame.raw.decode()


def _may_hold_secrets(text: str) -> bool:
    folded = text.lower()
    for marker in _MARKERS:  # any() takes three times as long, and each frame comes by
        if marker in folded:
            return True
    return "\\u" in folded and _HIDING.search(folded) is not None


def _secrets(node: Node, *, inside_profile: bool, inside_attribute: bool) -> Iterator[Node]:
    """Yield the secret strings and numbers below a value. A key that stands twice hides none."""
    named = _is_named(node)
    code = any(kind.text == "KeyCode" for kind in node.get("type"))
    for key, member in node.members:
        secret = (
            (named and key in _VALUE_FIELDS)
            or (inside_profile and key in SECRET_FIELDS)
            or (inside_attribute and key == "value")
            or (code and key == "idToken")
        )
        if secret:
            yield from _scalars(member)
        else:
            yield from _secrets(
                member,
                inside_profile=inside_profile or key == "connectionData",
                inside_attribute=(named and key == "variableAttribute") or (inside_attribute and node.kind == "["),
            )


def _scalars(node: Node) -> Iterator[Node]:
    if node.kind in {"string", "number"}:
        yield node
    for _, member in node.members:
        yield from _scalars(member)


def _is_named(node: Node) -> bool:
    """Tell whether an object is about a secret configuration key or variable."""
    variables = [name for variable in node.get("variable") for name in variable.get("name")]
    return any(is_secret(name.text) for name in variables or node.get("key"))


def is_secret(name: str) -> bool:
    """Tell whether the value of a configuration key or variable is a secret."""
    return name.strip().lower() in SECRET_NAMES


def is_password(name: str) -> bool:
    """Tell whether the value of a configuration key or variable is the station's password."""
    return name.strip().lower() in PASSWORDS


def mask_header(name: str, value: str) -> str:
    """Return what may be kept of an HTTP header."""
    if name.lower() in {"authorization", "proxy-authorization"}:
        return mask_authorization(value)
    return "***" if name.lower() in {"cookie", "set-cookie"} else value


def mask_authorization(value: str) -> str:
    """Keep the scheme and the user of an ``Authorization`` header; the rest becomes ``***``."""
    scheme, _, credentials = value.strip().partition(" ")
    if not credentials or not _SCHEME.fullmatch(scheme):
        return "***"
    if scheme.lower() != "basic":
        return f"{scheme} ***"
    try:
        user, colon, _ = base64.b64decode(credentials.strip(), validate=True).partition(b":")
        return f"{scheme} {user.decode()}:***" if colon else f"{scheme} ***"
    except ValueError:
        return f"{scheme} ***"


_SCHEME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110 section 5.6.2."""
