"""Reading captures: pages, pairs, findings, and files that are none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Control, Controlled, Noted
from inspector.store.entries import EventEntry
from inspector.store.filter import Where, compile_filter
from inspector.store.reader import PAGE, Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, STATION, make_capture, record


def test_pages_go_on_after_the_last_id(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", BOOT * PAGE)
    with Reader(path) as reader:
        first = reader.page()
        second = reader.page(after=first[-1].id)
        assert (len(first), len(second), second[0].id) == (PAGE, PAGE, first[-1].id + 1)
        assert [frame.id for frame in reader.pages()] == reader.ids()
        assert reader.ids(after=500) == list(range(501, 513))


def test_a_filter_and_a_session_narrow(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert reader.ids(compile_filter("severity:error")) == [5]
        assert reader.ids(compile_filter("type:CALL"), session=1) == [1]
        assert reader.ids(session=2) == [3, 4, 5, 6]


def test_a_session_is_read_through_its_index(tmp_path: Path) -> None:
    """No page of one session walks over the others."""
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT id FROM frame WHERE frame.id > 0 AND frame.session = 2 AND 1 ORDER BY frame.id"
        ).fetchall()
    assert "frame_session" in plan[0][3], plan
    assert len(plan) == 1, "it sorts"


def test_pairs_are_found_both_ways(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        call, answer = reader.page(session=1)
        assert reader.answer_of(call) == answer
        assert reader.frames([answer.answers or 0]) == [call]
        assert reader.answer_of(answer) is None


def test_frames_come_with_their_findings(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        judged = list(reader.judged(reader.pages()))
        assert [len(found) for _, found in judged] == [0, 0, 0, 0, 1, 0]
        assert judged[4][1][0].pointer == "/3/errorCode"
        assert [f.code for f in reader.findings(session=2)] == ["S104"]
        assert reader.findings(session=1) == []


def test_findings_about_sessions_are_told_from_those_about_frames(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO finding(session, frame, code, severity, blame, pointer, message, hint)"
            " VALUES (1, NULL, 'H001', 'warning', 'csms', '', 'odd', '')"
        )
        connection.commit()
    with Reader(path) as reader:
        assert {session: [f.code for f in found] for session, found in reader.own_findings().items()} == {1: ["H001"]}
        assert reader.own_findings(session=2) == {}
        assert reader.codes() == {"H001", "S104"}


def test_frames_come_in_the_order_of_time_through_its_index(tmp_path: Path) -> None:
    """No page sorts, and none reads the capture from its beginning."""
    path = make_capture(tmp_path / "a.db")
    with Reader(path) as reader:
        moments = list(reader.moments(last=reader.last_id()))
        assert [moment.id for moment in moments] == [1, 3, 2, 4, 5, 6]
        assert [moment.number for moment in reader.stretch(2, 2, 4)] == [2, 3]
        assert (reader.place(2, 3), reader.place(2, 9)) == ((5, moments[4].event.time_ns), None)
    with closing(sqlite3.connect(path)) as connection:
        for condition in ("time_ns = 5 AND id > 2 AND id <= 9 ORDER BY id", "time_ns > 5 ORDER BY time_ns, id"):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT raw FROM frame WHERE {condition}").fetchall()
            assert "frame_time" in plan[0][3], plan
            assert len(plan) == 1, "it sorts"


def test_only_some_sessions_frames_are_read(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        which = Where("station = ?", ("CP-2",))
        assert [life.session for life in reader.lives(which)] == [2]
        assert [(moment.session, moment.number) for moment in reader.moments(which, last=5)] == [(2, 1), (2, 2), (2, 3)]


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


@pytest.mark.parametrize(("beyond", "step", "found"), [(0, 1, 5), (5, 1, None), (4, 1, 5), (99, -1, 5), (5, -1, None)])
def test_the_nearest_match_is_found_in_both_directions(
    tmp_path: Path, beyond: int, step: int, found: int | None
) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        where = compile_filter("severity:error")
        assert reader.next_id(where, session=None, beyond=beyond, step=step) == found
        assert reader.next_id(where, session=1, beyond=beyond, step=step) is None


def test_it_tells_when_another_process_wrote(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    with Reader(tmp_path / "a.db") as reader:
        before = reader.change()
        assert reader.change() == before
        record(writer, said=BROKEN, end=False)
        assert writer.flush()
        assert reader.change() != before
    writer.close()


def test_a_session_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        Reader(make_capture(tmp_path / "a.db")) as reader,
        pytest.raises(InspectorError, match="no session 9"),
    ):
        reader.session(9)


def bad_files(folder: Path) -> dict[str, Path]:
    """Make files that are no captures."""
    text = folder / "text.db"
    text.write_text("no database" * 100)
    empty = folder / "empty.db"
    empty.touch()
    other = folder / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine(a)")
    return {
        "not a file": folder,
        "not a capture": text,
        "but not a capture": empty,
        "not a capture of OCPP": other,
        "no such file": folder / "none",
    }


@pytest.mark.parametrize(
    "words", ["not a file", "not a capture", "but not a capture", "not a capture of OCPP", "no such file"]
)
def test_a_file_that_is_no_capture_is_one_line(tmp_path: Path, words: str) -> None:
    with pytest.raises(InspectorError, match=words) as caught:
        Reader(bad_files(tmp_path)[words])
    assert "\n" not in str(caught.value)


def test_a_truncated_capture_is_one_line(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", BOOT * 2000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InspectorError, match=r"a\.db") as caught, Reader(path) as reader:
        list(reader.pages())
    assert "\n" not in str(caught.value)


def test_a_capture_in_a_folder_without_write_permission_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "ro"
    folder.mkdir()
    make_capture(folder / "a.db")
    folder.chmod(0o500)
    try:
        with Reader(folder / "a.db") as reader:
            assert len(reader.page()) == 6
    finally:
        folder.chmod(0o700)
