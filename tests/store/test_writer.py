"""The writer: batches, ends, and what it does when the disk or a row refuses."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Noted, Origin
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store import capture_file, liveness, series
from inspector.store import writer as module
from inspector.store.capture_file import CaptureFile
from inspector.store.entries import Entry, EventEntry, FindingEntry, SessionRow, frame_entry
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from inspector.tui.composed.lines import ending
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
    writer.append([frame_entry(recording.row, seen._replace(number=9999, time_ns=1 << 70), "x", 0, Origin.WIRE, None)])
    assert writer.flush()
    assert (writer.waiting, writer._tail._bytes, writer.lost) == (0, 0, 1)
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
    monkeypatch.setattr(capture_file, "BUSY_SECONDS", 0.05)
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


def test_the_waiting_tail_is_bounded_and_its_oldest_frames_are_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest are what a person needs; beginnings and ends of sessions are never given up."""
    monkeypatch.setattr(capture_file, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    path = tmp_path / "a.db"
    writer = Writer(path, most_waiting=1_000_000)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        record(writer, said=BOOT * 2000)
        assert 1000 < writer.lost < 4000
        wait_for(lambda: writer.trouble == "database is locked")
        other.execute("COMMIT")
        assert writer.flush()
    assert writer.trouble is None
    writer.close()
    with Reader(path) as reader:
        session = reader.session(1)
        assert (session.frames, session.lost, session.closed_by) == (4000 - writer.lost, writer.lost, "station")
        numbers = [frame.number for frame in reader.pages()]
        assert numbers[-1] == 4000
        (gap,) = reader.events(session=1)
        assert (gap.kind, gap.sender) == ("gap", None)
        assert gap.what.startswith(f"{writer.lost} frames are missing, ")
        assert " bytes, from 2026-09-21T14:13:" in gap.what


def test_one_row_that_cannot_be_written_spoils_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    seen = recording.feed(received(raw=str(BOOT[0][1]))).seen
    assert seen is not None
    poison = frame_entry(recording.row, seen._replace(number=2, time_ns=1 << 70), "x", 0, Origin.WIRE, None)
    writer.append([poison])
    recording.feed(Closed(START_NS, 1000, "", "station"))
    writer.close()
    assert writer.lost == 1
    assert "can't be written, left out" in caplog.text
    with Reader(tmp_path / "a.db") as reader:
        assert [frame.number for frame in reader.page()] == [1]
        assert reader.session(1).closed_by == "station"


def test_a_disk_that_fills_while_rows_are_written_singly_costs_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the row that is bad is left out, and its session says so."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    write, refused = CaptureFile.write, []

    def full_at_times(file: CaptureFile, entries: list[Entry]) -> None:
        if len(entries) == 1 and len(refused) < 5:
            refused.append(entries)
            raise sqlite3.OperationalError("database or disk is full")
        write(file, entries)

    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    seen = recording.feed(received(raw=str(BOOT[0][1]))).seen
    assert seen is not None
    assert writer.flush()
    monkeypatch.setattr(CaptureFile, "write", full_at_times)
    numbers = [(2, START_NS), (3, 1 << 70), (4, START_NS), (5, 1 << 70)]
    frames = [seen._replace(number=number, time_ns=time_ns) for number, time_ns in numbers]
    writer.append([frame_entry(recording.row, frame, "x", 0, Origin.WIRE, None) for frame in frames])
    assert writer.flush()
    assert (len(refused), writer.trouble, writer.lost, writer.waiting) == (5, None, 2, 0)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert [frame.number for frame in reader.page()] == [1, 2, 4]
        (gap,) = reader.events(session=1)
        assert (gap.kind, reader.session(1).lost) == ("gap", 2)
        assert gap.what.startswith("2 rows left out that can't be written, 2 of them frames")


def test_a_fault_of_ours_does_not_end_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever raises, and wherever: it is said once, and what comes after is written."""
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    for name in ("_note", "_insist"):
        with monkeypatch.context() as patch:
            patch.setattr(writer, name, lambda _: (_ for _ in ()).throw(KeyError("odd")))
            for _ in range(2):
                feed(recording)
                assert writer.flush()
            assert writer.trouble == "KeyError: 'odd'"
    feed(recording)
    assert writer.flush()
    assert (writer.trouble, writer.lost, writer.waiting) == (None, 4, 0)
    writer.close()
    assert caplog.text.count("stumbled") == 1
    assert frames_of(tmp_path / "a.db") == [1, 2, 3, 4, 5, 6, 11, 12]
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).lost == 4


def test_a_folder_that_may_not_be_listed_delays_the_next_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = Recording(writer, opened())
    with monkeypatch.context() as patch:
        patch.setattr(series, "following", lambda _: (_ for _ in ()).throw(PermissionError("not yours")))
        for _ in range(2):
            feed(recording)
            assert writer.flush()
    assert "there is no next file yet: not yours" in caplog.text
    feed(recording)
    writer.close()
    assert (frames_of(tmp_path / "a.db"), writer.lost) == ([1, 2, 3, 4, 5, 6], 0)


def test_a_name_that_may_not_be_looked_up_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are not bad rows: they wait."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_made_anew", lambda _: (_ for _ in ()).throw(PermissionError("not yours")))
        (tmp_path / "a.db").unlink()
        feed(recording)
        wait_for(lambda: writer.trouble == "not yours")
    assert writer.flush()
    writer.close()
    assert (frames_of(tmp_path / "a.db"), writer.lost) == ([3, 4], 0)


def test_closing_gives_up_on_a_disk_that_still_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping the proxy does not hang on a locked capture."""
    monkeypatch.setattr(capture_file, "BUSY_SECONDS", 0.05)
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


def test_a_durable_capture_is_synchronised_at_each_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    close = CaptureFile.close
    monkeypatch.setattr(
        CaptureFile,
        "close",
        lambda self: (found.append(self._connection.execute("PRAGMA synchronous").fetchone()), close(self)),
    )
    for durable in (False, True):
        Writer(tmp_path / f"{durable}.db", durable=durable).close()
    assert found == [(1,), (2,)]


@pytest.mark.parametrize(
    ("rotation", "due"),
    [
        (Rotation(), False),
        (Rotation(seconds=3600), True),
        (Rotation(seconds=10**9), False),
        (Rotation(most_bytes=1000), True),
        (Rotation(most_bytes=10**9), False),
    ],
)
def test_a_file_is_left_when_it_is_old_or_large_enough(tmp_path: Path, rotation: Rotation, due: bool) -> None:
    """By the age of what is in it, whoever wrote that, but not before something new is in it."""
    file = CaptureFile(make_capture(tmp_path / "a.db"))
    file.began_ns = time.time_ns() - 7200 * 1_000_000_000
    assert not rotation.is_due(file)
    file.write([])
    assert rotation.is_due(file) is due
    file.close()


def test_a_file_is_kept_on_while_there_can_be_no_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again later, and nothing is left of what was tried."""
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = Recording(writer, opened())
    with monkeypatch.context() as patch:
        patch.setattr(CaptureFile, "join", lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("full")))
        for _ in range(2):
            feed(recording)
            assert writer.flush()
    feed(recording)
    assert writer.flush()
    assert [file.name for file in tmp_path.glob("*.db")] == ["a.db"]
    assert caplog.text.count("there is no next file yet: full") == 1
    writer._next_rotation = 0.0
    feed(recording)
    writer.flush()
    writer.close()
    assert (frames_of(tmp_path / "a.db"), writer.path.name) == ([1, 2, 3, 4, 5, 6], "a-2.db")


def test_no_file_is_begun_before_there_is_something_for_it(tmp_path: Path) -> None:
    """The one that is kept is the one with frames; an end is not reason enough for another."""
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1, keep_files=1))
    recording = Recording(writer, opened())
    for _ in range(2):
        feed(recording)
        assert writer.flush()
    recording.feed(Closed(START_NS + 1, 1000, "", "station"))
    assert writer.flush()
    writer.append([EventEntry(None, Noted(START_NS, "trouble", "of all"))])
    assert writer.flush()
    writer.close()
    assert [file.name for file in tmp_path.glob("*.db")] == ["a-2.db"]
    assert frames_of(tmp_path / "a-2.db") == [3, 4]
    with Reader(tmp_path / "a-2.db") as reader:
        assert reader.session(1).closed_by == "station"


def test_a_file_that_is_deleted_is_not_gone_on_from(tmp_path: Path) -> None:
    """Even if it was due to be left: the next one says what it lacks."""
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    (tmp_path / "a.db").unlink()
    feed(recording)
    assert writer.flush()
    writer.close()
    with Reader(writer.path) as reader:
        assert [frame.number for frame in reader.pages()] == [3, 4]
        assert ["deleted" in event.what for event in reader.oddities()[None]] == [True]


def frames_of(path: Path) -> list[int]:
    """Return the numbers of all frames."""
    with Reader(path) as reader:
        return [frame.number for frame in reader.pages()]


def feed(recording: Recording, times: int = 1) -> bool:
    """Let a few frames come; that is never the end of it."""
    for sender, raw in BOOT * times:
        recording.feed(received(raw=raw, sender=sender))
    return False


def test_a_file_that_is_deleted_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its live sessions go on there, numbers and pairing with them, and the file says what it lacks."""
    path = tmp_path / "a.db"
    writer = Writer(path)
    recording = Recording(writer, opened())
    Recording(writer, opened(station="CP-2"))
    recording.feed(received(raw=str(BOOT[0][1])))
    assert writer.flush()
    path.unlink()
    recording.feed(received(raw=str(BOOT[1][1]), sender=CSMS))
    assert writer.flush()
    assert frames_of(path) == [2]
    feed(recording)
    recording.feed(Closed(START_NS, 1000, "", "station"))
    writer.close()
    assert writer.path == path
    assert caplog.text.count("it was deleted or replaced") == 1
    with Reader(path) as reader:
        one, two = reader.sessions()
        assert (one.station, one.continues, one.closed_by) == ("CP-1", ("a.db", 1), "station")
        assert (two.station, two.continues, two.closed_ns) == ("CP-2", ("a.db", 2), None)
        assert [frame.number for frame in reader.page()] == [2, 3, 4]
        assert (reader.page()[0].action, reader.page()[0].answers) == ("BootNotification", None)
        (gap,) = reader.events()
        assert (gap.kind, gap.session) == ("gap", None)
        assert "deleted or replaced" in gap.what


def test_a_file_that_is_replaced_is_not_touched(tmp_path: Path) -> None:
    """What somebody put in its place is theirs: the record goes on beside it."""
    path = tmp_path / "a.db"
    writer = Writer(path)
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    other = tmp_path / "other"
    other.write_text("mine")
    other.replace(path)
    feed(recording)
    assert writer.flush()
    assert (writer.path.name, path.read_text()) == ("a-2.db", "mine")
    writer.close()
    assert frames_of(tmp_path / "a-2.db") == [3, 4]


def test_a_file_that_is_damaged_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    writer = Writer(path)
    recording = Recording(writer, opened())
    feed(recording, 100)
    assert writer.flush()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"nonsense" * 10_000)
    feed(recording)
    assert writer.flush()
    writer.close()
    assert writer.path.name == "a-2.db"
    assert frames_of(writer.path) == [201, 202]


def test_a_folder_that_is_gone_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.02)
    folder = tmp_path / "folder"
    folder.mkdir()
    writer = Writer(folder / "a.db")
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    folder.rename(tmp_path / "elsewhere")
    feed(recording)
    wait_for(lambda: writer.trouble is not None)
    assert "No such file or directory" in str(writer.trouble)
    folder.mkdir()
    assert writer.flush()
    writer.close()
    assert (frames_of(folder / "a.db"), writer.trouble) == ([3, 4], None)


def test_a_session_of_an_earlier_process_goes_on_in_its_row(tmp_path: Path) -> None:
    """If the file has it; where the file is another one by now, it is announced there."""
    path = make_capture(tmp_path / "a.db", BOOT)
    for row in (SessionRow(opened(station="CP-1"), id=1), SessionRow(opened(station="CP-1"), id=77)):
        writer = Writer(path)
        recording = Recording(writer, row.opened, row=row, checked=False, frames=2)
        feed(recording)
        writer.close()
    with Reader(path) as reader:
        assert [(session.id, session.frames) for session in reader.sessions()] == [(1, 4), (2, 2)]


LIMITED = """
import resource, sys
from pathlib import Path
from inspector.store import writer as module
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from tests.factories import BOOT, opened, received
from tests.store.test_writer import feed, wait_for
module.RETRY_SECONDS = 0.02
writer = Writer(Path(sys.argv[1]), most_waiting=2_000_000)
recording = Recording(writer, opened())
feed(recording)
assert writer.flush()
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
wait_for(lambda: feed(recording, 100) or writer.trouble is not None)
feed(recording, 5000)
print(writer.trouble)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert writer.flush()
feed(recording)
writer.close()
print(writer.trouble, writer.lost)
"""


def test_a_quota_makes_a_gap_and_is_gone_through(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    trouble, end = ran.stdout.splitlines()
    after, lost = end.split()
    assert (trouble in {"disk I/O error", "database or disk is full"}, after) == (True, "None")
    assert ran.stderr.count("traffic goes on") == ran.stderr.count("writing again") >= 1
    with Reader(path) as reader:
        session = reader.session(1)
        assert (session.frames + session.lost, session.lost) == (frames_of(path)[-1], int(lost))
        assert sum(event.kind == "gap" for event in reader.events()) >= 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


KILLED = """
import os, signal, sys
from pathlib import Path
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from tests.factories import opened
from tests.store.test_writer import feed
writer = Writer(Path(sys.argv[1]))
recording = Recording(writer, opened())
feed(recording)
assert writer.flush()
print("written", flush=True)
sys.stdin.read()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_session_whose_recorder_was_killed_is_not_said_to_be_open(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        with Reader(path) as reader:
            assert (reader.session(1).live, reader.session(1).abandoned) == (True, False)
        child.communicate()
    liveness._is_gone.cache_clear()
    with Reader(path) as reader:
        session = reader.session(1)
        assert (session.live, session.abandoned, session.closed_ns, session.frames) == (False, True, None, 2)
        assert "not recorded" in ending(session)[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_makes_a_gap_and_is_gone_through(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until somebody makes room; what is the capture's stays whole."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.02)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 500_000)
    writer = Writer(small_disk / "a.db", most_waiting=300_000)
    recording = Recording(writer, opened())
    wait_for(lambda: feed(recording, 100) or writer.trouble is not None)
    feed(recording, 3000)
    assert "full" in str(writer.trouble)
    lost = writer.lost
    assert lost
    ballast.unlink()
    assert writer.flush()
    with Reader(writer.path) as reader:
        assert (reader.session(1).lost, frames_of(writer.path)[-1]) == (lost, reader.session(1).frames + lost)
    writer.close()


def test_a_capture_deleted_while_the_disk_is_full_leaves_no_litter(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it is tried again, what could not be finished goes; at the end the file has its own name."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.005)
    writer = Writer(small_disk / "a.db")
    recording = Recording(writer, opened())
    feed(recording)
    assert writer.flush()
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file, suppress(OSError):
        file.write(b"x" * 2_000_000)
    (small_disk / "a.db").unlink()
    tried: list[Path] = []
    make = module.CaptureFile
    monkeypatch.setattr(module, "CaptureFile", lambda path, **options: tried.append(path) or make(path, **options))
    feed(recording)
    with ballast.open("ab") as file, suppress(OSError):
        file.write(b"x" * 2_000_000)
    wait_for(lambda: len(tried) > 5)
    assert set(tried) == {small_disk / "a.db"}
    ballast.unlink()
    assert writer.flush()
    writer.close()
    assert [file.name for file in small_disk.iterdir()] == ["a.db"]
    assert frames_of(small_disk / "a.db") == [3, 4]
