"""The help: all keys and the filter language, from the tables that make them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.store.filter.terms import TERMS
from inspector.tui.keys import KEYS, shown

PLACES = {"browse": "Everywhere", "table": "In a table", "detail": "In the detail"}


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
    """Shows the keys over the screen it was asked from."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "close")]

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with HelpBox(id="help") as box:
            box.border_title = Content("help · esc closes")
            yield Static(Content(help_text()))


def help_text() -> str:
    """Return the help as plain text."""
    lines: list[str] = []
    for place, title in PLACES.items():
        lines += ["", title]
        lines += [f"  {_names(key.keys):<22} {key.text}" for key in KEYS if key.place == place]
    lines += ["", "Filter: terms side by side must all hold; or, not, ( ), quotes; * is any text"]
    lines += [f"  {term.key + ':':<22} {term.help}" for term in TERMS.values()]
    lines.append(f"  {'any word':<22} frames whose raw text holds it")
    return "\n".join(lines[1:])


def _names(keys: str) -> str:
    return "  ".join(shown(key) for key in keys.split(","))
