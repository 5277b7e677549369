"""The application: it opens what is a capture, and lets go of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.tui.app import InspectorApp
from tests.tui.conftest import Browse


async def test_it_begins_with_the_capture(browse: Browse, lab: Path) -> None:
    """Its name, its sessions, the last of its frames; the keys of the frames work at once."""
    async with browse(lab) as ui:
        screen = ui.screen()
        assert "OCPP Inspector" in screen[0]
        assert "lab.db" in screen[0]
        assert (ui.sessions.count, ui.frames.count, ui.here, ui.focus) == (4, 40, 40, "frames")
        assert any("CP-2" in row for row in screen)
        assert any('[3, "m-15", {' in row for row in screen)


@pytest.mark.parametrize("keys", ["q", "ctrl+q", "slash ctrl+c"])
async def test_it_quits(browse: Browse, lab: Path, keys: str) -> None:
    """Also as everybody expects of a terminal, and out of the filter's line."""
    async with browse(lab) as ui:
        await ui.press(*keys.split())
        await ui.until(lambda: not ui.app.is_running)
        assert ui.app.return_code == 0


async def test_it_lets_go_of_the_file(browse: Browse, lab: Path) -> None:
    async with browse(lab):
        assert open_files(lab)
    assert not open_files(lab)


def open_files(path: Path) -> list[Path]:
    """Return this process's open files that are a capture, or go with it."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [link for link in links if str(link.readlink()).startswith(str(path))]


async def test_the_palette_opens(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await ui.press("ctrl+p")
        await ui.until(lambda: len(ui.app.screen_stack) == 3)
        await ui.press("escape")
        await ui.until(lambda: ui.app.screen is ui.main)


def test_what_is_no_capture_is_refused_before_the_terminal_is_touched(tmp_path: Path) -> None:
    missing, text, foreign = tmp_path / "missing.db", tmp_path / "text.db", tmp_path / "foreign.db"
    text.write_text("not a database, but long enough to be taken for one\n" * 100, "utf-8")
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE frame(id)")
    for path, words in ((missing, "no such file"), (text, "not a capture"), (foreign, "not a capture")):
        with pytest.raises(InspectorError, match=words):
            InspectorApp(path)
