"""Where new captures go."""

import re
from pathlib import Path

import pytest

from inspector.cli.capture_path import new_capture
from inspector.errors import InspectorError


def test_a_new_capture_is_named_by_kind_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = new_capture("demo")
    assert re.fullmatch(r"captures/demo-\d{8}-\d{6}\.db", str(path))
    assert (tmp_path / "captures").is_dir()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "captures").touch()
    with pytest.raises(InspectorError, match="can't be made: File exists; say where with --capture"):
        new_capture("demo")
