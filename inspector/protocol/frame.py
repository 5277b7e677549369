"""Frames of OCPP-J: decode never raises, encode writes what the standard writes."""

import json
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

from inspector.protocol.finding import Fault
from inspector.protocol.json_text import JsonFault, parse, quick

LONGEST_ID = 36
"""Characters of a message id (OCPP-J 1.6 section 4.1.4, 2.0.1 part 4 section 4.1.4)."""


class MessageType(IntEnum):
    """The message type numbers; INVALID is ours, for what can't be decoded."""

    INVALID = 0
    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4
    CALLRESULTERROR = 5
    SEND = 6

    @property
    def is_answer(self) -> bool:
        """Whether it answers a CALL of the other side."""
        return self is MessageType.CALLRESULT or self is MessageType.CALLERROR

    @property
    def is_error(self) -> bool:
        """Whether it carries an error code instead of a payload."""
        return self is MessageType.CALLERROR or self is MessageType.CALLRESULTERROR

    @property
    def has_action(self) -> bool:
        """Whether the frame itself names its action."""
        return self is MessageType.CALL or self is MessageType.SEND


SHAPES: dict[MessageType, tuple[str, ...]] = {
    MessageType.CALL: ("type", "id", "action", "payload"),
    MessageType.CALLRESULT: ("type", "id", "payload"),
    MessageType.CALLERROR: ("type", "id", "code", "description", "details"),
    MessageType.CALLRESULTERROR: ("type", "id", "code", "description", "details"),
    MessageType.SEND: ("type", "id", "action", "payload"),
}
"""The elements of each frame, in order (OCPP-J 1.6 section 4.2; 2.1 part 4 section 4.2 for 5 and 6)."""

_ELEMENTS: dict[str, tuple[type, str]] = {
    "action": (str, "a string"),
    "payload": (dict, "an object"),
    "code": (str, "a string"),
    "description": (str, "a string"),
    "details": (dict, "an object"),
}


class Frame(NamedTuple):
    """A decoded frame.

    ``raw`` is what came, text or bytes. ``payload`` is the parsed payload (the details of an error frame), None
    where there is none; ``payload_at`` is its place in the array. ``action`` is the name in the frame itself, which
    a standard answer lacks. ``faults`` are its framing faults.
    """

    raw: str | bytes
    type: MessageType
    message_id: str | None = None
    action: str | None = None
    payload: Any = None
    payload_at: int = 0
    error_code: str | None = None
    faults: tuple[Fault, ...] = ()


def encode(elements: list[Any]) -> str:
    """Write a frame as compact JSON text."""
    return json.dumps(elements, ensure_ascii=False, separators=(",", ":"))


def decode(raw: str | bytes) -> Frame:
    """Decode one WebSocket message.

    Always returns a frame. What can't be understood is of type INVALID; every departure from the standard is
    a fault with a pointer or a byte offset.
    """
    if isinstance(raw, str):
        sound = _sound(raw)
        if sound is not None:
            return sound
    faults: list[Fault] = []
    if isinstance(raw, bytes):
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            fault = Fault(
                "F001",
                f"not UTF-8: byte 0x{raw[error.start]:02x}",
                offset=error.start,
                hint="OCPP-J is UTF-8 text",
            )
            return Frame(raw, MessageType.INVALID, faults=(fault,))
        faults.append(Fault("F002", "a binary WebSocket message", hint="send OCPP-J as a text message"))
    else:
        text = raw
    try:
        value, repeated = parse(text)
    except JsonFault as fault:
        faults.append(Fault("F001", fault.message, hint=fault.hint, offset=fault.offset))
        return Frame(raw, MessageType.INVALID, faults=tuple(faults))
    faults += [
        Fault(
            "F010",
            f"the key {json.dumps(key)} stands twice in one object",
            hint="readers differ in which one they take",
        )
        for key in repeated
    ]
    return _frame(raw, value, faults)


def _sound(text: str) -> Frame | None:
    """Decode what nearly every frame is, a CALL or CALLRESULT without a fault; None for all others."""
    match quick(text):
        case [int(kind), str(message_id), str(action), dict(payload)] if kind == _CALL:
            found = Frame(text, MessageType.CALL, message_id, action, payload, 3)
        case [int(kind), str(message_id), dict(payload)] if kind == _CALLRESULT:
            found = Frame(text, MessageType.CALLRESULT, message_id, None, payload, 2)
        case _:
            return None
    return found if 0 < len(message_id) <= LONGEST_ID else None


_CALL, _CALLRESULT = int(MessageType.CALL), int(MessageType.CALLRESULT)


def _frame(raw: str | bytes, value: Any, faults: list[Fault]) -> Frame:
    kind = _kind(value, faults)
    if kind is MessageType.INVALID:
        return Frame(raw, kind, faults=tuple(faults))
    shape = _shape(kind, value, faults)
    if shape is None:
        return Frame(raw, MessageType.INVALID, faults=tuple(faults))
    elements = dict(zip(shape, value, strict=False))
    for name, element in elements.items():
        if name in _ELEMENTS and not isinstance(element, _ELEMENTS[name][0]):
            wanted = _ELEMENTS[name][1]
            faults.append(Fault("F006", f"the {name} is {_describe(element)}, not {wanted}", f"/{shape.index(name)}"))
    body = "payload" if "payload" in shape else "details"
    return Frame(
        raw,
        kind,
        message_id=_message_id(elements["id"], faults),
        action=_text(elements.get("action")),
        payload=elements.get(body),
        payload_at=shape.index(body),
        error_code=_text(elements.get("code")),
        faults=tuple(faults),
    )


def _kind(value: Any, faults: list[Fault]) -> MessageType:
    """Read the message type number, the one thing without which a frame is not a frame."""
    if not isinstance(value, list):
        faults.append(
            Fault(
                "F003",
                f"the frame is {_describe(value)}, not an array",
                hint='a CALL is [2,"id","Action",{...}]',
            )
        )
        return MessageType.INVALID
    if not value:
        faults.append(Fault("F004", "the array is empty", hint='a CALL is [2,"id","Action",{...}]'))
        return MessageType.INVALID
    number = value[0]
    if isinstance(number, int) and not isinstance(number, bool) and number in SHAPES:
        return MessageType(number)
    faults.append(
        Fault(
            "F005",
            f"the message type is {_describe(number)}",
            "/0",
            "2 CALL, 3 CALLRESULT, 4 CALLERROR; 5 and 6 in OCPP 2.1",
        )
    )
    return MessageType.INVALID


def _shape(kind: MessageType, value: list[Any], faults: list[Fault]) -> tuple[str, ...] | None:
    """Match the elements against the standard's shape; None when what matters is missing."""
    shape = SHAPES[kind]
    if kind is MessageType.CALLRESULT and len(value) == 4 and isinstance(value[2], str):
        standard = encode([3, str(value[1]), "{...}"]).replace('"{...}"', "{...}")
        faults.append(Fault("F008", "the answer names its action", "/2", f"the standard's answer is {standard}"))
        return ("type", "id", "action", "payload")
    if len(value) != len(shape):
        want = ", ".join(shape)
        faults.append(Fault("F004", f"{kind.name} has {len(value)} elements, not {len(shape)}", hint=f"[{want}]"))
    enough = 3 if kind.name.endswith("ERROR") else len(shape)
    return shape if len(value) >= enough else None


def _message_id(value: Any, faults: list[Fault]) -> str:
    if not isinstance(value, str):
        faults.append(
            Fault(
                "F007",
                f"the message id is {_describe(value)}, not a string",
                "/1",
                f'send "{value}"' if isinstance(value, int) else "",
            )
        )
        return str(value)
    if not value:
        faults.append(Fault("F007", "the message id is empty", "/1", "each CALL needs an id of its own"))
    elif len(value) > LONGEST_ID:
        faults.append(
            Fault(
                "F007",
                f"the message id has {len(value)} characters, {LONGEST_ID} are allowed",
                "/1",
                "a UUID fits",
            )
        )
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


_DESCRIBE: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (type(None), lambda _: "null"),
    (bool, lambda value: str(value).lower()),
    (str, lambda value: f"the string {json.dumps(value[:20])}"),
    (dict, lambda _: "an object"),
    (list, lambda _: "an array"),
    (object, lambda value: f"the number {str(value)[:20]}"),
)


def _describe(value: Any) -> str:
    return next(text(value) for kind, text in _DESCRIBE if isinstance(value, kind))
