"""Two sequences side by side: what they share in order, what only one of them has, and what changed places."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

MOST_EDITS = 200
"""Edits that are sought in one go. Sequences that are more unlike are aligned a stretch at a time, so that the cost
is never more than this for each member."""

FARTHEST = 100
"""Members between the places of one that counts as out of order: what is farther away is another one."""


class Pair(NamedTuple):
    """Two places that belong together, None where a sequence has no such member. ``moved``: not in this order."""

    then: int | None
    now: int | None
    moved: bool = False


def aligned(then: Sequence[Hashable], now: Sequence[Hashable]) -> list[Pair]:
    """Pair the members of two sequences, in the order of the first; what only the second has stands where it came."""
    pairs: list[Pair] = []
    start = (0, 0)
    while start != (len(then), len(now)):
        found = _stretch(then, now, start)
        pairs += found
        start = _end(found, start)
    return _with_moved(pairs, then, now)


def _end(pairs: Sequence[Pair], start: tuple[int, int]) -> tuple[int, int]:
    taken = (sum(pair.then is not None for pair in pairs), sum(pair.now is not None for pair in pairs))
    return start[0] + taken[0], start[1] + taken[1]


def _stretch(then: Sequence[Hashable], now: Sequence[Hashable], start: tuple[int, int]) -> list[Pair]:
    """Align from a place to the end, or as far as so many edits lead (Myers, An O(ND) Difference Algorithm, 1986).

    ``reach`` holds, for each diagonal, how far the first sequence is consumed; ``history`` what it was after each edit.
    """
    left, right = len(then) - start[0], len(now) - start[1]
    reach, history = {1: 0}, []
    for edits in range(min(left + right, MOST_EDITS) + 1):
        history.append(reach.copy())
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            while x < left and y < right and then[start[0] + x] == now[start[1] + y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= left and y >= right:
                return _walked(history, diagonal, (left, right), start)
    inside = {diagonal: x for diagonal, x in reach.items() if x <= left and 0 <= x - diagonal <= right}
    best = max(inside, key=lambda diagonal: 2 * inside[diagonal] - diagonal)
    return _walked(history, best, (inside[best], inside[best] - best), start)


def _walked(history: list[dict[int, int]], diagonal: int, end: tuple[int, int], start: tuple[int, int]) -> list[Pair]:
    """Go back from an end to the start, and return the pairs on the way."""
    pairs: list[Pair] = []
    x, y = end
    for edits in range(len(history) - 1, -1, -1):
        reach = history[edits]
        down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = reach[before]
        from_y = from_x - before
        while x > from_x and y > from_y and not (x == from_x + (not down) and y == from_y + down):
            x, y = x - 1, y - 1
            pairs.append(Pair(start[0] + x, start[1] + y))
        if edits:
            pairs.append(Pair(None, start[1] + from_y) if down else Pair(start[0] + from_x, None))
        x, y, diagonal = from_x, from_y, before
    return pairs[::-1]


def _with_moved(pairs: list[Pair], then: Sequence[Hashable], now: Sequence[Hashable]) -> list[Pair]:
    """Put together what only the one has and what only the other has, if it is the same and not far away."""
    lone: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for pair in pairs:
        if pair.then is None and pair.now is not None:
            lone[now[pair.now]].append(pair.now)
    place = {pair.now: index for index, pair in enumerate(pairs) if pair.now is not None}
    taken: dict[int, int] = {}
    for index, pair in enumerate(pairs):
        if pair.then is None or pair.now is not None:
            continue
        waiting = lone[then[pair.then]]
        while waiting and place[waiting[0]] < index - FARTHEST:
            waiting.popleft()
        if waiting and place[waiting[0]] <= index + FARTHEST:
            taken[pair.then] = waiting.popleft()
    return list(_merged(pairs, taken))


def _merged(pairs: list[Pair], taken: dict[int, int]) -> Iterator[Pair]:
    gone = set(taken.values())
    for pair in pairs:
        if pair.then in taken and pair.now is None:
            yield Pair(pair.then, taken[pair.then], True)
        elif pair.then is not None or pair.now not in gone:
            yield pair
