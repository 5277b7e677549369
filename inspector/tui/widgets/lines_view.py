"""Lines that are composed for the room there is: a page of a rule, a chart."""

from collections.abc import Callable, Sequence

from inspector.tui.composed.lines import Line
from inspector.tui.widgets.line_pane import Lines

Compose = Callable[[int, int], Sequence[Line]]
"""Makes the lines for a width and a height."""


class LinesView(Lines):
    """Composes its lines itself, and anew for each size."""

    def __init__(self, *, id: str, can_focus: bool = True) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.can_focus = can_focus
        self._make: Compose = lambda _width, _height: ()

    def show(self, compose: Compose, *, keep_place: bool = False) -> None:
        """Show other lines, from the top unless the place is kept."""
        self._make = compose
        self._lay_out(keep_place=keep_place)

    def on_resize(self) -> None:
        """Compose anew."""
        self._lay_out(keep_place=True)

    def _lay_out(self, *, keep_place: bool) -> None:
        room = self.scrollable_content_region
        self.put(self._make(room.width, room.height) if room.width else (), keep_place=keep_place)
