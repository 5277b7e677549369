from dataclasses import replace
from pathlib import Path

import pytest

from inspector.store.draft_saving import save_draft
from inspector.store.drafts import Draft, DraftFrame, open_draft
from inspector.store.reader import Reader
from inspector.tui.drafting import checking
from inspector.tui.drafting.checking import check
from tests.factories import BOOT, BROKEN, CSMS, STATION, make_capture


def draft_of(tmp_path: Path) -> Draft:
    return open_draft(make_capture(tmp_path / "c.db", (*BOOT, *BROKEN)), 1)


def test_it_says_what_saving_would_say(tmp_path: Path) -> None:
    """The findings of a draft that is edited are those that it has once it is saved, each at its frame."""
    draft = draft_of(tmp_path)
    orphan = DraftFrame('[3,"nobody",{}]', CSMS, 1)
    draft = replace(draft, frames=(*draft.frames, orphan))

    checked = check(draft)

    saved = save_draft(tmp_path / "c.db", draft).draft
    with Reader(tmp_path / "c.db") as reader:
        stored = [(f.frame, f.code, f.pointer) for f in reader.findings(session=saved.session)]
    assert checked is not None
    found = [(f.frame, f.code, f.pointer) for frame in draft.frames for f in checked.of(frame)]
    assert found == sorted(stored)
    assert {3, 5} <= {frame for frame, _, _ in stored}
    assert sum(checked.counts.values()) == len(found)
    assert checked.differences == {"changed": 0, "new": 1, "gone": 0}
    assert [checked.action(frame) for frame in draft.frames[1:3]] == ["BootNotification", "StatusNotification"]


def test_frames_are_known_wherever_they_are_moved(tmp_path: Path) -> None:
    """What was found about a frame holds while it is moved; one that is edited is not known until it is judged."""
    draft = draft_of(tmp_path)
    checked = check(draft)
    assert checked is not None
    assert all(checked.knows(frame) for frame in draft.frames)
    assert not checked.knows(draft.frames[0]._replace(raw="[]"))


def test_it_stops_when_nobody_wants_to_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that is not wanted any more ends between two frames."""
    monkeypatch.setattr(checking, "OFTEN", 2)
    assert check(draft_of(tmp_path), lambda: True) is None


def test_secrets_are_checked_as_they_are(tmp_path: Path) -> None:
    """What is typed is on the user's own screen: findings quote it."""
    draft = draft_of(tmp_path)
    typed = DraftFrame('[2,"x","Heartbeat",{"password":"p"}]', STATION, 1)
    checked = check(replace(draft, frames=(typed,)))
    assert checked is not None
    assert any(finding.pointer == "/3/password" for finding in checked.of(typed))
