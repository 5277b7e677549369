"""When to send: as the answers come, or as the recording did; paused, resumed, and a step at a time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

SLACK_SECONDS = 0.25
"""A step that comes later than this, because an answer was awaited, moves those after it: gaps are kept, not dates."""

AWAKE_SECONDS = 0.002
"""How long before it is due a step is waited for without sleeping."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast to play. ``speed`` is so many times as fast as recorded, None for as fast as the answers come.

    ``max_gap`` is the longest gap between two steps, ``timeout`` how long to wait for the peer, both in seconds and
    as they are on the clock; ``stepwise`` waits before each step until it is told to go on.
    """

    speed: float | None = None
    max_gap: float | None = None
    timeout: float = 10.0
    stepwise: bool = False

    def seconds(self, recorded_ns: int) -> float:
        """Return how long a recorded time lasts at this pace."""
        if self.speed is None or recorded_ns <= 0:
            return 0.0
        seconds = recorded_ns / 1e9 / self.speed
        return seconds if self.max_gap is None else min(seconds, self.max_gap)


BY_ANSWERS = Pace()
"""The next step when the answer is in."""


class Metronome:
    """Lets one step after the other have its turn. Of one event loop."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._may_go = asyncio.Event()
        self._steps_left = 0
        self._pauses = 0
        self._is_playing = False
        self._due = 0.0
        self._last_ns: int | None = None
        if not pace.stepwise:
            self._may_go.set()

    @property
    def paused(self) -> bool:
        """Whether no further step begins before :meth:`resume` or :meth:`step`."""
        return not self._may_go.is_set()

    @property
    def waits(self) -> bool:
        """Whether it is paused, and the step before is through."""
        return self.paused and not self._is_playing

    def pause(self) -> None:
        """Let no further step have its turn, nor the one that is not due yet."""
        self._pauses += 1
        self._steps_left = 0
        self._may_go.clear()

    def resume(self) -> None:
        """Go on until the end, or until :meth:`pause`."""
        self._steps_left = 0
        self._may_go.set()

    def step(self) -> None:
        """Let one step more have its turn, and pause before the next."""
        self._steps_left += 1
        self._may_go.set()

    async def turn(self, recorded_ns: int, in_vain: asyncio.Event) -> float:
        """Wait for a step's turn; return when it is due, on the monotonic clock: now, if nothing is planned.

        No longer than until it is ``in_vain``: the connection is gone.
        """
        paused = await self._granted()
        self._plan(recorded_ns, time.monotonic(), paused)
        pauses: int | None = None
        while pauses != self._pauses and not in_vain.is_set():
            if pauses is not None:
                self._due += await self._granted()
            pauses = self._pauses
            await self._sleep(in_vain)
        return self._due

    async def _granted(self) -> float:
        """Wait until a step may have its turn; return for how many seconds it was kept from it."""
        before, was_paused = time.monotonic(), self.paused
        self._is_playing = False
        await self._may_go.wait()
        self._is_playing = True
        if self._steps_left:
            self._steps_left -= 1
            if not self._steps_left:
                self._may_go.clear()
        return time.monotonic() - before if was_paused else 0.0

    async def _sleep(self, in_vain: asyncio.Event) -> None:
        """Sleep until it is due: the loop's timers are a millisecond late, so the last moment is spent awake."""
        seconds = self._due - time.monotonic() - AWAKE_SECONDS
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(in_vain.wait(), seconds)
        while time.monotonic() < self._due and not in_vain.is_set():
            await asyncio.sleep(0)

    def _plan(self, recorded_ns: int, now: float, paused: float) -> None:
        gap = 0.0 if self._last_ns is None else self.pace.seconds(recorded_ns - self._last_ns)
        self._due = self._due + gap + paused if self._last_ns is not None and self.pace.speed is not None else now
        self._last_ns = recorded_ns
        if now - self._due > SLACK_SECONDS:
            self._due = now
