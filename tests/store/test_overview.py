"""What the overview asks of a capture."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Opened
from inspector.store import overview as module
from inspector.store.overview import activity, connected, failed, live_sessions, samples, stations
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, START_NS, make_capture, record

SECOND = 1_000_000_000


def test_who_is_connected_are_the_open_sessions(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    for station, end in (("CP-1", True), ("CP-2", False), ("CP-3", False)):
        record(writer, station=station, end=end)
    writer.flush()
    with Reader(tmp_path / "a.db") as reader:
        assert [session.station for session in connected(reader)] == ["CP-3", "CP-2"]
        assert live_sessions(reader) == {2, 3}
    writer.close()


def test_stations_with_findings_are_told_those_with_most_errors_first(tmp_path: Path) -> None:
    sessions = [BOOT, (*BOOT, *BROKEN), (*BOOT, *BROKEN, *BROKEN)]
    with Reader(make_capture(tmp_path / "a.db", *sessions)) as reader:
        assert [(each.name, each.sessions, each.errors) for each in stations(reader)] == [
            ("CP-3", 1, 2),
            ("CP-2", 1, 1),
        ]


def test_failed_handshakes_are_counted(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer)
    for station, status in (("CP-8", None), ("CP-9", 401)):
        refused = Recording(writer, Opened(START_NS, station, subprotocol=None, http_status=status))
        refused.feed(Closed(START_NS, None, "", "csms"))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        found = failed(reader)
        assert (found.times, found.newest and found.newest.station) == (2, "CP-9")
    with Reader(make_capture(tmp_path / "b.db")) as reader:
        assert failed(reader) == (0, None)


def test_percentiles_are_those_of_the_answers(tmp_path: Path) -> None:
    """By nearest rank: one in a hundred is the longest."""
    path = make_capture(tmp_path / "a.db", BOOT * 100)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE frame SET latency_ns = id * 1000 WHERE latency_ns IS NOT NULL")
        connection.commit()
    with Reader(path) as reader:
        *_, sample = samples(reader)
    (latency,) = sample.latencies
    assert (sample.looked_at, sample.total, len(sample.calls_ns)) == (200, 200, 100)
    assert (latency.action, latency.answers) == ("BootNotification", 100)
    assert (latency.p50, latency.p95, latency.p99, latency.longest) == (100_000, 190_000, 198_000, 200_000)


def test_of_many_frames_the_newest_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is said how many: first a few, then more."""
    monkeypatch.setattr(module, "SAMPLES", (4, 10))
    with Reader(make_capture(tmp_path / "a.db", BOOT * 20)) as reader:
        assert [(each.looked_at, each.total) for each in samples(reader)] == [(4, 40), (10, 40)]
    with Reader(make_capture(tmp_path / "b.db", BOOT)) as reader:
        assert [(each.looked_at, each.total) for each in samples(reader)] == [(2, 2)]


def test_calls_are_counted_by_stretches_of_time(tmp_path: Path) -> None:
    """Frames instead, where not all were looked at; both make the same sum."""
    writer = Writer(tmp_path / "a.db")
    record(writer, said=BOOT * 30, gap_ns=SECOND)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        *_, sample = samples(reader)
        (calls,) = activity(reader, sample, None, most=20)
        *_, frames = activity(reader, sample._replace(total=99), None, most=20)
        *_, lately = activity(reader, None, 10 * SECOND, most=20)
    assert (calls.calls, sum(count or 0 for count in calls.counts)) == (True, 30)
    assert (frames.calls, sum(count or 0 for count in frames.counts)) == (False, 60)
    assert (calls.stretch_ns, len(calls.counts) <= 20) == (5 * SECOND, True)
    assert sum(count or 0 for count in lately.counts) == 11
    assert calls.from_ns <= START_NS + SECOND < calls.from_ns + calls.stretch_ns


def test_a_capture_without_frames_has_no_activity(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", ())) as reader:
        *_, sample = samples(reader)
        assert list(activity(reader, sample, None)) == []


def test_times_may_be_any(tmp_path: Path) -> None:
    """Nobody but a recorder writes sensible ones."""
    path = make_capture(tmp_path / "a.db", BOOT)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE frame SET time_ns = -9223372036854775808 WHERE id = 1")
        connection.execute("UPDATE frame SET time_ns = 9223372036854775800 WHERE id = 2")
        connection.commit()
    with Reader(path) as reader:
        *_, found = activity(reader, None, None)
    assert sum(count or 0 for count in found.counts) >= 1


@pytest.mark.parametrize(("days", "seconds"), [(0, 1), (1, 600), (30, 14_400), (4000, 17 * 86_400)])
def test_a_long_capture_has_long_stretches(days: int, seconds: int) -> None:
    assert module._stretch(days * 86_400 * SECOND, 240) == seconds * SECOND
