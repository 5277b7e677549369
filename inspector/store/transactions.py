"""Charging transactions of a capture: gathered from the newest frame back, a page at a time.

A 1.6 transaction is a StartTransaction, whose answer gives the id, and a StopTransaction; a 2.x one its
TransactionEvents. It may span sessions of its station, and lack whatever the capture did not see.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Any

from inspector.protocol.frame import decode
from inspector.protocol.meter_readings import readings
from inspector.store.reader import Reader
from inspector.store.transaction import Energy, Row, Transaction, identity, joined, part_of, started

PAGE = 500
"""Frames read at once."""

MOST_SEARCHED = 100_000
"""Frames that are read back, when there are rows enough, for starts that are still missing."""

MOST_PENDING = 10_000
"""CALLs and answers that wait for each other."""

MOST_REFINED = 20
"""Open transactions whose newest energy is looked for."""

LAST_FRAMES = 2000
"""Frames of a session among which the newest meter values of a transaction are looked for."""

Key = tuple[object, str]
"""Whose transaction, and its id."""

_COLUMNS = (
    "id, session, number, time_ns, type, action, answers, errors, warnings,"
    " CASE WHEN typeof(raw) IN ('text', 'blob') AND (type IN (2, 6) OR action = 'StartTransaction') THEN raw END"
)
ACTIONS = ("StartTransaction", "StopTransaction", "TransactionEvent")
_PARTS = {
    "<": " UNION ALL ".join(f"SELECT {_COLUMNS} FROM frame WHERE action = '{each}' AND id < ?1" for each in ACTIONS),
    ">": " UNION ALL ".join(f"SELECT {_COLUMNS} FROM frame WHERE action = '{each}' AND id > ?1" for each in ACTIONS),
}
_OLDER = f"{_PARTS['<']} ORDER BY 1 DESC LIMIT {PAGE}"
_NEWER = f"{_PARTS['>']} ORDER BY 1 LIMIT {PAGE}"
"""SQLite merges the three walks over the index of actions, and sorts nothing."""

_BAD_METERS = (
    f"SELECT {_COLUMNS} FROM frame INDEXED BY frame_bad"
    " WHERE errors + warnings > 0 AND +action = 'MeterValues' AND id > ? AND id < ? LIMIT 5000"
)
"""Of 1.6's meter values only those with findings are read: they may be a third of a capture."""

_BEYOND = 2**63 - 1


class Transactions:
    """The transactions of one capture, the newest first; filled by questions from worker threads.

    Asked of another file, it forgets what it knew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: tuple[object, ...] = ()
        self._forget()

    def _forget(self) -> None:
        self._stations: dict[int, tuple[str, object]] = {}
        self._low = self._high = 0
        self._all: dict[int, Transaction] = {}
        self._places: dict[Key, int] = {}
        self._answers: OrderedDict[tuple[int, int], Row] = OrderedDict()
        self._unanswered: OrderedDict[tuple[int, int], Key] = OrderedDict()
        self._oldest, self._newest = _BEYOND, 0
        self._wanted = self._searched = 0
        self.is_whole = False

    def rows(self) -> list[Transaction]:
        """Return all that are known by now, that of the newest frame first."""
        with self._lock:
            found = (self._all[place] for place in range(self._high, self._low, -1) if place in self._all)
            return [each for each in found if each.is_seen]

    def _turn_to(self, reader: Reader) -> None:
        file = (reader.path, *reader.file())
        with self._lock:
            if file != self._file:
                self._forget()
                self._file = file

    def older(self, reader: Reader, wanted: int) -> Iterator[None]:
        """Read back until so many are known with their starts, a page between two yields. Raises InspectorError."""
        self._turn_to(reader)
        if wanted > self._wanted:
            self._wanted, self._searched = wanted, 0
        while not self.is_whole and self._lacks(wanted):
            with self._lock:
                if not self._newest:
                    self._newest = reader.last_id()
                above = min(self._oldest, self._newest + 1)
                page = [Row._make(row) for row in reader.query(_OLDER, (above,))]
                ends = (page[-1].id if page else 0, above)
                bad = [Row._make(row) for row in reader.query(_BAD_METERS, ends)]
                self._know(reader, page)
                for row in sorted([*page, *bad], reverse=True, key=_id):
                    self._add(row, back=True)
                self._oldest, self.is_whole = ends[0], not page
            yield

    def newer(self, reader: Reader) -> Iterator[None]:
        """Read what was added since, a page between two yields. Raises InspectorError."""
        self._turn_to(reader)
        page: list[Row] = []
        while not page or len(page) == PAGE:
            with self._lock:
                page = [Row._make(row) for row in reader.query(_NEWER, (self._newest,))]
                end = page[-1].id if len(page) == PAGE else reader.last_id()
                bad = [Row._make(row) for row in reader.query(_BAD_METERS, (self._newest, end + 1))]
                self._know(reader, page)
                for row in sorted((row for row in (*page, *bad) if row.id <= end), key=_id):
                    self._add(row, back=False)
                self._newest = max(self._newest, end)
            yield
            if not page:
                return

    def refine(self, reader: Reader) -> Iterator[None]:
        """Look for the newest energy of open 1.6 transactions, which only meter values tell. Raises InspectorError."""
        with self._lock:
            open_ones = [(place, each) for place, each in self._all.items() if each.metered and each.stop_ns is None]
        for place, known in sorted(open_ones, key=itemgetter(0), reverse=True)[:MOST_REFINED]:
            latest = latest_energy(reader, known)
            with self._lock:
                if latest is not None and place in self._all:
                    newest = max(latest, self._all[place].latest or latest)
                    self._all[place] = replace(self._all[place], latest=newest)
            yield

    def _lacks(self, wanted: int) -> bool:
        """Tell whether there is something to read on for: rows, or starts of theirs unless they are too far away."""
        rows = self.rows()[:wanted]
        if len(rows) < wanted:
            return True
        self._searched += PAGE
        return self._searched <= MOST_SEARCHED and any(row.start_ns is None for row in rows)

    def _know(self, reader: Reader, page: list[Row]) -> None:
        """Learn whose sessions these are; those of drafts are left out, each run is a world of its own."""
        if any(row.session not in self._stations for row in page):
            for session, station, origin in reader.query("SELECT id, station, origin FROM session"):
                world = station if station and origin in {"live", "import"} else session
                self._stations[session] = station, None if origin == "draft" else world

    def _add(self, row: Row, *, back: bool) -> None:
        station, world = self._stations.get(row.session, ("", row.session))
        if world is None:
            return
        if row.answers is not None:
            self._take_answer(row, world)
        elif row.raw is not None:
            answer = self._answers.pop((row.session, row.number), None)
            part = part_of(row, station, answer)
            if part is not None:
                key = (world, part.id or f"{row.session} {row.number}")
                self._take(key, part, back=back)
                if answer is None:
                    _remember(self._unanswered, (row.session, row.number), key)

    def _take_answer(self, row: Row, world: object) -> None:
        """Add an answer to what its CALL told; going back it comes first, and waits for it."""
        call = (row.session, row.answers or 0)
        key = self._unanswered.pop(call, None)
        if key is None or key not in self._places:
            _remember(self._answers, call, row)
            return
        place = self._places[key]
        before = self._all[place]
        found = replace(before, last=max(before.last, row.id), errors=before.errors + row.errors, answered=True)
        found = replace(found, warnings=before.warnings + row.warnings)
        if row.action == "StartTransaction":
            identity, refused = started(row)
            found = replace(found, id=identity, refused=refused)
            del self._places[key]
            key = (world, identity or key[1])
        known = self._places.get(key, place)
        if known != place and _belongs(found, self._all[known], back=False):  # the start was sent again
            self._all[known] = joined(self._all[known], found)
            del self._all[place]
        else:
            self._all[place], self._places[key] = found, place

    def _take(self, key: Key, part: Transaction, *, back: bool) -> None:
        place = self._places.get(key)
        if place is not None and _belongs(part, self._all[place], back=back):
            self._all[place] = joined(self._all[place], part)
            return
        if back:
            place, self._low = self._low, self._low - 1
        else:
            place = self._high = self._high + 1
        self._places[key], self._all[place] = place, part


def _id(row: Row) -> int:
    return row.id


def _remember(waiting: OrderedDict[tuple[int, int], Any], call: tuple[int, int], what: object) -> None:
    waiting[call] = what
    while len(waiting) > MOST_PENDING:
        waiting.popitem(last=False)


def _belongs(part: Transaction, known: Transaction, *, back: bool) -> bool:
    """Tell whether a part is one of a known transaction of its id, not of another one: ids come back.

    A start that was sent again has the time of the first.
    """
    if part.start_ns is not None and known.start_ns is not None:
        return part.start_ns == known.start_ns
    if back:
        return known.start_ns is None or part.earliest_ns >= known.start_ns
    return part.start_ns is None or part.start_ns <= known.earliest_ns


_LATEST = (
    "SELECT time_ns, raw FROM frame WHERE session = ?1 AND +action = 'MeterValues' AND type = 2"
    " AND number > (SELECT max(number) FROM frame WHERE session = ?1) - ?2 ORDER BY number DESC LIMIT 50"
)


def latest_energy(reader: Reader, transaction: Transaction) -> Energy | None:
    """Look for the newest register among the last meter values of an open 1.6 transaction. Raises InspectorError."""
    session = transaction.session
    for time_ns, raw in reader.query(_LATEST, (session, LAST_FRAMES)):
        payload = decode(raw).payload if isinstance(raw, str | bytes) else None
        if identity(payload) == transaction.id:
            found = [each for each in readings(payload, time_ns) if each.energy_wh is not None]
            if found:
                return found[-1].time_ns, found[-1].energy_wh or 0.0
    return None
