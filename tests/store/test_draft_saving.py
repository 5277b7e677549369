"""Drafts in a capture: judged as recorded sessions are, replaced as a whole, and gone without a trace."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Received
from inspector.store import draft_saving
from inspector.store.draft_saving import delete_draft, make_draft, save_draft
from inspector.store.drafts import Draft, DraftFrame, drafts, open_draft
from inspector.store.lint import Lint
from inspector.store.marks import toggle
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, make_capture, opened, record

KEY = '[2,"c1","ChangeConfiguration",{"key":"AuthorizationKey","value":"%s"}]'


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A capture with one session: a clean exchange, then one with a schema error; 10 ms between frames."""
    return make_capture(tmp_path / "c.db", (*BOOT, *BROKEN))


def frames_of(path: Path, session: int) -> list[FrameRow]:
    with Reader(path) as reader:
        return list(reader.pages(session=session))


def session_of(path: Path, number: int) -> Session:
    with Reader(path) as reader:
        return reader.session(number)


def with_frames(draft: Draft, *frames: DraftFrame) -> Draft:
    return replace(draft, frames=frames)


def everything(path: Path, session: int) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        tables = {"session": "id", "frame": "session", "finding": "session", "event": "session"}
        return [
            connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (session,)).fetchall()
            for table, column in tables.items()
        ]


def test_a_draft_of_a_session_is_judged_and_timed_as_its_original(capture: Path) -> None:
    """Saved as it is, a draft has the frames, times, pairs, latencies and findings of the session it was made from."""
    recorded = everything(capture, 1)

    saved = save_draft(capture, open_draft(capture, 1)).draft

    assert saved.session == 2
    session = session_of(capture, 2)
    assert (session.origin, session.source, session.name, session.station) == ("draft", 1, "draft of 1", "CP-1")
    original = session_of(capture, 1)
    for field in ("opened_ns", "closed_ns", "close_code", "closed_by", "errors", "warnings", "frames", "version"):
        assert getattr(session, field) == getattr(original, field)
    ours, theirs = frames_of(capture, 2), frames_of(capture, 1)
    assert [(f.raw, f.time_ns, f.sender, f.origin, f.action, f.latency_ns, f.errors) for f in ours] == [
        (f.raw, f.time_ns, f.sender, f.origin, f.action, f.latency_ns, f.errors) for f in theirs
    ]
    assert [f.answers for f in ours] == [None, ours[0].id, None, ours[2].id]
    with Reader(capture) as reader:
        assert [f.code for f in reader.findings(session=2)] == [f.code for f in reader.findings(session=1)]
        assert reader.copied(2) == {1: 1, 2: 2, 3: 3, 4: 4}
    assert everything(capture, 1) == recorded


def test_saving_again_replaces_what_there_was(capture: Path) -> None:
    """Changed, new and removed frames are saved in one place of the capture, judged anew, under ids never seen."""
    draft = save_draft(capture, open_draft(capture, 1)).draft
    before = max(frame.id for frame in frames_of(capture, 2))
    with closing(sqlite3.connect(capture)) as connection, connection:
        connection.execute("INSERT INTO mark VALUES (?)", (before,))
    boot, answer, status, _ = draft.frames
    mended = status._replace(raw=str(status.raw).replace('"Error"', '"NoError"'), pause_ns=2_000_000_000)
    beat = DraftFrame('[2,"h","Heartbeat",{}]', STATION, 150_000_000)

    save_draft(capture, with_frames(draft, boot, answer, beat, mended))

    frames = frames_of(capture, 2)
    assert [f.origin for f in frames] == ["wire", "wire", "injected", "edited"]
    assert [f.action for f in frames] == ["BootNotification"] * 2 + ["Heartbeat", "StatusNotification"]
    assert [b.time_ns - a.time_ns for a, b in pairwise(frames)] == [10_000_000, 150_000_000, 2_000_000_000]
    assert min(f.id for f in frames) > before
    session = session_of(capture, 2)
    assert (session.frames, session.errors, session.name) == (4, 0, "draft of 1")
    with Reader(capture) as reader:
        assert reader.copied(2) == {1: 1, 2: 2, 4: 3, -4: 4}
        assert len(reader.sessions()) == 2
    with closing(sqlite3.connect(capture)) as connection:
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM frame WHERE session < 0").fetchone() == (0,)


def test_marks_stay_on_their_frames(capture: Path) -> None:
    """Wherever these go in the draft, and whatever is written into them; a frame that is taken out has none."""
    made = save_draft(capture, open_draft(capture, 1)).draft
    assert made.session is not None
    for frame in frames_of(capture, made.session)[1:3]:
        toggle(capture, frame.id)
    for session, marked in ((1, [False] * 4), (made.session, [False, True, True, False])):
        assert [frame.marked for frame in open_draft(capture, session).frames] == marked

    one, two, three, four = open_draft(capture, made.session).frames
    again = save_draft(capture, with_frames(made, three._replace(raw='[3,"s1",{}]'), one, two)).draft
    assert [frame.marked for frame in open_draft(capture, made.session).frames] == [True, False, True]
    save_draft(capture, with_frames(again, one, two, four))
    with Reader(capture) as reader:
        assert reader.marked() == {frames_of(capture, made.session)[1].id}


def test_names_are_unique(capture: Path) -> None:
    """A second draft gets a number."""
    first = save_draft(capture, open_draft(capture, 1)).draft
    second = save_draft(capture, open_draft(capture, 1)).draft
    assert (first.name, second.name) == ("draft of 1", "draft of 1 (2)")
    assert [session.id for session in drafts(capture)] == [2, 3]
    assert draft_saving.unused("a", {"a", "a (2)"}) == "a (3)"


def test_what_was_recorded_can_not_be_changed(capture: Path) -> None:
    """Neither saving over it nor deleting it touches a recorded session."""
    recorded = everything(capture, 1)
    draft = open_draft(capture, 1)
    for touch in (
        lambda: save_draft(capture, replace(draft, session=1)),
        lambda: delete_draft(capture, 1),
    ):
        with pytest.raises(InspectorError, match="can't be changed"):
            touch()
    assert everything(capture, 1) == recorded


def test_a_deleted_draft_leaves_nothing_and_can_be_saved_again(capture: Path) -> None:
    """Its rows are gone, its runs stay without a source; who still has it open saves it as a new one."""
    draft = save_draft(capture, open_draft(capture, 1)).draft
    writer = Writer(capture)
    record(writer, origin="run")
    writer.close()
    with closing(sqlite3.connect(capture)) as connection, connection:
        connection.execute("UPDATE session SET source = 2 WHERE id = 3")

    delete_draft(capture, 2)

    assert everything(capture, 2) == [[], [], [], []]
    assert session_of(capture, 3).source is None
    with pytest.raises(InspectorError, match="no draft 2"):
        delete_draft(capture, 2)
    assert save_draft(capture, draft).draft.session == 4


def test_frames_of_a_file_become_a_draft(tmp_path: Path) -> None:
    """Frames and a handshake are enough: a capture is made, the times are kept, nothing is a copy."""
    path = tmp_path / "new.db"
    said = [Received(START_NS + 1_000 * n, sender, raw) for n, (sender, raw) in enumerate(BOOT)]

    saved = make_draft(path, "", opened(), said, closed=Closed(START_NS + 5_000, 1000, "", "station"))

    session = session_of(path, 1)
    assert (session.name, session.origin, session.source) == ("draft of CP-1", "draft", None)
    assert session.closed_ns == START_NS + 5_000
    assert [(f.time_ns, f.raw, f.origin) for f in frames_of(path, 1)] == [(e.time_ns, e.raw, "wire") for e in said]
    assert open_draft(path, 1).frames == saved.draft.frames


def test_secrets_are_overwritten_unless_the_recording_keeps_them(tmp_path: Path) -> None:
    """A secret that is typed into a draft does not rest in the capture, but where those of the recording do."""
    for keep, expected in ((False, "*" * 9), (True, "password1")):
        path = tmp_path / f"{keep}.db"
        writer = Writer(path)
        record(writer, said=[(CSMS, KEY % ("secret" if keep else "******"))])
        writer.close()
        with closing(sqlite3.connect(path)) as connection, connection:  # as --keep-secrets would have left it
            connection.execute("UPDATE frame SET raw = ?", (KEY % ("secret" if keep else "******"),))
        draft = open_draft(path, 1)
        typed = draft.frames[0]._replace(raw=KEY % "password1")

        saved = save_draft(path, with_frames(draft, typed))

        assert saved.masked == (0 if keep else 1)
        assert frames_of(path, 2)[0].raw == KEY % expected


def test_drafts_are_no_part_of_what_their_station_did(capture: Path) -> None:
    """Judged again, the recorded sessions have the findings they had: a draft between them is a world of its own."""

    def codes(session: int) -> list[str]:
        with Reader(capture) as reader:
            return [found.finding.code for found in Lint(reader, session=session).findings()]

    before = codes(1)
    saved = save_draft(capture, open_draft(capture, 1)).draft

    assert saved.session is not None
    assert codes(1) == before == codes(saved.session)


def test_a_capture_that_is_locked_is_not_changed(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has it open for long is waited for a while; then it is said, and the draft in memory is as it was."""
    monkeypatch.setattr("inspector.store.amend.BUSY_SECONDS", 0.05)
    draft = save_draft(capture, open_draft(capture, 1)).draft
    before = everything(capture, 2)
    with closing(sqlite3.connect(capture, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InspectorError, match="locked"):
            save_draft(capture, with_frames(draft))
    assert everything(capture, 2) == before
    save_draft(capture, with_frames(draft))
    assert frames_of(capture, 2) == []
