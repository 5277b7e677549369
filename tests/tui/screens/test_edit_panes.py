import json
from pathlib import Path

import pytest

from inspector.tui.widgets.frame_editor import FrameEditor
from tests.factories import BROKEN, STATION, make_capture
from tests.tui.conftest import HOSTILE, SIZES, screen_of
from tests.tui.screens.apart import assert_looks, unsafe
from tests.tui.screens.editing import editing, five_frames


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return five_frames(tmp_path, monkeypatch)


@pytest.mark.parametrize("size", SIZES)
async def test_a_draft_with_changes_looks_like_this(capture: Path, size: tuple[int, int]) -> None:
    """Signs for what differs, pauses, verdicts; the frame in lines, its fault marked, the rule's words below."""
    async with editing(capture, 1, 3, size=size) as ui:
        await ui.press("d", "j", "x", "G", "w", "p")
        await ui.press(*"2s", "enter")
        await ui.press("left_square_bracket", "left_square_bracket")
        assert_looks("edit", size, "\n".join(screen_of(ui.app)) + "\n")
        assert unsafe(ui.app) == []


async def test_a_session_that_is_too_large_is_a_draft_of_its_frame(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said why."""
    monkeypatch.setattr("inspector.store.drafts.MOST_FRAMES", 3)
    async with editing(capture, 1, 4) as ui:
        assert ui.raws == [BROKEN[1][1]]
        assert "session 1 has 5 frames" in "".join(notice.message for notice in ui.app._notifications)


async def test_hostile_frames_are_harmless(tmp_path: Path) -> None:
    """Nothing of a payload acts on the terminal, whatever it is; a session that is gone is said, and left."""
    payload = json.dumps({"vendorId": HOSTILE}, ensure_ascii=False)
    said = [(STATION, HOSTILE), (STATION, f'[2,"1","DataTransfer",{payload}]')]
    path = make_capture(tmp_path / "c.db", [*said, (STATION, b"\x00\x1b]0;x\x07\xff"), (STATION, "[" * 3000)])
    async with editing(path) as ui:
        for key in ("g", "j", "j", "j"):
            await ui.press(key)
            assert unsafe(ui.app) == []
        assert ui.edit.query_one(FrameEditor).raw is not None
    async with editing(path, 9) as ui:
        assert ui.app.screen is not ui.edit
        assert "no session 9" in "".join(notice.message for notice in ui.app._notifications)
