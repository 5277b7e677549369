"""Small changes to a capture: all or nothing, beside its recorder."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store import amend
from inspector.store.amend import amending
from inspector.store.writer import Writer
from tests.factories import make_capture


def marks(path: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT frame FROM mark").fetchall()


def test_a_change_is_committed(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with amending(path) as connection:
        connection.execute("INSERT INTO mark VALUES (1)")
    assert marks(path) == [(1,)]


def test_after_an_error_nothing_has_changed(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with pytest.raises(LookupError), amending(path) as connection:
        connection.execute("INSERT INTO mark VALUES (1)")
        raise LookupError
    assert marks(path) == []


def test_it_can_be_changed_while_it_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    try:
        with amending(path) as connection:
            connection.execute("INSERT INTO mark VALUES (1)")
    finally:
        writer.close()
    assert marks(path) == [(1,)]


def test_what_is_no_capture_is_left_alone(tmp_path: Path) -> None:
    for name in ("none.db", "notes.txt"):
        path = tmp_path / name
        if name == "notes.txt":
            path.write_text("shopping list\n" * 100)
        with pytest.raises(InspectorError, match=f"{name}: can't be used"), amending(path):
            pytest.fail("there is nothing to change")
    assert not (tmp_path / "none.db").exists()


def test_a_capture_that_somebody_locks_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amend, "BUSY_SECONDS", 0.01)
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InspectorError, match=r"a\.db: can't be changed: database is locked"), amending(path):
            pytest.fail("it is locked")
