"""What comes from the capture to the main screen: rows, sessions, marks, another file; and what fails."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual import on

from inspector.errors import InspectorError
from inspector.store.entries import Place
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.tui.reading.feed import Feed
from inspector.tui.reading.sources import Nothing
from inspector.tui.screens.browse_tools import BrowseTools

MARKS_SECONDS = 1.0
"""How often to look for marks that somebody else has set, while the capture changes."""


class BrowseLive(BrowseTools):
    """Takes what the feed posts.

    ``is_told`` says that the sessions are known, ``befallen`` counts what befell the record by kind, ``later`` is the
    file that it goes on in, ``aim`` the frame that the cursor is to go to, ``unpaired`` that the one there waits for
    its other half.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.is_told = self.unpaired = False
        self.befallen: Mapping[str, int] = {}
        self.later = ""
        self.aim: int | None = None
        self._marks_asked = -MARKS_SECONDS

    def on_unmount(self) -> None:
        """Let go of the file."""
        self.reader.close()

    def show_titles(self) -> None:
        """Say whose frames are shown, how many, and what the capture is."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Show the frame under the cursor, or the session."""
        raise NotImplementedError

    def load(self, *, keep: bool) -> None:
        """Ask for the frames that are to be shown; the place is kept, or they are begun with anew."""
        anchor = self.aim if self.aim is not None else self.frame_table.here if keep else None
        self.feed.load(
            self.question, self.session_table.session, keep=keep, anchor=anchor, controls=self.shows_controls
        )

    @on(Feed.Rewritten)
    def reload(self) -> None:
        """Show the frames anew; the cursor stays on its frame, or on the nearest."""
        self.load(keep=True)

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
        if message.changed or (self.unpaired and not moved) or self.session_table.has_focus:
            self.show_detail()
        self.failed("")

    def _take_aim(self) -> None:
        """Go to the frame that was asked for, once it is there."""
        if self.aim is not None and (self.frame_table.go_to(self.aim) or self.frame_table.source.is_complete):
            self.aim = None

    @on(Feed.Told)
    def _told(self, message: Feed.Told) -> None:
        """Take what is known of the sessions."""
        self.is_told, self.befallen = True, message.befallen
        self.session_table.show(message.sessions)
        self.frame_table.wait_for({session.id for session in message.sessions if session.live})
        self.fit_sessions()
        if time.monotonic() - self._marks_asked > MARKS_SECONDS:
            self._marks_asked = time.monotonic()
            self.ask(Reader.marked, self._take_marks, group="marks")
        if self.session_table.has_focus:
            self.show_detail()
        self.show_titles()

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
        self.show_titles()

    @on(Feed.Replaced)
    def _replaced(self) -> None:
        self._open(self.capture)

    @on(Feed.GoesOn)
    def _goes_on(self, message: Feed.GoesOn) -> None:
        """Go along with a recording while it is followed, and say where it is otherwise."""
        self.later = message.path.name
        self.show_titles()
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
        self.reader, self.later, self._marks_asked = reader, "", -MARKS_SECONDS
        self.feed.read_from(reader, is_new=by_hand)
        self.session_table.show(sessions)
        self.session_table.choose(same)
        self.frame_table.follow = True
        self.frame_table.show(Nothing())
        self.load(keep=False)
        self.say(f"now {path.name}")


def _is_same(here: str, session: Session, there: str, other: Session) -> bool:
    """Tell whether one session goes on in the other, or the other in it; each in the capture of a name."""
    return other.continues == Place(here, session.id) or session.continues == Place(there, other.id)
