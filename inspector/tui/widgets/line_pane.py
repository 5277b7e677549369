"""Panes of styled lines."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from inspector.tui.composed.lines import Line
from inspector.tui.keys import bindings
from inspector.tui.widgets.styled import Styled


class Lines(Styled):
    """Draws lines, only those on screen, and scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail")]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()

    def put(self, lines: Sequence[Line], *, keep_place: bool) -> None:
        """Draw other lines, from the top unless the place is kept."""
        self.lines = lines
        self.virtual_size = Size(0, len(lines))
        if not keep_place:
            self.scroll_to(y=0, animate=False, force=True)
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


class LinePane(Lines):
    """Draws lines that its owner composes, and asks for others when its size is another."""

    class Resized(Message):
        """Its lines want another width."""

    def show(self, lines: Sequence[Line], *, keep_place: bool) -> None:
        """Show other lines, from the top unless the place is kept."""
        self.put(lines, keep_place=keep_place)

    def on_resize(self) -> None:
        """Ask for lines that fit."""
        self.post_message(self.Resized())
