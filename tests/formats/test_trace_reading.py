"""Open OCPP Trace, read: our own, and what other tools write."""

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.formats import trace_reading
from inspector.formats.intake import Imported, take
from inspector.formats.jsonl_reading import import_lines
from inspector.formats.trace import export_trace
from inspector.formats.trace_reading import file, is_trace
from inspector.replay.diff import Subject, diff
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, make_capture
from tests.formats.test_trace import ODD

CALL: dict[str, Any] = {
    "schemaVersion": "1.0",
    "timestamp": "2026-07-14T02:00:00.000Z",
    "ocppVersion": "1.6",
    "transport": "json",
    "chargePointId": "CP001",
    "direction": "cp-to-csms",
    "messageType": "CALL",
    "messageId": "abc-1",
    "action": "BootNotification",
    "payload": {"chargePointVendor": "Example", "chargePointModel": "Simulator"},
}
ANSWER = {name: CALL[name] for name in CALL if name not in {"action", "payload"}} | {
    "timestamp": "2026-07-14T02:00:01.500+00:00",
    "direction": "csms-to-cp",
    "messageType": "CALLRESULT",
    "payload": {"status": "Accepted", "currentTime": "2026-07-14T02:00:00Z", "interval": 300},
}


def line(record: dict[str, Any]) -> str:
    """Write a record as compact as other tools do."""
    return json.dumps(record, separators=(",", ":"))


def imported(lines: list[str], path: Path) -> Imported:
    """Import a trace."""
    writer = Writer(path)
    try:
        return take(file([line.encode() for line in lines]), writer)
    finally:
        writer.close()


def raws(path: Path) -> list[tuple[int, str, str | bytes, int, str | None]]:
    """Return what a round trip keeps of frames."""
    with Reader(path) as reader:
        return [(each.session, each.sender, each.raw, each.time_ns, each.action) for each in reader.pages()]


def test_what_we_wrote_comes_back(tmp_path: Path) -> None:
    """Raw text and bytes, sessions of one station apart, and frames that have no record of their own."""
    path = make_capture(tmp_path / "a.db", [*BOOT, *ODD], [*BOOT, *BROKEN])
    with Reader(path) as reader:
        lines = list(export_trace(reader))
    result = imported(lines, tmp_path / "b.db")
    assert (result.sessions, result.frames, result.faults) == (2, 14, [])
    assert raws(tmp_path / "b.db") == raws(path)
    with Reader(tmp_path / "b.db") as reader:
        assert reader.session(1).subprotocol == "ocpp1.6"
        assert reader.session(2).errors == 1


def test_a_trace_of_another_tool_is_paired_and_checked(tmp_path: Path) -> None:
    """An answer belongs to the most recent CALL of its id; without raw text the frame is made of the fields."""
    result = imported([line(CALL), line(ANSWER), ""], tmp_path / "a.db")
    assert (result.sessions, result.frames, result.faults) == (1, 2, [])
    with Reader(tmp_path / "a.db") as reader:
        call, answer = reader.page()
        session = reader.session(1)
    assert call.raw == '[2,"abc-1","BootNotification",{"chargePointVendor":"Example","chargePointModel":"Simulator"}]'
    assert (answer.action, answer.answers, answer.latency_ns) == ("BootNotification", call.id, 1_500_000_000)
    assert (session.station, session.version, session.errors, session.warnings) == ("CP001", "1.6", 0, 0)


@pytest.mark.parametrize(
    ("changes", "raw"),
    [
        ({"raw": ' [2,"abc-1","BootNotification", {}]', "payload": None}, ' [2,"abc-1","BootNotification", {}]'),
        ({"raw": '[2,"other","Heartbeat",{}]', "payload": {"a": 1}}, '[2,"abc-1","BootNotification",{"a":1}]'),
        (
            {"raw": '[2,"abc-1","BootNotification",{"a":2}]', "payload": {"a": 1}},
            '[2,"abc-1","BootNotification",{"a":1}]',
        ),
        ({"raw": "***", "payload": {"a": 1}}, '[2,"abc-1","BootNotification",{"a":1}]'),
        ({"payload": None}, '[2,"abc-1","BootNotification",{}]'),
        (
            {"messageType": "CALLERROR", "action": None, "error": {"code": "X", "details": {"a": 1}}},
            '[4,"abc-1","X","",{"a":1}]',
        ),
    ],
)
def test_a_frame_is_its_raw_text_unless_that_says_something_else(
    tmp_path: Path, changes: dict[str, Any], raw: str
) -> None:
    """As after somebody edited the fields, or took the raw text out."""
    assert imported([line(CALL | changes)], tmp_path / "a.db").faults == []
    assert raws(tmp_path / "a.db")[0][2] == raw


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = json.dumps(CALL).replace('{"chargePointVendor": "Example"', '{"n": 1.0, "e": 1e3, "z": 18446744073709551616')
    imported([text], tmp_path / "a.db")
    assert '{"n": 1.0, "e": 1e3, "z": 18446744073709551616' in str(raws(tmp_path / "a.db")[0][2])


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_what_is_written_as_usual_is_found_without_a_walk(
    tmp_path: Path, separators: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most traces have no raw text, and are large."""
    monkeypatch.setattr(trace_reading, "spans", None)
    imported([json.dumps(CALL | {"payload": {"a": [1, "x"]}}, separators=separators)], tmp_path / "a.db")
    assert json.loads(str(raws(tmp_path / "a.db")[0][2]))[3] == {"a": [1, "x"]}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{", ""),
        ("[]", "not an object"),
        (CALL | {"direction": "up"}, "direction is neither"),
        (CALL | {"direction": []}, "direction is neither"),
        (CALL | {"transport": "soap"}, "the transport is 'soap', not json"),
        (CALL | {"messageType": "SEND"}, "messageType is neither"),
        (CALL | {"messageType": {}}, "messageType is neither"),
        (CALL | {"meta": {"ocppInspector": {"before": [CALL | {"messageType": "SEND"}]}}}, "messageType is neither"),
        (CALL | {"messageType": "CALLERROR"}, "error is not an object"),
        (CALL | {"messageType": "CALLERROR", "raw": '[4,"1","X","",{}]', "messageId": "1", "error": 5}, "error is not"),
        (CALL | {"raw": '[2,"1","Heartbeat",{}]', "messageId": []}, "messageId is not a string"),
        (CALL | {"raw": '[2,"1","Heartbeat",{}]', "messageId": "1", "action": {}}, "action is not a string"),
        (CALL | {"action": None}, "action is not a string"),
        (CALL | {"messageId": 5}, "messageId is not a string"),
        (CALL | {"timestamp": "now"}, "not an RFC 3339 timestamp: now"),
        (CALL | {"meta": 5}, "meta is not an object"),
        (CALL | {"meta": {"ocppInspector": {"before": [5]}}}, "a frame in meta is not an object"),
        (CALL | {"meta": {"ocppInspector": {"raw_base64": "*"}}}, ""),
    ],
)
def test_a_bad_record_is_named_and_the_rest_is_kept(tmp_path: Path, record: Any, words: str) -> None:
    text = record if isinstance(record, str) else line(record)
    result = imported([json.dumps(CALL), text, json.dumps(ANSWER)], tmp_path / "a.db")
    assert (result.frames, result.left_out) == (2, 1)
    assert result.faults[0].startswith("line 2: ")
    assert words in result.faults[0]


def test_a_trace_is_known_by_its_first_record() -> None:
    assert is_trace(json.dumps(CALL))
    assert not is_trace("{}")
    assert not is_trace(b"[2]")
    assert not is_trace("nonsense")


@pytest.mark.parametrize("sample", ["demo-1.6", "demo-2.0.1"])
def test_a_sample_is_the_same_after_a_trace(tmp_path: Path, sample: str) -> None:
    """Its end, which a trace does not tell, is not compared."""
    writer = Writer(tmp_path / "a.db")
    with Path("captures", f"{sample}.jsonl").open("rb") as lines:
        next(lines)
        import_lines(lines, writer)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        imported(list(export_trace(reader)), tmp_path / "b.db")
        with Reader(tmp_path / "b.db") as other:
            report = diff(Subject(reader, reader.session(1)), Subject(other, other.session(1)))
    *frames, end = report.items
    assert (len(frames), {each.verdict for each in frames}) == (reader_frames(tmp_path / "a.db"), {"same"})
    assert (end.type, end.differences) == ("END", ())


def reader_frames(path: Path) -> int:
    """Return how many frames a capture has."""
    with Reader(path) as reader:
        return sum(session.frames for session in reader.sessions())
