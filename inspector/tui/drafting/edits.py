"""The frames of a draft while they are edited: each change is one step that can be undone."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from uuid import uuid4

from inspector.protocol.frame import MessageType, decode
from inspector.protocol.json_places import spans
from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting.pauses import LONGEST_NS
from inspector.tui.drafting.replacing import json_string

MOST_UNDONE = 1000
"""Steps that can be undone."""


class Change(NamedTuple):
    """What a step did: the frames from ``at`` on, before and after. Steps of one ``kind`` on one frame are one."""

    at: int
    before: tuple[DraftFrame, ...]
    after: tuple[DraftFrame, ...]
    kind: str = ""


class Edits:
    """A list of frames with its history. Frames are told by their index; those out of range raise IndexError."""

    def __init__(self, frames: Iterable[DraftFrame]) -> None:
        self.frames = list(frames)
        self._saved = tuple(self.frames)
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def is_changed(self) -> bool:
        """Whether something is not saved."""
        return self._saved != tuple(self.frames)

    def saved(self, frames: Sequence[DraftFrame]) -> None:
        """Take note that these frames are saved."""
        self._saved = tuple(frames)

    def put(self, at: int, count: int, frames: Iterable[DraftFrame], kind: str = "") -> bool:
        """Put frames in the place of ``count`` others; False if that changes nothing."""
        change = Change(at, tuple(self.frames[at : at + count]), tuple(frames), kind)
        if change.before == change.after:
            return False
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if kind and last is not None and (last.at, last.kind, last.after) == (at, kind, change.before):
            self._done[-1] = last._replace(after=change.after)
        else:
            self._done.append(change)
            del self._done[:-MOST_UNDONE]
        self.frames[at : at + count] = change.after
        return True

    def undo(self) -> int | None:
        """Take the last step back; return the index of the frame it was about, None if there is none."""
        if not self._done:
            return None
        change = self._done.pop()
        self._undone.append(change)
        self.frames[change.at : change.at + len(change.after)] = change.before
        return change.at

    def redo(self) -> int | None:
        """Do again what was undone last; return the index of its frame, None if there is none."""
        if not self._undone:
            return None
        change = self._undone.pop()
        self._done.append(change)
        self.frames[change.at : change.at + len(change.before)] = change.after
        return change.at

    # One frame

    def write(self, index: int, raw: str | bytes) -> bool:
        """Give a frame another text; what is typed into one frame is one step."""
        return self.put(index, 1, [self.frames[index]._replace(raw=raw)], "text")

    def insert(self, index: int, frame: DraftFrame) -> None:
        """Put a new frame before another one."""
        self.put(index, 0, [frame])

    def duplicate(self, index: int) -> None:
        """Put a copy of a frame behind it."""
        self.put(index + 1, 0, [self.frames[index]._replace(source=None, pause_ns=0, marked=False)])

    def delete(self, index: int) -> None:
        """Take a frame out; the one after it comes when it came, as far as that goes."""
        gone, *rest = self.frames[index : index + 2]
        later = [frame._replace(pause_ns=min(frame.pause_ns + gone.pause_ns, LONGEST_NS)) for frame in rest]
        self.put(index, 1 + len(rest), later)

    def restore(self, index: int, frame: DraftFrame) -> None:
        """Put back before a frame what was taken out; that one comes when it came."""
        later = [
            each._replace(pause_ns=max(0, each.pause_ns - frame.pause_ns)) for each in self.frames[index : index + 1]
        ]
        self.put(index, len(later), [frame, *later])

    def move(self, index: int, by: int) -> int:
        """Move a frame up (-1) or down (1); return its new index. Pauses stay where they are."""
        other = index + by
        if not 0 <= other < len(self.frames):
            return index
        first = min(index, other)
        one, two = self.frames[first : first + 2]
        self.put(first, 2, [two._replace(pause_ns=one.pause_ns), one._replace(pause_ns=two.pause_ns)])
        return other

    def turn(self, index: int) -> None:
        """Let the other party send a frame."""
        frame = self.frames[index]
        self.put(index, 1, [frame._replace(sender=frame.sender.peer)])

    def pause(self, index: int, pause_ns: int) -> None:
        """Change the time between a frame and the one before."""
        self.put(index, 1, [self.frames[index]._replace(pause_ns=pause_ns)])

    def rewrite(self, frames: Sequence[DraftFrame]) -> int:
        """Put a list of as many frames in the place of all; return how many are others."""
        changed = [index for index, (old, new) in enumerate(zip(self.frames, frames, strict=True)) if old != new]
        if changed:
            first, last = changed[0], changed[-1] + 1
            self.put(first, last - first, frames[first:last])
        return len(changed)


def with_new_ids(
    frames: Sequence[DraftFrame], only: int | None = None, new: Callable[[], str] = lambda: str(uuid4())
) -> list[DraftFrame]:
    """Give all frames new message ids, or one and the frame it is paired with. Answers keep the id of their CALL."""
    result = list(frames)
    partners = pairs(frames)
    ids: dict[int, str] = {}
    for index, frame in enumerate(frames):
        call = partners.get(index, index)
        if only is not None and call != partners.get(only, only):
            continue
        if call not in ids:
            ids[call] = new()
        result[index] = frame._replace(raw=with_id(frame.raw, ids[call]))
    return result


def with_id(raw: str | bytes, message_id: str) -> str | bytes:
    """Return a frame with another message id; one that has none, or is no text, stays as it is."""
    if not isinstance(raw, str) or decode(raw).message_id is None:
        return raw
    span = spans(raw).get("/1")
    return raw if span is None else raw[: span.start] + json_string(message_id) + raw[span.end :]


def pairs(frames: Sequence[DraftFrame]) -> dict[int, int]:
    """Return of each answer, by index, the CALL it answers: the last one of its id that has no answer."""
    waiting: dict[tuple[Party, str], int] = {}
    found: dict[int, int] = {}
    for index, frame in enumerate(frames):
        decoded = decode(frame.raw)
        if decoded.message_id is None:
            continue
        if decoded.type is MessageType.CALL:
            waiting[frame.sender, decoded.message_id] = index
        elif decoded.type.is_answer:
            call = waiting.pop((frame.sender.peer, decoded.message_id), None)
            if call is not None:
                found[index] = call
    return found
