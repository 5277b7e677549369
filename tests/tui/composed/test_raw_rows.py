"""Frames as they came: each byte, where it is, and where it stops being right."""

import pytest

from inspector.protocol.frame import MessageType
from inspector.store.rows import FindingRow
from inspector.tui.composed.raw_rows import MOST_RAW, raw_page
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding, make_frame


def shown(raw: str | bytes, *findings: FindingRow, width: int = 60) -> list[str]:
    """Lay out a raw frame."""
    laid = raw_page(make_frame(raw, MessageType.INVALID), findings, width)
    return ["".join(text for text, _ in laid.line(row)) for row in range(len(laid))]


def test_text_is_broken_at_the_width_with_its_offsets() -> None:
    assert shown("abcdefghijklmnopqrstuvwxyz", width=18) == [
        "26 bytes of text",
        "000000  abcdefghij",
        "00000a  klmnopqrst",
        "000014  uvwxyz",
    ]


def test_offsets_count_bytes_and_width_counts_cells() -> None:
    """An é has two bytes and one cell, a Chinese letter three and two; what is escaped has as many as it shows."""
    assert shown("éééé漢漢漢漢\x1b\x1b\u202e", width=18) == [
        "25 bytes of text",
        "000000  éééé漢漢漢",
        "000011  漢␛␛\\u202e",
    ]


def test_what_is_no_text_is_shown_in_hex_and_letters() -> None:
    assert shown(b'[2,"\xff\xfe\x1b]0;x\x07"]', width=90)[1] == (
        "000000  5b 32 2c 22 ff fe 1b 5d 30 3b 78 07 22 5d        " + '[2,"···]0;x·"]'
    )
    assert shown(bytes(16), width=60)[2] == "000008  00 00 00 00 00 00 00 00  ········"


@pytest.mark.parametrize(
    ("raw", "offset", "row"),
    [
        ('[2,"m-1",]', 9, '000000  [2,"m-1",▼]'),
        ('["é漢",]', 9, '000000  ["é漢",▼]'),
        ('["漢",]', 4, '000000  ["▼漢",]'),
        ("\x1b\x1bx", 2, "000000  ␛␛▼x"),
        (b'[2,"\xff"]', 4, '000000  5b 32 2c 22 ▼ff 22 5d     [2,"·"]'),
        ('[2,"a","A",{}]\x00\x00', 14, '000000  [2,"a","A",{}]▼␀␀'),
        ("[2,", 3, "000000  [2,▼"),
        ("", 0, "000000  ▼"),
    ],
)
def test_a_mark_stands_at_the_byte_and_the_finding_below_it(raw: str | bytes, offset: int, row: str) -> None:
    lines = shown(raw, make_finding("", offset, message="broken", hint=""))
    assert lines[1:3] == [row, f"        ✖ S101 broken at byte {offset}"]


def test_each_finding_stands_below_its_row() -> None:
    lines = shown("x" * 70, make_finding("", 45, hint=""), make_finding("", 2, hint=""), width=44)
    assert lines[1:] == [
        "000000  xx▼" + "x" * 34,
        "        ✖ S101 is wrong at byte 2",
        "000024  " + "x" * 9 + "▼" + "x" * 25,
        "        ✖ S101 is wrong at byte 45",
    ]


@pytest.mark.parametrize("letter", ["x", "漢"])
def test_of_a_long_frame_the_part_around_its_fault_is_shown(letter: str) -> None:
    size = len((letter * 300_000).encode())
    lines = shown(letter * 300_000, make_finding("", 200_001), width=100)
    assert any("▼" in line for line in lines)
    assert lines[0] == f"{size:,} bytes of text"
    assert lines[1].endswith("before: F3 shows all of it")
    assert lines[-1].endswith("more: F3 shows all of it")
    assert sum(len(line.encode()) for line in lines) < 1.5 * MOST_RAW


def test_a_fault_beyond_its_bytes_has_no_mark() -> None:
    assert not any("▼" in line for line in shown("abc", make_finding("", 77), make_finding("", -5)))


@pytest.mark.parametrize("raw", [HOSTILE, HOSTILE.encode("utf-8", "surrogatepass")], ids=["text", "bytes"])
def test_hostile_bytes_are_harmless(raw: str | bytes) -> None:
    """Also a lone surrogate, which text can't have on a wire."""
    assert not UNSAFE.search("".join(shown(raw, make_finding("", 12))))
