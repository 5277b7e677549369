"""Where in the text of a frame its faults are: what is underlined."""

from collections.abc import Iterable, Iterator

from inspector.protocol.json_places import walk

Place = tuple[int, int, str]
"""From which character to which, half open, and how severe."""


def fault_places(text: str, faults: Iterable[tuple[str, int | None, str]]) -> list[Place]:
    """Return the place of each fault, which is told by its pointer, its offset in bytes if it has one, and severity.

    A value is underlined together with its key; where it is not there, it is where the value around it begins. Text
    that is no JSON has places by offset only; a fault of the whole frame stands at its first character.
    """
    faults = list(faults)
    values = _values(text, {each for pointer, offset, _ in faults if offset is None for each in around(pointer)})
    places = []
    for pointer, offset, severity in faults:
        if offset is not None:
            start = characters(text, offset)
            places.append((start, start + 1, severity))
        elif pointer in values:
            places.append((*values[pointer], severity))
        else:
            start = next((values[each][0] for each in around(pointer) if each in values), 0)
            places.append((start, start + 1, severity))
    return places


def around(pointer: str) -> Iterator[str]:
    """Yield a pointer and those of the values around it, the innermost first, without the whole."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def characters(text: str, offset: int) -> int:
    """Turn an offset in bytes into one in characters: of the letter that the byte belongs to."""
    data = text.encode("utf-8", "surrogatepass")
    before = data[: letter_start(data, max(offset, 0))]
    return len(before) if before.isascii() else sum(byte & 0xC0 != 0x80 for byte in before)


def letter_start(data: bytes, at: int) -> int:
    """Return where the letter begins in UTF-8 that a byte belongs to."""
    while 0 < at < len(data) and data[at] & 0xC0 == 0x80:
        at -= 1
    return at


def _values(text: str, pointers: set[str]) -> dict[str, tuple[int, int]]:
    """Find values, each with its key; of a key that stands twice it is the last, which counts."""
    found: dict[str, tuple[int, int]] = {}
    ends = {pointer.rpartition("/")[2] for pointer in pointers}
    for kind, start, end, path in walk(text) if pointers else ():
        if not path or path[-1][1:] not in ends or (pointer := "".join(path)) not in pointers:
            continue
        if kind == "key" or pointer not in found:
            found[pointer] = start, end
        elif kind not in ",:":
            found[pointer] = found[pointer][0], end
    return found
