"""Places of frames as people name them."""

import pytest

from inspector.errors import InspectorError
from inspector.replay.pattern import change, change_everywhere, changes, pattern


@pytest.mark.parametrize(
    ("text", "action", "pointer", "fits"),
    [
        ("/3/idTag", "Authorize", "/3/idTag", True),
        ("/3/idTag", "Authorize", "/3/idTag/x", False),
        ("Authorize:/3/idTag", "Authorize", "/3/idTag", True),
        ("Authorize:/3/idTag", "StartTransaction", "/3/idTag", False),
        ("/2/*/timestamp", "", "/2/7/timestamp", True),
        ("/2/*/timestamp", "", "/2/7/8/timestamp", False),
        ("/2/**/timestamp", "", "/2/7/8/timestamp", True),
        ("/2/**/timestamp", "", "/2/timestamp", True),
        ("/2/a.c", "", "/2/abc", False),
        ("/2/a~1b", "", "/2/a~1b", True),
    ],
)
def test_a_pattern_is_a_pointer_with_wildcards(text: str, action: str, pointer: str, fits: bool) -> None:
    assert pattern(text).fits(action, pointer) is fits


@pytest.mark.parametrize("text", ["", "idTag", "Authorize", "Authorize:idTag", "a b:/3", ":x"])
def test_what_is_no_place_is_one_line(text: str) -> None:
    with pytest.raises(InspectorError, match="no place in a frame"):
        pattern(text)


def test_a_change_has_a_place_and_a_value() -> None:
    made = change("StartTransaction:/3/idTag=A=B")
    assert (made.where.action, made.value) == ("StartTransaction", "A=B")
    everywhere = change_everywhere("idTag=X")
    assert everywhere.where.fits("Any", "/3/idTag")
    assert everywhere.where.fits("Any", "/3/a/0/idTag")
    assert not everywhere.where.fits("Any", "/3/idTagInfo")


def test_several_changes_stand_on_one_line() -> None:
    """Places have a slash before their value, names have none; both are quoted as on a command line."""
    made = changes("""idTag=A/B  Authorize:/3/idTag='C D' /2/a\\ b=1""")
    assert [(each.told, each.value) for each in made] == [
        ("idTag", "A/B"),
        ("Authorize:/3/idTag", "C D"),
        ("/2/a b", "1"),
    ]
    assert made[0].where.fits("Any", "/3/a/idTag")
    assert changes(" ") == ()
    for text in ("idTag", "/3/idTag", "idTag='x"):
        with pytest.raises(InspectorError):
            changes(text)


@pytest.mark.parametrize(
    ("read", "text"), [(change, "/3/idTag"), (change_everywhere, "idTag"), (change_everywhere, "=x"), (change, "x=1")]
)
def test_a_change_without_its_parts_is_one_line(read: object, text: str) -> None:
    with pytest.raises(InspectorError):
        read(text)  # type: ignore[operator]
