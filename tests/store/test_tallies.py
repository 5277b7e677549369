"""Counts of findings by code."""

import sqlite3
from contextlib import closing
from pathlib import Path

from inspector.protocol.finding import Severity
from inspector.store.reader import Reader
from inspector.store.tallies import Tally, details, tallies
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, STATION, make_capture, record


def test_codes_are_counted_those_of_most_weight_first(tmp_path: Path) -> None:
    """Each answer knows one more of them."""
    broken = (*BOOT, *BROKEN, (STATION, "{"), (STATION, "{"), (STATION, '[3,"none",{}]'))
    with Reader(make_capture(tmp_path / "a.db", broken, (*BOOT, *BROKEN))) as reader:
        parts = list(tallies(reader))
        last = parts[-1]
        assert [len(part) for part in parts] == list(range(1, len(last) + 1))
        counted = {tally.code: tally.times for tally in last}
        assert counted == {code: sum(f.code == code for f in reader.findings()) for code in reader.codes()}
    errors = [tally for tally in last if tally.severity is Severity.ERROR]
    assert last[: len(errors)] == errors
    assert [tally.times for tally in errors] == sorted((tally.times for tally in errors), reverse=True)


def test_a_capture_without_findings_says_so(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        assert list(tallies(reader)) == [[]]


def test_a_code_is_told_by_its_newest_findings_and_by_station(tmp_path: Path) -> None:
    sessions = [(*BOOT, *BROKEN), (*BOOT, *BROKEN, *(line for _ in range(3) for line in BROKEN))]
    with Reader(make_capture(tmp_path / "a.db", *sessions)) as reader:
        found = details(reader, "S104")
        assert found.stations == [("CP-2", 4), ("CP-1", 1)]
        assert [(each.code, each.session) for each in found.examples] == [("S104", 2)] * 3
        assert found.session is None
        assert details(reader, "S999") == ([], [], None)


def test_findings_about_sessions_name_the_newest_one(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    for _ in range(2):
        record(writer, said=(), http_status=401, subprotocol=None)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        code = next(iter(reader.codes()))
        assert details(reader, code).session == 2


def test_a_code_that_nobody_knows_keeps_its_severity(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", (*BOOT, *BROKEN))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE finding SET code = 'Z999', severity = 'warning'")
        connection.commit()
    with Reader(path) as reader:
        assert list(tallies(reader))[-1] == [Tally("Z999", Severity.WARNING, 1)]
