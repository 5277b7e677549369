"""CSV of the frame table."""

import csv
from pathlib import Path

import pytest

from inspector.formats.spreadsheet import HEADS, MOST, export_csv, plain
from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, STATION, make_capture


def rows(path: Path, expression: str = "") -> list[dict[str, str]]:
    """Export a capture and read it as a spreadsheet does."""
    with Reader(path) as reader:
        return list(csv.DictReader(list(export_csv(reader, None, compile_filter(expression)))))


def test_a_row_is_a_frame(tmp_path: Path) -> None:
    found = rows(make_capture(tmp_path / "a.db", [*BOOT, *BROKEN]))
    assert (len(found), tuple(found[0])) == (4, HEADS)
    assert (found[0]["station"], found[0]["type"], found[0]["raw"]) == ("CP-1", "CALL", BOOT[0][1])
    assert (found[1]["answers"], found[1]["latency_ms"]) == ("1", "10.0")
    assert (found[2]["errors"], found[2]["codes"]) == ("1", "S104")
    assert len(rows(tmp_path / "a.db", "severity:error")) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "  =", "＝"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    assert plain(text) == f"'{text}"
    (row,) = rows(make_capture(tmp_path / "a.db", [(STATION, text)]))
    assert row["raw"] == f"'{text}"


def test_control_characters_are_shown() -> None:
    assert plain("\t=1\r\n") == "␉=1␍␊"
    assert plain(b"\xff") == "\\xff"
    assert len(plain("=" * 99_999)) <= MOST
