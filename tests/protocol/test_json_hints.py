"""What is wrong with text that is not JSON: how such text is usually mended, and how it is shown."""

import json

import pytest
from hypothesis import given

from inspector.protocol.json_hints import explain, show
from inspector.protocol.json_places import MOST_WALKED
from tests.protocol.documents import anything, derandomized


def explained(text: str) -> tuple[int, str, str]:
    """Explain what the standard library says of a text that is not JSON."""
    with pytest.raises(json.JSONDecodeError) as caught:
        json.JSONDecoder().decode(text)
    return explain(text, caught.value)


HINTS = {
    "key without a value": ('{"transactionId":,"x":1}', "leave the key out"),
    "key without a value, last": ('{"transactionId": }', "leave the key out"),
    "single quotes": ("['a']", "double quotes"),
    "bare key": ("{key: 1}", "double quotes"),
    "bare string": ("[Accepted]", "double quotes"),
    "comma before the bracket": ("[1,]", "remove the comma"),
    "comma before the brace": ('{"a":1, }', "remove the comma"),
    "two commas": ("[1,,2]", "comma that follows no value"),
    "comma first": ("[,1]", "comma that follows no value"),
    "no comma": ('[{"a":1} {"b":1}]', "put a comma"),
    "no comma between members": ('{"a":"x" "b":1}', "put a comma"),
    "no colon": ('{"a" 1}', "a comma or a colon"),
    "NUL tail": ("[1]\x00", "send the length of the text"),
    "NUL after a cut": ("[1\x00", "send the length of the text"),
    "UTF-16, little end first": ("[\x002\x00,\x00", "UTF-16"),
    "UTF-16, big end first": ("\x00[\x002\x00,", "UTF-16"),
    "NUL in a string": ('["a\x00"]', "at its first NUL"),
    "two frames": ("[1][2]", "one message in a frame"),
    "text after it": ("[1]x", "nothing after it"),
    "byte order mark": ("\ufeff[1]", "without a byte order mark"),
    "byte order mark inside": ("[\ufeff1]", "nowhere in JSON"),
    "control character": ('["\t"]', "escape it"),
    "cut": ("[1,", "cut it short"),
    "cut in an escape": ('["\\u00', "cut it short"),
    "Python's word": ("[True]", "true, false and null"),
    "JavaScript's word": ('{"a":undefined}', "true, false and null"),
    "plus": ("[+1]", "no plus sign"),
    "leading zero": ("[01]", "no zero in front"),
    "point first": ("[.5]", "digits around the point"),
    "point last": ("[5.]", "digits around the point"),
    "comment": ("[1, // one\n2]", "no comments"),
    "stray backslash at the end": ('[{"idTag":"336699\\"}]', "a backslash before the closing quote"),
    "stray backslash": ('[{"idTag":"336699\\","b":"x"}]', "a backslash before the closing quote"),
    "path of Windows": ('["C:\\x"]', "write a backslash as \\\\"),
    "no-break space": ("[1,\xa02]", "only space, tab, CR and LF"),
    "who knows": ("[1;2]", "broken at this place"),
}


@pytest.mark.parametrize(("text", "hint"), HINTS.values(), ids=HINTS)
def test_a_fault_says_how_to_mend_it(text: str, hint: str) -> None:
    """What is usually wrong in the field has a hint of its own, on every Python."""
    assert hint in explained(text)[2]


@pytest.mark.parametrize("text", ['[2,"id', '[2,"1","A",{"k":"é', '["a\\', '["\\u00'])
def test_a_text_cut_inside_a_string_is_called_cut(text: str) -> None:
    """A full buffer cuts anywhere, and most of a frame is strings."""
    position, message, hint = explained(text)
    assert position == len(text)
    assert "cut it short" in hint
    assert message.startswith("the text ends before the JSON does")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('[2,"1","A",{"a":[{"b":"é', '"}]}]'),
        ('[2,"1","A",{"a":[{"b":"\\"', '"}]}]'),
        ('[2,"1","A",{"a":[{"b":"x"', "}]}]"),
        ('[2,"1"', "]"),
        ('[[{"a":' * 60 + "1", "}]]}]]}]]}]]"),
    ],
)
def test_a_cut_text_is_told_what_would_close_it(text: str, missing: str) -> None:
    """As far as anyone wants to read it."""
    assert f"`{missing}` is missing" in explained(text)[1]


def test_of_a_huge_text_it_is_only_told_that_it_is_cut() -> None:
    """No text may cost more than a bounded walk."""
    assert explained(f'["{"x" * MOST_WALKED}",')[1] == "the text ends before the JSON does"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc", "`abc`"),
        ('a"b\\n', '`a"b\\\\n`'),
        ("\x00\x1b\n", "`\\u0000\\u001b\\n`"),
        ("x" * 13, "`" + "x" * 12 + "`..."),
        ("é\ud800", "`é\\ud800`"),
    ],
)
def test_what_is_shown_can_be_read_and_written(text: str, shown: str) -> None:
    """Control characters and half surrogate pairs are spelt out, and it is short."""
    assert show(text) == shown
    show(text).encode()


@derandomized
@given(anything)
def test_every_text_that_is_not_json_is_explained(text: str) -> None:
    """At a place inside of it, with words and a hint that can be written down."""
    try:
        json.JSONDecoder(parse_int=str).decode(text)
    except json.JSONDecodeError as error:
        position, message, hint = explain(text, error)
        assert 0 <= position <= len(text)
        assert message.encode()
        assert hint
