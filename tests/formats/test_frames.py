"""Bare lists of frames, out and in."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.formats.frames import export_frames, file, in_array, spoken
from inspector.formats.intake import Imported, take
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, STATION, make_capture


def imported(lines: list[bytes], path: Path) -> Imported:
    """Import frames, one a line."""
    writer = Writer(path)
    try:
        return take(file(spoken(lines), "CP-7"), writer)
    finally:
        writer.close()


def test_frames_come_back_with_their_senders(tmp_path: Path) -> None:
    odd = [(STATION, b"\xff\xfe"), (STATION, '[2,"x",\n"Heartbeat",{}]')]
    path = make_capture(tmp_path / "a.db", [*BOOT, *BROKEN, *odd])
    with Reader(path) as reader:
        lines = list(export_frames(reader))
        before = [(each.sender, each.raw, each.action) for each in reader.page()]
    assert lines[0] == f"station> {BOOT[0][1]}".encode()
    assert (imported(lines, tmp_path / "b.db").frames, len(lines)) == (6, 6)
    with Reader(tmp_path / "b.db") as reader:
        after = [(each.sender, each.raw, each.action) for each in reader.page()]
        session = reader.session(1)
    assert after[:-1] == before[:-1]
    assert after[-1][1] == '[2,"x", "Heartbeat",{}]'
    assert (session.station, session.version, session.opened_ns) == ("CP-7", "1.6", 0)


def test_the_rules_know_that_nobody_knows_the_times(tmp_path: Path) -> None:
    """No clock is off, and nothing is late; only the version is a guess."""
    imported([str(raw).encode() for _, raw in BOOT], tmp_path / "a.db")
    with Reader(tmp_path / "a.db") as reader:
        assert [each.code for each in reader.findings()] == ["H001"]


def test_a_json_array_has_frames_or_their_texts() -> None:
    data = b'\xef\xbb\xbf[\n [2,"a","Heartbeat",{"n": 1.0}],\n "[3,\\"a\\",{}]"\n]'
    assert list(in_array(data)) == [(2, None, '[2,"a","Heartbeat",{"n": 1.0}]'), (3, None, '[3,"a",{}]')]
    with pytest.raises(InspectorError, match="no JSON array of frames"):
        list(in_array(b'[[2,"a"'))


def test_empty_lines_are_no_frames() -> None:
    assert list(spoken([b"\xef\xbb\xbf[2]\n", b"\n", b"csms> [3]\n"])) == [(1, None, "[2]"), (3, "csms", "[3]")]
