"""What is new since the last look: rows, sessions, verdicts that came late."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Control, Controlled
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.entries import FindingEntry
from inspector.store.filter import Where
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from inspector.tui.reading.changes import Changes, Known, Query, changes
from tests.factories import BOOT, BROKEN, START_NS, STATION, received, record

BAD = Where("frame.errors > 0")


class Live:
    """A capture being written, and what was known of it at the last look."""

    def __init__(self, path: Path) -> None:
        self.writer = Writer(path)
        self.recording = record(self.writer, end=False)
        self.writer.flush()
        self.reader = Reader(path)
        self.known = Known()
        self.look()

    def look(self, query: Query = Query(), *, listed: bool = True) -> Changes:  # noqa: B008 - frozen
        """Write what is waiting, and look."""
        assert self.writer.flush()
        found = changes(self.reader, query, self.known, listed=listed)
        self.known = found.known
        return found

    def change(self, sql: str) -> None:
        """Change the capture by hand."""
        with closing(sqlite3.connect(self.reader.path)) as connection:
            connection.execute(sql)
            connection.commit()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    live = Live(tmp_path / "a.db")
    yield live
    live.reader.close()
    live.writer.close()


def test_new_rows_are_those_that_pass(live: Live) -> None:
    record(live.writer, said=(*BOOT, *BROKEN))
    found = live.look(Query(where=BAD))
    assert (list(found.rows), found.is_rewritten, found.judged) == ([5], False, frozenset())
    assert not live.look(Query(where=BAD)).rows


def test_ids_are_read_only_where_they_are_listed(live: Live) -> None:
    record(live.writer)
    found = live.look(listed=False)
    assert (found.rows, found.extent) == ((), (1, 4, 4))
    assert live.look(Query(session=1), listed=False).extent == (1, 2, 2)


def test_a_finding_about_an_earlier_frame_is_told(live: Live) -> None:
    """And whether that frame passes the filter now."""
    finding = Finding("R002", Severity.ERROR, Blame.CSMS, "no answer", frame=1)
    live.writer.append([FindingEntry(live.recording.row, finding)])
    found = live.look(Query(where=BAD))
    assert (found.judged, found.passing, list(found.rows)) == ({1}, {1}, [])
    live.writer.append([FindingEntry(live.recording.row, replace(finding, frame=2))])
    assert live.look(Query(where=BAD, session=9)).passing == frozenset()


def test_frames_that_were_taken_out_are_noticed(live: Live) -> None:
    """Also where as many came at once: a draft that is saved is written anew."""
    live.change("UPDATE frame SET id = id + 10")
    assert live.look().is_rewritten
    assert not live.look().is_rewritten
    live.change("DELETE FROM frame WHERE id = 11")
    live.change("UPDATE session SET frames = 1")
    assert live.look().is_rewritten


def test_open_sessions_are_read_each_time_the_others_now_and_then(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []
    sessions_of = Reader.sessions_of

    def noted(reader: Reader, ids: list[int], *, above: int) -> list[object]:
        asked.append(list(ids))
        return list(sessions_of(reader, ids, above=above))

    monkeypatch.setattr(Reader, "sessions_of", noted)
    live.recording.feed(received(raw=BOOT[0][1]))
    assert live.look().known.sessions[1].frames == 3
    live.recording.feed(Closed(START_NS, 1000, "", "station"))
    record(live.writer, station="CP-2")
    found = live.look()
    assert [(each.id, each.live) for each in found.known.sessions.values()] == [(1, False), (2, False)]
    live.change("UPDATE session SET name = 'mine' WHERE id = 1")
    assert live.look().known.sessions[1].name == ""
    live.known.looked = 0.0
    assert live.look().known.sessions[1].name == "mine"
    assert asked[:3] == [[1], [1], []]


def test_a_session_that_was_deleted_is_not_there_any_more(live: Live) -> None:
    live.change("DELETE FROM session")
    live.known.looked = 0.0
    assert live.look().known.sessions == {}


def test_events_come_with_the_frames_of_a_session(live: Live) -> None:
    live.recording.feed(Controlled(START_NS + 10**9, STATION, Control.PING))
    live.recording.feed(received(raw=BOOT[0][1], time_ns=START_NS + 2 * 10**9))
    query = Query(session=1, controls=True)
    assert list(live.look(query).rows) == [-1, 3]
    assert not live.look(query).rows
