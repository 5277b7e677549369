"""What the peer is expected to send by itself, and which recorded answer is nearest to what it sent."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from inspector.protocol.frame import Frame, MessageType
from inspector.replay.compare import Difference
from inspector.replay.steps import Await, Step

MOST_COMPARED = 16
"""Recorded frames of one action that are held against one that came."""


class Expectations:
    """The steps that wait for what the peer sends by itself: each is met once."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._open: defaultdict[tuple[MessageType, str], deque[Await]] = defaultdict(deque)
        self._furthest = 0
        for step in steps:
            if isinstance(step, Await):
                self._open[_key(step.type, step.action)].append(step)

    def meet(self, frame: Frame, action: str, compare: Callable[[Await], Sequence[Difference]]) -> "Met | None":
        """Take out the step that a frame meets: of those next in line the most alike. None if there is none."""
        waiting = self._open.get(_key(frame.type, action))
        if not waiting:
            return None
        chosen: Met | None = None
        for index, step in enumerate(islice(waiting, MOST_COMPARED)):
            found = tuple(compare(step))
            if chosen is None or len(found) < len(chosen.differences):
                chosen, at = Met(step, found, step.number < self._furthest), index
            if not found:
                break
        assert chosen is not None
        del waiting[at]
        self._furthest = max(self._furthest, chosen.step.number)
        return chosen


class Met(NamedTuple):
    """The step that a frame meets, and what differs; ``too_late`` if another one, that comes after it, was met."""

    step: Await
    differences: tuple[Difference, ...]
    too_late: bool


def _key(kind: MessageType, action: str) -> tuple[MessageType, str]:
    return kind, "" if kind is MessageType.CALLRESULTERROR else action


class Answers:
    """The recorded answers by action, in the order of their steps."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._by_action: defaultdict[str, list[Await]] = defaultdict(list)
        self._by_digest: defaultdict[tuple[str, int], list[Await]] = defaultdict(list)
        for step in steps:
            if isinstance(step, Await) and step.answer is not None:
                self._by_action[step.action].append(step)
                self._by_digest[step.action, step.digest].append(step)

    def nearest(self, action: str, digest: int, at: int, count: Callable[[Await], int]) -> Await | None:
        """Return the step whose answer fits best to a CALL that came at the step ``at``.

        One that asked the very same; else ``count`` says how much differs from each nearby, and the fewest win. Of
        equals it is the nearest. None if there never was an answer to the action.
        """
        steps = self._by_digest.get((action, digest)) or self._by_action.get(action, [])
        if len(steps) < 2:
            return next(iter(steps), None)
        place = bisect_left(steps, at, key=lambda step: step.number)
        near = steps[max(0, place - MOST_COMPARED // 2) : place + MOST_COMPARED // 2]
        return min(sorted(near, key=lambda step: abs(step.number - at)), key=count)
