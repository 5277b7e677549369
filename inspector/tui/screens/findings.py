"""All findings by code, and beside them what the rule says."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from inspector.protocol.finding import Severity
from inspector.protocol.plural import plural
from inspector.store.alone import Alone, alone
from inspector.store.reader import Reader
from inspector.store.tallies import Details, Tally, details, tallies
from inspector.tui.composed.columns import Column
from inspector.tui.composed.findings_page import cells, columns, rule_page
from inspector.tui.composed.titles import counted
from inspector.tui.keys import bindings
from inspector.tui.screens.apart import READING, Apart
from inspector.tui.targets import Target, of_code
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.listing import Listing
from inspector.tui.widgets.row_table import RowTable

TITLE = "5 findings · enter shows them"


class FindingsScreen(Apart):
    """One row a code; the page of the one under the cursor."""

    place = "findings"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("findings")]

    def __init__(self) -> None:
        super().__init__()
        self._details: dict[str, Details] = {}

    def panes(self) -> ComposeResult:
        """Lay out the table and the page."""
        self._table = Listing[Tally](self._columns, cells, lambda tally: tally.code, id="codes")
        self._table.border_title = Content(TITLE)
        self._table.empty = READING
        self._page = LinesView(id="rule")
        self._page.border_title = Content("rule")
        yield self._table
        yield self._page

    def on_mount(self) -> None:
        """Count, and count again when there is more."""
        self._table.focus()
        self.entitle("reading …")
        self._read()
        self.look_out(self._read)

    def _columns(self, width: int) -> Sequence[Column]:
        return columns(width, in_runs=any(each.in_runs for each in self._table.items))

    def _read(self) -> None:
        self.ask_parts(_counted, self._show, group="codes")

    def _show(self, counts: tuple[list[Tally], Alone]) -> None:
        found, left_out = counts
        self._table.border_title = Content(counted(TITLE, len(left_out.drafts)))
        self._table.empty = "no finding: the rules have nothing to say of this capture"
        self._table.show(found)
        sums = [(sum(each.times for each in found if each.severity is severity), severity) for severity in Severity]
        said = [plural(count, severity) for count, severity in sums if count] or ["no findings"]
        in_runs = sum(each.in_runs for each in found)
        said += [f"{in_runs:,} more in runs"] if in_runs else []
        self.entitle(" · ".join(said), plural(len(found), "code") if found else "")
        self._show_page()

    @on(RowTable.Moved, "#codes")
    def _moved(self) -> None:
        self._show_page()

    def _show_page(self) -> None:
        tally = self._table.item
        if tally is None:
            self._page.show(lambda _width, _height: ())
            return
        code = tally.code
        known = self._details.get(code)
        self._page.border_title = Content(f"rule {code}")
        self._page.show(lambda width, _: rule_page(code, known, width), keep_place=known is not None)
        self.ask(lambda reader: (code, details(reader, code)), self._learn, group="details")

    def _learn(self, told: tuple[str, Details]) -> None:
        code, found = told
        if self._details.get(code) != found:
            self._details = {code: found}
            self._page.show(lambda width, _: rule_page(code, found, width), keep_place=True)

    @on(RowTable.Chosen, "#codes")
    def _chosen(self) -> None:
        self.action_frames()

    def action_frames(self) -> None:
        """Show the frames, or the newest session where the findings are about whole ones."""
        if self._table.item is None:
            return
        tally = self._table.item
        self.ask(lambda reader: (tally, details(reader, tally.code), alone(reader)), self._leave, group="leave")

    def _leave(self, told: tuple[Tally, Details, Alone]) -> None:
        tally, found, left_out = told
        self.go(of_code(tally, left_out) if found.session is None else Target(session=found.session))


def _counted(reader: Reader) -> Iterator[tuple[list[Tally], Alone]]:
    left_out = alone(reader)
    for found in tallies(reader):
        yield found, left_out
