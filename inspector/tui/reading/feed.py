"""What the capture holds, kept up to date: looks for commits ten times a second and reads in a worker.

Once a second it looks whether the recording goes on in another file.
"""

import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.message import Message

from inspector.errors import InspectorError
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.series import beside
from inspector.tui.reading.answers import Answers
from inspector.tui.reading.changes import Changes, Known, Query, changes
from inspector.tui.reading.sources import Found, OneSession, Source, Whole, Wire

POLL_SECONDS = 0.1
PART_SECONDS = 1.0
MANY, TOLD_SECONDS = 500, 0.5
"""Above so many sessions, how often it is told what became of them."""


class Feed(Answers):
    """Answers what is asked, and posts as messages what is new."""

    DEFAULT_CSS: ClassVar[str] = "Feed { display: none; }"

    class Told(Message):
        """The sessions, oldest first, and what befell the record, by kind."""

        def __init__(self, sessions: list[Session], befallen: Mapping[str, int]) -> None:
            super().__init__()
            self.sessions, self.befallen = sessions, befallen

    class Rewritten(Message):
        """Rows were taken out: the question is to be asked again."""

    class Replaced(Message):
        """There is another file of this name."""

    class GoesOn(Message):
        """The recording goes on in another file; told at each look. ``late``: it did before this one was opened."""

        def __init__(self, path: Path, *, late: bool) -> None:
            super().__init__()
            self.path, self.late = path, late

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._told = 0.0
        self._untold: Feed.Told | None = None
        self.read_from(reader, is_new=True)

    def read_from(self, reader: Reader, *, is_new: bool) -> None:
        """Look at this file from now on. ``is_new`` says that somebody opened it, that it was not come to by itself."""
        self.turn_to(reader)
        self._file = reader.file()
        self._looking = False
        self._there_before = beside(reader.path, 1) if is_new else None

    def on_mount(self) -> None:
        """Start looking."""
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(PART_SECONDS, self._look_for_parts)

    def _look_for_parts(self) -> None:
        later = beside(self._reader.path, 1)
        if later is not None:
            self.post_message(self.GoesOn(later, late=later == self._there_before))

    def _tell_sessions(self) -> None:
        """Tell what became of the sessions; of very many, not at each look."""
        now, told = time.monotonic(), self._untold
        if told is not None and (len(told.sessions) <= MANY or now - self._told > TOLD_SECONDS):
            self.post_message(told)
            self._untold, self._told = None, now

    def _poll(self) -> None:
        self._tell_sessions()
        try:
            if self._reader.file() != self._file:
                self._change = -1
                self.post_message(self.Replaced())
                return
            change = self._reader.change()
        except InspectorError as error:
            self._change = -1
            self.post_message(self.Failed(str(error)))
            return
        source = self.source
        is_behind = self._answered != self.query_now.turn or (isinstance(source, Found) and not source.at_end)
        if change == self._change or self._looking or is_behind:
            return
        self._change = change
        if source is None:
            self.post_message(self.Rewritten())
        else:
            self._looking = True
            self._look(self.query_now, self._known, listed=isinstance(source, Found | Wire))

    # What is new

    # Without a description Textual would write one, of all arguments: thousands of sessions, ten times a second.
    @work(thread=True, exclusive=True, group="look", exit_on_error=False, description="look")
    def _look(self, query: Query, known: Known, *, listed: bool) -> None:
        try:
            with Reader(self._reader.path) as reader:
                found = changes(reader, query, known, listed=listed)
            self._in_app(partial(self._looked, query, found))
        except InspectorError as error:
            self._in_app(partial(self._looked, query, self.Failed(str(error))))

    def _looked(self, query: Query, found: "Changes | Feed.Failed") -> None:
        self._looking = False
        if query.turn != self.query_now.turn:
            self._change = -1  # look again for what is asked now
        elif isinstance(found, self.Failed):
            self.post_message(found)
        else:
            self._learn(found)

    def _learn(self, found: Changes) -> None:
        self._known = found.known
        sessions = list(found.known.sessions.values())
        self._learn_names((each.id, each.station, each.opened_ns) for each in sessions if each.id not in self.stations)
        self._untold = self.Told(sessions, found.befallen)
        self._tell_sessions()
        new = None if found.is_rewritten or self.source is None else extended(self.source, found)
        if new is None:
            self.post_message(self.Rewritten())
        else:
            self.post_message(self.Grown(new, changed=bool(found.judged)))


def extended(source: Source, found: Changes) -> int | None:
    """Add to a source what is new, and return how many rows; None if it is not what it was."""
    match source:
        case Whole() | OneSession():
            before, source.extent = source.extent, found.extent
            is_same = found.extent.is_dense and found.extent.first in {before.first, 1}
            return found.extent.frames - before.frames if is_same and found.extent.last >= before.last else None
        case Wire():
            source.take(found.rows)
        case Found():
            source.take(found.rows, ahead=True)
            for row in found.judged:
                (source.add if row in found.passing else source.drop)(row)
    return len(found.rows)
