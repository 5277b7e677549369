"""A table of things that are held whole, each composed when it is drawn."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from inspector.tui.composed.lines import Line
from inspector.tui.widgets.row_table import Column, RowTable

T = TypeVar("T")


class Listing(RowTable, Generic[T]):
    """Rows made of items: ``columns`` are those for a width, ``cells`` composes a row, ``key`` tells items apart."""

    def __init__(
        self,
        columns: Callable[[int], Sequence[Column]],
        cells: Callable[[T], Mapping[str, Line]],
        key: Callable[[T], Hashable],
        *,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self.items: Sequence[T] = ()
        self._columns, self._cells, self._key = columns, cells, key

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.items)

    @property
    def item(self) -> T | None:
        """What is under the cursor."""
        return self.items[self.cursor] if self.items else None

    @property
    def columns(self) -> Sequence[Column]:
        """Those for the width there is."""
        return self._columns(self.size.width)

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose an item's cells."""
        return self._cells(self.items[index])

    def show(self, items: Sequence[T]) -> None:
        """Show other items. The cursor stays on its own, and that one at its place on the screen.

        At the top it stays at the top.
        """
        before = self.item
        self.items = items
        moved = self._moved(before)
        self.cursor += moved
        offset = self.scroll_offset.y
        self.rows_changed()
        if moved and offset:
            self.scroll_to(y=offset + moved, animate=False, force=True)
        if self.item is not before:
            self.post_message(self.Moved(self))

    def _moved(self, before: T | None) -> int:
        if before is None or not self.cursor:
            return 0
        key = self._key(before)
        places = (place for place, item in enumerate(self.items) if self._key(item) == key)
        return next(places, self.cursor) - self.cursor
