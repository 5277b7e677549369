"""The main screen: sessions, their frames, and the frame under the cursor; all of it live."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Footer, Input, Static

from inspector.errors import InspectorError
from inspector.protocol.frame import MessageType
from inspector.protocol.printable import visible
from inspector.store.entries import Place
from inspector.store.filter import EVERYTHING, Where, compile_filter
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session
from inspector.store.series import beside
from inspector.tui.feed import Feed
from inspector.tui.keys import bindings
from inspector.tui.lines import Line, document, rule
from inspector.tui.screens.help import HelpScreen
from inspector.tui.session_page import capture_page, read_about, session_page
from inspector.tui.titles import frames_title, title, why_empty
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.filter_box import FilterBox
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.tables import FrameTable, SessionTable

TYPING_SECONDS = 0.15
SETTLE_SECONDS = 0.04
NOTICE_SECONDS = 2
NEWS_SECONDS = 0.1
WIDE = 140

LAST = 2**63 - 1
"""Beyond every frame id."""

PROBLEMS = Where("frame.errors + frame.warnings > 0")

T = TypeVar("T")


class BrowseScreen(Screen[None]):
    """Three panes and a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("browse")]

    def __init__(self, reader: Reader, listening: str, news: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        super().__init__()
        self._listening = listening
        self._news = news
        self._reader = reader
        self._befallen: Mapping[str, int] = {}
        self._later = ""
        self._where = EVERYTHING
        self._totals = (0, 0)
        self._question: tuple[Where, int | None] | None = None
        self._trouble = ""
        self._shown: tuple[int | None, int | None] = (None, None)
        self._unpaired = False
        self._detail_timer: Timer | None = None
        self._filter_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        self._feed = Feed(self._reader)
        self._sessions = SessionTable(id="sessions")
        self._frames = FrameTable(self._fetch, id="frames")
        self._detail = LinePane(id="detail")
        self._banner = Banner(id="banner")
        yield Static(id="title")
        yield self._banner
        with Container(id="panes"):
            with Vertical(id="left"):
                yield self._sessions
                with Vertical(id="filter-bar"):
                    yield FilterBox(id="filter", placeholder='action:Boot* severity:error "any text"', compact=True)
                    yield Static(id="filter-error")
                yield self._frames
            yield self._detail
        yield Footer(show_command_palette=False)
        yield self._feed

    def on_mount(self) -> None:
        """Start with all sessions."""
        self._sessions.border_title = Content("1 sessions")
        self._detail.border_title = Content("3 detail")
        self._frames.focus()
        self._feed.load(self._where, None, keep=False)
        self.set_interval(NEWS_SECONDS, self._hear)

    def on_unmount(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def _hear(self) -> None:
        for said in self._news():
            self._banner.hear(said)

    def on_resize(self, event: Resize) -> None:
        """Put the detail beside the tables where there is room, else below."""
        self.set_class(event.size.width >= WIDE, "wide")
        self._fit_sessions()

    # What comes from the capture

    @on(Feed.Loaded)
    def _loaded(self, message: Feed.Loaded) -> None:
        query, sessions = message.query, message.sessions
        self._befallen = message.odd
        self._in_trouble("")
        totals = (sum(s.errors for s in sessions), sum(s.warnings for s in sessions))
        late, self._totals = totals != self._totals, totals
        self._sessions.sessions = sessions
        self._sessions.rows_changed()
        self._fit_sessions()
        stations = {session.id: session.station for session in sessions} if query.session is None else None
        if not query.after:
            again = (query.where, query.session) == self._question
            self._question = (query.where, query.session)
            self._frames.show(message.ids, stations, keep=query.keep, again=again)
        elif late and query.where is not EVERYTHING:  # an earlier frame may pass the filter now
            self._feed.load(query.where, query.session, keep=not self._frames.follow)
        else:
            self._frames.append(message.ids, stations, changed=late)
            if late or self._unpaired or self._sessions.has_focus:
                self._show_detail()
        self._show_titles()

    @on(Feed.Failed)
    def _failed(self, message: Feed.Failed) -> None:
        self._in_trouble(message.reason)
        self._show_titles()

    def _in_trouble(self, reason: str) -> None:
        self._trouble = reason
        self._banner.read(reason)

    @on(Feed.Replaced)
    def _replaced(self) -> None:
        self._open(self._reader.path)

    @on(Feed.GoesOn)
    def _goes_on(self, message: Feed.GoesOn) -> None:
        """Go along with a recording while it is followed, and say where it is otherwise."""
        self._later = message.path.name
        self._show_titles()
        if self._frames.follow and not message.late:
            self._open(message.path)

    def _open(self, path: Path, *, by_hand: bool = False) -> None:
        """Browse another file, at the session that goes on there if there is one."""
        here, chosen = self._reader.path.name, self._chosen
        try:
            with Reader(path) as first:
                sessions = first.sessions()
            reader = Reader(path)
        except InspectorError as error:
            self._failed(Feed.Failed(str(error)))
            return
        row = next(
            (row for row, each in enumerate(sessions, 1) if chosen and _is_same(here, chosen, path.name, each)), 0
        )
        if chosen and chosen.live and not row and not by_hand and path.name != here:
            reader.close()  # its row will be there at the next look
            return
        self._reader.close()
        self._reader, self._later = reader, ""
        self._feed.read_from(reader, is_new=by_hand)
        self._sessions.sessions = sessions
        self._sessions.move(row)
        self._frames.follow = True
        self._frames.show([], None)
        self._feed.load(self._where, self._sessions.session, keep=False)
        self._say(f"now {visible(path.name)}")

    def _read(self, question: Callable[[], T]) -> T | None:
        """Ask the capture; if it can't be read just now, say so and go on."""
        try:
            return question()
        except InspectorError as error:
            self._in_trouble(str(error))
            self._show_titles()
            return None

    def _fetch(self, ids: Sequence[int]) -> list[FrameRow]:
        return self._read(lambda: self._reader.frames(ids)) or []

    def _pair_of(self, frame: FrameRow) -> FrameRow | None:
        if frame.type is MessageType.CALL:
            return self._read(lambda: self._reader.answer_of(frame))
        found = self._fetch([frame.answers]) if frame.answers is not None else []
        return found[0] if found else None

    # What is shown

    def _fit_sessions(self) -> None:
        most = max(3, self.size.height // 4)
        zoomed = self._sessions.has_class("zoom")
        self._sessions.styles.height = "1fr" if zoomed else min(self._sessions.count, most) + 2

    @property
    def _chosen(self) -> Session | None:
        return next((each for each in self._sessions.sessions if each.id == self._sessions.session), None)

    def _show_titles(self) -> None:
        sessions, frames, chosen = self._sessions.sessions, self._frames, self._sessions.session
        mine = [session for session in sessions if chosen in {None, session.id}]
        total = sum(session.frames for session in mine)
        text = title(
            self._reader.path.name,
            self._listening,
            sessions,
            follow=frames.follow,
            unseen=frames.unseen,
            odd=self._befallen,
            later=self._later,
            width=self.size.width - 2,
        )
        self.query_one("#title", Static).update(Content(text))
        frames.border_title = Content(frames_title(chosen, frames.count, total, filtered=self._where is not EVERYTHING))
        frames.empty = why_empty(mine[0] if chosen and mine else None, total, trouble=bool(self._trouble))

    @on(LinePane.Resized)
    def _show_detail(self) -> None:
        frame = self._frames.frame
        width = self._detail.scrollable_content_region.width
        page = self._session_page(width)
        about = self._sessions.session if page else None
        if frame is not None:
            page += ([(), rule(f"frame {frame.id}", width)] if page else []) + self._frame_page(frame, width)
        now = (frame.id if frame else None, about)
        same, self._shown = self._shown == now, now
        self._detail.show(page, keep_place=same)
        self._detail.border_title = Content(f"3 detail · frame {frame.id}" if frame else "3 detail")

    def _session_page(self, width: int) -> list[Line]:
        """Lay out what is known of the chosen session: while one is choosing, or if it has no frame to show."""
        if self._frames.frame is not None and self.focused is not self._sessions:
            return []
        session = self._chosen
        if session is None:
            return self._read(lambda: capture_page(self._reader, width)) or []
        return self._read(lambda: session_page(session, read_about(self._reader, session), width)) or []

    def _frame_page(self, frame: FrameRow, width: int) -> list[Line]:
        """Lay out a frame and its pair."""
        pair = self._pair_of(frame)
        self._unpaired = pair is None
        found = self._read(lambda: self._reader.findings_of([frame, pair] if pair else [frame])) or {}
        others = found.get(pair.id, []) if pair else []
        waiting = any(session.live for session in self._sessions.sessions if session.id == frame.session)
        return document(frame, found.get(frame.id, []), pair, others, width, waiting=waiting)

    def on_descendant_focus(self) -> None:
        """Show more of a session while its table has the focus."""
        self._show_detail()

    # What the user does

    @on(RowTable.Moved, "#sessions")
    def _session_moved(self) -> None:
        if self._sessions.session != self._feed.query_now.session:
            self._frames.follow = True
            self._feed.load(self._where, self._sessions.session, keep=False)

    @on(RowTable.Moved, "#frames")
    def _frame_moved(self) -> None:
        if self._detail_timer is not None:
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(SETTLE_SECONDS, self._show_detail)
        self._show_titles()

    @on(RowTable.Chosen, "#sessions")
    def _session_chosen(self) -> None:
        self._go(self._frames)

    @on(RowTable.Chosen, "#frames")
    def _frame_chosen(self) -> None:
        self._go(self._detail)

    @on(Input.Changed, "#filter")
    def _typing(self) -> None:
        if self._filter_timer is not None:
            self._filter_timer.stop()
        self._filter_timer = self.set_timer(TYPING_SECONDS, self._apply_filter)

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self._apply_filter()
        if not self.query_one("#filter-error").has_class("shown"):
            self._go(self._frames)

    def _apply_filter(self) -> None:
        """Filter by what stands in the bar; what can't be read is said, and the last good filter stays."""
        complaint = self.query_one("#filter-error", Static)
        try:
            where = compile_filter(self.query_one("#filter", Input).value)
        except InspectorError as error:
            complaint.update(Content(visible(str(error))))
            complaint.add_class("shown")
            return
        complaint.update(Content(""))
        complaint.remove_class("shown")
        if where != self._where:
            self._where = where
            self._feed.load(where, self._sessions.session, keep=True)

    def action_filter(self) -> None:
        """Open the filter bar."""
        self._unzoom()
        self.query_one("#filter-bar").add_class("shown")
        self.query_one("#filter").focus()

    def action_back(self) -> None:
        """Leave the zoom, then the pane or the filter bar, then clear the filter."""
        box = self.query_one("#filter", Input)
        if self.has_class("zoomed"):
            self._unzoom()
        elif self.focused is not self._frames:
            self._frames.focus()
        else:
            box.value = ""
        if not box.value:
            self.query_one("#filter-bar").remove_class("shown")

    def action_problem(self, step: int) -> None:
        """Go to the next or previous frame that has an error or a warning."""
        frames, session = self._frames, self._sessions.session
        where = Where(f"{PROBLEMS.sql} AND {self._where.sql}", self._where.parameters)

        def beyond(frame: int) -> int | None:
            return self._read(lambda: self._reader.next_id(where, session=session, beyond=frame, step=step))

        found = beyond(frames.ids[frames.cursor]) if frames.ids else None
        if found is None and (found := beyond(0 if step > 0 else LAST)) is not None:
            self._say("from the first again" if step > 0 else "from the last again")
        if found is None:
            self._say("no problem here")
        else:
            frames.go_to(found)

    def action_pair(self) -> None:
        """Go to the frame's other half."""
        frame = self._frames.frame
        pair = self._pair_of(frame) if frame else None
        if pair is None:
            self._say("this frame has no pair")
        elif not self._frames.go_to(pair.id):
            self._say(f"frame {pair.id} does not pass the filter")

    def action_follow(self) -> None:
        """Follow new frames, or stop."""
        self._frames.set_follow(not self._frames.follow)
        self._show_titles()

    def action_part(self, step: int) -> None:
        """Go to the next or the previous file of a recording that was cut."""
        other = beside(self._reader.path, step)
        if other is None:
            self._say(f"the recording has no {'later' if step > 0 else 'earlier'} file")
        else:
            self._open(other, by_hand=True)

    def action_copy(self) -> None:
        """Copy the raw frame to the terminal's clipboard (OSC 52, works over SSH)."""
        frame = self._frames.frame
        if frame is not None:
            raw = frame.raw if isinstance(frame.raw, str) else frame.raw.decode("utf-8", "backslashreplace")
            self.app.copy_to_clipboard(raw)
            self._say(f"copied frame {frame.id}, {len(raw):,} characters")

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or take it back."""
        if self.has_class("zoomed"):
            self._unzoom()
        elif isinstance(self.focused, RowTable | LinePane):
            self.add_class("zoomed")
            self.focused.add_class("zoom")
            self.query_one("#left").set_class(self.focused is not self._detail, "zoom")
            self._fit_sessions()

    def _unzoom(self) -> None:
        self.remove_class("zoomed")
        for pane in (self._sessions, self._frames, self._detail):
            pane.remove_class("zoom")
        self._fit_sessions()

    def action_pane(self, pane: str) -> None:
        """Go to a pane."""
        self._go(self.query_one(f"#{pane}"))

    def _go(self, pane: Widget) -> None:
        """Focus a pane; what was zoomed gives way to it."""
        if self.has_class("zoomed") and not pane.has_class("zoom"):
            self._unzoom()
        self.set_focus(pane)

    def _say(self, text: str) -> None:
        self.notify(text, timeout=NOTICE_SECONDS, markup=False)

    def action_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen())


def _is_same(here: str, session: Session, there: str, other: Session) -> bool:
    """Tell whether one session goes on in the other, or the other in it; each in the capture of a name."""
    return other.continues == Place(here, session.id) or session.continues == Place(there, other.id)
