"""The screen that a person wants to see first."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.tui.screens.overview import OverviewScreen, Panel
from inspector.tui.targets import Target
from tests.store.mixed import mixed_capture
from tests.tui.conftest import BOOT, BOOTED, CSMS, SIZES, STATION, Capture, press, wait_for
from tests.tui.screens.apart import apart, assert_looks, oldest_capture, settled, unsafe


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_all_of_it_is_on_one_screen(lab: Path, size: tuple[int, int]) -> None:
    """Look at the difference; if it is what was wanted, renew the file."""
    async with apart(lab, OverviewScreen(), size) as (_, pilot):
        text = await settled(pilot)
        for words in (
            "nobody is connected",
            "connection failed, the last: CP-X refused: HTTP 401",
            "S104",
            "calls a second",
        ):
            assert words in text
        assert_looks("overview", size, text)


async def test_every_row_leads_to_the_main_screen(lab: Path) -> None:
    """Below the last row of a table the next one goes on; tab goes there too."""
    async with apart(lab, OverviewScreen()) as (stage, pilot):
        assert stage.focused and stage.focused.id == "connected"
        await press(pilot, "enter", "j", "enter", "j", "enter", "tab", "enter", "tab", "enter")
        assert stage.led == [
            Target(session=2),
            stage.led[1],
            Target(filter="action:Heartbeat"),
            Target(filter="station:CP-1 severity:error"),
        ]
        assert stage.led[1].filter.startswith("code:")
        await press(pilot, "k")
        assert stage.focused.id == "latency"
        await press(pilot, "shift+tab", "g", "k")
        assert stage.focused.id == "connected"


async def test_drafts_and_runs_are_not_counted(tmp_path: Path) -> None:
    """And it is said that they are there."""
    async with apart(mixed_capture(tmp_path / "mixed.db"), OverviewScreen()) as (stage, pilot):
        text = await settled(pilot)
        assert "what is wrong · enter shows it · without 2 drafts and 2 runs" in text
        counts = {panel.id: [dict(panel.row(at)) for at in range(panel.count)] for panel in stage.screen.query(Panel)}
        assert [row["count"][0][0] for row in counts["wrong"]] == ["1", "1"]
        assert [row["count"][0][0] for row in counts["latency"]] == ["1", "1"]
        assert [(row["sessions"][0][0], row["errors"][0][0]) for row in counts["stations"]] == [("1", "1")]
        await press(pilot, "tab", "tab", "enter", "tab", "enter")
        assert [target.filter for target in stage.led] == [
            "action:BootNotification !origin:draft !origin:run",
            "station:CP-1 severity:error !origin:draft !origin:run",
        ]


async def test_who_comes_is_shown(monkeypatch: pytest.MonkeyPatch, capture: Capture) -> None:
    """With its latencies and its calls, which are asked for again after a while."""
    monkeypatch.setattr("inspector.tui.reading.asking.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("inspector.tui.screens.overview.AGAIN_SECONDS", 0.0)
    talk = capture.session("CP-1")
    talk.flush()
    async with apart(capture.path, OverviewScreen()) as (stage, pilot):
        table = stage.screen.query_one("#latency", Panel)
        assert "● CP-1" in await settled(pilot)
        talk.call(STATION, "b-1", "BootNotification", BOOT)
        talk.answer(CSMS, "b-1", BOOTED)
        talk.flush()
        await wait_for(pilot, lambda: table.count)
        text = await settled(pilot)
        assert "1 connected" in text
        await press(pilot, "enter")
        assert stage.led == [Target(session=1)]


async def test_whatever_stations_say_is_only_shown(hostile: Path) -> None:
    """Each row of each table."""
    async with apart(hostile, OverviewScreen(), SIZES[1]) as (stage, pilot):
        for _ in range(sum(panel.count for panel in stage.screen.query(Panel))):
            assert unsafe(stage) == []
            await press(pilot, "enter", "j")
        assert unsafe(stage) == []


async def test_an_earlier_layout_and_odd_times_are_no_trouble(tmp_path: Path) -> None:
    path = oldest_capture(tmp_path / "old.db")
    async with apart(path, OverviewScreen()) as (_, pilot):
        text = await settled(pilot)
        assert "nothing is wrong" in text
        assert "no frame yet" in text
    with closing(sqlite3.connect(path)) as connection:
        for number, time_ns in enumerate((-(2**63), 2**63 - 1), 1):
            values = (number, time_ns, "[2]")
            connection.execute(
                "INSERT INTO frame VALUES (?1, 1, ?1, ?2, 'station', 0, NULL, NULL, NULL, NULL, 'wire', 0, 0, 0, ?3)",
                values,
            )
        connection.commit()
    async with apart(path, OverviewScreen(), (20, 5)) as (_, pilot):
        assert "nobody connected" in await settled(pilot)


async def test_a_capture_that_is_gone_is_said(tmp_path: Path) -> None:
    async with apart(tmp_path / "gone.db", OverviewScreen()) as (_, pilot):
        text = await settled(pilot)
        assert "gone.db" in re.sub(r"\s", "", text)  # a long path is broken
        assert "the capture can't be read" in text and "nothing is wrong" not in text
