"""JSON text with its colours and its faults, to be read or edited: a TextArea that draws only what is on screen."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.document._document_navigator import DocumentNavigator
from textual.events import Paste
from textual.geometry import Size
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Location

from inspector.protocol.json_places import pointer_around, walk
from inspector.tui.composed.json_document import JsonDocument, Unwrapped, column_at, width
from inspector.tui.composed.lines import SIGNS
from inspector.tui.widgets.styled import Inked

MOST_COLOURED = 2000
"""Lexemes of one line that have colours."""

_LEXEME = re.compile(
    r'(?P<key>"[^"\\]*+(?:\\.[^"\\]*+)*+"(?=\s*+:))'
    r'|(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)'
    r"|(?P<number>-?\d[\w.+-]*+)"
    r"|(?P<literal>[a-zA-Z]\w*+)"
)

_VALUES = frozenset({"{", "[", "string", "number", "literal"})
_RANK = ("error", "warning", "info")


class Mark(NamedTuple):
    """A fault in one line, from a column to another."""

    start: int
    end: int
    severity: str


class JsonText(TextArea, Inked):
    """JSON to read (``read_only=True``) or to edit; ``show_line_numbers`` as in any TextArea. Never wrapped.

    - ``text`` and ``load_text(text)``: the document, character by character as it was given. What could harm a
      terminal is only drawn as a picture of it; lines end with a newline and nothing else.
    - ``mark(places)``: underline spans ``(start, end, severity)`` of the text, in characters, half open; severity is
      ``error``, ``warning`` or ``info``. Of a span of several lines it is the first line; an empty span underlines the
      character at its start. A sign stands in the gutter of each such line. Marks stay at their rows and columns
      until the next call: call it again when the text has changed (``Changed``). ``mark(())`` removes all.
    - ``next_mark(step)``: move the cursor to the next (1) or previous (-1) mark; False if there is none.
    - ``offset_at_cursor``: where the cursor stands in the text, in characters; ``go_to(offset)`` puts it there.
    - ``pointer_at_cursor()``: the RFC 6901 pointer of the value at the cursor, ``""`` for the whole.
    - ``show_pointer(pointer)``: move the cursor to a value, or to the nearest around it that there is, and scroll
      there; False if there is none but the whole.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = Inked.COMPONENT_CLASSES

    def __init__(self, text: str = "", *, id: str | None = None, **options: Any) -> None:  # noqa: A002 - Textual's own name
        self._marks: dict[int, list[Mark]] = {}
        super().__init__(text, id=id, soft_wrap=False, **options)
        self.cursor_blink = False

    # The document

    def _set_document(self, text: str, language: str | None) -> None:  # noqa: ARG002 - Textual's own signature
        """Take a text, without what a TextArea does for lines that wrap and for languages."""
        self._highlight_query = None
        self._marks = {}
        self.document: JsonDocument = JsonDocument(text)
        self.wrapped_document = Unwrapped(self.document)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.move_cursor((0, 0))
        self._refresh_size()

    def get_column_width(self, row: int, column: int) -> int:
        """Return the cells before a column."""
        return width(self.document[row], column)

    def cell_width_to_column_index(self, cell_width: int, row_index: int) -> int:
        """Return the column at a cell."""
        return column_at(self.document[row_index], cell_width)

    async def _on_paste(self, event: Paste) -> None:
        """Mend what is about to be pasted, by what Textual calls next: a terminal may end lines in its own way."""
        event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:  # noqa: ARG002 - Textual's own signature
        """Seek none: a TextArea would look through all of the text at each move."""
        return None

    @property
    def gutter_width(self) -> int:
        """The cells of the line numbers and of the signs."""
        return max(super().gutter_width + 1, 2)

    def _refresh_size(self) -> None:
        size = self.document.get_size(self.indent_width)
        self.virtual_size = Size(size.width + self.gutter_width + 1, size.height)

    # Places

    @property
    def offset_at_cursor(self) -> int:
        """Where the cursor stands in the text."""
        return self.document.offset(self.cursor_location)

    def go_to(self, offset: int) -> None:
        """Put the cursor at a place in the text."""
        self.move_cursor(self.document.locations([offset])[0], center=True)

    def mark(self, places: Sequence[tuple[int, int, str]]) -> None:
        """Underline these spans, and no others."""
        marks: dict[int, list[Mark]] = {}
        starts = self.document.locations([start for start, _, _ in places])
        for (row, column), (start, end, severity) in zip(starts, places, strict=True):
            last = min(column + max(end - start, 1), len(self.document[row]) + 1)
            marks.setdefault(row, []).append(Mark(column, max(last, column + 1), severity))
        self._marks = {row: sorted(marks[row], key=_worst_last) for row in sorted(marks)}
        self.refresh()

    def next_mark(self, step: int) -> bool:
        """Move the cursor to the next or the previous mark, from the last to the first too."""
        found = sorted({(row, mark.start) for row, marks in self._marks.items() for mark in marks})
        here = self.cursor_location
        beyond = [place for place in found if place > here] if step > 0 else [place for place in found if place < here]
        if found:
            self.move_cursor((beyond or found)[0 if step > 0 else -1], center=True)
        return bool(found)

    def pointer_at_cursor(self) -> str:
        """Return the pointer of the value at the cursor."""
        return pointer_around(self.text, self.offset_at_cursor)

    def show_pointer(self, pointer: str) -> bool:
        """Move the cursor to a value, or to the nearest around it."""
        wanted = ["/" + step for step in pointer.split("/")[1:]]
        best, place = 1, None
        for kind, start, _, path in walk(self.text):
            if best <= len(path) <= len(wanted) and kind in _VALUES and path == wanted[: len(path)]:
                best, place = len(path), start
        if place is not None:
            self.go_to(place)
        return place is not None

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw the part of a line that is on screen."""
        row = y + self.scroll_offset.y
        base = self.rich_style
        if row >= self.document.line_count:
            return Strip.blank(self.size.width, base)
        room = max(self.scrollable_content_region.width - self.gutter_width, 0)
        is_here = row == self.cursor_location[0] and self._has_cursor
        under = self.get_component_rich_style("text-area--cursor-line") if is_here else base
        line = self.document.get_line(row)
        left = self.scroll_offset.x
        first, last = column_at(line, left), column_at(line, left + room) + 1
        before = width(line, first)
        text = Text(line[first:last].ljust(last - first), end="", no_wrap=True)
        for start, end, style in self._styles(row, line):
            if start < last and end > first:
                text.stylize(style, max(start - first, 0), end - first)
        drawn = Strip(text.render(self.app.console)).crop(left - before, left - before + room)
        gutter = Strip(self._gutter(row, is_here))
        return Strip.join([gutter, drawn.extend_cell_length(room, under)]).apply_style(under).apply_style(base)

    def _styles(self, row: int, line: str) -> Iterator[tuple[int, int, Style]]:
        """Yield what is drawn over a line, the uppermost last."""
        for found in islice(_LEXEME.finditer(line), MOST_COLOURED):
            yield found.start(), found.end(), self.ink(found.lastgroup or "")
        for mark in self._marks.get(row, ()):
            yield mark.start, mark.end, self.ink(f"marked-{mark.severity}")
        (top, left), (bottom, right) = sorted(self.selection)
        if top <= row <= bottom and self.selection.start != self.selection.end:
            style = self.get_component_rich_style("text-area--selection")
            yield left if row == top else 0, right if row == bottom else len(line) + 1, style
        cursor_row, column = self.cursor_location
        if row == cursor_row and self.has_focus and self._has_cursor:
            yield column, column + 1, self.get_component_rich_style("text-area--cursor")

    def _gutter(self, row: int, is_here: bool) -> Iterator[Segment]:
        """Yield the number of a line, if there are numbers, and its sign."""
        if self.show_line_numbers:
            style = self.get_component_rich_style(f"text-area--{'cursor-' if is_here else ''}gutter")
            yield Segment(f"{row + self.line_number_start:>{self.gutter_width - 3}} ", style)
        marks = self._marks.get(row)
        severity = marks[-1].severity if marks else ""
        yield Segment(f"{SIGNS.get(severity, ' ')} ", self.ink(severity) if severity else None)


def _worst_last(mark: Mark) -> tuple[int, int]:
    return -_RANK.index(mark.severity), mark.start
