"""Lines that are composed for the room there is: a page of a rule, a chart."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip

from inspector.tui.composed.lines import Line
from inspector.tui.keys import bindings
from inspector.tui.widgets.styled import Styled

Compose = Callable[[int, int], Sequence[Line]]
"""Makes the lines for a width and a height."""


class LinesView(Styled):
    """Draws lines, and scrolls where there are more than rows."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail")]

    def __init__(self, *, id: str, can_focus: bool = True) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.can_focus = can_focus
        self.lines: Sequence[Line] = ()
        self._make: Compose = lambda _width, _height: ()

    def show(self, compose: Compose, *, keep_place: bool = False) -> None:
        """Show other lines, from the top unless the place is kept."""
        self._make = compose
        self._lay_out()
        if not keep_place:
            self.scroll_to(y=0, animate=False, force=True)

    def on_resize(self) -> None:
        """Compose anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        room = self.scrollable_content_region
        self.lines = self._make(room.width, room.height) if room.width else ()
        self.virtual_size = Size(0, len(self.lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = y + self.scroll_offset.y
        return self.strip(self.lines[index] if index < len(self.lines) else ())

    def action_scroll_by(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def action_scroll_pages(self, by: int) -> None:
        """Scroll by pages."""
        self.scroll_to(y=self.scroll_offset.y + by * max(1, self.size.height - 1), animate=False)

    def action_scroll_far(self, where: int) -> None:
        """Scroll to the top or the bottom."""
        self.scroll_to(y=0 if where < 0 else self.max_scroll_y, animate=False)
