"""One batch: all of it or nothing; what becomes of the rows, see ``test_writer``."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.batch import MOST_WIRE, OPAQUE, event_row, finding_row, write
from inspector.store.entries import ClosedEntry, FrameEntry, ReachedEntry, SessionRow
from inspector.store.schema import prepare
from tests.factories import START_NS, STATION, opened


def test_a_batch_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """A session of a batch that failed is not taken for one that is in the capture."""
    prepare(tmp_path / "a.db")
    row = SessionRow(opened())
    end, reached = ClosedEntry(row, Closed(START_NS, 1000, "", "csms")), ReachedEntry("one", 7, lambda _: None)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.Error):
            write(connection, [row, end, reached, FrameEntry(row, 1, 1, None, (1,))])
        tables = "SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM reached)"
        assert (row.id, connection.execute(tables).fetchone()) == (None, (0, 0))
        write(connection, [row, end, reached], "who")
        assert (row.id, connection.execute(tables).fetchone()) == (1, (1, 1))
        found = connection.execute("SELECT close_code, closed_by, writer FROM session").fetchone()
        assert found == (1000, "csms", "who")
        with pytest.raises(LookupError, match="its session is not in the capture"):
            write(connection, [ClosedEntry(SessionRow(opened()), Closed(START_NS))])


def test_an_event_is_made_columns() -> None:
    """Of a violation no more than its first bytes."""
    assert event_row(1, Controlled(2, STATION, Control.PING, b"x")) == (1, 2, "station", "ping", None, b"x")
    violated = event_row(1, Violated(2, STATION, "odd \x1b", b"y" * (MOST_WIRE + 1), opaque=True))
    assert violated == (1, 2, STATION, "violation", f"odd \N{SYMBOL FOR ESCAPE}{OPAQUE}", b"y" * MOST_WIRE)
    assert event_row(None, Noted(2, "gap", "gone")) == (None, 2, None, "gap", "gone", None)


def test_the_words_of_a_finding_are_harmless_for_whoever_reads_the_table() -> None:
    """A key of the wire may hold anything; the pointer to it must still find it."""
    row = finding_row(
        1, Finding("S102", Severity.ERROR, Blame.STATION, "a\nb is no field", "/3/a\nb", "not \u202eb\x9b", frame=1)
    )
    assert row[5:8] == ("/3/a\nb", "a␊b is no field", "not \\u202eb\\x9b")
