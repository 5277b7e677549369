"""The command palette."""

from collections.abc import Awaitable
from pathlib import Path

from textual.command import CommandList, CommandPalette

from inspector.tui.commands import Commands
from inspector.tui.kept import read_kept, save_filter
from tests.tui.conftest import UNSAFE, Browse, Ui


async def run(ui: Ui, words: str) -> None:
    """Open the palette, type some words, and take the first that it finds."""
    await ui.press("colon")
    await ui.until(lambda: isinstance(ui.app.screen, CommandPalette))
    await ui.type(words)
    commands = ui.app.screen.query_one(CommandList)
    first = words.split()[-1].lower()
    await ui.until(
        lambda: commands.option_count and first in str(commands.get_option_at_index(0).prompt).splitlines()[0].lower()
    )
    await ui.press("down")
    await ui.until(lambda: commands.highlighted is not None)
    await ui.press("enter")
    await ui.until(lambda: ui.app.screen is ui.main)


async def do(ui: Ui, name: str) -> None:
    """Do what goes by a name."""
    done = next(each for each in Commands(ui.main)._commands() if each.name == name).run()
    if isinstance(done, Awaitable):
        await done


async def test_it_finds_sessions_actions_codes_filters_themes_and_what_keys_do(browse: Browse, lab: Path) -> None:
    save_filter("resets", "action:Reset")
    async with browse(lab) as ui:
        await run(ui, "code S104")
        await ui.until(lambda: (ui.sessions.session, ui.filter.value, ui.ids) == (None, "code:S104", [3]))
        await do(ui, "session 3 CP-2")
        await ui.until(lambda: ui.sessions.session == 3 and ui.frames.count == 32)
        await do(ui, "action BootNotification")
        await ui.until(lambda: ui.ids == [1, 2])
        await do(ui, "filter resets")
        await ui.until(lambda: ui.ids == [6, 7])
        await do(ui, "theme nord")
        await ui.until(lambda: ui.app.theme == "nord")
        assert read_kept().theme == "nord"
        await do(ui, "hide heartbeats, or show them")
        await ui.until(lambda: "no heartbeats" in str(ui.frames.border_title))
    async with browse(lab) as ui:
        assert ui.app.theme == "nord"


async def test_what_it_says_of_a_hostile_capture_is_harmless(browse: Browse, hostile: Path) -> None:
    async with browse(hostile) as ui:
        commands = list(Commands(ui.main)._commands())
        assert len([each for each in commands if each.name.startswith("session ")]) == 3
        assert not UNSAFE.search("".join(each.name + each.help for each in commands))
