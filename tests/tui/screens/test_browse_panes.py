"""The panes of the main screen in small terminals."""

from pathlib import Path

import pytest

from tests.tui.conftest import Browse


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
async def test_a_small_terminal_shows_the_pane_that_has_the_focus(
    browse: Browse, lab: Path, size: tuple[int, int]
) -> None:
    """There is no room for three; where there is room again, all are there."""
    async with browse(lab, size) as ui:
        for key, pane in (("1", ui.sessions), ("2", ui.frames), ("3", ui.detail)):
            await ui.press(key)
            await ui.until(lambda pane=pane: pane.has_focus and pane.region.height >= size[1] - 2)
            others = {ui.sessions, ui.frames, ui.detail} - {pane}
            await ui.until(lambda others=others: all(not other.region.area for other in others))
        await ui.pilot.resize_terminal(80, 24)
        await ui.until(lambda: all(pane.region.height > 3 for pane in (ui.sessions, ui.frames, ui.detail)))
