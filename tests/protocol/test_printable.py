"""The render boundary: what comes out can be written to any terminal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.printable import visible, visible_in_place, visible_raw
from tests.tui.conftest import HOSTILE, UNSAFE

NASTY = "\x00\x07\x1b\x7f\x80\x9b\x9f\u061c\u200b\u200f\u2028\u202e\u2060\u2066\u2069\ufeff\U000e0041\ud800\udfff"
ANY_TEXT = st.text(st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=())))
"""All of Unicode, lone surrogates too, and what is dangerous more often than chance would have it."""

PATIENT = settings(deadline=None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00", "␀"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("\x1b]0;x\x07", "␛]0;x␇"),
        ("\x7f", "␡"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202e", "\\u202e"),
        ("\u200b", "\\u200b"),
        ("\u2028", "\\u2028"),
        ("\ufeff", "\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_can_not_be_seen_is_shown(text: str, shown: str) -> None:
    """Control characters by their pictures, the others by their numbers."""
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["", "CP-017", "Zürich 漢字 🔌", "é\u0301", "[/foo]", "\\x9b"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@PATIENT
@given(ANY_TEXT)
def test_nothing_unsafe_is_left(text: str) -> None:
    assert not UNSAFE.search(visible(text))


@PATIENT
@given(ANY_TEXT)
def test_the_result_can_be_written(text: str) -> None:
    """Lone surrogates can't be encoded; none is left."""
    visible(text).encode()


@PATIENT
@given(ANY_TEXT)
def test_twice_is_as_good_as_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_other_letters_without_a_shape_are_shown_too() -> None:
    """Unicode calls them default ignorable: ``CP-1`` with one in it looks like ``CP-1`` and is another station."""
    shapeless = "\u034f\u115f\u1160\u180e\u206a\u206f\u3164\uffa0\U000e0100"
    assert [ascii(letter) for letter in shapeless if visible(letter) == letter] == []


@pytest.mark.parametrize(
    ("most", "shown"), [(None, "abcdefgh"), (9, "abcdefgh"), (8, "abcdefgh"), (7, "abcdef…"), (2, "a…"), (1, "…")]
)
def test_what_is_too_long_is_cut(most: int | None, shown: str) -> None:
    assert visible("abcdefgh", most) == shown


@PATIENT
@given(ANY_TEXT, st.integers(1, 20))
def test_what_is_cut_is_a_beginning(text: str, most: int) -> None:
    """Of the original, never of the escapes: none is cut in its middle."""
    shown = visible(text, most)
    assert shown == (visible(text) if len(text) <= most else visible(text[: most - 1]) + "…")


@PATIENT
@given(ANY_TEXT)
def test_in_place_each_character_is_shown_by_one(text: str) -> None:
    """So that an editor's columns are those of the text."""
    shown = visible_in_place(text)
    assert len(shown) == len(text)
    assert not UNSAFE.search(shown)
    assert all((there == here) == (visible(here) == here) for there, here in zip(shown, text, strict=True))


def test_bytes_that_are_no_text_are_shown_as_numbers() -> None:
    assert visible_raw(b"\xff[2,\x1b\x00") == "\\xff[2,␛␀"


def test_bytes_that_are_text_are_shown_as_text() -> None:
    assert visible_raw("Zürich 漢".encode()) == "Zürich 漢"


@PATIENT
@given(st.binary(), st.none() | st.integers(1, 20))
def test_any_bytes_can_be_shown(raw: bytes, most: int | None) -> None:
    assert not UNSAFE.search(visible_raw(raw, most))


@PATIENT
@given(ANY_TEXT.filter(lambda text: not UNSAFE.search(text)), st.integers(1, 20))
def test_bytes_are_cut_where_their_text_is(text: str, most: int) -> None:
    """Also in the middle of letters of several bytes."""
    assert visible_raw(text.encode(), most) == visible_raw(text, most)


def test_a_hostile_name_is_readable() -> None:
    """Nothing is dropped: who reads it sees what was tried."""
    assert visible(HOSTILE) == (
        "␛]0;PWNED␇[/foo][@click=app.quit]x[/]␛[2JGOTCHA\\x9b31m␡\\u202eevil\\u2066\\u200b\\ud800[bold"
    )
