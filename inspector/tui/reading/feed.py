"""What the capture holds, kept up to date: looks for commits ten times a second and reads in a worker.

Once a second it looks whether the recording goes on in another file.

All frames of the capture or of a session are there at once, see ``sources``; what a filter finds comes by and by. Of
two questions only the last is answered.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from inspector.errors import InspectorError
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.series import beside
from inspector.tui.reading.changes import Changes, Known, Query, changes
from inspector.tui.reading.search import Part, search
from inspector.tui.reading.sources import Found, OneSession, Source, Whole, Wire

T = TypeVar("T")

POLL_SECONDS = 0.1
PART_SECONDS = 1.0
MANY, TOLD_SECONDS = 500, 0.5
"""Above so many sessions, how often it is told what became of them."""

SHOW_SECONDS = 0.1
"""How often what a search finds is shown."""


class Feed(Widget):
    """Posts what it read as messages. It draws nothing.

    ``stations`` and ``began`` tell of each session who it is and when it was opened, in Unix nanoseconds.
    """

    DEFAULT_CSS: ClassVar[str] = "Feed { display: none; }"

    class Loaded(Message):
        """The rows asked for, or the first of them. ``again``: the question is the one before."""

        def __init__(self, query: Query, source: Source, *, again: bool) -> None:
            super().__init__()
            self.query, self.source, self.again = query, source, again

    class Grown(Message):
        """The same question has more rows: ``new`` ones were recorded, or more was found.

        ``changed`` says that there are findings about frames that were there before.
        """

        def __init__(self, new: int = 0, *, changed: bool = False) -> None:
            super().__init__()
            self.new, self.changed = new, changed

    class Told(Message):
        """The sessions, oldest first, and what befell the record, by kind."""

        def __init__(self, sessions: list[Session], befallen: Mapping[str, int]) -> None:
            super().__init__()
            self.sessions, self.befallen = sessions, befallen

    class Failed(Message):
        """The capture can't be read just now."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

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
        super().__init__()
        self.query_now = Query()
        self.source: Source | None = None
        self.stations: dict[int, str] = {}
        self.began: dict[int, int] = {}
        self._searching: Reader | None = None
        self._answered = 0
        self._shown = self._told = 0.0
        self._found = 0
        self._untold: Feed.Told | None = None
        self.read_from(reader, is_new=True)

    def read_from(self, reader: Reader, *, is_new: bool) -> None:
        """Look at this file from now on. ``is_new`` says that somebody opened it, that it was not come to by itself."""
        self._reader = reader
        self._file = reader.file()
        self._change = -1
        self._looking = False
        self._known = Known()
        self.source = None
        self.stations.clear()
        self.began.clear()
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

    # Questions

    def load(
        self,
        where: Where,
        session: int | None,
        *,
        keep: bool,
        anchor: int | None = None,
        controls: bool = False,
    ) -> None:
        """Ask for other frames; ``anchor`` is where to begin, the end if it is None."""
        before = self.query_now
        self.query_now = Query(before.turn + 1, where, session, anchor, keep, controls and session is not None)
        if self._searching is not None:
            self._searching.interrupt()
        again = self.source is not None and replace(self.query_now, turn=0, anchor=None, keep=False) == replace(
            before, turn=0, anchor=None, keep=False
        )
        try:
            self._load(self.query_now, again)
        except InspectorError as error:
            self._fail(str(error))

    def _load(self, query: Query, again: bool) -> None:
        """Answer at once where no row need be looked at, else begin a search."""
        reader, session = self._reader, query.session
        with reader.at_once():
            whole = reader.extent()
            mine = whole if session is None else reader.extent(session=session)
            ends = reader.ends(session=session)
            self._known = replace(
                self._known,
                frame=reader.last_id(),
                event=reader.last_event(),
                finding=reader.last_finding(),
                frames=whole.frames,
            )
            self._learn_names(reader.names() if not self.stations else ())
        if query.where is not EVERYTHING or query.controls or not mine.is_dense:
            self._shown, self._found = time.monotonic(), 0
            self._search(query, ends, again)
        else:
            self._begin(query, Whole(reader, mine) if session is None else OneSession(reader, session, mine), again)

    def _begin(self, query: Query, source: Source, again: bool) -> None:
        if self.source is None:
            self._change = -1  # the sessions have not been looked at yet
        self.source, self._answered = source, query.turn
        self.post_message(self.Loaded(query, source, again=again))

    def _learn_names(self, sessions: Iterable[tuple[int, str, int]]) -> None:
        for number, station, opened_ns in sessions:
            self.stations[number], self.began[number] = station, opened_ns

    @work(thread=True, exclusive=True, group="search", exit_on_error=False, description="search")
    def _search(self, query: Query, ends: tuple[int, int], again: bool) -> None:
        try:
            with Reader(self._reader.path) as self._searching:
                for step in self._steps(self._searching, query, ends, again):
                    if not self._tell(query, step):
                        return
        except InspectorError as error:
            self._tell(query, partial(self._fail, str(error)))

    def _steps(self, reader: Reader, query: Query, ends: tuple[int, int], again: bool) -> Iterator[Callable[[], None]]:
        """Search, and yield what is to be done on the interface's own thread with what was found."""
        if query.controls and query.session is not None:
            wire = Wire(self._reader, reader.wire(query.where, session=query.session))
            yield lambda: self._begin(query, wire, again)
            return
        found = Found(self._reader, ends[1])
        for part in search(reader, query.where, ends, session=query.session, anchor=query.anchor):
            yield partial(self._take, query, found, part, again)
        yield partial(self._take, query, found, None, again)

    def _take(self, query: Query, found: Found, part: Part | None, again: bool) -> None:
        """Add a part of what is found, None at the end, and show it now and then."""
        if part is None:
            found.is_complete = found.at_end = True
        else:
            found.take(part.ids, ahead=part.ahead)
            found.at_end = part.at_end
        now = time.monotonic()
        is_due = found.is_complete or now - self._shown > SHOW_SECONDS or (found.count > 0 and not self._found)
        if not is_due:
            return
        self._shown, self._found = now, found.count
        if self.source is found:
            self.post_message(self.Grown())
        else:
            self._begin(query, found, again)

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

    def _fail(self, reason: str) -> None:
        """Say why there is no answer; at the next change it is asked again."""
        self.source, self._answered = None, self.query_now.turn
        self.post_message(self.Failed(reason))

    def _tell(self, query: Query, step: Callable[[], None]) -> bool:
        """Do something on the interface's own thread, unless another question was asked; False then."""

        def do() -> bool:
            is_current = query.turn == self.query_now.turn
            if is_current:
                step()
            return is_current

        return bool(self._in_app(do))

    def _in_app(self, step: Callable[[], T]) -> T | None:
        with suppress(RuntimeError):  # the application is gone
            return self.app.call_from_thread(step)
        return None


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
