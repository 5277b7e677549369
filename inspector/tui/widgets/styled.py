"""What both widgets share: style names to colours of the theme, and lines to strips."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inspector.tui.lines import Line

STYLES = (
    "station",
    "csms",
    "error",
    "warning",
    "info",
    "ok",
    "dim",
    "strong",
    "hint",
    "key",
    "string",
    "number",
    "literal",
    "marked-error",
    "marked-warning",
    "marked-info",
    "head",
    "cursor",
    "shadow",
)
"""The style names a line may use; ``app.tcss`` gives each its colour."""


class Styled(ScrollView, can_focus=True):
    """A scroll view that draws lines of ``(text, style name)``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"styled--{name}" for name in STYLES}

    def strip(self, line: Line, *, fill: str = "") -> Strip:
        """Draw one line over the whole width, on the background of a style name if one is given."""
        width = self.scrollable_content_region.width
        base = self.rich_style + Style(bgcolor=self._full(fill).bgcolor) if fill else self.rich_style
        segments = [Segment(text, base + self._ink(name) if name else base) for text, name in line]
        return Strip(segments).extend_cell_length(width, base).crop(0, width)

    def watch_show_vertical_scrollbar(self) -> None:
        """Let a bar that was not there while it scrolled begin at the right place."""
        self.vertical_scrollbar.position = self.scroll_offset.y

    def _full(self, name: str) -> Style:
        return self.get_component_rich_style(f"styled--{name}")

    def _ink(self, name: str) -> Style:
        """Return what a style name does to letters, its colours blended with the background."""
        full = self._full(name)
        return Style(color=full.color, bold=full.bold, italic=full.italic, underline=full.underline)
