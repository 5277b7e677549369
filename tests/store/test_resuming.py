"""A capture tells who comes later how far it was written."""

import sqlite3
from pathlib import Path

import pytest

from inspector.store.entries import ReachedEntry
from inspector.store.recording import session_row
from inspector.store.resuming import forget, known, reached
from inspector.store.writer import Writer
from tests.factories import opened, record


def test_how_far_a_scribe_got_is_in_the_capture_while_the_scribe_lives(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    writer = Writer(capture)
    assert reached(capture, "me") == 0
    told: list[int] = []
    writer.append([ReachedEntry("me", 1, told.append)])
    writer.append([ReachedEntry("me", 2, told.append)])
    assert writer.flush()
    assert told[-1] == 2
    assert (reached(capture, "me"), reached(capture, "you")) == (2, 0)
    writer.close()
    forget(capture, "me")
    assert reached(capture, "me") == 0


def test_a_session_that_has_not_ended_is_found_again(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    writer = Writer(capture)
    record(writer, end=False)
    record(writer, station="CP-2")
    writer.close()
    row, last = known(capture, session_row(opened()))
    assert row is not None
    assert (row.id, row.version, last) == (1, "1.6", 2)
    assert known(capture, session_row(opened(station="CP-2"))) == (None, 0)
    assert known(capture, session_row(opened(time_ns=1))) == (None, 0)


def test_a_capture_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    forget(tmp_path / "a.db", "me")
    with pytest.raises(sqlite3.Error):
        reached(tmp_path / "a.db", "me")
    with pytest.raises(sqlite3.Error):
        known(tmp_path / "a.db", session_row(opened()))
    assert not list(tmp_path.iterdir())
