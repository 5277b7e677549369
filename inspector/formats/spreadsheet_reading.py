"""Reads CSV of the frame table: what was exported, also when a spreadsheet has written it anew."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from inspector.formats.frames import announced, handshake
from inspector.formats.intake import Announced, Fault, File, Item
from inspector.formats.json_fields import field, read_time
from inspector.formats.spreadsheet import MOST, plain
from inspector.protocol.event import Origin, Received
from inspector.protocol.version import Party, Version
from inspector.store.timeline import Moment

NEEDED = {"time", "sender", "raw"}
"""The columns without which there is no frame."""


def is_table(head: bytes) -> bool:
    """Tell whether a first line has the heads of the frame table."""
    text = head.decode("utf-8-sig", "replace")
    return set(_cells(text)) >= NEEDED


def file(lines: Iterable[bytes], station: str, version: Version | None = None) -> File:
    """Read a table, which tells no version. ``station`` is whose frames they are where no column says it."""
    return File(_items(lines, station, version), {})


def _cells(head: str) -> list[str]:
    """Return the heads of the columns; none for what can't be those of a table."""
    try:
        return next(csv.reader([head], delimiter=_delimiter(head)), [])
    except csv.Error:
        return []


def _delimiter(head: str) -> str:
    """Return what stands between cells: a comma, in some countries a semicolon, or a tab."""
    return max(",;\t", key=head.count)


def _items(lines: Iterable[bytes], station: str, version: Version | None) -> Iterator[Item]:
    """Read rows; what can't be read is named."""
    texts = (line.decode("utf-8-sig", "replace") for line in lines)
    head = next(texts, "")
    rows = csv.DictReader(texts, _cells(head), delimiter=_delimiter(head))
    numbers: dict[tuple[str, str], int] = {}
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            yield from _frame(rows.line_num + 1, row, numbers, station, version)
        except (ValueError, csv.Error) as error:
            yield Fault(rows.line_num + 1, str(error))


def _frame(
    line: int,
    row: dict[str | Any, str | Any],
    numbers: dict[tuple[str, str], int],
    otherwise: str,
    version: Version | None,
) -> Iterator[Announced | Moment]:
    time_ns = read_time(row, "time")
    sender = row["sender"]
    if sender not in set(Party):
        raise ValueError("sender is neither station nor csms")
    raw = _uncovered(field(row, "raw", str))
    if len(raw) >= MOST:
        raise ValueError("the frame was cut: it is longer than a cell")
    origin = Origin(row.get("origin") or "wire")
    key = (_uncovered(row.get("station") or otherwise), row.get("session") or "")
    if key not in numbers:
        numbers[key] = len(numbers) + 1
        yield announced(numbers[key], handshake(time_ns, key[0], version))
    yield Moment(line, numbers[key], 0, Received(time_ns, Party(sender), raw, origin))


def _uncovered(text: str) -> str:
    """Take away the apostrophe that keeps a text from being a formula."""
    return text[1:] if text.startswith("'") and plain(text[1:]) == text else text
