"""What is done with frames: marks, what is shown, copies, files, the pager, drafts and replays."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Opened, Received
from inspector.store.keeper import Keeper, Keeping
from inspector.store.orders import GOING_AWAY, Answered, Order
from inspector.store.reader import Reader
from inspector.tui.composed.copies import COPIES
from inspector.tui.screens.browse_tools import check_new
from inspector.tui.screens.questions import ChoiceScreen, LineScreen
from inspector.tui.widgets.frame_table import FrameTable
from tests.tui.conftest import CSMS, NOON, SECOND, STATION, Browse, Capture


@pytest.fixture
def own(capture: Capture) -> Path:
    """Return a capture of 6 frames: Heartbeats and their answers, a DataTransfer, a ping."""
    talk = capture.session()
    for number in range(2):
        talk.beat(number)
        talk.answer(CSMS, f"hb-{number}", {"currentTime": "2026-03-01T12:00:00Z"})
    talk.call(STATION, "d", "DataTransfer", {"vendorId": "x"})
    talk.answer(CSMS, "d", {"status": "Accepted"})
    talk.close()
    return capture.close()


def marked(table: FrameTable) -> set[int]:
    """Return the marked frames that are shown so."""
    return {index + 1 for index in range(table.count) if table.row(index)["mark"]}


async def test_frames_are_marked_and_only_they_are_shown(browse: Browse, own: Path) -> None:
    """The marks are in the capture; where only they are shown, the cursor stays on its frame when all are again."""
    async with browse(own) as ui:
        await ui.press("M")
        await ui.until(lambda: "no frame is marked; m marks one" in ui.notices)
        await ui.press("g", "m", "G", "m", "k", "k", "m")
        await ui.until(lambda: marked(ui.frames) == {1, 4, 6})
        await ui.press("m")
        await ui.until(lambda: marked(ui.frames) == {1, 6})
        await ui.press("g", "M")
        await ui.until(lambda: ui.ids == [1, 6])
        assert "only marked" in str(ui.frames.border_title)
        await ui.press("j", "M")
        await ui.listed(6)
        await ui.at(6)
    with Reader(own) as reader:
        assert reader.marked() == {1, 6}
    async with browse(own) as ui:
        await ui.until(lambda: marked(ui.frames) == {1, 6})


async def test_heartbeats_are_hidden_and_times_are_told_otherwise(browse: Browse, own: Path) -> None:
    async with browse(own) as ui:
        await ui.press("h")
        await ui.until(lambda: ui.ids == [5, 6])
        await ui.until(lambda: "2 of 6 · no heartbeats" in str(ui.frames.border_title))
        await ui.press("t")
        await ui.until(lambda: any("elapsed" in row for row in ui.screen()))
        assert any("+0.250" in row and "DataTransfer" in row for row in ui.screen())
        await ui.press("t")
        await ui.until(lambda: any("delta" in row for row in ui.screen()))
        assert any("+0.050" in row and "Accepted" in row for row in ui.screen())
        await ui.press("t", "h")
        await ui.listed(6)


async def test_control_frames_are_shown_for_a_session(browse: Browse, own: Path) -> None:
    async with browse(own) as ui:
        await ui.press("c")
        await ui.until(lambda: any("choose a session first" in notice for notice in ui.notices))
        await ui.press("1", "j", "2", "c")
        await ui.until(lambda: ui.frames.count == 6 and "control frames" in str(ui.frames.border_title))


async def test_the_operator_ends_a_live_session_after_a_question(browse: Browse, tmp_path: Path) -> None:
    """And is told what became of it; for one that is not live, why not."""
    orders: list[Order] = []

    def obey(order: Order) -> None:
        orders.append(order)
        keeper.feed(order.key, Closed(NOON + SECOND, order.code, "", "operator"))
        keeper.hand_over()
        keeper.answer(Answered(order.capture, order.id, True, "the CSMS did not answer the close frame"))

    keeper = Keeper(Keeping(tmp_path / "live.db"), obey)
    for key in (1, 2):
        keeper.feed(key, Opened(NOON, f"CP-{key}"))
        keeper.feed(key, Received(NOON, STATION, '[2,"1","Heartbeat",{}]'))
    keeper.feed(2, Closed(NOON, 1000, "", "station"))
    keeper.hand_over()
    assert keeper._writer.flush()
    try:
        async with browse(keeper.capture) as ui:
            await ui.press("g")
            await ui.at(1)
            for answer, count in (("escape", 0), ("y", 1)):
                await ui.press("X")
                await ui.until(lambda: isinstance(ui.app.screen, ChoiceScreen))
                assert any("end the connection of CP-1?" in row for row in ui.screen())
                await ui.press(answer)
                await ui.until(lambda: ui.app.screen is ui.main)
                said = ["session 1 was ended: the CSMS did not answer the close frame"] * count
                await ui.until(lambda said=said: ui.notices == said)
            await ui.until(lambda: not any(session.live for session in ui.main.sessions))
            for session in (1, 2):
                await ui.press("1", "j", "X")
                await ui.until(lambda session=session: f"session {session} has ended already" in ui.notices)
    finally:
        keeper.close("over")
    assert [(order.key, order.code) for order in orders] == [(1, GOING_AWAY)]


async def test_each_copy_is_made_of_the_frame(browse: Browse, own: Path) -> None:
    """From the menu, by its letter; escape copies nothing."""
    with Reader(own) as reader:
        (session,), frame = reader.sessions(), reader.frames([5])[0]
    async with browse(own) as ui:
        await ui.press("k")
        await ui.at(5)
        for copy in COPIES:
            await ui.press("y")
            await ui.until(lambda: isinstance(ui.app.screen, ChoiceScreen))
            await ui.press(copy.key)
            await ui.until(lambda: ui.app.screen is ui.main)
            assert ui.app.clipboard == copy.make(frame, session)
        await ui.press("y", "escape")
        await ui.until(lambda: ui.app.screen is ui.main)
        assert len(ui.notices) == len(COPIES)


async def test_the_frames_that_are_shown_are_written_to_a_file(
    browse: Browse, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only for their owner to read; a file that is there already stays."""
    monkeypatch.chdir(tmp_path)
    async with browse(own) as ui:
        await ui.press("h")
        await ui.listed(2)
        await ui.press("w")
        await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
        await ui.press("enter")
        await ui.until(lambda: any("2 frames written" in notice for notice in ui.notices))
        await ui.press("w")
        await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
        await ui.press("enter")
        await ui.until(lambda: any("is there already" in row for row in ui.screen()))
    file = tmp_path / f"{own.stem}-frames.jsonl"
    kinds = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["action"] for line in kinds if line.get("kind") == "frame"] == ["DataTransfer"] * 2
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["", "~nobody-of-this-name/x", "x" * 300, "/nowhere/x", "/"])
def test_what_can_be_no_file_is_said(name: str) -> None:
    """In a line, before anything is written."""
    with pytest.raises(InspectorError):
        check_new(name)


@pytest.mark.parametrize(("pager", "said"), [(" ", None), ("/nowhere/pager", "/nowhere/pager: ")])
async def test_the_raw_frame_is_given_to_the_pager(
    browse: Browse, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pager: str, said: str | None
) -> None:
    """The user's own; where none is named, ``less``."""
    out = tmp_path / "out"
    script = tmp_path / "less"
    script.write_text(f"#!/bin/sh\ncat > {out}\n", "utf-8")
    script.chmod(0o700)
    monkeypatch.setenv("PAGER", pager)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    @contextmanager
    def suspend() -> Iterator[None]:
        yield

    async with browse(own) as ui:
        monkeypatch.setattr(ui.app, "suspend", suspend)  # there is no terminal to be lent
        await ui.press("f3")
        if said:
            await ui.until(lambda: any(notice.startswith(said) for notice in ui.notices))
        else:
            await ui.until(lambda: out.exists() and out.read_text("utf-8") == '[3, "d", {"status": "Accepted"}]\n')


async def test_a_session_is_edited_and_replayed_from_here(browse: Browse, own: Path) -> None:
    """The chosen one, or that of the frame; escape leads back."""
    async with browse(own) as ui:
        for key, name in (("e", "EditScreen"), ("r", "ReplayScreen")):
            await ui.press(key)
            await ui.until(lambda name=name: type(ui.app.screen).__name__ == name)
            await ui.press("escape")
            await ui.until(lambda: ui.app.screen is ui.main)
