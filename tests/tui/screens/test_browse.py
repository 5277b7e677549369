"""The main screen of a finished capture: its panes and its keys."""

from pathlib import Path

import pytest

from tests.tui.conftest import CSMS, STATION, Browse, Capture, handled


async def test_all_panes_are_on_the_first_screen(browse: Browse, lab: Path) -> None:
    """Also at 80x24, and each is tall enough to read something in it."""
    async with browse(lab) as ui:
        text = "\n".join(ui.screen())
        for words in ("1 sessions", "2 frames · all sessions · 40", "3 detail · frame 40", "CP-X", "refused", '"m-15"'):
            assert words in text
        assert min(pane.size.height for pane in (ui.sessions, ui.frames, ui.detail)) >= 4


async def test_the_detail_is_beside_the_tables_where_there_is_room(browse: Browse, lab: Path) -> None:
    """Below them where there is not; also after the terminal was resized, with its lines wrapped anew."""
    async with browse(lab, (80, 24)) as ui:
        assert ui.detail.region.y > ui.frames.region.y
        await ui.pilot.resize_terminal(160, 50)
        await ui.until(lambda: ui.detail.region.x > ui.frames.region.x)
        await ui.until(lambda: max(map(len, ui.detail_text.splitlines())) <= ui.detail.size.width < 80)
        await ui.pilot.resize_terminal(80, 24)
        await ui.until(lambda: ui.detail.region.y > ui.frames.region.y)


async def test_a_tiny_terminal_is_no_reason_to_crash(browse: Browse, lab: Path) -> None:
    async with browse(lab, (20, 5)) as ui:
        await ui.press("g", "j", "right_square_bracket", "o", "enter", "G", "1", "j", "enter", "tab", "z", "z")
        await ui.press("slash", "a", "escape", "question_mark", "pagedown", "escape", "F", "y", "escape", "S", "t")
        await ui.pilot.resize_terminal(1, 1)
        await ui.pilot.resize_terminal(80, 24)
        await ui.until(lambda: "3 detail" in "\n".join(ui.screen()))


async def test_the_footer_has_room_for_all_its_words(browse: Browse, lab: Path) -> None:
    """At 80 columns; how to get help and how to get out most of all."""
    async with browse(lab) as ui:
        for words in ("/ filter", "] problem", "o pair", "F follow", "e edit", "y copy", "? help", "q quit"):
            await ui.until(lambda words=words: words in ui.screen()[-1])


async def test_the_cursor_moves_and_the_detail_goes_with_it(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        for key, frame in (("g", 1), ("j", 2), ("k", 1), ("G", 40), ("up", 39), ("home", 1), ("end", 40)):
            await ui.press(key)
            await ui.at(frame)
        page = ui.frames.size.height - 1
        for key, frame in (("pageup", 40 - page), ("space", 40), ("ctrl+u", 40 - page // 2), ("ctrl+d", 40)):
            await ui.press(key)
            await ui.at(frame)
        assert '[3, "m-15", {' in ui.detail_text


async def test_it_goes_from_pane_to_pane(browse: Browse, lab: Path) -> None:
    """By number, by tab and by enter; escape leads back to the frames."""
    async with browse(lab) as ui:
        for key, pane in (("1", "sessions"), ("3", "detail"), ("2", "frames")):
            await ui.press(key)
            await ui.until(lambda pane=pane: ui.focus == pane)
        for pane in ("detail", "sessions", "frames"):
            await ui.press("tab")
            await ui.until(lambda pane=pane: ui.focus == pane)
        await ui.press("shift+tab")
        await ui.until(lambda: ui.focus == "sessions")
        for pane in ("frames", "detail"):
            await ui.press("enter")
            await ui.until(lambda pane=pane: ui.focus == pane)
        await ui.press("escape")
        await ui.until(lambda: ui.focus == "frames")


async def test_the_detail_scrolls(browse: Browse, lab: Path) -> None:
    """And begins at the top with the next frame."""
    async with browse(lab) as ui:
        await ui.press("g")
        await ui.at(1)
        await ui.press("enter", "G")
        await ui.until(lambda: ui.detail.scroll_offset.y == ui.detail.max_scroll_y > 0)
        await ui.press("escape", "j")
        await ui.at(2)
        assert ui.detail.scroll_offset.y == 0


async def test_it_goes_from_problem_to_problem(browse: Browse, lab: Path) -> None:
    """Onward and back; behind the last it begins again, and says so."""
    async with browse(lab) as ui:
        await ui.press("g")
        for frame in (3, 5, 8):
            await ui.press("right_square_bracket")
            await ui.at(frame)
        assert ui.notices == []
        await ui.press("right_square_bracket")
        await ui.at(3)
        assert ui.notices == ["from the first again"]
        for frame in (8, 5, 3):
            await ui.press("left_square_bracket")
            await ui.at(frame)
        assert ui.notices == ["from the first again", "from the last again"]


async def test_where_there_is_no_problem_it_says_so(browse: Browse, lab: Path) -> None:
    """Problems of other sessions, or outside the filter, don't count."""
    async with browse(lab) as ui:
        await ui.press("1", "G")
        await ui.listed(32)
        await ui.press("right_square_bracket")
        await ui.until(lambda: ui.notices == ["no problem here"])
        await ui.press("g")
        await ui.listed(40)
        ui.filter.value = "action:Reset"
        await ui.listed(2)
        await ui.press("left_square_bracket")
        await ui.until(lambda: ui.notices == ["no problem here"] * 2)


async def test_the_findings_of_a_frame_are_in_its_detail(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await ui.press("g", "right_square_bracket")
        await ui.at(3)
        lines = ui.detail_text.splitlines()
        assert "✖" in lines[lines.index('  "status": "Free"') + 1]
        await ui.press("right_square_bracket")
        await ui.at(5)
        assert '[2,"x-1","Heartbeat",{▼]' in ui.detail_text
        await ui.press("right_square_bracket")
        await ui.at(8)
        assert "R001" in ui.detail_text
        assert "── no answer" in ui.detail_text


async def test_notices_do_not_hide_what_was_found(browse: Browse, lab: Path) -> None:
    """At 80x24 the detail is below, where notices appear; a key pressed thrice must not cover it."""
    async with browse(lab) as ui:
        await ui.press("g", *["right_square_bracket"] * 3, "o", "o", "o")
        await ui.until(lambda: "this frame has no pair" in ui.notices)
        await ui.at(8)
        await handled(ui.pilot)
        assert any("Heartbeat had no answer within 30 s  → the CSMS owes it" in row for row in ui.screen())


async def test_it_goes_from_a_call_to_its_answer_and_back(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await ui.press("g")
        for frame in (2, 1):
            await ui.press("o")
            await ui.at(frame)
        assert "── answer · 50.0 ms" in ui.detail_text


async def test_a_frame_without_a_pair_says_so(browse: Browse, lab: Path) -> None:
    """Also one whose pair the filter hides."""
    async with browse(lab) as ui:
        await ui.press("g", *["right_square_bracket"] * 3, "o")
        await ui.until(lambda: ui.notices == ["this frame has no pair"])
        ui.filter.value = "sender:station"
        await ui.listed(21)
        await ui.press("g", "o")
        await ui.until(lambda: ui.notices[-1] == "frame 2 does not pass the filter")
        await ui.at(1)


async def test_choosing_a_session_narrows_the_frames(browse: Browse, lab: Path) -> None:
    """The first row is all of them again; enter goes on to the frames."""
    async with browse(lab) as ui:
        await ui.press("1", "j")
        await ui.listed(8)
        await ui.at(8)
        assert ui.frames.border_title == "2 frames · session 1 · 8"
        await ui.press("j")
        await ui.listed(0)
        await ui.press("j")
        await ui.listed(32)
        await ui.at(40)
        await ui.press("g")
        await ui.listed(40)
        await ui.press("j", "enter")
        await ui.until(lambda: ui.focus == "frames")
        await ui.listed(8)


async def test_a_session_without_frames_waits_for_nobody(browse: Browse, lab: Path) -> None:
    """It was refused and is over: no station will connect, and no frame is in the detail."""
    async with browse(lab) as ui:
        await ui.press("1", "j", "j")
        await ui.listed(0)
        await ui.until(lambda: ui.detail.border_title == "3 detail")
        assert "waiting for a station" not in "\n".join(ui.screen())
        assert not any(name in ui.detail_text for name in ("CALL", "Heartbeat", "m-15"))


@pytest.mark.parametrize(
    ("number", "pane", "words"),
    [("1", "sessions", "CP-X"), ("2", "frames", "BootNotification"), ("3", "detail", '"b-1"')],
    ids=["sessions", "frames", "detail"],
)
async def test_a_pane_is_zoomed_and_put_back(browse: Browse, lab: Path, number: str, pane: str, words: str) -> None:
    """It has the whole screen between title and footer, keeps the focus, and its text is there."""
    async with browse(lab) as ui:
        await ui.press("g", number)
        await ui.at(1)
        await ui.until(lambda: ui.focus == pane and "q quit" in ui.screen()[-1])
        await ui.idle()  # the keys below are those of the pane by now
        before = ui.screen()
        for back in ("z", "escape"):
            await ui.press("z")
            await handled(ui.pilot)
            widget = ui.main.query_one(f"#{pane}")
            assert any(words in row for row in ui.screen())
            assert (widget.outer_size.height, widget.outer_size.width, ui.focus) == (22, 80, pane)
            await ui.press(back)
            await ui.until(lambda: ui.screen() == before)


async def test_leaving_a_zoomed_pane_is_seen(browse: Browse, lab: Path) -> None:
    """Whatever gets the focus is on screen, also the filter's box."""
    async with browse(lab) as ui:
        for keys in (["2", "z", "enter"], ["3", "z", "2"], ["3", "z", "slash"], ["1", "z", "tab"]):
            await ui.press(*keys)
            await handled(ui.pilot)
            assert ui.app.focused is not None, keys
            assert ui.app.focused.region.area > 0, keys
            assert ui.app.focused.is_on_screen, keys
            while ui.main.has_class("zoomed") or ui.focus == "filter":
                await ui.press("escape")


async def test_a_frame_is_copied_as_it_came(browse: Browse, capture: Capture) -> None:
    """Not as it is shown: with its spaces, its control characters, and what is no text by its numbers."""
    talk = capture.session()
    raws: list[str | bytes] = ['[2, "a",\t"Heartbeat",{} ]', '[2,"\x1b[2J","x",{}]', b'[2,"\xff"]', '["\ud800"]']
    for raw in raws:
        talk.say(STATION, raw)
    async with browse(capture.close()) as ui:
        await ui.press("g")
        copies = []
        for number in range(1, 5):
            await ui.at(number)
            await ui.press("y", "y")
            await ui.until(lambda number=number: len(ui.notices) == number)
            copies.append(ui.app.clipboard)
            await ui.press("j")
        assert copies[:3] == [raws[0], raws[1], '[2,"\\xff"]']
        assert "\\" in copies[3]
        assert ui.notices[0] == f"copied the frame as it came, {len(raws[0])} characters"


async def test_the_mouse_chooses_a_frame_and_a_session(browse: Browse, lab: Path) -> None:
    """The row that it points at."""
    async with browse(lab) as ui:
        await ui.press("g")
        await ui.at(1)
        row = next(number for number, text in enumerate(ui.screen()) if "StatusNotification" in text and "CALL" in text)
        await ui.pilot.click(offset=(20, row))
        await ui.at(3)
        row = next(number for number, text in enumerate(ui.screen()) if "CP-2" in text)
        await ui.pilot.click(offset=(20, row))
        await ui.listed(32)


async def test_a_capture_without_sessions_waits_for_a_station(browse: Browse, capture: Capture) -> None:
    async with browse(capture.close()) as ui:
        text = "\n".join(ui.screen())
        assert "waiting for a station" in text
        await ui.press("g", "G", "j", "k", "o", "y", "enter", "z", "z", "F", "right_square_bracket")
        await ui.until(lambda: "no problem here" in ui.notices)
        assert ui.here is None


async def test_masked_secrets_are_told(browse: Browse, capture: Capture) -> None:
    talk = capture.session()
    talk.call(CSMS, "c-1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "hunter22"})
    async with browse(capture.close()) as ui:
        assert "1 secret value masked" in ui.detail_text
        assert "hunter22" not in "\n".join(ui.screen())
        assert '"********"' in ui.detail_text


LOOP = ("H006", "warning", "the 7th connection within a minute", "look at how the 1st ended")


async def test_what_was_found_about_a_session_stands_above_its_frame_while_one_chooses(
    browse: Browse, capture: Capture
) -> None:
    """It is about no frame, so only the choice of the session can show it."""
    talk = capture.session("CP-1")
    talk.beat(1)
    talk.found(*LOOP)
    talk.close()
    async with browse(capture.close()) as ui:
        assert "H006" not in ui.detail_text
        await ui.press("1")
        assert "H006" not in ui.detail_text
        await ui.press("j")
        await ui.until(lambda: "H006" in ui.detail_text)
        text = ui.detail_text
        assert text.index("session 1") < text.index("⚠ H006 the 7th") < text.index("frame 1") < text.index("Heartbeat")
        await ui.press("2")
        await ui.until(lambda: "H006" not in ui.detail_text)
        assert "Heartbeat" in ui.detail_text


async def test_a_session_without_frames_shows_what_was_found_about_it(browse: Browse, capture: Capture) -> None:
    """As a refused one: also in its row, and wherever the focus is."""
    capture.session("CP-X", http_status=401).found("H004", "error", "refused")
    capture.session("CP-1").beat(1)
    async with browse(capture.close()) as ui:
        await ui.press("1", "j", "enter")
        await ui.until(lambda: "✖ H004 refused" in ui.detail_text)
        assert next(row for row in ui.screen() if "CP-X" in row).count("✖1") == 1
