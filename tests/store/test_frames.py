"""Queries for frames: pages, pairs, extents, and each through its index."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.store.filter import Where, compile_filter
from inspector.store.frames import HEAD, PAGE
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, STATION, make_capture


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


@pytest.mark.parametrize(("beyond", "step", "found"), [(0, 1, 5), (5, 1, None), (4, 1, 5), (99, -1, 5), (5, -1, None)])
def test_the_nearest_match_is_found_in_both_directions(
    tmp_path: Path, beyond: int, step: int, found: int | None
) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        where = compile_filter("severity:error")
        assert reader.next_id(where, session=None, beyond=beyond, step=step) == found
        assert reader.next_id(where, session=1, beyond=beyond, step=step) is None


def test_an_extent_tells_whether_numbers_follow_each_other(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with Reader(path) as reader:
        assert reader.extent() == (1, 6, 6)
        assert reader.extent(session=2) == (1, 4, 4)
        assert reader.extent(session=9) == (1, 0, 0)
        assert all(each.is_dense for each in (reader.extent(), reader.extent(session=2), reader.extent(session=9)))
        assert (reader.ends(), reader.ends(session=2), reader.ends(session=9)) == ((1, 6), (3, 6), (1, 0))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM frame WHERE id = 4")
        connection.execute("UPDATE session SET frames = 3 WHERE id = 2")
        connection.commit()
    with Reader(path) as reader:
        assert (reader.extent(), reader.extent().is_dense) == ((1, 6, 5), False)
    with Reader(make_capture(tmp_path / "empty.db", [])) as reader:
        assert (reader.extent(), reader.extent().is_dense) == ((1, 0, 0), True)


def test_an_extent_walks_over_no_frame(tmp_path: Path) -> None:
    """The first and the last of ten million are where the index begins and ends."""
    path = make_capture(tmp_path / "a.db")
    asked: list[str] = []
    with Reader(path) as reader:
        reader._connection.set_trace_callback(asked.append)
        reader.extent()
        reader.extent(session=2)
        reader.ends(session=2)
        plans = [reader.query(f"EXPLAIN QUERY PLAN {sql}") for sql in asked]
    walked = [step[3] for plan in plans for step in plan if step[3].startswith("SCAN") and "frame" in step[3]]
    assert walked == []


def test_heads_are_frames_with_the_beginning_of_their_text(tmp_path: Path) -> None:
    long = f'[2,"b1","DataTransfer",{{"vendorId":"{"x" * HEAD}"}}]'
    with Reader(make_capture(tmp_path / "a.db", [*BOOT, (STATION, long)])) as reader:
        whole = reader.frames([1, 2, 3])
        assert reader.heads([3, 1])[0] == whole[0]
        assert (
            reader.heads_between(2, 9)
            == reader.heads_numbered(1, 2, 9)
            == [whole[1], replace(whole[2], raw=long[:HEAD])]
        )
        assert [reader.number_from(1, frame) for frame in (0, 2, 4)] == [1, 2, None]


def test_matches_are_told_within_bounds(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        calls = Where("frame.type = 2")
        assert list(reader.matches(calls, session=None, first=2, last=5)) == [3, 5]
        assert list(reader.matches(calls, session=1, first=1, last=6)) == [1]
        assert reader.passing([1, 2, 5], calls, session=None) == {1, 5}
        assert reader.passing([1, 2, 5], calls, session=2) == {5}
        assert (reader.count_after(4), reader.count_after(6)) == (2, 0)


def test_calls_nobody_answered_are_told(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", (*BOOT, *BROKEN[:1]))) as reader:
        assert reader.unanswered([1, 2, 3]) == {3}


def test_frames_that_were_judged_since_are_told(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert reader.last_finding() == 1
        assert [reader.judged_since(0, up_to=last) for last in (4, 5)] == [set(), {5}]
        assert reader.judged_since(1, up_to=6) == set()
