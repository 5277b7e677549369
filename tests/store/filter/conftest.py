"""A capture of two sessions, of OCPP 1.6 and of 2.0.1, in which every key of the language finds something."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BROKEN, CSMS, STATION, Said, record

Ids = Callable[[str], list[int]]


def call(message_id: str, action: str, **payload: Any) -> Said:
    """A CALL of the station."""
    return STATION, json.dumps([2, message_id, action, payload])


def answer(message_id: str, **payload: Any) -> Said:
    """A CALLRESULT of the CSMS."""
    return CSMS, json.dumps([3, message_id, payload])


METERED = [
    {"timestamp": "2026-09-21T14:13:20Z", "sampledValue": [{"value": "604.2"}, {"value": "11", "unit": "A"}]},
    {"timestamp": "2026-09-21T16:13:50+02:00", "sampledValue": [{"value": "high"}]},
]

OLD: tuple[Said, ...] = (
    call("s", "StartTransaction", connectorId=1, idTag="A-1", meterStart=0, timestamp="2026-09-21T14:13:20Z"),  # 1
    answer("s", transactionId=77, idTagInfo={"status": "Accepted"}),
    call("m", "MeterValues", connectorId=1, transactionId=77, meterValue=METERED),  # 3
    answer("m"),
    call("t", "StopTransaction", transactionId=77, meterStop=1200, timestamp="2026-09-21T14:14:20Z"),  # 5
    answer("t"),
    *BROKEN,  # 7 on connector 1, with S104
    (STATION, "[2,"),  # 9
    (STATION, b"\xff\x00[2,77"),  # 10
    (STATION, '[2,"d","DataTransfer",{"data":' + "[" * 3000 + "]" * 3000 + "}]"),  # 11, too deep for a JSON parser
    (STATION, '[2,"e","DataTransfer",{"vendorId":"\\ud800","data":"true","on":true,"off":null,"a b":{"c":7}}]'),  # 12
    (CSMS, '[4,"e","NotSupported","no",{"why":"50% of_\\\\it"}]'),  # 13
)

NEW: tuple[Said, ...] = (
    call(  # 14
        "e",
        "TransactionEvent",
        eventType="Updated",
        transactionInfo={"transactionId": "77"},
        evse={"id": 2, "connectorId": 1},
        idToken={"idToken": "A-1", "type": "ISO14443"},
    ),
    answer("e"),
    call("n", "StatusNotification", evseId=3, connectorId=1, connectorStatus="Available"),  # 16
    (CSMS, '[3,"n","StatusNotification",{"custom":5}]'),
)


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The capture, open."""
    path = tmp_path_factory.mktemp("filter") / "a.db"
    writer = Writer(path)
    record(writer, said=OLD, station="CP-1")
    record(writer, said=NEW, station="CP-2", subprotocol="ocpp2.0.1")
    writer.close()
    with Reader(path) as opened:
        yield opened


@pytest.fixture(scope="session")
def ids(reader: Reader) -> Ids:
    """Ask which frames pass a filter."""
    return lambda text: reader.ids(compile_filter(text))
