"""Reading captures: sessions and findings."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.reader import Reader
from tests.factories import BOOT, START_NS, make_capture


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


def test_a_session_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        Reader(make_capture(tmp_path / "a.db")) as reader,
        pytest.raises(InspectorError, match="no session 9"),
    ):
        reader.session(9)


def test_some_sessions_are_read_with_all_that_are_newer(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT, BOOT, BOOT)) as reader:
        assert [each.id for each in reader.sessions_of([1], above=2)] == [1, 3]
        assert reader.sessions_of([1, 2, 3], above=0) == reader.sessions()
        assert reader.names() == [(number, f"CP-{number}", START_NS) for number in (1, 2, 3)]


def test_the_state_of_a_session_differs_when_the_session_does(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", BOOT, BOOT)
    with Reader(path) as reader:
        before = reader.session_states()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE session SET errors = 7 WHERE id = 2")
            connection.commit()
        after = reader.session_states()
        assert (before[1] == after[1], before[2] == after[2]) == (True, False)
