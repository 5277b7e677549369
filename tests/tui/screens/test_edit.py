import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inspector.store.draft_saving import Saved, save_draft
from inspector.store.drafts import Draft, drafts
from inspector.tui.screens.edit import EditScreen
from inspector.tui.screens.questions import ChoiceScreen, LineScreen
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.json_text import JsonText
from tests.factories import BROKEN
from tests.tui.conftest import Browse, press
from tests.tui.screens.apart import settled
from tests.tui.screens.editing import editing, five_frames


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return five_frames(tmp_path, monkeypatch)


def stored(path: Path, session: int) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT raw, origin, errors, sender, time_ns FROM frame WHERE session = ? ORDER BY number"
        return connection.execute(sql, (session,)).fetchall()


async def test_a_draft_is_edited_saved_and_left(capture: Path) -> None:
    """What is typed is judged at once and undone at once; saving asks for a name, and leaves what was recorded."""
    recorded = stored(capture, 1)
    async with editing(capture) as ui:
        assert ui.title == "✎ draft of 1  ·  new  ·  5 frames  ·  ✖1"
        await ui.press("right_square_bracket")
        await ui.until(lambda: "S104" in ui.said)
        assert ui.edit.query_one(JsonText)._marks
        await ui.press("enter", "down", "down", "end", "left", "left", *["backspace"] * 5, *"NoError")
        await ui.until(lambda: ui.raws[2] == BROKEN[0][1].replace('"Error"', '"NoError"'))
        await ui.until(lambda: "S104" not in ui.said)
        assert "≠1" in ui.title
        await ui.press("escape", "u")
        assert ui.raws[2] == BROKEN[0][1]
        await ui.press("U")
        await ui.press("f2")
        assert isinstance(ui.app.screen, LineScreen)
        await ui.press(*"too", "enter")
        await ui.until(lambda: "session 2" in ui.title)
        assert "not saved" not in ui.title
        await ui.press("escape")
        assert ui.app.screen is not ui.edit
        assert [target.session for target in ui.app.led] == [2]
    assert [(s.name, s.errors) for s in drafts(capture)] == [("too", 0)]
    assert [row[:2] for row in stored(capture, 2)][2] == (BROKEN[0][1].replace('"Error"', '"NoError"'), "edited")
    assert stored(capture, 1) == recorded


async def test_a_new_draft_that_is_saved_twice_is_one(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the disk is slow, and something else is done meanwhile."""
    disk = threading.Event()

    def slowly(path: Path, draft: Draft) -> Saved:
        disk.wait(10)
        return save_draft(path, draft)

    monkeypatch.setattr("inspector.tui.screens.edit.save_draft", slowly)
    async with editing(capture) as ui:
        for key in ("f2", "enter", "f2", "enter", "I"):
            await press(ui.pilot, key)
        disk.set()
        await ui.until(lambda: "session 2" in ui.title)
        await settled(ui.pilot)
    assert len(drafts(capture)) == 1


async def test_nothing_is_lost_unasked(capture: Path) -> None:
    """Leaving with changes asks; a capture that is gone is said in a line, and the draft stays on screen."""
    async with editing(capture) as ui:
        await ui.press("x", "escape")
        assert isinstance(ui.app.screen, ChoiceScreen)
        await ui.press("escape")
        assert ui.app.screen is ui.edit
        for name in (capture.name, f"{capture.name}-wal", f"{capture.name}-shm"):
            capture.with_name(name).unlink(missing_ok=True)
        await ui.press("f2", "enter")
        await ui.until(lambda: "nothing is lost here" in str(ui.edit.query_one(Banner).render()))
        assert len(ui.raws) == 4
        assert not capture.exists()
        await ui.press("escape", "d")
        assert ui.app.screen is not ui.edit


async def test_what_is_wrong_is_sent_only_after_a_question(capture: Path) -> None:
    """A draft is saved and replayed; with errors it takes a yes, and the replay is to send faults, too."""
    async with editing(capture) as ui:
        await ui.press("R")
        await ui.until(lambda: ui.app.asked == [("replay", 2, 1, False)])
        await ui.press("r")
        assert isinstance(ui.app.screen, ChoiceScreen)
        await ui.press("escape")
        assert len(ui.app.asked) == 1
        await ui.press("r", "y")
        await ui.until(lambda: ui.app.asked[1:] == [("replay", 2, None, True)])
        await ui.press("D", "y")
        await ui.until(lambda: ui.app.screen is not ui.edit)
    assert drafts(capture) == []


async def test_a_draft_opens_again_as_it_was(capture: Path) -> None:
    """A saved draft is edited in its own place; one frame alone is a draft of its own."""
    async with editing(capture, 1, 3, True) as ui:
        assert ui.raws == [BROKEN[0][1]]
        await ui.press("f2", "enter")
        await ui.until(lambda: "session 2" in ui.title)
    async with editing(capture, 2) as ui:
        assert ui.title.startswith("✎ draft of 1, frame 3  ·  session 2  ·  1 frame")
        await ui.press("f2")
        assert "nothing to save" in "".join(notice.message for notice in ui.app._notifications)
        await ui.press("N", "ctrl+u", *"mine", "enter")
        await ui.until(lambda: ui.title.startswith("✎ mine"))
    assert [session.name for session in drafts(capture)] == ["mine"]


async def test_the_application_opens_it_and_asks_before_it_ends(capture: Path, browse: Browse) -> None:
    """``e`` edits the session at the frame, ``E`` the frame alone; quitting with changes asks."""
    async with browse(capture) as ui:
        await ui.press("2", "g", "E")
        await ui.until(lambda: isinstance(ui.app.screen, EditScreen) and "1 frame " in "\n".join(ui.screen()))
        await ui.press("escape", "e")
        await ui.until(lambda: isinstance(ui.app.screen, EditScreen) and "5 frames" in "\n".join(ui.screen()))
        await ui.press("x", "ctrl+q")
        assert isinstance(ui.app.screen, ChoiceScreen)
        await ui.press("escape")
        assert isinstance(ui.app.screen, EditScreen)
