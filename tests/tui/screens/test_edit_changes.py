import json
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from inspector.tui.screens.questions import LineScreen, PickScreen, ReplaceScreen
from tests.factories import BOOT
from tests.tui.conftest import screen_of
from tests.tui.screens.editing import TAG, editing, five_frames


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return five_frames(tmp_path, monkeypatch)


async def test_frames_are_inserted_turned_and_moved(capture: Path) -> None:
    """Each key does what the help says, on the frame under the cursor."""
    async with editing(capture, 1, 2) as ui:
        await ui.press("n")
        assert isinstance(ui.app.screen, PickScreen)
        await ui.press(*"firmwarestatusn", "enter")
        assert json.loads(ui.raws[2])[2:] == ["FirmwareStatusNotification", {"status": "Downloaded"}]
        assert ui.table.here is not None
        assert ui.table.here.index == 2
        await ui.press("K")
        assert json.loads(ui.raws[1])[2] == "FirmwareStatusNotification"
        await ui.press("J", "w")
        assert ui.edit.edits.frames[2].sender == "csms"
        await ui.press("x")
        assert len(ui.raws) == 5
        await ui.press("g", "i")
        await ui.until(lambda: ui.raws[0] != BOOT[0][1])
        assert json.loads(ui.raws[0])[1] == json.loads(ui.raws[1])[1] != "b1"
        await ui.press("x", "k", "x")
        assert ui.raws[0] == BOOT[0][1], "what was taken out comes back as it was"
        await ui.press("p", "ctrl+u", *"soon", "enter")
        assert isinstance(ui.app.screen, LineScreen)
        await ui.press("ctrl+u", *"1.5s", "enter")
        assert ui.edit.edits.frames[0].pause_ns == 1_500_000_000


async def test_values_are_replaced_over_the_whole_draft(capture: Path) -> None:
    """The number of places is shown while it is typed; all is one step back."""
    async with editing(capture) as ui:
        await ui.press("slash")
        assert isinstance(ui.app.screen, ReplaceScreen)
        await ui.press(*"idTag", "tab")
        await ui.until(lambda: "in 1 place" in "\n".join(screen_of(ui.app)))
        await ui.press("tab", *"XY", "enter")
        await ui.until(lambda: json.loads(ui.raws[4])[3] == {"idTag": "XY"})
        await ui.press("u")
        assert ui.raws[4] == TAG[1]


async def test_an_editor_of_the_users_own(capture: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """F4 hands the text over and takes it back; one that fails, or a terminal that can't, is said."""
    script = tmp_path / "editor.py"
    code = "import sys, pathlib\np = pathlib.Path(sys.argv[1])\np.write_text(p.read_text().replace('One', 'Two'))"
    script.write_text(code, "utf-8")
    async with editing(capture) as ui:
        await ui.press("f4")
        assert "can't be handed" in "".join(notice.message for notice in ui.app._notifications)
        monkeypatch.setattr(ui.app, "suspend", nullcontext)
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
        await ui.press("f4")
        await ui.until(lambda: ui.raws[0] == BOOT[0][1].replace("One", "Two"))
        monkeypatch.setenv("VISUAL", "false")
        await ui.press("f4")
        assert "ended with code 1" in "".join(notice.message for notice in ui.app._notifications)
