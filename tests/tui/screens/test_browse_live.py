"""The main screen while the capture is being written, and when the file is taken away from it."""

import os
from collections import Counter

import pytest
from rich.cells import set_cell_size

from inspector.store.reader import Reader
from tests.tui.conftest import CSMS, STATION, Browse, Capture, Talk, Ui


def beats(talk: Talk, first: int, count: int) -> None:
    """Record some Heartbeats, and wait until they are in the file."""
    for number in range(first, first + count):
        talk.beat(number)
    talk.flush()


def place(ui: Ui) -> tuple[object, ...]:
    """Return where the reader of the frames is: the frame, the scroll offset and the rows on screen."""
    region = ui.frames.region
    rows = [set_cell_size(row, region.right - 1).rstrip() for row in ui.screen()[region.y + 1 : region.bottom]]
    return ui.here, ui.frames.scroll_offset, rows


async def test_new_frames_are_followed(browse: Browse, capture: Capture) -> None:
    talk = capture.session()
    beats(talk, 1, 30)
    async with browse(capture.path) as ui:
        assert "following" in ui.title
        assert "1 open" in ui.title
        beats(talk, 31, 20)
        await ui.listed(50)
        await ui.at(50)
        assert "hb-50" in ui.detail_text


async def test_after_moving_up_nothing_moves(browse: Browse, capture: Capture) -> None:
    """The title says how much is new; G goes there and follows again."""
    talk = capture.session()
    beats(talk, 1, 30)
    async with browse(capture.path) as ui:
        await ui.press("k", "k")
        await ui.at(28)
        before = place(ui)
        beats(talk, 31, 50)
        await ui.until(lambda: "50 new, F follows" in ui.title)
        beats(talk, 81, 1)
        await ui.until(lambda: "51 new, F follows" in ui.title)
        assert place(ui) == before
        assert ui.frames.count == 81
        await ui.press("G")
        await ui.at(81)
        assert "following" in ui.title
        assert "new" not in ui.title
        beats(talk, 82, 1)
        await ui.at(82)


async def test_f_stops_and_follows_again(browse: Browse, capture: Capture) -> None:
    talk = capture.session()
    beats(talk, 1, 3)
    async with browse(capture.path) as ui:
        await ui.press("F")
        assert "following" not in ui.title
        beats(talk, 4, 2)
        await ui.until(lambda: "2 new, F follows" in ui.title)
        await ui.at(3)
        await ui.press("F")
        await ui.at(5)
        assert "following" in ui.title


async def test_the_detail_stays_where_it_was_scrolled_to(browse: Browse, capture: Capture) -> None:
    """Its frame gets an answer meanwhile, which is added below."""
    talk = capture.session()
    talk.call(STATION, "d-1", "DataTransfer", {"vendorId": "x", "data": "words " * 200})
    talk.flush()
    async with browse(capture.path) as ui:
        await ui.press("F", "enter", "j", "j")
        await ui.until(lambda: ui.detail.cursor == 2)
        assert "no answer" in ui.detail_text
        talk.answer(CSMS, "d-1", {"status": "Accepted"})
        talk.flush()
        await ui.until(lambda: "── answer · 50.0 ms" in ui.detail_text)
        assert ui.detail.cursor == 2
        await ui.at(1)


async def test_the_first_station_is_waited_for(browse: Browse, capture: Capture) -> None:
    """The keys that were pressed meanwhile have nothing to move and stop nothing."""
    async with browse(capture.path) as ui:
        assert "nobody connected" in ui.title
        await ui.press("k", "G", "g")
        talk = capture.session("CP-9")
        beats(talk, 1, 2)
        await ui.at(2)
        assert any("CP-9" in row for row in ui.screen())
        assert "1 open" in ui.title
        assert "following" in ui.title


async def test_a_new_session_appears_and_an_ended_one_is_seen(browse: Browse, capture: Capture) -> None:
    one = capture.session("CP-1")
    beats(one, 1, 1)
    async with browse(capture.path) as ui:
        two = capture.session("CP-TWO", at=10.0)
        beats(two, 2, 1)
        await ui.until(lambda: "2 open" in ui.title and any("CP-TWO" in row and "●" in row for row in ui.screen()))
        assert any("CP-TWO" in row and "CALL" in row for row in ui.screen())
        one.close()
        one.flush()
        await ui.until(lambda: "1 open" in ui.title and any("CP-1" in row and "○" in row for row in ui.screen()))


async def test_only_frames_of_the_chosen_session_are_new(browse: Browse, capture: Capture) -> None:
    one, two = capture.session("CP-1"), capture.session("CP-2")
    beats(one, 1, 3)
    async with browse(capture.path) as ui:
        await ui.press("1", "j")
        await ui.until(lambda: ui.frames.border_title == "2 frames · session 1 · 3")
        await ui.press("2", "k")
        beats(two, 1, 5)
        beats(one, 4, 1)
        await ui.until(lambda: "1 new, F follows" in ui.title)
        assert ui.frames.count == 4


async def test_only_frames_that_pass_the_filter_are_new(browse: Browse, capture: Capture) -> None:
    talk = capture.session()
    beats(talk, 1, 2)
    async with browse(capture.path) as ui:
        ui.filter.value = "hb-1*"
        await ui.listed(1)
        beats(talk, 3, 10)
        await ui.listed(4)
        await ui.until(lambda: "4 of 12" in str(ui.frames.border_title))


async def test_late_findings_come_to_rows_that_are_drawn(browse: Browse, capture: Capture) -> None:
    """A CALL turns out to be unanswered half a minute later: in its row, its session's, and the detail."""
    talk = capture.session()
    beats(talk, 1, 3)
    async with browse(capture.path) as ui:
        await ui.press("g")
        await ui.at(1)
        assert not any("✖" in row for row in ui.screen())
        talk.tick(60.0)
        talk.flush()
        await ui.until(lambda: sum("Heartbeat" in row and "✖1" in row for row in ui.screen()) == 3)
        assert any("CP-1" in row and "✖3" in row for row in ui.screen())
        assert "R001" in ui.detail_text
        assert ui.here == 1


async def test_late_findings_bring_frames_through_the_filter(browse: Browse, capture: Capture) -> None:
    """Who filters for errors wants to see the unanswered CALL too, also after a later error."""
    talk = capture.session()
    beats(talk, 1, 1)
    talk.say(STATION, "not JSON")
    talk.flush()
    async with browse(capture.path) as ui:
        ui.filter.value = "severity:error"
        await ui.listed(1)
        talk.tick(60.0)
        talk.flush()
        await ui.until(lambda: any("CP-1" in row and "✖2" in row for row in ui.screen()))
        await ui.until(lambda: ui.ids == [1, 2])


async def test_new_errors_are_counted_by_who_filters_for_errors(browse: Browse, capture: Capture) -> None:
    """Each changes the sessions' counts; the reader's place is kept and told of nevertheless."""
    talk = capture.session()
    for _ in range(20):
        talk.say(STATION, "not JSON")
    talk.flush()
    async with browse(capture.path) as ui:
        ui.filter.value = "severity:error"
        await ui.until(lambda: "20 of 20" in str(ui.frames.border_title))
        await ui.press("k", "k")
        await ui.at(18)
        before = place(ui)
        for count in (1, 2):
            talk.say(STATION, "not JSON")
            talk.flush()
            await ui.until(lambda count=count: f"{count} new, F follows" in ui.title)
        assert place(ui) == before


async def test_a_deleted_capture_is_told(browse: Browse, capture: Capture) -> None:
    """What was read can still be looked at; nothing crashes."""
    beats(capture.session(), 1, 30)
    async with browse(capture.close()) as ui:
        capture.path.unlink()
        await ui.until(lambda: ui.banner.startswith("⚠"))
        await ui.press("g", "j", "right_square_bracket", "o", "y", "1", "j", "enter", "slash", "a", "escape")
        assert "no such file" in ui.banner


async def test_the_file_that_takes_the_place_of_a_deleted_one_is_opened(browse: Browse, capture: Capture) -> None:
    """The recorder makes it, and says in it what is missing; the title counts that and a page tells it."""
    talk = capture.session()
    beats(talk, 1, 30)
    async with browse(capture.path) as ui:
        capture.path.unlink()
        beats(talk, 31, 2)
        await ui.listed(2)
        await ui.until(lambda: "⚠ 1 gap" in ui.title)
        assert ui.banner == ""
        await ui.press("1")
        assert "gap" in ui.detail_text
        assert "deleted or replaced" in ui.detail_text


async def test_what_takes_its_place_and_is_no_capture_is_told(browse: Browse, capture: Capture) -> None:
    """As soon as it is one again, it is opened."""
    beats(capture.session(), 1, 3)
    async with browse(capture.close()) as ui:
        other = capture.path.with_suffix(".txt")
        other.write_text("notes " * 1000)
        capture.path.rename(kept := capture.path.with_suffix(".kept"))
        other.rename(capture.path)
        await ui.until(lambda: "not a capture" in ui.banner)
        kept.rename(capture.path)
        await ui.until(lambda: not ui.banner)
        await ui.at(3)


async def test_an_emptied_capture_is_told(browse: Browse, capture: Capture) -> None:
    beats(capture.session(), 1, 600)
    async with browse(capture.close()) as ui:
        os.truncate(capture.path, 0)
        await ui.until(lambda: ui.banner.startswith("⚠"))


@pytest.mark.parametrize("keys", ["g y k", "right_square_bracket", "o", "1 j slash a enter", "z"])
async def test_no_key_crashes_on_a_capture_cut_short(browse: Browse, capture: Capture, keys: str) -> None:
    """What can't be read any more is missing on the screen, and the banner says why."""
    beats(capture.session(), 1, 600)
    async with browse(capture.close()) as ui:
        os.truncate(capture.path, 4096)
        await ui.until(lambda: ui.banner.startswith("⚠"))
        await ui.press(*keys.split())
        await ui.idle()
        assert ui.app.is_running


async def test_what_can_not_be_read_is_not_asked_for_without_end(
    browse: Browse, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saying so draws the screen anew, and drawing reads: that must not go round and round."""
    asked: Counter[str] = Counter()

    def counted(name: str) -> None:
        method = getattr(Reader, name)

        def count(*arguments: object) -> object:
            asked[name] += 1
            return method(*arguments)

        monkeypatch.setattr(Reader, name, count)

    beats(capture.session(), 1, 600)
    async with browse(capture.close()) as ui:
        os.truncate(capture.path, 4096)
        await ui.until(lambda: ui.banner.startswith("⚠"))
        await ui.press("g")
        counted("frames")
        counted("change")
        await ui.until(lambda: asked["change"] >= 10)
        assert asked["frames"] <= 10


async def test_a_trouble_that_passed_is_forgotten(browse: Browse, capture: Capture) -> None:
    """The file was away for a moment, such as while it is copied over."""
    talk = capture.session()
    beats(talk, 1, 1)
    async with browse(capture.path) as ui:
        away = capture.path.with_suffix(".away")
        capture.path.rename(away)
        await ui.until(lambda: ui.banner.startswith("⚠"))
        away.rename(capture.path)
        await ui.until(lambda: not ui.banner)
        beats(talk, 2, 1)
        await ui.at(2)


async def test_leaving_while_it_is_written_is_clean(browse: Browse, capture: Capture) -> None:
    talk = capture.session()
    async with browse(capture.path) as ui:
        for number in range(200):
            talk.beat(number)
        await ui.press("q")
        await ui.until(lambda: not ui.app.is_running)
    assert ui.app.return_code == 0
