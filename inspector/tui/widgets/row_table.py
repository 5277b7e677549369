"""A table that draws only the rows on screen, from wherever they are: a million rows cost as much as ten."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from inspector.tui.composed.columns import Column as Column
from inspector.tui.composed.lines import Line, wrap
from inspector.tui.keys import bindings
from inspector.tui.widgets.styled import Styled

NARROW = 100
"""Columns below which tables are set closer."""


class RowTable(Styled):
    """A table with a cursor. Subclasses say how many rows there are and what is in one."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]

    class Moved(Message):
        """The cursor stands on another row, or the row under it is another one."""

        def __init__(self, table: "RowTable") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "RowTable":
            """The table, for handlers that select by id."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Only the last position counts."""
            return type(message) is type(self) and getattr(message, "table", None) is self.table

    class Chosen(Moved):
        """Enter was pressed on a row."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.cursor = 0
        self.empty = ""

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise LookupError("a table has rows")

    @property
    def columns(self) -> Sequence[Column]:
        """Which columns there is room for."""
        raise LookupError("a table has columns")

    def row(self, index: int) -> Mapping[str, Line]:
        """Return the cells of a row by their columns' keys, each a line."""
        raise LookupError(f"no row {index}")

    def rows_changed(self) -> None:
        """Draw anew after rows came, went or changed; the cursor stays within them."""
        self.cursor = max(0, min(self.cursor, self.count - 1))
        self.set_height(self.count + 1)
        self.refresh()

    def move(self, index: int, around: int = 0) -> None:
        """Set the cursor on a row, and scroll to it, and so many of those around it."""
        index = max(0, min(index, self.count - 1))
        before, self.cursor = self.cursor, index
        self._scroll_to_cursor(around)
        for row in {before, index}:
            self.refresh_line(row + 1)
        if before != index:
            self.post_message(self.Moved(self))

    def _scroll_to_cursor(self, around: int = 0) -> None:
        """Bring the cursor on screen if it is not, with so many of the rows around it."""
        page = self._page
        if self.cursor < self.scroll_offset.y:
            self.scroll_to(y=max(0, self.cursor - around), animate=False, force=True)
        elif self.cursor >= self.scroll_offset.y + page:
            last = min(self.cursor + around, self.count - 1)
            self.scroll_to(y=last - page + 1, animate=False, force=True)

    @property
    def _page(self) -> int:
        """Rows on screen, below the head."""
        return max(1, self.scrollable_content_region.height - 1)

    def render_line(self, y: int) -> Strip:
        """Draw the head, or one row."""
        if y == 0:
            heads: dict[str, Line] = {column.key: ((column.head, "head"),) for column in self.columns}
            return self.strip(self._join(heads))
        index = y - 1 + self.scroll_offset.y
        if index >= self.count:
            said = [] if self.count else self._said
            return self.strip(said[y - 2] if 2 <= y < len(said) + 2 else ())
        fill = ("cursor" if self.has_focus else "shadow") if index == self.cursor else ""
        return self.strip(self._join(self.row(index)), fill=fill)

    @property
    def _said(self) -> list[Line]:
        """What stands there instead of rows."""
        width = self.scrollable_content_region.width - 1
        return [piece for said in self.empty.split("\n") for piece in wrap(((f" {said}", "dim"),), width)]

    def _join(self, cells: Mapping[str, Line]) -> Line:
        """Set cells side by side, each cut or filled to its column's width."""
        parts: list[tuple[str, str]] = [(" ", "")]
        used = 1
        for column in self.columns:
            width = column.width or max(0, self.scrollable_content_region.width - used - 1)
            parts += _fit(cells.get(column.key, ()), width, right=column.right)
            parts.append((" ", ""))
            used += width + 1
        return _fewer(parts)

    def on_resize(self) -> None:
        """Keep the cursor on screen."""
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """Set the cursor where the mouse points; go into the row at the second click."""
        place = event.get_content_offset(self)
        if place is not None and place.y > 0 and (index := place.y - 1 + self.scroll_offset.y) < self.count:
            self.move(index)
            if event.chain == 2:
                self.action_choose()

    def action_cursor(self, by: int) -> None:
        """Move by rows."""
        self.move(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move by pages."""
        self.move(self.cursor + by * self._page)

    def action_half_page(self, by: int) -> None:
        """Move by half pages."""
        self.move(self.cursor + by * max(1, self._page // 2))

    def action_end(self, where: int) -> None:
        """Move to the first or the last row."""
        self.move(0 if where < 0 else self.count - 1)

    def action_choose(self) -> None:
        """Go into the row."""
        self.post_message(self.Chosen(self))


def _fewer(parts: list[tuple[str, str]]) -> Line:
    """Give each space the style of what stands before it: a terminal far away is told half as much."""
    joined = parts[:1]
    for text, style in parts[1:]:
        if style == joined[-1][1] or not text.strip():
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, style))
    return tuple(joined)


def _fit(cell: Line, width: int, *, right: bool) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    room = width
    for text, style in cell:
        if room <= 0:
            break
        length = cell_len(text)
        if length > room:
            text, length = set_cell_size(text, room - 1) + "…", room
        parts.append((text, style))
        room -= length
    gap = [(" " * room, "")] if room > 0 else []
    return gap + parts if right else parts + gap
