"""From a recorded session to the steps of a replay."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.store.rows import FrameRow


@dataclass(frozen=True, slots=True)
class Send:
    """Send a recorded CALL; ``expected`` is its recorded answer, None if there was none."""

    call: FrameRow
    expected: FrameRow | None


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for the peer's CALL; ``answer`` is what was answered then, None if nothing was."""

    call: FrameRow
    answer: FrameRow | None


Step = Send | Await


@dataclass(frozen=True, slots=True)
class Script:
    """The steps in the order of the recording, and the frames that no step can carry."""

    steps: list[Step] = field(default_factory=list)
    skipped: list[FrameRow] = field(default_factory=list)


def script(frames: Iterable[FrameRow], role: Party) -> Script:
    """Make the steps that play ``role``: its CALLs are sent, its answers given, the rest is expected."""
    recorded = list(frames)
    answers = {frame.answers: frame for frame in recorded if frame.answers is not None}
    result = Script()
    for frame in recorded:
        if frame.type is MessageType.CALL and isinstance(frame.raw, str):
            make = Send if frame.sender == role else Await
            result.steps.append(make(frame, answers.get(frame.id)))
        elif frame.answers is None:
            result.skipped.append(frame)
    return result
