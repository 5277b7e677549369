"""The help: complete, and easy to leave."""

from pathlib import Path

import pytest
from textual.widgets import Static

from inspector.store.filter.terms import GUIDE, TERMS
from inspector.tui.keys import KEYS, shown
from inspector.tui.screens.help import PLACES, HelpScreen, help_text
from tests.tui.conftest import Browse


def sections() -> dict[str, str]:
    """Return the text of the help below its headings, without its line breaks."""
    found: dict[str, list[str]] = {}
    for line in help_text().splitlines():
        if line and not line.startswith(" "):
            heading = line
        elif line:
            found.setdefault(heading, []).append(line)
    return {heading: " ".join(" ".join(lines).split()) for heading, lines in found.items()}


def test_each_key_is_in_the_help() -> None:
    """Each of its names, with what it does, under the place where it works."""
    for key in KEYS:
        assert f"{' '.join(map(shown, key.keys.split(',')))} {key.text}" in sections()[PLACES[key.place]]


def test_the_filter_language_is_in_the_help() -> None:
    for written, text in (*GUIDE, *((f"{term.key}:", term.help) for term in TERMS.values())):
        assert f"{written} {' '.join(text.split())}" in sections()["Filter"]


def test_it_fits_into_80_columns() -> None:
    assert max(map(len, help_text().splitlines())) <= 72


def test_only_the_keys_of_the_places_asked_for_are_in_the_help() -> None:
    assert "save the draft" in help_text({"edit"})
    assert "Filter" not in help_text({"edit"})
    assert "save the draft" not in help_text({"browse", "table"})


def test_the_users_own_keys_are_in_the_help() -> None:
    assert "  L  ctrl+l            follow new" in help_text({"browse"}, {"browse.follow": "L,ctrl+l"})


def test_the_help_tells_of_the_palette() -> None:
    assert "command palette" in help_text()


async def test_it_opens_and_closes(browse: Browse, lab: Path) -> None:
    """Also with q, which does not quit from here; the focus is back where it was."""
    async with browse(lab) as ui:
        await ui.press("1")
        for opening, closing in (("question_mark", "escape"), ("f1", "q"), ("question_mark", "question_mark")):
            await ui.press(opening)
            await ui.until(lambda: isinstance(ui.app.screen, HelpScreen))
            await ui.press(closing)
            await ui.until(lambda: ui.app.screen is ui.main)
            assert ui.app.is_running
            assert ui.focus == "sessions"


async def test_all_of_it_is_on_the_screen(browse: Browse, lab: Path) -> None:
    """At 80x24 the rest has to be scrolled to."""
    async with browse(lab) as ui:
        await ui.press("question_mark")
        await ui.until(lambda: isinstance(ui.app.screen, HelpScreen))
        places = {"browse", "table", "detail", "frame", "filter", "app"}
        assert str(ui.app.screen.query_one(Static).render()) == help_text(places)
        assert any("On the main screen" in row for row in ui.screen())


@pytest.mark.parametrize("key", ["end", "G"])
async def test_its_end_can_be_reached(browse: Browse, lab: Path, key: str) -> None:
    """At 80x24 it is longer than the screen; it moves by the keys that it teaches."""
    async with browse(lab) as ui:
        await ui.press("question_mark")
        await ui.until(lambda: isinstance(ui.app.screen, HelpScreen))
        assert not any("frames with a mark" in row for row in ui.screen())
        await ui.press(key)
        assert ui.app.screen.query_one("#help").max_scroll_y > 0
        await ui.until(lambda: any("frames with a mark" in row for row in ui.screen()))
