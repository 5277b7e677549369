"""The help of the filter: how terms are put together, and all keys with their examples, from the table of keys."""

from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.store.filter.terms import GUIDE, TERMS
from inspector.tui.screens.help import HelpBox

_NAME = 11
WIDTH = 70
"""Columns of the text, if the terminal is no narrower."""


class FilterHelp(ModalScreen[None]):
    """Shows the language over the screen it was asked from."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "close")]
    DEFAULT_CSS = "FilterHelp { align: center middle; background: $background 60%; }"

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with HelpBox(id="help") as box:
            box.border_title = Content("the filter · esc closes")
            yield Static(filter_help())


def filter_help() -> Content:
    """Return the help, a line or two for each key."""
    lines = [_row(form, [meaning], 20) for form, meaning in GUIDE]
    lines.append(Content(""))
    lines += [_row(term.key, [term.help, "  ".join(term.examples)], _NAME) for term in TERMS.values()]
    return Content("\n").join(lines)


def _row(name: str, texts: list[str], width: int) -> Content:
    """Lay out a name, and what is said of it beside and below."""
    styled = [
        (line, "$foreground-muted" if row else "") for row, text in enumerate(texts) for line in _wrap(text, width)
    ]
    names = [(name.ljust(width), "bold $text-primary")] + [(" " * width, "")] * (len(styled) - 1)
    return Content("\n").join(Content.assemble(*line) for line in zip(names, styled, strict=True))


def _wrap(text: str, indent: int) -> list[str]:
    return wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
