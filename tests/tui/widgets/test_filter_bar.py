"""The filter's bar by itself: completion, history, saved filters, and how it says what is wrong."""

from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Label, Static

import inspector.tui
from inspector.store.filter import EVERYTHING, compile_filter
from inspector.tui import kept
from inspector.tui.widgets.filter_bar import FilterBar
from inspector.tui.widgets.suggestions import Suggestions
from tests.tui.conftest import UNSAFE, handled, press, screen_of, wait_for


class Shown(App[None]):
    """Shows a filter bar over a capture."""

    CSS_PATH = Path(inspector.tui.__file__).with_name("app.tcss")  # type: ignore[assignment]

    def __init__(self, capture: Path) -> None:
        super().__init__()
        self.capture = capture
        self.said: list[str] = []
        self.bar = FilterBar()

    def compose(self) -> ComposeResult:
        yield self.bar
        yield Label("below", id="below")

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        assert message.where == compile_filter(message.text)
        self.said.append(message.text)

    def on_filter_bar_submitted(self) -> None:
        self.said.append("!")

    async def until_known(self, pilot: Pilot[None]) -> None:
        await wait_for(pilot, lambda: self.bar._known.stations)

    @property
    def offered(self) -> str:
        box = self.bar.query_one(Suggestions)
        return str(box.render()) if box.has_class("shown") else ""

    @property
    def complaint(self) -> str:
        return str(self.bar.query_one("#filter-error", Static).render())


@pytest.fixture
def app(lab: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """An application of nothing but the bar."""
    monkeypatch.setattr("inspector.tui.widgets.filter_bar.TYPING_SECONDS", 0.02)
    return Shown(lab)


async def typed(pilot: Pilot[Any], app: Shown, text: str) -> None:
    """Open the bar and type, faster than it tries what is typed."""
    app.bar.open()
    app.bar.box.value = text
    app.bar.box.cursor_position = len(text)
    await handled(pilot)


async def test_tab_completes_and_goes_around(app: Shown) -> None:
    """What is offered lies over what is below; any other key takes it away, escape first of all."""
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await typed(pilot, app, "se")
        await app.until_known(pilot)
        await press(pilot, "tab")
        assert (app.bar.text, "▸ sender:" in app.offered, "▸ session" in app.offered) == ("sender:", True, False)
        await press(pilot, "tab", "tab")
        assert (app.bar.text, "▸ severity:" in app.offered) == ("severity:", True)
        assert any("▸ severity:" in row for row in screen_of(app))
        assert screen_of(app)[1].strip().startswith("sender:")
        await press(pilot, "shift+tab", "escape")
        assert (app.bar.text, app.offered, app.focused is app.bar.box) == ("session:", "", True)
        await press(pilot, "tab")
        assert (app.bar.text, "▸ 3" in app.offered) == ("session:3", True)
        await press(pilot, *" type", "tab", *"s", "backspace")
        assert (app.bar.text, app.offered) == ("session:3 type:", "")
        await press(pilot, *"x", "backspace", "tab", "right")
        assert (app.bar.text, app.offered) == ("session:3 type:INVALID", "")
        app.bar.text = "session:3 s"
        await press(pilot, "tab", "tab", "right")
        assert (app.bar.text, "CP-2" in app.offered, "▸" in app.offered) == ("session:3 station:", True, False)
        await press(pilot, "escape")
        app.bar.text = "session:3"
        await press(pilot, *" stat", "tab")
        assert (app.bar.text, app.offered) == ("session:3 station:", "")
        await press(pilot, "C", "P", "tab", "end", "z", "tab")
        assert (app.bar.text, app.offered) == ("session:3 station:CP-2z", "")
        await wait_for(pilot, lambda: app.said[-1:] == ["session:3 station:CP-2z"])


async def test_what_is_wrong_is_underlined_and_the_last_good_filter_stays(app: Shown) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, app, "type:CALL")
        await wait_for(pilot, lambda: app.said == ["type:CALL"])
        await typed(pilot, app, "type:CALL acton:x")
        await wait_for(pilot, lambda: "did you mean action?" in app.complaint)
        assert app.complaint == "✖ column 11: there is no key acton; did you mean action?"
        assert underlined(app) == "acton"
        assert app.bar.where == compile_filter("type:CALL")
        await press(pilot, "enter")
        assert (app.said, app.focused is app.bar.box) == (["type:CALL"], True)
        app.bar.box.value = "type:CALL ("
        await wait_for(pilot, lambda: "missing at the end" in app.complaint)
        assert underlined(app) == "("
        app.bar.box.value = "type:SEND"
        await wait_for(pilot, lambda: app.said == ["type:CALL", "type:SEND"])
        assert (app.complaint, underlined(app)) == ("", "")


def underlined(app: Shown) -> str:
    """Return the letters of the line that are underlined, the cursor's own apart."""
    return "".join(part.text for part in app.bar.box.render_line(0) if part.style and part.style.underline)


async def test_filters_of_before_come_back_also_after_a_restart(lab: Path, app: Shown) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        for text in ("type:CALL", "type:SEND"):
            app.bar.text = ""
            await typed(pilot, app, text)
            await press(pilot, "enter")
            await wait_for(pilot, lambda: app.said[-1:] == ["!"])
    again = Shown(lab)
    async with again.run_test(size=(80, 24)) as pilot:
        await typed(pilot, again, "x")
        await press(pilot, "up", "up", "up")
        assert again.bar.text == "type:CALL"
        await press(pilot, "down")
        assert again.bar.text == "type:SEND"
        await press(pilot, "down", "down")
        assert again.bar.text == "x"
        await press(pilot, "up")
        await wait_for(pilot, lambda: again.said[-1:] == ["type:SEND"])
    assert kept.read_kept().history == ("type:CALL", "type:SEND")


async def test_a_filter_is_saved_by_a_name_and_recalled(app: Shown) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, app, "latency>2s or type:*ERROR")
        await press(pilot, "f2")
        await wait_for(pilot, lambda: len(app.screen_stack) == 2)
        await press(pilot, "enter")
        assert len(app.screen_stack) == 2, "it must have a name"
        await press(pilot, *"bad", "enter")
        await wait_for(pilot, lambda: len(app.screen_stack) == 1)
        assert kept.saved_filters() == {"bad": "latency>2s or type:*ERROR"}
        await wait_for(pilot, lambda: app.said == ["latency>2s or type:*ERROR"])
        app.bar.text = ""
        await typed(pilot, app, "@b")
        await press(pilot, "tab")
        assert app.bar.text == "latency>2s or type:*ERROR"
        app.bar.text = ""
        await typed(pilot, app, "@bad")
        await press(pilot, "enter")
        await wait_for(pilot, lambda: app.said[-1:] == ["!"])
        assert app.bar.text == "latency>2s or type:*ERROR"
        assert "@bad" not in app.said
        app.bar.text = "@bad"
        app.bar.box.focus()
        await press(pilot, "f2")
        assert (kept.saved_filters(), len(app.screen_stack)) == ({}, 1)


async def test_a_place_that_can_not_be_written_is_said_once(
    app: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for text in ("type:CALL", "type:SEND"):
            app.bar.text = ""
            await typed(pilot, app, text)
            await press(pilot, "enter")
            await wait_for(pilot, lambda text=text: app.said[-2:] == [text, "!"])
        said = [notice.message for notice in app._notifications]
        assert (len(said), "kept.json: can't be" in said[0]) == (1, True)


async def test_what_a_station_calls_itself_is_offered_harmlessly(hostile: Path) -> None:
    app = Shown(hostile)
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, app, "station:")
        await app.until_known(pilot)
        await press(pilot, "tab", "tab")
        assert "▸" in app.offered
        await handled(pilot)
        assert not UNSAFE.search("".join(screen_of(app)))


async def test_f1_shows_the_keys_and_comes_back(app: Shown) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await typed(pilot, app, "x")
        await press(pilot, "f1")
        await wait_for(pilot, lambda: any("terms side by side" in row for row in screen_of(app)))
        await press(pilot, "escape")
        await wait_for(pilot, lambda: len(app.screen_stack) == 1)
        assert (app.bar.text, app.focused is app.bar.box) == ("x", True)


async def test_a_text_that_is_put_into_it_holds_at_once(app: Shown) -> None:
    """And it is not told: who puts it knows."""
    async with app.run_test(size=(80, 24)) as pilot:
        app.bar.text = "type:CALL"
        assert app.bar.where == compile_filter("type:CALL")
        assert app.bar.has_class("shown")
        app.bar.text = ""
        assert (app.bar.where, app.bar.has_class("shown")) == (EVERYTHING, False)
        await handled(pilot)
        assert app.said == []
        app.bar.query_one(Input).value = "x"
        await wait_for(pilot, lambda: app.said == ["x"])
