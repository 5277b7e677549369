"""Plays one script against a live peer, whichever side it is, and tells how each step went.

No wait is without an end: for the peer there is the timeout, and every wait ends with the connection.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.version import Party
from inspector.replay.calls import Calls, settle, within
from inspector.replay.compare import Difference
from inspector.replay.contact import Contact
from inspector.replay.expectations import Expectations
from inspector.replay.means import Link, Means, Raw
from inspector.replay.pace import Metronome
from inspector.replay.script import UNASKED, Script, digest
from inspector.replay.steps import Await, Break, Extra, Fault, Outcome, Send, Step, Verdict

MOST_EXTRA = 1000
"""Frames that no step asks for which are told one by one: more are a flood, and are only counted."""


class Player:
    """Plays ``script`` over the connections of ``link``; ``tell`` takes each outcome.

    ``metronome`` lets its steps have their turns, by default at the pace of ``means``. ``flooded`` counts the frames
    that were too many to be told.
    """

    def __init__(
        self,
        script: Script,
        link: Link,
        means: Means,
        tell: Callable[[Outcome], None],
        metronome: Metronome | None = None,
    ) -> None:
        self.flooded = 0
        self._metronome = metronome or Metronome(means.pace)
        self._script = script
        self._means = means
        self._tell = tell
        self._extras = 0
        self._done = 0
        self._at = script.steps[0].number - 1
        self._expected = Expectations(script.steps)
        self._met: dict[int, Outcome] = {}  # by the number of a step that waits, or is still to come
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._abandoned = False
        self._contact = Contact(script.role, link, means, self._take, self._settle)
        self._calls = Calls(means, self._contact, tell, self._extra)

    @property
    def ending(self) -> str:
        """Why the connection ended, where that was not meant."""
        return self._contact.ending

    async def play(self) -> None:
        """Go through the script and take leave; what can't be played any more is unsent.

        Raises :class:`InspectorError` for want of a connection.
        """
        try:
            await self._contact.open(self._script.sessions[0])
            for step in self._script.steps:
                await self._play(step)
                self._done, self._at = self._done + 1, step.number
                if self._contact.failure is not None:
                    raise self._contact.failure
            await asyncio.gather(*self._tasks)
            if self._means.endless:
                await self._contact.gone.wait()
        finally:
            for step in self._script.steps[self._done :]:
                self._tell(Outcome(step, Verdict.UNSENT))
            self._done = len(self._script.steps)
            await self._hang_up()

    async def _play(self, step: Step) -> None:
        if isinstance(step, Fault) and not (self._means.faithful and step.sender is self._script.role):
            self._tell(Outcome(step, Verdict.SKIPPED, words=step.what))
            return
        if self._contact.gone.is_set() and not isinstance(step, Break) and not await self._returned(step):
            self._tell(self._taken(step, Outcome(step, Verdict.UNSENT)))
            return
        if isinstance(step, Send):  # read it now: that may take longer than the step may be late
            self._means.raw(step, step.frame)
        due = await self._metronome.turn(step.time_ns, self._contact.gone)
        try:
            if isinstance(step, Send):
                await self._send(step, due)
            elif isinstance(step, Await):
                await self._await(step)
            elif isinstance(step, Fault):
                await self._break_the_rules(step)
            elif isinstance(step, Break):
                await self._break(step)
        except ConnectionClosed:
            self._tell(Outcome(step, Verdict.UNSENT, words="the connection is gone"))
        except TimeoutError as error:
            self._tell(Outcome(step, Verdict.UNSENT, words=str(error) or "the peer takes nothing any more"))

    async def _send(self, step: Send, due: float) -> None:
        asked = await self._calls.send(step, due)
        if asked is not None and step.overlaps and self._means.faithful:
            self._later(self._calls.hear(asked))
        elif asked is not None:
            await self._calls.hear(asked)

    async def _await(self, step: Await) -> None:
        come_back = True
        while come_back and step.number not in self._met:
            waiting = self._waiting[step.number] = asyncio.get_running_loop().create_future()
            await within(None if self._means.endless else self._means.pace.timeout, waiting)
            del self._waiting[step.number]
            come_back = self._contact.gone.is_set() and await self._returned(step)
        missing = f"the {self._script.role.peer.label} did not send it"
        self._tell(self._taken(step, Outcome(step, Verdict.MISSING, words=missing)))

    def _taken(self, step: Step, otherwise: Outcome) -> Outcome:
        """Return what came for a step before its turn was over, if something did."""
        return self._met.pop(step.number, otherwise)

    async def _break_the_rules(self, step: Fault) -> None:
        """Send what is wrong as it was; a second answer goes to the CALL that it was the second answer to."""
        if step.frame is not None:
            raw = self._means.raw(step, step.frame)
            live = self._calls.live(step.message_id) if step.type.is_answer else None
            await self._contact.write(self._means.rebinder.outgoing(raw, message_id=live) if live else raw)
        self._tell(Outcome(step, Verdict.SAME, words=step.what))

    async def _break(self, step: Break) -> None:
        """End the connection as it ended, and open the next one where the station came back."""
        verdict, words = Verdict.SAME, ""
        await asyncio.gather(*self._tasks)
        if step.sender is not self._script.role and not await self._contact.is_left():
            verdict, words = Verdict.MISSING, f"the {step.sender.label} did not end the connection"
        if step.is_abrupt and step.sender is self._script.role and not self._means.faithful and not step.reopens:
            verdict, words = Verdict.SKIPPED, "the connection ended without a word"
        await self._hang_up(abort=step.is_abrupt and self._means.faithful, code=step.code, reason=step.reason)
        if step.following is not None:
            await self._contact.open(self._script.session(step.following))
        self._tell(Outcome(step, verdict, words=words))

    async def _returned(self, step: Step) -> bool:
        """Let a station come back that left in the midst of its script; tell whether it did."""
        if self._script.role is Party.STATION or self._means.endless or step.number in self._met or self._abandoned:
            return False
        self._extra(self._contact.ending, None)
        try:
            await self._contact.open(self._script.session(step.session), self._means.pace.timeout)
        except TimeoutError:
            self._abandoned = True
        return not self._abandoned

    async def _hang_up(self, *, abort: bool = False, code: int | None = None, reason: str = "") -> None:
        await self._contact.hang_up(abort=abort, code=code, reason=reason)
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    def _settle(self) -> None:
        """End every wait: the connection is gone."""
        self._calls.settle()
        for waiting in self._waiting.values():
            settle(waiting)

    async def _take(self, frame: Frame) -> None:
        if frame.type.is_answer and frame.message_id is not None:
            self._calls.take(frame, frame.message_id)
        elif frame.type in UNASKED and frame.message_id is not None:
            await self._take_unasked(frame, frame.message_id)
        else:
            self._extra(f"{frame.type.name}: not a frame of OCPP", frame)

    async def _take_unasked(self, frame: Frame, message_id: str) -> None:
        """Find the step that a frame of the peer's own meets, and answer it as it was answered then."""
        action = frame.action or ""
        met = self._expected.meet(frame, action, lambda step: self._differing(step, frame.raw))
        if met is None:
            self._extra(f"{frame.type.name} {action}".rstrip(), frame)
            step = self._nearest(frame, action, message_id)
        else:
            step = met.step
            self._calls.remember(step.message_id, message_id)
            self._means.rebinder.incoming(self._means.raw(step, step.frame), frame.raw, action)
            self._arrive(step, _verdict(met.differences, met.too_late), met.differences, frame.raw)
            if met.differences and self._means.strict:
                step = self._nearest(frame, action, message_id)
        if frame.type is MessageType.CALL:
            await self._answer(step, frame, message_id)

    def _nearest(self, frame: Frame, action: str, message_id: str) -> Await | None:
        """Return the step whose recorded answer fits a CALL best, None if none does."""
        raw, means = frame.raw, self._means
        said = digest(raw, message_id) if isinstance(raw, str) else 0
        found = means.answers.nearest(action, said, self._at, lambda step: len(self._differing(step, raw)))
        return None if found and means.strict and self._differing(found, raw) else found

    def _differing(self, step: Await, live: Raw) -> Sequence[Difference]:
        means = self._means
        recorded = self._means.raw(step, step.frame)
        return means.compare(means.rebinder.expected(recorded, step.action), live, step.action)

    def _arrive(self, step: Await, verdict: Verdict, found: tuple[Difference, ...], live: Raw) -> None:
        """Keep the outcome of a step until its turn; one whose turn is over is told as late."""
        late = step.number <= self._at
        outcome = Outcome(step, Verdict.LATE if late else verdict, found, None if verdict is Verdict.SAME else live)
        if late:
            self._tell(outcome)
            return
        self._met[step.number] = outcome
        if step.number in self._waiting:
            settle(self._waiting[step.number])

    async def _answer(self, step: Await | None, frame: Frame, message_id: str) -> None:
        """Answer as the recording does, at its pace; by the policy where it does not."""
        means, action = self._means, frame.action or ""
        if step is not None and step.answer is None:
            if means.faithful:
                return
            step = means.answers.nearest(action, step.digest, step.number, lambda _: 0)
        if step is None or step.answer is None:
            text: Raw | None = await means.unknown(frame)
        else:
            text = means.rebinder.outgoing(self._means.raw(step, step.answer), action, message_id=message_id)
        if text is None:
            return
        delay = means.pace.seconds(step.answered_ns or 0) if step else 0.0
        if delay:
            self._later(self._write_after(delay, text))
        else:
            with suppress(ConnectionClosed, TimeoutError):
                await self._contact.write(text)

    async def _write_after(self, seconds: float, text: Raw) -> None:
        await asyncio.sleep(seconds)
        with suppress(ConnectionClosed, TimeoutError):
            await self._contact.write(text)

    def _extra(self, what: str, frame: Frame | None) -> None:
        """Tell what no step asks for; of a flood, how much it was."""
        self._extras += 1
        if self._extras > MOST_EXTRA:
            self.flooded += 1
            return
        step = Extra(
            number=self._at,
            session=self._contact.session,
            time_ns=time.time_ns(),
            sender=self._script.role.peer,
            type=frame.type if frame else MessageType.INVALID,
            message_id=frame.message_id or "" if frame else "",
            action=frame.action or "" if frame else "",
            what=what,
        )
        self._tell(Outcome(step, Verdict.EXTRA, got=frame.raw if frame else None, words=what))

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _verdict(found: Sequence[Difference], too_late: bool) -> Verdict:
    return Verdict.OUT_OF_ORDER if too_late else Verdict.DIFFERENT if found else Verdict.SAME
