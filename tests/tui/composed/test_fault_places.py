"""Where faults are in a text: a value with its key, what is around it, a byte."""

import pytest

from inspector.tui.composed.fault_places import around, characters, fault_places

TEXT = '[2,"é",{"a":[1,2], "b":3, "b":{"c":4}}]'


@pytest.mark.parametrize(
    ("pointer", "offset", "there"),
    [
        ("/2/a/1", None, "2"),
        ("/2/a", None, '"a":[1,2]'),
        ("/2", None, TEXT[7:-1]),
        ("/0", None, "2"),
        ("/2/b/c", None, '"c":4'),
        ("/2/b", None, '"b":{"c":4}'),
        ("/2/b/gone", None, '"'),
        ("/9", None, "["),
        ("", None, "["),
        ("/2/a", 5, "é"),
        ("", 6, '"'),
        ("", 999, ""),
    ],
)
def test_a_fault_is_at_its_value(pointer: str, offset: int | None, there: str) -> None:
    """Of a key that stands twice the last counts; a byte goes before a pointer."""
    ((start, end, severity),) = fault_places(TEXT, [(pointer, offset, "warning")])
    assert severity == "warning"
    assert TEXT[start:end] == there


def test_faults_keep_their_order() -> None:
    places = fault_places(TEXT, [("/2/b", None, "error"), ("/0", None, "info")])
    assert [severity for _, _, severity in places] == ["error", "info"]


def test_what_is_no_json_has_places_too() -> None:
    assert fault_places("hello", [("/1", None, "error"), ("", 2, "error")]) == [(0, 1, "error"), (2, 3, "error")]


def test_values_around_a_pointer_come_from_the_inside() -> None:
    assert list(around("/a/b~1c/0")) == ["/a/b~1c/0", "/a/b~1c", "/a"]


@pytest.mark.parametrize(("offset", "count"), [(0, 0), (1, 1), (2, 1), (3, 2), (6, 3), (7, 3), (99, 4), (-1, 0)])
def test_bytes_are_turned_into_characters(offset: int, count: int) -> None:
    assert characters("aé漢\ud800", offset) == count
