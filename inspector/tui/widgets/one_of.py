"""One of a few choices on one line, taken by the arrow keys or the mouse."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

TAKEN, LEFT = "●", "○"
BETWEEN = "   "


class OneOf(Static, can_focus=True):
    """Shows all choices, each with its sign; ``chosen`` is the index of the one that is taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "move(1)", "next", show=False),
        Binding("left,h", "move(-1)", "previous", show=False),
    ]
    DEFAULT_CSS = """
    OneOf { height: 1; width: 1fr; }
    OneOf:focus { text-style: bold; background: $primary 40%; }
    """

    class Changed(Message):
        """Another one is taken."""

        def __init__(self, one_of: "OneOf") -> None:
            super().__init__()
            self.one_of = one_of

        @property
        def control(self) -> "OneOf":
            """The widget, for handlers that select by id."""
            return self.one_of

    def __init__(self, choices: Sequence[str], chosen: int = 0, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.chosen = chosen
        self._choices = choices

    def on_mount(self) -> None:
        """Show it."""
        self.choose(self.chosen)

    def choose(self, index: int) -> None:
        """Take another one; from the last it goes on with the first."""
        before, self.chosen = self.chosen, index % len(self._choices)
        self.update(Content(BETWEEN.join(self._labels)))
        if before != self.chosen:
            self.post_message(self.Changed(self))

    @property
    def _labels(self) -> Sequence[str]:
        return [f"{TAKEN if n == self.chosen else LEFT} {choice}" for n, choice in enumerate(self._choices)]

    def action_move(self, by: int) -> None:
        """Take the next or the previous one."""
        self.choose(self.chosen + by)

    def on_click(self, event: events.Click) -> None:
        """Take the one that the mouse points at."""
        end = 0
        for index, label in enumerate(self._labels):
            end += cell_len(label + BETWEEN)
            if event.x < end:
                self.choose(index)
                return
