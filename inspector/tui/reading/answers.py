"""The frames that are asked for: of the whole capture or of a session, all of them or those that pass a filter.

All frames of the capture or of a session are there at once, see ``sources``; what a filter finds comes by and by, read
in a worker. Of two questions only the last is answered.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from inspector.errors import InspectorError
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.tui.reading.changes import Known, Query
from inspector.tui.reading.search import Part, search
from inspector.tui.reading.sources import Found, OneSession, Source, Whole, Wire

T = TypeVar("T")

SETTLING_SECONDS = 0.5
"""How long a search may take that is waited for: keys that were typed after the question are meant for its answer."""

SHOW_SECONDS = 0.1
"""How often what a search finds is shown."""


class Answers(Widget):
    """Posts what was found as messages. It draws nothing.

    ``stations`` and ``began`` tell of each session who it is and when it was opened, in Unix nanoseconds.
    """

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

    class Failed(Message):
        """The capture can't be read just now."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.query_now = Query()
        self.source: Source | None = None
        self.stations: dict[int, str] = {}
        self.began: dict[int, int] = {}
        self._searching: Reader | None = None
        self._answered = self._found = 0
        self._asked = self._shown = 0.0
        self.turn_to(reader)

    def turn_to(self, reader: Reader) -> None:
        """Look into this file from now on."""
        self._reader = reader
        self._change = -1
        self._known = Known()
        self.source = None
        self.stations.clear()
        self.began.clear()

    @property
    def is_settling(self) -> bool:
        """Whether rows are being looked for that were asked for just now."""
        is_answered = self._answered == self.query_now.turn and (self.source is None or self.source.is_complete)
        return not is_answered and time.monotonic() - self._asked < SETTLING_SECONDS

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
        before, self._asked = self.query_now, time.monotonic()
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
