import pytest

from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting.replacing import json_string, replace_all

START = '[2,"1","StartTransaction",{"idTag":"AB", "meterStart":5,"parent":{"idTag" : "A\\u0042"},"note":"AB"}]'


@pytest.mark.parametrize(
    ("find", "put", "key", "expected", "count"),
    [
        ("AB", "C", "", START.replace("AB", "C"), 2),
        ("AB", "C", "idTag", START.replace('"idTag":"AB"', '"idTag":"C"').replace('"A\\u0042"', '"C"'), 2),
        ("", 'N"', "idTag", START.replace('"idTag":"AB"', '"idTag":"N\\""').replace('"A\\u0042"', '"N\\""'), 2),
        ("5", "77", "meterStart", START.replace(":5", ":77"), 1),
        ("5", "many", "meterStart", START.replace(":5", ':"many"'), 1),
        ("XY", "C", "idTag", START, 0),
        ("", "C", "", START, 0),
        ("idTag", "C", "idTag", START, 0),
    ],
)
def test_values_are_replaced_where_it_was_asked(find: str, put: str, key: str, expected: str, count: int) -> None:
    """Everywhere, or in the values of a key only; numbers stay numbers if they can, and all else is as it was."""
    binary = DraftFrame(b"AB", Party.CSMS, 0)
    found = replace_all([DraftFrame(START, Party.STATION, 1), binary], find, put, key)
    assert (found.frames[0].raw, found.count) == (expected, count)
    assert found.frames[1] is binary


def test_a_key_with_an_object_is_no_value() -> None:
    """Below an object or list of that name, other keys are other keys."""
    raw = '[2,"1","A",{"idToken":{"idToken":"AB","type":"AB"},"list":["AB"]}]'
    found = replace_all([DraftFrame(raw, Party.STATION, 0)], "AB", "C", "idToken")
    assert found.frames[0].raw == raw.replace('"idToken":"AB"', '"idToken":"C"')


def test_strings_are_written_as_json() -> None:
    """Quotes, controls and letters beyond ASCII are safe."""
    assert json_string('a"\n') == '"a\\"\\n"'
