"""From a WebSocket message to a JSON value, with all that is wrong on the way and where each fault stands."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from inspector.protocol.finding import Fault
from inspector.protocol.json_hints import UTF_16
from inspector.protocol.json_oddities import Oddity, Oddness, oddities
from inspector.protocol.json_places import members
from inspector.protocol.json_text import JsonFault, byte_offset, parse

_MARK, _BLANK, _NUL = "\ufeff", " \t\r\n", "\x00"


class Reading(NamedTuple):
    """A message as JSON: its text, None where it is none, its value, and the faults so far."""

    text: str | None
    value: Any
    faults: list[Fault]


def read(raw: str | bytes) -> Reading:
    """Read a message as JSON. Never raises."""
    faults: list[Fault] = []
    try:
        text = _text(raw, faults)
        value, repeated = _value(text, faults)
    except JsonFault as fault:
        return Reading(None, None, [*faults, _not_json(fault)])
    faults += [_odd(text, oddity) for oddity in oddities(text, repeated=repeated)]
    return Reading(text, value, faults)


def _text(raw: str | bytes, faults: list[Fault]) -> str:
    if isinstance(raw, str):
        return raw
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        byte = raw[error.start]
        hint = next((hint for start, hint in _SIGNATURES if start.match(raw)), "OCPP-J is UTF-8 text")
        latin = f", in Latin-1 {chr(byte)}" if chr(byte).isalpha() else ""
        raise JsonFault(error.start, f"not UTF-8: {error.reason}, byte 0x{byte:02x}{latin}", hint) from None
    faults.append(Fault("F002", "a binary WebSocket message", hint="send OCPP-J as a text message"))
    return text


_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\xff\xfe|\xfe\xff|(\x00[^\x00]){2}|([^\x00]\x00){2}"), UTF_16),
    (re.compile(rb"\x1f\x8b"), "this looks like gzip: send plain text, or negotiate permessage-deflate"),
)
"""How messages begin that are something else."""


def _value(text: str, faults: list[Fault]) -> tuple[Any, bool]:
    """Parse the text. A byte order mark before it or NULs behind it are a fault, but many receivers take it so."""
    try:
        return parse(text)
    except JsonFault as fault:
        if not text.startswith(_MARK) and not text.rstrip(_BLANK).endswith(_NUL):
            raise
        bare = text.removeprefix(_MARK)
        try:
            found = parse(bare.rstrip(_BLANK + _NUL))
        except JsonFault as inner:
            inner.offset += byte_offset(text, len(text) - len(bare))
            raise inner from None
        faults.append(_not_json(fault))
        return found


def _not_json(fault: JsonFault) -> Fault:
    return Fault("F001", fault.message, fault.pointer, fault.hint, fault.offset)


_ODD: dict[Oddness, tuple[str, str, str]] = {
    Oddness.REPEATED_KEY: ("F010", "the key {} stands there twice", "readers differ in which one they take"),
    Oddness.LONE_SURROGATE: (
        "F017",
        "half a surrogate pair: {}",
        "write the letter in UTF-8, or as both halves of its pair",
    ),
    Oddness.HUGE_NUMBER: (
        "F018",
        "the number {} is more than a double holds",
        "leave the value out if there is none; most readers take this for infinity",
    ),
}


def _odd(text: str, oddity: Oddity) -> Fault:
    code, words, hint = _ODD[oddity.kind]
    if oddity.position is None:
        return Fault(code, words.format("of an object far inside"), hint=hint)
    return Fault(code, words.format(oddity.text), oddity.pointer, hint, byte_offset(text, oddity.position))


def located(text: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Give each fault that points at an element of a frame the byte offset of that element."""
    found = tuple(faults)
    wanted = {int(fault.pointer[1:]) for fault in found if _is_unplaced(fault)}
    if not wanted:
        return found
    spans = islice(members(text), max(wanted) + 1)
    offsets = {index: byte_offset(text, span.start) for index, span in enumerate(spans) if index in wanted}
    return tuple(
        fault._replace(offset=offsets.get(int(fault.pointer[1:]))) if _is_unplaced(fault) else fault for fault in found
    )


def _is_unplaced(fault: Fault) -> bool:
    return fault.offset is None and fault.pointer != ""


def first(text: str) -> int:
    """Return the byte offset of the first bracket, or of what stands there instead."""
    return byte_offset(text, len(text) - len(text.lstrip(_BLANK + _MARK)))


def last(text: str) -> int:
    """Return the byte offset of the last bracket, or of what stands there instead."""
    return byte_offset(text, len(text.rstrip(_BLANK + _NUL)) - 1)
