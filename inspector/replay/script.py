"""From recorded sessions and a role to the steps of a replay."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.errors import InspectorError
from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.replay.steps import Await, Break, Fault, Send, Step
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session

UNASKED = (MessageType.CALL, MessageType.SEND, MessageType.CALLRESULTERROR)
"""What a party sends by itself. The last is about an answer it got, and has no answer."""

SWITCHED = 101
"""The HTTP status of a handshake that was done; there is no session without it, but for imported ones (none)."""


@dataclass(frozen=True, slots=True)
class Script:
    """The steps that play ``role`` in one station's sessions, in the order of the recording.

    ``refused`` are sessions that can't be played: their handshake was not done.
    """

    role: Party
    sessions: tuple[Session, ...]
    steps: Sequence[Step]
    refused: tuple[Session, ...] = ()

    @property
    def station(self) -> str:
        """The recorded id of the station."""
        return self.sessions[0].station

    def session(self, number: int) -> Session:
        """Return one of the sessions by its id."""
        return next(session for session in self.sessions if session.id == number)


def script(reader: Reader, numbers: Sequence[int], role: Party) -> Script:
    """Make the script of sessions of one station. Raises :class:`InspectorError` where there is nothing to play."""
    sessions = tuple(reader.session(number) for number in numbers)
    done = tuple(session for session in sessions if session.http_status in {None, SWITCHED} or session.frames)
    builder = Builder(role)
    for session, following in zip(done, [*done[1:], None], strict=True):
        builder.take(session, reader.pages(session=session.id), following)
    if all(isinstance(step, Break) for step in builder.steps):
        which = ", ".join(map(str, numbers))
        raise InspectorError(f"{reader.path}: session {which} has no frame to play")
    return Script(role, done, builder.steps, tuple(session for session in sessions if session not in done))


def of_station(reader: Reader, station: str) -> list[int]:
    """Return the ids of a station's recorded sessions, oldest first; drafts and runs are asked for by their number.

    Raises :class:`InspectorError` if there is none.
    """
    every = [session for session in reader.sessions() if session.station == station]
    found = [session.id for session in every if session.origin in {"live", "import"}]
    if not found:
        raise InspectorError(f"{reader.path}: no recorded session of {station}; `ocpp-inspector sessions` lists them")
    return found


class Builder:
    """Makes the ``steps`` of one session after the other."""

    def __init__(self, role: Party) -> None:
        self.steps: list[Step] = []
        self._role = role
        self._asked: dict[int, int] = {}  # frame id of a CALL without an answer yet -> index of its step
        self._last_send = -1

    def take(self, session: Session, frames: Iterable[FrameRow], following: Session | None) -> None:
        """Add the steps of a session, and its end where that is one."""
        self._asked.clear()
        self._last_send = -1
        for frame in frames:
            self._frame(frame)
        for index in list(self._asked.values()):
            self._unanswered(index, session)
        end = Break(
            number=self._next,
            session=session.id,
            time_ns=session.closed_ns or session.last_ns,
            sender=self._role.peer if session.closed_by == self._role.peer.value else self._role,
            code=session.close_code,
            reason=session.close_reason or "",
            following=following.id if following else None,
        )
        if end.reopens or (session.closed_ns is not None and end.is_abrupt and end.sender is self._role):
            self.steps.append(end)

    @property
    def _next(self) -> int:
        return len(self.steps) + 1

    def _frame(self, frame: FrameRow) -> None:
        index = self._asked.pop(frame.answers, None) if frame.answers is not None else None
        if index is not None:
            self._answered(index, frame)
        elif frame.type in UNASKED and isinstance(frame.raw, str):
            self._unasked(frame)
        else:
            self.steps.append(Fault(**self._of(frame), what=_why(frame)))

    def _unasked(self, frame: FrameRow) -> None:
        own = frame.sender is self._role
        if frame.type is MessageType.CALL:
            self._asked[frame.id] = len(self.steps)
        if own:
            self._last_send = len(self.steps)
        if own:
            self.steps.append(Send(**self._of(frame)))
        else:
            said = digest(str(frame.raw), frame.message_id or "")
            self.steps.append(Await(**self._of(frame) | {"masked": 0, "digest": said}))

    def _answered(self, index: int, frame: FrameRow) -> None:
        """Give a CALL's step its answer; a binary one counts as none where it would be ours to send."""
        step = self.steps[index]
        if isinstance(step, Send):
            self.steps[index] = replace(step, answer=frame.id, overlaps=self._last_send > index)
        elif isinstance(step, Await) and isinstance(frame.raw, str):
            self.steps[index] = replace(step, answer=frame.id, answered_ns=frame.latency_ns, masked=frame.masked)
        else:
            self.steps.append(Fault(**self._of(frame), what=_why(frame)))

    def _unanswered(self, index: int, session: Session) -> None:
        """Tell that a CALL was left without an answer: that may be a fault to play, or a step that a draft has more."""
        step = self.steps[index]
        if isinstance(step, Send):
            self.steps[index] = replace(step, new=session.origin == "draft")
        elif isinstance(step, Await):
            what = f"{step.action} was not answered"
            self.steps.append(
                Fault(
                    number=self._next,
                    session=step.session,
                    time_ns=step.time_ns,
                    sender=self._role,
                    action=step.action,
                    what=what,
                )
            )

    def _of(self, frame: FrameRow) -> dict[str, Any]:
        return {
            "number": self._next,
            "session": frame.session,
            "time_ns": frame.time_ns,
            "sender": frame.sender,
            "frame": frame.id,
            "type": frame.type,
            "message_id": frame.message_id or "",
            "action": sys.intern(frame.action or ""),
            "masked": frame.masked,
        }


def digest(raw: str, message_id: str) -> int:
    """Return a number that is the same for frames that say the same but for the id; only within this process."""
    return hash(raw[raw.find(message_id, 3) + len(message_id) :])


def _why(frame: FrameRow) -> str:
    """Say in words what is wrong with a frame that can be no other step."""
    if not isinstance(frame.raw, str):
        return f"{frame.type.name} that is binary"
    return "not a frame of OCPP" if frame.type is MessageType.INVALID else f"{frame.type.name} that answers no CALL"


def faults(script: Script) -> Iterator[Step]:
    """Yield what only a faithful replay plays: faults, and connections that ended without a word."""
    for step in script.steps:
        if isinstance(step, Fault) or (isinstance(step, Break) and not step.reopens):
            yield step
