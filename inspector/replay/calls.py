"""The CALLs that are ours: each is sent with its id, waited for, and its answer held against the recorded one."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from inspector.protocol.frame import Frame, MessageType
from inspector.replay.contact import Contact
from inspector.replay.means import Means, Raw
from inspector.replay.steps import Outcome, Send, Verdict

QUIET_SECONDS = 1.0
"""How long to listen for an answer to a CALL that had none in the recording."""

MOST_ANSWERED = 256
"""Ids that are remembered after their exchange is done: to know a second answer, and to give one."""


@dataclass(slots=True, eq=False)
class Asked:
    """A CALL of ours that has no answer yet."""

    step: Send
    sent_ns: int
    late_ns: int | None
    answer: "asyncio.Future[Raw | None]"


class Calls:
    """Sends what a script sends by itself, over ``contact``.

    ``tell`` takes each outcome, ``extra`` in words an answer that nobody asked for, and its frame.
    """

    def __init__(
        self,
        means: Means,
        contact: Contact,
        tell: Callable[[Outcome], None],
        extra: Callable[[str, Frame | None], None],
    ) -> None:
        self._means = means
        self._contact = contact
        self._tell = tell
        self._extra = extra
        self._asked: dict[str, Asked] = {}
        self._live: dict[str, str] = {}  # recorded ids, of both sides, to those of now
        self._answered: deque[str] = deque(maxlen=MOST_ANSWERED)

    def live(self, recorded: str) -> str | None:
        """Return the id that is in place of a recorded one, None if that is not known any more."""
        return self._live.get(recorded)

    def remember(self, recorded: str, live: str) -> None:
        """Take note of the id that is in place of a recorded one."""
        self._live[recorded] = live
        if len(self._live) > MOST_ANSWERED:
            del self._live[next(iter(self._live))]

    async def send(self, step: Send, due: float) -> Asked | None:
        """Send, and tell it where that has no answer. Raises TimeoutError, ConnectionClosed."""
        means = self._means
        message_id = self._id_for(step)
        text = means.rebinder.outgoing(means.raw(step, step.frame), step.action, message_id=message_id)
        late_ns = None if means.pace.speed is None else round((time.monotonic() - due) * 1e9)
        if step.type is not MessageType.CALL:
            await self._contact.write(text)
            self._tell(Outcome(step, Verdict.SAME, late_ns=late_ns))
            return None
        asked = Asked(step, time.monotonic_ns(), late_ns, asyncio.get_running_loop().create_future())
        self._asked[message_id] = asked
        try:
            await self._contact.write(text)
        except BaseException:
            self._asked.pop(message_id, None)
            raise
        return asked

    def _id_for(self, step: Send) -> str:
        """Return the id to send with: new for a CALL; a CALLRESULTERROR has its CALL's."""
        if step.type is MessageType.CALLRESULTERROR:
            return self._live.get(step.message_id, step.message_id)
        message_id = self._means.rebinder.message_id(step.message_id)
        self.remember(step.message_id, message_id)
        return message_id

    async def hear(self, asked: Asked) -> None:
        """Wait for the answer to a CALL, and tell what it is."""
        step, timeout = asked.step, self._means.pace.timeout
        wait = timeout if step.answer is not None or step.new else min(QUIET_SECONDS, timeout)
        got = await within(wait, asked.answer)
        if got is not None:
            self._tell(self._judged(asked, got))
            return
        why = "the connection ended before" if self._contact.gone.is_set() else f"no answer within {wait:g} s"
        if step.answer is None:
            self._tell(Outcome(step, Verdict.SAME, words=why if step.new else "", late_ns=asked.late_ns))
        else:
            self._tell(Outcome(step, Verdict.MISSING, words=why, late_ns=asked.late_ns))

    def _judged(self, asked: Asked, got: Raw, verdict: Verdict | None = None) -> Outcome:
        """Hold an answer against the recorded one; a draft may have none, and is content with any."""
        step, means = asked.step, self._means
        latency = time.monotonic_ns() - asked.sent_ns
        if step.new:
            return Outcome(step, Verdict.SAME, latency_ns=latency, late_ns=asked.late_ns)
        if step.answer is None:
            words = "an answer, where there was none"
            return Outcome(step, verdict or Verdict.EXTRA, (), got, words, latency, asked.late_ns)
        recorded = means.raw(step, step.answer)
        means.rebinder.incoming(recorded, got, step.action)
        found = tuple(means.compare(means.rebinder.expected(recorded, step.action), got, step.action))
        verdict = verdict or (Verdict.DIFFERENT if found else Verdict.SAME)
        kept = None if verdict is Verdict.SAME else got
        return Outcome(step, verdict, found, kept, "", latency, asked.late_ns)

    def take(self, frame: Frame, message_id: str) -> None:
        """Take an answer that came."""
        asked = self._asked.pop(message_id, None)
        if asked is not None:
            self._answered.append(message_id)
            if asked.answer.done():
                self._tell(self._judged(asked, frame.raw, Verdict.LATE))
            else:
                asked.answer.set_result(frame.raw)
        else:
            second = "a second answer" if message_id in self._answered else "that no open CALL asked for"
            self._extra(f"{frame.type.name}: {second}", frame)

    def settle(self) -> None:
        """End every wait: the connection is gone."""
        for asked in self._asked.values():
            settle(asked.answer)


async def within(seconds: float | None, awaited: "asyncio.Future[Raw | None] | asyncio.Future[None]") -> Raw | None:
    """Wait for something the peer does; None when the time is over, or the connection."""
    try:
        async with asyncio.timeout(seconds):
            return await awaited
    except TimeoutError:
        return None


def settle(future: "asyncio.Future[Raw | None] | asyncio.Future[None]") -> None:
    """End a wait, if it is still on."""
    if not future.done():
        future.set_result(None)
