"""The files of one recording."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.recording import Recording
from inspector.store.schema import remove
from inspector.store.series import beside, following, of, place, remove_oldest
from inspector.store.writer import Rotation, Writer
from tests.factories import make_capture, opened, received


def cut(path: Path, parts: int, first: Path | None = None) -> Path:
    """Record so that the recording is cut into files; return the last."""
    writer = Writer(path, rotation=Rotation(most_bytes=1), first=first)
    recording = Recording(writer, opened())
    for _ in range(parts):
        recording.feed(received(raw="x"))
        assert writer.flush()
    writer.close()
    return writer.path


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(file.name for file in folder.iterdir())


def test_a_new_name_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert place(path, append=False) == place(path, append=True) == path
    path.touch()
    assert place(path, append=False) == path, "somebody made an empty file for it"


def test_a_capture_that_exists_is_left_alone_unless_it_is_to_be_continued(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    assert place(path, append=True) == path
    assert place(path, append=False).name == "a-2.db"
    make_capture(tmp_path / "a-7.db")
    assert place(path, append=False).name == following(path).name == "a-8.db"
    assert place(path, append=True) == path, "named alike, but not of one recording"


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("mine" * 100)
    with pytest.raises(InspectorError, match="not a database"):
        place(path, append=False)
    with pytest.raises(InspectorError, match="can't be used as a capture"):
        place(tmp_path, append=False)


@pytest.mark.parametrize("append", [False, True])
def test_a_name_that_cannot_be_looked_up_is_refused_in_one_line(tmp_path: Path, append: bool) -> None:
    """By whoever comes to look it up first: not every Python does so here."""
    with pytest.raises(InspectorError, match="File name too long"):
        Writer(place(tmp_path / ("x" * 300), append=append))


def test_a_recording_goes_on_in_its_newest_file(tmp_path: Path) -> None:
    """Also when its first one was deleted by then."""
    path = tmp_path / "a.db"
    cut(path, 3)
    make_capture(tmp_path / "a-9.db")
    assert place(path, append=True).name == "a-3.db"
    path.unlink()
    assert place(path, append=True).name == "a-3.db"
    assert of(tmp_path / "a-3.db") == of(tmp_path / "a-2.db")
    assert of(tmp_path / "a-9.db") is None


def test_only_the_oldest_of_the_same_recording_are_deleted(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    cut(path, 3)
    (tmp_path / "a-2.db-wal").touch()
    other = cut(place(path, append=False), 2, first=path)
    make_capture(tmp_path / "a-9.db")
    (tmp_path / "a-x.db").touch()
    assert other.name == "a-5.db"
    remove_oldest(path, 0, tmp_path / "a-3.db")
    assert len(names(tmp_path)) == 8
    remove_oldest(path, 1, tmp_path / "a-3.db")
    assert names(tmp_path) == ["a-3.db", "a-4.db", "a-5.db", "a-9.db", "a-x.db"]
    remove(tmp_path / "a-9.db")
    assert "a-9.db" not in names(tmp_path)


def test_each_file_knows_those_beside_it(tmp_path: Path) -> None:
    """Of its own recording only; those that were removed are passed over."""
    cut(path := tmp_path / "a.db", 12)
    assert beside(path, 1) == tmp_path / "a-2.db"
    assert beside(tmp_path / "a-9.db", 1) == tmp_path / "a-10.db"
    assert beside(tmp_path / "a-10.db", -1) == tmp_path / "a-9.db"
    assert beside(path, -1) is None
    assert beside(tmp_path / "a-12.db", 1) is None
    make_capture(tmp_path / "a-13.db")
    remove(tmp_path / "a-3.db")
    assert beside(tmp_path / "a-12.db", 1) is None
    assert beside(tmp_path / "a-2.db", 1) == tmp_path / "a-4.db"
    assert beside(make_capture(tmp_path / "b.db"), 1) is None
    assert beside(tmp_path / "missing.db", 1) is None
