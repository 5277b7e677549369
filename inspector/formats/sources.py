"""Which format a file has, told by its first bytes, and its reader."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import BinaryIO

from inspector.errors import InspectorError
from inspector.formats import frames, jsonl_reading, spreadsheet_reading, trace_reading
from inspector.formats.intake import File
from inspector.formats.speakers import PREFIX
from inspector.protocol.version import Version

LONGEST_HEAD = 1024 * 1024
"""Bytes of a first line that are looked at."""

SQLITE = b"SQLite format 3\0"
"""How every SQLite database begins (https://sqlite.org/fileformat.html)."""


class Format(StrEnum):
    """The formats that can be read."""

    JSONL = "jsonl"
    TRACE = "trace"
    FRAMES = "frames"
    ARRAY = "array"
    CSV = "csv"


def source(
    file: BinaryIO,
    station: str,
    chosen: Format | None,
    read: Callable[[int], None],
    version: Version | None = None,
) -> File:
    """Read a file in its format. Raises :class:`InspectorError` for one of a format that nobody knows.

    ``station`` is whose frames they are where the file does not say it; ``read`` hears of each part that was read, in
    bytes. A ``version`` can be given only where the format has no place for it.
    """
    head = file.readline(LONGEST_HEAD)
    form = chosen or detected(head)
    if version and form in {Format.JSONL, Format.TRACE}:
        raise InspectorError("it tells the OCPP version itself: leave out --ocpp-version")
    lines = counted(chain([head + _rest(file, head)] if head else [], file), read)
    if form is Format.JSONL:
        first = next(lines, b"")
        jsonl_reading.check_head(first)
        return jsonl_reading.file(lines)
    if form is Format.TRACE:
        return trace_reading.file(lines)
    if form is Format.CSV:
        return spreadsheet_reading.file(lines, station, version)
    return frames.file(_array(lines) if form is Format.ARRAY else frames.spoken(lines), station, version)


def detected(head: bytes) -> Format:
    """Tell the format by the first line. Raises :class:`InspectorError`."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(SQLITE):
        raise InspectorError("a capture, and no export of one: it is opened as it is")
    if jsonl_reading.is_head(head):
        return Format.JSONL
    if trace_reading.is_trace(head):
        return Format.TRACE
    if start.startswith(b"["):
        return Format.FRAMES if start[1:].lstrip()[:1].isdigit() else Format.ARRAY
    if PREFIX.match(start):
        return Format.FRAMES
    if spreadsheet_reading.is_table(head):
        return Format.CSV
    raise InspectorError("line 1: not an export of OCPP Inspector, no Open OCPP Trace, and no frame")


def counted(lines: Iterable[bytes], read: Callable[[int], None]) -> Iterator[bytes]:
    """Yield lines, and tell every now and then how many bytes they had."""
    waiting = 0
    for line in lines:
        waiting += len(line)
        if waiting > STEP:
            read(waiting)
            waiting = 0
        yield line
    read(waiting)


STEP = 256 * 1024


def _rest(file: BinaryIO, head: bytes) -> bytes:
    """Return what a first line has beyond what was looked at."""
    return b"" if head.endswith(b"\n") or len(head) < LONGEST_HEAD else file.readline()


def _array(lines: Iterable[bytes]) -> Iterator[frames.Spoken]:
    data = b"".join(lines)
    if len(data) > frames.LARGEST_ARRAY:
        raise InspectorError(f"a JSON array of more than {frames.LARGEST_ARRAY // 1024**2} MB: write a frame a line")
    return frames.in_array(data)
