"""The main screen: sessions, their frames, and the frame under the cursor; all of it live."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer

from inspector.store.filter import EVERYTHING
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow
from inspector.store.series import beside
from inspector.tui.composed.frame_page import Subject
from inspector.tui.composed.lines import Line
from inspector.tui.composed.session_page import MOST_ODDITIES, capture_page, read_about, session_page
from inspector.tui.composed.titles import frames_title, title, why_empty
from inspector.tui.keys import bindings
from inspector.tui.screens.browse_jumps import pair_of
from inspector.tui.screens.browse_live import BrowseLive
from inspector.tui.widgets.filter_bar import FilterBar
from inspector.tui.widgets.row_table import RowTable

SETTLE_SECONDS = 0.04
BUSY_SECONDS = 0.3
"""How long the detail waits while new frames are followed that come again and again."""

NEWS_SECONDS = 0.1


class BrowseScreen(BrowseLive):
    """Three panes and a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("browse")]

    def __init__(self, reader: Reader, listening: str, news: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        super().__init__(reader)
        self._listening = listening
        self._news = news
        self._shown: tuple[int | None, int | None] = (None, None)
        self._followed = (True, 0)
        self._detail_timer: Timer | None = None
        self._detailed = 0.0

    def on_mount(self) -> None:
        """Start with all sessions."""
        self.session_table.border_title = Content("1 sessions")
        self.detail.border_title = Content("3 detail")
        self.frame_table.focus()
        self.load(keep=False)
        self.set_interval(NEWS_SECONDS, self._hear)
        self.banner.complain(self.complaint)

    def _hear(self) -> None:
        for said in self._news():
            self.banner.hear(said)

    def go(self, session: int | None, filter: str, frame: int | None) -> None:  # noqa: A002 - the user's word
        """Show the frames of a session (None: of all) that pass a filter, with the cursor on one of them."""
        with self.prevent(RowTable.Moved):
            self.session_table.choose(session)
        self.filter_bar.text = filter
        self.where = self.filter_bar.where
        self.aim = frame
        self.load(keep=False)
        self.show_pane(self.frame_table)

    # What is shown

    def show_titles(self) -> None:
        """Say whose frames are shown, how many, and what the capture is."""
        table, frames = self.session_table, self.frame_table
        self._followed = frames.follow, frames.unseen
        total = sum(session.frames for session in table.chosen)
        self.title_bar.say(
            *title(
                self.capture.name,
                self._listening,
                table.sessions if self.is_told else None,
                follow=frames.follow,
                unseen=frames.unseen,
                odd=self.befallen,
                later=self.later,
            )
        )
        filtered = self.where is not EVERYTHING or bool(self.restrictions)
        said = frames_title(table.name_of_chosen, frames.count, total, filtered=filtered, hidden=self.restrictions)
        frames.border_title = Content(said)
        frames.empty = why_empty(self.session, total, trouble=bool(self.trouble), listening=self._listening)

    def show_detail(self) -> None:
        """Show the frame under the cursor, or the session."""
        self._detail_timer, self._detailed = None, time.monotonic()
        frame = self.frame_table.frame
        above = self._session_page()
        now = (frame.id if frame else None, self.session_table.session if above else None)
        same, self._shown = self._shown == now, now
        self.detail.show(self._subject(self.whole(frame)) if frame else None, above, keep_place=same)
        self.detail.border_title = Content(f"3 detail · frame {frame.id}" if frame else "3 detail")

    def _session_page(self) -> Callable[[int], list[Line]] | None:
        """Return what lays out the chosen session: while one is choosing, or if it has no frame to show."""
        if self.frame_table.frame is not None and self.focused is not self.session_table:
            return None
        session = self.session
        if session is None:
            oddities = self.read(lambda: self.reader.last_oddities(MOST_ODDITIES + 1))
            return partial(capture_page, oddities) if oddities else None
        about = self.read(lambda: read_about(self.reader, session))
        return partial(session_page, session, about) if about else None

    def _subject(self, frame: FrameRow) -> Subject:
        """Read what belongs to a frame."""
        pair = self.read(lambda: pair_of(self.reader, frame))
        self.unpaired = pair is None
        found = self.read(lambda: self.reader.findings_of([frame, pair] if pair else [frame])) or {}
        session = self.session_of(frame)
        version, waiting = (session.version, session.live) if session else (None, False)
        return Subject(frame, pair, found, version, waiting)

    def on_descendant_focus(self) -> None:
        """Show more of a session while its table has the focus."""
        super().on_descendant_focus()
        self.show_detail()

    # What the user does

    @on(RowTable.Moved, "#sessions")
    def _session_moved(self) -> None:
        if (self.question, self.session_table.session) != (self.feed.query_now.where, self.feed.query_now.session):
            self.frame_table.follow = True
            self.load(keep=False)

    @on(RowTable.Moved, "#frames")
    def _frame_moved(self) -> None:
        if self._followed != (self.frame_table.follow, self.frame_table.unseen):
            self.show_titles()
        is_busy = self.frame_table.follow and time.monotonic() - self._detailed < BUSY_SECONDS
        if self._detail_timer is not None:
            if is_busy:  # nobody can read what changes ten times a second
                return
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(BUSY_SECONDS if is_busy else SETTLE_SECONDS, self.show_detail)

    @on(RowTable.Chosen, "#sessions")
    def _session_chosen(self) -> None:
        if not self.session_table.fold():
            self.show_pane(self.frame_table)

    @on(RowTable.Chosen, "#frames")
    def _frame_chosen(self) -> None:
        self.show_pane(self.detail)

    @on(FilterBar.Changed)
    def _filtered(self, message: FilterBar.Changed) -> None:
        self.where = message.where
        self.load(keep=True)

    @on(FilterBar.Submitted)
    def _submitted(self) -> None:
        self.show_pane(self.frame_table)

    def action_group(self) -> None:
        """Put sessions under their stations, or side by side again."""
        self.session_table.group()
        self.fit_sessions()

    def action_follow(self) -> None:
        """Follow new frames, or stop."""
        self.frame_table.set_follow(not self.frame_table.follow)
        self.show_titles()

    def action_part(self, step: int) -> None:
        """Go to the next or the previous file of a recording that was cut."""
        other = beside(self.capture, step)
        if other is None:
            self.say(f"the recording has no {'later' if step > 0 else 'earlier'} file")
        else:
            self._open(other, by_hand=True)
