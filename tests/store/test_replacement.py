"""New findings in the place of old ones: all of it or nothing."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.rules import TABLE
from inspector.store import replacement as module
from inspector.store.reader import Reader
from inspector.store.replacement import Replacement
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, make_capture, record


def made(code: str, frame: int | None, severity: Severity = Severity.WARNING) -> Finding:
    """Make a finding."""
    return Finding(code, severity, Blame.CSMS, "new \ud800", "/3", "mend it", 5, frame)


def replace(
    path: Path, findings: Sequence[tuple[int, Finding]], sessions: Sequence[int], codes: object = TABLE
) -> None:
    """Replace findings."""
    with Replacement(path) as replacement:
        for session, finding in findings:
            replacement.keep(session, finding)
        replacement.commit(sessions, codes)  # type: ignore[arg-type]


def told(path: Path) -> tuple[list[tuple[object, ...]], list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the findings, and what frames and sessions count."""
    with Reader(path) as reader:
        findings = [(found.session, found.frame, found.code) for found in reader.findings()]
        frames = [(frame.errors, frame.warnings) for frame in reader.page()]
        return findings, frames, [(session.errors, session.warnings) for session in reader.sessions()]


def test_findings_are_replaced_and_counted_anew(tmp_path: Path) -> None:
    """Those about frames, and those about sessions."""
    path = make_capture(tmp_path / "a.db", BROKEN, BROKEN)
    new = [(1, made("R002", 2)), (1, made("R003", 2, Severity.ERROR)), (1, made("H001", None))]
    replace(path, new, [1])
    findings, frames, sessions = told(path)
    assert findings == [(2, 1, "S104"), (1, 2, "R002"), (1, 2, "R003"), (1, None, "H001")]
    assert frames == [(0, 0), (1, 1), (1, 0), (0, 0)]
    assert sessions == [(1, 2), (1, 0)]
    with Reader(path) as reader:
        assert reader.own_findings(session=1)[1][0].message == "new \\ud800"


def test_other_codes_and_other_sessions_stay(tmp_path: Path) -> None:
    """Also what was found of them meanwhile."""
    path = make_capture(tmp_path / "a.db", BROKEN, BROKEN)
    replace(path, [(1, made("R009", 1)), (1, made("S104", 1)), (2, made("R001", 1))], [1], {"R001", "R009"})
    assert told(path)[0] == [(1, 1, "S104"), (2, 1, "S104"), (1, 1, "R009")]
    assert told(path)[1][0] == (1, 1)


def test_it_says_how_many_went_and_came(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", BROKEN, BROKEN)
    with Replacement(path) as replacement:
        for number in range(3):
            replacement.keep(1, made("R001", number))
        assert replacement.commit([1, 2], TABLE) == (2, 3)


def test_nothing_is_written_before_the_end(tmp_path: Path) -> None:
    """A reader that went away, or an interrupt, leaves the capture as it was."""
    path = make_capture(tmp_path / "a.db", BROKEN)
    before = told(path)
    with Replacement(path) as replacement:
        replacement.keep(1, made("R001", 1))
        assert told(path) == before
    assert told(path) == before


def test_it_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_capture(tmp_path / "a.db", BROKEN)
    before = told(path)
    monkeypatch.setattr(module, "_REPLACE", (*module._REPLACE, "UPDATE nowhere SET x = 1"))
    with pytest.raises(InspectorError, match="the findings can't be replaced: no such table"):
        replace(path, [(1, made("R001", 1))], [1])
    assert told(path) == before


def test_a_finding_for_which_there_is_no_room_is_one_line(tmp_path: Path) -> None:
    with Replacement(make_capture(tmp_path / "a.db", BOOT)) as replacement:
        replacement._connection.execute("PRAGMA temp.max_page_count = 1")
        with pytest.raises(InspectorError, match="the findings can't be replaced: database or disk is full"):
            for number in range(10_000):
                replacement.keep(1, made("R001", number))


def test_a_capture_that_is_being_written_takes_both(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    record(writer, said=BROKEN)
    writer.flush()
    replace(path, [(1, made("R001", 1))], [1])
    record(writer, said=BROKEN, station="CP-2")
    writer.close()
    assert writer.lost == 0
    assert told(path)[0] == [(1, 1, "R001"), (2, 1, "S104")]


def test_a_capture_that_may_not_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_capture(tmp_path / "a.db", BOOT)
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InspectorError, match=r"a\.db: the findings can't be replaced: database is locked"):
            replace(path, [], [1])
