"""What the widgets share: style names to colours of the theme, and lines to strips."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from inspector.tui.composed.lines import Line

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


class Inked(Widget):
    """A widget that knows the colours of the style names.

    Textual reads the classes, the style and the keys of a widget's first base: it stands behind that.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"styled--{name}" for name in STYLES}

    def full(self, name: str) -> Style:
        """Return all that a style name stands for."""
        return self.get_component_rich_style(f"styled--{name}")

    def ink(self, name: str) -> Style:
        """Return what a style name does to letters, its colours blended with the background."""
        full = self.full(name)
        return Style(color=full.color, bold=full.bold, italic=full.italic, underline=full.underline)


class Styled(ScrollView, Inked, can_focus=True):
    """A scroll view that draws lines of ``(text, style name)``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = Inked.COMPONENT_CLASSES

    def strip(self, line: Line, *, fill: str = "") -> Strip:
        """Draw one line over the whole width, on the background of a style name if one is given."""
        width = self.scrollable_content_region.width
        segments = [Segment(text, self._painted(name, fill)) for text, name in line]
        used = sum(segment.cell_length for segment in segments)
        if used > width:
            return Strip(segments).crop(0, width)
        segments.append(Segment(" " * (width - used), self._painted("", fill)))
        return Strip(segments, width)

    def _painted(self, name: str, fill: str) -> Style:
        """Return the style of letters on a background; a table draws thousands of pieces in few styles."""
        if (name, fill) not in self._paints:
            base = self.rich_style + Style(bgcolor=self.full(fill).bgcolor) if fill else self.rich_style
            self._paints[name, fill] = base + self.ink(name) if name else base
        return self._paints[name, fill]

    def notify_style_update(self) -> None:
        """Forget the colours: a theme or a rule may have changed them."""
        self._paints: dict[tuple[str, str], Style] = {}
        super().notify_style_update()

    def set_height(self, lines: int) -> None:
        """Let there be so many lines. Only where a scrollbar comes or goes, the screen is laid out anew."""
        size = Size(0, lines)
        bar_is_needed = lines > self.container_size.height or self.styles.overflow_y == "scroll"
        if size == self.virtual_size:
            return
        if bar_is_needed != self.show_vertical_scrollbar:
            self.virtual_size = size
            return
        self.set_reactive(ScrollView.virtual_size, size)
        if bar_is_needed:
            self.vertical_scrollbar.window_virtual_size = lines
        if self.scroll_y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        self.refresh()

    def watch_show_vertical_scrollbar(self) -> None:
        """Let a bar that was not there while it scrolled begin at the right place."""
        self.vertical_scrollbar.position = self.scroll_offset.y
