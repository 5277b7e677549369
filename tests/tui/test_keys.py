"""The table of keys: each key does one thing in one place, and there is code for it."""

from collections import Counter

import pytest
from textual.keys import Keys, _character_to_key

from inspector.tui.app import InspectorApp
from inspector.tui.keys import KEYS, Key, bindings, shown
from inspector.tui.screens.apart import Apart
from inspector.tui.screens.browse import BrowseScreen
from inspector.tui.screens.edit import EditScreen
from inspector.tui.screens.findings import FindingsScreen
from inspector.tui.screens.help import PLACES as TITLES
from inspector.tui.screens.overview import OverviewScreen
from inspector.tui.screens.replay import ReplayScreen
from inspector.tui.screens.transaction import TransactionScreen
from inspector.tui.screens.transactions import TransactionsScreen
from inspector.tui.widgets.detail_pane import DetailPane
from inspector.tui.widgets.filter_bar import FilterBar
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.row_table import RowTable

PLACES: dict[str, tuple[type, ...]] = {
    "browse": (BrowseScreen,),
    "table": (RowTable,),
    "detail": (DetailPane, LinePane, LinesView),
    "frame": (DetailPane,),
    "filter": (FilterBar,),
    "transactions": (TransactionsScreen, TransactionScreen),
    "findings": (FindingsScreen,),
    "overview": (OverviewScreen,),
    "edit": (EditScreen,),
    "replay": (ReplayScreen,),
    "screen": (Apart,),
    "app": (InspectorApp,),
}

TOGETHER = (
    ("table", "browse", "app"),
    ("detail", "frame", "browse", "app"),
    ("table", "transactions", "screen", "app"),
    ("table", "detail", "findings", "screen", "app"),
    ("table", "overview", "screen", "app"),
    ("table", "edit", "app"),
    ("table", "replay", "app"),
)
"""Places whose keys are heard at once."""

SPARE = {
    ("table", "replay"): {"space"},  # page down leaves it to whoever plays
    ("table", "detail"): {"j", "down", "k", "up", "pagedown", "space", "pageup", "g", "home", "G", "end"},
}
"""Keys that a pane hides from the screen around it, or that only one of two panes hears."""


def names(*places: str) -> list[str]:
    """Return the keys of some places."""
    return [name for key in KEYS if key.place in places for name in key.keys.split(",")]


@pytest.mark.parametrize("places", TOGETHER, ids="-".join)
def test_no_key_means_two_things(places: tuple[str, ...]) -> None:
    """A pane's keys come before the screen's: one that is in both would hide the screen's."""
    spare = {name for pair, keys in SPARE.items() if set(pair) <= set(places) for name in keys}
    assert {name for name, count in Counter(names(*places)).items() if count > 1} <= spare


def test_each_place_is_known() -> None:
    assert {key.place for key in KEYS} == set(PLACES) == set(TITLES)


def test_each_action_has_its_own_id() -> None:
    """The user's keymap is made of them."""
    assert [name for name, count in Counter(key.id for key in KEYS).items() if count > 1] == []
    assert not any(letter in key.id for key in KEYS for letter in "()' ")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.place} {key.keys}")
def test_each_key_has_its_action(key: Key) -> None:
    name = key.action.partition("(")[0]
    for owner in (InspectorApp,) if name.startswith("app.") else PLACES[key.place]:
        assert callable(getattr(owner, f"action_{name.rpartition('.')[2]}"))


def test_each_key_can_be_pressed() -> None:
    """It is spelled as Textual spells it; a name it does not know would never come."""
    legal = {key.value for key in Keys} | {_character_to_key(chr(code)) for code in range(0x21, 0x7F)}
    assert {_character_to_key(name) if len(name) == 1 else name for name in names(*PLACES)} <= legal


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.place} {key.keys}")
def test_each_action_has_a_key_that_every_terminal_delivers(key: Key) -> None:
    """ctrl+h, i, m and [ are backspace, tab, enter and escape; ctrl+s and ctrl+q stop and start old terminals."""
    taken = {"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+left_square_bracket", "ctrl+s", "ctrl+q"}
    assert set(key.keys.split(",")) - taken


@pytest.mark.parametrize("place", PLACES)
def test_bindings_are_made_of_the_table(place: str) -> None:
    assert [(binding.key, binding.action) for binding in bindings(place)] == [
        (key.keys, key.action) for key in KEYS if key.place == place
    ]


def test_only_what_has_a_word_for_it_is_in_the_footer() -> None:
    footer = [(binding.key_display, binding.description) for binding in bindings("browse") if binding.show]
    assert footer[0] == ("/", "filter")
    assert footer[-1] == ("q", "quit")
    assert len(footer) == sum(bool(key.footer) for key in KEYS if key.place == "browse")


@pytest.mark.parametrize(("name", "people_see"), [("slash", "/"), ("down", "↓"), ("F", "F"), ("ctrl+d", "ctrl+d")])
def test_keys_are_shown_as_people_know_them(name: str, people_see: str) -> None:
    assert shown(name) == people_see


def test_no_key_is_shown_by_its_inner_name() -> None:
    assert [shown(name) for name in names(*PLACES) if "_" in shown(name)] == []
