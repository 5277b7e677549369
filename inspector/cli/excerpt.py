"""A frame cut around the places where something is wrong, so that a caret below it points at each."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len

from inspector.protocol.json_places import tokens
from inspector.protocol.printable import visible

CUT = "…"
"""Stands where text is left out."""

NARROWEST = 20
"""Cells that an excerpt has at least."""


class Excerpt(NamedTuple):
    """A part of a frame as it is shown, and the cell of each place in it."""

    text: str
    cells: Mapping[int, int]


def text_of(raw: str | bytes) -> str:
    r"""Return a raw frame as text; bytes that are none as ``\xNN``."""
    return raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")


def places(raw: str | bytes, faults: Iterable[tuple[str, int | None]]) -> list[int | None]:
    """Return where in the text of a frame each fault is, told by its pointer and its offset in bytes.

    What is not there, like a missing field, is shown where the value begins that should have it. A fault of the
    whole frame has no place.
    """
    faults = list(faults)
    starts = _starts(text_of(raw), {pointer for pointer, offset in faults if offset is None and pointer})
    return [_start(pointer, starts) if offset is None else _characters(raw, offset) for pointer, offset in faults]


def _starts(text: str, pointers: Collection[str]) -> dict[str, int]:
    """Find where values begin, and those around them; of a key that stands twice, it is the last that counts."""
    wanted = {around for pointer in pointers for around in accumulate(pointer.split("/"), "{}/{}".format)}
    found = (token for token in tokens(text) if token.pointer in wanted and token.kind not in _NO_VALUE)
    return {token.pointer: token.start for token in found} if wanted else {}


_NO_VALUE = frozenset({"key", ":", ",", "}", "]"})


def _characters(raw: str | bytes, offset: int) -> int:
    """Turn an offset in bytes into one in characters of the text."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    before = data[: max(offset, 0)]
    return len(before.decode("utf-8", "surrogatepass" if isinstance(raw, str) else "backslashreplace"))


def _start(pointer: str, starts: Mapping[str, int]) -> int | None:
    """Find a value; where it is not there, the nearest around it."""
    while pointer:
        if pointer in starts:
            return starts[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def excerpts(text: str, places: Iterable[int], width: int) -> Iterator[Excerpt]:
    """Show the text around some places, in as few lines of at most so many cells as hold them all."""
    width = max(width, NARROWEST)
    rest = sorted(set(places))
    while rest:
        start, end = _window(text, rest[0], width)
        here = [place for place in rest if place < end or place == rest[0]]
        rest = rest[len(here) :]
        lead = CUT if start else ""
        cells = {place: cell_len(lead + visible(text[start:place])) for place in here}
        yield Excerpt(lead + visible(text[start:end]) + (CUT if end < len(text) else ""), cells)


def _window(text: str, place: int, width: int) -> tuple[int, int]:
    """Choose what is shown of a text: all of it if it fits, else a third of the room is before the place."""
    if len(text) <= width and cell_len(visible(text)) <= width:
        return 0, len(text)
    start = place - _fitting(reversed(text[max(0, place - width) : place]), width // 3)
    room = width - len(CUT) - cell_len(visible(text[start:place])) - (len(CUT) if start else 0)
    end = place + _fitting(text[place : place + width], room)
    if end < len(text):
        return start, max(end, place + 1)
    room = width - len(CUT) - max(1, cell_len(visible(text[place:])))  # a caret may stand behind the last
    return place - _fitting(reversed(text[max(0, place - width) : place]), room), end


def _fitting(letters: Iterable[str], room: int) -> int:
    """Count the letters that fit into so many cells."""
    count = 0
    for letter in letters:
        room -= cell_len(visible(letter))
        if room < 0:
            break
        count += 1
    return count
