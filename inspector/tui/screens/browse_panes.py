"""The panes of the main screen: how they lie, which has the focus, and which one is zoomed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.store.filter import EVERYTHING
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session
from inspector.tui.reading.asking import Asking
from inspector.tui.reading.feed import Feed
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.detail_pane import DetailPane
from inspector.tui.widgets.filter_bar import FilterBar
from inspector.tui.widgets.frame_table import FrameTable
from inspector.tui.widgets.key_bar import KeyBar
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.session_table import SessionTable
from inspector.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

NOTICE_SECONDS = 2

WIDE = 140
"""Columns from which on the detail lies beside the tables."""

FLAT = 14
"""Rows below which one pane is shown, the one that has the focus."""

T = TypeVar("T")


class BrowsePanes(Asking, Screen[None]):
    """Three panes, a filter, a title, and what can't be overlooked."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.where = EVERYTHING
        self.trouble = ""
        self.complaint = ""

    @property
    def capture(self) -> Path:
        """The file that is browsed now."""
        return self.reader.path

    @property
    def inspector(self) -> "InspectorApp":
        """The application, as what it is."""
        return cast("InspectorApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        self.feed = Feed(self.reader)
        self.session_table = SessionTable(id="sessions")
        self.frame_table = FrameTable(self.read, id="frames")
        self.filter_bar = FilterBar()
        self.detail = DetailPane(id="detail")
        self.banner = Banner(id="banner")
        self.title_bar = TitleBar("frames")
        yield self.title_bar
        yield self.banner
        with Container(id="panes"):
            with Vertical(id="left"):
                yield self.session_table
                yield self.filter_bar
                yield self.frame_table
            yield self.detail
        yield KeyBar()
        yield self.feed

    def on_resize(self, event: Resize) -> None:
        """Put the detail beside the tables where there is room, else below; where there is little, show one pane."""
        self.set_class(event.size.width >= WIDE, "wide")
        is_flat = event.size.height < FLAT
        if is_flat or self.has_class("flat"):
            self.set_class(is_flat, "flat")
            if is_flat:
                self.zoom(self.focused if isinstance(self.focused, RowTable | DetailPane) else self.frame_table)
            else:
                self.unzoom()
        self.fit_sessions()

    def fit_sessions(self) -> None:
        """Give the sessions the rows they need, within a quarter of the screen."""
        most = max(3, self.size.height // 4)
        zoomed = self.session_table.has_class("zoom")
        self.session_table.styles.height = "1fr" if zoomed else min(self.session_table.count, most) + 2

    # What there is

    @property
    def sessions(self) -> Sequence[Session]:
        """All sessions of the capture."""
        return self.session_table.sessions

    @property
    def session(self) -> Session | None:
        """The session under the cursor, None for several."""
        chosen = self.session_table.session
        return next((each for each in self.sessions if each.id == chosen), None) if chosen is not None else None

    def session_of(self, frame: FrameRow) -> Session | None:
        """Return the session of a frame."""
        return next((each for each in self.sessions if each.id == frame.session), None)

    def read(self, question: Callable[[], T]) -> T | None:
        """Ask the capture; if it can't be read just now, say so and go on."""
        try:
            return question()
        except InspectorError as error:
            self.failed(str(error))
            return None

    def fetch(self, ids: Sequence[int]) -> list[FrameRow]:
        """Read frames by their ids."""
        return self.read(lambda: self.reader.frames(ids)) or []

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read; nothing when it can."""
        self.trouble = reason
        self.banner.read(reason)

    def say(self, text: str) -> None:
        """Say something in passing."""
        self.notify(visible(text), timeout=NOTICE_SECONDS, markup=False)

    # Going about

    def show_pane(self, pane: Widget) -> None:
        """Focus a pane; what was zoomed gives way to it."""
        if self.has_class("flat"):
            self.zoom(pane)
        elif self.has_class("zoomed") and not pane.has_class("zoom"):
            self.unzoom()
        self.set_focus(pane)

    def on_descendant_focus(self) -> None:
        """Light the place where one is."""
        if self.focused is not None and self.focused.id:
            self.title_bar.stand(self.focused.id)

    def action_pane(self, pane: str) -> None:
        """Go to a pane."""
        self.show_pane(self.query_one(f"#{pane}"))

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or take it back."""
        if self.has_class("zoomed"):
            self.unzoom()
        elif isinstance(self.focused, RowTable | DetailPane):
            self.zoom(self.focused)

    def zoom(self, pane: Widget) -> None:
        """Give a pane the whole screen."""
        self.add_class("zoomed")
        for each in (self.session_table, self.frame_table, self.detail):
            each.set_class(each is pane, "zoom")
        self.query_one("#left").set_class(pane is not self.detail, "zoom")
        self.fit_sessions()

    def unzoom(self) -> None:
        """Show all panes, if there is room for them."""
        if self.has_class("flat"):
            return
        self.remove_class("zoomed")
        for pane in (self.session_table, self.frame_table, self.detail):
            pane.remove_class("zoom")
        self.fit_sessions()

    def action_filter(self) -> None:
        """Open the filter bar."""
        self.unzoom()
        if self.has_class("flat"):
            self.zoom(self.frame_table)
        self.filter_bar.open()

    def action_back(self) -> None:
        """Leave the zoom, then the pane or the filter bar, then clear the filter."""
        box = self.query_one("#filter", Input)
        if self.has_class("zoomed") and not self.has_class("flat"):
            self.unzoom()
        elif self.focused is not self.frame_table:
            self.show_pane(self.frame_table)
        else:
            box.value = ""
        if not box.value:
            self.filter_bar.remove_class("shown")
