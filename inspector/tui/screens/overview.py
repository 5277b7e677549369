"""What a person wants to see first: who is connected, what is wrong, how quick the answers are, how much comes."""

import time
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from inspector.protocol.plural import plural
from inspector.store.alone import Alone, alone
from inspector.store.overview import Activity, Failed, Sample, Station, activity, connected, failed, samples, stations
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.tallies import Tally, tallies
from inspector.tui.composed import overview_page as page
from inspector.tui.composed.overview_page import Entry
from inspector.tui.composed.titles import counted
from inspector.tui.keys import bindings
from inspector.tui.screens.apart import READING, Apart
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.listing import Listing
from inspector.tui.widgets.row_table import RowTable

HOUR_NS = 3_600 * 1_000_000_000
AGAIN_SECONDS = 5.0
"""How often what takes long is asked again while frames come."""

WRONG = "what is wrong · enter shows it"
EMPTY = {
    "connected": "nobody is connected",
    "wrong": "nothing is wrong: no error, no warning",
    "latency": "no answer yet: how long they take would be here",
    "stations": "no station has a finding",
}
"""What the tables say that have no row, by their ids."""

NARROW_ROWS = 6
"""Rows of a table where all stand below each other."""


class Seen(NamedTuple):
    """What is quickly known."""

    connected: list[Session]
    stations: list[Station]
    failed: Failed
    odd: dict[str, int]
    tallies: list[Tally]
    left_out: Alone


class Panel(Listing[Entry]):
    """A table of the overview: below its last row the next table goes on."""

    def action_cursor(self, by: int) -> None:
        """Move by rows, and on to the table below or above."""
        if 0 <= self.cursor + by < self.count:
            self.move(self.cursor + by)
        elif by > 0:
            self.screen.focus_next("Panel")
        else:
            self.screen.focus_previous("Panel")


class OverviewScreen(Apart):
    """Four tables and a chart."""

    place = "overview"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("overview")]

    def __init__(self) -> None:
        super().__init__()
        self._asked_at = 0.0
        self._busy = False

    def panes(self) -> ComposeResult:
        """Lay out the tables and the chart."""
        self._connected = _panel("connected", page.connected_columns)
        self._wrong = _panel("wrong", page.wrong_columns)
        self._activity = LinesView(id="activity", can_focus=False)
        self._latency = _panel("latency", page.latency_columns)
        self._stations = _panel("stations", page.stations_columns)
        with Container(id="overview"):
            yield self._connected
            yield self._wrong
            yield self._activity
            yield self._latency
            yield self._stations

    def on_mount(self) -> None:
        """Ask, and ask again when there is more."""
        for panel, title in (
            (self._connected, "connected"),
            (self._wrong, WRONG),
            (self._activity, page.activity_title(None)),
            (self._latency, page.latency_title(None)),
            (self._stations, "findings by station"),
        ):
            panel.border_title = Content(title)
        self._connected.focus()
        self.entitle("reading …")
        self._read()
        self.look_out(self._read)

    def _read(self) -> None:
        self.ask_parts(_quickly, self._show, group="overview")
        if not self._busy and time.monotonic() - self._asked_at > AGAIN_SECONDS:
            self._busy, self._asked_at = True, time.monotonic()
            self.ask_parts(_slowly, self._measure, group="measures")

    def failed(self, reason: str) -> None:
        """Say what failed, and be ready to ask again."""
        self._busy = False
        super().failed(reason)

    def _show(self, seen: Seen) -> None:
        wrong = page.wrong_entries(seen.tallies, seen.failed, seen.odd, seen.left_out)
        for panel, entries in (
            (self._connected, page.connected_entries(seen.connected)),
            (self._wrong, wrong),
            (self._stations, page.stations_entries(seen.stations, seen.left_out)),
        ):
            _fill(panel, entries)
        errors, warnings = (sum(getattr(each, name) for each in seen.stations) for name in ("errors", "warnings"))
        said = [plural(count, name) for count, name in ((errors, "error"), (warnings, "warning")) if count]
        here = f"{len(seen.connected)} connected" if seen.connected else "nobody connected"
        self.entitle(here, " · ".join(said))
        drafts, runs = map(len, seen.left_out)
        self._wrong.border_title = Content(counted(WRONG, drafts, runs))

    def _measure(self, measured: Sample | Activity | None) -> None:
        if isinstance(measured, Sample):
            self._latency.border_title = Content(page.latency_title(measured))
            _fill(self._latency, page.latency_entries(measured.latencies, measured.left_out))
        elif measured is not None:
            self._activity.border_title = Content(page.activity_title(measured))
            self._activity.show(lambda width, height: page.activity_lines(measured, width, height))
        else:
            self._busy = False
            if not self._activity.lines:
                self._activity.show(lambda width, height: page.activity_lines(None, width, height))

    @on(RowTable.Chosen)
    def _chosen(self, message: RowTable.Chosen) -> None:
        if isinstance(message.table, Panel) and message.table.item is not None:
            self.go(message.table.item.target)


def _panel(name: str, columns: page.Columns) -> Panel:
    panel = Panel(columns, lambda entry: entry.cells, lambda entry: entry.key, id=name)
    panel.empty = READING
    return panel


def _fill(panel: Panel, entries: list[Entry]) -> None:
    panel.empty = EMPTY[panel.id or ""]
    panel.show(entries)
    panel.styles.min_height = min(max(1, len(entries)), NARROW_ROWS) + 2


def _quickly(reader: Reader) -> Iterator[Seen]:
    here, where, refused, left_out = connected(reader), stations(reader), failed(reader), alone(reader)
    odd = reader.oddities_by_kind(left_out.all)
    for found in tallies(reader):
        yield Seen(here, where, refused, odd, found, left_out)


def _slowly(reader: Reader) -> Iterator[Sample | Activity | None]:
    sample: Sample | None = None
    for sample in samples(reader):
        yield sample
    yield from activity(reader, sample, HOUR_NS if connected(reader) else None)
    yield None
