"""The pieces that JSON text is coloured by."""

import pytest

from inspector.tui.composed.json_pieces import next_piece, pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"a": 1,', [("key", '"a"'), ("punctuation", ":"), ("number", "1"), ("punctuation", ",")]),
        ('"a" , -1.5e+3', [("string", '"a"'), ("punctuation", ","), ("number", "-1.5e+3")]),
        ('"a\\":b" true', [("string", '"a\\":b"'), ("literal", "true")]),
        ('"never ends', [("string", '"never ends')]),
        ("}]", [("punctuation", "}"), ("punctuation", "]")]),
        ("\x00nul", [("punctuation", "\x00"), ("literal", "nul")]),
        ("", []),
    ],
)
def test_pieces_are_found_also_in_what_is_no_json(text: str, found: list[tuple[str, str]]) -> None:
    assert [(kind, text[start:end]) for kind, start, end in pieces(text)] == found


def test_only_the_part_is_walked() -> None:
    assert list(pieces('{"a": [1, 2]}', 7, 8)) == [("number", 7, 8)]


def test_the_next_piece_is_found_from_a_place_on() -> None:
    assert next_piece('{"a": [1]}', 6) == ("punctuation", 6, 7)
    assert next_piece('{"a": [1]}', 10) is None
