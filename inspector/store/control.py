"""Orders to who records a capture: given by a person anywhere, through a table of the capture, and what became of them.

The other side of :mod:`inspector.store.orders`.
"""

import time
from pathlib import Path
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.store.amend import amending
from inspector.store.orders import CLOSE, GOING_AWAY, check_close
from inspector.store.reader import Reader
from inspector.store.rows import Session

ANSWER_SECONDS = 5.0
"""How long to wait for what becomes of an order."""

LOOK_SECONDS = 0.05


class Outcome(NamedTuple):
    """Whether an order was done, and what there is to say of that."""

    done: bool
    words: str


_ORDER = "INSERT INTO control(session, deed, code, reason, ordered_ns) VALUES (?, ?, ?, ?, ?)"
_WITHDRAW = (
    "UPDATE control SET taken_ns = ?1, answered_ns = ?1, done = 0, answer = ?2 WHERE id = ?3 AND taken_ns IS NULL"
)
_OUTCOME = "SELECT done, answer FROM control WHERE id = ? AND answered_ns IS NOT NULL"


def close_session(path: Path, session: int, code: int = GOING_AWAY, reason: str = "") -> str:
    """End the connection of a live session with a close code and a reason, wait until it is over, and say what it was.

    Raises :class:`InspectorError` if it was not ended, with why.
    """
    order = order_close(path, session, code, reason)
    found = _awaited(path, order) or _withdrawn(path, order)
    if not found.done:
        raise InspectorError(f"{path}: session {session} was not ended: {found.words}")
    return f"session {session} was ended" + (f": {found.words}" if found.words else "")


def order_close(path: Path, session: int, code: int = GOING_AWAY, reason: str = "") -> int:
    """Order the end of a session's connection; return the order's id.

    Raises :class:`InspectorError` if nobody could do that, or no close frame can say it.
    """
    check_close(code, reason)
    with Reader(path) as reader:
        why_not = not_endable(reader.session(session))
    if why_not:
        raise InspectorError(f"{path}: session {session} {why_not}")
    with amending(path) as connection:
        cursor = connection.execute(_ORDER, (session, CLOSE, code, reason, time.time_ns()))
        return cursor.lastrowid or 0


def not_endable(session: Session) -> str:
    """Say why a session can't be ended, nothing if it can."""
    if session.origin != "live":
        return f"is no live connection ({session.origin})"
    if session.abandoned:
        return "is not recorded by anybody now: the recorder stopped or was killed"
    if session.continued_in is not None:
        return f"goes on in {session.continued_in.capture}, as session {session.continued_in.session}"
    return "" if session.live else "has ended already"


def outcome(path: Path, order: int) -> Outcome | None:
    """Return what became of an order, None while nobody knows. Raises :class:`InspectorError`."""
    with Reader(path) as reader:
        return _outcome(reader, order)


def _outcome(reader: Reader, order: int) -> Outcome | None:
    return next((Outcome(bool(done), str(words)) for done, words in reader.query(_OUTCOME, (order,))), None)


def _awaited(path: Path, order: int) -> Outcome | None:
    """Wait for what becomes of an order; None if nobody says in time."""
    deadline = time.monotonic() + ANSWER_SECONDS
    with Reader(path) as reader:
        while (found := _outcome(reader, order)) is None and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
    return found


def _withdrawn(path: Path, order: int) -> Outcome:
    """Take back an order that nobody took; say so, or that it is under way."""
    words = f"nobody took the order within {ANSWER_SECONDS:.0f} s, and it was withdrawn"
    with amending(path) as connection:
        taken_back = connection.execute(_WITHDRAW, (time.time_ns(), words, order)).rowcount
    under_way = f"the order was taken, but nobody said within {ANSWER_SECONDS:.0f} s what became of it"
    return outcome(path, order) or Outcome(False, words if taken_back else under_way)
