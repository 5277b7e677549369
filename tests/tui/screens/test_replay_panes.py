"""The panes of the replay's screen."""

from pathlib import Path

import pytest

from tests.tui.conftest import SIZES, screen_of, wait_for
from tests.tui.screens.apart import assert_looks, settled
from tests.tui.screens.replaying import replay_capture, replaying


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A capture with one session of two exchanges; nothing is remembered."""
    return replay_capture(tmp_path, monkeypatch)


@pytest.mark.parametrize("size", SIZES)
async def test_a_plan_looks_like_this(capture: Path, size: tuple[int, int]) -> None:
    """The form with what can be chosen, the steps, the frames of the one under the cursor."""
    async with replaying(capture, 1, size=size) as ui:
        await settled(ui.pilot)
        assert_looks("replay", size, "\n".join(screen_of(ui.app)) + "\n")


async def test_a_step_shows_its_frames(capture: Path) -> None:
    """Those of the one under the cursor, as recorded."""
    async with replaying(capture, 1) as ui:
        await wait_for(ui.pilot, lambda: '"h1"' in ui.page)
        ui.table.focus()
        await ui.press("j")
        await wait_for(ui.pilot, lambda: '"s1"' in ui.page and '"h1"' not in ui.page)
        assert "── expected answer" in ui.page


async def test_what_is_not_there_is_said(capture: Path) -> None:
    """Nothing can be begun then."""
    async with replaying(capture, 1, 77) as ui:
        await wait_for(ui.pilot, lambda: "no frame 77" in ui.banner)
        await ui.press("enter")
        assert ui.replay.unsaved == ""
