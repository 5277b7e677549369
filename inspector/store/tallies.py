"""How often each code was found, and where: by the index of codes, however many findings there are.

Drafts are left out: they are no traffic. What was found in runs is counted by itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from inspector.protocol.finding import Severity
from inspector.protocol.rules import TABLE
from inspector.store.alone import AMONG, alone, listed
from inspector.store.reader import Reader
from inspector.store.rows import FindingRow

MOST_EXAMPLES = 3
MOST_PLACES = 5
MOST_SESSIONS = 20_000
"""Sessions with one code that are counted by station."""


class Tally(NamedTuple):
    """A code and how often it was found: in recorded sessions, and in runs."""

    code: str
    severity: Severity
    times: int
    in_runs: int = 0


class Details(NamedTuple):
    """More about one code: its newest findings, and the stations it was found at most with their counts.

    They are of recorded sessions; of runs, if it was found in these alone.
    ``session`` is the newest one that a finding is about as a whole, None if findings are about frames.
    """

    examples: list[FindingRow]
    stations: list[tuple[str, int]]
    session: int | None


_NEXT = "SELECT min(code) FROM finding WHERE code > ?"
_COUNT = "SELECT count(*) FROM finding WHERE code = ?"
_COUNT_AMONG = f"SELECT count(*) FROM finding WHERE code = ? AND session {AMONG}"
_SEVERITY = "SELECT severity FROM finding WHERE code = ? LIMIT 1"


def tallies(reader: Reader) -> Iterator[list[Tally]]:
    """Yield the codes counted so far after each; those of most weight first. Raises InspectorError."""
    drafts, runs = map(listed, alone(reader))
    found: list[Tally] = []
    code = ""
    while (code := reader.query(_NEXT, (code,))[0][0]) is not None:
        count = reader.query(_COUNT, (code,))[0][0]
        in_runs, in_drafts = (reader.query(_COUNT_AMONG, (code, among))[0][0] for among in (runs, drafts))
        if count > in_drafts:
            found.append(Tally(code, _severity(reader, code), count - in_runs - in_drafts, in_runs))
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


_CODE = f"FROM finding WHERE code = ? AND session NOT {AMONG}"
_NEWEST = f"SELECT id {_CODE} ORDER BY session DESC, id DESC LIMIT ?"
_STATIONS = (
    f"SELECT station, sum(each) FROM (SELECT session, count(*) AS each {_CODE}"
    " GROUP BY session LIMIT ?) AS counted JOIN session ON session.id = counted.session"
    " GROUP BY station ORDER BY sum(each) DESC, station LIMIT ?"
)
_ANY_OF_FRAME = f"SELECT 1 {_CODE} AND frame IS NOT NULL LIMIT 1"
_NEWEST_SESSION = f"SELECT max(session) {_CODE}"


def details(reader: Reader, code: str) -> Details:
    """Return more about a code. Raises InspectorError."""
    left_out = alone(reader)
    wanted = code, listed(left_out.all)
    if not reader.query(f"SELECT 1 {_CODE} LIMIT 1", wanted):
        wanted = code, listed(left_out.drafts)
    newest = [row[0] for row in reader.query(_NEWEST, (*wanted, MOST_EXAMPLES))]
    of_frames = reader.query(_ANY_OF_FRAME, wanted)
    return Details(
        reader.findings_by_id(newest),
        reader.query(_STATIONS, (*wanted, MOST_SESSIONS, MOST_PLACES)),
        None if of_frames else reader.query(_NEWEST_SESSION, wanted)[0][0],
    )
