"""JSON Lines read back: a round trip is equal, table by table."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.formats.jsonl import export_lines
from inspector.formats.jsonl_reading import import_lines, is_head
from inspector.protocol.event import Closed, Control, Controlled, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.replay.kept_report import keep
from inspector.store import marks
from inspector.store.draft_saving import save_draft
from inspector.store.drafts import open_draft
from inspector.store.entries import EventEntry, FindingEntry
from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, opened, received, record
from tests.replay.reports import hostile
from tests.replay.runs import played_thrice

SECRET = '[2,"c","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789abcdef"}]'
ODD = ((STATION, b"\xff\xfe"), (STATION, '[2,"\\ud800","Heartbeat",{"n":1.0,"e":1e3,"z":18446744073709551616}]'))


def everything(path: Path) -> Path:
    """Make a capture that has a row in each table, with times to the nanosecond."""
    writer = Writer(path)
    steps = (("connected", START_NS - 9_001), ("asked", START_NS - 3))
    first = Recording(writer, replace(opened(time_ns=START_NS + 7), hears_pings=True, times=steps))
    for event in (
        received(raw=str(BOOT[0][1]), time_ns=START_NS + 1_000_003),
        received(raw=str(BOOT[1][1]), time_ns=START_NS + 31_000_009, sender=CSMS),
        Controlled(START_NS + 40_000_001, STATION, Control.PING, b"\x00hi"),
        received(raw=SECRET, time_ns=START_NS + 50_000_001, sender=CSMS),
        Violated(START_NS + 60_000_001, STATION, "a reserved opcode", b"\x83\x00"),
        Noted(START_NS + 70_000_001, "gap", "2 frames lost", 2),
    ):
        first.feed(event)
    password = Finding("X002", Severity.WARNING, Blame.STATION, "a short password")
    writer.append([FindingEntry(first.row, password), FindingEntry(first.row, replace(password, frame=1))])
    first.feed(Closed(START_NS + 90_000_011, 1000, "bye", "station"))
    record(writer, said=[*BOOT, *BROKEN, *ODD], station="CP-2")
    writer.append([EventEntry(None, Noted(START_NS, "trouble", "the disk"))])
    record(writer, said=BOOT, station="CP-2", origin="run", path="/run")
    writer.close()
    draft = open_draft(path, 2)
    changed = (draft.frames[0]._replace(raw=str(BOOT[0][1]).replace("Acme", "Other")), *draft.frames[2:])
    save_draft(path, replace(draft, frames=changed))
    keep(path, 3, hostile())
    for frame in (1, 5):
        marks.toggle(path, frame)
    return path


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows that a person can see, without who wrote them and when they came in."""
    session = (
        "id, station, path, version, offered, subprotocol, peer, upstream, source, opened_ns, closed_ns, close_code"
    )
    session += ", close_reason, closed_by, http_status, headers, last_ns, frames, errors, warnings, tls, patience_ns"
    session += ", times, hears_pings, silence_ns, continues, continued_in, pings, violations, lost, name"
    queries = {
        "session": f"SELECT {session}, iif(origin = 'live', 'import', origin) FROM session",
        "finding": "SELECT session, frame, code, severity, blame, pointer, message, hint, offset FROM finding",
        "event": "SELECT session, time_ns, sender, kind, what, raw FROM event",
        **{name: f"SELECT * FROM {name}" for name in ("frame", "copied", "mark", "report")},
    }
    with closing(sqlite3.connect(path)) as connection:
        return {name: sorted(connection.execute(sql), key=repr) for name, sql in queries.items()}


def exported(path: Path, *arguments: Any) -> list[str]:
    """Export a capture."""
    with Reader(path) as reader:
        return list(export_lines(reader, *arguments))


def imported(lines: list[str], path: Path, **options: Any) -> Any:
    """Import lines, as the bytes of a file, into a capture."""
    writer = Writer(path)
    try:
        return import_lines([line.encode() for line in lines[1:]], writer, **options)
    finally:
        writer.close()


def test_a_round_trip_is_equal_table_by_table(tmp_path: Path) -> None:
    """Sessions, frames, events, findings, drafts, marks and reports, with their times to the nanosecond."""
    first = tables(everything(tmp_path / "a.db"))
    assert all(first.values()), "each table has something to compare"
    lines = exported(tmp_path / "a.db")
    result = imported(lines, tmp_path / "b.db")
    assert (result.sessions, result.faults) == (4, [])
    second = tables(tmp_path / "b.db")
    for name in first:
        assert second[name] == first[name], name


def test_replays_are_judged_alone_as_they_were(tmp_path: Path) -> None:
    played_thrice(tmp_path / "a.db")
    imported(exported(tmp_path / "a.db"), tmp_path / "b.db")
    assert tables(tmp_path / "b.db")["finding"] == tables(tmp_path / "a.db")["finding"]


def test_numbers_of_sessions_move_into_a_capture_that_has_some(tmp_path: Path) -> None:
    """A draft still knows what it was made of, and a mark its frame."""
    lines = exported(everything(tmp_path / "a.db"))
    everything(tmp_path / "b.db")
    assert imported(lines, tmp_path / "b.db").faults == []
    with Reader(tmp_path / "b.db") as reader:
        assert [session.source for session in reader.sessions()] == [None, None, None, 2, None, None, None, 6]
        assert reader.copied(8) == reader.copied(4) != {}
        assert reader.report(7) == reader.report(3) is not None
        assert len(reader.marked()) == 4


def test_a_draft_alone_has_no_source(tmp_path: Path) -> None:
    lines = exported(everything(tmp_path / "a.db"), 4)
    assert imported(lines, tmp_path / "b.db").faults == []
    with Reader(tmp_path / "b.db") as reader:
        assert (reader.session(1).source, reader.session(1).origin, reader.session(1).name) == (
            None,
            "draft",
            "draft of 2",
        )


def test_secrets_of_a_file_rest_in_a_capture_only_if_that_is_asked_for(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened(), keep_secrets=True)
    recording.feed(received(raw=SECRET, sender=CSMS))
    writer.close()
    lines = exported(tmp_path / "a.db")
    imported(lines, tmp_path / "b.db")
    imported(lines, tmp_path / "c.db", keep_secrets=True)
    assert "0123456789abcdef" not in str(tables(tmp_path / "b.db"))
    assert "0123456789abcdef" in str(tables(tmp_path / "c.db")["frame"])


def test_a_filter_makes_an_excerpt(tmp_path: Path) -> None:
    """Of the frames that match; sessions without one are not in it, nor are pings."""
    lines = exported(everything(tmp_path / "a.db"), None, compile_filter("action:StatusNotification"))
    records = [json.loads(line) for line in lines]
    assert [(each.get("kind"), each.get("frames")) for each in records[1:3]] == [("session", 2), ("session", 2)]
    assert {each["action"] for each in records[3:]} == {"StatusNotification"}
    result = imported(lines, tmp_path / "b.db")
    assert (result.sessions, result.frames, result.faults) == (2, len(records) - 3, [])


def test_a_time_that_somebody_changed_counts(tmp_path: Path) -> None:
    """More than the nanoseconds beside it."""
    lines = exported(everything(tmp_path / "a.db"), 1)
    lines[2] = lines[2].replace("14:13:20.001000", "14:13:20.500000")
    imported(lines, tmp_path / "b.db")
    with Reader(tmp_path / "b.db") as reader:
        assert reader.page()[0].time_ns == START_NS + 500_000_000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": "x"}, "source is not a number"),
        ({"lost": 2**63}, "lost is out of range"),
        ({"silence_ns": -2}, "silence_ns is out of range"),
        ({"taken_out": [2**64 - 1]}, "taken_out is out of range"),
        ({"taken_out": 5}, "taken_out is not a list"),
        ({"times_ns": []}, "times_ns is not an object"),
        ({"findings": 5}, "findings is not a list"),
        ({"findings": [{"code": "X002", "severity": "x", "blame": "station"}]}, "is not a valid Severity"),
        ({"name": 5}, "name is not a string"),
        ({"origin": []}, "origin is not a string"),
        ({"ocpp_version": "9", "origin": "draft"}, "is not a valid Version"),
    ],
)
def test_what_a_person_broke_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    head, session, *rest = exported(everything(tmp_path / "a.db"), 2)
    result = imported([head, json.dumps(json.loads(session) | changes), *rest], tmp_path / "b.db")
    assert result.faults[0].startswith("line 2: ")
    assert words in result.faults[0]


@pytest.mark.parametrize("name", ["sender", "origin"])
def test_what_is_no_word_is_named_too(tmp_path: Path, name: str) -> None:
    """Also where the word is looked up; a finding without a code is nobody's."""
    head, session, frame, *rest = exported(everything(tmp_path / "a.db"), 2)
    odd = json.loads(frame) | {"findings": [{"code": {}}]}
    result = imported([head, session, json.dumps(odd), json.dumps(odd | {name: []}), *rest], tmp_path / "b.db")
    assert result.faults == [f"line 4: {name} is not a string"]


def test_hostile_texts_come_in_as_texts(tmp_path: Path) -> None:
    head, session, *rest = exported(everything(tmp_path / "a.db"), 2)
    bad = json.loads(session) | {"name": "\ud800", "station": "\ud800\x1b", "close_reason": "\ud800"}
    report = {"kind": "report", "session": 2, "content": "\ud800"}
    frame = json.loads(rest[0]) | {"copy_of": 2**63}
    lines = [head, json.dumps(bad), json.dumps(report), json.dumps(frame), *rest]
    result = imported(lines, tmp_path / "b.db")
    assert result.faults == ["line 4: copy_of is out of range"]
    with Reader(tmp_path / "b.db") as reader:
        assert (reader.session(1).name, reader.report(1)) == ("\\ud800", "\\ud800")


def test_an_export_is_known_by_its_first_line() -> None:
    assert is_head('{"format":"ocpp-inspector-jsonl"}')
    assert not is_head(b"\xff")
