"""Frames of OCPP-J: decode never raises, encode writes what the standard writes."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Any, NamedTuple

from inspector.protocol.finding import Fault
from inspector.protocol.json_places import members
from inspector.protocol.json_text import quick
from inspector.protocol.reading import first, last, located, read

LONGEST_ID = 36
"""Characters of a message id (OCPP-J 1.6 section 4.1.4, 2.0.1 part 4 section 4.1.4)."""

LONGEST_NAME = 1000
"""Characters of an id, an action or an error code that a frame gives out; a longer one is cut, and found at fault."""


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

FORMS: dict[MessageType, str] = {
    MessageType.CALL: '[2,"id","Action",{...}]',
    MessageType.CALLRESULT: '[3,"id",{...}]',
    MessageType.CALLERROR: '[4,"id","Code","description",{...}]',
    MessageType.CALLRESULTERROR: '[5,"id","Code","description",{...}]',
    MessageType.SEND: '[6,"id","Action",{...}]',
}
"""Each frame as it is drawn for people."""

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
    a standard answer lacks. ``faults`` are its framing faults. ``error_code`` and ``description`` are those of an
    error frame.
    """

    raw: str | bytes
    type: MessageType
    message_id: str | None = None
    action: str | None = None
    payload: Any = None
    payload_at: int = 0
    error_code: str | None = None
    faults: tuple[Fault, ...] = ()
    description: str | None = None


def encode(elements: list[Any]) -> str:
    """Write a frame as compact JSON text."""
    return json.dumps(elements, ensure_ascii=False, separators=(",", ":"))


def decode(raw: str | bytes) -> Frame:
    """Decode one WebSocket message.

    Always returns a frame. What can't be understood is of type INVALID; every departure from the standard is
    a fault, with a byte offset and a pointer where it has them. A frame that names its type and its id is decoded
    however much else is missing: its answer can be paired.
    """
    sound = _sound(raw) if isinstance(raw, str) else None
    return sound or _explained(raw)


_SOUND: dict[tuple[type, ...], dict[int, MessageType]] = {
    (int, str, str, dict): {2: MessageType.CALL, 6: MessageType.SEND},
    (int, str, dict): {3: MessageType.CALLRESULT},
    (int, str, str, str, dict): {4: MessageType.CALLERROR, 5: MessageType.CALLRESULTERROR},
}
"""The types of the elements of sound frames."""

_CALLRESULT, _CALL, _SEND = MessageType.CALLRESULT, MessageType.CALL, MessageType.SEND


def _sound(text: str) -> Frame | None:
    """Decode what nearly every frame is, one without a fault; None for all others. This is the hot path."""
    value = quick(text)
    if type(value) is not list:
        return None
    kinds = _SOUND.get(tuple(map(type, value)))
    kind = kinds and kinds.get(value[0])
    if not kind or not 0 < len(value[1]) <= LONGEST_ID:
        return None
    if kind is _CALLRESULT:
        return Frame(text, kind, value[1], None, value[2], 2)
    if len(value[2]) > LONGEST_NAME:
        return None
    if kind is _CALL or kind is _SEND:
        return Frame(text, kind, value[1], value[2], value[3], 3)
    return Frame(text, kind, value[1], None, value[4], 4, value[2], (), value[3])


def _explained(raw: str | bytes) -> Frame:
    """Decode any frame, and say what is wrong with it."""
    reading = read(raw)
    if reading.text is None:
        return Frame(raw, MessageType.INVALID, faults=tuple(reading.faults))
    frame = _frame(raw, reading.text, reading.value, reading.faults)
    return frame._replace(faults=located(reading.text, reading.faults))


def _frame(raw: str | bytes, text: str, value: Any, faults: list[Fault]) -> Frame:
    """Read the elements of the array, each as far as it can be read, and add what is wrong with them."""
    kind = _kind(text, value, faults)
    if kind is MessageType.INVALID:
        return Frame(raw, kind)
    shape = _shape(kind, text, value, faults)
    elements = dict(zip(shape, value, strict=False))
    faults += [
        fault
        for index, name in enumerate(shape)
        if name in _ELEMENTS and name in elements
        for fault in _element_faults(kind, name, elements[name], f"/{index}")
    ]
    body = "payload" if "payload" in shape else "details"
    return Frame(
        raw,
        kind,
        message_id=_message_id(elements["id"], faults),
        action=_name(elements.get("action")),
        payload=elements.get(body),
        payload_at=shape.index(body),
        error_code=_name(elements.get("code")),
        description=elements["description"] if isinstance(elements.get("description"), str) else None,
    )


def _kind(text: str, value: Any, faults: list[Fault]) -> MessageType:
    """Read the message type number, the one thing without which a frame is not a frame."""
    if not isinstance(value, list):
        words = f"the frame is {_describe(value)}, not an array"
        faults.append(Fault("F003", words, hint=_drawn(MessageType.CALL), offset=first(text)))
        return MessageType.INVALID
    if not value:
        faults.append(Fault("F004", "the array is empty", hint=_drawn(MessageType.CALL), offset=last(text)))
        return MessageType.INVALID
    kind = _number(text, value[0], faults)
    if kind is not MessageType.INVALID and len(value) == 1:
        words = f"{kind.name} has 1 element: the message id is missing"
        faults.append(Fault("F004", words, hint=_drawn(kind), offset=last(text)))
        return MessageType.INVALID
    return kind


def _number(text: str, number: Any, faults: list[Fault]) -> MessageType:
    if isinstance(number, int | Decimal) and not isinstance(number, bool) and number in SHAPES:
        kind = MessageType(int(number))
        if isinstance(number, Decimal):
            start, end = next(members(text))
            words = f"the message type is written {text[start:end][:20]}"
            faults.append(Fault("F016", words, "/0", f"write {kind.value}: not each reader takes this for an integer"))
        return kind
    hint = (
        f"write {number} without quotes" if number in _QUOTED else "2 CALL, 3 CALLRESULT, 4 CALLERROR, in 2.1 5 and 6"
    )
    faults.append(Fault("F005", f"the message type is {_describe(number)}", "/0", hint))
    return MessageType.INVALID


_QUOTED = [str(kind.value) for kind in SHAPES]


def _drawn(kind: MessageType) -> str:
    return f"a {kind.name} is {FORMS[kind]}"


def _shape(kind: MessageType, text: str, value: list[Any], faults: list[Fault]) -> tuple[str, ...]:
    """Match the elements against the standard's shape."""
    shape = SHAPES[kind]
    if kind is MessageType.CALLRESULT and len(value) == 4 and isinstance(value[2], str):
        standard = f"[3,{json.dumps(str(value[1])[:LONGEST_ID])},{{...}}]"
        faults.append(Fault("F008", "the answer names its action", "/2", f"the standard's answer is {standard}"))
        return ("type", "id", "action", "payload")
    words, hint = f"{kind.name} has {len(value)} elements, not {len(shape)}", _drawn(kind)
    if len(value) < len(shape):
        missing = " and ".join(shape[len(value) :])
        faults.append(Fault("F004", f"{words}: {missing} missing", hint=hint, offset=last(text)))
    elif len(value) > len(shape):
        faults.append(Fault("F004", words, f"/{len(shape)}", hint))
    return shape


def _element_faults(kind: MessageType, name: str, element: Any, place: str) -> Iterator[Fault]:
    wanted, words = _ELEMENTS[name]
    if isinstance(element, wanted):
        return
    if element is None and name == "payload":
        yield Fault("F015", "the payload is null", place, "send {}, which every receiver reads as no payload")
        return
    hint = _TEXT_HINT if wanted is dict and isinstance(element, str) and element[:1] == "{" else _drawn(kind)
    verb = "are" if name == "details" else "is"
    yield Fault("F006", f"the {name} {verb} {_describe(element)}, not {words}", place, hint)


_TEXT_HINT = "send the object itself, not its text in quotes"


def _message_id(value: Any, faults: list[Fault]) -> str:
    if not isinstance(value, str):
        hint = f'write "{value}"' if isinstance(value, int) and not isinstance(value, bool) else "a UUID as a string"
        faults.append(Fault("F007", f"the message id is {_describe(value)}, not a string", "/1", hint[:60]))
        return str(value)[:LONGEST_NAME]
    if not value:
        faults.append(Fault("F007", "the message id is empty", "/1", "each CALL needs an id of its own"))
    elif len(value) > LONGEST_ID:
        words = f"the message id has {len(value)} characters, {LONGEST_ID} are allowed"
        faults.append(Fault("F007", words, "/1", "a UUID fits"))
    return value[:LONGEST_NAME]


def _name(value: Any) -> str | None:
    return value[:LONGEST_NAME] if isinstance(value, str) else None


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
