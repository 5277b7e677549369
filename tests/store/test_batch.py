"""One batch: all of it or nothing; what becomes of the rows, see ``test_writer``."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.batch import LARGE, MOST_WIRE, OPAQUE, event_row, finding_row, write
from inspector.store.entries import ClosedEntry, FindingEntry, FrameEntry, ReachedEntry, SessionRow
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


ODD = 'é \U0001f600 " \\ \n \x7f \u2028 [1,2] null'
"""What JSON has to write in its own way."""


@pytest.mark.parametrize(
    ("raws", "at_once"),
    [
        (("[1]", ODD, "", "null", "1.0", "x" * LARGE), True),
        (("[1]", "x" * (LARGE + 1)), False),
        (("[1]", b"\xff\x00"), False),
        (("[1]", "a\0b"), False),
        (("[1]", r"\u0000"), False),
    ],
    ids=["text", "large", "bytes", "a zero", "an escaped zero"],
)
def test_in_bulk_the_same_is_written(tmp_path: Path, raws: tuple[str | bytes, ...], at_once: bool) -> None:
    """Frames go in one statement where it can carry them, and are as they would be one by one."""
    written = []
    for in_bulk in (False, True):
        path, row, statements = tmp_path / f"{in_bulk}.db", SessionRow(opened()), list[str]()
        frames = [
            FrameEntry(row, START_NS, len(raw), None, (number, START_NS, "csms", 3, ODD, None, 1, None, "wire", 0, raw))
            for number, raw in enumerate(raws, 1)
        ]
        fault = Finding("S104", Severity.ERROR, Blame.CSMS, "wrong", frame=2)
        prepare(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.set_trace_callback(statements.append)
            write(connection, [row, *frames, FindingEntry(row, fault)], in_bulk=in_bulk)
            written.append(connection.execute("SELECT *, typeof(raw) FROM frame ORDER BY id").fetchall())
        assert any("json_each" in statement for statement in statements) is (in_bulk and at_once)
    assert written[0] == written[1]
    assert [frame[-2] for frame in written[1]] == list(raws)


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
