"""The cells of a frame's row."""

import json
from typing import Any

import pytest

from inspector.protocol.event import Origin
from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.store.rows import EventRow, FrameRow
from inspector.tui.composed.frame_cells import Look, TimeMode, control_cells, frame_cells, frame_columns
from tests.tui.conftest import HOSTILE, NOON, SECOND, UNSAFE, make_frame

WIDE = Look(160)
STATUS = '[2,"m-1","StatusNotification",{"connectorId":1,"status":"Faulted","errorCode":"NoError"}]'


def cells(frame: FrameRow, look: Look = WIDE, **fields: Any) -> dict[str, str]:
    """Return the text of a row's cells."""
    return {key: "".join(text for text, _ in cell) for key, cell in frame_cells(frame, look, **fields).items()}


def styles(frame: FrameRow, look: Look = WIDE) -> dict[str, str]:
    """Return the style of the first piece of each cell."""
    return {key: cell[0][1] for key, cell in frame_cells(frame, look).items() if cell}


def test_a_frame_is_told_in_a_row() -> None:
    frame = make_frame(STATUS, action="StatusNotification", errors=1, warnings=2, latency_ns=1_500_000)
    assert cells(frame) == {
        "mark": "",
        "id": "7",
        "time": "12:00:00.000",
        "station": "?",
        "sender": "▶",
        "type": "CALL",
        "action": "StatusNotification",
        "message": "m-1",
        "latency": "1.5",
        "findings": "✖1 ⚠2",
        "summary": "connector 1 Faulted",
    }
    assert styles(frame)["summary"] == "warning"


def test_an_answer_says_what_it_answers() -> None:
    frame = make_frame('[3,"m-1",{"status":"Accepted"}]', MessageType.CALLRESULT, action="Reset", sender="csms")
    row = cells(frame)
    assert (row["sender"], row["type"], row["action"], row["findings"], row["summary"]) == (
        *("◀", "RESULT", "Reset", "✓", "Accepted"),
    )
    assert styles(frame)["summary"] == ""


def test_what_has_no_words_is_shown_as_it_is() -> None:
    assert cells(make_frame('[2,"m","Odd",{"a": 1.50}]', action="Odd"))["summary"] == '{"a": 1.50}'
    assert cells(make_frame("nonsense", MessageType.INVALID, action=None))["summary"] == "nonsense"
    big = make_frame(json.dumps([2, "m", "DataTransfer", {"data": "x" * 20_000}]), action="DataTransfer")
    assert cells(big)["summary"].startswith('{"data": "xxx')


def test_an_error_catches_the_eye() -> None:
    frame = make_frame('[4,"m","NotSupported","no",{}]', MessageType.CALLERROR, action="Reset")
    assert cells(frame)["summary"] == "NotSupported: no"
    assert (styles(frame)["summary"], styles(frame)["type"]) == ("error", "error")


@pytest.mark.parametrize(
    ("origin", "sign"), [(Origin.WIRE, ""), (Origin.INJECTED, "+"), (Origin.EDITED, "✎"), (Origin.DROPPED, "✗")]
)
def test_what_did_not_simply_pass_has_a_sign(origin: Origin, sign: str) -> None:
    assert cells(make_frame(STATUS, origin=origin))["sender"] == f"▶{sign}"


def test_marks_and_waiting_calls_have_signs() -> None:
    """A CALL that waits has no tick yet; one with findings shows these."""
    frame = make_frame(STATUS)
    look = Look(160, marked={7}, unanswered={7})
    assert (cells(frame, look)["mark"], cells(frame, look)["findings"]) == ("◆", "⏳")
    assert cells(make_frame(STATUS, errors=1), look)["findings"].strip() == "✖1"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0125, "+0.012"),
        (59.999, "+59.999"),
        (61, "+1:01.000"),
        (3600, "+1:00:00"),
        (90_060, "+1d 1:01"),
        (-2.5, "-2.500"),
    ],
)
def test_time_is_shown_since_the_session_began_or_since_the_row_above(seconds: float, words: str) -> None:
    frame = make_frame(STATUS, time_ns=NOON + round(seconds * SECOND))
    assert cells(frame, Look(160, TimeMode.ELAPSED, began={1: NOON}))["time"] == words
    assert cells(frame, Look(160, TimeMode.DELTA), before_ns=NOON)["time"] == words
    assert cells(frame, Look(160, TimeMode.DELTA))["time"] == ""
    assert cells(frame, Look(160, TimeMode.ELAPSED))["time"] == ""


def test_the_ways_to_show_time_go_in_a_circle() -> None:
    modes = [TimeMode.CLOCK]
    for _ in TimeMode:
        modes.append(modes[-1].next)
    assert modes == [TimeMode.CLOCK, TimeMode.ELAPSED, TimeMode.DELTA, TimeMode.CLOCK]


@pytest.mark.parametrize("stations", [None, {1: "CP-1"}])
@pytest.mark.parametrize("width", [40, 80, 100, 120, 160])
def test_the_columns_fit_and_leave_room_for_words(width: int, stations: dict[int, str] | None) -> None:
    look = Look(width, stations=stations, largest=99_999)
    columns = frame_columns(look)
    used = sum(column.width + 1 for column in columns) + 1
    assert width < 80 or width - used >= 14
    assert any(column.key == "station" for column in columns) == (stations is not None)
    row = cells(make_frame(STATUS), look)
    assert all(column.key in row for column in columns)


def test_where_it_is_crowded_the_clock_has_no_milliseconds() -> None:
    assert cells(make_frame(STATUS), Look(80, stations={1: "CP-1"}))["time"] == "12:00:00"


def test_what_came_beside_frames_has_a_row_too() -> None:
    event = EventRow(3, 1, NOON, Party.STATION, "ping", "", b"a\x1b\xff")
    row = {key: "".join(text for text, _ in cell) for key, cell in control_cells(event, WIDE).items()}
    assert (row["sender"], row["type"], row["time"]) == ("▶", "PING", "12:00:00.000")
    assert row["summary"].startswith("a␛")
    gap = EventRow(4, None, NOON, None, "gap", "7 frames lost", b"")
    row = {key: "".join(text for text, _ in cell) for key, cell in control_cells(gap, WIDE).items()}
    assert (row["sender"], row["type"], row["summary"]) == ("", "GAP", "7 frames lost")


@pytest.mark.parametrize("kind", MessageType)
def test_a_hostile_frame_is_harmless(kind: MessageType) -> None:
    raw = json.dumps([int(kind), HOSTILE, HOSTILE, {"vendorId": HOSTILE}], ensure_ascii=False)
    for action in (HOSTILE, "DataTransfer"):
        frame = make_frame(raw, kind, action=action, message_id=HOSTILE)
        assert not UNSAFE.search("".join(cells(frame, Look(160, stations={1: HOSTILE})).values()))
