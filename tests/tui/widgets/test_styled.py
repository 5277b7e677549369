"""What the widgets share: every style name has a colour, and a strip fills its row."""

import pytest
from rich.segment import Segment
from textual.geometry import Size
from textual.screen import Screen

from inspector.protocol.finding import Severity
from inspector.protocol.version import Party
from inspector.tui.composed.lines import ARROWS, SIGNS
from inspector.tui.widgets.styled import STYLES, Styled
from tests.tui.conftest import Stage


def test_each_severity_and_party_has_its_sign_and_its_style() -> None:
    """Nobody needs to see colours."""
    assert set(SIGNS) == set(Severity)
    assert set(ARROWS) == set(Party)
    assert {*SIGNS, *ARROWS, *(f"marked-{severity}" for severity in Severity)} <= set(STYLES)


async def test_each_style_changes_how_text_looks() -> None:
    """``app.tcss`` says how; a name it lacks would look like plain text."""
    widget = Styled(id="styled")
    async with Stage(widget).run_test():
        plain = widget.strip((("x", ""),))._segments[0].style
        inks = [name for name in STYLES if name not in {"cursor", "shadow"}]
        assert [name for name in inks if widget.strip((("x", name),))._segments[0].style == plain] == []
        assert [name for name in ("cursor", "shadow") if widget.strip((), fill=name)._segments[0].style == plain] == []


@pytest.mark.parametrize("text", ["", "short", "x" * 200, "漢" * 100])
async def test_a_strip_is_as_wide_as_the_widget(text: str) -> None:
    """What is shorter is filled, what is longer is cut: neighbours are never painted over."""
    widget = Styled(id="styled")
    async with Stage(widget).run_test(size=(40, 5)):
        strip = widget.strip(((text, "key"),), fill="cursor")
        assert strip.cell_length == sum(Segment(part.text).cell_length for part in strip) == 40
        assert all(part.style is not None and part.style.bgcolor is not None for part in strip)


async def test_text_in_a_row_keeps_the_background_of_the_row() -> None:
    widget = Styled(id="styled")
    async with Stage(widget).run_test():
        first, *rest = widget.strip((("a", "error"), ("b", "")), fill="cursor")
        assert first.style is not None
        assert all(part.style is not None and part.style.bgcolor == first.style.bgcolor for part in rest)


async def test_another_theme_has_other_colours_at_once() -> None:
    """Although the colours are remembered: a table draws thousands of pieces in few of them."""
    widget = Styled(id="styled")
    async with (stage := Stage(widget)).run_test() as pilot:
        before = widget.strip((("x", "error"),))._segments[0].style
        stage.theme = "textual-light"
        await pilot.pause()
        assert widget.strip((("x", "error"),))._segments[0].style != before


async def test_a_list_that_grows_is_not_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its bar is drawn anew: ten times a second, the whole screen would be too much."""
    widget = Styled(id="styled")
    async with Stage(widget).run_test(size=(40, 10)) as pilot:
        widget.set_height(100)
        await pilot.pause()
        layouts: list[object] = []
        refresh_layout = Screen._refresh_layout

        def counted(screen: Screen[None], *given: Size, scroll: bool = False) -> None:
            if not scroll:
                layouts.append(screen)
            refresh_layout(screen, *given, scroll=scroll)

        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        widget.set_height(200)
        await pilot.pause()
        assert (layouts, widget.max_scroll_y, widget.vertical_scrollbar.window_virtual_size) == ([], 190, 200)
        widget.scroll_to(y=190, animate=False)
        await pilot.pause()
        widget.set_height(100)
        await pilot.pause()
        assert (layouts, widget.scroll_offset.y) == ([], 90)
        widget.set_height(5)
        await pilot.pause()
        assert (bool(layouts), widget.show_vertical_scrollbar, widget.scroll_offset.y) == (True, False, 0)
