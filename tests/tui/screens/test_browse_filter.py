"""The main screen's filter: it narrows while it is typed, and never takes away what was there without a word."""

from pathlib import Path

from tests.tui.conftest import Browse, Capture, Ui, handled


async def open_filter(ui: Ui, text: str) -> None:
    """Open the bar and type into it."""
    await ui.press("slash")
    await ui.until(lambda: ui.focus == "filter" and ui.filter.region.area > 0)
    await ui.type(text)
    await ui.until(lambda: ui.filter.value == text)


async def test_typing_narrows_the_frames(browse: Browse, lab: Path) -> None:
    """How many of how many is said; no key means anything else while it is typed."""
    async with browse(lab) as ui:
        await open_filter(ui, "action:*q*")
        await ui.listed(0)
        assert ui.frames.border_title == "2 frames · all sessions · 0 of 40"
        ui.filter.value = ""
        await ui.listed(40)
        await ui.type("action:Reset")
        await ui.listed(2)
        assert ui.frames.border_title == "2 frames · all sessions · 2 of 40"
        assert ui.app.is_running
        assert ui.focus == "filter"


async def test_enter_filters_at_once_and_goes_to_the_frames(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await open_filter(ui, "severity:error")
        await ui.press("enter")
        await ui.until(lambda: ui.focus == "frames")
        await ui.listed(3)
        await ui.press("g", "j")
        await ui.at(5)


async def test_what_can_not_be_read_is_said_and_the_last_result_stays(browse: Browse, lab: Path) -> None:
    """The complaint goes when the filter is mended."""
    async with browse(lab) as ui:
        await open_filter(ui, "action:Reset")
        await ui.listed(2)
        ui.filter.value = "action:Reset colour:red"
        await ui.until(lambda: "there is no key colour" in (ui.complaint or ""))
        await ui.until(lambda: any("there is no key colour" in row for row in ui.screen()))
        assert ui.frames.count == 2
        assert "2 of 40" in str(ui.frames.border_title)
        ui.filter.value = "action:Boot*"
        await ui.until(lambda: ui.complaint is None)
        await ui.listed(2)
        await ui.at(2)


async def test_a_filter_that_is_not_finished_is_no_crash(browse: Browse, lab: Path) -> None:
    """Each beginning of one is typed on the way to it."""
    async with browse(lab) as ui:
        await ui.press("slash")
        for text in ('"a', "(", "not", "action:", "[/x]", ":", "\\"):
            ui.filter.value = text
            await ui.idle()
        ui.filter.value = "action:Reset"
        await ui.listed(2)


async def test_escape_leaves_it_and_then_clears_it(browse: Browse, lab: Path) -> None:
    """First the text stays and filters; then all frames are back and the bar is gone."""
    async with browse(lab) as ui:
        await open_filter(ui, "action:Reset")
        await ui.listed(2)
        await ui.press("escape")
        await ui.until(lambda: ui.focus == "frames")
        assert (ui.filter.value, ui.frames.count) == ("action:Reset", 2)
        assert any(" action:Reset" in row for row in ui.screen())
        await ui.press("escape")
        await ui.until(lambda: ui.frames.border_title == "2 frames · all sessions · 40")
        await ui.until(lambda: ui.filter.region.area == 0)


async def test_enter_on_what_can_not_be_read_leaves_it_to_be_mended(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await open_filter(ui, "")
        ui.filter.value = "nope:x"
        await ui.press("enter")
        await ui.until(lambda: "there is no key nope" in (ui.complaint or ""))
        assert (ui.focus, ui.frames.count) == ("filter", 40)


async def test_f_opens_it_too_and_escape_closes_an_empty_one_at_once(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await ui.press("f")
        await ui.until(lambda: ui.focus == "filter")
        assert ui.filter.value == ""
        await ui.press("escape")
        await ui.until(lambda: ui.focus == "frames" and ui.filter.region.area == 0)


async def test_a_bad_one_is_cleared_with_its_complaint(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await open_filter(ui, "nope:x")
        await ui.until(lambda: ui.complaint)
        await ui.press("escape", "escape")
        await ui.until(lambda: ui.filter.region.area == 0)
        await ui.idle()
        await open_filter(ui, "")
        assert ui.complaint is None


async def test_the_cursor_keeps_its_frame(browse: Browse, lab: Path) -> None:
    """A filter that hides it leads to the next one; without the filter the same frame is still under the cursor."""
    async with browse(lab) as ui:
        await ui.press("g", "right_square_bracket", "right_square_bracket")
        await ui.at(5)
        await open_filter(ui, "sender:csms")
        await ui.listed(19)
        await ui.at(6)
        await ui.press("escape", "escape")
        await ui.listed(40)
        await ui.at(6)


async def test_the_cursor_keeps_its_frame_where_nothing_passes_for_a_moment(browse: Browse, lab: Path) -> None:
    """As while a filter is typed slowly."""
    async with browse(lab) as ui:
        await ui.press("g", "right_square_bracket", "right_square_bracket")
        await ui.at(5)
        ui.filter.value = "sende"
        await ui.listed(0)
        ui.filter.value = "sender:csms"
        await ui.listed(19)
        await ui.at(6)


async def test_the_cursor_keeps_its_frame_also_on_the_last_row(browse: Browse, lab: Path) -> None:
    """The last error is found by a filter; without the filter, what was around it can be read."""
    async with browse(lab) as ui:
        await ui.press("g")
        await open_filter(ui, "severity:error")
        await ui.press("enter")
        await ui.listed(3)
        await ui.press("j", "j")
        await ui.at(8)
        await ui.press("escape")
        await ui.listed(40)
        await ui.at(8)


async def test_problems_and_sessions_are_looked_for_within_it(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await open_filter(ui, "type:CALL")
        await ui.press("enter")
        await ui.listed(20)
        await ui.press("g")
        for frame in (3, 8):
            await ui.press("right_square_bracket")
            await ui.at(frame)
        await ui.press("1", "j")
        await ui.listed(4)
        assert ui.frames.border_title == "2 frames · session 1 · 4 of 8"


async def test_a_filter_with_or_stays_one_condition(browse: Browse, lab: Path) -> None:
    """Neither the session nor the search for problems may slip between its terms."""
    async with browse(lab) as ui:
        await open_filter(ui, "action:Reset or type:INVALID")
        await ui.press("enter")
        await ui.listed(3)
        await ui.press("g", "right_square_bracket", "right_square_bracket")
        await ui.until(lambda: ui.notices == ["from the first again"] * 2)
        await ui.at(5)
        await ui.press("1", "G")
        await ui.listed(0)


async def test_when_nothing_passes_it_does_not_wait_for_a_station(browse: Browse, lab: Path) -> None:
    """It was the filter: that must be said, and no frame is left in the detail."""
    async with browse(lab) as ui:
        await open_filter(ui, "action:Nothing")
        await ui.listed(0)
        await ui.until(lambda: ui.detail_text == "")
        assert "waiting for a station" not in "\n".join(ui.screen())
        assert ui.detail.border_title == "3 detail"


async def test_what_is_typed_is_shown_harmlessly(browse: Browse, capture: Capture) -> None:
    """A payload with escape sequences may be pasted into it to search for it."""
    from textual.events import Paste

    async with browse(capture.close()) as ui:
        await ui.press("slash")
        ui.filter.post_message(Paste('\x1b]0;PWNED\x07 "\x9b'))
        await ui.until(lambda: "PWNED" in ui.filter.value)
        await handled(ui.pilot)
        assert ui.unsafe() == []
