"""What a player works with."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from websockets.asyncio.connection import Connection

from inspector.protocol.frame import Frame
from inspector.protocol.version import Version
from inspector.replay.compare import Difference, differences
from inspector.replay.expectations import Answers
from inspector.replay.options import RunOptions
from inspector.replay.pace import Pace
from inspector.replay.pattern import Pattern
from inspector.replay.rebind import Rebinder
from inspector.replay.script import Script
from inspector.replay.steps import Step
from inspector.replay.texts import Texts
from inspector.replay.unknown import Unknown, answer
from inspector.store.recording import Recording
from inspector.store.rows import Session

Raw = str | bytes


class Link(Protocol):
    """Where the connections of one station come from."""

    async def open(self, session: Session) -> Connection:
        """Return the connection that is in place of a recorded session's. Raises :class:`InspectorError`."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a player works with.

    ``begin`` starts the recording of a connection, None for none. ``compare`` says what differs between a recorded
    frame and one that came. ``unknown`` makes the answer to a CALL that the recording has none for, None for silence.
    It is ``endless`` if it has all the time to wait for what the peer sends by itself, and stays when its script is
    through; ``strict`` if it gives no recorded answer but to what asks for the same.
    """

    texts: Texts
    answers: Answers
    rebinder: Rebinder
    begin: Callable[[Session, Connection], Recording | None]
    compare: Callable[[Raw, Raw, str], Sequence[Difference]]
    unknown: Callable[[Frame], Awaitable[str | None]]
    pace: Pace
    faithful: bool = False
    endless: bool = False
    strict: bool = False

    def raw(self, step: Step, frame: int | None) -> Raw:
        """Return the text of a frame of a step, by its id in the capture."""
        assert frame is not None
        return self.texts.raw(step.session, frame)


def means_for(
    options: RunOptions,
    script: Script,
    texts: Texts,
    answers: Answers,
    begin: Callable[[Session, Connection], Recording | None],
    began_ns: int,
) -> Means:
    """Return what plays a script as the options say; times are moved so that its first step is now.

    They stay where nobody knows when that was, as with bare frames that were imported.
    """
    version, first_ns = script.sessions[0].version, script.steps[0].time_ns
    rebinder = Rebinder(
        version,
        script.role,
        shift_ns=began_ns - first_ns if first_ns else 0,
        keep_ids=options.keep_ids,
        keep_times=options.keep_times,
        changes=options.changes,
    )
    return Means(
        texts=texts,
        answers=answers,
        rebinder=rebinder,
        begin=begin,
        compare=partial(_compared, options.ignored),
        unknown=partial(_by_policy, options.unknown, version),
        pace=options.pace,
        faithful=options.faithful,
    )


def _compared(ignored: Sequence[Pattern], recorded: Raw, got: Raw, action: str) -> Sequence[Difference]:
    return differences(recorded, got, action=action, ignored=ignored)


async def _by_policy(policy: Unknown, version: Version | None, frame: Frame) -> str | None:
    return answer(policy, version, frame.action or "", frame.message_id or "", time.time_ns())
