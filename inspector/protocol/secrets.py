"""Secrets in payloads: find them, and overwrite them with ``*`` of the same length.

A frame keeps its length and its shape; only the characters of the secret values are gone. What is not JSON can't be
searched and stays as it is.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from inspector.protocol.frame import Frame
from inspector.protocol.json_text import pointer, spans

SECRET_NAMES = frozenset({"authorizationkey", "basicauthpassword"})
"""Configuration keys and variables, in lower case, whose value is a secret.

1.6 security whitepaper, A00.FR.204; 2.x part 2, SecurityCtrlr.
"""

SECRET_FIELDS = frozenset({"basicAuthPassword", "apnPassword", "password", "key"})
"""Fields that are secrets by themselves inside SetNetworkProfile's connectionData (APNType, VPNType, and 2.1's own)."""

_VALUE_FIELDS = ("value", "attributeValue")

_MARKERS = ("uthorizationKey", "asicAuthPassword", "assword", "KeyCode", "vpn", "\\u")
"""No secret without one of these in the text; ``\\u`` may hide any of them."""


def mask(frame: Frame) -> tuple[str | bytes, int]:
    """Return the raw frame with its secrets overwritten, and how many there were."""
    text = frame.raw
    if not isinstance(text, str) or not isinstance(frame.payload, dict) or not _may_hold_secrets(text):
        return frame.raw, 0
    secrets = set(_walk(frame.payload, (frame.payload_at,), inside_profile=False))
    if not secrets:
        return text, 0
    for place, span in spans(text).items():
        if place in secrets:
            text = text[: span.start + 1] + "*" * (span.end - span.start - 2) + text[span.end - 1 :]
    return text, len(secrets)


def _may_hold_secrets(text: str) -> bool:
    folded = text.lower()
    return any(marker.lower() in folded for marker in _MARKERS)


def _walk(value: Any, path: tuple[str | int, ...], *, inside_profile: bool) -> Iterator[str]:
    """Yield the pointers of the secret strings below a value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index), inside_profile=inside_profile)
    if not isinstance(value, dict):
        return
    named = _name_of(value) in SECRET_NAMES
    for key, item in value.items():
        secret = (
            (named and key in _VALUE_FIELDS)
            or (inside_profile and key in SECRET_FIELDS)
            or (key == "idToken" and value.get("type") == "KeyCode")
        )
        if secret and isinstance(item, str):
            yield pointer((*path, key))
        elif named and key == "variableAttribute":
            yield from _attribute_values(item, (*path, key))
        else:
            yield from _walk(item, (*path, key), inside_profile=inside_profile or key == "connectionData")


def _name_of(value: dict[str, Any]) -> str:
    """Return the configuration key or variable name an object is about, in lower case."""
    variable = value.get("variable")
    name = variable.get("name") if isinstance(variable, dict) else value.get("key")
    return name.lower() if isinstance(name, str) else ""


def _attribute_values(attributes: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield the pointers of the values in NotifyReport's ``variableAttribute``."""
    for index, attribute in enumerate(attributes if isinstance(attributes, list) else ()):
        if isinstance(attribute, dict) and isinstance(attribute.get("value"), str):
            yield pointer((*path, index, "value"))


def mask_authorization(value: str) -> str:
    """Keep the scheme and the user of an ``Authorization`` header; the rest becomes ``***``."""
    scheme, _, credentials = value.partition(" ")
    if scheme.lower() != "basic":
        return f"{scheme} ***"
    try:
        user = base64.b64decode(credentials, validate=True).partition(b":")[0].decode()
    except (binascii.Error, UnicodeDecodeError):
        return f"{scheme} ***"
    return f"{scheme} {user}:***"
