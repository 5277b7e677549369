"""From a message to a JSON value: bytes, byte order marks, NULs, and where faults stand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.finding import Fault
from inspector.protocol.frame import MessageType, decode
from inspector.protocol.json_text import parse
from inspector.protocol.reading import first, last, located, read
from tests.protocol.documents import anything, derandomized, same, written


def only_fault(raw: str | bytes) -> Fault:
    """Return the one fault of a message that is no JSON."""
    text, value, (fault,) = read(raw)
    assert (text, value) == (None, None)
    return fault


@pytest.mark.parametrize(("raw", "offset"), [(b"\xff", 0), (b'["\xc3\xa9\xe9"]', 4), (b'["\xed\xa0\x80"]', 2)])
def test_bytes_that_are_not_utf_8_are_found_at_the_byte(raw: bytes, offset: int) -> None:
    """Latin-1 and encoded surrogates among them."""
    fault = only_fault(raw)
    assert (fault.code, fault.offset) == ("F001", offset)
    assert f"0x{raw[offset]:02x}" in fault.message
    assert fault.message.endswith("in Latin-1 é") == (raw[offset] == 0xE9)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("[2]".encode("utf-16"), "UTF-16"),
        ('[2,"1"]'.encode("utf-16-le"), "UTF-16"),
        ('[2,"1"]'.encode("utf-16-be"), "UTF-16"),
        ('[2,"é"]'.encode("utf-16-le"), "UTF-16"),
        ('[2,"é"]'.encode("utf-16-be"), "UTF-16"),
        (b"\x1f\x8b\x08\x00", "gzip"),
    ],
)
def test_bytes_that_look_like_something_else_are_called_so(raw: bytes, what: str) -> None:
    fault = read(raw).faults[-1]
    assert (fault.code, what in fault.hint) == ("F001", True)


PADDED = {
    "byte order mark": ("\ufeff", "", 0, "byte order mark"),
    "NULs": ("", "\x00\x00", 23, "NUL bytes"),
    "NUL and newline": ("", "\x00\r\n", 23, "NUL bytes"),
    "both": ("\ufeff", "\x00", 0, "byte order mark"),
}


@pytest.mark.parametrize(("before", "after", "offset", "what"), PADDED.values(), ids=PADDED)
@pytest.mark.parametrize("make", [str, str.encode], ids=["text", "binary"])
def test_what_stands_around_a_frame_is_a_fault_and_the_frame_is_read(
    make: Any, before: str, after: str, offset: int, what: str
) -> None:
    """Many receivers take it so and answer: the answer is no orphan."""
    raw = make(f'{before}[2,"é","Heartbeat",{{}}]{after}')
    frame = decode(raw)
    assert (frame.raw, frame.type, frame.message_id, frame.action) == (raw, MessageType.CALL, "é", "Heartbeat")
    fault = frame.faults[-1]
    assert (fault.code, fault.offset) == ("F001", offset)
    assert what in fault.message


@derandomized
@given(written())
def test_a_message_is_read_as_its_text_parses(text: str) -> None:
    """As bytes, with a mark before it or NULs behind it, it is the same value with more faults."""
    value, _ = parse(text)
    plain = read(text)
    assert plain.text == text
    for raw, code in ((text.encode(), "F002"), (f"\ufeff{text}", "F001"), (f"{text}\x00", "F001")):
        reading = read(raw)
        assert same(reading.value, value)
        assert [fault.code for fault in reading.faults] == [code, *(fault.code for fault in plain.faults)]


@derandomized
@given(anything | st.binary(max_size=20))
def test_any_message_is_read_or_has_a_fault(raw: str | bytes) -> None:
    """The last fault says at which byte it is no JSON."""
    reading = read(raw)
    if reading.text is None:
        fault = reading.faults[-1]
        assert fault.code == "F001"
        assert fault.offset is not None


def test_faults_are_placed_at_the_elements_they_point_at() -> None:
    """What has its byte already, and what points nowhere, stays as it is."""
    text = ' [ "é" ,{"a":[1,"]"]}, 7]'
    faults = [Fault("F007", "", "/0"), Fault("F004", "", "/2"), Fault("F006", "", "/1", offset=99), Fault("F002", "")]
    assert [fault.offset for fault in located(text, faults)] == [3, 24, 99, None]


def test_the_ends_of_an_array_are_where_its_brackets_are() -> None:
    assert (first("\ufeff [1] "), last("\ufeff [é]\x00\n")) == (4, 7)
    assert (first("[]"), last("[]")) == (0, 1)
