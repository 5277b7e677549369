"""What JSON allows and readers differ about: found where it stands, and nothing else is found."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.json_oddities import MOST_TOLD, Oddity, Oddness, oddities
from inspector.protocol.json_places import MOST_WALKED, spans
from inspector.protocol.json_text import JsonFault, parse
from tests.protocol.documents import damaged, derandomized, written

REPEATED, LONE, HUGE = Oddness.REPEATED_KEY, Oddness.LONE_SURROGATE, Oddness.HUGE_NUMBER


def found(text: str) -> list[Oddity]:
    return oddities(text, repeated=parse(text)[1])


ODD = {
    "twice": ('{"a":1,"a":2}', [Oddity(REPEATED, 7, "/a", '"a"')]),
    "three times": ('{"a":1,"a":2,"a":3}', [Oddity(REPEATED, 7, "/a", '"a"')]),
    "two keys": (
        '{"a":1,"b":2,"a":3,"b":4}',
        [Oddity(REPEATED, 13, "/a", '"a"'), Oddity(REPEATED, 19, "/b", '"b"')],
    ),
    "by an escape": ('{"a":1,"\\u0061":2}', [Oddity(REPEATED, 7, "/a", '"\\u0061"')]),
    "in two objects": (
        '[{"a":1,"a":1},{"a":1},{"a":1,"a":1}]',
        [Oddity(REPEATED, 8, "/0/a", '"a"'), Oddity(REPEATED, 30, "/2/a", '"a"')],
    ),
    "behind a container": ('{"a":[{"a":1}],"a":{}}', [Oddity(REPEATED, 15, "/a", '"a"')]),
    "lone half": ('["x\\ud800y"]', [Oddity(LONE, 3, "/0", "\\ud800")]),
    "second half alone": ('["\\uDC00"]', [Oddity(LONE, 2, "/0", "\\uDC00")]),
    "halves in the wrong order": ('["\\udc00\\ud800"]', [Oddity(LONE, 2, "/0", "\\udc00")]),
    "half before a pair": ('["\\ud800\\ud83d\\ude00"]', [Oddity(LONE, 2, "/0", "\\ud800")]),
    "half behind a backslash": ('["\\\\\\ud800"]', [Oddity(LONE, 4, "/0", "\\ud800")]),
    "half in a key": ('{"\\ud800":1}', [Oddity(LONE, 2, "/\ud800", "\\ud800")]),
    "half in the text itself": ('["\ud800"]', [Oddity(LONE, 2, "/0", "\\ud800")]),
    "huge": ("[1,-1e400]", [Oddity(HUGE, 3, "/1", "-1e400")]),
    "just too large": ("[1.7976931348623159e308]", [Oddity(HUGE, 1, "/0", "1.7976931348623159e308")]),
    "300 digits and an exponent": (f"[{'9' * 300}e9]", [Oddity(HUGE, 1, "/0", "9" * 40 + "...")]),
    "in the order of the text": (
        '{"a":1e400,"a":"\\ud800"}',
        [Oddity(HUGE, 5, "/a", "1e400"), Oddity(REPEATED, 11, "/a", '"a"'), Oddity(LONE, 16, "/a", "\\ud800")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), ODD.values(), ids=ODD)
def test_an_oddity_is_found_where_it_stands(text: str, expected: list[Oddity]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"A":2,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
        '["\\ud83d\\ude00", "\\\\ud800", "\\u00e9", "😀"]',
        '[1.7976931348623157e308, -1e308, 1e-400, 5e-324, 0e999, "1e400", "' + "9" * 400 + '"]',
        "[" + "9" * 300 + "]",
    ],
    ids=["keys", "pairs", "numbers", "300 digits"],
)
def test_what_every_reader_reads_alike_is_no_oddity(text: str) -> None:
    """Keys in objects of their own, whole pairs, numbers that only lose digits or become zero."""
    assert found(text) == []


@derandomized
@given(written() | damaged())
def test_an_oddity_is_what_it_is_called(text: str) -> None:
    """Compared with what the standard library reads; every pointer leads to a value."""
    try:
        _, repeated = parse(text)
    except JsonFault:
        return
    odd = found(text)
    kinds = {one.kind for one in odd}
    assert (REPEATED in kinds) == repeated
    assert (LONE in kinds) == any(has_half(string) for string in strings(text))
    assert (HUGE in kinds) == any(map(math.isinf, floats(text)))
    assert {one.pointer for one in odd} <= set(spans(text))


def has_half(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def strings(text: str) -> list[str]:
    """Return all strings of a text, keys that come twice among them."""
    return [string for string in scalars(text) if isinstance(string, str)]


def floats(text: str) -> list[float]:
    read: list[float] = []
    json.loads(
        text, parse_float=lambda lexeme: read.append(float(lexeme)), parse_int=lambda lexeme: read.append(float(lexeme))
    )
    return read


def scalars(text: str) -> list[Any]:
    read: list[Any] = []

    def pairs(items: list[tuple[str, Any]]) -> None:
        for key, value in items:
            read.append(key)
            walk(value)

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        else:
            read.append(value)

    walk(json.loads(text, object_pairs_hook=pairs, parse_int=str, parse_float=str))
    return read


def test_only_the_first_oddities_are_told() -> None:
    """A text may hold millions."""
    many = "[" + ",".join(['{"a":1,"a":1}'] * 1000) + "]"
    assert len(found(many)) == MOST_TOLD


def test_a_key_that_comes_again_far_inside_is_told_without_its_place() -> None:
    """No text may cost more than a bounded walk."""
    far = f'["{"x" * MOST_WALKED}",{{"a":1,"a":1}}]'
    assert found(far) == [Oddity(REPEATED, None, "", "")]
    assert found(f'["{"x" * MOST_WALKED}","\\ud800"]') == []


def test_a_pointer_that_nobody_can_use_is_cut_to_the_value_around() -> None:
    text = f'{{"x":{{"{"k" * 2000}":{{"a":1,"a":1}}}}}}'
    assert [(one.kind, one.pointer) for one in found(text)] == [(REPEATED, "/x")]


@derandomized
@given(st.text(max_size=50))
def test_the_words_of_an_oddity_can_be_written(letters: str) -> None:
    text = f'{{{json.dumps(letters)}:"\\ud800",{json.dumps(letters)}:"\\ud800"}}'
    for one in found(text):
        one.text.encode()
        assert len(one.text) <= 6 * 50
