"""Where the published copies differ: each note fits the official file, and says who takes what."""

import json
from importlib import resources

import pytest

from inspector.protocol import actions
from inspector.protocol.overlay import Overlay, laid, overlays, place
from inspector.protocol.schema import Part, document
from inspector.protocol.version import Version

OVERLAYS = [
    overlay
    for version in Version
    for action in actions.table(version)
    for part in Part
    for overlay in overlays(version, action, part)
]

each_overlay = pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda one: f"{one.action}{one.pointer}")


def official(overlay: Overlay) -> dict[str, object]:
    """Return the place of the official schema that a note is about."""
    whole = document(Version(overlay.version), overlay.action, Part(overlay.part))
    found: dict[str, object] = place(whole, overlay.pointer)
    return found


def test_every_note_is_about_a_message_there_is() -> None:
    text = resources.files("inspector.schemas").joinpath("overlays.json").read_text("utf-8")
    assert len(OVERLAYS) == len(json.loads(text)) > 0


@each_overlay
def test_the_official_file_lies_between_the_strictest_and_the_most_lenient(overlay: Overlay) -> None:
    """A note on a keyword that is not there, or that a newer package has settled, would lie."""
    value = official(overlay)[overlay.keyword]
    if overlay.keyword == "enum":
        assert isinstance(value, list)
        assert overlay.values
    else:
        assert value in (overlay.strict, overlay.lenient)
        assert overlay.strict != overlay.lenient


@each_overlay
def test_strict_and_lenient_differ_in_that_keyword_only(overlay: Overlay) -> None:
    """And the schema that was given stays as it was."""
    whole = document(Version(overlay.version), overlay.action, Part(overlay.part))
    before = json.dumps(whole)
    strict, lenient = (laid(whole, (overlay,), strict=strict) for strict in (True, False))
    assert json.dumps(whole) == before
    keyword, there = overlay.keyword, overlay.pointer
    assert place(strict, there)[keyword] != place(lenient, there)[keyword]
    del place(strict, there)[keyword], place(lenient, there)[keyword]
    assert strict == lenient


@each_overlay
def test_each_note_says_who_takes_what_and_what_to_do(overlay: Overlay) -> None:
    """In sentences for people."""
    assert "schema" in overlay.copies
    assert len(overlay.reason) > 20


def test_the_fields_that_lead_to_a_place_have_no_indices() -> None:
    overlay = Overlay("1.6", "A", "request", "/properties/a/items/properties/items", "minItems", "", "")
    assert overlay.fields == ("a", "items")


@pytest.mark.parametrize(
    ("keyword", "taken", "refused"),
    [("minItems", [1, 2], [1]), ("maxLength", "xx", "xxx"), ("enum", "a", "b"), ("enum", "a", ["a"]), ("enum", "a", 7)],
)
def test_a_note_takes_what_the_most_lenient_copy_takes(keyword: str, taken: object, refused: object) -> None:
    overlay = Overlay("1.6", "A", "request", "/properties/a", keyword, "", "", lenient=2, values=("a",))
    assert overlay.takes(taken)
    assert not overlay.takes(refused)


def test_a_schema_without_notes_is_itself() -> None:
    whole = document(Version.V16, "Heartbeat", Part.REQUEST)
    assert laid(whole, (), strict=True) is whole
