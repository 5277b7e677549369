"""The help: complete, and easy to leave."""

from pathlib import Path

import pytest
from textual.widgets import Static

from inspector.store.filter.terms import TERMS
from inspector.tui.keys import KEYS, shown
from inspector.tui.screens.help import PLACES, HelpScreen, help_text
from tests.tui.conftest import Browse


def sections() -> dict[str, list[str]]:
    """Return the lines of the help below their headings."""
    found: dict[str, list[str]] = {}
    for line in help_text().splitlines():
        if line and not line.startswith(" "):
            heading = line
        elif line:
            found.setdefault(heading, []).append(line)
    return found


def test_each_key_is_in_the_help() -> None:
    """Each of its names, with what it does, under the place where it works."""
    for key in KEYS:
        names = [shown(name) for name in key.keys.split(",")]
        lines = sections()[PLACES[key.place]]
        assert any(line.split()[: len(" ".join(names).split())] == " ".join(names).split() for line in lines)
        assert any(line.endswith(f" {key.text}") for line in lines)


def test_each_filter_key_is_in_the_help() -> None:
    lines = sections()[next(heading for heading in sections() if heading.startswith("Filter"))]
    for term in TERMS.values():
        assert any(line.split()[0] == f"{term.key}:" and line.endswith(term.help) for line in lines)


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
        assert str(ui.app.screen.query_one(Static).render()) == help_text()
        assert any("Everywhere" in row for row in ui.screen())


@pytest.mark.parametrize("key", ["end", "G"])
async def test_its_end_can_be_reached(browse: Browse, lab: Path, key: str) -> None:
    """At 80x24 it is longer than the screen; it moves by the keys that it teaches."""
    async with browse(lab) as ui:
        await ui.press("question_mark")
        await ui.until(lambda: isinstance(ui.app.screen, HelpScreen))
        assert not any("raw text holds it" in row for row in ui.screen())
        await ui.press(key)
        assert ui.app.screen.query_one("#help").max_scroll_y > 0
        await ui.until(lambda: any("raw text holds it" in row for row in ui.screen()))
