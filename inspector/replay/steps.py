"""What a script is made of, and how each of its steps went.

Steps hold no raw text: ``inspector.replay.texts`` reads it, a page at a time, by the id of the frame.
"""

from dataclasses import dataclass
from enum import StrEnum

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.replay.compare import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A recorded frame, as a script sees it.

    ``number`` counts the steps of the script from 1. ``session``, ``frame`` (its id in the capture), ``time_ns`` and
    ``sender`` are the recorded frame's; ``frame`` is None where a step is no frame. ``masked`` is how many secrets
    were overwritten in it.
    """

    number: int
    session: int
    time_ns: int
    sender: Party
    frame: int | None = None
    type: MessageType = MessageType.INVALID
    message_id: str = ""
    action: str = ""
    masked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Step):
    """Send a CALL, a SEND or a CALLRESULTERROR.

    ``answer`` is the id of the frame that answered it, None if none did. It ``overlaps`` if the recording sent the
    next one before its answer came. It is ``new`` if it stands in a draft without an answer: any will do.
    """

    answer: int | None = None
    overlaps: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Await(Step):
    """Wait for what the peer sent by itself: a CALL, a SEND or a CALLRESULTERROR.

    ``answer`` is the id of the frame that we answered with, ``answered_ns`` how long that took; None if we did not.
    ``digest`` is the same for frames that say the same, letter for letter, but for the id.
    """

    answer: int | None = None
    answered_ns: int | None = None
    digest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Step):
    """What breaks the protocol, and is sent again, byte for byte, only by a faithful replay. ``what`` says why."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Step):
    """The connection ended: by whom, and with which code of WebSocket, None for none.

    It ``reopens`` where another session of the station follows: then ``session`` and ``time_ns`` are still the ended
    one's, ``following`` is the next one's id.
    """

    code: int | None
    reason: str = ""
    following: int | None = None

    @property
    def reopens(self) -> bool:
        """Whether the script goes on with another connection."""
        return self.following is not None

    @property
    def is_abrupt(self) -> bool:
        """Whether it ended without the closing handshake: 1006 is what stands for that (RFC 6455 section 7.1.5)."""
        return self.code in {None, 1006}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra(Step):
    """What came and no step asks for; its number is that of the step being played, its ``session`` the run's."""

    what: str


class Verdict(StrEnum):
    """How a step went."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"
    LATE = "late"
    OUT_OF_ORDER = "out of order"
    UNSENT = "unsent"
    SKIPPED = "skipped"

    @property
    def is_difference(self) -> bool:
        """Whether a run with such a step differs from the recording."""
        return self not in {Verdict.SAME, Verdict.SKIPPED}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step went. A later outcome of the same step is in place of the one before: ``missing``, then ``late``.

    ``same``; ``different``; ``missing``: what was awaited did not come in time; ``late``: it came after its time was
    over; ``out of order``: after what it came before; ``extra``: nothing was awaited; ``unsent``: the run had ended
    before; ``skipped``: a fault that only a faithful run sends. ``got`` is the raw frame that came, kept unless it is
    the same, ``words`` say more of it. ``latency_ns`` is from our CALL to its answer. ``late_ns`` is how much later
    than planned something was sent, None without a plan.
    """

    step: Step
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    got: str | bytes | None = None
    words: str = ""
    latency_ns: int | None = None
    late_ns: int | None = None
