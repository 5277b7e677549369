"""What the capture holds, kept up to date: looks for commits ten times a second and reads in a worker.

Once a second it looks whether the recording goes on in another file.

Queries run one at a time; the answer of an old one is thrown away.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.message import Message
from textual.widget import Widget

from inspector.errors import InspectorError
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.series import beside

POLL_SECONDS = 0.1
PART_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """Which frames to load: all that match, or those after an id. ``turn`` tells a late answer from a current one.

    ``keep`` asks to stay on the frame under the cursor when others are loaded around it.
    """

    turn: int = 0
    where: Where = EVERYTHING
    session: int | None = None
    after: int = 0
    keep: bool = False


class Feed(Widget):
    """Posts what it read as messages. It draws nothing."""

    DEFAULT_CSS: ClassVar[str] = "Feed { display: none; }"

    class Loaded(Message):
        """A worker has read what a query asked for."""

        def __init__(self, query: Query, sessions: list[Session], ids: list[int], odd: dict[str, int]) -> None:
            super().__init__()
            self.query, self.sessions, self.ids, self.odd = query, sessions, ids, odd

    class Failed(Message):
        """The capture can't be read just now."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

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
        self.pending: Query | None = None
        self.last = 0
        self._worker_reader: Reader | None = None
        self.read_from(reader, is_new=True)

    def read_from(self, reader: Reader, *, is_new: bool) -> None:
        """Look at this file from now on. ``is_new`` says that somebody opened it, that it was not come to by itself."""
        self._reader = reader
        self._file = reader.file()
        self._change = -1
        self._there_before = beside(reader.path, 1) if is_new else None

    def on_mount(self) -> None:
        """Start looking."""
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(PART_SECONDS, self._look_for_parts)

    def _look_for_parts(self) -> None:
        later = beside(self._reader.path, 1)
        if later is not None:
            self.post_message(self.GoesOn(later, late=later == self._there_before))

    def load(self, where: Where, session: int | None, *, keep: bool) -> None:
        """Load other frames."""
        self.query_now = Query(self.query_now.turn + 1, where, session, keep=keep)
        if self._worker_reader is not None:
            self._worker_reader.interrupt()
        self._start(self.query_now)

    def _poll(self) -> None:
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
        if change != self._change and self.pending is None:
            self._change = change
            now = self.query_now
            self._start(Query(now.turn, now.where, now.session, self.last, now.keep))

    def _start(self, query: Query) -> None:
        self.pending = query
        self._load(query)

    @work(thread=True, exclusive=True, group="feed", exit_on_error=False)
    def _load(self, query: Query) -> None:
        try:
            with Reader(self._reader.path) as reader:
                self._worker_reader = reader
                sessions = reader.sessions()
                ids = reader.ids(query.where, session=query.session, after=query.after)
                odd = reader.oddities_by_kind()
            message: Message = self.Loaded(query, sessions, ids, odd)
        except InspectorError as error:
            message = self.Failed(str(error))
        self._worker_reader = None
        with suppress(RuntimeError):  # the application is gone
            self.app.call_from_thread(self._finish, query, message)

    def _finish(self, query: Query, message: Message) -> None:
        if query.turn != self.query_now.turn:
            return
        self.pending = None
        if isinstance(message, self.Loaded):
            self.last = message.ids[-1] if message.ids else query.after
        self.post_message(message)
