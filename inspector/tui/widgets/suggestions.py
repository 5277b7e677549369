"""A few lines over the screen that show what may be typed, the one that is taken marked."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from inspector.protocol.printable import visible
from inspector.store.filter.completion import Suggestion
from inspector.tui.composed.lines import Line, fit

MOST_LINES = 8
WIDEST = 28
"""Columns of what is suggested; its help stands behind it."""


class Suggestions(Static):
    """Shows itself while there is something to choose from."""

    DEFAULT_CSS = """
    Suggestions { overlay: screen; constrain: none inside; display: none; width: 1fr; height: auto; padding: 0 1; }
    Suggestions { background: $panel; color: $foreground; }
    Suggestions.shown { display: block; }
    """

    def offer(self, suggestions: Sequence[Suggestion], at: int) -> None:
        """Show suggestions, the chosen one among them; hide where there are none."""
        self.set_class(bool(suggestions), "shown")
        if suggestions:
            self.update(page(suggestions, at, self.parent.size.width - 2 if isinstance(self.parent, Widget) else 78))


def page(suggestions: Sequence[Suggestion], at: int, width: int) -> Content:
    """Lay out the lines around the chosen one, and how many there are in all."""
    most = min(MOST_LINES, len(suggestions))
    start = min(max(at - most // 2, 0), len(suggestions) - most)
    name_width = min(max(cell_len(visible(each.shown)) for each in suggestions), WIDEST)
    lines = [
        fit(_line(each, start + row == at, name_width), width)
        for row, each in enumerate(suggestions[start : start + most])
    ]
    place = f"{at + 1} of {len(suggestions)}" if at >= 0 else f"{len(suggestions)}"
    lines.append(fit(((f"  {place} · tab next · shift+tab previous · → takes it", "$foreground-muted"),), width))
    return Content("\n").join(Content.assemble(*line) for line in lines)


def _line(suggestion: Suggestion, is_chosen: bool, name_width: int) -> Line:
    name = "".join(part for part, _ in fit(((visible(suggestion.shown), ""),), name_width))
    return (
        ("▸ " if is_chosen else "  ", "$text-primary"),
        (name + " " * (name_width - cell_len(name)), "bold $text-primary" if is_chosen else "$text-primary"),
        ("  " + visible(suggestion.help), "" if is_chosen else "$foreground-muted"),
    )
