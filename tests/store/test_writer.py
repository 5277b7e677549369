"""The writer: batches, ends, and what it does when the disk or a row refuses."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Origin
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store import writer as module
from inspector.store.entries import FindingEntry, FrameEntry
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, make_capture, opened, received, record


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds; fail when it does not within a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        threading.Event().wait(0.01)


def test_what_is_appended_can_be_read_within_a_batch(tmp_path: Path) -> None:
    """Another connection sees the rows soon, without anyone asking the writer to flush."""
    writer = Writer(tmp_path / "a.db")
    record(writer, end=False)
    with Reader(tmp_path / "a.db") as reader:
        wait_for(lambda: len(reader.page()) == 2, seconds=2.0)
        assert reader.sessions()[0].live
    writer.close()


def test_rows_hold_what_was_seen(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        call, answer = reader.page(session=1)
        assert (call.number, call.sender, call.type.name, call.message_id, call.action) == (
            1,
            "station",
            "CALL",
            "b1",
            "BootNotification",
        )
        assert (answer.answers, answer.latency_ns, answer.action) == (call.id, 10_000_000, "BootNotification")
        assert call.raw == BOOT[0][1]
        session = reader.session(2)
        assert (session.frames, session.errors, session.warnings) == (4, 1, 0)
        assert (session.close_code, session.closed_by, session.version) == (1000, "station", "1.6")


def test_a_late_finding_counts_on_the_frame_written_before(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, end=False)
    assert writer.flush()
    late = Finding("R001", Severity.ERROR, Blame.CSMS, "late", frame=1)
    writer.append([FindingEntry(recording.row, late)])
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        first, second = reader.page()
        assert (first.errors, second.errors, reader.session(1).errors) == (1, 0, 1)


def test_two_writers_share_a_capture(tmp_path: Path) -> None:
    """A proxy records while a replay writes its run: ids stay unique, sessions apart."""
    path = tmp_path / "a.db"
    writers = [Writer(path), Writer(path)]
    threads = [
        threading.Thread(target=lambda w=w, n=n: [record(w, said=BOOT * 50, station=f"CP-{n}") for _ in range(5)])  # type: ignore[misc]
        for n, w in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.close()
    with Reader(path) as reader:
        assert [session.frames for session in reader.sessions()] == [100] * 10
        assert len(set(reader.ids())) == 1000


def test_nothing_waits_once_all_is_written(tmp_path: Path) -> None:
    """Also after a row that could not be: a count that drifts would reach the bound one day, and all be lost."""
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, said=BOOT * 2000, end=False)
    seen = recording.feed(received(raw=str(BOOT[0][1]))).seen
    assert seen is not None
    writer.append([FrameEntry(recording.row, seen._replace(number=9999, time_ns=1 << 70), "x", 0, Origin.WIRE, None)])
    assert writer.flush()
    assert (writer._waiting, writer.lost) == (0, 1)
    writer.close()


def test_at_rest_a_capture_is_one_file(tmp_path: Path) -> None:
    make_capture(tmp_path / "a.db")
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


def test_closing_does_not_wait_for_who_reads(tmp_path: Path) -> None:
    """The proxy stops at once although somebody browses its capture, and the capture stays whole."""
    writer = Writer(tmp_path / "a.db")
    record(writer)
    assert writer.flush()
    with Reader(tmp_path / "a.db") as reader:
        assert len(reader.page()) == 2
        record(writer, said=BROKEN)
        before = time.monotonic()
        writer.close()
        assert time.monotonic() - before < 2
        assert len(reader.page()) == 4
    (tmp_path / "copy.db").write_bytes((tmp_path / "a.db").read_bytes())
    with Reader(tmp_path / "copy.db") as reader:
        assert len(reader.page()) == 4, "the file alone has everything"


def test_a_lock_held_by_another_delays_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    path = make_capture(tmp_path / "a.db", BOOT)
    writer = Writer(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = time.monotonic()
        record(writer, said=BROKEN)
        assert time.monotonic() - before < 0.5, "appending waited for the disk"
        wait_for(lambda: "traffic goes on" in caplog.text)
        other.execute("COMMIT")
        assert writer.flush()
    writer.close()
    assert "writing again, 0 frames lost" in caplog.text
    with Reader(path) as reader:
        assert [session.frames for session in reader.sessions()] == [2, 2]


def test_the_waiting_tail_is_bounded_and_the_loss_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(module, "MOST_WAITING", 1000)
    path = tmp_path / "a.db"
    writer = Writer(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(writer, said=BOOT * 500)
        assert 900 < writer.lost < 1000
        other.execute("COMMIT")
        assert writer.flush()
    writer.close()
    with Reader(path) as reader:
        assert reader.session(1).frames == 1000 - writer.lost
        assert reader.session(1).closed_by == "station", "the end of a session is never dropped"


def test_one_row_that_cannot_be_written_spoils_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    seen = recording.feed(received(raw=str(BOOT[0][1]))).seen
    assert seen is not None
    poison = FrameEntry(recording.row, seen._replace(number=2, time_ns=1 << 70), "x", 0, Origin.WIRE, None)
    writer.append([poison])
    recording.feed(Closed(START_NS, 1000, "", "station"))
    writer.close()
    assert writer.lost == 1
    assert "can't be written, left out" in caplog.text
    with Reader(tmp_path / "a.db") as reader:
        assert [frame.number for frame in reader.page()] == [1]
        assert reader.session(1).closed_by == "station"


def test_closing_gives_up_on_a_disk_that_still_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping the proxy does not hang on a locked capture."""
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    path = make_capture(tmp_path / "a.db")
    writer = Writer(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(writer)
        before = time.monotonic()
        writer.close()
        assert time.monotonic() - before < 5
        assert writer.lost == 2


def test_both_sides_and_bytes_are_kept_as_they_came(tmp_path: Path) -> None:
    said = [(STATION, b"\xff\x00raw"), (CSMS, '[3,"zé",{}]'), (STATION, "")]
    with Reader(make_capture(tmp_path / "a.db", said)) as reader:
        assert [(frame.sender, frame.raw) for frame in reader.page()] == said
