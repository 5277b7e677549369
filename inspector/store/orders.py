"""What a person orders of the sessions that are being recorded: found in the capture and answered there.

The rows are written by :mod:`inspector.store.control`. An order is taken once, while it is fresh and its session live.
"""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inspector.errors import InspectorError
from inspector.protocol.knowledge.close_codes import may_be_sent
from inspector.store.liveness import is_gone

if TYPE_CHECKING:  # who only gives orders has no need of them
    from inspector.store.capture_file import CaptureFile
    from inspector.store.entries import SessionRow

LOOK_SECONDS = 0.1
"""How often to look for orders."""

FRESH_NS = 5_000_000_000
"""How old an order may be when it is taken: nobody waits for it any longer, and it must not surprise anybody."""

OTHERS_SECONDS = 0.5
"""How long an answer may take that goes to an earlier file of a recording."""

CLOSE = "close"
"""The deed of an order to end a connection."""

GOING_AWAY = 1001
"""The close code, if nothing else is asked for. A station has to come back: 1000 says that all is done, 1012 (service
restart) is no code of RFC 6455, and libraries in the field take it for a breach of the protocol."""

LONGEST_REASON = 123
"""Bytes of UTF-8 that a close frame has room for beside its code (RFC 6455 section 5.5)."""

NOT_OPEN = "the session is not open any more"
TOO_LATE = "the order came too late"

log = logging.getLogger(__name__)


class Order(NamedTuple):
    """What is to be done to the session that is known by a key; ``id`` is the row in a capture that asks for it."""

    capture: Path
    id: int
    key: int
    deed: str
    code: int | None
    reason: str


class Answered(NamedTuple):
    """What became of the order in a row of a capture, and what there is to say of it."""

    capture: Path
    id: int
    done: bool
    words: str


def check_close(code: int, reason: str) -> None:
    """Raise :class:`InspectorError` for a code and a reason that no close frame can carry (RFC 6455 section 7.4)."""
    if not may_be_sent(code):
        raise InspectorError(
            f"no close frame may carry the code {code}: 1000-1003, 1007-1014 and 3000-4999 may be sent"
        )
    try:
        size = len(reason.encode())
    except UnicodeEncodeError as error:
        raise InspectorError("the reason is not valid UTF-8") from error
    if size > LONGEST_REASON:
        raise InspectorError(f"the reason has {size} bytes of UTF-8: a close frame has room for {LONGEST_REASON}")


_NEW = (
    "SELECT id, session, CAST(deed AS BLOB), code, CAST(reason AS BLOB), ordered_ns"  # see _text
    " FROM control WHERE taken_ns IS NULL ORDER BY id"
)
_TAKE = "UPDATE control SET taken_ns = ? WHERE id = ? AND taken_ns IS NULL"
_ANSWER = "UPDATE control SET taken_ns = ifnull(taken_ns, ?1), answered_ns = ?1, done = ?2, answer = ?3 WHERE id = ?4"


class Orders:
    """The orders of one recording. ``said`` is called with each that is taken, in the thread that attends to them."""

    def __init__(self, said: Callable[[Order], object]) -> None:
        self._said = said
        self._answers: deque[tuple[Answered, threading.Event]] = deque()
        self._seen: tuple[CaptureFile, int] | None = None
        self._next = 0.0
        self._failed = False

    def answer(self, answered: Answered, written: threading.Event) -> None:
        """Take an answer, from any thread; it is written once ``written`` is set."""
        self._answers.append((answered, written))

    def attend(self, file: "CaptureFile", sessions: Iterable["SessionRow"]) -> None:
        """Write the answers that are due, and look for orders if it is time: called by the writer, who is never failed.

        ``sessions`` are those that are open in the file at hand.
        """
        try:
            self._write_answers(file)
            if time.monotonic() >= self._next:
                self._next = time.monotonic() + LOOK_SECONDS
                self._look(file, sessions)
        except sqlite3.Error:
            pass  # it can't be written just now: orders stay untaken, and answers wait
        except Exception:
            if not self._failed:
                log.exception("a bug in the recorder: an order is lost")
            self._failed = True

    def _write_answers(self, file: "CaptureFile") -> None:
        while self._answers and self._answers[0][1].is_set():
            answered = self._answers[0][0]
            if answered.capture == file.path:
                _write(file.connection, answered)
            else:
                _write_elsewhere(answered)
            self._answers.popleft()

    def _look(self, file: "CaptureFile", sessions: Iterable["SessionRow"]) -> None:
        """Decide on what is new, if another process has written since."""
        now = (file, int(file.connection.execute("PRAGMA data_version").fetchone()[0]))
        if now != self._seen:
            for row in file.connection.execute(_NEW).fetchall():
                self._decide(file, sessions, row)
            self._seen = now

    def _decide(self, file: "CaptureFile", sessions: Iterable["SessionRow"], row: tuple[Any, ...]) -> None:
        """Take an order, or say why not; what is another recorder's to take is left to that one."""
        number, session, deed, code, reason, ordered_ns = row
        key = next((each.key for each in sessions if each.id == session), None)
        if key is None:
            if not _is_anothers(file, session):
                _write(file.connection, Answered(file.path, number, False, NOT_OPEN))
        elif abs(time.time_ns() - ordered_ns) > FRESH_NS:
            _write(file.connection, Answered(file.path, number, False, TOO_LATE))
        elif file.connection.execute(_TAKE, (time.time_ns(), number)).rowcount:
            self._said(Order(file.path, number, key, _text(deed), code, _text(reason)))


def _text(stored: bytes) -> str:
    """Return text that another program may have written as no UTF-8: it must not hide the orders behind it."""
    return stored.decode(errors="surrogateescape")


def _is_anothers(file: "CaptureFile", session: int) -> bool:
    """Tell whether a session is open and another process records it: two may write to one capture."""
    sql = "SELECT writer FROM session WHERE id = ? AND closed_ns IS NULL"
    row = file.connection.execute(sql, (session,)).fetchone()
    return row is not None and row[0] != file.writer and not is_gone(row[0])


def _write(connection: sqlite3.Connection, answered: Answered) -> None:
    connection.execute(_ANSWER, (time.time_ns(), answered.done, answered.words, answered.id))


def _write_elsewhere(answered: Answered) -> None:
    """Write to a file that is not at hand any more; if that can't be, whoever waits learns it from their clock."""
    address = f"{answered.capture.resolve().as_uri()}?mode=rw"
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(address, uri=True, timeout=OTHERS_SECONDS, isolation_level=None)) as connection,
    ):
        _write(connection, answered)
