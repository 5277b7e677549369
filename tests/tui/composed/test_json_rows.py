"""JSON text in lines: what they show, where they break, what each of them is about."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import DEEPEST
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow
from inspector.tui.composed.json_rows import JsonRows, pretty
from inspector.tui.composed.lines import Line
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding, make_frame

DEEP = DEEPEST - 5
"""Brackets inside a frame that is just still read."""

PATIENT = settings(deadline=None, max_examples=60)

JSON_TEXT = st.text(max_size=8).filter(lambda text: visible(text) == text)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | JSON_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(JSON_TEXT, inner, max_size=4),
    max_leaves=20,
)
PAYLOADS = st.dictionaries(JSON_TEXT, JSON, max_size=4)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")])


def text_of(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(text for text, _ in line)


def laid(raw: str, *findings: FindingRow, width: int = 76) -> JsonRows:
    """Lay out the text of a frame."""
    return JsonRows(make_frame(raw), raw, findings, width)


def texts(rows: JsonRows) -> list[str]:
    """Return all lines without their styles."""
    return [text_of(rows.line(row)) for row in range(len(rows))]


def test_a_frame_is_broken_into_lines() -> None:
    """The array's own elements stay side by side, the payload is indented below."""
    raw = '[2,"a","DataTransfer",{"data":{"list":[1,{}],"none":[]},"x":null}]'
    lines = [
        '[2, "a", "DataTransfer", {',
        '  "data": {',
        '    "list": [',
        "      1,",
        "      {}",
        "    ],",
        '    "none": []',
        "  },",
        '  "x": null',
        "}]",
    ]
    assert pretty(raw) == lines
    assert texts(laid(raw)) == lines


@pytest.mark.parametrize(
    "raw", ["[]", '[2, "a"]', '[3, "a", {}]', '[4, "a", "Code", "words", {}]', '[2, "a", "A", {}, 5]', '"text"', "1.0"]
)
def test_what_is_short_stays_on_one_line(raw: str) -> None:
    assert texts(laid(raw)) == [raw]


def test_a_frame_of_many_elements_is_broken_too() -> None:
    """A station may send a hundred thousand; one line of them would take long to draw."""
    assert texts(laid("[" + ",".join("123456789") + "]")) == ["[1, 2, 3, 4, 5, 6, 7, 8,", "9]"]


@pytest.mark.parametrize(
    "value", ["1.0", "1e3", "-0", "1E+05", "0.10", "9" * 40, "true", "null", '"\\u00e9"', '"a\\/b"', '"{[,:]}"']
)
def test_values_are_shown_as_they_were_written(value: str) -> None:
    assert pretty(f'[3,"a",{{"v":{value}}}]')[1] == f'  "v": {value}'


def test_lexemes_are_coloured_by_what_they_are() -> None:
    rows = laid('[3,"a",{"k":"s","n":1,"l":true}]')
    styles = {text.strip(): style for row in range(len(rows)) for text, style in rows.line(row)}
    assert {name: styles[name] for name in ('"k"', '"s"', "1", "true")} == {
        '"k"': "key",
        '"s"': "string",
        "1": "number",
        "true": "literal",
    }


@PATIENT
@given(PAYLOADS, SEPARATORS, st.booleans(), st.integers(12, 90))
def test_laying_out_changes_no_value(payload: Any, separators: tuple[str, str], escaped: bool, width: int) -> None:
    """Whatever the spaces were; numbers digit by digit. Wrapped, nothing is lost nor too wide."""
    raw = json.dumps([2, "id", "DataTransfer", payload], separators=separators, ensure_ascii=escaped)
    lines = pretty(raw)
    laid_out = "\n".join(lines)
    assert json.loads(laid_out, parse_float=str, parse_int=str) == json.loads(raw, parse_float=str, parse_int=str)
    wrapped = texts(laid(raw, width=width))
    assert "".join("".join(wrapped).split()) == "".join("".join(lines).split())
    assert all(cell_len(line) <= width for line in wrapped)


def scalars(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str, Any]]:
    """Return the scalars in a value with their pointers."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in scalars(item, (*path, key))]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in scalars(item, (*path, index))]
    return [(pointer(path), value)]


@PATIENT
@given(PAYLOADS)
@example({"a/b": {"c~d": [1, {"": 2}]}})
@example({"a": [[[1], 2], [{}, {"b": [3]}]]})
def test_each_line_knows_the_pointer_of_its_value(payload: Any) -> None:
    rows = laid(json.dumps([2, "id", "DataTransfer", payload]), width=1000)
    at = {rows.spot(row).pointer: text for row, text in reversed(list(enumerate(texts(rows))))}
    for place, value in scalars(payload, (3,)):
        assert json.dumps(value) in at[place]


def test_a_bracket_that_closes_belongs_to_what_it_closes() -> None:
    rows = laid('[2,"a","A",{"x":{"y":[1]}}]')
    assert [rows.spot(row).pointer for row in range(len(rows))] == [
        "/3",
        "/3/x",
        "/3/x/y",
        "/3/x/y/0",
        "/3/x/y",
        "/3/x",
        "/3",
    ]


@PATIENT
@given(PAYLOADS)
def test_brackets_that_close_stand_under_what_opened_them(payload: Any) -> None:
    opened: list[int] = []
    for line in pretty(json.dumps([3, "id", payload])):
        indent = len(line) - len(line.lstrip())
        outside = json_without_strings(line)
        for at, letter in enumerate(outside):
            if letter in "{[":
                opened.append(indent)
            elif letter in "}]":
                began = opened.pop()
                assert began == indent or outside[:at].strip()
    assert not opened


def json_without_strings(text: str) -> str:
    """Replace the strings in a piece of JSON by dots of the same length."""
    result, inside, escaped = "", False, False
    for letter in text:
        quote = letter == '"' and not escaped
        result += "." if inside or quote else letter
        inside ^= quote
        escaped = inside and letter == "\\" and not escaped
    return result


# Findings


def test_a_finding_stands_under_its_line_which_is_about_it() -> None:
    finding = make_finding("/3/b/c")
    rows = laid('[2,"m-1","A",{"a":1,"b":{"c":-1},"d":2}]', finding)
    at = texts(rows).index('    "c": -1')
    assert texts(rows)[at + 1] == "    ✖ S101 is wrong  → mend it"
    assert rows.spot(at).finding is rows.spot(at + 1).finding is finding
    assert rows.row_of(finding) == at + 1
    assert rows.spot(at + 1).pointer == "/3/b/c"
    assert rows.row_of(make_finding("/3/a")) is None


def test_key_and_value_of_a_finding_are_marked_in_its_colour_and_nothing_else() -> None:
    rows = laid('[2,"m-1","A",{"a":1,"b":2}]', make_finding("/3/a", severity="warning"))
    assert [style for text, style in rows.line(1) if text.strip()] == ["marked-warning"] * 3 + [""]
    assert not any("marked" in style for row in (0, 3, 4) for _, style in rows.line(row))


def test_several_findings_of_a_line_stand_under_it_in_their_order() -> None:
    rows = laid('[2,"m-1","A",{"a":1}]', make_finding("/3/a", message="one"), make_finding("/3/a", message="two"))
    assert [line.split()[2] for line in texts(rows)[2:4]] == ["one", "two"]


@pytest.mark.parametrize(
    ("missing", "above"),
    [
        ("/3/gone", '[2, "m-1", "A", {'),
        ("/3/b/gone", '  "b": {'),
        ("/3/b/gone/deeper/still", '  "b": {'),
        ("/3/b/c/0", '    "c": 1'),
        ("/3/a~1b/gone", '  "a/b": 5,'),
        ("/3/t~0u", '  "t~u": 6,'),
        ("/9", '[2, "m-1", "A", {'),
        ("", None),
    ],
)
def test_a_finding_about_what_is_missing_stands_at_what_would_hold_it(missing: str, above: str | None) -> None:
    """At the nearest value around it; in front of the JSON if it is about all of it."""
    lines = texts(laid('[2,"m-1","A",{"a/b":5,"t~u":6,"b":{"c":1}}]', make_finding(missing)))
    at = next(number for number, line in enumerate(lines) if "✖" in line)
    assert (lines[at - 1] if at else None) == above


def test_a_hostile_text_is_harmless() -> None:
    raw = json.dumps([2, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}], ensure_ascii=False)
    rows = laid(raw, make_finding(f"/3/{HOSTILE}"), make_finding("", 3, message=HOSTILE, hint=HOSTILE))
    assert not UNSAFE.search("".join(texts(rows)))


# Size


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work: other programs don't count."""
    before = time.process_time()
    work()
    return time.process_time() - before


@pytest.mark.parametrize(
    "raw",
    [
        '[2,"m-1","DataTransfer",{"data":"' + "x" * 1_000_000 + '"}]',
        '[2,"m-1","DataTransfer",{"data":[' + ",".join(['{"some":"object of usual fields"}'] * 20_000) + "]}]",
        '[2,"m-1","DataTransfer",{}' + ",1" * 50_000 + "]",
        '[2,"m-1","DataTransfer",{"data":' + "[" * DEEP + "1" + ",1" * 50_000 + "]" * DEEP + "}]",
    ],
    ids=["one string", "objects", "elements of the frame", "deep and long"],
)
def test_no_frame_keeps_the_screen_waiting(raw: str) -> None:
    """Time grows with the length, whatever the shape: a station must not be able to freeze who looks at it."""
    rows: list[JsonRows] = []
    assert cpu_seconds(lambda: rows.append(laid(raw, make_finding("/3/data/x")))) < 1.5

    def draw() -> None:
        for row in range(len(rows[0]) - 40, len(rows[0])):
            rows[0].line(row)
        rows[0].spot(len(rows[0]) - 2)

    assert cpu_seconds(draw) < 0.3


def test_a_frame_nested_to_the_limit_can_be_read() -> None:
    """Its values are not pushed out of the pane by their indentation, nor far apart by empty lines."""
    lines = texts(laid('[2,"m-1","DataTransfer",{"data":' + "[" * DEEP + '"deep"' + "]" * DEEP + "}]"))
    assert any('"deep"' in line for line in lines)
    assert "".join(lines).count("[") == DEEP + 1
    assert all(line.strip() for line in lines)
