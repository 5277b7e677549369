"""What can't be written is counted, and said in a gap for each session."""

import pytest

from inspector.protocol.event import Closed, Noted
from inspector.store.entries import ClosedEntry, EventEntry, FrameEntry, SessionRow
from inspector.store.left_out import LeftOut
from tests.factories import START_NS, opened


def test_the_first_is_logged_and_all_are_in_a_gap(caplog: pytest.LogCaptureFixture) -> None:
    """A session that could not be written has no row: its gap is of the capture as a whole."""
    left_out = LeftOut()
    row, unwritten = SessionRow(opened(), id=1), SessionRow(opened())
    error = OverflowError("too large")
    for entry in (FrameEntry(row, 1, 1, None, ()), FrameEntry(row, 2, 1, None, ()), ClosedEntry(row, Closed(START_NS))):
        left_out.add(entry, error)
    left_out.add(unwritten, error)
    left_out.add(FrameEntry(unwritten, 1, 1, None, ()), error)
    assert (left_out.rows, left_out.frames) == (5, 3)
    assert caplog.text.count("a frame can't be written, left out") == len(caplog.records) == 1
    one, whole = left_out.gaps()
    assert isinstance(one, EventEntry)
    assert isinstance(one.event, Noted)
    assert (one.session, one.event.kind, one.event.lost) == (row, "gap", 2)
    assert one.event.what == (
        "3 rows left out that can't be written, 2 of them frames; the first was a frame: too large"
    )
    assert isinstance(whole, EventEntry)
    assert isinstance(whole.event, Noted)
    assert (whole.session, whole.event.lost) == (None, 1)
    assert left_out.gaps() == []


def test_a_gap_that_cannot_be_written_makes_no_other() -> None:
    left_out = LeftOut()
    left_out.add(EventEntry(None, Noted(START_NS, "gap", "gone")), OverflowError())
    assert (left_out.rows, left_out.gaps()) == (1, [])
