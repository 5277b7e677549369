"""Which format a file has."""

import io
import json

import pytest

from inspector.errors import InspectorError
from inspector.formats.intake import Announced
from inspector.formats.sources import LONGEST_HEAD, Format, detected, source
from tests.formats.test_trace_reading import CALL

FRAME = b'[2,"a","Heartbeat",{}]'


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b'{"format":"ocpp-inspector-jsonl","version":1}\n', Format.JSONL),
        (json.dumps(CALL).encode(), Format.TRACE),
        (FRAME, Format.FRAMES),
        (b"\xef\xbb\xbf [ 2,", Format.FRAMES),
        (b"csms> nonsense", Format.FRAMES),
        (b"[[2,", Format.ARRAY),
        (b"[\n", Format.ARRAY),
        (b'[ "[2', Format.ARRAY),
        (b"id,session,station,time,sender,type,raw\r\n", Format.CSV),
        (b"\xef\xbb\xbftime;sender;raw\n", Format.CSV),
    ],
)
def test_the_first_bytes_tell(head: bytes, form: Format) -> None:
    assert detected(head) is form


@pytest.mark.parametrize(
    ("head", "words"),
    [(b"", "line 1: not an export"), (b"hello", "line 1: not an export"), (b"SQLite format 3\0x", "a capture")],
)
def test_what_nobody_knows_is_one_line(head: bytes, words: str) -> None:
    with pytest.raises(InspectorError, match=words):
        source(io.BytesIO(head), "x", None, lambda _: None)


@pytest.mark.parametrize("data", [FRAME + b"\n" + FRAME, b"[" + FRAME + b",\n" + FRAME + b"]"])
def test_all_that_was_read_is_told(data: bytes) -> None:
    read: list[int] = []
    first, *frames = source(io.BytesIO(data), "CP-9", None, read.append).items
    assert isinstance(first, Announced)
    assert (first.row.opened.station, len(frames), sum(read)) == ("CP-9", 2, len(data))


def test_a_format_may_be_said() -> None:
    _, frame = source(io.BytesIO(b"hello"), "x", Format.FRAMES, lambda _: None).items
    assert frame.event.raw == "hello"  # type: ignore[union-attr]
    with pytest.raises(InspectorError, match="not an export of OCPP Inspector"):
        source(io.BytesIO(b"hello"), "x", Format.JSONL, lambda _: None)


def test_a_first_line_may_be_very_long() -> None:
    data = b"[" + b",".join([FRAME] * 9) + b" " * LONGEST_HEAD + b"]\n"
    assert sum(1 for _ in source(io.BytesIO(data), "x", None, lambda _: None).items) == 10
