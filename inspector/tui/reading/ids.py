"""Ids in order, four bytes each, that come from both ends: millions of them, in pieces that never have to be moved."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

PIECE = 65_536
"""Ids that a piece grows to; what comes in one look makes one piece at most, however many they are."""


class Ids:
    """Ids in ascending order. Those of a ``small`` capture take four bytes, else eight."""

    def __init__(self, *, small: bool) -> None:
        self._type = "I" if small else "q"
        self._pieces: list[array[int]] = []
        self._starts = [0]  # the index at which each piece begins, and at last how many ids there are

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, index: int) -> int:
        place = bisect_right(self._starts, index) - 1
        return self._pieces[place][index - self._starts[place]]

    def append(self, ids: Sequence[int]) -> None:
        """Add ids above all that are here."""
        piece = array(self._type, iter(ids))  # an array takes no other kind of array
        if self._pieces and len(self._pieces[-1]) < PIECE:
            self._pieces[-1] += piece
            self._starts[-1] += len(piece)
        elif piece:
            self._pieces.append(piece)
            self._starts.append(len(self) + len(piece))

    def prepend(self, ids: Sequence[int]) -> None:
        """Add ids below all that are here."""
        piece = array(self._type, iter(ids))
        if self._pieces and len(self._pieces[0]) < PIECE:
            self._pieces[0] = piece + self._pieces[0]
        elif piece:
            self._pieces.insert(0, piece)
        self._count()

    def index_of(self, number: int) -> int:
        """Return the index of an id, or of the first one above it."""
        place = max(0, bisect_right(self._pieces, number, key=_first) - 1)
        return self._starts[place] + bisect_left(self._pieces[place], number) if self._pieces else 0

    def add(self, number: int) -> None:
        """Put an id among those that are here, unless it is one of them."""
        index = self.index_of(number)
        if index == len(self):
            self.append([number])
        if self[index] == number:
            return
        place = max(0, bisect_right(self._pieces, number, key=_first) - 1)
        self._pieces[place].insert(index - self._starts[place], number)
        self._count()

    def drop(self, number: int) -> None:
        """Leave out an id, if it is here."""
        index = self.index_of(number)
        if index == len(self) or self[index] != number:
            return
        place = bisect_right(self._starts, index) - 1
        del self._pieces[place][index - self._starts[place]]
        self._pieces = [piece for piece in self._pieces if piece]
        self._count()

    def _count(self) -> None:
        self._starts = [0, *accumulate(map(len, self._pieces))]


def _first(piece: "array[int]") -> int:
    return piece[0]
