"""The main screen: sessions, their frames, and the frame under the cursor; all of it live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from inspector.errors import InspectorError
from inspector.protocol.frame import MessageType
from inspector.store.filter import EVERYTHING, Where, compile_filter
from inspector.store.reader import FrameRow, Reader, Session
from inspector.tui.keys import bindings
from inspector.tui.lines import Document, document
from inspector.tui.screens.help import HelpScreen
from inspector.tui.text import visible
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.tables import FrameTable, SessionTable

if TYPE_CHECKING:
    from pathlib import Path

    from textual.timer import Timer

POLL_SECONDS = 0.1
TYPING_SECONDS = 0.15
SETTLE_SECONDS = 0.04
WIDE = 140


@dataclass(frozen=True, slots=True)
class Query:
    """What to load: all frames that match, or those after an id. ``turn`` tells a late answer from a current one."""

    turn: int
    where: Where
    session: int | None
    after: int = 0


class Loaded(Message):
    """A worker has read what a query asked for."""

    def __init__(self, query: Query, sessions: list[Session], ids: list[int]) -> None:
        super().__init__()
        self.query, self.sessions, self.ids = query, sessions, ids


class Failed(Message):
    """A worker could not read."""

    def __init__(self, query: Query, reason: str) -> None:
        super().__init__()
        self.query, self.reason = query, reason


class BrowseScreen(Screen[None]):
    """Three panes and a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("browse")]

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._capture: Path = reader.path
        self._seen_change = -1
        self._turn = 0
        self._loading: Query | None = None
        self._loading_reader: Reader | None = None
        self._where = EVERYTHING
        self._session: int | None = None
        self._totals = (0, 0)
        self._trouble = ""
        self._document = Document()
        self._shown = 0
        self._detail_timer: Timer | None = None
        self._filter_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield Static(id="title")
        with Container(id="panes"):
            with Vertical(id="left"):
                yield SessionTable(id="sessions")
                with Vertical(id="filter-bar"):
                    yield Input(
                        id="filter",
                        placeholder='action:Boot* severity:error station:CP-1 sender:csms "any text"',
                        compact=True,
                    )
                    yield Static(id="filter-error")
                yield FrameTable(self._fetch, id="frames")
            yield LinePane(id="detail")
        yield Footer()

    def on_mount(self) -> None:
        """Start to look at the capture, now and ten times a second."""
        self._sessions.border_title = Content("1 sessions")
        self._detail.border_title = Content("3 detail")
        self._sessions.empty = self._frames.empty = "nothing yet: waiting for a station to connect"
        self._frames.focus()
        self._reload()
        self.set_interval(POLL_SECONDS, self._poll)

    def on_resize(self, event: Resize) -> None:
        """Put the detail beside the tables where there is room, else below."""
        self.set_class(event.size.width >= WIDE, "wide")
        self._fit_sessions()
        self.call_after_refresh(self._show_detail)

    @property
    def _sessions(self) -> SessionTable:
        return self.query_one(SessionTable)

    @property
    def _frames(self) -> FrameTable:
        return self.query_one(FrameTable)

    @property
    def _detail(self) -> LinePane:
        return self.query_one(LinePane)

    # Loading: queries run in a worker, one at a time; the answer of an old one is ignored.

    def _poll(self) -> None:
        try:
            change = self._reader.change()
        except InspectorError as error:
            self._troubled(str(error))
            return
        if change != self._seen_change and self._loading is None:
            self._seen_change = change
            last = self._frames.ids[-1] if self._frames.ids else 0
            self._start(Query(self._turn, self._where, self._session, last))

    def _reload(self) -> None:
        """Load the frames of another session or filter."""
        self._turn += 1
        if self._loading_reader is not None:
            self._loading_reader.interrupt()
        self._start(Query(self._turn, self._where, self._session))

    def _start(self, query: Query) -> None:
        self._loading = query
        self._load(query)

    @work(thread=True, exclusive=True, group="load", exit_on_error=False)
    def _load(self, query: Query) -> None:
        try:
            with Reader(self._capture) as reader:
                self._loading_reader = reader
                sessions = reader.sessions()
                ids = reader.ids(query.where, session=query.session, after=query.after)
        except InspectorError as error:
            self.post_message(Failed(query, str(error)))
        else:
            self.post_message(Loaded(query, sessions, ids))
        finally:
            self._loading_reader = None

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if message.query.turn != self._turn:
            return
        self._loading, self._trouble = None, ""
        self._sessions.sessions = message.sessions
        self._sessions.rows_changed()
        self._fit_sessions()
        if not message.query.after:
            stations = {session.id: session.station for session in message.sessions} if self._session is None else None
            self._frames.show(message.ids, stations)
        else:
            self._take_new(message)
        self._show_titles()

    def _take_new(self, message: Loaded) -> None:
        if self._frames.stations is not None:
            self._frames.stations = {session.id: session.station for session in message.sessions}
        totals = (sum(s.errors for s in message.sessions), sum(s.warnings for s in message.sessions))
        if totals != self._totals:
            self._totals = totals
            self._frames.forget()
        self._frames.append(message.ids)
        self._show_detail()

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        if message.query.turn == self._turn:
            self._loading = None
            self._troubled(message.reason)

    def _troubled(self, reason: str) -> None:
        self._trouble = reason
        self._show_titles()

    def _fetch(self, ids: Sequence[int]) -> list[FrameRow]:
        """Read a page of frames; none if the capture can't be read just now."""
        try:
            return self._reader.frames(ids)
        except InspectorError as error:
            self._troubled(str(error))
            return []

    # What is shown

    def _fit_sessions(self) -> None:
        most = max(3, self.size.height // 4)
        self._sessions.styles.height = min(self._sessions.count, most) + 2

    def _show_titles(self) -> None:
        live = sum(session.live for session in self._sessions.sessions)
        parts = [
            "OCPP Inspector",
            visible(self._capture.name),
            f"{live} open" if live else "nobody connected",
        ]
        if self._frames.follow:
            parts.append("following" if live else "")
        else:
            parts.append(f"{self._frames.unseen:,} new, F follows" if self._frames.unseen else "")
        title = "  ·  ".join(part for part in parts if part)
        if self._trouble:
            title = f"⚠ {visible(self._trouble)}"
        self.query_one("#title", Static).update(Content(title))
        whose = "all sessions" if self._session is None else f"session {self._session}"
        total = sum(s.frames for s in self._sessions.sessions if self._session in {None, s.id})
        shown = f"{self._frames.count:,} of {total:,}" if self._where is not EVERYTHING else f"{self._frames.count:,}"
        self._frames.border_title = Content(f"2 frames · {whose} · {shown}")

    def _show_detail(self) -> None:
        frame = self._frames.frame
        if frame is None:
            self._document = Document()
            self._detail.show((), keep_place=False)
            return
        pair = self._pair_of(frame)
        found = self._reader.findings_of([frame, *([pair] if pair else [])])
        width = self._detail.scrollable_content_region.width - 1
        self._document = document(frame, found.get(frame.id, []), pair, found.get(pair.id, []) if pair else [], width)
        same, self._shown = self._shown == frame.id, frame.id
        self._detail.show(self._document.lines, keep_place=same)
        self._detail.border_title = Content(f"3 detail · frame {frame.id}")

    def _pair_of(self, frame: FrameRow) -> FrameRow | None:
        if frame.type is MessageType.CALL:
            return self._reader.answer_of(frame)
        found = self._reader.frames([frame.answers]) if frame.answers is not None else []
        return found[0] if found else None

    # What the user does

    @on(RowTable.Moved, "#sessions")
    def _session_moved(self) -> None:
        if self._sessions.session != self._session:
            self._session = self._sessions.session
            self._frames.follow = True
            self._reload()

    @on(RowTable.Moved, "#frames")
    def _frame_moved(self) -> None:
        if self._detail_timer is not None:
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(SETTLE_SECONDS, self._show_detail)
        self._show_titles()

    @on(RowTable.Chosen, "#sessions")
    def _session_chosen(self) -> None:
        self._frames.focus()

    @on(RowTable.Chosen, "#frames")
    def _frame_chosen(self) -> None:
        self._detail.focus()

    @on(Input.Changed, "#filter")
    def _typing(self) -> None:
        if self._filter_timer is not None:
            self._filter_timer.stop()
        self._filter_timer = self.set_timer(TYPING_SECONDS, self._apply_filter)

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self._apply_filter()
        self._frames.focus()

    def _apply_filter(self) -> None:
        """Filter by what stands in the bar; what can't be read is said, and the last good filter stays."""
        complaint = self.query_one("#filter-error", Static)
        try:
            where = compile_filter(self.query_one("#filter", Input).value)
        except InspectorError as error:
            complaint.update(Content(visible(str(error))))
            complaint.add_class("shown")
            return
        complaint.remove_class("shown")
        if where != self._where:
            self._where = where
            self._reload()

    def action_filter(self) -> None:
        """Open the filter bar."""
        self.query_one("#filter-bar").add_class("shown")
        self.query_one("#filter").focus()

    def action_back(self) -> None:
        """Leave the filter bar, then clear it, then leave the detail."""
        bar, box = self.query_one("#filter-bar"), self.query_one("#filter", Input)
        if self.has_class("zoomed"):
            self.action_zoom()
        elif self.focused is not self._frames:
            self._frames.focus()
        elif box.value:
            box.value = ""
        if not box.value:
            bar.remove_class("shown")

    def action_problem(self, step: int) -> None:
        """Go to the next or previous frame that has an error or a warning."""
        frames = self._frames
        bad = Where("frame.errors + frame.warnings > 0")
        where = Where(f"{bad.sql} AND {self._where.sql}", self._where.parameters)
        ids = self._reader.ids(where, session=self._session)
        here = frames.ids[frames.cursor] if frames.ids else 0
        onward = [found for found in ids if (found > here if step > 0 else found < here)]
        if onward:
            frames.follow = False
            frames.move(frames.nearest(onward[0] if step > 0 else onward[-1]))
        else:
            self.notify("no further problem" if ids else "no problem here", markup=False)

    def action_pair(self) -> None:
        """Go to the frame's other half."""
        frame = self._frames.frame
        pair = self._pair_of(frame) if frame else None
        if pair is None:
            self.notify("this frame has no pair", markup=False)
        elif self._frames.ids[self._frames.nearest(pair.id)] != pair.id:
            self.notify(f"frame {pair.id} does not pass the filter", markup=False)
        else:
            self._frames.follow = False
            self._frames.move(self._frames.nearest(pair.id))

    def action_follow(self) -> None:
        """Follow new frames, or stop."""
        frames = self._frames
        frames.follow, frames.unseen = not frames.follow, 0
        if frames.follow:
            frames.move(frames.count - 1)
        self._show_titles()

    def action_copy(self) -> None:
        """Copy the raw frame to the terminal's clipboard (OSC 52, works over SSH)."""
        frame = self._frames.frame
        if frame is not None:
            raw = frame.raw if isinstance(frame.raw, str) else frame.raw.decode("utf-8", "backslashreplace")
            self.app.copy_to_clipboard(raw)
            self.notify(f"copied frame {frame.id}, {len(raw):,} characters", markup=False)

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or take it back."""
        for pane in self.query(".zoom"):
            pane.remove_class("zoom")
        if self.has_class("zoomed"):
            self.remove_class("zoomed")
        elif self.focused is not None:
            for pane in (
                self.focused,
                *([self.query_one("#left")] if self.focused is not self._detail else []),
            ):
                pane.add_class("zoom")
            self.add_class("zoomed")
        self.call_after_refresh(self._show_detail)

    def action_pane(self, pane: str) -> None:
        """Go to a pane."""
        self.query_one(f"#{pane}").focus()

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen())
