"""What the screens beside the main one share: a title, a banner, keys to leave, and where they lead to."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Resize
from textual.screen import Screen

from inspector.protocol.printable import visible
from inspector.tui.keys import bindings
from inspector.tui.reading.asking import Asking
from inspector.tui.targets import Target
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.key_bar import KeyBar
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

READING, UNREAD = "reading …", "the capture can't be read"
"""What stands in a table as long as nothing is known."""

WIDE = 120
"""Columns from which on there is room for two panes side by side."""


class Apart(Asking, Screen[None]):
    """A screen over the main one. Subclasses say its ``place`` and what is in it."""

    place: ClassVar[str]
    may_be_left: ClassVar[bool] = True
    """At any time: nobody is working on something here."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("screen")]

    def compose(self) -> ComposeResult:
        """Lay out the title, the banner, what there is to see, and the keys."""
        yield TitleBar(self.place)
        yield Banner(id="banner")
        with Container(id="panes"):
            yield from self.panes()
        yield KeyBar()

    def panes(self) -> ComposeResult:
        """Lay out what there is to see."""
        yield from ()

    def on_resize(self, event: Resize) -> None:
        """Set panes side by side where there is room."""
        self.set_class(event.size.width >= WIDE, "wide")

    def entitle(self, *said: str) -> None:
        """Say in the title what is shown, after the name of the capture."""
        short = said[:1]
        self.query_one(TitleBar).say((visible(self.capture.name), *said), (visible(self.capture.name), *short), short)

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read, also where nothing of it has been shown yet; nothing when it can again."""
        super().failed(reason)
        for table in self.query(RowTable):
            if table.empty in (READING, UNREAD):
                table.empty = UNREAD if reason else READING
                table.refresh()

    def go(self, target: Target) -> None:
        """Go to the main screen."""
        cast("InspectorApp", self.app).browse(session=target.session, filter=target.filter, frame=target.frame)
