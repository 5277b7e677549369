import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.tui.drafting.editable import Editable, compact, is_json

BOOT = '[2, "a",  "BootNotification",{"vendor":"x y", "list":[1,{"e":{}}],"none":[]}]'


def test_a_frame_is_broken_into_lines() -> None:
    """Objects and lists are indented; the frame's own array begins on one line."""
    assert Editable(BOOT).text == (
        '[2, "a", "BootNotification", {\n  "vendor": "x y",\n  "list": [\n    1,\n    {\n      "e": {}\n    }\n  ],\n'
        '  "none": []\n}]'
    )


ODD = (BOOT, ' [3,"a",{}]\n', "[2,", "", "not JSON\n{", '{"a":[1 , 2]}', "[" * 200 + "]" * 200)


@pytest.mark.parametrize("raw", ODD)
def test_what_is_not_touched_stays_byte_for_byte(raw: str) -> None:
    """Text that was not edited stands for the very frame, however it was written."""
    editable = Editable(raw)
    assert editable.raw_of(editable.text) == raw


def test_only_the_edited_value_changes() -> None:
    """The space of the frame around an edited value is as it was."""
    text = Editable(BOOT).text
    assert Editable(BOOT).raw_of(text.replace("x y", "x  z")) == BOOT.replace("x y", "x  z")
    assert Editable(BOOT).raw_of(text.replace("1,\n", "12,\n")) == BOOT.replace("[1,", "[12,")


def test_what_is_typed_between_values_is_compact() -> None:
    """A new member comes without the space that was typed around it; strings keep theirs."""
    text = Editable('[3,"a",{"b":1}]').text
    typed = text.replace('"b": 1', '"b": 1,\n  "c d" : [ 1, "e  f" ]')
    assert Editable('[3,"a",{"b":1}]').raw_of(typed) == '[3,"a",{"b":1,"c d":[1,"e  f"]}]'
    assert compact(' { "a \\" b" :\n 1 } ') == '{"a \\" b":1}'


def test_text_that_breaks_is_taken_as_it_is() -> None:
    """An edit that makes it no JSON is the frame all the same: broken frames are for testing."""
    assert Editable('[3,"a",{"b":1}]').raw_of('[3, "a", {\n  "b": 1\n') == '[3,"a",{"b":1'
    assert Editable("[3,").raw_of("[3, x\ny") == "[3, x\ny"
    assert not is_json("[3,")
    assert is_json('{"a":1}')


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_any_edit_keeps_its_meaning(before: object, after: object) -> None:
    """Whatever JSON becomes what other JSON, the frame means what the text says."""
    raw = json.dumps([2, "a", "B", before])
    typed = json.dumps([2, "a", "B", after], indent=1)
    assert json.loads(Editable(raw).raw_of(typed)) == json.loads(typed)
