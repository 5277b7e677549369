"""``--schemas DIR`` as a command takes it."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.vendor import shipped
from inspector.store.vendor_folder import vendors


def test_without_a_folder_there_are_the_schemas_that_came_with_the_program() -> None:
    assert vendors(None) is shipped()


def test_a_folder_adds_to_them(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "Ping.json").write_text('{"type":"object"}')
    assert len(vendors(tmp_path)) == len(shipped()) + 1


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match=r"missing: No such file or directory"):
        vendors(tmp_path / "missing")
