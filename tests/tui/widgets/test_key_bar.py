from pathlib import Path

from inspector.tui.widgets.key_bar import KeyBar
from tests.tui.conftest import Browse


async def test_it_tells_the_keys_of_what_has_the_focus(browse: Browse, lab: Path) -> None:
    """A click is the key; beside the words nothing happens."""
    async with browse(lab, (160, 24)) as ui:
        before = ui.screen()[-1]
        assert before.startswith(" / filter ")
        await ui.pilot.click(KeyBar, offset=(3, 0))
        await ui.until(lambda: ui.focus == "filter" and ui.screen()[-1] != before)
        await ui.press("escape")
        await ui.until(lambda: ui.screen()[-1] == before)
        await ui.pilot.click(KeyBar, offset=(155, 0))
        assert ui.focus == "frames"
