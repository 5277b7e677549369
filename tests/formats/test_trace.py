"""Open OCPP Trace v1.1, written."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from inspector.formats.trace import EXTENSION, Lost, export_trace
from inspector.protocol.event import Closed
from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, STATION, make_capture, opened

TEXT = {"type": "string"}
RECORD: dict[str, Any] = {
    "type": "object",
    "required": ["schemaVersion", "timestamp", "transport", "direction", "messageType"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("timestamp", "ocppVersion", "chargePointId", "messageId", "action", "raw"), TEXT),
        "schemaVersion": {"const": "1.1"},
        "transport": {"const": "json"},
        "connectorId": {"type": "integer", "minimum": 0},
        "direction": {"enum": ["cp-to-csms", "csms-to-cp"]},
        "messageType": {"enum": ["CALL", "CALLRESULT", "CALLERROR"]},
        "payload": True,
        "error": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"code": TEXT, "description": TEXT, "details": True},
        },
        "meta": {"type": "object"},
    },
    "allOf": [
        {"if": {"properties": {"messageType": {"const": "CALL"}}}, "then": {"required": ["action"]}},
        {
            "if": {"properties": {"messageType": {"const": "CALLERROR"}}},
            "then": {"required": ["error"]},
            "else": {"properties": {"error": False}},
        },
    ],
}
"""What the format allows."""

ODD = (
    (STATION, "nonsense"),
    (STATION, '[2,7,"StatusNotification",{"connectorId":3,"n":1.0,"z":1e999}]'),
    (CSMS, '[4,"7","InternalError","bad",{"why":1}]'),
    (STATION, b'[2,"b","Heartbeat",{}]'),
    (CSMS, '[3,"b","Heartbeat",{"a":"\\ud800"}]'),
    (CSMS, '[3,"x","Heartbeat",{}]'),
    (STATION, '[2,"n"]'),
    (STATION, '[6,"s","NotifyPeriodicEventStream",{}]'),
)


def records(path: Path, *arguments: Any) -> list[dict[str, Any]]:
    """Export a capture; each record follows the format."""
    with Reader(path) as reader:
        found = [json.loads(line) for line in export_trace(reader, *arguments)]
    for record in found:
        Draft202012Validator(RECORD).validate(record)
    return found


def test_an_exchange_has_two_records(tmp_path: Path) -> None:
    call, answer = records(make_capture(tmp_path / "a.db", BOOT))
    assert call.pop("meta")[EXTENSION] == {"session": 1, "time_ns": 1790000000010000000, "origin": "wire"}
    assert call == {
        "schemaVersion": "1.1",
        "timestamp": "2026-09-21T14:13:20.010000Z",
        "transport": "json",
        "direction": "cp-to-csms",
        "chargePointId": "CP-1",
        "ocppVersion": "1.6",
        "raw": BOOT[0][1],
        "messageType": "CALL",
        "messageId": "b1",
        "action": "BootNotification",
        "payload": {"chargePointVendor": "Acme", "chargePointModel": "One"},
    }
    assert (answer["direction"], answer["messageType"], answer["action"]) == (
        "csms-to-cp",
        "CALLRESULT",
        "BootNotification",
    )
    assert answer["payload"]["interval"] == 300


def test_odd_frames_are_carried_where_the_format_allows_it(tmp_path: Path) -> None:
    """An answer names an action only if it is its CALL's; what has no message type is beside a record that has one."""
    found = records(make_capture(tmp_path / "a.db", ODD))
    assert [(each["messageType"], each["messageId"], each.get("action")) for each in found] == [
        ("CALL", "7", "StatusNotification"),
        ("CALLERROR", "7", "StatusNotification"),
        ("CALL", "b", "Heartbeat"),
        ("CALLRESULT", "b", "Heartbeat"),
        ("CALLRESULT", "x", None),
    ]
    assert (found[0]["connectorId"], found[0]["payload"]["z"]) == (3, "1E+999")
    assert found[1]["error"] == {"code": "InternalError", "description": "bad", "details": {"why": 1}}
    assert "raw" not in found[2]
    assert [each["raw"] for each in found[0]["meta"][EXTENSION]["before"]] == ["nonsense"]
    after = found[-1]["meta"][EXTENSION]["after"]
    assert [(each["raw"][:4], each["direction"]) for each in after] == [('[2,"', "cp-to-csms"), ('[6,"', "cp-to-csms")]


def test_what_a_trace_has_no_place_for_is_counted(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    Recording(writer, opened(http_status=401)).feed(Closed(1_790_000_000_000_000_001, None, "", "csms"))
    writer.close()
    lost = Lost()
    assert records(tmp_path / "a.db", None, compile_filter(""), lost) == []
    assert lost.words == "1 sessions without a frame"
    records(make_capture(tmp_path / "b.db", [(STATION, "nonsense")]), 1, compile_filter(""), lost)
    assert lost.words == "1 frames without a record beside them"


def test_a_filter_leaves_out_what_does_not_match(tmp_path: Path) -> None:
    lost = Lost()
    found = records(make_capture(tmp_path / "a.db"), None, compile_filter("action:StatusNotification"), lost)
    assert {each["action"] for each in found} == {"StatusNotification"}
    assert lost.words == ""
