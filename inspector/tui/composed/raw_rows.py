"""A raw frame as it came: text escaped and broken at the width, bytes as hex, a mark where it stops being right."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.cells import cell_len

from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.fault_places import letter_start
from inspector.tui.composed.lines import Line, finding_lines
from inspector.tui.composed.pages import Lines, Page, Spot, Stack

MOST_RAW = 64 * 1024
"""Bytes of a frame that are shown raw, around the place of its first fault."""

GUTTER = 8
"""Cells of the offset in front of a row, and of the blanks behind it."""

FAULT = "▼"
"""Stands in front of the byte where a frame stops being right."""


def raw_bytes(frame: FrameRow) -> bytes:
    """Return a frame's bytes; text in UTF-8."""
    return frame.raw.encode("utf-8", "surrogatepass") if isinstance(frame.raw, str) else frame.raw


def kibibytes(count: int) -> str:
    """Write a number of bytes for people."""
    return f"{count:,} bytes" if count < 10 * 1024 else f"{count / 1024:,.0f} KiB"


def raw_page(frame: FrameRow, findings: Sequence[FindingRow], width: int) -> Page:
    """Lay out the bytes of a frame with their offsets; what a finding says of a byte stands below its row."""
    data = raw_bytes(frame)
    faults = sorted(
        (each for each in findings if each.offset is not None and 0 <= each.offset <= len(data)),
        key=lambda each: each.offset or 0,
    )
    start = max((faults[0].offset or 0) - MOST_RAW // 2, 0) if faults and len(data) > MOST_RAW else 0
    is_text = isinstance(frame.raw, str)
    end = min(start + MOST_RAW, len(data))
    if is_text:
        start, end = letter_start(data, start), letter_start(data, end)
    shown = data[start:end]
    head = f"{len(data):,} bytes of {'text' if is_text else 'what is no text, in hex'}"
    pages: list[Page] = [Lines([((head, "dim"),)], Spot(frame))]
    if start:
        pages.append(_left_out(start, "before"))
    rows = _text_rows(shown, width - GUTTER) if is_text else _hex_rows(shown, width - GUTTER)
    for first, after, line in rows:
        here = [each for each in faults if first <= (each.offset or 0) - start < after]
        last = start + after == len(data)
        here += [each for each in faults if last and each.offset == len(data)]
        marked = _marked(line, here, _cells(shown, is_text, first, here, start))
        pages.append(Lines([((f"{start + first:06x}  ", "dim"), *marked)], Spot(frame, "", here[0] if here else None)))
        pages += [Lines([*finding_lines(each, GUTTER, width)], Spot(frame, "", each)) for each in here]
    if end < len(data):
        pages.append(_left_out(len(data) - end, "more"))
    return Stack(pages)


def _left_out(count: int, where: str) -> Page:
    return Lines([((f"+{kibibytes(count)} {where}: F3 shows all of it", "dim"),)])


def _text_rows(data: bytes, room: int) -> Iterator[tuple[int, int, str]]:
    """Break text into rows that fit: the byte where each begins, that where it ends, and what is shown of it."""
    room = max(room, 8)
    text = data.decode("utf-8", "surrogatepass")
    if text.isascii() and text.isprintable():
        yield from ((at, min(at + room, len(text)), text[at : at + room]) for at in range(0, max(len(text), 1), room))
        return
    start = 0
    while text:
        pictures = [visible(letter) for letter in text[:room]]
        ends = accumulate(cell_len(picture) for picture in pictures)
        count = max(sum(end <= room for end in ends), 1)
        after = start + len(text[:count].encode("utf-8", "surrogatepass"))
        yield start, after, "".join(pictures[:count])
        start, text = after, text[count:]


def _hex_rows(data: bytes, room: int) -> Iterator[tuple[int, int, str]]:
    """Break bytes into rows of hex and letters."""
    each = 16 if room >= 16 * 4 + 2 else 8
    for at in range(0, max(len(data), 1), each):
        part = data[at : at + each]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in part)
        yield at, at + len(part), f"{part.hex(' '):<{each * 3}} {letters}"


def _cells(data: bytes, is_text: bool, first: int, faults: Sequence[FindingRow], start: int) -> int:
    """Return which character of a row shows the byte of its first fault."""
    offset = (faults[0].offset or 0) - start if faults else first
    if not is_text:
        return (offset - first) * len("00 ")
    return len(visible(data[first : letter_start(data, offset)].decode("utf-8", "surrogatepass")))


def _marked(text: str, faults: Sequence[FindingRow], at: int) -> Line:
    """Mark the place of the first fault in a row, and what comes after it."""
    if not faults:
        return ((text, ""),)
    style = faults[0].severity
    return ((text[:at], ""), (FAULT, style), (text[at:], f"marked-{style}"))
