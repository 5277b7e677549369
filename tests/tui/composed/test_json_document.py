"""The document of an editor: no character of it is lost, and each is as wide as it is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.document._document_navigator import DocumentNavigator
from textual.geometry import Offset

from inspector.tui.composed.json_document import JsonDocument, Unwrapped, column_at, width

ODD = "a\x1b[2J\u2028b\r\nc\x85\x0b\x0c漢\u200b\ud800\n\n"

PATIENT = settings(deadline=None, max_examples=60)


@PATIENT
@given(st.text("ab\n\r\u2028\x85\x1c漢\ud800", max_size=30))
def test_a_text_is_kept_as_it_is(text: str) -> None:
    """Only a newline ends a line: the others may stand in JSON."""
    document = JsonDocument(text)
    assert document.text == text
    assert document.line_count == text.count("\n") + 1


@PATIENT
@given(st.text("ab\n\r\u2028", max_size=20), st.text("xy\n\x85", max_size=8), st.data())
def test_what_is_replaced_is_given_back(text: str, insert: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    document = JsonDocument(text)
    places = document.locations([start, end])
    result = document.replace_range(places[0], places[1], insert)
    assert document.text == text[:start] + insert + text[end:]
    assert result.replaced_text == text[start:end]
    assert document.offset(result.end_location) == start + len(insert)


def test_a_line_is_shown_without_what_could_harm() -> None:
    document = JsonDocument(ODD)
    assert document.get_line(0) == "a␛[2J�b␍"
    assert document.get_line(1) == "c�␋␌漢��"
    assert [len(document.get_line(row)) for row in range(4)] == [len(line) for line in document.lines]
    assert document.get_size(4) == (8, 4)


@pytest.mark.parametrize("line", ["abc", "a漢c", "\x1b\u200b漢", ""])
def test_cells_and_columns_agree(line: str) -> None:
    for column in range(len(line) + 1):
        assert column_at(line, width(line, column)) == column
    assert column_at(line, 99) == len(line)
    assert column_at(line, -1) == 0


def test_places_beyond_the_text_are_its_end() -> None:
    assert JsonDocument("ab\nc").locations([0, 2, 3, 4, 99]) == [(0, 0), (0, 2), (1, 0), (1, 1), (1, 1)]


def test_no_line_is_wrapped() -> None:
    document = JsonDocument("x" * 500 + "\n漢漢")
    unwrapped = Unwrapped(document)
    assert unwrapped.height == 2
    assert unwrapped.location_to_offset((1, 1)) == Offset(2, 1)
    assert unwrapped.offset_to_location(Offset(3, 9)) == (1, 1)
    assert unwrapped.get_target_document_column(1, 2, 0) == 1
    navigator = DocumentNavigator(unwrapped)
    assert navigator.get_location_below((0, 1)) == (1, 0)
    assert navigator.get_location_end((0, 3)) == (0, 500)
