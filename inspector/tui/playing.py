"""A replay in a thread of its own, so that neither the interface nor its pace waits for the other. Without Textual."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.replay.options import RunOptions
from inspector.replay.report import Report
from inspector.replay.run import Run
from inspector.replay.script import Script
from inspector.replay.steps import Await, Outcome, Send, Step
from inspector.store.reader import Reader

log = logging.getLogger(__name__)


class Playing:
    """One run on its way; ``frame`` (an id) is the only one that is played, None for all.

    ``outcomes`` grows while it runs, and is read by whoever looks. ``listening`` is where stations are to connect, once
    that is so; ``trouble`` says why the run could not be made. Orders may come at any time, from any thread.
    """

    def __init__(self, options: RunOptions, frame: int | None = None) -> None:
        self.options = options
        self.outcomes: list[Outcome] = []
        self.listening = ""
        self.trouble = ""
        self.report: Report | None = None
        self._frame = frame
        self._run: Run | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="replay", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more: the run is recorded, and the report is there."""
        return not self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether the next step waits for an order."""
        return self._run is not None and self._run.paused

    def pause(self) -> None:
        """Begin no further step."""
        self._order(Run.pause)

    def resume(self) -> None:
        """Go on."""
        self._order(Run.resume)

    def step(self) -> None:
        """Play the next step and pause."""
        self._order(Run.step)

    def stop(self) -> None:
        """End the run; the report is made all the same."""
        self._stopped = True
        self._order(Run.stop)

    def join(self, seconds: float) -> bool:
        """Wait for the end; False if it did not come within a time."""
        self._thread.join(seconds)
        return self.is_over

    def _order(self, order: Callable[[Run], None]) -> None:
        if self._loop is not None and self._run is not None:
            with suppress(RuntimeError):  # it is over
                self._loop.call_soon_threadsafe(order, self._run)

    def _work(self) -> None:
        try:
            asyncio.run(self._play())
        except InspectorError as error:
            self.trouble = str(error)
        except Exception as error:
            log.exception("a replay failed")
            self.trouble = f"{type(error).__name__}: {error}"

    async def _play(self) -> None:
        run = Run(self.options, self._listens)
        if self._frame is not None:
            run.parts[0].script = narrowed(run.parts[0].script, self._frame)
        self._run, self._loop = run, asyncio.get_running_loop()
        if self._stopped:
            run.stop()
        try:
            async for outcome in run.play():
                self.outcomes.append(outcome)
        finally:
            self.report = run.report if run.reports else None

    def _listens(self, url: str) -> None:
        self.listening = url


def plan(reader: Reader, script: Callable[[Reader], Script], frame: int | None) -> Sequence[Step]:
    """Return the steps that would be played. Raises :class:`InspectorError` where there is nothing to play."""
    made = script(reader)
    return made.steps if frame is None else narrowed(made, frame).steps


def narrowed(script: Script, frame: int) -> Script:
    """Return a script of the one step that plays a frame: an answer is a part of its CALL's step.

    Raises :class:`InspectorError` if no step does.
    """
    for step in script.steps:
        if step.frame == frame or (isinstance(step, Send | Await) and step.answer == frame):
            return replace(script, steps=(replace(step, number=1),))
    raise InspectorError(visible(f"no step of {script.station}'s script plays frame {frame}"))
