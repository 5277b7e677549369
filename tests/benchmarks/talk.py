"""What a station under load says: few kinds of frames, valid, each with an id of its own, and none worth a finding."""

import json
import time
from typing import Any

from inspector.protocol import timestamp

MASK = bytes.fromhex("37fa213d")
"""The masking key of every frame (RFC 6455 section 5.7 has it in its examples)."""

ID_LENGTH = 12
"""A multiple of the mask's length, so that an id is masked alike wherever four bytes end before it."""

_PLACE = "#" * ID_LENGTH


class Talk:
    """The frames of one subprotocol, masked, stamped with the time it was made, and the CSMS's answers.

    ``prelude`` are the ids of the CALLs that come first in a session. An id's first letter tells what it belongs to.
    """

    def __init__(self, subprotocol: str) -> None:
        now = timestamp.write(time.time_ns())
        self.subprotocol = subprotocol
        said, answers = _SCRIPTS[subprotocol](now)
        self._frames = {
            ord(letter): _around_id(client_frame(_text(call)), masked=True) for letter, call in said.items()
        }
        self._answers = {
            ord(letter): _around_id(server_frame(_text([3, _PLACE, payload])), masked=False)
            for letter, payload in answers.items()
        }
        self.prelude = [identity(letter, 0) for letter in answers if letter != "m"]

    def frame(self, message_id: bytes) -> bytes:
        """Return a CALL or SEND as a station writes it."""
        head, tail = self._frames[message_id[0]]
        return head + mask(message_id, MASK) + tail

    def answer(self, message_id: bytes) -> bytes:
        """Return the CALLRESULT to a CALL, as a CSMS writes it."""
        head, tail = self._answers[message_id[0]]
        return head + message_id + tail


def identity(letter: str, number: int) -> bytes:
    """Return a message id: ``m`` stands for meter values, ``e`` for an event of a stream (2.1)."""
    return b"%b%0*d" % (letter.encode(), ID_LENGTH - 1, number)


def mask(data: bytes, key: bytes) -> bytes:
    """Mask or unmask bytes, a multiple of four."""
    size = len(data)
    return (int.from_bytes(data) ^ int.from_bytes(key * (size // 4))).to_bytes(size)


def client_frame(payload: bytes, first: int = 0x81) -> bytes:
    """Return a frame as a client writes it; ``first`` is its first byte."""
    filled = payload + bytes(-len(payload) % 4)
    masked = mask(filled, MASK)[: len(payload)]
    return bytes([first]) + _length(payload, 0x80) + MASK + masked


def server_frame(payload: bytes, first: int = 0x81) -> bytes:
    """Return a frame as a server writes it."""
    return bytes([first]) + _length(payload, 0) + payload


def _length(payload: bytes, masked: int) -> bytes:
    size = len(payload)
    return bytes([masked | size]) if size < 126 else bytes([masked | 126]) + size.to_bytes(2)


def _around_id(frame: bytes, *, masked: bool) -> tuple[bytes, bytes]:
    place = mask(_PLACE.encode(), MASK) if masked else _PLACE.encode()
    head, _, tail = frame.partition(place)
    assert tail
    return head, tail


def _text(elements: list[Any]) -> bytes:
    return json.dumps(elements, separators=(",", ":")).encode()


Script = tuple[dict[str, list[Any]], dict[str, dict[str, Any]]]
"""What a station says and the payloads of the answers, by the letter of their ids; the prelude's in its order."""


def _script_16(now: str) -> Script:
    sampled = [
        {"value": "1000", "context": "Sample.Periodic", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
        {"value": "11040.5", "measurand": "Power.Active.Import", "unit": "W"},
    ]
    values = {"connectorId": 1, "transactionId": 77, "meterValue": [{"timestamp": now, "sampledValue": sampled}]}
    start = {"connectorId": 1, "idTag": "CARD-0815", "meterStart": 1000, "timestamp": now}
    said = {
        "b": [2, _PLACE, "BootNotification", {"chargePointVendor": "Acme", "chargePointModel": "One"}],
        "s": [2, _PLACE, "StartTransaction", start],
        "m": [2, _PLACE, "MeterValues", values],
    }
    return said, {"b": _booted(now), "s": {"idTagInfo": {"status": "Accepted"}, "transactionId": 77}, "m": {}}


def _script_21(now: str) -> Script:
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "One"}}
    stream = {"id": 1, "variableMonitoringId": 7, "params": {"interval": 1, "values": 8}}
    sampled = [{"value": 11040.5, "context": "Sample.Periodic", "measurand": "Power.Active.Import"}]
    events = {"id": 1, "pending": 0, "basetime": now, "data": [{"t": part / 8, "v": "229.7"} for part in range(8)]}
    said = {
        "b": [2, _PLACE, "BootNotification", boot],
        "o": [2, _PLACE, "OpenPeriodicEventStream", {"constantStreamData": stream}],
        "m": [2, _PLACE, "MeterValues", {"evseId": 1, "meterValue": [{"timestamp": now, "sampledValue": sampled}]}],
        "e": [6, _PLACE, "NotifyPeriodicEventStream", events],
    }
    return said, {"b": _booted(now), "o": {"status": "Accepted"}, "m": {}}


def _booted(now: str) -> dict[str, Any]:
    return {"currentTime": now, "interval": 300, "status": "Accepted"}


_SCRIPTS = {"ocpp1.6": _script_16, "ocpp2.1": _script_21}
