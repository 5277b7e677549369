"""Where secrets stand in payloads, and what is in a header of Basic Auth. Nothing here ever quotes one."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from inspector.protocol.event import Opened
from inspector.protocol.fields import indexed, inner, text
from inspector.protocol.knowledge.identity import basic, credentials
from inspector.protocol.secrets import is_password, is_secret

SHORTEST = 16
"""Characters, in OCPP 1.6 bytes, that a password must have (A00.FR.205)."""

MARKS = frozenset({
    "blank", "configured", "empty", "false", "hidden", "masked", "na", "nil", "none", "notset", "null", "omitted",
    "present", "private", "protected", "redacted", "secret", "set", "true", "unavailable", "undefined", "unknown",
    "unset", "writeonly",
})  # fmt: skip
"""What stations write in the place of a secret: its letters and digits, in lower case."""


class Secret(NamedTuple):
    """A secret in a payload: where it stands, and its length if it is the password of the station."""

    pointer: str
    password_length: int | None = None


def _value(name: str, value: Any, pointer: str) -> Iterator[Secret]:
    if is_secret(name) and isinstance(value, str) and value:
        yield Secret(pointer, len(value) if is_password(name) else None)


def _changed(payload: Any) -> Iterator[Secret]:
    return _value(text(payload, "key") or "", payload.get("value"), "/3/value")


def _set(payload: Any) -> Iterator[Secret]:
    for index, item in indexed(payload, "setVariableData"):
        pointer = f"/3/setVariableData/{index}/attributeValue"
        yield from _value(text(item, "variable", "name") or "", item.get("attributeValue"), pointer)


def _profile(payload: Any) -> Iterator[Secret]:
    """Look into a SetNetworkProfile."""
    data = inner(payload, "connectionData")
    yield from _value("BasicAuthPassword", data.get("basicAuthPassword"), "/3/connectionData/basicAuthPassword")
    for group, key in (("apn", "apnPassword"), ("vpn", "password"), ("vpn", "key")):
        if text(data, group, key):
            yield Secret(f"/3/connectionData/{group}/{key}")


def _token(payload: Any) -> Iterator[Secret]:
    """Look for a PIN that a driver typed (C04)."""
    token = payload.get("idToken")
    if isinstance(token, dict) and token.get("type") == "KeyCode":
        yield Secret("/3/idToken/idToken")


def _tokens(payload: Any) -> Iterator[Secret]:
    for index, item in indexed(payload, "localAuthorizationList"):
        if text(item, "idToken", "type") == "KeyCode":
            yield Secret(f"/3/localAuthorizationList/{index}/idToken/idToken")


TYPED = ("Authorize", "TransactionEvent", "RequestStartTransaction", "ReserveNow")
"""CALLs with one token, which may be a PIN."""

SENT: dict[str, Callable[[Any], Iterator[Secret]]] = {
    "ChangeConfiguration": _changed,
    "SetVariables": _set,
    "SetNetworkProfile": _profile,
    **dict.fromkeys(TYPED, _token),
    "SendLocalList": _tokens,
}
"""Secrets that are sent on purpose, by the action of the CALL."""


def _configuration(payload: Any) -> Iterator[str]:
    for index, item in indexed(payload, "configurationKey"):
        if is_secret(text(item, "key") or "") and _is_real(text(item, "value")):
            yield f"/2/configurationKey/{index}/value"


def _variables(payload: Any) -> Iterator[str]:
    for index, item in indexed(payload, "getVariableResult"):
        if is_secret(text(item, "variable", "name") or "") and _is_real(text(item, "attributeValue")):
            yield f"/2/getVariableResult/{index}/attributeValue"


def _report(payload: Any) -> Iterator[str]:
    for index, item in indexed(payload, "reportData"):
        if is_secret(text(item, "variable", "name") or ""):
            for number, attribute in indexed(item, "variableAttribute"):
                if _is_real(text(attribute, "value")):
                    yield f"/3/reportData/{index}/variableAttribute/{number}/value"


TOLD: dict[str, Callable[[Any], Iterator[str]]] = {
    "GetConfiguration": _configuration,
    "GetVariables": _variables,
    "NotifyReport": _report,
}
"""Where a station tells what it should keep to itself, by the action: pointers."""


def _is_real(value: str | None) -> bool:
    """Tell whether a value may be the secret itself: not a sentence, one sign repeated, nor another mark for it."""
    if value is None or len(set(value)) < 2 or any(character.isspace() for character in value):
        return False
    letters = "".join(filter(str.isalnum, value)).casefold()
    return len(set(letters)) > 1 and letters not in MARKS


class BasicAuth(NamedTuple):
    """A header of Basic Auth: the password's length, None if it can't be read, and whether it is all hex digits."""

    length: int | None
    is_hex: bool = False


def basic_auth(opening: Opened) -> BasicAuth | None:
    """Return what the handshake's Basic Auth is like, None if it has none."""
    if basic(opening) is None:
        return None
    given = credentials(opening)
    if given is None or given.password is None:
        return BasicAuth(None)
    return BasicAuth(len(given.password.decode("utf-8", "replace")), given.is_hex)
