"""Queries for what happened beside frames: control frames, violations, gaps and troubles."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from inspector.protocol.event import Control
from inspector.store.alone import AMONG, listed
from inspector.store.filter import EVERYTHING, Where
from inspector.store.frames import PAGE, Frames
from inspector.store.rows import EventRow, event_of
from inspector.store.timeline import Moment

_EVENT_SELECT = "SELECT id, session, time_ns, sender, kind, what, raw FROM event"

MOST_WIRED = 500_000
"""Frames and events of one session that are shown together at most."""

_ODD = "kind IN ('violation', 'gap', 'trouble')"
"""The very words of the index ``event_odd``: without them SQLite does not use it."""

_HEARD = " AND kind <> 'trouble' AND +session IS NOT NULL"


class Events(Frames):
    """What can be asked of events."""

    def events(self, *, session: int | None = None) -> Iterator[EventRow]:
        """Yield what happened beside frames, in the whole capture or in one session, a page at a time."""
        clause, parameters = ("1", ()) if session is None else ("session = ?", (session,))
        after = 0
        while page := self._events(f"id > ? AND {clause} ORDER BY id", (after, *parameters)):
            yield from page
            after = page[-1].id

    def oddities(self) -> dict[int | None, list[EventRow]]:
        """Return violations, gaps and troubles by session id, None for those of the capture as a whole."""
        found: dict[int | None, list[EventRow]] = {}
        after = 0
        while page := self._events(f"id > ? AND {_ODD} ORDER BY id", (after,)):
            for event in page:
                found.setdefault(event.session, []).append(event)
            after = page[-1].id
        return found

    def gapped(self) -> set[int]:
        """Return the ids of the sessions that have gaps."""
        if self._layout < 3:
            return set()
        rows = self._all(f"SELECT DISTINCT session FROM event WHERE {_ODD} AND kind = 'gap' AND session IS NOT NULL")
        return {row[0] for row in rows}

    def last_oddities(self, most: int, *, session: int | None = None) -> list[EventRow]:
        """Return the newest violations, gaps and troubles of the capture or of one session, the newest first."""
        clause, parameters = ("1", ()) if session is None else ("+session = ?", (session,))
        return self._events(f"{clause} AND {_ODD} ORDER BY id DESC", parameters)[:most]

    def last_controls(self, session: int, kind: Control) -> list[EventRow]:
        """Return the newest control frames of a kind in a session, a page at most, the newest first."""
        return self._events("session = ? AND kind = ? ORDER BY id DESC", (session, str(kind)))

    def oddities_by_kind(self, left_out: frozenset[int] = frozenset()) -> dict[str, int]:
        """Count violations, gaps and troubles; a trouble that is told of each session counts once.

        Those of some sessions are left out.
        """
        if self._layout < 3:
            return {}
        each = "CASE kind WHEN 'trouble' THEN what ELSE id END"
        where = f"{_ODD} AND (+session IS NULL OR +session NOT {AMONG})"
        sql = f"SELECT kind, count(DISTINCT {each}) FROM event WHERE {where} GROUP BY kind"
        return dict(self._all(sql, (listed(left_out),)))

    def events_of(self, ids: Sequence[int]) -> list[EventRow]:
        """Return the events of these ids, in order."""
        marks = ",".join("?" * len(ids))
        return self._rows(event_of, f"{_EVENT_SELECT} WHERE id IN ({marks}) ORDER BY id", tuple(ids)) if ids else []

    def wire(
        self, where: Where, *, session: int, frame: int = 0, event: int = 0, limit: int = MOST_WIRED
    ) -> "array[int]":
        """Return the matching frames of a session after one and its events after another, in the order of time.

        They are ids, those of events below zero.
        """
        frames = f"SELECT id, time_ns FROM frame WHERE session = ? AND id > ? AND {where.sql}"
        events = "SELECT -id, time_ns FROM event WHERE session = ? AND id > ?" if self._layout >= 3 else ""
        both = " UNION ALL ".join(part for part in (frames, events) if part)
        sql = f"SELECT id FROM ({both}) ORDER BY time_ns, id < 0, abs(id) LIMIT ?"
        parameters = (session, frame, *where.parameters, *((session, event) if events else ()), limit)
        return self._numbers(sql, parameters)

    def last_event(self) -> int:
        """Return the id of the newest event, 0 for none."""
        return 0 if self._layout < 3 else int(self._all("SELECT ifnull(max(id), 0) FROM event")[0][0])

    def controls(self, sessions: Where = EVERYTHING, *, last: int) -> Iterator[Moment]:
        """Yield the control frames, violations and gaps of sessions, as :meth:`moments` does its frames."""
        if self._layout < 3:
            return iter(())
        return self._in_time(_control_of, f"{_EVENT_SELECT} INDEXED BY event_time", sessions, last, _HEARD)

    def _events(self, clause: str, parameters: tuple[object, ...]) -> list[EventRow]:
        if self._layout < 3:
            return []
        return self._rows(event_of, f"{_EVENT_SELECT} WHERE {clause} LIMIT ?", (*parameters, PAGE))


def _control_of(row: tuple[Any, ...]) -> Moment:
    found = event_of(row)
    if found.session is None:
        raise TypeError(f"event {found.id} is of no session")
    return Moment(found.id, found.session, 0, found.event)
