"""A search through the frames, from where the user is towards both ends: what is near is found first."""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inspector.store.filter import Where
from inspector.store.reader import Reader

FIRST_STRETCH = 16_384
"""Ids that are looked through at first."""

MOST_STRETCH = 2**19
"""Ids that are looked through at once at most: all of them may match, and be in memory."""

STRETCH_SECONDS = 0.03
"""How long a look should take: so long a search can't be stopped, and nothing of it is shown."""

FASTER, SLOWER = 2, 0.5


class Part(NamedTuple):
    """The matching ids of one look, in order; whether it was ahead of all that was found before, and at the end."""

    ids: Sequence[int]
    ahead: bool
    at_end: bool


def search(
    reader: Reader, where: Where, ends: tuple[int, int], *, session: int | None, anchor: int | None
) -> Iterator[Part]:
    """Yield what matches between two ids: from ``anchor`` on and below it by turns, below the end if it is None."""
    first, last = ends
    ahead = below = last + 1 if anchor is None else min(max(first, anchor), last + 1)
    pace = _Pace()
    while ahead <= last or below > first:
        if ahead <= last:
            start, ahead = ahead, min(ahead + pace.stretch, last + 1)
            ids = pace.look(reader, where, session, start, ahead - 1)
            yield Part(ids, ahead=True, at_end=ahead > last)
        if below > first:
            stop, below = below, max(below - pace.stretch, first)
            ids = pace.look(reader, where, session, below, stop - 1)
            yield Part(ids, ahead=False, at_end=ahead > last)


class _Pace:
    """Looks through as many ids at once as it can in a short time."""

    def __init__(self) -> None:
        self.stretch = FIRST_STRETCH

    def look(self, reader: Reader, where: Where, session: int | None, first: int, last: int) -> Sequence[int]:
        began = time.monotonic()
        ids = reader.matches(where, session=session, first=first, last=last)
        took = time.monotonic() - began
        change = FASTER if took < STRETCH_SECONDS * SLOWER else SLOWER if took > STRETCH_SECONDS * FASTER else 1
        self.stretch = min(max(1, int(self.stretch * change)), MOST_STRETCH)
        return ids
