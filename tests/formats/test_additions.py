"""What is written beside events; a round trip has all of it, see ``test_jsonl_reading``."""

from pathlib import Path

from inspector.formats.additions import Additions, FrameRemark, SessionRemark
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.reader import Reader
from inspector.store.recording import session_row
from tests.factories import BOOT, make_capture, opened


def test_remarks_find_their_rows(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT, BOOT)
    rows = {1: session_row(opened()), 2: session_row(opened())}
    rows[1].id, rows[2].id = 1, 2
    additions = Additions(rows)
    additions.write(tmp_path / "none.db")
    additions.frames.append((rows[2], 1, FrameRemark(marked=True, copy_of=2, masked=3)))
    additions.sessions.append((2, SessionRemark(source=1, taken_out=(1,), lost=4, silence_ns=5)))
    additions.reports.append((2, "{}"))
    additions.write(capture)
    with Reader(capture) as reader:
        assert (reader.marked(), reader.copied(2), reader.report(2)) == ({3}, {1: 2, -1: 1}, "{}")
        session, frame = reader.session(2), reader.page(session=2)[0]
    assert (session.source, session.lost, session.silence_ns, frame.masked) == (1, 4, 5, 3)
    assert not (tmp_path / "none.db").exists()


def test_findings_are_about_the_frame_they_came_with() -> None:
    finding = Finding("X002", Severity.WARNING, Blame.STATION, "short")
    assert [each.frame for each in FrameRemark(findings=(finding,)).findings_of(7)] == [7]
