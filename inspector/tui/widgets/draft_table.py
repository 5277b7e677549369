"""The frames of a draft, held in memory; only those on screen are read."""

from collections.abc import Mapping, Sequence

from inspector.store.drafts import DraftFrame
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import Line
from inspector.tui.drafting.checking import Checked
from inspector.tui.drafting.rows import Row, cells, columns, rows_of
from inspector.tui.widgets.row_table import RowTable


class DraftTable(RowTable):
    """Shows a draft beside what it was made from."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.checked: Checked | None = None
        self._rows: list[Row] = []
        self._frames: Sequence[DraftFrame] = ()
        self._originals: Mapping[int, DraftFrame] = {}
        self.empty = "no frame left: n inserts one"

    @property
    def count(self) -> int:
        """The frames, and those taken out."""
        return len(self._rows)

    @property
    def here(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    @property
    def columns(self) -> Sequence[Column]:
        """What there is room for."""
        return columns(self.size.width)

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose a row."""
        return cells(self._rows[index], self._frames, self._originals, self.checked)

    def index_at(self, row: int) -> int:
        """Return the index of the frame in a row; of one taken out, that of the frame after it."""
        later = (each.index for each in self._rows[row:] if each.index is not None)
        return next(later, len(self._frames))

    def go_to_problem(self, step: int) -> bool:
        """Move to the next (1) or previous (-1) frame with a finding; False if there is none."""
        row = self.cursor + step
        while 0 <= row < len(self._rows):
            index = self._rows[row].index
            if index is not None and self.checked is not None and self.checked.of(self._frames[index]):
                self.move(row)
                return True
            row += step
        return False

    def show(self, frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame], at: int | None = None) -> None:
        """Show frames, with the cursor on one of them, or where it is."""
        self._frames, self._originals = frames, originals
        self._rows = rows_of(frames, originals)
        if at is not None:
            self.cursor = next((number for number, row in enumerate(self._rows) if row.index == at), self.count - 1)
        self.rows_changed()
        self._scroll_to_cursor()
        self.post_message(self.Moved(self))
