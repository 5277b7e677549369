"""The keys of what the capture keeps in columns; those with an index use it, in the order of ids."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.store.filter import FilterError, compile_filter
from inspector.store.filter.frame_terms import Action, Code
from inspector.store.reader import Reader
from tests.factories import make_capture
from tests.store.filter.conftest import Ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("action:StatusNotification", [7, 8, 16, 17]),
        ("action:statusnotification", [7, 8, 16, 17]),
        ("action:*Transaction type:CALL", [1, 5]),
        ("action:Meter* sender:csms", [4]),
        ("sender:csms session:2", [15, 17]),
        ("sender:* session:2", [14, 15, 16, 17]),
        ("type:call*", [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]),
        ("type:*error", [13]),
        ("type:INVALID", [9, 10, 11]),
        ("id:s1", [7, 8]),
        ("id:s*", [1, 2, 7, 8]),
        ("session>=2 sender:station", [14, 16]),
        ("session<2 type:INVALID", [9, 10, 11]),
        ("station:cp-2 sender:station", [14, 16]),
        ("station:*2 sender:station", [14, 16]),
        ("station:X*", []),
        ("version:2* sender:station", [14, 16]),
        ("version:1.6 type:INVALID", [9, 10, 11]),
        ("code:S104", [7]),
        ("code:s104 or code:F001", [7, 9, 10, 11]),
        ("severity>=warning severity:error type:CALL action:Status* session:1", [7]),
        ("severity<error severity:error action:Status* session:1", []),
        ("origin:wire type:INVALID", [9, 10, 11]),
        ("origin:injected", []),
        ("origin:live session:2", [14, 15, 16, 17]),
        ("!origin:live", []),
        ("origin:run", []),
        ("origin:* type:INVALID", [9, 10, 11]),
    ],
)
def test_it_finds(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


def test_any_severity_is_all_that_was_found(ids: Ids, reader: Reader) -> None:
    """Also a frame of which nothing but an info is said."""
    told = {frame.id for frame, found in reader.judged(reader.pages()) if found}
    assert set(ids("severity:*")) == told
    assert set(ids("severity:info")) == {
        frame.id for frame, found in reader.judged(reader.pages()) if any(each.severity == "info" for each in found)
    }


@pytest.mark.parametrize("code", ["S104", "F001", "S1*", "*"])
def test_codes_are_those_of_the_findings(ids: Ids, reader: Reader, code: str) -> None:
    begin = code.removesuffix("*")
    expected = [
        frame.id for frame, found in reader.judged(reader.pages()) if any(f.code.startswith(begin) for f in found)
    ]
    assert ids(f"code:{code}") == expected


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("sender:nobody", 8, "sender is one of station, csms"),
        ("severity:errors", 10, "severity is one of info, warning, error; did you mean error?"),
        ("severity>error", 10, "no severity is > error"),
        ("type:CALLRESLT", 6, "did you mean CALLRESULT?"),
        ("code:S999", 6, "there is no code S999"),
        ("session:x", 9, "session is a number"),
        ("session:²", 9, "session is a number"),
        ("action>Boot", 7, "action can't be compared, write action:BootNotification"),
        ("version:3", 9, "version is one of 1.6, 2.0.1, 2.1"),
    ],
)
def test_it_says_what_may_be_written(text: str, column: int, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text)
    assert (caught.value.column, words in caught.value.reason) == (column, True), caught.value


def test_marks_are_found_alone_or_with_a_value(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO mark VALUES (?)", [(2,), (5,)])
    with Reader(path) as reader:
        for text, found in (
            ("marked", [2, 5]),
            ("MARKED sender:csms", [2]),
            ("!marked", [1, 3, 4, 6]),
            ("marked:no", [1, 3, 4, 6]),
            ("marked:*", [1, 2, 3, 4, 5, 6]),
            ('"marked"', []),
        ):
            assert reader.ids(compile_filter(text)) == found, text


def test_in_a_capture_of_an_earlier_layout_nothing_is_marked(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE mark; DROP TABLE copied; DROP TABLE report; PRAGMA user_version = 3")
    before = path.read_bytes()
    with Reader(path) as reader:
        assert reader.ids(compile_filter("marked")) == []
        assert len(reader.ids(compile_filter("!marked"))) == 6
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("session:1", "frame_session"),
        ("action:Heartbeat", "frame_action"),
        ("session:1 action:Heartbeat", "frame_session"),
        ("action:Heartbeat session:1", "frame_session"),
        ("severity:error", "frame_bad"),
        ("severity>=warning action:Boot*", "frame_bad"),
        ("code:S104", "frame_bad"),
        ("code:S1*", "frame_bad"),
        ("marked", "INTEGER PRIMARY KEY (rowid=?)"),
        *(
            (text, "INTEGER PRIMARY KEY (rowid>? AND rowid<?)")
            for text in (
                "Acme",
                "code:*",
                "severity:info",
                "type:CALL",
                "action:Boot*",
                "tx:77",
                "payload.connectorId:1",
                "latency>2s",
                "since:10m",
                "until:2026-03-01",
                "since:2026-03-01 until:2026-03-02",
                "time:2026-03-01",
            )
        ),
    ],
)
def test_a_stretch_of_ids_is_looked_through_by_the_best_index_and_nothing_is_sorted(
    tmp_path: Path, text: str, index: str
) -> None:
    """So a search can show what it has found, and go on from there, at no more cost than looking once."""
    plan = plan_of(make_capture(tmp_path / "a.db"), text)
    assert index in plan[0], plan
    assert not any("ORDER BY" in step for step in plan), plan


@pytest.mark.parametrize("text", ["station:CP-1", "version:1.6"])
def test_where_only_some_sessions_can_match_only_theirs_are_looked_at(tmp_path: Path, text: str) -> None:
    plan = plan_of(make_capture(tmp_path / "a.db"), text)
    assert "frame_session (session=? AND rowid>? AND rowid<?)" in plan[0], plan


def plan_of(path: Path, text: str) -> list[str]:
    """Return how SQLite would look through a stretch of ids."""
    where = compile_filter(text)
    sql = f"SELECT frame.id FROM frame WHERE frame.id BETWEEN ? AND ? AND {where.sql} ORDER BY frame.id"
    with closing(sqlite3.connect(path)) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", (1, 9, *where.parameters))]


def test_the_values_are_those_of_the_tables() -> None:
    assert {"BootNotification", "TransactionEvent", "NotifyPeriodicEventStream"} <= set(Action.values)
    assert {"F001", "S104", "X001"} <= set(Code.values)
