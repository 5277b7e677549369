"""Queries for frames."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from inspector.protocol.event import Origin, Received
from inspector.protocol.version import Party
from inspector.store.connection import Connection
from inspector.store.filter import EVERYTHING, Where
from inspector.store.filter.term import both
from inspector.store.rows import FrameRow, frame_of
from inspector.store.timeline import Moment

PAGE = 256
"""Rows a page."""

HEAD = 16_384
"""Characters of the raw text that a list of frames needs at most."""

_COLUMNS = (
    "SELECT frame.id, frame.session, frame.number, frame.time_ns, frame.sender, frame.type, frame.message_id,"
    " frame.action, call.id, frame.latency_ns, frame.origin, frame.errors, frame.warnings, frame.masked"
)
_FROM = "FROM frame LEFT JOIN frame AS call ON call.session = frame.session AND call.number = frame.answers"
_FRAME_SELECT = f"{_COLUMNS}, frame.raw {_FROM}"
_HEAD_SELECT = f"{_COLUMNS}, substr(frame.raw, 1, {HEAD}) {_FROM}"

_OF_SESSION = "WHERE session = :session"
_MOMENT_SELECT = "SELECT id, session, number, time_ns, sender, raw, origin FROM frame"


class Extent(NamedTuple):
    """The first and the last of numbers that should follow each other, and how many there are of them."""

    first: int
    last: int
    frames: int

    @property
    def is_dense(self) -> bool:
        """Whether none is left out."""
        return self.last - self.first + 1 == self.frames


class Frames(Connection):
    """What can be asked of frames."""

    def extent(self, *, session: int | None = None) -> Extent:
        """Return which ids the frames of the capture have, or which numbers those of one session."""
        column, of, which = (
            ("id", "", "") if session is None else ("number", "WHERE session = :session", "id = :session")
        )
        ends = (f"SELECT {end}({column}) FROM frame {of}" for end in ("min", "max"))
        frames = f"SELECT sum(frames) FROM session WHERE {which or 1}"
        first, last = ends  # one statement, but a query for each end: together they would walk over all rows
        sql = f"SELECT ifnull(({first}), 1), ifnull(({last}), 0), ifnull(({frames}), 0)"
        return Extent(*self._all(sql, {"session": session})[0])

    def heads(self, ids: Sequence[int]) -> list[FrameRow]:
        """Return the frames of these ids, in order, as a list needs them: a long raw text is cut."""
        marks = ",".join("?" * len(ids))
        return self._rows(frame_of, f"{_HEAD_SELECT} WHERE frame.id IN ({marks}) ORDER BY frame.id", tuple(ids))

    def heads_between(self, first: int, last: int) -> list[FrameRow]:
        """Return the frames with ids from ``first`` to ``last``, as :meth:`heads` does."""
        sql = f"{_HEAD_SELECT} WHERE frame.id BETWEEN ? AND ? ORDER BY frame.id"
        return self._rows(frame_of, sql, (first, last))

    def heads_numbered(self, session: int, first: int, last: int) -> list[FrameRow]:
        """Return the frames of a session with numbers from ``first`` to ``last``, as :meth:`heads` does."""
        sql = f"{_HEAD_SELECT} WHERE frame.session = ? AND frame.number BETWEEN ? AND ? ORDER BY frame.number"
        return self._rows(frame_of, sql, (session, first, last))

    def number_from(self, session: int, frame: int) -> int | None:
        """Return the number of a frame in its session, or of the first one after it there; None if there is none."""
        sql = "SELECT number FROM frame WHERE session = ? AND id >= ? ORDER BY id LIMIT 1"
        rows = self._all(sql, (session, frame))
        return int(rows[0][0]) if rows else None

    def ends(self, *, session: int | None = None) -> tuple[int, int]:
        """Return the first and the last id of the frames of the capture or of one session; ``(1, 0)`` for none."""
        of = "" if session is None else _OF_SESSION
        first, last = (f"SELECT {end}(id) FROM frame {of}" for end in ("min", "max"))
        rows = self._all(f"SELECT ifnull(({first}), 1), ifnull(({last}), 0)", {"session": session})
        return int(rows[0][0]), int(rows[0][1])

    def matches(self, where: Where, *, session: int | None, first: int, last: int) -> "array[int]":
        """Return the matching ids from ``first`` to ``last``, in order."""
        clause, parameters = _clause(where, session)
        sql = f"SELECT frame.id FROM frame WHERE frame.id BETWEEN ? AND ? AND {clause} ORDER BY frame.id"
        return self._numbers(sql, (first, last, *parameters))

    def passing(self, ids: Sequence[int], where: Where, *, session: int | None) -> set[int]:
        """Return which of some frames match."""
        clause, parameters = _clause(where, session)
        marks = ",".join("?" * len(ids))
        sql = f"SELECT frame.id FROM frame WHERE frame.id IN ({marks}) AND {clause}"
        return set(self._numbers(sql, (*ids, *parameters)))

    def unanswered(self, ids: Sequence[int]) -> set[int]:
        """Return which of some frames are CALLs without an answer."""
        marks = ",".join("?" * len(ids))
        answer = "SELECT 1 FROM frame AS answer WHERE answer.session = frame.session AND answer.answers = frame.number"
        sql = f"SELECT id FROM frame WHERE id IN ({marks}) AND type = 2 AND NOT EXISTS ({answer})"
        return set(self._numbers(sql, tuple(ids)))

    def judged_since(self, finding: int, *, up_to: int) -> set[int]:
        """Return the frames with ids up to one that have findings made after another finding."""
        sql = (
            "SELECT frame.id FROM finding JOIN frame"
            " ON frame.session = finding.session AND frame.number = finding.frame"
            " WHERE finding.id > ? AND frame.id <= ?"
        )
        return set(self._numbers(sql, (finding, up_to)))

    def last_finding(self) -> int:
        """Return the id of the newest finding, 0 for none."""
        return int(self._all("SELECT ifnull(max(id), 0) FROM finding")[0][0])

    def count_after(self, frame: int) -> int:
        """Count the frames with higher ids."""
        return int(self._all("SELECT count(*) FROM frame WHERE id > ?", (frame,))[0][0])

    def page(
        self, where: Where = EVERYTHING, *, session: int | None = None, after: int = 0, limit: int = PAGE
    ) -> list[FrameRow]:
        """Return the next frames with an id above ``after``, in order."""
        clause, parameters = _clause(where, session)
        sql = f"{_FRAME_SELECT} WHERE frame.id > ? AND {clause} ORDER BY frame.id LIMIT ?"
        return self._rows(frame_of, sql, (after, *parameters, limit))

    def pages(self, where: Where = EVERYTHING, *, session: int | None = None) -> Iterator[FrameRow]:
        """Yield all frames, a page at a time.

        Each is looked for among so many ids that what matches, if it has to be sorted, need not be sorted as a whole.
        """
        after, stretch = 0, PAGE
        while after < (last := self.last_id()):
            end = min(after + stretch, last)
            page = self.page(both([Where("frame.id <= ?", (end,)), where]), session=session, after=after)
            yield from page
            is_full = len(page) == PAGE
            after = page[-1].id if is_full else end
            stretch = max(stretch // 2, PAGE) if is_full else stretch * 2

    def ids(self, where: Where = EVERYTHING, *, session: int | None = None, after: int = 0) -> list[int]:
        """Return the ids of all matching frames above ``after``, in order."""
        clause, parameters = _clause(where, session)
        rows = self._all(
            f"SELECT frame.id FROM frame WHERE frame.id > ? AND {clause} ORDER BY frame.id",
            (after, *parameters),
        )
        return [row[0] for row in rows]

    def next_id(self, where: Where, *, session: int | None, beyond: int, step: int) -> int | None:
        """Return the nearest matching frame id above (``step`` 1) or below (-1) another, None for none."""
        clause, parameters = _clause(where, session)
        side, order = (">", "ASC") if step > 0 else ("<", "DESC")
        sql = f"SELECT frame.id FROM frame WHERE frame.id {side} ? AND {clause} ORDER BY frame.id {order} LIMIT 1"
        rows = self._all(sql, (beyond, *parameters))
        return int(rows[0][0]) if rows else None

    def frames(self, ids: Sequence[int]) -> list[FrameRow]:
        """Return the frames of these ids, in order; one that is gone is left out."""
        marks = ",".join("?" * len(ids))
        return self._rows(frame_of, f"{_FRAME_SELECT} WHERE frame.id IN ({marks}) ORDER BY frame.id", tuple(ids))

    def answer_of(self, frame: FrameRow) -> FrameRow | None:
        """Return the answer to a CALL, None while there is none."""
        sql = f"{_FRAME_SELECT} WHERE frame.session = ? AND frame.answers = ? AND frame.answers IS NOT NULL"
        rows = self._rows(frame_of, sql, (frame.session, frame.number))
        return rows[0] if rows else None

    def place(self, session: int, number: int) -> tuple[int, int] | None:
        """Return id and time of a frame by its number in its session, None if the capture has it not."""
        rows = self._all("SELECT id, time_ns FROM frame WHERE session = ? AND number = ?", (session, number))
        return rows[0] if rows else None

    def stretch(self, session: int, start: int, end: int) -> Iterator[Moment]:
        """Yield the frames of a session whose numbers are at least ``start`` and below ``end``, in their order."""
        sql = f"{_MOMENT_SELECT} WHERE session = ? AND number >= ? AND number < ? ORDER BY number LIMIT ?"
        while page := self._rows(_moment_of, sql, (session, start, end, PAGE)):
            yield from page
            start = page[-1].number + 1

    def last_id(self) -> int:
        """Return the id of the newest frame, 0 for none."""
        return int(self._all("SELECT ifnull(max(id), 0) FROM frame")[0][0])

    def moments(self, sessions: Where = EVERYTHING, *, last: int) -> Iterator[Moment]:
        """Yield the frames of sessions in the order of time, those with ids up to ``last``, a page at a time."""
        return self._in_time(_moment_of, _MOMENT_SELECT, sessions, last)

    def _in_time(
        self, make: Callable[[tuple[Any, ...]], Moment], select: str, sessions: Where, last: int, which: str = ""
    ) -> Iterator[Moment]:
        only = f"id <= ?{which}"
        if sessions is not EVERYTHING:
            only += f" AND +session IN (SELECT id FROM session WHERE {sessions.sql})"
        time_ns, after = -(2**63), 0
        while True:  # two queries, so that each walks the index from where it is, however many have one time
            sql = f"{select} WHERE time_ns = ? AND id > ? AND {only} ORDER BY id LIMIT ?"
            page = self._rows(make, sql, (time_ns, after, last, *sessions.parameters, PAGE))
            if not page:
                sql = f"{select} WHERE time_ns > ? AND {only} ORDER BY time_ns, id LIMIT ?"
                page = self._rows(make, sql, (time_ns, last, *sessions.parameters, PAGE))
            if not page:
                return
            yield from page
            time_ns, after = page[-1].event.time_ns, page[-1].id


def _moment_of(row: tuple[Any, ...]) -> Moment:
    frame, session, number, time_ns, sender, raw, origin = row
    if not isinstance(raw, str | bytes):
        raise TypeError(f"the raw text of frame {frame} is none")
    return Moment(frame, session, number, Received(time_ns, Party(sender), raw, Origin(origin)))


def _clause(where: Where, session: int | None) -> tuple[str, tuple[object, ...]]:
    if session is None:
        return where.sql, where.parameters
    return f"frame.session = ? AND {where.sql}", (session, *where.parameters)
