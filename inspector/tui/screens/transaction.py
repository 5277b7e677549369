"""One charging transaction: what is known of it, what was measured, and its frames in order."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from inspector.protocol.meter_readings import Reading
from inspector.protocol.printable import visible
from inspector.store.course import MOST, Course, Courses
from inspector.store.rows import FrameRow
from inspector.store.transaction import Transaction
from inspector.tui.composed.columns import Column
from inspector.tui.composed.frame_cells import Look, frame_cells
from inspector.tui.composed.lines import Line
from inspector.tui.composed.transaction_page import charts, facts
from inspector.tui.keys import bindings
from inspector.tui.reading import asking
from inspector.tui.screens.apart import READING, Apart
from inspector.tui.targets import Target, of_transaction
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.listing import Listing
from inspector.tui.widgets.row_table import RowTable

Known = Callable[[], tuple[Transaction, bool]]
"""Tells what is known by now of the transaction, and whether its station is connected."""


class TransactionScreen(Apart):
    """Its facts and charts, and its frames below or beside."""

    place = "transactions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("transactions")]

    def __init__(self, known: Known, target: Callable[[Transaction], Target] = of_transaction) -> None:
        super().__init__()
        self._known, self._target = known, target
        self._courses = Courses()
        self._frames: list[FrameRow] = []
        self._readings: list[Reading] = []
        self._taken = (0, 0)
        self._busy = False

    def panes(self) -> ComposeResult:
        """Lay out the panes."""
        self._facts = LinesView(id="facts", can_focus=False)
        self._chart = LinesView(id="chart", can_focus=False)
        self._table = Listing[FrameRow](columns, frame_row, lambda frame: frame.id, id="course")
        self._table.border_title = Content("frames")
        self._chart.border_title = Content("measured")
        with Vertical(id="measured"):
            yield self._facts
            yield self._chart
        yield self._table

    def on_mount(self) -> None:
        """Read its frames, and those that come."""
        known, _ = self._known()
        self._table.empty = READING
        self._table.focus()
        self.entitle(f"transaction {visible(known.id or 'without id', 40)}")
        self._show_facts()
        self._read()
        if known.stop_ns is None:
            self.look_out(self._read)
            self.set_interval(asking.LOOK_SECONDS, self._show_facts)  # the other screen may know it later

    def _show_facts(self) -> None:
        self._facts.show(lambda width, _: facts(self._known()[0], width, live=self._known()[1]))

    def _read(self) -> None:
        known, _ = self._known()
        if not self._busy:
            self._busy, self._taken = True, (len(self._frames), len(self._readings))
            self.ask_parts(lambda reader: self._courses.read(reader, known), self._take, group="course")

    def failed(self, reason: str) -> None:
        """Say what failed; what was read of an answer that broke off comes again."""
        self._busy = False
        if reason:
            frames, readings = self._taken
            del self._frames[frames:], self._readings[readings:]
        else:
            self._show()
        super().failed(reason)

    def _take(self, part: Course) -> None:
        self._frames += part.frames
        self._readings += part.readings
        if part.frames:
            self._show()

    def _show(self) -> None:
        count = len(self._frames)
        self._table.empty = "its frames are not in this capture"
        self._table.show(self._frames)
        self._table.border_title = Content(f"frames · {count:,}{f', the first {MOST:,}' if count >= MOST else ''}")
        self._chart.show(lambda width, height: charts(self._readings, width, height))

    @on(RowTable.Chosen, "#course")
    def _chosen(self) -> None:
        frame = self._table.item
        if frame is not None:
            self.go(Target(session=frame.session, frame=frame.id))

    def action_frames(self) -> None:
        """Show its frames on the main screen."""
        self.go(self._target(self._known()[0]))


def columns(width: int) -> Sequence[Column]:
    """Return the columns there is room for."""
    wide = width >= 90
    return (
        Column("time", "time (UTC)", 12),
        Column("sender", "", 2),
        Column("type", "type", 7),
        Column("action", "action", 22 if wide else 18),
        *([Column("latency", "ms", 7, True)] if wide else []),
        Column("findings", "", 5),
        Column("summary", "says", 0),
    )


def frame_row(frame: FrameRow) -> Mapping[str, Line]:
    """Compose a frame's cells, as on the main screen."""
    return frame_cells(frame, Look(width=100))
