"""The course of one transaction: its frames, and what was measured meanwhile."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from inspector.protocol.fields import inner, integer
from inspector.protocol.frame import decode
from inspector.protocol.meter_readings import Reading, readings
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow
from inspector.store.transaction import Transaction, identity

PAGE = 250
MOST = 5000
"""Frames of a transaction that are shown."""

MOST_READ = 200_000
"""Frames that are looked through for them."""

ACTIONS = (
    "StartTransaction",
    "StopTransaction",
    "TransactionEvent",
    "MeterValues",
    "StatusNotification",
    "RemoteStopTransaction",
    "RequestStopTransaction",
    "SetChargingProfile",
    "CostUpdated",
    "GetTransactionStatus",
    "NotifySettlement",
)
"""What may name a transaction; StatusNotification names its connector."""


class Course(NamedTuple):
    """A part of the course, in order: frames, and what they tell."""

    frames: list[FrameRow]
    readings: list[Reading]


class Courses:
    """Reads the course of a transaction, and later what was added to it."""

    def __init__(self) -> None:
        self._after = 0
        self._room = MOST
        self._calls: set[tuple[int, int]] = set()

    def read(self, reader: Reader, transaction: Transaction) -> Iterator[Course]:
        """Yield the frames since the last time, a page at a time, also those in later sessions. Raises InspectorError.

        What a question that was not answered to its end has read comes again.
        """
        after = max(self._after, transaction.first - 1)
        last, room = reader.last_id(), self._room
        if transaction.stop_ns is not None:
            last = min(last, transaction.last)
        for page in _pages(reader, transaction, after, last) if room else ():
            mine = [row[0] for row in page if _is_mine(row, transaction, self._calls)]
            frames = reader.frames(mine[:room]) if mine else []
            room -= len(frames)
            yield Course(frames, [reading for frame in frames for reading in _readings(frame)])
            if not room:
                break
        self._after, self._room = last, room


def _pages(reader: Reader, transaction: Transaction, begin: int, last: int) -> Iterator[list[Any]]:
    """Yield what may be its frames, session by session: so the index has them in order."""
    left = MOST_READ // PAGE
    for (session,) in reader.query(_SESSIONS, (transaction.station, transaction.session)):
        after = begin
        while left and (page := reader.query(_PAGE, (session, after, last))):
            yield page
            after, left = page[-1][0], left - 1


_SESSIONS = (
    "SELECT id FROM session WHERE id = ?2 OR (station = ?1 AND station <> '' AND origin IN ('live', 'import')"
    " AND (SELECT origin FROM session WHERE id = ?2) IN ('live', 'import')) ORDER BY id"
)
_PAGE = (
    "SELECT id, session, number, action, answers, raw FROM frame INDEXED BY frame_session"
    " WHERE session = ? AND id > ? AND id <= ?"
    f" AND action IN ({str(ACTIONS)[1:-1]}) ORDER BY id LIMIT {PAGE}"
)


def _is_mine(row: tuple[Any, ...], transaction: Transaction, calls: set[tuple[int, int]]) -> bool:
    """Tell whether a frame belongs to it; its CALLs are remembered for their answers."""
    frame, session, number, action, answers, raw = row
    if answers is not None:
        return (session, answers) in calls
    payload = decode(raw).payload if isinstance(raw, str | bytes) else None
    mine = frame == transaction.first or _names(payload, transaction.id)
    if action == "StatusNotification":
        mine = bool(transaction.connector) and _connector(payload) == transaction.connector.split("/")[0]
    if mine:
        calls.add((session, number))
    return mine


def _names(payload: Any, wanted: str) -> bool:
    places = (payload, *(inner(payload, key) for key in ("transactionInfo", "csChargingProfiles", "chargingProfile")))
    return bool(wanted) and any(identity(place) == wanted for place in places)


def _connector(payload: Any) -> str:
    """Return the EVSE of 2.x, or the connector of 1.6."""
    found = integer(payload, "evseId")
    return str(integer(payload, "connectorId") if found is None else found)


def _readings(frame: FrameRow) -> Iterator[Reading]:
    if frame.answers is None:
        yield from readings(decode(frame.raw).payload, frame.time_ns)
