"""The screen of all transactions."""

import re
from pathlib import Path
from typing import Any

import pytest

from inspector.store.transactions import _OLDER
from inspector.store.writer import Writer
from inspector.tui.composed.lines import Line
from inspector.tui.screens.transaction import TransactionScreen
from inspector.tui.screens.transactions import TransactionsScreen
from inspector.tui.targets import Target
from inspector.tui.widgets.listing import Listing
from tests.factories import record
from tests.store.charging import charging_capture, event, meter, start, stop
from tests.tui.conftest import CSMS, HOSTILE, SIZES, STATION, Capture, press, screen_of, wait_for
from tests.tui.screens.apart import apart, assert_looks, oldest_capture, settled, unsafe


@pytest.fixture(scope="session")
def charged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of transactions: a whole one of each version, an open, a refused and a half one."""
    one = [
        *start(77),
        *(line for minute in (10, 20, 30) for line in meter(77, minute, 1000 + minute * 100)),
        *stop(77, 40, 5000, reason="EVDisconnected"),
        *start(78, 45, 5000, status="Blocked"),
        *start(79, 50, 5000),
        *meter(79, 55, 5500),
    ]
    two = [
        *event("Updated", "half", 5, 10.0),
        *event("Started", "b7f0", 10, 100.0, evse={"id": 1, "connectorId": 2}, idToken={"idToken": "04A1B2C3"}),
        *event("Ended", "b7f0", 85, 42_100.0, info={"stoppedReason": "Remote"}),
    ]
    path = tmp_path_factory.mktemp("charged") / "charged.db"
    return charging_capture(path, ("CP-1", one), ("CP-2", two))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_transactions_are_listed_the_newest_first(charged: Path, size: tuple[int, int]) -> None:
    """Look at the difference; if it is what was wanted, renew the file."""
    async with apart(charged, TransactionsScreen(), size) as (stage, pilot):
        text = await settled(pilot)
        assert "5 transactions" in text
        assert [row.split()[1] for row in text.splitlines()[3:8]] == ["CP-2", "CP-2", "CP-1", "CP-1", "CP-1"]
        assert_looks("transactions", size, text)
        assert not stage.led


async def test_keys_lead_into_a_transaction_and_to_its_frames(charged: Path) -> None:
    """Enter opens the row under the cursor; f shows its frames on the main screen."""
    async with apart(charged, TransactionsScreen()) as (stage, pilot):
        await press(pilot, "j", "f")
        assert stage.led == [Target(filter="station:CP-2 tx:half")]
        await press(pilot, "G", "enter")
        await settled(pilot)
        assert isinstance(stage.screen, TransactionScreen)
        assert "transaction 77" in await settled(pilot)


async def test_new_transactions_come_by_themselves(monkeypatch: pytest.MonkeyPatch, capture: Capture) -> None:
    """The row under the cursor stays under it; a station that is there is charging."""
    monkeypatch.setattr("inspector.tui.reading.asking.LOOK_SECONDS", 0.02)
    talk = capture.session("CP-1")

    def begin(number: int) -> None:
        payload = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": "2026-03-01T12:00:00Z"}
        talk.call(STATION, f"s-{number}", "StartTransaction", payload)
        talk.answer(CSMS, f"s-{number}", {"transactionId": number, "idTagInfo": {"status": "Accepted"}})
        talk.flush()

    talk.flush()
    async with apart(capture.path, TransactionsScreen()) as (stage, pilot):
        table = stage.screen.query_one(Listing)
        assert "no charging transaction" in await settled(pilot)
        begin(1)
        await wait_for(pilot, lambda: table.count == 1)
        assert "● CP-1" in await settled(pilot)
        begin(2)
        await wait_for(pilot, lambda: table.count == 2)
        await press(pilot, "j")
        begin(3)
        await wait_for(pilot, lambda: table.count == 3)
        assert (table.item.id, table.cursor) == ("1", 2)
        await press(pilot, "enter")
        assert "charging" in await settled(pilot)
        stop_payload = {"transactionId": 1, "meterStop": 3005, "timestamp": "2026-03-01T12:30:00Z"}
        talk.call(STATION, "e-1", "StopTransaction", stop_payload)
        talk.flush()
        course = stage.screen.query_one("#course", Listing)
        await wait_for(pilot, lambda: course.count == 3)
        await wait_for(pilot, lambda: "3.00 kWh" in "\n".join(screen_of(stage)))


async def test_those_of_runs_are_shown_apart_and_those_of_drafts_not(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    for origin, number in (("live", 1), ("draft", 2), ("run", 3)):
        record(writer, said=[*start(number), *stop(number, 9, 2000)], origin=origin)
    writer.close()
    async with apart(tmp_path / "a.db", TransactionsScreen()) as (stage, pilot):
        text = await settled(pilot)
        assert "1 transaction, 1 more in runs" in text
        assert "enter opens one · without 1 draft" in text
        assert [row.split()[1:3] for row in text.splitlines()[3:5]] == [["↻", "CP-1"], ["CP-1", "1"]]
        await press(pilot, "f", "j", "enter")
        await settled(pilot)
        await press(pilot, "f")
        assert stage.led == [
            Target(session=3, filter="tx:3"),
            Target(filter="station:CP-1 tx:1 !origin:draft !origin:run"),
        ]


async def test_older_ones_are_read_on_the_way_down(charged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than are near the cursor."""
    monkeypatch.setattr("inspector.tui.screens.transactions.AHEAD", 2)
    monkeypatch.setattr("inspector.store.transactions._OLDER", _OLDER.replace("LIMIT 500", "LIMIT 2"))
    monkeypatch.setattr("inspector.store.transactions.MOST_SEARCHED", 0)
    async with apart(charged, TransactionsScreen()) as (stage, pilot):
        table = stage.screen.query_one(Listing)
        assert "older ones further down" in await settled(pilot)
        for _ in range(4):
            await press(pilot, "G")
            await settled(pilot)
        assert table.count == 5


async def test_whatever_stations_say_is_only_shown(tmp_path: Path) -> None:
    """In the list and in the transaction; values of any shape are passed over."""
    odd: dict[str, Any] = {"idTag": HOSTILE, "reason": HOSTILE, "connectorId": HOSTILE, "meterStop": HOSTILE}
    lines = [
        *start(1, **odd),
        *stop(1, 5, [1], **dict.fromkeys(("reason", "idTag"), HOSTILE)),
        *event("Started", HOSTILE, 0, evse=HOSTILE, idToken={"idToken": HOSTILE}),
        *event("Ended", HOSTILE, 3, info={"stoppedReason": HOSTILE}),
        *start(2.0, 7, wh="x", timestamp=HOSTILE),
    ]
    path = charging_capture(tmp_path / "hostile.db", (HOSTILE.replace("\ud800", ""), lines))
    async with apart(path, TransactionsScreen(), SIZES[1]) as (stage, pilot):
        table = stage.screen.query_one(Listing)
        assert table.count == 3
        for _ in range(table.count):
            assert unsafe(stage) == []
            await press(pilot, "enter")
            await settled(pilot)
            assert unsafe(stage) == []
            stage.pop_screen()
            await press(pilot, "f", "j")
        assert len(stage.led) == 3


async def test_an_earlier_layout_and_a_small_terminal_are_no_trouble(tmp_path: Path) -> None:
    async with apart(oldest_capture(tmp_path / "old.db"), TransactionsScreen(), (20, 5)) as (_, pilot):
        assert "0 transactions" in await settled(pilot)


async def test_a_capture_that_is_gone_is_said(tmp_path: Path) -> None:
    """Not the end of the screen."""
    path = tmp_path / "gone.db"
    async with apart(path, TransactionsScreen()) as (_, pilot):
        assert "gone.db" in re.sub(r"\s", "", await settled(pilot))  # a long path is broken


def cells_of(table: Listing[Any]) -> list[dict[str, Line]]:
    """Return all rows."""
    return [dict(table.row(index)) for index in range(table.count)]


async def test_an_open_transaction_shows_its_newest_energy(charged: Path) -> None:
    """That of its meter values, 500 Wh after the start."""
    async with apart(charged, TransactionsScreen()) as (stage, pilot):
        await settled(pilot)
        rows = cells_of(stage.screen.query_one(Listing))
        assert [row["energy"] for row in rows if row["id"] == (("79", "dim"),)] == [(("0.50", ""),)]
