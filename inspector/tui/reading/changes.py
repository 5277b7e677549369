"""What another process has written since the last look: read as little as can be, ten times a second.

All is read at one moment. Only sessions that are open, and new ones, are looked at each time; the others once a second.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.store.filter import EVERYTHING, Where
from inspector.store.frames import Extent
from inspector.store.reader import Reader
from inspector.store.rows import Session

ALL_SECONDS = 1.0
"""How often all sessions are compared with what they were."""

MOST_LATE = 200
"""Frames whose verdict changed; if there are more, the search is done again."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which frames to show. ``turn`` tells a late answer from a current one.

    ``anchor`` is the frame to begin at, None for the end; ``keep`` asks to stay there when others are shown around it.
    ``controls`` adds the events of the session.
    """

    turn: int = 0
    where: Where = EVERYTHING
    session: int | None = None
    anchor: int | None = None
    keep: bool = False
    controls: bool = False


@dataclass(slots=True)
class Known:
    """What was read at the last look: highest ids, how many frames there were, and the sessions as they were."""

    frame: int = 0
    event: int = 0
    finding: int = 0
    frames: int = 0
    sessions: dict[int, Session] = field(default_factory=dict)
    states: dict[int, tuple[object, ...]] = field(default_factory=dict)
    looked: float = 0.0


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new: ``rows`` pass the filter, ``extent`` is that of the frames asked for.

    Of frames that were there before, ``judged`` have got findings, and of these ``passing`` pass the filter.
    ``is_rewritten`` says that frames were taken out.
    """

    known: Known
    rows: Sequence[int]
    extent: Extent
    judged: frozenset[int]
    passing: frozenset[int]
    is_rewritten: bool
    befallen: Mapping[str, int]


def changes(reader: Reader, query: Query, known: Known, *, listed: bool) -> Changes:
    """Read what is new since ``known``; ``listed`` asks for the ids of new rows. Raises :class:`InspectorError`."""
    with reader.at_once():
        whole = reader.extent()
        judged = reader.judged_since(known.finding, up_to=known.frame)
        few = sorted(judged)[:MOST_LATE]
        is_rewritten = whole.frames - known.frames != reader.count_after(known.frame)
        return Changes(
            known=Known(
                frame=whole.last,
                event=reader.last_event(),
                finding=reader.last_finding(),
                frames=whole.frames,
                **_sessions(reader, known),
            ),
            rows=_rows(reader, query, known) if listed else (),
            extent=whole if query.session is None else reader.extent(session=query.session),
            judged=frozenset(judged),
            passing=frozenset(reader.passing(few, query.where, session=query.session) if few else ()),
            is_rewritten=is_rewritten or len(judged) > MOST_LATE,
            befallen=reader.oddities_by_kind(),
        )


def _rows(reader: Reader, query: Query, known: Known) -> Sequence[int]:
    if query.controls and query.session is not None:
        return reader.wire(query.where, session=query.session, frame=known.frame, event=known.event)
    return reader.ids(query.where, session=query.session, after=known.frame)


def _sessions(reader: Reader, known: Known) -> dict[str, Any]:
    now, sessions = time.monotonic(), known.sessions
    newest = max(sessions, default=0)
    if now - known.looked < ALL_SECONDS:
        unfinished = [each.id for each in sessions.values() if each.live]
        fresh = reader.sessions_of(unfinished, above=newest)
        return {"sessions": _with(sessions, fresh), "states": known.states, "looked": known.looked}
    states = reader.session_states()
    changed = [number for number in sessions if number in states and states[number] != known.states.get(number)]
    left = {number: session for number, session in sessions.items() if number in states}
    return {"sessions": _with(left, reader.sessions_of(changed, above=newest)), "states": states, "looked": now}


def _with(sessions: dict[int, Session], fresh: Iterable[Session]) -> dict[int, Session]:
    """Return the sessions with some in place of what they were."""
    return sessions | {each.id: each for each in fresh}
