"""The command palette."""

from pathlib import Path

from inspector.tui.palette import Palette
from tests.tui.conftest import Browse, burst


async def test_pages_may_be_turned_before_there_are_any(browse: Browse, lab: Path) -> None:
    """As by who holds a key down; there is one palette, however often it is asked for."""
    async with browse(lab) as ui:
        burst(ui.pilot, ":", "pagedown", "pageup", "pagedown")
        await ui.until(lambda: isinstance(ui.app.screen, Palette) and not ui.app.typed)
        await ui.press("ctrl+p", *"zzzz", "pagedown", "escape")
        await ui.until(lambda: ui.app.screen is ui.main)
