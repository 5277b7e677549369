"""The panels of the overview."""

import pytest

from inspector.protocol.finding import Severity
from inspector.store.overview import Activity, Failed, Latency, Sample, Station
from inspector.store.tallies import Tally
from inspector.tui.composed import overview_page as page
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import Line
from inspector.tui.targets import Target
from tests.tui.conftest import HOSTILE, NOON, SECOND, UNSAFE, make_session


def words(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(part for part, _ in line)


def row(entry: page.Entry) -> dict[str, str]:
    """Return the cells of an entry without their styles."""
    return {key: words(line) for key, line in entry.cells.items()}


def test_who_is_connected_leads_to_the_session() -> None:
    (entry,) = page.connected_entries([make_session(id=4, frames=1200, errors=2, last_ns=NOON + 65 * SECOND)])
    assert entry.target == Target(session=4)
    cells = row(entry)
    assert (cells["station"], cells["since"], cells["heard"], cells["frames"]) == (
        "CP-1",
        "03-01 12:00",
        "12:01:05",
        "1,200",
    )


def test_what_is_wrong_comes_first_what_befell_the_record() -> None:
    """Infos are not wrong; each code leads to its frames."""
    tallies = [Tally("S104", Severity.ERROR, 12), Tally("T008", Severity.INFO, 3)]
    refused = make_session(id=9, station="CP-9", http_status=401, closed_ns=NOON)
    found = page.wrong_entries(tallies, Failed(3, refused), {"gap": 2, "trouble": 1, "violation": 0})
    assert [entry.key for entry in found] == ["failed", "gap", "trouble", "S104"]
    assert row(found[0])["words"].startswith("connections failed, the last: CP-9 refused: HTTP 401")
    assert [found[0].target, found[-1].target] == [Target(session=9), Target(filter="code:S104")]
    assert page.wrong_entries([], Failed(0, None), {}) == []


def test_latencies_are_milliseconds() -> None:
    (entry,) = page.latency_entries([Latency("Heartbeat", 1000, 1_500_000, 20_000_000, 9_999_000_000, 61_000_000_000)])
    cells = row(entry)
    assert [cells[key] for key in ("count", "p50", "p95", "p99", "longest")] == [
        "1,000",
        "1.5",
        "20.0",
        "9999.0",
        "61 s",
    ]
    assert entry.target == Target(filter="action:Heartbeat")


def test_stations_lead_to_their_errors() -> None:
    bad, odd = page.stations_entries([Station("CP-1", 2, 900, 5, 0, NOON), Station("CP 2", 1, 9, 0, 4, NOON)])
    assert (bad.target.filter, odd.target.filter) == ("station:CP-1 severity:error", 'station:"CP 2" severity:*')


def test_titles_say_what_was_looked_at() -> None:
    assert page.latency_title(None) == page.latency_title(Sample(10, 10, [], [])) == "latency by action, ms"
    assert page.latency_title(Sample(100_000, 10_000_000, [], [])).endswith("of the last 100,000 of 10,000,000 frames")
    done, half = Activity(NOON, 120 * SECOND, [2, 4], True), Activity(NOON, 2 * SECOND, [None, 4], False)
    assert page.activity_title(done) == "calls a minute · 4 m · highest 2"
    assert page.activity_title(half) == "frames a second · 4.0 s · highest 2 · counting …"


def test_the_chart_says_what_would_be_there() -> None:
    assert "no frame yet" in words(page.activity_lines(None, 80, 6)[0])
    lines = [words(line) for line in page.activity_lines(Activity(NOON, 60 * SECOND, [0, 5, 10], True), 40, 6)]
    assert len(lines) == 6
    assert lines[0].lstrip().startswith("10 ┤")
    assert lines[-1].split()[0] == "12:00:00"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("columns", [page.connected_columns, page.latency_columns, page.stations_columns])
def test_columns_fill_their_table(columns: page.Columns, width: int) -> None:
    """However wide it is."""
    found: list[Column] = list(columns(width))
    assert all(column.width > 0 for column in found)
    assert sum(column.width + 1 for column in found) <= max(width, 44)


def test_whatever_stations_say_is_only_shown() -> None:
    entries = [
        *page.connected_entries([make_session(station=HOSTILE, frames=1)]),
        *page.wrong_entries([], Failed(1, make_session(station=HOSTILE, http_status=None, close_reason=HOSTILE)), {}),
        *page.latency_entries([Latency(HOSTILE, 1, 1, 1, 1, 1)]),
        *page.stations_entries([Station(HOSTILE, 1, 1, 1, 1, NOON)]),
    ]
    assert len(entries) == 4
    assert not UNSAFE.search("".join(text for entry in entries for text in row(entry).values()))
