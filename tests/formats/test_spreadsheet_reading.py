"""CSV of the frame table, read back."""

from pathlib import Path

from inspector.formats.intake import Announced, Fault
from inspector.formats.spreadsheet import export_csv
from inspector.formats.spreadsheet_reading import file, is_table
from inspector.store.reader import Reader
from inspector.store.timeline import Moment
from tests.factories import BOOT, CSMS, STATION, make_capture

HEAD = b"time,sender,raw\n"


def read(*lines: bytes) -> tuple[list[Announced], list[Moment], list[Fault]]:
    """Read a table: its sessions, its frames, and what could not be read."""
    items = list(file(lines, "CP-9").items)
    kinds = (Announced, Moment, Fault)
    return tuple([item for item in items if isinstance(item, kind)] for kind in kinds)  # type: ignore[return-value]


def test_what_was_exported_comes_back(tmp_path: Path) -> None:
    """Two sessions of a station each stay one; a text that would be a formula is what it was."""
    formula = (STATION, "=1+1")
    with Reader(make_capture(tmp_path / "a.db", BOOT, [*BOOT, formula, (CSMS, "'x")])) as reader:
        exported = [f"{line}\r\n".encode() for line in export_csv(reader)]
        recorded = list(reader.pages())
    sessions, frames, faults = read(*exported)
    assert [session.row.opened.station for session in sessions] == ["CP-1", "CP-2"]
    assert [frame.session for frame in frames] == [1, 1, 2, 2, 2, 2]
    assert [(frame.event.sender, frame.event.raw) for frame in frames] == [  # type: ignore[union-attr]
        (frame.sender, frame.raw) for frame in recorded
    ]
    assert faults == []


def test_a_spreadsheet_may_have_written_it_anew() -> None:
    sessions, frames, _ = read(
        b"\xef\xbb\xbfraw;sender;time\r\n", b'"[2,""a"",""Heartbeat"",{}]";station;2026-01-01T00:00:00Z\r\n'
    )
    assert sessions[0].row.opened.station == "CP-9"
    assert frames[0].event.raw == '[2,"a","Heartbeat",{}]'  # type: ignore[union-attr]


def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_kept() -> None:
    good = b"2026-01-01T00:00:00Z,csms,nonsense\n"
    cut = b"2026-01-01T00:00:00Z,csms,%s\n" % (b"x" * 40_000)
    _, frames, faults = read(HEAD, good, b"soon,csms,x\n", b"2026-01-01T00:00:00Z,nobody,x\n", b"\n", b"1\n", cut, good)
    assert len(frames) == 2
    assert [fault.line for fault in faults] == [3, 4, 6, 7]
    assert "neither station nor csms" in faults[1].words
    assert "longer than a cell" in faults[3].words


def test_a_first_line_that_no_table_has_is_no_error_of_ours() -> None:
    """Python's reader raises at a cell of more than 128 KiB."""
    assert not is_table(bytes(200_000))
    assert read(bytes(200_000), b"\n", b"a,b\n")[2][0].line == 3
