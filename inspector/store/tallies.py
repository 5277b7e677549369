"""How often each code was found, and where: by the index of codes, however many findings there are."""

from collections.abc import Iterator
from typing import NamedTuple

from inspector.protocol.finding import Severity
from inspector.protocol.rules import TABLE
from inspector.store.reader import Reader
from inspector.store.rows import FindingRow

MOST_EXAMPLES = 3
MOST_PLACES = 5
MOST_SESSIONS = 20_000
"""Sessions with one code that are counted by station."""


class Tally(NamedTuple):
    """A code and how often it was found."""

    code: str
    severity: Severity
    times: int


class Details(NamedTuple):
    """More about one code: its newest findings, and the stations it was found at most with their counts.

    ``session`` is the newest one that a finding is about as a whole, None if findings are about frames.
    """

    examples: list[FindingRow]
    stations: list[tuple[str, int]]
    session: int | None


_NEXT = "SELECT min(code) FROM finding WHERE code > ?"
_COUNT = "SELECT count(*) FROM finding WHERE code = ?"
_SEVERITY = "SELECT severity FROM finding WHERE code = ? LIMIT 1"


def tallies(reader: Reader) -> Iterator[list[Tally]]:
    """Yield the codes counted so far after each; those of most weight first. Raises InspectorError."""
    found: list[Tally] = []
    code = ""
    while (code := reader.query(_NEXT, (code,))[0][0]) is not None:
        count = reader.query(_COUNT, (code,))[0][0]
        found.append(Tally(code, _severity(reader, code), count))
        yield sorted(found, key=_weight)
    if not found:
        yield []


def _severity(reader: Reader, code: str) -> Severity:
    """Return that of the table; of a code that this version does not know, the recorded one."""
    if code in TABLE:
        return TABLE[code].severity
    recorded = reader.query(_SEVERITY, (code,))[0][0]
    return Severity(recorded) if recorded in set(Severity) else Severity.INFO


def _weight(tally: Tally) -> tuple[int, int, str]:
    return list(Severity).index(tally.severity), -tally.times, tally.code


_NEWEST = "SELECT id FROM finding WHERE code = ? ORDER BY session DESC, id DESC LIMIT ?"
_STATIONS = (
    "SELECT station, sum(each) FROM (SELECT session, count(*) AS each FROM finding WHERE code = ?"
    " GROUP BY session LIMIT ?) AS counted JOIN session ON session.id = counted.session"
    " GROUP BY station ORDER BY sum(each) DESC, station LIMIT ?"
)
_ANY_OF_FRAME = "SELECT 1 FROM finding WHERE code = ? AND frame IS NOT NULL LIMIT 1"
_NEWEST_SESSION = "SELECT max(session) FROM finding WHERE code = ?"


def details(reader: Reader, code: str) -> Details:
    """Return more about a code. Raises InspectorError."""
    newest = [row[0] for row in reader.query(_NEWEST, (code, MOST_EXAMPLES))]
    of_frames = reader.query(_ANY_OF_FRAME, (code,))
    return Details(
        reader.findings_by_id(newest),
        reader.query(_STATIONS, (code, MOST_SESSIONS, MOST_PLACES)),
        None if of_frames else reader.query(_NEWEST_SESSION, (code,))[0][0],
    )
