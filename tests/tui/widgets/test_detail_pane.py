"""The detail pane: its tabs, its cursor, from a finding to its place and back; ``RENEW_SNAPSHOTS=1`` renews files."""

import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Version
from inspector.tui.composed.frame_page import TABS, Subject
from inspector.tui.widgets.detail_pane import DetailPane
from tests.tui.conftest import SIZES, Stage, handled, make_finding, make_frame, press, screen_of, wait_for

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"

CALL = make_frame(
    '[2,"s-1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Free","info":"é漢"}]',
    action="StatusNotification",
)
ANSWER = make_frame(
    '[3,"s-1",{"x":[1,{"y":null}]}]',
    MessageType.CALLRESULT,
    id=8,
    sender="csms",
    action="StatusNotification",
    latency_ns=12_340_000,
    answers=7,
)
WRONG = replace(make_finding("/3/status", message='status is "Free"', hint="did you mean Faulted?"), code="S104")
UNKNOWN = replace(make_finding("/2/x", severity="warning", message="x is not a field", hint=""), code="S102")
SUBJECT = Subject(CALL, ANSWER, {7: [WRONG], 8: [UNKNOWN]}, Version.V16)

BROKEN = make_frame('[2,"x-1","Heartbeat",{]', MessageType.INVALID, action=None)
FAULT = replace(make_finding("", 22, message="no value here", hint="close the object: }"), code="F001")

LARGE = '[2,"m-1","DataTransfer",{"data":[' + ",".join(['{"some":"object of usual fields"}'] * 30_000) + "]}]"


@asynccontextmanager
async def showing(subject: Subject, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[DetailPane, Pilot[None]]]:
    """Run an application of a detail pane that shows a subject and has the focus."""
    pane = DetailPane(id="detail")
    async with Stage(pane).run_test(size=size, notifications=True, tooltips=True) as pilot:
        pane.show(subject)
        pane.focus()
        await settled(pane, pilot)
        yield pane, pilot


async def settled(pane: DetailPane, pilot: Pilot[None]) -> None:
    """Wait until a large frame is laid out, and drawn."""
    await wait_for(pilot, lambda: all(worker.is_finished for worker in pane.app.workers))
    await handled(pilot)


def text_of(pane: DetailPane) -> list[str]:
    """Return all lines of the page."""
    return ["".join(text for text, _ in line) for line in pane.lines]


def here(pane: DetailPane) -> str:
    """Return the line under the cursor."""
    return text_of(pane)[pane.cursor]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_each_tab_looks_as_it_did(size: tuple[int, int]) -> None:
    """Look at the difference; if it is what was wanted, renew the files as the module's docstring says."""
    looks: dict[str, str] = {}
    async with showing(SUBJECT, size) as (pane, pilot):
        for tab in TABS:
            pane.open_tab(tab)
            await handled(pilot)
            looks[tab.lower()] = "\n".join(screen_of(pilot.app)) + "\n"
        pane.open_tab("Pair")
        await press(pilot, "v")
        looks["tree"] = "\n".join(screen_of(pilot.app)) + "\n"
        await press(pilot, "v")
        for name, raw in (("invalid", BROKEN.raw), ("binary", b'[2,"\xff\xfe\x1b]0;x\x07\x9b' + bytes(range(64)))):
            pane.show(Subject(replace(BROKEN, raw=raw), None, {7: [FAULT]}, Version.V16))
            await handled(pilot)
            looks[name] = "\n".join(screen_of(pilot.app)) + "\n"
    for name, text in looks.items():
        file = SNAPSHOTS / f"detail-{name}-{size[0]}x{size[1]}.txt"
        if os.environ.get("RENEW_SNAPSHOTS"):
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8")


async def test_tabs_are_opened_by_keys_and_by_the_mouse() -> None:
    """Round and round; which one is open stays from frame to frame."""
    async with showing(SUBJECT) as (pane, pilot):
        seen = []
        for key in ("right", "full_stop", "right", "left", "comma"):
            await press(pilot, key)
            seen.append(pane.tab)
        assert seen == ["Raw", "Findings", "Call", "Findings", "Raw"]
        for tab in ("Answer", "Findings"):
            await pilot.click(pane, offset=(screen_of(pilot.app)[1].index(tab) + 1, 1))
            await handled(pilot)
            assert pane.tab == tab
        pane.show(replace(SUBJECT, frame=ANSWER, pair=CALL))
        await handled(pilot)
        assert pane.tab == "Findings"
        assert f"[Findings {2}]" in screen_of(pilot.app)[1]


async def test_enter_goes_from_a_finding_to_its_place_and_back() -> None:
    async with showing(SUBJECT) as (pane, pilot):
        await press(pilot, "p")
        assert here(pane).strip().startswith('"status": "Free"')
        await press(pilot, "enter")
        assert (pane.tab, here(pane)[:6]) == ("Findings", "✖ S104")
        await press(pilot, "p")
        assert here(pane).startswith("⚠ S102")
        await press(pilot, "enter")
        assert (pane.tab, here(pane).strip()) == ("Pair", "⚠ S102 x is not a field")
        await press(pilot, "P", "P")
        assert "S104" in here(pane) or '"Free"' in here(pane)


async def test_a_place_is_shown_in_the_tab_that_has_it() -> None:
    """In the call's, if it was open and the finding is the call's; else in that of both."""
    async with showing(SUBJECT) as (pane, pilot):
        pane.open_tab("Call")
        await press(pilot, "p", "enter", "enter")
        assert pane.tab == "Call"
        await press(pilot, "enter", "p", "enter")
        assert (pane.tab, "S102" in here(pane)) == ("Pair", True)


async def test_the_cursor_moves_and_what_the_schema_says_goes_with_it() -> None:
    async with showing(SUBJECT) as (pane, pilot):
        await press(pilot, "j", "j")
        assert any("connectorId integer, required" in row for row in screen_of(pilot.app)[-3:])
        await press(pilot, "down", "j", "k", "up", "j", "j")
        assert any("status string, required · one of Available, Preparing" in row for row in screen_of(pilot.app)[-3:])
        await press(pilot, "G")
        assert pane.cursor == len(pane.lines) - 1
        await press(pilot, "g")
        assert pane.cursor == 0
        pane.blur()
        await handled(pilot)
        assert not any("one of" in row or "request" in row for row in screen_of(pilot.app)[-3:])


async def test_a_long_page_scrolls_with_the_cursor() -> None:
    large = make_frame(json.dumps([2, "m", "A", {"list": list(range(100))}]))
    async with showing(Subject(large)) as (pane, pilot):
        await press(pilot, "pagedown", "pagedown", "j")
        assert pane.scroll_offset.y >= 20
        assert here(pane).strip() in "\n".join(screen_of(pilot.app))
        pane.scroll_to(y=0, animate=False)
        await handled(pilot)
        await press(pilot, "j")
        assert pane.cursor < 24, "it moves from what is on screen"
        await pilot.click(pane, offset=(5, 6))
        assert pane.cursor == pane.scroll_offset.y + 6 - 2


async def test_the_tree_folds_and_keeps_its_place() -> None:
    async with showing(SUBJECT) as (pane, pilot):
        await press(pilot, "p", "v")
        assert here(pane).strip() == 'status: "Free"  ✖ S104'
        pane.cursor = next(row for row, line in enumerate(text_of(pane)) if "payload: {4}" in line)
        await press(pilot, "enter")
        assert "▸ payload: {4}  ✖ S104" in text_of(pane)
        await press(pilot, "enter")
        assert "▾ payload: {4}" in text_of(pane)
        await press(pilot, "v")
        assert '[2, "s-1", "StatusNotification", {' in here(pane)


async def test_the_same_frame_stays_where_it_was_another_begins_at_the_top() -> None:
    """It may have got its answer while somebody reads."""
    async with showing(replace(SUBJECT, pair=None)) as (pane, pilot):
        await press(pilot, "j", "j", "j")
        pane.show(SUBJECT, keep_place=True)
        assert pane.cursor == 3
        assert any("CALLRESULT" in line for line in text_of(pane))
        pane.show(SUBJECT)
        assert pane.cursor == 0


async def test_a_large_frame_is_not_laid_out_again_while_it_is_the_same() -> None:
    """The capture grows each moment; who reads a frame must not be thrown back each time."""
    subject = Subject(make_frame(LARGE))
    async with showing(subject) as (pane, pilot):
        await press(pilot, "pagedown", "pagedown")
        pane.show(replace(subject), keep_place=True)
        assert pane.is_laid_out
        pane.show(replace(subject, waiting=True), keep_place=True)
        assert not any("laying out" in line for line in screen_of(pilot.app))
        await settled(pane, pilot)
        assert pane.cursor > 30


async def test_a_page_of_lines_has_no_tabs_and_a_frame_below_it() -> None:
    pane = DetailPane(id="detail")
    async with Stage(pane).run_test(size=(60, 12)) as pilot:
        widths: list[int] = []

        def above(width: int) -> list[tuple[tuple[str, str], ...]]:
            widths.append(width)
            return [(("about the session", ""),)]

        pane.show(SUBJECT, above)
        await handled(pilot)
        assert screen_of(pilot.app)[1].strip() == "about the session"
        assert any(line.startswith("── frame 7 ") for line in text_of(pane))
        pane.show(None, above)
        assert text_of(pane) == ["about the session"]
        await pilot.resize_terminal(40, 12)
        await wait_for(pilot, lambda: len(set(widths)) == 2)
        pane.show(None)
        assert text_of(pane) == []
        await press(pilot, "3", "enter", "p", "v", "j", "G", "right")


@pytest.mark.parametrize(
    "raw", [LARGE, '[2,"m-1","DataTransfer",{"data":"' + "x" * 1_000_000 + '"}]'], ids=["many lines", "one line"]
)
async def test_a_megabyte_is_opened_at_once(raw: str) -> None:
    """Processor time: other programs don't count. The screen is not held up meanwhile."""
    async with showing(SUBJECT) as (pane, pilot):
        before = time.process_time()
        pane.show(Subject(make_frame(raw), None, {7: [make_finding("/3/gone")]}, Version.V16))
        assert text_of(pane) == [f"laying out {len(raw) / 1024:,.0f} KiB …"]
        assert time.process_time() - before < 0.05
        await settled(pane, pilot)
        assert time.process_time() - before < 1.0
        assert "DataTransfer" in here(pane)
        before = time.process_time()
        await press(pilot, "G", "pageup")
        assert time.process_time() - before < 0.5


async def test_while_a_large_frame_is_laid_out_another_can_be_shown() -> None:
    """What comes late of the first is not shown."""
    async with showing(SUBJECT) as (pane, pilot):
        pane.show(Subject(make_frame(LARGE)))
        pane.show(SUBJECT)
        await settled(pane, pilot)
        assert any("StatusNotification" in line for line in text_of(pane))


@pytest.mark.parametrize("size", [(20, 5), (12, 3), (300, 80)], ids=str)
async def test_no_terminal_is_too_small(size: tuple[int, int]) -> None:
    async with showing(SUBJECT, size) as (pane, pilot):
        for tab in TABS:
            pane.open_tab(tab)
            await press(pilot, "j", "G", "p", "enter", "v", "v")
