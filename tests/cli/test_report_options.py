"""How a report leaves a command."""

from pathlib import Path

import pytest

from inspector.cli.report_options import require_folders, write_files
from inspector.errors import InspectorError
from tests.replay.reports import item, report


def test_files_are_written_anew(tmp_path: Path) -> None:
    for _ in range(2):
        write_files([report(item())], tmp_path / "a.xml", tmp_path / "a.html")
    assert (tmp_path / "a.xml").read_text().count("<testsuite ") == 1
    assert (tmp_path / "a.html").read_text().count("<section>") == 1
    write_files([report()], None, None)


def test_a_file_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="can't be written"):
        write_files([report()], tmp_path, None)
    with pytest.raises(InspectorError, match="no such folder"):
        require_folders(None, tmp_path / "none" / "a.xml")
    require_folders(tmp_path / "a.xml")
