"""Whoever keeps sessions: which file they go to, and how they go on from file to file."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Noted, Received
from inspector.store import keeper as module
from inspector.store.keeper import Keeper, Keeping
from inspector.store.loss import WHOLE
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session
from tests.factories import BOOT, CSMS, START_NS, STATION, make_capture, opened

SECOND = 1_000_000_000


def test_a_capture_that_exists_is_continued_only_if_asked(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    for append, name, sessions in ((False, "a-2.db", 1), (True, "a.db", 3), (False, "a-3.db", 1)):
        keeper = Keeper(Keeping(path, append=append))
        keeper.feed(1, opened(station="CP-9"))
        assert keeper.capture.name == name
        keeper.close("over")
        with Reader(tmp_path / name) as reader:
            assert len(reader.sessions()) == sessions
            assert reader.sessions()[-1].close_reason == "over"


def test_a_file_that_is_no_capture_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("mine")
    with pytest.raises(InspectorError, match=r"a\.db: can't be used as a capture"):
        Keeper(Keeping(path))
    assert path.read_text() == "mine"


def test_a_rotation_after_too_few_bytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="the least is 1048576"):
        Keeper(Keeping(tmp_path / "a.db", rotate_bytes=1000))
    assert list(tmp_path.iterdir()) == []


def test_the_seam_between_files_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, pairs and latencies go on over it, and each row says where the session goes on."""
    monkeypatch.setattr(module, "SMALLEST_FILE", 1)
    keeper = Keeper(Keeping(tmp_path / "a.db", rotate_bytes=300_000))
    for key in (1, 2):
        keeper.feed(key, opened(station=f"CP-{key}"))
    for number in range(1500):
        time_ns = START_NS + number * SECOND
        for key in (1, 2):
            keeper.feed(key, Received(time_ns, STATION, f'[2,"{number}","Heartbeat",{{}}]'))
        keeper.hand_over()
        if not number % 100:
            assert keeper._writer.flush()
        answer = f'[3,"{number}",{{"currentTime":"2026-09-21T14:13:20Z"}}]'
        for key in (1, 2):
            keeper.feed(key, Received(time_ns + 5, CSMS, answer))
    keeper.feed(1, Closed(START_NS + 1600 * SECOND, 1000, "", "station"))
    keeper.close("over")
    parts = in_order(tmp_path)
    assert len(parts) > 2
    for station in (1, 2):
        frames = [frame for path in parts for frame in told(path, station)[1]]
        assert [frame.number for frame in frames] == list(range(1, 3001))
        assert {(frame.action, frame.latency_ns) for frame in frames[1::2]} == {("Heartbeat", 5)}
    for before, after in pairwise(parts):
        for station in (1, 2):
            old, new = told(before, station)[0], told(after, station)[0]
            assert (old.continued_in, new.continues) == ((after.name, new.id), (before.name, old.id))
            assert (old.closed_by, old.close_reason) == (
                "proxy",
                f"the record goes on in {after.name}, session {new.id}",
            )
    ends = [told(parts[-1], station)[0] for station in (1, 2)]
    assert [(end.closed_by, end.close_reason, end.continued_in) for end in ends] == [
        ("station", "", None),
        ("proxy", "over", None),
    ]


def test_what_is_noted_of_no_session_is_about_the_capture(tmp_path: Path) -> None:
    keeper = Keeper(Keeping(tmp_path / "a.db"))
    keeper.feed(WHOLE, Noted(START_NS, "gap", "2 whole sessions"))
    keeper.close("over")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT session, kind, what FROM event").fetchall() == [
            (None, "gap", "2 whole sessions")
        ]


def test_a_session_goes_on_although_its_capture_is_gone(tmp_path: Path) -> None:
    """What the deleted file knew of it can't be asked."""
    keeper = Keeper(Keeping(tmp_path / "a.db"))
    (tmp_path / "a.db").unlink()
    keeper.resume(1, opened(), 5)
    keeper.feed(1, Received(START_NS, STATION, "[]"))
    keeper.close("over")
    with Reader(keeper.capture) as reader:
        assert [(frame.session, frame.number) for frame in reader.page()] == [(1, 6)]


def in_order(folder: Path) -> list[Path]:
    """Return the files of a recording, oldest first."""
    return sorted(folder.iterdir(), key=lambda path: int("0" + path.stem.partition("-")[2]))


def told(path: Path, station: int) -> tuple[Session, list[FrameRow]]:
    """Return the one session of a station in a file, and its frames."""
    with Reader(path) as reader:
        (session,) = [session for session in reader.sessions() if session.station == f"CP-{station}"]
        return session, list(reader.pages(session=session.id))


def test_only_the_newest_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALLEST_FILE", 1)
    other = make_capture(tmp_path / "a-0.db")
    keeper = Keeper(Keeping(tmp_path / "a.db", rotate_bytes=1, keep_files=2))
    keeper.feed(1, opened())
    for sender, raw in BOOT * 2:
        keeper.feed(1, Received(START_NS, sender, raw))
        keeper.hand_over()
        assert keeper._writer.flush()
    keeper.close("over")
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "a-3.db", "a-4.db"]


def test_a_recording_that_was_cut_goes_on_in_its_newest_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the name that it was begun with, and it is cut further under that."""
    monkeypatch.setattr(module, "SMALLEST_FILE", 1)
    keeping = Keeping(tmp_path / "a.db", rotate_bytes=1, append=True)
    for name in ("a-2.db", "a-3.db"):
        keeper = Keeper(keeping)
        keeper.feed(1, opened())
        keeper.hand_over()
        assert keeper._writer.flush()
        keeper.feed(1, Received(START_NS, *BOOT[0]))
        keeper.hand_over()
        assert keeper._writer.flush()
        assert keeper.capture.name == name
        keeper.close("over")
