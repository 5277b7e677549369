"""The main screen as text. ``RENEW_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py`` writes the files anew."""

import os
from pathlib import Path

import pytest

from tests.tui.conftest import SIZES, Browse, Ui, handled

SNAPSHOTS = Path(__file__).with_name("snapshots")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_main_screen_looks_as_it_did(browse: Browse, lab: Path, size: tuple[int, int]) -> None:
    """Look at the difference; if it is what was wanted, renew the files as the module's docstring says."""
    looks: dict[str, str] = {}
    async with browse(lab, size) as ui:
        looks["first"] = await settled(ui)
        await ui.press("g", "right_square_bracket")
        await ui.at(3)
        looks["problem"] = await settled(ui)
        await ui.press("1", "j")
        await ui.listed(8)
        await ui.at(8)
        looks["session"] = await settled(ui)
        await ui.press("slash")
        await ui.type("type:CALL action:Reset")
        await ui.listed(1)
        await ui.at(6)
        looks["filter"] = await settled(ui)
    for state, text in looks.items():
        file = SNAPSHOTS / f"{state}-{size[0]}x{size[1]}.txt"
        if os.environ.get("RENEW_SNAPSHOTS"):
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8")


async def settled(ui: Ui) -> str:
    """Return the screen once it is drawn and stays as it is."""
    drawn: list[str] | None = None
    while drawn != (drawn := ui.screen()):
        await handled(ui.pilot)
    return "\n".join(drawn) + "\n"
