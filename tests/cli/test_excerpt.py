"""Frames cut around what is wrong with them."""

import pytest
from rich.cells import cell_len

from inspector.cli.excerpt import CUT, Excerpt, excerpts, places, text_of

FRAME = '[2,"é","Heartbeat",{"a":{"b":[1,"充電",true]}}]'


@pytest.mark.parametrize(
    ("pointer", "offset", "begins"),
    [
        ("/0", None, "2"),
        ("/1", None, '"é"'),
        ("/3", None, '{"a"'),
        ("/3/a/b/1", None, '"充電"'),
        ("/3/a/b/2", None, "true"),
        ("/3/a/missing", None, '{"b"'),
        ("/3/a/missing/deep", None, '{"b"'),
        ("", 7, ',"Heartbeat"'),
        ("", 0, "["),
        ("/3", 7, ',"Heartbeat"'),
    ],
)
def test_a_place_is_told_by_offset_in_bytes_or_else_by_pointer(pointer: str, offset: int | None, begins: str) -> None:
    """What is missing is missing in the object that should have it."""
    (place,) = places(FRAME, [(pointer, offset)])
    assert place is not None
    assert FRAME[place:].startswith(begins)


def test_a_fault_of_the_whole_frame_has_no_place() -> None:
    assert places(FRAME, [("", None), ("/9", None)]) == [None, None]


def test_bytes_that_are_no_text_are_counted_as_they_are_shown() -> None:
    raw = b'["\xff\xfe"\x00'
    (place,) = places(raw, [("", 5)])
    assert text_of(raw)[place:] == "\x00"


def at(text: str, found: list[Excerpt], place: int) -> str:
    """Return what a caret below an excerpt would point at, by cells."""
    excerpt = next(each for each in found if place in each.cells)
    cells = excerpt.cells[place]
    for index in range(len(excerpt.text) + 1):
        if cell_len(excerpt.text[:index]) == cells:
            return excerpt.text[index:]
    raise AssertionError("it points into the middle of a letter")


def test_a_frame_that_fits_is_whole_and_shared_by_all_places() -> None:
    (excerpt,) = excerpts(FRAME, [25, 3, 3], 100)
    assert excerpt.text == FRAME
    assert list(excerpt.cells) == [3, 25]


LONG = '[2,"充","x",{' + ",".join(f'"key{number}":"\x1b[3{number}m充電\u202e"' for number in range(300)) + "}]"


@pytest.mark.parametrize("width", [20, 40, 99, 100, 200])
@pytest.mark.parametrize("place", [0, 5, 13, 500, 2000, len(LONG) - 30, len(LONG) - 1, len(LONG)])
def test_a_long_frame_is_cut_and_the_caret_is_under_its_place(width: int, place: int) -> None:
    """Whatever stands before it: wide letters, and what had to be made harmless."""
    found = list(excerpts(LONG, [place], width))
    text = found[0].text
    assert cell_len(text) <= width
    assert found[0].cells[place] < width
    assert text.startswith(CUT) == (LONG[:1] not in text[:1])
    rest = at(LONG, found, place)
    assert rest[:1] in {"␛", "\\", CUT} or rest[:1] == LONG[place : place + 1]
    assert not {"\x1b", "\u202e"} & set(text)


def test_places_that_are_near_share_a_line_and_others_get_their_own() -> None:
    found = list(excerpts(LONG, [3000, 20, 24], 80))
    assert [list(each.cells) for each in found] == [[20, 24], [3000]]


def test_a_frame_of_megabytes_is_cut_at_once() -> None:
    text = "x" * 50_000_000
    (excerpt,) = excerpts(text, [25_000_000], 80)
    assert cell_len(excerpt.text) == 80
