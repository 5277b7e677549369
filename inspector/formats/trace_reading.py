"""Reads Open OCPP Trace, of version 1.0 and 1.1: records become frames again, each station's a session."""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import orjson

from inspector.formats.frames import announced, handshake
from inspector.formats.intake import Announced, Fault, File, Item
from inspector.formats.json_fields import Line, field, loaded, read_time
from inspector.formats.trace import CARRIED, DIRECTIONS, EXTENSION, plain
from inspector.protocol.event import Origin, Received
from inspector.protocol.frame import decode, encode
from inspector.protocol.json_places import spans
from inspector.protocol.version import Version
from inspector.store.timeline import Moment

_SENDERS = {word: party for party, word in DIRECTIONS.items()}
_NUMBERS = {word: kind for kind, word in CARRIED.items()}


def is_trace(line: Line) -> bool:
    """Tell whether this is a record of a trace."""
    try:
        record = loaded(line)
    except (ValueError, RecursionError):
        return False
    return "schemaVersion" in record and "direction" in record


def file(lines: Iterable[Line]) -> File:
    """Read a trace."""
    return File(_Reading().items(lines), {})


class _Reading:
    """One trace being read: which sessions it has, by station and by what our own traces say of them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, object], int] = {}

    def items(self, lines: Iterable[Line]) -> Iterator[Item]:
        """Read records; what can't be read is named."""
        for line, text in enumerate(lines, 1):
            if not text.strip():
                continue
            try:
                record = loaded(text)
                ours = _ours(record)
                for other in field(ours, "before", list, []):
                    yield from self._frame(line, other, b"")
                yield from self._frame(line, record, text, required=True)
                for other in field(ours, "after", list, []):
                    yield from self._frame(line, other, b"")
            except (ValueError, RecursionError) as error:
                yield Fault(line, str(error))

    def _frame(self, line: int, record: Any, text: Line, *, required: bool = False) -> Iterator[Announced | Moment]:
        if not isinstance(record, dict):
            raise ValueError("a frame in meta is not an object")
        if record.get("transport", "json") != "json":
            raise ValueError(f"the transport is {str(record['transport'])[:20]!r}, not json")
        sender = _SENDERS.get(str(record.get("direction")))
        if sender is None:
            raise ValueError("direction is neither cp-to-csms nor csms-to-cp")
        if (required or "messageType" in record) and str(record.get("messageType")) not in _NUMBERS:
            raise ValueError("messageType is neither CALL nor CALLRESULT nor CALLERROR")
        ours = _ours(record)
        time_ns = read_time(record | {"time_ns": ours.get("time_ns")}, "timestamp", "time_ns")
        origin = Origin(field(ours, "origin", str, "wire"))
        event = Received(time_ns, sender, _raw(record, ours, text), origin)
        station = field(record, "chargePointId", str, "")
        session = ours.get("session")
        key = (station, session if isinstance(session, int | str) else None)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            yield announced(self._numbers[key], handshake(time_ns, station, _version(record)))
        yield Moment(line, self._numbers[key], 0, event)


def _ours(record: dict[str, Any]) -> dict[str, Any]:
    """Return what we wrote into a record's meta."""
    ours = field(record, "meta", dict, {}).get(EXTENSION)
    return ours if isinstance(ours, dict) else {}


def _version(record: dict[str, Any]) -> Version | None:
    """Return the version that a record names, None for one that nobody knows."""
    return next((each for each in Version if each == record.get("ocppVersion")), None)


def _raw(record: dict[str, Any], ours: dict[str, Any], text: Line) -> str | bytes:
    """Return the frame itself: as it was on the wire if the record has that, otherwise made of its fields."""
    if "raw_base64" in ours:
        return base64.b64decode(field(ours, "raw_base64", str), validate=True)
    raw = field(record, "raw", str, "")
    if "messageType" not in record or _agrees(record, raw):
        return raw
    kind, message_id = int(_NUMBERS[record["messageType"]]), field(record, "messageId", str)
    if record["messageType"] == "CALLERROR":
        error = field(record, "error", dict)
        words = [field(error, name, str, "") for name in ("code", "description")]
        return encode([kind, message_id, *words, {}])[:-3] + _lexeme(error, "details", text, "/error/details") + "]"
    names = [field(record, "action", str)] if record["messageType"] == "CALL" else []
    return encode([kind, message_id, *names])[:-1] + "," + _lexeme(record, "payload", text, "/payload") + "]"


def _agrees(record: dict[str, Any], raw: str) -> bool:
    """Tell whether a raw text is that of its record, and not what was there before somebody edited the fields."""
    if not raw:
        return False
    frame = decode(raw)
    same = frame.type == _NUMBERS[record["messageType"]] and record.get("messageId") in (None, frame.message_id)
    if not same or (frame.type.has_action and record.get("action") not in (None, frame.action)):
        return False
    told = field(record, "error", dict, {}).get("details") if frame.type.is_error else record.get("payload")
    return told is None or _same(told, plain(frame.payload))


def _same(told: Any, payload: Any) -> bool:
    """Tell whether two values are equal; numbers of any size and form by their doubles."""
    if told == payload:
        return True
    try:
        return _doubles(told) == _doubles(payload)
    except (ValueError, OverflowError):
        return False


def _doubles(value: Any) -> str:
    return json.dumps(json.loads(json.dumps(value, default=float), parse_int=float), sort_keys=True)


def _lexeme(record: dict[str, Any], name: str, text: Line, pointer: str) -> str:
    """Return the JSON text of a field as it stands in its line; an empty object for one that is not there."""
    value = record.get(name)
    if value is None:
        return "{}"
    line = text if isinstance(text, str) else text.decode("utf-8", "replace")
    found = next((lexeme for lexeme in _usual(value) if lexeme in line), None)
    if found is not None:
        return found
    span = spans(line).get(pointer)
    return json.dumps(value, ensure_ascii=False) if span is None else line[span.start : span.end]


def _usual(value: Any) -> Iterator[str]:
    """Yield how a value is mostly written, without spaces and with them: to look for that is faster than to walk."""
    with suppress(TypeError, UnicodeError):
        yield orjson.dumps(value).decode()
    with suppress(UnicodeError):
        yield json.dumps(value)
