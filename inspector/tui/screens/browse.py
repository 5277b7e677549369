"""The main screen: sessions, their frames, and the frame under the cursor; all of it live."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.timer import Timer

from inspector.errors import InspectorError
from inspector.store.entries import Place
from inspector.store.filter import EVERYTHING
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session
from inspector.store.series import beside
from inspector.tui.composed.frame_page import Subject
from inspector.tui.composed.lines import Line
from inspector.tui.composed.session_page import MOST_ODDITIES, capture_page, read_about, session_page
from inspector.tui.composed.titles import frames_title, title, why_empty
from inspector.tui.keys import bindings
from inspector.tui.reading.feed import Feed
from inspector.tui.reading.sources import Nothing
from inspector.tui.screens.browse_jumps import pair_of
from inspector.tui.screens.browse_tools import BrowseTools
from inspector.tui.widgets.filter_bar import FilterBar
from inspector.tui.widgets.row_table import RowTable

SETTLE_SECONDS = 0.04
BUSY_SECONDS = 0.3
"""How long the detail waits while new frames are followed that come again and again."""

NEWS_SECONDS = 0.1
MARKS_SECONDS = 1.0
"""How often to look for marks that somebody else has set, while the capture changes."""


class BrowseScreen(BrowseTools):
    """Three panes and a filter."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("browse")]

    def __init__(self, reader: Reader, listening: str, news: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        super().__init__(reader)
        self._listening = listening
        self._news = news
        self.is_told = False
        self._befallen: Mapping[str, int] = {}
        self._later = ""
        self._marks_asked = -MARKS_SECONDS
        self._aim: int | None = None
        self._shown: tuple[int | None, int | None] = (None, None)
        self._unpaired = False
        self._followed = (True, 0)
        self._detail_timer: Timer | None = None
        self._detailed = 0.0

    def on_mount(self) -> None:
        """Start with all sessions."""
        self.session_table.border_title = Content("1 sessions")
        self.detail.border_title = Content("3 detail")
        self.frame_table.focus()
        self._load(keep=False)
        self.set_interval(NEWS_SECONDS, self._hear)
        self.banner.complain(self.complaint)

    def on_unmount(self) -> None:
        """Let go of the file."""
        self.reader.close()

    def _hear(self) -> None:
        for said in self._news():
            self.banner.hear(said)

    def go(self, session: int | None, filter: str, frame: int | None) -> None:  # noqa: A002 - the user's word
        """Show the frames of a session (None: of all) that pass a filter, with the cursor on one of them."""
        with self.prevent(RowTable.Moved):
            self.session_table.choose(session)
        self.filter_bar.text = filter
        self.where = self.filter_bar.where
        self._aim = frame
        self._load(keep=False)
        self.show_pane(self.frame_table)

    # What comes from the capture

    def _load(self, *, keep: bool) -> None:
        anchor = self._aim if self._aim is not None else self.frame_table.here if keep else None
        self.feed.load(
            self.question, self.session_table.session, keep=keep, anchor=anchor, controls=self.shows_controls
        )

    @on(Feed.Rewritten)
    def reload(self) -> None:
        """Show the frames anew; the cursor stays on its frame, or on the nearest."""
        self._load(keep=True)

    @on(Feed.Loaded)
    def _loaded(self, message: Feed.Loaded) -> None:
        frames, query = self.frame_table, message.query
        frames.began = self.feed.began
        frames.stations = self.feed.stations if query.session is None else None
        frames.show(message.source, keep=query.keep, again=message.again)
        self._take_aim()
        self.failed("")

    @on(Feed.Grown)
    def _grown(self, message: Feed.Grown) -> None:
        self.frame_table.grow(message.new, changed=message.changed)
        self._take_aim()
        moved = self.frame_table.follow and message.new  # then the detail comes by itself
        if message.changed or (self._unpaired and not moved) or self.session_table.has_focus:
            self._show_detail()
        self.failed("")

    def _take_aim(self) -> None:
        """Go to the frame that was asked for, once it is there."""
        if self._aim is not None and (self.frame_table.go_to(self._aim) or self.frame_table.source.is_complete):
            self._aim = None

    @on(Feed.Told)
    def _told(self, message: Feed.Told) -> None:
        """Take what is known of the sessions."""
        self.is_told, self._befallen = True, message.befallen
        self.session_table.show(message.sessions)
        self.frame_table.wait_for({session.id for session in message.sessions if session.live})
        self.fit_sessions()
        if time.monotonic() - self._marks_asked > MARKS_SECONDS:
            self._marks_asked = time.monotonic()
            self.ask(Reader.marked, self._take_marks, group="marks")
        if self.session_table.has_focus:
            self._show_detail()
        self._show_titles()

    def _take_marks(self, marked: set[int]) -> None:
        if marked != self.frame_table.marked:
            self.frame_table.marked = marked
            self.frame_table.refresh()

    @on(Feed.Failed)
    def _cant_be_read(self, message: Feed.Failed) -> None:
        self.failed(message.reason)

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read; nothing when it can."""
        super().failed(reason)
        self._show_titles()

    @on(Feed.Replaced)
    def _replaced(self) -> None:
        self._open(self.capture)

    @on(Feed.GoesOn)
    def _goes_on(self, message: Feed.GoesOn) -> None:
        """Go along with a recording while it is followed, and say where it is otherwise."""
        self._later = message.path.name
        self._show_titles()
        if self.frame_table.follow and not message.late:
            self._open(message.path)

    def _open(self, path: Path, *, by_hand: bool = False) -> None:
        """Browse another file, at the session that goes on there if there is one."""
        here, chosen = self.capture.name, self.session
        try:
            with Reader(path) as first:
                sessions = first.sessions()
            reader = Reader(path)
        except InspectorError as error:
            self.failed(str(error))
            return
        same = next((each.id for each in sessions if chosen and _is_same(here, chosen, path.name, each)), None)
        if chosen and chosen.live and same is None and not by_hand and path.name != here:
            reader.close()  # its row will be there at the next look
            return
        self.reader.close()
        self.reader, self._later, self._marks_asked = reader, "", -MARKS_SECONDS
        self.feed.read_from(reader, is_new=by_hand)
        self.session_table.show(sessions)
        self.session_table.choose(same)
        self.frame_table.follow = True
        self.frame_table.show(Nothing())
        self._load(keep=False)
        self.say(f"now {path.name}")

    # What is shown

    def _show_titles(self) -> None:
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
                odd=self._befallen,
                later=self._later,
            )
        )
        filtered = self.where is not EVERYTHING or bool(self.restrictions)
        said = frames_title(table.name_of_chosen, frames.count, total, filtered=filtered, hidden=self.restrictions)
        frames.border_title = Content(said)
        frames.empty = why_empty(self.session, total, trouble=bool(self.trouble), listening=self._listening)

    def _show_detail(self) -> None:
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
        self._unpaired = pair is None
        found = self.read(lambda: self.reader.findings_of([frame, pair] if pair else [frame])) or {}
        session = self.session_of(frame)
        version, waiting = (session.version, session.live) if session else (None, False)
        return Subject(frame, pair, found, version, waiting)

    def on_descendant_focus(self) -> None:
        """Show more of a session while its table has the focus."""
        super().on_descendant_focus()
        self._show_detail()

    # What the user does

    @on(RowTable.Moved, "#sessions")
    def _session_moved(self) -> None:
        if (self.question, self.session_table.session) != (self.feed.query_now.where, self.feed.query_now.session):
            self.frame_table.follow = True
            self._load(keep=False)

    @on(RowTable.Moved, "#frames")
    def _frame_moved(self) -> None:
        if self._followed != (self.frame_table.follow, self.frame_table.unseen):
            self._show_titles()
        is_busy = self.frame_table.follow and time.monotonic() - self._detailed < BUSY_SECONDS
        if self._detail_timer is not None:
            if is_busy:  # nobody can read what changes ten times a second
                return
            self._detail_timer.stop()
        self._detail_timer = self.set_timer(BUSY_SECONDS if is_busy else SETTLE_SECONDS, self._show_detail)

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
        self._load(keep=True)

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
        self._show_titles()

    def action_part(self, step: int) -> None:
        """Go to the next or the previous file of a recording that was cut."""
        other = beside(self.capture, step)
        if other is None:
            self.say(f"the recording has no {'later' if step > 0 else 'earlier'} file")
        else:
            self._open(other, by_hand=True)


def _is_same(here: str, session: Session, there: str, other: Session) -> bool:
    """Tell whether one session goes on in the other, or the other in it; each in the capture of a name."""
    return other.continues == Place(here, session.id) or session.continues == Place(there, other.id)
