"""Opening captures to be read, and files that are none."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, make_capture, record


def test_it_tells_when_another_process_wrote(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    with Reader(tmp_path / "a.db") as reader:
        before = reader.change()
        assert reader.change() == before
        record(writer, said=BROKEN, end=False)
        assert writer.flush()
        assert reader.change() != before
    writer.close()


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


def test_a_capture_cut_short_while_it_is_opened_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_connection: sqlite3.Connection, _path: Path) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    path = make_capture(tmp_path / "a.db", BOOT)
    monkeypatch.setattr("inspector.store.connection.recognise", cut)
    with pytest.raises(InspectorError, match="malformed"):
        Reader(path)


def test_a_capture_deleted_while_it_is_opened_is_not_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file in its place would be in the way of the recorder."""
    path, connect = make_capture(tmp_path / "a.db", BOOT), sqlite3.connect

    def gone(*arguments: Any, **options: Any) -> sqlite3.Connection:
        if path.exists():
            path.unlink()
            closed_soon = connect(":memory:")
            closed_soon.execute("PRAGMA query_only=1")  # so the first query fails, as where the log is gone
            return closed_soon
        return connect(*arguments, **options)

    monkeypatch.setattr(sqlite3, "connect", gone)
    with pytest.raises(InspectorError, match=r"a\.db"):
        Reader(path)
    assert not path.exists()


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


def test_questions_at_once_see_one_moment(tmp_path: Path) -> None:
    """Whoever writes between them."""
    writer = Writer(tmp_path / "a.db")
    record(writer)
    assert writer.flush()
    with Reader(tmp_path / "a.db") as reader:
        with reader.at_once():
            before = reader.last_id()
            record(writer)
            assert writer.flush()
            assert reader.last_id() == before
        assert reader.last_id() == before + 2
        with pytest.raises(InspectorError, match="can't be read"), reader.at_once():
            reader.query("SELECT nothing")
        with reader.at_once():
            assert reader.last_id() == before + 2
    writer.close()
