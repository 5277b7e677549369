"""The two tables: sessions, held whole, and frames, read by the page."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

from inspector.protocol.frame import MessageType
from inspector.protocol.printable import visible
from inspector.store.reader import PAGE
from inspector.store.rows import FrameRow, Session
from inspector.tui.lines import ARROWS, SHORT_TYPES, Line, clock, ending, payload_text, verdict, who
from inspector.tui.widgets.row_table import Column, RowTable

MOST_PAGES = 32
"""Pages of frames kept in memory."""

NARROW = 100
"""Columns below which the tables are set closer."""

CROWDED = 90
"""Columns below which the frames of several stations leave out what is least: latencies and milliseconds."""


class SessionTable(RowTable):
    """All sessions; its first row stands for all of them together."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.sessions: list[Session] = []

    @property
    def count(self) -> int:
        """All sessions, and the row for all."""
        return len(self.sessions) + 1

    @property
    def session(self) -> int | None:
        """The id of the session under the cursor, None for all."""
        return self.sessions[self.cursor - 1].id if self.cursor else None

    @property
    def columns(self) -> Sequence[Column]:
        """The peer only where there is room."""
        wide = self.size.width >= NARROW
        return (
            Column("dot", "", 1),
            Column("id", "#", 4, True),
            Column("station", "station", 22 if wide else 18),
            Column("ocpp", "ocpp", 5),
            *([Column("peer", "peer", 21)] if wide else []),
            Column("opened", "opened", 8),
            Column("frames", "frames", 8, True),
            Column("findings", "findings", 10),
            Column("end", "ended", 0),
        )

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose a session's cells."""
        if index == 0:
            return self._all()
        session = self.sessions[index - 1]
        return {
            "dot": (("●", "ok") if session.live else ("○", "dim"),),
            "id": ((str(session.id), ""),),
            "station": ((who(session), "strong" if session.station else "dim"),),
            "ocpp": ((session.version or "?", ""),),
            "peer": ((visible(session.peer, 40), "dim"),),
            "opened": ((clock(session.opened_ns)[:8], ""),),
            "frames": ((f"{session.frames:,}", ""),),
            "findings": _told(session.frames, session.errors, session.warnings),
            "end": (ending(session),),
        }

    def _all(self) -> Mapping[str, Line]:
        errors, warnings = sum(s.errors for s in self.sessions), sum(s.warnings for s in self.sessions)
        frames = sum(s.frames for s in self.sessions)
        live = sum(s.live for s in self.sessions)
        return {
            "station": (("all sessions", "strong"),),
            "frames": ((f"{frames:,}", ""),),
            "findings": _told(frames, errors, warnings),
            "end": ((f"{live} open" if live else "", "ok"),),
        }


def _told(frames: int, errors: int, warnings: int) -> Line:
    """Show what was found; what has no frame and no finding is not called good."""
    return verdict(errors, warnings) if frames or errors or warnings else ()


class FrameTable(RowTable):
    """The frames of the chosen session that pass the filter: their ids in memory, the rest read when it is drawn."""

    def __init__(self, fetch: Callable[[Sequence[int]], list[FrameRow]], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.ids: array[int] = array("q")
        self.follow = True
        self.unseen = 0
        self.stations: dict[int, str] | None = None
        self._fetch = fetch
        self._before = 0
        self._pages: OrderedDict[int, dict[int, FrameRow]] = OrderedDict()

    @property
    def count(self) -> int:
        """How many frames pass."""
        return len(self.ids)

    @property
    def frame(self) -> FrameRow | None:
        """The frame under the cursor."""
        return self.frame_at(self.cursor) if self.ids else None

    def show(
        self, ids: Iterable[int], stations: dict[int, str] | None, *, keep: bool = False, again: bool = False
    ) -> None:
        """Show other frames; ``stations`` adds their column.

        Following, the cursor goes to the end. Not following, or if the place is to be kept, it stays on its frame,
        or on the nearest where that one is not among them. ``again`` says that the same question was asked once more:
        then what came after the last row is new.
        """
        before, last = (self.ids[self.cursor], self.ids[-1]) if self.ids else (self._before, 0)
        self._before = before  # a filter that is being typed may let nothing pass for a moment
        self.ids, self.stations = array("q", ids), stations
        self.unseen = self.unseen + sum(frame > last for frame in self.ids) if again and not self.follow else 0
        self._pages.clear()
        if keep and before:
            self.cursor = self.nearest(before)
            self.follow = self.follow and self.cursor == self.count - 1
        else:
            self.cursor = self.count - 1 if self.follow else self.nearest(before)
        self.rows_changed()
        self._scroll_to_cursor()
        self.post_message(self.Moved(self))

    def append(self, ids: Sequence[int], stations: dict[int, str] | None, *, changed: bool = False) -> None:
        """Take new frames. Following, the cursor goes with them; else nothing on screen moves.

        ``changed`` says that findings may have come to frames that were there before.
        """
        if self.stations is not None:
            self.stations = stations
        if changed:
            self._pages.clear()
        if ids:
            self._pages.pop(len(self.ids) // PAGE, None)  # the last page grows
        self.ids.extend(ids)
        self.rows_changed()
        if self.follow:
            self.move(self.count - 1)
        else:
            self.unseen += len(ids)

    def go_to(self, frame: int) -> bool:
        """Set the cursor on a frame, and stop following; False if it is not among those shown."""
        index = self.nearest(frame)
        if not self.ids or self.ids[index] != frame:
            return False
        self.follow = False
        self.move(index)
        return True

    def set_follow(self, follow: bool) -> None:
        """Follow new frames from here on, or stop."""
        self.follow, self.unseen = follow, 0
        if follow:
            self.move(self.count - 1)

    def nearest(self, frame: int) -> int:
        """Return the index of a frame id, or of the first one after it."""
        low, high = 0, len(self.ids)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.ids[middle] < frame else (low, middle)
        return min(low, max(0, len(self.ids) - 1))

    def frame_at(self, index: int) -> FrameRow | None:
        """Return a frame, from its page; None if the capture has it no more."""
        page = index // PAGE
        first = page * PAGE
        if page not in self._pages:
            self._pages[page] = {frame.id: frame for frame in self._fetch(self.ids[first : first + PAGE])}
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        return self._pages[page].get(self.ids[index])

    def move(self, index: int) -> None:
        """Set the cursor; moving up stops following, reaching the end starts it again."""
        before = self.cursor
        super().move(index)
        if self.cursor < before:
            self.follow = False
        elif self.cursor >= self.count - 1:
            self.follow, self.unseen = True, 0

    @property
    def columns(self) -> Sequence[Column]:
        """The station only where the frames of several are shown."""
        wide, several, crowded = self.size.width >= NARROW, self.stations is not None, self._crowded
        return (
            Column("id", "#", 7 if wide else 5, True),
            Column("time", "time" if crowded else "time (UTC)", 8 if crowded else 12),
            *([Column("station", "station", 18 if wide else 12)] if several else []),
            Column("sender", "", 1),
            Column("type", "type", 7),
            Column("action", "action", 26 if wide else 20),
            *([] if crowded else [Column("latency", "ms", 7 if wide else 6, True)]),
            Column("findings", "", 7 if wide else 5),
            Column("payload", "payload", 0),
        )

    @property
    def _crowded(self) -> bool:
        return self.stations is not None and self.size.width < CROWDED

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose a frame's cells."""
        frame = self.frame_at(index)
        if frame is None:
            return {"id": ((str(self.ids[index]), "dim"),), "time": (("gone", "dim"),)}
        broken = frame.type in {MessageType.INVALID, MessageType.CALLERROR, MessageType.CALLRESULTERROR}
        return {
            "id": ((str(frame.id), "dim"),),
            "time": ((clock(frame.time_ns)[: 8 if self._crowded else None], "dim"),),
            "station": ((visible((self.stations or {}).get(frame.session, "?"), 30), ""),),
            "sender": ((ARROWS[frame.sender], frame.sender),),
            "type": ((SHORT_TYPES[frame.type], "error" if broken else frame.sender),),
            "action": ((visible(frame.action or "", 60), "strong" if frame.type is MessageType.CALL else ""),),
            "latency": (("" if frame.latency_ns is None else f"{frame.latency_ns / 1e6:.1f}", ""),),
            "findings": verdict(frame.errors, frame.warnings),
            "payload": ((payload_text(frame), "dim"),),
        }
