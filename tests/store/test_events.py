"""Queries for events, each through its index, and frames and events together."""

import sqlite3
from contextlib import closing
from pathlib import Path

from inspector.protocol.event import Control, Controlled, Noted
from inspector.store.entries import EventEntry
from inspector.store.filter import EVERYTHING, Where
from inspector.store.frames import PAGE
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import START_NS, STATION, record


def test_events_are_read_through_their_indexes(tmp_path: Path) -> None:
    """A session may have millions of pings: none is walked over to find what is odd, and no page sorts."""
    writer = Writer(tmp_path / "a.db")
    for number in (1, 2):
        recording = record(writer, station=f"CP-{number}", end=False)
        for time_ns in range(PAGE + 3):
            recording.feed(Controlled(time_ns, STATION, Control.PING))
        recording.feed(Noted(5, "trouble", "oh"))
    writer.append([EventEntry(None, Noted(6, "gap", "of all"))])
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert len(list(reader.events(session=2))) == PAGE + 4
        assert len(list(reader.events())) == reader.last_event() == 2 * (PAGE + 4) + 1
        odd = {session: [event.what for event in events] for session, events in reader.oddities().items()}
        assert odd == {1: ["oh"], 2: ["oh"], None: ["of all"]}
        assert [event.what for event in reader.last_oddities(2)] == ["of all", "oh"]
        assert [(event.session, event.what) for event in reader.last_oddities(9, session=2)] == [(2, "oh")]
        assert [event.time_ns for event in reader.last_controls(2, Control.PING)[:2]] == [PAGE + 2, PAGE + 1]
        assert reader.last_controls(2, Control.CLOSE) == []
        assert reader.oddities_by_kind() == {"gap": 1, "trouble": 1}
        assert reader.gapped() == set(), "no session has one of its own"
        controls = list(reader.controls(last=reader.last_event()))
        assert [moment.event.time_ns for moment in controls] == sorted(2 * [*range(PAGE + 3)])
        only = list(reader.controls(Where("station = ?", ("CP-2",)), last=reader.last_event()))
        assert {moment.session for moment in only} == {2}
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        for condition, index in (
            ("id > 0 AND session = 2 ORDER BY id", "event_session"),
            ("id > 0 AND kind IN ('violation', 'gap', 'trouble') ORDER BY id", "event_odd"),
            ("+session = 2 AND kind IN ('violation', 'gap', 'trouble') ORDER BY id DESC", "event_odd"),
            ("session = 2 AND kind = 'ping' ORDER BY id DESC", "event_session"),
        ):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT what FROM event WHERE {condition}").fetchall()
            assert (index in plan[0][3], len(plan)) == (True, 1), plan


def test_frames_and_events_come_in_the_order_of_time(tmp_path: Path) -> None:
    """Those after the last that is known; frames that do not match are left out."""
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, end=False)
    for after_ns in (15_000_000, 20_000_000):
        recording.feed(Controlled(START_NS + after_ns, STATION, Control.PING))
    record(writer)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert list(reader.wire(EVERYTHING, session=1)) == [1, -1, 2, -2]
        assert list(reader.wire(Where("frame.type = 3"), session=1)) == [-1, 2, -2]
        assert list(reader.wire(EVERYTHING, session=1, frame=1, event=1)) == [2, -2]
        assert list(reader.wire(EVERYTHING, session=1, limit=2)) == [1, -1]
        assert [event.time_ns for event in reader.events_of([2, 1])] == [START_NS + 15_000_000, START_NS + 20_000_000]
        assert reader.events_of([]) == []
