"""Sessions and their frames in the order of time: what spans sessions needs the order in which it all happened."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from inspector.protocol.event import Controlled, Noted, Received, Violated


class Life(NamedTuple):
    """When a session began, when it ended (None if it did not), and how many frames it has."""

    session: int
    opened_ns: int
    closed_ns: int | None
    frames: int


class Moment(NamedTuple):
    """A frame came, or something else happened. ``id`` tells where it stands in its source.

    ``number`` is that of a frame in its session.
    """

    id: int
    session: int
    number: int
    event: Received | Controlled | Violated | Noted


class Begin(NamedTuple):
    """A session begins."""

    session: int


class End(NamedTuple):
    """A session ends."""

    session: int


def in_order(items: Iterable[Life | Moment]) -> Iterator[Begin | Moment | End]:
    """Set beginnings and ends of sessions among their frames. A session's life comes before its first frame.

    The frames keep their order. A session begins before its first frame, and it ends after as many frames as its
    life tells of, whatever the clock said meanwhile. Memory grows with the sessions that have not begun or not ended,
    not with frames.
    """
    order = _Order()
    for item in items:
        if isinstance(item, Life):
            order.announce(item)
        else:
            yield from order.until(item.event.time_ns, item.session)
            if item.session in order.coming:
                yield order.begin(item.session)
            yield item
            if isinstance(item.event, Received):
                order.count(item.session)
    yield from order.rest()


class _Order:
    """Which sessions are still to begin, which are to end, and when."""

    def __init__(self) -> None:
        self.coming: dict[int, Life] = {}
        self._alive: dict[int, Life] = {}
        self._left: dict[int, int] = {}
        self._due: list[tuple[int, int, int]] = []

    def announce(self, life: Life) -> None:
        self.coming[life.session] = life
        heappush(self._due, (life.opened_ns, _BEGINS, life.session))

    def begin(self, session: int) -> Begin:
        life = self._alive[session] = self.coming.pop(session)
        self._left[session] = life.frames
        if not life.frames:
            self._may_end(life)
        return Begin(session)

    def count(self, session: int) -> None:
        """Take note of a frame; after its last a session may end."""
        if session in self._left:
            self._left[session] -= 1
            if not self._left[session]:
                self._may_end(self._alive[session])

    def _may_end(self, life: Life) -> None:
        if life.closed_ns is not None:
            heappush(self._due, (life.closed_ns, _ENDS, life.session))

    def until(self, time_ns: float, session: int | None = None) -> Iterable[Begin | End]:
        """Begin and end what is due by this time; a session does not end before what it has to say at its very end."""
        return self._until(time_ns, session) if self._due and self._due[0][0] <= time_ns else ()

    def _until(self, time_ns: float, session: int | None) -> Iterator[Begin | End]:
        while self._due and self._due[0][0] <= time_ns and self._due[0] != (time_ns, _ENDS, session):
            _, kind, due = heappop(self._due)
            if kind == _ENDS:
                yield self._end(due)
            elif due in self.coming:  # its first frame may have come sooner
                yield self.begin(due)

    def _end(self, session: int) -> End:
        del self._alive[session], self._left[session]
        return End(session)

    def rest(self) -> Iterator[Begin | End]:
        """Begin and end all others, also those that wait for frames that never came."""
        yield from self.until(float("inf"))
        late = sorted((life.closed_ns, life.session) for life in self._alive.values() if life.closed_ns is not None)
        for _, session in late:
            yield self._end(session)


_ENDS, _BEGINS = 0, 1
"""At one time, an old session ends before a new one begins."""
