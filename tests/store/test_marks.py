"""Marks: kept in the capture, beside whoever records into it."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.filter import compile_filter
from inspector.store.marks import toggle
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import record


def test_a_mark_is_set_and_taken_away_while_somebody_records(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer)
    assert writer.flush()
    assert toggle(writer.path, 2)
    assert toggle(writer.path, 1)
    with Reader(writer.path) as reader:
        assert reader.marked() == {1, 2}
        assert [frame.id for frame in reader.page(compile_filter("marked"))] == [1, 2]
    assert not toggle(writer.path, 2)
    record(writer)
    writer.close()
    with Reader(writer.path) as reader:
        assert reader.marked() == {1}
        assert len(reader.sessions()) == 2


def test_what_is_no_capture_is_not_marked(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="unable to open"):
        toggle(tmp_path / "a.db", 1)
