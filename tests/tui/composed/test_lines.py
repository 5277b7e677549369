"""Lines of styled text: broken, cut, and the small ones that are shown everywhere."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from inspector.protocol.frame import MessageType
from inspector.tui.composed.lines import (
    Line,
    clock,
    cut,
    ending,
    finding_lines,
    fit,
    payload_text,
    verdict,
    wrap,
)
from tests.tui.conftest import HOSTILE, NOON, UNSAFE, make_finding, make_frame, make_session

PATIENT = settings(deadline=None, max_examples=60)


def text_of(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(text for text, _ in line)


def texts(lines: list[Line]) -> list[str]:
    """Return lines without their styles."""
    return [text_of(line) for line in lines]


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


# cut and fit


@PATIENT
@given(STYLED.map(tuple), st.integers(0, 80), st.integers(0, 80))
def test_a_piece_of_a_line_keeps_its_letters_and_their_styles(line: Line, start: int, end: int) -> None:
    letters = [(letter, style) for text, style in line for letter in text]
    piece = cut(line, start, end)
    assert [(letter, style) for text, style in piece for letter in text] == letters[start : max(start, end)]


@PATIENT
@given(st.text("a漢é ", max_size=60), st.integers(1, 40))
def test_a_line_is_cut_to_the_cells_there_are(text: str, width: int) -> None:
    fitted = text_of(fit(((text, "key"),), width))
    assert fitted == text if cell_len(text) <= width else fitted.endswith("…")
    assert cell_len(fitted) <= width


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


@pytest.mark.parametrize("origin", ["import", "draft"])
def test_nobody_was_killed_where_a_log_does_not_tell_the_end(origin: str) -> None:
    assert ending(make_session(origin=origin, closed_ns=None, abandoned=True)) == ("end not told", "dim")


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
