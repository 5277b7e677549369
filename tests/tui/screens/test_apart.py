"""What the screens beside the main one share."""

from pathlib import Path

from inspector.tui.screens.apart import WIDE, Apart
from inspector.tui.screens.findings import FindingsScreen
from inspector.tui.screens.overview import OverviewScreen
from inspector.tui.screens.transaction import TransactionScreen
from inspector.tui.screens.transactions import TransactionsScreen
from inspector.tui.targets import Target
from tests.store.charging import charging_capture, start, stop
from tests.tui.conftest import STATION, Browse, handled
from tests.tui.screens.apart import apart, settled


class Empty(Apart):
    """A screen with nothing in it."""

    place = "overview"


async def test_a_screen_has_a_title_a_banner_and_keys(lab: Path) -> None:
    """It leads to the main screen, and knows whether it is wide."""
    screen = Empty()
    async with apart(lab, screen) as (stage, pilot):
        screen.entitle("three things", "and more")
        screen.failed("no such file")
        text = (await settled(pilot)).splitlines()
        assert "three things" in text[0]
        assert "6 overview" in text[0]
        assert "no such file" in text[1]
        assert "esc back" in text[-1]
        assert not screen.has_class("wide")
        screen.go(Target(session=3, filter="x", frame=4))
        assert stage.led == [Target(3, "x", 4)]
        await pilot.resize_terminal(WIDE, 24)
        await handled(pilot)
        assert screen.has_class("wide")
        assert "lab.db" in (await settled(pilot)).splitlines()[0]


async def test_numbers_lead_from_one_screen_to_the_next(browse: Browse, tmp_path: Path) -> None:
    """Also out of a transaction; escape goes back, and what is chosen is shown on the main screen."""
    lines = [*start(7), (STATION, "{"), *stop(7, 5, 2000)]
    async with browse(charging_capture(tmp_path / "a.db", ("CP-1", lines))) as ui:
        for keys, screen in (
            ("4", TransactionsScreen),
            ("enter", TransactionScreen),
            ("6", OverviewScreen),
            ("5", FindingsScreen),
            ("4", TransactionsScreen),
            ("escape", type(ui.main)),
            ("5", FindingsScreen),
        ):
            await ui.press(keys)
            await settled(ui.pilot)
            assert type(ui.app.screen) is screen
        await ui.press("enter")
        await ui.until(lambda: ui.app.screen is ui.main)
        assert ui.filter.value == "code:F001"
        await ui.until(lambda: ui.here == 3)
