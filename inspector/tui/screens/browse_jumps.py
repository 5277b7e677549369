"""Jumps from frame to frame: to the next problem, the pair, the same action or transaction, a text, a time."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from inspector.errors import InspectorError
from inspector.protocol.fields import inner
from inspector.protocol.frame import MessageType, decode
from inspector.store.entries import storable
from inspector.store.filter import Where
from inspector.store.filter.term import Asked, both
from inspector.store.filter.time_terms import DAY, read_moment
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow
from inspector.store.transaction import identity
from inspector.tui.screens.browse_panes import BrowsePanes
from inspector.tui.screens.questions import LineScreen

LAST = 2**63 - 1
"""Beyond every frame id."""

PROBLEMS = Where("frame.errors + frame.warnings > 0")


MOST_LEAPS = 10
"""Jumps that wait for those before them."""


class Leap(NamedTuple):
    """A jump: what is asked of the capture, and what is done with the answer."""

    question: Callable[[Reader], Any]
    then: Callable[[Any], object]


class BrowseJumps(BrowsePanes):
    """Each asks the capture in a worker; the cursor moves when the answer is there, then the next one is made."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sought = ""
        self._leaps: deque[Callable[[], Leap | None]] = deque()

    @property
    def question(self) -> Where:
        """What the frames that are shown have in common, beside their session."""
        return self.where

    @property
    def is_behind(self) -> bool:
        """Whether the frames are not yet those that the next key is meant for."""
        is_here = self.focused in {self.frame_table, self.detail}
        return is_here and (bool(self._leaps) or self.feed.is_settling)

    # One after the other, each from where the one before led to

    def leap(self, begin: Callable[[], Leap | None]) -> None:
        """Make a jump after those before it; ``begin`` is called when it is its turn."""
        if len(self._leaps) < MOST_LEAPS:
            self._leaps.append(begin)
        if len(self._leaps) == 1:
            self._leap()

    def _leap(self) -> None:
        while self._leaps:
            begun = self._leaps[0]()
            if begun is not None:
                self.ask(begun.question, partial(self._landed, begun.then), group="jump")
                return
            self._leaps.popleft()

    def _landed(self, then: Callable[[Any], object], answer: object) -> None:
        then(answer)
        if self._leaps:
            self._leaps.popleft()
        self._leap()

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read, and make no more jumps; nothing when it can."""
        if reason:
            self._leaps.clear()
        super().failed(reason)

    def jump(self, to: Callable[[Reader], Where | None], step: int, none: str) -> None:
        """Go to the next frame of those that pass, or the previous one; around the end if there is none before it."""
        self.leap(lambda: self._next(to, step, none))

    def _next(self, to: Callable[[Reader], Where | None], step: int, none: str) -> Leap:
        here, session, shown = self.frame_table.here or 0, self.session_table.session, self.question

        def find(reader: Reader) -> tuple[int | None, bool]:
            where = to(reader)
            if where is None:
                return None, False
            where = both([where, shown])
            found = reader.next_id(where, session=session, beyond=here, step=step)
            if found is not None:
                return found, False
            return reader.next_id(where, session=session, beyond=0 if step > 0 else LAST, step=step), True

        def go(answer: tuple[int | None, bool]) -> None:
            found, around = answer
            if found is None:
                self.say(none)
            else:
                if around:
                    self.say("from the first again" if step > 0 else "from the last again")
                self.frame_table.go_to(found)

        return Leap(find, go)

    def action_problem(self, step: int) -> None:
        """Go to the next or previous frame that has an error or a warning."""
        self.jump(lambda _: PROBLEMS, step, "no problem here")

    def action_pair(self) -> None:
        """Go to the frame's other half."""
        self.leap(self._to_pair)

    def _to_pair(self) -> Leap | None:
        frame = self.frame_table.frame
        return Leap(lambda reader: pair_of(reader, frame), self._go_to_pair) if frame else None

    def _go_to_pair(self, pair: FrameRow | None) -> None:
        if pair is None:
            self.say("this frame has no pair")
        elif not self.frame_table.go_to(pair.id):
            self.say(f"frame {pair.id} does not pass the filter")

    def action_same_action(self) -> None:
        """Go to the next frame of the same action and type."""
        self.leap(self._to_same_action)

    def _to_same_action(self) -> Leap | None:
        frame = self.frame_table.frame
        if frame is None or frame.action is None:
            self.say("this frame has no action")
            return None
        same = Where("frame.action = ? AND frame.type = ?", (frame.action, int(frame.type)))
        return self._next(lambda _: same, 1, f"no other {frame.action}")

    def action_same_transaction(self) -> None:
        """Go to the next frame of the same charging transaction."""
        self.leap(self._to_same_transaction)

    def _to_same_transaction(self) -> Leap | None:
        frame = self.frame_table.frame
        if frame is None:
            return None
        return self._next(lambda reader: _same_transaction(reader, frame), 1, "no other frame of a transaction here")

    def action_seek(self) -> None:
        """Ask for a text, and go to the next frame that holds it; the others stay."""
        self.app.push_screen(LineScreen("find in the frames; then n and N go on", self._sought), self._seek)

    def _seek(self, text: str | None) -> None:
        if text:
            self._sought = text
            self.action_hit(1)

    def action_hit(self, step: int) -> None:
        """Go to the next or previous frame that holds the text that was asked for."""
        from inspector.store.filter.terms import raw_text  # all rules: 60 ms

        if self._sought:
            self.jump(lambda _: raw_text(self._sought), step, f"no frame holds {self._sought}")
        else:
            self.action_seek()

    def action_go_to(self) -> None:
        """Ask for a frame's number or a time, and go there."""
        question = "go to a frame's number, or to a time in UTC: 12:30, 12:30:05.5, 2026-03-01 12:30:05"
        self.app.push_screen(LineScreen(question, check=self._where), self._go_to)

    def _where(self, text: str) -> Where:
        frame = self.frame_table.frame
        return place(text, frame.time_ns if frame else 0)

    def _go_to(self, text: str | None) -> None:
        if text:
            where = both([self._where(text), self.question])
            session = self.session_table.session
            first = Leap(lambda reader: reader.next_id(where, session=session, beyond=0, step=1), self._arrive)
            self.leap(lambda: first)

    def _arrive(self, found: int | None) -> None:
        if found is None or not self.frame_table.go_to(found):
            self.say("there is no frame from there on")


def pair_of(reader: Reader, frame: FrameRow) -> FrameRow | None:
    """Return the answer to a CALL, or the CALL of an answer; None if there is none."""
    if frame.type is MessageType.CALL:
        return reader.answer_of(frame)
    found = reader.frames([frame.answers]) if frame.answers is not None else []
    return found[0] if found else None


def _same_transaction(reader: Reader, frame: FrameRow) -> Where | None:
    """Return what the frames of its transaction have in common; the other half of the exchange may name it."""
    from inspector.store.filter.terms import TERMS

    pair = pair_of(reader, frame)
    for each in (frame, *([pair] if pair else [])):
        payload = decode(each.raw).payload
        found = storable(identity(payload) or identity(inner(payload, "transactionInfo")))
        if found:
            return both([TERMS["tx"].where(Asked(":", found)), Where("frame.session = ?", (frame.session,))])
    return None


def place(text: str, near_ns: int) -> Where:
    """Read a frame's number or a time as the frames from there on; a time of day is one of the day that is near.

    Raises :class:`InspectorError`.
    """
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return Where("frame.id >= ?", (int(text[:18]),))
    try:
        moment = read_moment(text, near_ns)
    except ValueError as error:
        raise InspectorError(f"neither a frame's number nor a time: {text}") from error
    return Where("frame.time_ns >= ?", (moment.start + (near_ns // DAY * DAY if moment.of_day else 0),))
