"""Drafts in memory: what they are made of, and what they say of it."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Origin, Received
from inspector.store import draft_saving, drafts
from inspector.store.draft_saving import make_draft, save_draft
from inspector.store.drafts import DraftFrame, open_draft
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, make_capture, opened, record
from tests.store.test_draft_saving import frames_of, session_of, with_frames


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A capture with one session: a clean exchange, then one with a schema error; 10 ms between frames."""
    return make_capture(tmp_path / "c.db", (*BOOT, *BROKEN))


def test_a_draft_comes_back_as_it_was_saved(capture: Path) -> None:
    """Reading a draft gives its frames with their pauses, and all originals, also of frames that were taken out."""
    made = open_draft(capture, 1)
    boot, _, status, _ = made.frames
    beat = DraftFrame(b"\x00\xff", CSMS, 5)
    saved = save_draft(capture, with_frames(made, status._replace(pause_ns=7), beat, boot)).draft

    assert saved.session is not None
    again = open_draft(capture, saved.session)

    assert again.frames == (status._replace(pause_ns=7), beat, boot)
    assert again.originals == made.originals
    assert (again.name, again.opened, again.end_ns) == (saved.name, saved.opened, made.end_ns)


def test_a_draft_of_one_frame_has_the_session_around_it(capture: Path) -> None:
    """It is the draft of a single frame: station, version and time are the session's, and nothing else is found."""
    saved = save_draft(capture, open_draft(capture, 1, 4)).draft

    assert saved.session is not None
    session, (frame,) = session_of(capture, saved.session), frames_of(capture, saved.session)
    assert session.name == "draft of 1, frame 4"
    assert (session.station, session.version, session.opened_ns) == ("CP-1", "1.6", frame.time_ns)
    assert frame.raw == '[3,"s1",{}]'
    assert frame.time_ns == frames_of(capture, 1)[3].time_ns
    assert (session.errors, session.warnings) == (0, 0)
    assert open_draft(capture, saved.session).originals == {4: open_draft(capture, 1, 4).frames[0]}


def test_too_much_is_refused_in_one_line(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session beyond the bound can't be a draft as a whole; one of its frames can."""
    monkeypatch.setattr(drafts, "MOST_FRAMES", 3)
    with pytest.raises(InspectorError, match="session 1 has 4 frames; a draft has at most 3"):
        open_draft(capture, 1)
    draft = open_draft(capture, 1, 2)
    monkeypatch.setattr(draft_saving, "MOST_FRAMES", 3)
    with pytest.raises(InspectorError, match="4 frames"):
        save_draft(capture, with_frames(draft, *draft.frames * 4))
    with pytest.raises(InspectorError, match="at most 3"):
        make_draft(capture, "", opened(), [Received(START_NS, STATION, "x")] * 4)
    with pytest.raises(InspectorError, match="session 1 has no frame 9"):
        open_draft(capture, 1, 9)


def test_a_draft_of_an_open_session_is_not_open(tmp_path: Path) -> None:
    """A session that is still being recorded gives a draft with an end, right after its last frame."""
    path = tmp_path / "c.db"
    writer = Writer(path)
    record(writer, end=False)
    assert writer.flush()
    save_draft(path, open_draft(path, 1))
    writer.close()

    session = session_of(path, 2)
    assert (session.live, session.closed_ns, session.closed_by) == (False, session.last_ns, "operator")


def test_origins_tell_what_was_changed(capture: Path) -> None:
    """A copy is edited if its text or its sender differs, and as it was again when it is changed back."""
    draft = open_draft(capture, 1)
    frame = draft.frames[0]
    assert draft.origin_of(frame) == Origin.WIRE
    assert draft.origin_of(frame._replace(raw="[]")) == Origin.EDITED
    assert draft.origin_of(frame._replace(sender=CSMS)) == Origin.EDITED
    assert draft.origin_of(frame._replace(pause_ns=1)) == Origin.WIRE
    assert draft.origin_of(DraftFrame("[]", STATION, 0)) == Origin.INJECTED
