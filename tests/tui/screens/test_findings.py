"""The screen of findings by code."""

import re
from pathlib import Path

import pytest

from inspector.tui.screens.findings import FindingsScreen
from inspector.tui.targets import Target
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.listing import Listing
from tests.store.mixed import CODE, ONLY_IN_RUNS, mixed_capture
from tests.tui.conftest import SIZES, STATION, Capture, press, wait_for
from tests.tui.screens.apart import apart, assert_looks, oldest_capture, settled, unsafe


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_codes_stand_beside_their_rule(lab: Path, size: tuple[int, int]) -> None:
    """Look at the difference; if it is what was wanted, renew the file."""
    async with apart(lab, FindingsScreen(), size) as (_, pilot):
        text = await settled(pilot)
        for words in ("S104", "not-in-list", "what to do"):
            assert words in " ".join(text.split())
        assert_looks("findings", size, text)


async def test_a_code_leads_to_its_frames_or_to_its_session(lab: Path) -> None:
    """By enter and by f. The page goes with the cursor, and scrolls by its own keys."""
    async with apart(lab, FindingsScreen()) as (stage, pilot):
        table, rule = stage.screen.query_one(Listing), stage.screen.query_one(LinesView)
        codes = [tally.code for tally in table.items]
        for code in codes:
            await settled(pilot)
            assert str(rule.border_title) == f"rule {code}"
            assert any(code in text for line in rule.lines for text, _ in line)
            await press(pilot, "enter" if code == codes[0] else "f")
            await settled(pilot)
            await press(pilot, "j")
        led = dict(zip(codes, stage.led, strict=True))
        assert led["S104"] == Target(filter="code:S104")
        assert Target(session=2) in led.values()
        await press(pilot, "tab", "G")
        assert rule.scroll_offset.y == rule.max_scroll_y


async def test_drafts_are_not_counted_and_runs_by_themselves(tmp_path: Path) -> None:
    """What leads to frames leads to those that were counted."""
    async with apart(mixed_capture(tmp_path / "mixed.db"), FindingsScreen()) as (stage, pilot):
        text = await settled(pilot)
        assert "1 error · 3 more in runs" in text
        assert "enter shows them · without 2 drafts" in text
        rows = [line.split()[:4] for line in text.splitlines() if f" {CODE} " in line or f" {ONLY_IN_RUNS} " in line]
        assert [row[1:] for row in rows[:2]] == [[CODE, "1", "2"], [ONLY_IN_RUNS, "0", "1"]]
        for key in ("f", "j", "f"):
            await press(pilot, key)
            await settled(pilot)
        assert [target.filter for target in stage.led] == [
            f"code:{CODE} !origin:draft !origin:run",
            f"code:{ONLY_IN_RUNS} !origin:draft",
        ]


async def test_new_findings_come_by_themselves(monkeypatch: pytest.MonkeyPatch, capture: Capture) -> None:
    monkeypatch.setattr("inspector.tui.reading.asking.LOOK_SECONDS", 0.02)
    talk = capture.session()
    talk.flush()
    async with apart(capture.path, FindingsScreen()) as (stage, pilot):
        table = stage.screen.query_one(Listing)
        assert "no finding" in await settled(pilot)
        await press(pilot, "enter", "f")
        talk.say(STATION, "{")
        talk.flush()
        await wait_for(pilot, lambda: table.count)
        assert (table.item.times, stage.led) == (1, [])


async def test_whatever_stations_say_is_only_shown(hostile: Path) -> None:
    async with apart(hostile, FindingsScreen(), SIZES[1]) as (stage, pilot):
        for _ in range(stage.screen.query_one(Listing).count):
            await settled(pilot)
            assert unsafe(stage) == []
            await press(pilot, "j")


async def test_an_earlier_layout_is_no_trouble(tmp_path: Path) -> None:
    async with apart(oldest_capture(tmp_path / "old.db"), FindingsScreen(), (20, 12)) as (_, pilot):
        assert "no finding" in await settled(pilot)


async def test_a_capture_that_is_gone_is_said(tmp_path: Path) -> None:
    async with apart(tmp_path / "gone.db", FindingsScreen()) as (_, pilot):
        assert "gone.db" in re.sub(r"\s", "", await settled(pilot))  # a long path is broken
