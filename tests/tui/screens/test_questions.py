from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from inspector.errors import InspectorError
from inspector.tui.screens.questions import (
    Answer,
    ChoiceScreen,
    LineScreen,
    PickScreen,
    Replacement,
    ReplaceScreen,
)
from tests.tui.conftest import HOSTILE, UNSAFE, press, screen_of, wait_for

Pressed = tuple[str, ...]


async def asked(pilot: Pilot[Any], screen: Screen[Any], *keys: str) -> Any:
    """Ask, press keys, and return the answer."""
    answers: list[Any] = []
    pilot.app.push_screen(screen, answers.append)
    await wait_for(pilot, lambda: pilot.app.screen is screen and screen.focused)
    await press(pilot, *keys)
    assert not UNSAFE.search("".join(screen_of(pilot.app)))
    return answers[0] if answers else "open"


def refuse(text: str) -> None:
    """Take digits only."""
    if not text.isdigit():
        raise InspectorError(f"no digits{HOSTILE}")


async def test_questions_are_answered_by_keys() -> None:
    """By an answer's key or by enter on it; escape answers nothing. What is asked may quote anything."""
    answers = (Answer("s", f"save {HOSTILE}"), Answer("d", "drop"))
    async with App[None]().run_test() as pilot:
        assert await asked(pilot, ChoiceScreen(HOSTILE, answers), "d") == "d"
        assert await asked(pilot, ChoiceScreen("?", answers), "down", "enter") == "d"
        assert await asked(pilot, ChoiceScreen("?", answers), "escape") == ""
        assert await asked(pilot, LineScreen(HOSTILE, "12", refuse), "end", "3", "enter") == "123"
        assert await asked(pilot, LineScreen("?", "x", refuse), "enter", "escape") == ""
        assert await asked(pilot, PickScreen("?", ["Heartbeat", "Reset", HOSTILE]), *"RES", "enter") == 1
        assert await asked(pilot, PickScreen("?", ["a", "b", "c"]), "down", "down", "up", "enter") == 1
        assert await asked(pilot, PickScreen("?", ["a"]), "z", "enter", "escape") is None


async def test_what_is_to_be_replaced_is_counted_while_it_is_typed() -> None:
    """A count that comes for what is not typed any more is not shown."""
    counted: list[tuple[Replacement, Any]] = []
    async with App[None]().run_test() as pilot:
        screen = ReplaceScreen(lambda wanted, tell: counted.append((wanted, tell)), key="idTag")
        assert await asked(pilot, screen, "tab", *"AB") == "open"
        assert counted[-1][0] == Replacement("AB", "", "idTag")
        counted[-1][1](1)
        counted[0][1](99)
        await wait_for(pilot, lambda: "in 1 place" in "\n".join(screen_of(pilot.app)))
        await press(pilot, "enter")
        assert pilot.app.screen is not screen
        counted[-1][1](2)
