"""The first row of a screen: where one is, and a way to the other places."""

from pathlib import Path

from inspector.tui.widgets.title_bar import TitleBar
from tests.tui.conftest import Browse, Ui


def here(ui: Ui) -> str:
    """Return the place that is lit."""
    bar = ui.app.screen.query_one(TitleBar)
    content = bar.render()
    spans = [span for span in content.spans if "bold" in str(span.style)]  # type: ignore[union-attr]
    return " ".join(content.plain[span.start : span.end] for span in spans)  # type: ignore[union-attr]


async def test_the_place_is_lit_and_a_click_goes_to_another(browse: Browse, lab: Path) -> None:
    """By keys too; what is pushed over the main screen is left by escape, q or another number."""
    async with browse(lab, (160, 50)) as ui:
        assert here(ui) == "2 frames"
        await ui.press("3")
        await ui.until(lambda: here(ui) == "3 detail")
        for key, place in (("4", "4 transactions"), ("6", "6 overview"), ("5", "5 findings"), ("1", "1 sessions")):
            await ui.press(key)
            await ui.until(lambda place=place: here(ui) == place)
        assert ui.app.screen is ui.main
        column = ui.title.index("5 findings") + 3
        await ui.pilot.click(offset=(column, 0))
        await ui.until(lambda: here(ui) == "5 findings")
        await ui.press("q")
        await ui.until(lambda: ui.app.screen is ui.main)
        assert ui.focus == "sessions"


async def test_it_is_said_anew_for_another_width(browse: Browse, lab: Path) -> None:
    async with browse(lab, (160, 50)) as ui:
        assert ui.title.startswith("OCPP Inspector  ·  lab.db  ·  3 sessions, none open")
        await ui.pilot.resize_terminal(60, 24)
        await ui.until(lambda: " ".join(ui.title.split()) == "lab.db 1-3 browse 4 transactions 5 findings 6 overview")
