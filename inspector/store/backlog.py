"""What a scribe has sent and does not know to be written: it is sent again when another process has to go on."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inspector.protocol.event import Closed, Controlled, Event, Opened, Violated
from inspector.store.loss import WHOLE, Loss
from inspector.store.messages import Batch, Resumed, Row

MOST_TURNS = 10_000
"""Beginnings and ends of sessions that are kept without their frames; of more, those that began and ended are counted.

Then no more is kept than there are stations, however long nothing can be written and however often they come back.
"""


@dataclass(slots=True)
class Sent:
    """A batch: its events, the bytes of memory that its frames take, and how many of them each session has."""

    position: int
    rows: list[Row]
    size: int
    frames: Counter[int]


@dataclass(slots=True)
class Bare:
    """The oldest batches, without their frames: up to which position, the other events, what is missing."""

    position: int = 0
    turns: list[tuple[int, int, Event]] = field(default_factory=list)  # position, key, event
    frames: Counter[int] = field(default_factory=Counter)
    losses: dict[int, Loss] = field(default_factory=dict)


@dataclass(slots=True)
class Live:
    """A session whose beginning is written and whose end is not, and how many of its frames are written."""

    opened: Opened
    frames: int = 0


class Backlog:
    """Batches, in order. Beyond a bound the oldest frames go: they are missing only if the process loses them, too."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._position = 0
        self._bytes = 0
        self._live: dict[int, Live] = {}
        self._bare = Bare()
        self._batches: deque[Sent] = deque()

    def __bool__(self) -> bool:
        return bool(self._bare.position or self._batches)

    def add(self, rows: list[Row], size: int) -> Batch:
        """Keep events, whose frames take so many bytes, and return them as the batch to send."""
        self._position += 1
        frames = Counter(row[0] for row in rows if len(row) == 5)
        self._batches.append(Sent(self._position, rows, size, frames))
        self._bytes += size
        while self._bytes > self._most_bytes:
            self.give_up()
        return Batch(self._position, True, rows)

    def written(self, position: int) -> None:
        """Forget what is written."""
        done = [(key, event) for at, key, event in self._bare.turns if at <= position]
        self._bare.turns = self._bare.turns[len(done) :]
        if 0 < self._bare.position <= position:
            self._settle(done, self._bare.frames)
            self._bare = Bare()
        elif done:
            self._settle(done, Counter())
        while self._batches and self._batches[0].position <= position:
            batch = self._batches.popleft()
            self._bytes -= batch.size
            self._settle(_turns(batch.rows), batch.frames)

    def give_up(self) -> None:
        """Let the frames of the oldest batch go, if there is one."""
        if not self._batches:
            return
        batch, bare = self._batches.popleft(), self._bare
        self._bytes -= batch.size
        bare.position = batch.position
        bare.frames += batch.frames
        for row in batch.rows:
            if len(row) == 5:
                bare.losses.setdefault(row[0], Loss()).add(row[1], len(row[3]))
            elif not isinstance(row[1], Controlled | Violated):
                bare.turns.append((batch.position, *row))
        if len(bare.turns) > MOST_TURNS:
            _thin(bare)

    def resumed(self, why: str) -> Resumed:
        """Return the sessions that another process has to go on with, because of what became of the one before."""
        return Resumed(why, tuple((key, live.opened, live.frames) for key, live in self._live.items()))

    def batches(self) -> Iterator[Batch]:
        """Return what another process has to write, after it was told the sessions."""
        if self._bare.position:
            yield Batch(self._bare.position, False, list(_with_gaps(self._bare)))
        for batch in self._batches:
            yield Batch(batch.position, False, batch.rows)

    def sessions(self) -> int:
        """Count the sessions of which something is not written, if only their end."""
        return len(self._live) + sum(isinstance(event, Opened) for _, event in self._turns())

    def _turns(self) -> Iterator[tuple[int, Event]]:
        for _, key, event in self._bare.turns:
            yield key, event
        for batch in self._batches:
            yield from _turns(batch.rows)

    def _settle(self, turns: Iterable[tuple[int, Event]], frames: Counter[int]) -> None:
        """Note of the sessions what is written now."""
        ended = []
        for key, event in turns:
            if isinstance(event, Opened):
                self._live[key] = Live(event)
            elif isinstance(event, Closed):
                ended.append(key)
        for key, number in frames.items():
            if key in self._live:  # else its end was settled before all that was let go with its frames
                self._live[key].frames += number
        for key in ended:
            self._live.pop(key, None)


def _turns(rows: Iterable[Row]) -> Iterator[tuple[int, Event]]:
    """Yield what is no frame."""
    for row in rows:
        if len(row) == 2:
            yield row


def _thin(bare: Bare) -> None:
    """Count the sessions that began and ended in the oldest batches, instead of keeping them."""
    began = {key: event.time_ns for _, key, event in bare.turns if isinstance(event, Opened)}
    whole = {key for _, key, event in bare.turns if isinstance(event, Closed) and key in began}
    for key in whole:
        del bare.frames[key]
        bare.losses.setdefault(WHOLE, Loss()).add_session(began[key], bare.losses.pop(key, None))
    bare.turns = [turn for turn in bare.turns if turn[1] not in whole]


def _with_gaps(bare: Bare) -> Iterator[Row]:
    """Yield what is left of the oldest batches, and what is missing of each session, before it ends."""
    losses = dict(bare.losses)
    for _, key, event in bare.turns:
        if isinstance(event, Closed) and key in losses:
            yield key, losses.pop(key).gap(event.time_ns)
        yield key, event
    for key, loss in losses.items():
        yield key, loss.gap(loss.last_ns)
