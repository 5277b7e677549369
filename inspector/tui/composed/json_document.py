"""The text that is edited: kept as it is, and measured as it is shown, one character for each."""

from array import array
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from rich.cells import get_character_cell_size
from textual.document._document import Document, EditResult, Location
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset, Size

from inspector.protocol.printable import visible_in_place


class JsonDocument(Document):
    r"""Lines between ``\n`` alone: other ends of lines may stand in JSON text, and must not be lost."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._newline = "\n"
        self._lines = text.split("\n")

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what stands between two places."""
        (top, left), (bottom, right) = sorted((start, end))
        replaced = self.get_text_range(start, end)
        lines = text.split("\n")
        column = len(lines[-1]) + (left if len(lines) == 1 else 0)
        lines[0] = self._lines[top][:left] + lines[0]
        lines[-1] += self._lines[bottom][right:]
        self._lines[top : bottom + 1] = lines
        return EditResult((top + len(lines) - 1, column), replaced)

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return what stands between two places."""
        (top, left), (bottom, right) = sorted((start, end))
        if top == bottom:
            return self._lines[top][left:right]
        return "\n".join((self._lines[top][left:], *self._lines[top + 1 : bottom], self._lines[bottom][:right]))

    def get_size(self, tab_width: int) -> Size:  # noqa: ARG002 - Textual's own signature
        """Return the cells of the longest line, and the number of lines."""
        return Size(max(map(width, self._lines)), len(self._lines))

    def get_line(self, index: int) -> str:
        """Return a line as it is shown."""
        return visible_in_place(self._lines[index])

    def offset(self, location: Location) -> int:
        """Return the place of a row and column in the text."""
        row, column = location
        return sum(map(len, self._lines[:row])) + row + column

    def locations(self, offsets: list[int]) -> list[Location]:
        """Return the row and column of places in the text; of one beyond it, its end."""
        starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        rows = [min(bisect_right(starts, offset) - 1, len(self._lines) - 1) for offset in offsets]
        return [
            (row, min(offset - starts[row], len(self._lines[row]))) for row, offset in zip(rows, offsets, strict=True)
        ]


class Unwrapped(WrappedDocument):
    """A document no line of which is wrapped: nothing has to be kept of it."""

    document: JsonDocument

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Do nothing."""

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Do nothing."""

    @property
    def height(self) -> int:
        """The number of lines."""
        return self.document.line_count

    def get_offsets(self, line_index: int) -> list[int]:  # noqa: ARG002 - Textual's own signature
        """Return where a line is broken."""
        return []

    def get_sections(self, line_index: int) -> list[str]:
        """Return the one piece that a line is."""
        return [self.document.get_line(line_index)]

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:  # noqa: ARG002 - Textual's own signature
        """Return the column at a cell."""
        return column_at(self.document[line_index], x_offset)

    def offset_to_location(self, offset: Offset) -> Location:
        """Return the row and column at a cell."""
        row = min(max(offset.y, 0), self.document.line_count - 1)
        return row, column_at(self.document[row], offset.x)

    def location_to_offset(self, location: Location) -> Offset:
        """Return the cell of a row and column."""
        row, column = location
        return Offset(width(self.document[row], column), row)


def width(line: str, column: int | None = None) -> int:
    """Count the cells of a line as it is shown, or of what stands before a column."""
    column = len(line) if column is None else column
    return column if line.isascii() else _ends(line)[column]


def column_at(line: str, cell: int) -> int:
    """Return the column of the character that covers a cell of a line as it is shown; its end beyond that."""
    if line.isascii():
        return min(max(cell, 0), len(line))
    return min(max(bisect_right(_ends(line), max(cell, 0)) - 1, 0), len(line))


@lru_cache(maxsize=256)
def _ends(line: str) -> "array[int]":
    """Return the cell at which each character of a line begins, and where the last one ends."""
    return array("l", accumulate(map(get_character_cell_size, visible_in_place(line)), initial=0))
