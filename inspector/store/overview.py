"""What a person wants to see first of a capture; nothing here takes longer the more traffic is in it.

Drafts and runs are no traffic: they are not counted, and the more there are of them the longer that takes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from inspector.protocol.frame import MessageType
from inspector.store.alone import AMONG, NOTHING, Alone, alone, listed
from inspector.store.reader import Reader
from inspector.store.rows import Session

SAMPLES = (5_000, 100_000)
"""Of how many of the newest frames the latencies are told: first quickly, then well."""

MOST_ROWS = 50
MOST_LIVE = 1000

MOST_PASSED = 1_000_000
"""Of how many of the newest frames, those of drafts and runs among them, the samples are taken."""

BUCKETS = 240
"""Stretches that the time of a capture is cut into at most."""

STRETCHES_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400)
"""How long a stretch may be; a longer one is a number of days."""

DAY_S = 86_400


class Station(NamedTuple):
    """What is known of one station over all its sessions."""

    name: str
    sessions: int
    frames: int
    errors: int
    warnings: int
    last_ns: int


class Failed(NamedTuple):
    """How many connections never became a session, and the newest of them."""

    times: int
    newest: Session | None


class Latency(NamedTuple):
    """How long the answers to an action took, in nanoseconds."""

    action: str
    answers: int
    p50: int
    p95: int
    p99: int
    longest: int


class Sample(NamedTuple):
    """The newest frames: how many were looked at of all there are, latencies by action, and times of CALLs.

    Those of ``left_out`` are not among them.
    """

    looked_at: int
    total: int
    latencies: list[Latency]
    calls_ns: list[int]
    left_out: Alone = NOTHING


class Activity(NamedTuple):
    """What came in each stretch of time from a moment on; None where it is not counted yet.

    ``calls`` tells whether CALLs were counted, or frames of every kind.
    """

    from_ns: int
    stretch_ns: int
    counts: list[int | None]
    calls: bool


_LIVE = "SELECT id FROM session WHERE closed_ns IS NULL AND origin = 'live' ORDER BY id DESC LIMIT ?"
_STATIONS = (
    "SELECT station, count(*), sum(frames), sum(errors), sum(warnings), max(last_ns) FROM session"
    " WHERE origin NOT IN ('draft', 'run') AND errors + warnings > 0 GROUP BY station"
    " ORDER BY sum(errors) DESC, sum(warnings) DESC, station LIMIT ?"
)
_FAILED = "FROM session WHERE closed_ns IS NOT NULL AND http_status IS NOT 101 AND origin = 'live'"


def connected(reader: Reader) -> list[Session]:
    """Return the sessions that are open, the newest first. Raises InspectorError."""
    found = [reader.session(row[0]) for row in reader.query(_LIVE, (MOST_LIVE,))]
    return [session for session in found if session.live and session.http_status in {101, None}]


def live_sessions(reader: Reader) -> set[int]:
    """Return the ids of the sessions that are open. Raises InspectorError."""
    return {session.id for session in connected(reader)}


def stations(reader: Reader) -> list[Station]:
    """Return the stations with findings, that with most errors first. Raises InspectorError."""
    return [Station._make(row) for row in reader.query(_STATIONS, (MOST_ROWS,))]


def failed(reader: Reader) -> Failed:
    """Count the handshakes that failed. Raises InspectorError."""
    count, newest = reader.query(f"SELECT count(*), max(id) {_FAILED}")[0]
    return Failed(count, reader.session(newest) if count else None)


_SAMPLE = (
    "SELECT id, time_ns, type, action, latency_ns FROM frame"
    f" WHERE id > ? AND session NOT {AMONG} ORDER BY id DESC LIMIT ?"
)
_TOTAL = "SELECT coalesce(sum(frames), 0) FROM session WHERE origin NOT IN ('draft', 'run')"


def samples(reader: Reader) -> Iterator[Sample]:
    """Yield what the newest frames tell: first of a few, then of more. Raises InspectorError."""
    left_out, total = alone(reader), reader.query(_TOTAL)[0][0]
    for most in SAMPLES:
        rows = reader.query(_SAMPLE, (reader.last_id() - MOST_PASSED, listed(left_out.all), most))
        calls_ns = [row[1] for row in rows if row[2] in _CALLS]
        yield Sample(len(rows), max(total, len(rows)), _latencies(rows), calls_ns, left_out)
        if len(rows) >= total:
            return


_CALLS = (MessageType.CALL, MessageType.SEND)


def _latencies(rows: Sequence[tuple[int, int, int, str | None, int | None]]) -> list[Latency]:
    """Return the latencies by action, the most frequent first."""
    by_action: dict[str, list[int]] = {}
    for _, _, _, action, latency_ns in rows:
        if action is not None and latency_ns is not None:
            by_action.setdefault(action, []).append(latency_ns)
    found = [_latency(action, sorted(values)) for action, values in by_action.items()]
    return sorted(found, key=lambda each: (-each.answers, each.action))[:MOST_ROWS]


def _latency(action: str, values: list[int]) -> Latency:
    at = [values[ceil(len(values) * percent / 100) - 1] for percent in (50, 95, 99, 100)]
    return Latency(action, len(values), *at)


_FIRST = f"SELECT time_ns FROM frame INDEXED BY frame_time WHERE session NOT {AMONG} ORDER BY time_ns LIMIT 1"
_LAST = _FIRST.replace("ORDER BY time_ns", "ORDER BY time_ns DESC")
_TIMES = f"SELECT time_ns FROM frame WHERE session {AMONG}"
_LARGEST = 2**63 - 1
"""Of SQLite's integers; times may be of any."""

_BETWEEN = "SELECT count(*) FROM frame WHERE time_ns >= ? AND time_ns < ?"


def activity(reader: Reader, sample: Sample | None, last_ns: int | None, most: int = BUCKETS) -> Iterator[Activity]:
    """Yield how much came when, over the whole time of the capture or its ``last_ns``; the newest is counted first.

    A ``sample`` of all frames gives the CALLs; without one frames are counted, by the index of times, and each yield
    knows some more. Raises InspectorError.
    """
    among = (listed(alone(reader).all),)
    edges = [row[0] for sql in (_FIRST, _LAST) for row in reader.query(sql, among)]
    if not edges:
        return
    first, last = edges
    first = first if last_ns is None else max(first, last - last_ns)
    stretch_ns = _stretch(last - first, most)
    from_ns = first - first % stretch_ns
    places = range((last - from_ns) // stretch_ns + 1)
    if sample is not None and sample.looked_at >= sample.total:
        counted = Counter((time_ns - from_ns) // stretch_ns for time_ns in sample.calls_ns if time_ns >= from_ns)
        yield Activity(from_ns, stretch_ns, [counted[place] for place in places], calls=True)
        return
    others = Counter((time_ns - from_ns) // stretch_ns for (time_ns,) in reader.query(_TIMES, among))
    counts: list[int | None] = [None] * len(places)
    for place in reversed(places):
        at = from_ns + place * stretch_ns
        count = reader.query(_BETWEEN, (max(at, -_LARGEST), min(at + stretch_ns, _LARGEST)))[0][0]
        counts[place] = max(0, count - others[place])
        if place % 16 == 0:
            yield Activity(from_ns, stretch_ns, list(counts), calls=False)


def _stretch(span_ns: int, most: int) -> int:
    """Return the length of a stretch so that there are no more than ``most``."""
    wanted = span_ns / 1e9 / max(1, most - 1)
    place = bisect_left(STRETCHES_S, wanted)
    seconds = STRETCHES_S[place] if place < len(STRETCHES_S) else ceil(wanted / DAY_S) * DAY_S
    return seconds * 1_000_000_000
