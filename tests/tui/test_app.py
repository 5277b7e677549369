"""The application: it opens what is a capture, and lets go of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.tui.app import InspectorApp
from inspector.tui.keymap import keymap_file
from tests.tui.conftest import Browse


async def test_it_begins_with_the_capture(browse: Browse, lab: Path) -> None:
    """Its name, its sessions, the last of its frames; the keys of the frames work at once."""
    async with browse(lab) as ui:
        screen = ui.screen()
        assert screen[0].split()[0] == "lab.db"
        assert screen[0].endswith("6 overview")
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
    async with browse(lab) as ui:
        assert open_files(lab)
        await ui.idle()
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


async def test_the_user_has_keys_of_their_own(browse: Browse, lab: Path) -> None:
    """What is wrong with them is said, and the rest holds; the help and the footer know them."""
    file = keymap_file()
    assert file is not None
    file.parent.mkdir(parents=True)
    file.write_text('[browse]\nfollow = "L"\nfly = "x"\n', "utf-8")
    async with browse(lab, (160, 50)) as ui:
        assert "no action browse.fly" in ui.banner
        assert ui.frames.follow
        await ui.press("F")
        assert ui.frames.follow
        await ui.press("L")
        await ui.until(lambda: not ui.frames.follow)
        await ui.until(lambda: "L follow" in ui.screen()[-1])
        await ui.press("f1")
        await ui.until(lambda: any("  L  " in row and "follow new frames" in row for row in ui.screen()))


@pytest.mark.usefixtures("homeless")
async def test_without_a_home_it_runs_and_says_once_that_nothing_is_kept(browse: Browse, lab: Path) -> None:
    async with browse(lab, (160, 50)) as ui:
        assert ui.banner.count("there is no home to keep filters in: say where with XDG_STATE_HOME") == 1
        await ui.press("slash", *"tx:1", "enter")
        await ui.until(lambda: ui.app.focused is ui.frames)


async def test_what_it_is_asked_for_is_shown(browse: Browse, lab: Path) -> None:
    """A session, a filter, a frame: from whatever screen it is asked."""
    async with browse(lab) as ui:
        await ui.press("6")
        await ui.until(lambda: ui.app.screen is not ui.main)
        ui.app.browse(session=1, filter="sender:station", frame=5)
        await ui.until(lambda: ui.app.screen is ui.main)
        await ui.listed(5)
        await ui.at(5)
        assert (ui.sessions.session, ui.filter.value, ui.focus) == (1, "sender:station", "frames")
        ui.app.browse(frame=9)
        await ui.listed(40)
        await ui.at(9)
        assert (ui.sessions.session, ui.filter.value) == (None, "")


async def test_who_wants_no_colours_gets_none(browse: Browse, lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with browse(lab) as ui:
        assert ui.app.no_color
        styles = [part.style for strip in ui.app.screen._compositor.render_strips() for part in strip if part.style]
        colours = {tuple(style.color.triplet) for style in styles if style.color and style.color.triplet}
        assert all(len(set(colour)) == 1 for colour in colours)


def test_what_is_no_capture_is_refused_before_the_terminal_is_touched(tmp_path: Path) -> None:
    missing, text, foreign = tmp_path / "missing.db", tmp_path / "text.db", tmp_path / "foreign.db"
    text.write_text("not a database, but long enough to be taken for one\n" * 100, "utf-8")
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE frame(id)")
    for path, words in ((missing, "no such file"), (text, "not a capture"), (foreign, "not a capture")):
        with pytest.raises(InspectorError, match=words):
            InspectorApp(path)
