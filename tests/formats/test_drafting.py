"""Drafts made of files."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.formats import jsonl_reading
from inspector.formats.drafting import make_drafts
from inspector.formats.intake import Imported
from inspector.formats.jsonl import export_lines
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, make_capture


def drafted(lines: list[str], path: Path, name: str = "") -> Imported:
    """Make drafts of an export."""
    return make_drafts(path, jsonl_reading.file(lines[1:]), name)


def test_an_edited_export_becomes_a_draft(tmp_path: Path) -> None:
    """It is judged as it is now; the session it came from stays."""
    capture = make_capture(tmp_path / "a.db", [*BOOT, *BROKEN])
    with Reader(capture) as reader:
        lines = list(export_lines(reader))
    changed = [line.replace('\\"errorCode\\":\\"Error\\"', '\\"errorCode\\":\\"NoError\\"') for line in lines]
    del changed[5]
    made = drafted([*changed, "oops"], capture, "without an answer")
    assert (made.frames, made.sessions, made.left_out) == (3, 1, 1)
    with Reader(capture) as reader:
        before, draft = reader.sessions()
    assert (before.origin, before.errors, before.frames) == ("live", 1, 4)
    assert (draft.origin, draft.name, draft.errors, draft.frames) == ("draft", "without an answer", 0, 3)
    assert (draft.closed_by, draft.close_code, draft.station) == ("station", 1000, "CP-1")
    assert made.drafts == ["draft 2: without an answer"]


def test_each_session_becomes_a_draft_of_a_capture_that_is_made_for_it(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        lines = list(export_lines(reader))
    drafted(lines, tmp_path / "new.db")
    with Reader(tmp_path / "new.db") as reader:
        assert [(each.origin, each.name) for each in reader.sessions()] == [
            ("draft", "draft of CP-1"),
            ("draft", "draft of CP-2"),
        ]


def test_a_draft_has_an_end_to_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.store.draft_saving.MOST_FRAMES", 1)
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        lines = list(export_lines(reader))
    with pytest.raises(InspectorError, match="a draft has at most"):
        drafted(lines, tmp_path / "b.db")
