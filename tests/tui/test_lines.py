"""The lines of the panes: a frame laid out, its findings at their places."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from inspector.protocol.frame import MessageType
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import DEEPEST
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.lines import (
    MOST_SHOWN,
    Line,
    clock,
    document,
    ending,
    finding_lines,
    payload_text,
    pretty,
    verdict,
    wrap,
)
from tests.tui.conftest import HOSTILE, NOON, UNSAFE, make_finding, make_frame, make_session

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


def texts(lines: list[Line]) -> list[str]:
    """Return lines without their styles."""
    return [text_of(line) for line in lines]


def shown(frame: FrameRow, *findings: FindingRow, pair: FrameRow | None = None, width: int = 76) -> list[str]:
    """Lay out a frame, and return the text of its lines."""
    return texts(document(frame, findings, pair, (), width))


# pretty


def test_a_frame_is_broken_into_lines() -> None:
    """The array's own elements stay side by side, the payload is indented below."""
    rows, _ = pretty('[2,"a","DataTransfer",{"data":{"list":[1,{}],"none":[]},"x":null}]')
    assert texts(rows) == [
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


@pytest.mark.parametrize(
    "raw", ["[]", '[2, "a"]', '[3, "a", {}]', '[4, "a", "Code", "words", {}]', '[2, "a", "A", {}, 5]', '"text"', "1.0"]
)
def test_what_is_short_stays_on_one_line(raw: str) -> None:
    assert texts(pretty(raw)[0]) == [raw]


@pytest.mark.parametrize(
    "value", ["1.0", "1e3", "-0", "1E+05", "0.10", "9" * 400, "true", "null", '"\\u00e9"', '"a\\/b"', '"{[,:]}"']
)
def test_values_are_shown_as_they_were_written(value: str) -> None:
    rows, _ = pretty(f'[3,"a",{{"v":{value}}}]')
    assert texts(rows)[1] == f'  "v": {value}'


def test_lexemes_are_coloured_by_what_they_are() -> None:
    rows, _ = pretty('[3,"a",{"k":"s","n":1,"l":true}]')
    styles = {text.strip(): style for row in rows for text, style in row}
    assert {name: styles[name] for name in ('"k"', '"s"', "1", "true")} == {
        '"k"': "key",
        '"s"': "string",
        "1": "number",
        "true": "literal",
    }


@PATIENT
@given(PAYLOADS, SEPARATORS, st.booleans())
def test_laying_out_changes_no_value(payload: Any, separators: tuple[str, str], escaped: bool) -> None:
    """Whatever the spaces were; numbers digit by digit."""
    frame = [2, "id", "DataTransfer", payload]
    raw = json.dumps(frame, separators=separators, ensure_ascii=escaped)
    laid_out = "\n".join(texts(pretty(raw)[0]))
    assert json.loads(laid_out, parse_float=str, parse_int=str) == json.loads(raw, parse_float=str, parse_int=str)


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
def test_each_value_is_on_the_line_of_its_pointer(payload: Any) -> None:
    frame = [2, "id", "DataTransfer", payload]
    rows, places = pretty(json.dumps(frame))
    for place, value in scalars(frame):
        assert json.dumps(value) in text_of(rows[places[place]])


@PATIENT
@given(PAYLOADS)
def test_brackets_that_close_stand_under_what_opened_them(payload: Any) -> None:
    lines = texts(pretty(json.dumps([3, "id", payload]))[0])
    opened: list[int] = []
    for line in lines:
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


# wrap


def pieces(text: str, width: int) -> list[str]:
    """Wrap a line of one style."""
    return texts(list(wrap(((text, ""),), width)))


def test_a_line_breaks_at_a_space() -> None:
    assert pieces("the quick brown fox jumps", 16) == ["the quick brown ", "  fox jumps"]


def test_a_word_without_spaces_breaks_at_the_edge() -> None:
    assert pieces("x" * 30, 20) == ["x" * 20, "  " + "x" * 10]


def test_what_fits_is_one_piece() -> None:
    assert pieces("x" * 20, 20) == ["x" * 20]
    assert pieces("", 20) == [""]


def test_pieces_are_indented_deeper_than_their_line() -> None:
    assert pieces("    " + "x" * 30, 20)[1].startswith("      x")


STYLED = st.lists(st.tuples(st.text("ab .", max_size=30), st.sampled_from(["", "key", "error"])), max_size=6)


@PATIENT
@given(STYLED.map(tuple), st.integers(-3, 60))
def test_wrapping_keeps_each_letter_and_its_style(line: Line, width: int) -> None:
    """Only spaces are added, at the start of pieces."""
    wrapped = list(wrap(line, width))
    letters = [(letter, style) for text, style in line for letter in text if letter != " "]
    assert [(letter, style) for piece in wrapped for text, style in piece for letter in text if letter != " "] == (
        letters
    )
    assert all(len(text_of(piece)) <= max(width, 12) for piece in wrapped)


@PATIENT
@given(st.text("a漢é ", max_size=100), st.integers(12, 40))
@example("漢" * 20, 20)
def test_no_piece_is_wider_than_the_pane(text: str, width: int) -> None:
    """In cells of the terminal, two for a letter of Chinese: what is wider can't be read at all."""
    assert max(cell_len(piece) for piece in pieces(text, width)) <= width


# document


def test_a_frame_begins_with_who_sent_it_and_what_it_is() -> None:
    assert shown(make_frame('[2,"m-1","DataTransfer",{}]'))[:2] == [
        "station ▶ CSMS  CALL DataTransfer  12:00:00.000",
        '[2, "m-1", "DataTransfer", {}]',
    ]
    answer = make_frame('[3,"m-1",{}]', MessageType.CALLRESULT, sender="csms")
    assert shown(answer)[0] == "CSMS ▶ station  CALLRESULT DataTransfer  12:00:00.000"


def test_a_finding_stands_under_its_line() -> None:
    lines = shown(make_frame('[2,"m-1","A",{"a":1,"b":{"c":-1},"d":2}]'), make_finding("/3/b/c"))
    at = lines.index('    "c": -1')
    assert lines[at + 1] == "    ✖ S101 is wrong  → mend it"


def test_the_line_of_a_finding_is_marked_in_its_colour() -> None:
    found = document(make_frame('[2,"m-1","A",{"a":1}]'), [make_finding("/3/a", severity="warning")], None, (), 76)
    line = next(line for line in found if '"a"' in text_of(line))
    assert [style for text, style in line if text.strip()] == ["marked-warning"] * 3


def test_several_findings_of_a_line_stand_under_it_in_their_order() -> None:
    lines = shown(
        make_frame('[2,"m-1","A",{"a":1}]'), make_finding("/3/a", message="one"), make_finding("/3/a", message="two")
    )
    at = lines.index('  "a": 1')
    assert [line.split()[2] for line in lines[at + 1 : at + 3]] == ["one", "two"]


@pytest.mark.parametrize(
    ("missing", "above"),
    [
        ("/3/gone", '[2, "m-1", "A", {'),
        ("/3/b/gone", '  "b": {'),
        ("/3/b/gone/deeper/still", '  "b": {'),
        ("/3/b/c/0", '    "c": 1'),
        ("/3/a~1b/gone", '  "a/b": 5,'),
        ("/3/t~0u", '  "t~u": 6,'),
        ("/9", None),
        ("", None),
    ],
)
def test_a_finding_about_what_is_missing_stands_at_what_would_hold_it(missing: str, above: str | None) -> None:
    """At the nearest value around it; in front of the JSON when that is the frame itself."""
    lines = shown(make_frame('[2,"m-1","A",{"a/b":5,"t~u":6,"b":{"c":1}}]'), make_finding(missing))
    at = next(number for number, line in enumerate(lines) if "✖" in line)
    assert lines[at - 1] == (above or "station ▶ CSMS  CALL DataTransfer  12:00:00.000")


@pytest.mark.parametrize(
    ("raw", "offset", "marked"),
    [
        ('[2,"m-1",]', 9, '[2,"m-1",▼]'),
        ('["é漢",]', 9, '["é漢",▼]'),
        (b'[2,"\xff"]', 4, '[2,"▼\\xff"]'),
        ('[2,"a","A",{}]\x00\x00', 14, '[2,"a","A",{}]▼␀␀'),
        ("[2,", 3, "[2,▼"),
        ("", 0, "▼"),
    ],
)
def test_what_is_not_json_is_shown_raw_with_a_mark_at_the_byte(raw: str | bytes, offset: int, marked: str) -> None:
    """The offset counts bytes of UTF-8, not letters."""
    frame = make_frame(raw, MessageType.INVALID, action=None)
    lines = shown(frame, make_finding("", offset, message="broken", hint=""))
    assert lines[1:3] == [f"✖ S101 broken at byte {offset}", marked]


def test_json_that_is_no_frame_is_shown_raw_without_a_mark() -> None:
    lines = shown(make_frame('{"a":1}', MessageType.INVALID, action=None), make_finding(message="no array", hint=""))
    assert lines[1:3] == ["✖ S101 no array", '{"a":1}']


def test_a_mark_beyond_what_is_shown_is_not_put_at_a_wrong_byte() -> None:
    """The finding says where it is; the last byte on screen is not the one."""
    frame = make_frame("x" * (MOST_SHOWN + 50_000), MessageType.INVALID, action=None)
    lines = shown(frame, make_finding("", MOST_SHOWN + 40_000))
    assert f"at byte {MOST_SHOWN + 40_000}" in lines[2]
    assert not any("▼" in line for line in lines)


def test_masked_secrets_and_an_unusual_origin_are_noted() -> None:
    frame = make_frame('[2,"m-1","A",{}]', masked=2, origin="injected")
    assert shown(frame)[1] == "2 secret value(s) masked, injected"


def test_a_call_without_an_answer_says_so() -> None:
    laid_out = document(make_frame('[2,"m-1","A",{}]'), (), None, (), 40)
    assert text_of(laid_out[-1]) == "── no answer ".ljust(40, "─")


@pytest.mark.parametrize("kind", [MessageType.SEND, MessageType.CALLRESULT, MessageType.INVALID])
def test_what_expects_no_answer_does_not_miss_one(kind: MessageType) -> None:
    assert not any("no answer" in line for line in shown(make_frame('[6,"m-1","A",{}]', kind)))


def test_a_call_is_followed_by_its_answer() -> None:
    call = make_frame('[2,"m-1","A",{}]')
    answer = make_frame('[3,"m-1",{"s":1}]', MessageType.CALLRESULT, sender="csms", latency_ns=12_340_000)
    rest = texts(document(call, (), answer, [make_finding("/2/s")], 76))[3:]
    assert rest[0] == "── answer · 12.3 ms ".ljust(76, "─")
    assert rest[2:] == ['[3, "m-1", {', '  "s": 1', "  ✖ S101 is wrong  → mend it", "}]"]


def test_an_answer_is_followed_by_its_call() -> None:
    call = make_frame('[2,"m-1","A",{}]')
    answer = make_frame('[3,"m-1",{}]', MessageType.CALLRESULT, sender="csms", latency_ns=12_340_000)
    assert "── call · 12.3 ms ".ljust(76, "─") in shown(answer, pair=call)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work: other programs don't count."""
    before = time.process_time()
    work()
    return time.process_time() - before


@pytest.mark.parametrize("kind", [MessageType.CALL, MessageType.INVALID])
@pytest.mark.parametrize("cut", [0, 1])
def test_a_frame_of_a_megabyte_is_capped_and_fast(kind: MessageType, cut: int) -> None:
    """On one line of text, JSON or cut short."""
    raw = '[2,"m-1","DataTransfer",{"data":"' + "x" * 1_000_000 + '"}]'
    raw = raw[: len(raw) - cut]
    frame = make_frame(raw, kind)
    lines: list[str] = []
    assert cpu_seconds(lambda: lines.extend(shown(frame))) < 0.5
    assert lines[1] == f"the first 100,000 of {len(raw):,} characters"
    assert sum(len(line) for line in lines) < 1.1 * MOST_SHOWN


@pytest.mark.parametrize(
    "raw",
    [
        '[2,"m-1","DataTransfer",{"data":"' + "x" * 99_000 + '"}]',
        '[2,"m-1","DataTransfer",{"data":[' + ",".join(['{"a":1}'] * 6_000) + "]}]",
        '[2,"m-1","DataTransfer",{}' + ",1" * 20_000 + "]",
        '[2,"m-1","DataTransfer",{"data":' + "[" * DEEP + "1" + ",1" * 30_000 + "]" * DEEP + "}]",
    ],
    ids=["one string", "objects", "elements of the frame", "deep and long"],
)
def test_no_frame_within_the_cap_keeps_the_screen_waiting(raw: str) -> None:
    """Time grows with the length, whatever the shape: a station must not be able to freeze who looks at it."""
    assert cpu_seconds(lambda: shown(make_frame(raw))) < 1.0


def test_a_frame_nested_to_the_limit_can_be_read() -> None:
    """Its values are not pushed out of the pane by their indentation, nor far apart by empty lines."""
    lines = shown(make_frame('[2,"m-1","DataTransfer",{"data":' + "[" * DEEP + '"deep"' + "]" * DEEP + "}]"))
    assert any('"deep"' in line for line in lines)
    assert "".join(lines).count("[") == DEEP + 1
    assert len([line for line in lines if not line.strip()]) == 1


def test_a_hostile_frame_is_harmless() -> None:
    """In its action, its text and its findings."""
    frame = make_frame(json.dumps([2, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}], ensure_ascii=False), action=HOSTILE)
    for finding in (make_finding(f"/3/{HOSTILE}"), make_finding("", 3, message=HOSTILE, hint=HOSTILE)):
        for kind in (MessageType.CALL, MessageType.INVALID):
            laid_out = document(replace(frame, type=kind), [finding], frame, (), 76)
            assert not UNSAFE.search("".join(texts(laid_out)))


# The small ones


def test_a_clock_shows_milliseconds_in_utc() -> None:
    assert clock(NOON + 1_234_567_890) == "12:00:01.234"


@pytest.mark.parametrize(
    ("errors", "warnings", "line"),
    [
        (0, 0, (("✓", "ok"),)),
        (2, 0, (("✖2 ", "error"),)),
        (0, 3, (("⚠3", "warning"),)),
        (2, 3, (("✖2 ", "error"), ("⚠3", "warning"))),
    ],
)
def test_a_verdict_counts_errors_and_warnings(errors: int, warnings: int, line: Line) -> None:
    assert verdict(errors, warnings) == line


@pytest.mark.parametrize(
    ("fields", "words", "style"),
    [
        ({}, "open", "ok"),
        ({"closed_by": "station", "close_code": 1000, "close_reason": "bye"}, "by station 1000 bye", "dim"),
        ({"closed_by": "network"}, "by network", "dim"),
        ({"http_status": 401, "close_reason": "who?"}, "refused: HTTP 401 who?", "error"),
        ({"http_status": None}, "failed: no answer", "error"),
        ({"http_status": None, "close_reason": "no TLS"}, "failed: no TLS", "error"),
    ],
)
def test_how_a_session_ended_is_said_in_words(fields: dict[str, Any], words: str, style: str) -> None:
    text, of = ending(make_session(**({"closed_ns": NOON} if fields else {}), **fields))
    assert (text.rstrip(), of) == (words, style)


@pytest.mark.parametrize("status", [101, 401])
def test_a_hostile_close_reason_is_harmless(status: int) -> None:
    text, _ = ending(make_session(closed_ns=NOON, closed_by="csms", close_reason=HOSTILE, http_status=status))
    assert "PWNED" in text
    assert not UNSAFE.search(text)


@pytest.mark.parametrize(
    ("kind", "raw", "payload"),
    [
        (MessageType.CALL, '[2,"a","Heartbeat",{"x":1}]', '{"x":1}'),
        (MessageType.CALL, '[2, "{a", "Heartbeat", {"x": 1}]', '{"x": 1}'),
        (MessageType.SEND, '[6,"a","NotifyPeriodicEventStream",{"x":1}]', '{"x":1}'),
        (MessageType.CALLRESULT, '[3,"a",{}]', "{}"),
        (MessageType.CALLRESULT, '[3,"a",7]', '[3,"a",7]'),
        (MessageType.CALLERROR, '[4,"a","NotSupported","no",{}]', '"NotSupported","no",{}'),
        (MessageType.CALLERROR, '[4,"a,b","NotSupported","no",{}]', '"NotSupported","no",{}'),
        (MessageType.CALLERROR, '[4, "a", "NotSupported", "no", {}]', '"NotSupported", "no", {}'),
        (MessageType.CALLRESULTERROR, '[5,"a","NotSupported","no",{}]', '"NotSupported","no",{}'),
        (MessageType.INVALID, '[2,"a","Heartbeat",{]', '[2,"a","Heartbeat",{]'),
        (MessageType.INVALID, "hello\x1b[2J", "hello␛[2J"),
        (MessageType.INVALID, b"\xff{}", "\\xff{}"),
    ],
)
def test_a_row_shows_what_a_frame_carries(kind: MessageType, raw: str | bytes, payload: str) -> None:
    """Its payload, the code and words of an error, and all of what is no frame."""
    assert payload_text(make_frame(raw, kind)) == payload


def test_a_row_shows_only_the_beginning_of_a_long_frame() -> None:
    text = payload_text(make_frame('[2,"a","A",{"data":"' + "x" * 1_000_000 + '"}]'))
    assert text.startswith('{"data":"xxx')
    assert text.endswith("…")
    assert len(text) < 400


def test_a_finding_without_a_hint_has_no_arrow() -> None:
    assert texts(list(finding_lines(make_finding(hint=""), 2, 76))) == ["  ✖ S101 is wrong"]


def test_a_long_finding_is_wrapped() -> None:
    lines = texts(list(finding_lines(make_finding(message="much " * 30), 0, 40)))
    assert len(lines) > 3
    assert max(map(len, lines)) <= 40
