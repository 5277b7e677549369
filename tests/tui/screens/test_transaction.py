"""The screen of one transaction."""

from pathlib import Path

import pytest

from inspector.store.reader import Reader
from inspector.store.transaction import Transaction
from inspector.store.transactions import Transactions
from inspector.tui.screens.transaction import TransactionScreen
from inspector.tui.targets import Target
from inspector.tui.widgets.listing import Listing
from tests.store.charging import charging_capture, meter, start, stop
from tests.tui.conftest import SIZES, press
from tests.tui.screens.apart import apart, assert_looks, settled


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of one transaction of 40 minutes."""
    meters = [line for minute in range(5, 40, 5) for line in meter(77, minute, 1000 + minute * 150)]
    lines = [*start(77), *meters, *stop(77, 40, 6500, reason="EVDisconnected")]
    return charging_capture(tmp_path_factory.mktemp("one") / "one.db", ("CP-1", lines), gap_ns=10**9)


@pytest.fixture(scope="module")
def transaction(path: Path) -> Transaction:
    """Return the transaction."""
    known = Transactions()
    with Reader(path) as reader:
        list(known.older(reader, 1))
    return known.rows()[0]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_its_frames_and_what_was_measured_are_shown(
    path: Path, transaction: Transaction, size: tuple[int, int]
) -> None:
    """Look at the difference; if it is what was wanted, renew the file."""
    async with apart(path, TransactionScreen(lambda: (transaction, False)), size) as (_, pilot):
        text = await settled(pilot)
        for words in ("5.50 kWh", "EVDisconnected", "power kW, from the energy", "frames · 18", "StartTransaction"):
            assert words in text
        assert_looks("transaction", size, text)


async def test_a_frame_leads_to_the_main_screen(path: Path, transaction: Transaction) -> None:
    """Enter to the frame itself, f to all of them."""
    async with apart(path, TransactionScreen(lambda: (transaction, False))) as (stage, pilot):
        await press(pilot, "j", "j", "enter", "f")
        frame = stage.screen.query_one(Listing).item
        assert stage.led == [Target(session=1, frame=frame.id), Target(filter="station:CP-1 tx:77")]
        assert frame.action == "MeterValues"


async def test_without_frames_it_says_so(path: Path) -> None:
    """Also that there is nothing to draw."""
    lost = Transaction(9, "CP-9", "5", 900, 901, stop_ns=5)
    async with apart(path, TransactionScreen(lambda: (lost, False))) as (_, pilot):
        text = await settled(pilot)
        assert "its frames are not in this capture" in text
        assert "no meter values to draw" in text
