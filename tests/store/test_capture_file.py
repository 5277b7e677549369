"""One file that is being written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.capture_file import CaptureFile
from inspector.store.entries import Place, SessionRow
from inspector.store.reader import Reader
from inspector.store.series import Series, of
from tests.factories import START_NS, make_capture, opened


def test_it_knows_whether_it_is_still_the_file_of_its_name(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a.db")
    assert file.is_there
    file.path.rename(tmp_path / "b.db")
    assert not file.is_there
    make_capture(file.path)
    assert not file.is_there
    file.close()


def test_it_knows_its_size_and_age_and_whether_it_was_used(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    file = CaptureFile(path)
    assert (file.size, file.began_ns, file.is_used) == (path.stat().st_size, START_NS, False)
    row = SessionRow(opened())
    file.write([row])
    assert (file.is_used, file.has(row), file.has(SessionRow(opened(), id=99))) == (True, True, False)
    file.close()


def test_it_takes_down_what_it_is_a_part_of(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a.db")
    for series in (Series("x", "a.db"), Series("y", "b.db")):
        file.join(series, {"scribe": 7})
        assert of(file.path) == series
    file.close()
    with closing(sqlite3.connect(file.path)) as connection:
        assert connection.execute("SELECT * FROM reached").fetchall() == [("scribe", 7)]


def test_it_hands_sessions_on(tmp_path: Path) -> None:
    file = CaptureFile(tmp_path / "a.db")
    row = SessionRow(opened())
    file.write([row])
    file.hand_on(START_NS + 5, [(1, Place("a-2.db", 3))])
    file.close()
    with Reader(file.path) as reader:
        session = reader.session(1)
        assert (session.closed_ns, session.closed_by, session.continued_in) == (START_NS + 5, "proxy", ("a-2.db", 3))


def test_what_cannot_be_finished_goes_unless_it_was_there_before(tmp_path: Path) -> None:
    old = make_capture(tmp_path / "old.db")
    for path in (old, tmp_path / "new.db"):
        CaptureFile(path).discard()
    assert old in tmp_path.iterdir()
    assert not list(tmp_path.glob("new.db*"))


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="can't be used as a capture"):
        CaptureFile(tmp_path)
