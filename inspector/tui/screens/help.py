"""The help: the keys of the screen it is asked from and the filter language, from the tables that make them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from inspector.store.filter.terms import GUIDE, TERMS
from inspector.tui.keys import KEYS, shown

PLACES = {
    "browse": "On the main screen",
    "table": "In a table",
    "detail": "In the detail",
    "frame": "On a frame in the detail",
    "filter": "In the filter",
    "transactions": "Transactions",
    "findings": "Findings",
    "overview": "Overview",
    "edit": "Editing a draft",
    "replay": "Replaying",
    "screen": "On a screen over the main one",
    "app": "Everywhere",
}
"""Where keys work, in the order of the help."""

KEY_CELLS, TEXT_CELLS = 20, 48
"""Columns of the keys, and of what they do: at 80 columns it fits."""


class HelpBox(VerticalScroll):
    """Scrolls by the keys it teaches."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "scroll_down", "down"),
        ("k", "scroll_up", "up"),
        ("space", "page_down", "page down"),
        ("g", "scroll_home", "top"),
        ("G", "scroll_end", "bottom"),
    ]


class HelpScreen(ModalScreen[None]):
    """Shows the keys that work on a screen, over it; ``keymap`` has the user's own by the ids of their actions."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "close")]

    def __init__(self, screen: Screen[Any], keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._text = help_text(places_of(screen), keymap)

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with HelpBox(id="help") as box:
            box.border_title = Content("help · esc closes")
            yield Static(Content(self._text))


def places_of(screen: Screen[Any]) -> set[str]:
    """Return the places there are on a screen: those of the keys that something on it listens to."""
    nodes = (screen.app, screen, *screen.walk_children())
    ids = (binding.id or "" for node in nodes for _, binding in node._bindings)
    return {each.partition(".")[0] for each in ids}


def help_text(places: Collection[str] = PLACES.keys(), keymap: Mapping[str, str] | None = None) -> str:
    """Return the help as plain text."""
    lines: list[str] = []
    for place, title in PLACES.items():
        if place in places:
            lines += ["", title, *_keys(place, keymap or {})]
    if "browse" in places:
        lines += ["", "Filter", *_table(GUIDE), *_table((f"{term.key}:", term.help) for term in TERMS.values())]
    return "\n".join(lines[1:])


def _keys(place: str, keymap: Mapping[str, str]) -> Iterator[str]:
    return _table((names(keymap.get(key.id, key.keys)), key.text) for key in KEYS if key.place == place)


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Set texts beside what they are about."""
    for name, text in rows:
        first, *more = wrap(text, TEXT_CELLS)
        yield f"  {name:<{KEY_CELLS}} {first}"
        yield from (f"{'':{KEY_CELLS + 3}}{line}" for line in more)


def names(keys: str) -> str:
    """Return keys as people know them."""
    return "  ".join(shown(key) for key in keys.split(","))
