"""Jumps from frame to frame."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.reader import Reader
from inspector.tui.screens.browse_jumps import pair_of, place
from inspector.tui.screens.questions import LineScreen
from tests.tui.conftest import CSMS, NOON, SECOND, STATION, Browse, Capture, Ui


@pytest.fixture
def charging(capture: Capture) -> Path:
    """Return a capture of two transactions: 77 in the frames 1, 2, 5, 6; 78 in 3, 4, 7; then another station's 77."""
    for station in ("CP-1", "CP-2"):
        talk = capture.session(station, at=0.0 if station == "CP-1" else 100.0)
        for name, number in (("a", 77), ("b", 78)):
            talk.call(STATION, name, "StartTransaction", {"connectorId": 1, "idTag": "A", "meterStart": 0})
            talk.answer(CSMS, name, {"transactionId": number, "idTagInfo": {"status": "Accepted"}})
        talk.call(STATION, "m", "MeterValues", {"connectorId": 1, "transactionId": 77, "meterValue": []})
        talk.answer(CSMS, "m", {})
        talk.call(STATION, "n", "MeterValues", {"connectorId": 1, "transactionId": 78, "meterValue": []})
        talk.close()
    return capture.close()


async def go(ui: Ui, key: str, frame: int) -> None:
    """Press a key, and wait until the cursor is on a frame."""
    await ui.press(key)
    await ui.until(lambda: ui.here == frame)


async def test_it_goes_along_an_action_and_a_transaction(browse: Browse, charging: Path) -> None:
    """An answer leads to answers, a StartTransaction learns its transaction from its answer; around the end."""
    async with browse(charging) as ui:
        await ui.press("g")
        for frame in (2, 5, 6, 1):
            await go(ui, "T", frame)
        assert ui.notices[-1] == "from the first again"
        for frame in (3, 8):
            await go(ui, "O", frame)
        await ui.press("escape", "G")
        await ui.until(lambda: ui.here == 14)
        await ui.press("o")
        await ui.until(lambda: "this frame has no pair" in ui.notices)


async def test_it_finds_a_text_and_hides_nothing(browse: Browse, charging: Path) -> None:
    async with browse(charging) as ui:
        await ui.press("g", "n")
        await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
        await ui.type("idTagInfo")
        await go(ui, "enter", 2)
        for key, frame in (("n", 4), ("n", 9), ("N", 4), ("N", 2), ("N", 11)):
            await go(ui, key, frame)
        assert ui.frames.count == 14
        assert ui.notices[-1] == "from the last again"
        await ui.press("ctrl+f")
        await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
        await ui.press("ctrl+u")
        await ui.type("nowhere")
        await ui.press("enter")
        await ui.until(lambda: "no frame holds nowhere" in ui.notices)


async def test_it_goes_to_a_number_and_to_a_time(browse: Browse, charging: Path) -> None:
    """What is neither is said, and the question stays."""
    async with browse(charging) as ui:
        for text, frame in (("3", 3), ("12:01:40", 8), ("2026-03-01T12:00:00.15Z", 3)):
            await ui.press("ctrl+g")
            await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
            await ui.type(text)
            await go(ui, "enter", frame)
        await ui.press("ctrl+g")
        await ui.until(lambda: isinstance(ui.app.screen, LineScreen))
        await ui.type("soon")
        await ui.press("enter")
        await ui.until(lambda: any("neither a frame's number nor a time" in row for row in ui.screen()))
        await ui.press("escape", "ctrl+g")
        await ui.type("99")
        await ui.press("enter")
        await ui.until(lambda: "there is no frame from there on" in ui.notices)


def test_a_pair_is_found_from_both_sides(charging: Path) -> None:
    with Reader(charging) as reader:
        call, answer, last = reader.frames([1, 2, 14])
        assert (pair_of(reader, call), pair_of(reader, answer), pair_of(reader, last)) == (answer, call, None)


@pytest.mark.parametrize(
    ("text", "sql", "value"),
    [
        ("7", "frame.id >= ?", 7),
        (" 12:01 ", "frame.time_ns >= ?", NOON + 60 * SECOND),
        ("12:00:05.5", "frame.time_ns >= ?", NOON + 5_500_000_000),
        ("2026-03-02", "frame.time_ns >= ?", NOON + 12 * 3600 * SECOND),
    ],
)
def test_a_place_is_a_number_or_a_time(text: str, sql: str, value: int) -> None:
    """A time of day is one of the day that is near."""
    where = place(text, NOON + 5 * SECOND)
    assert (where.sql, where.parameters) == (sql, (value,))


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(InspectorError, match="neither"):
        place(text, NOON)
