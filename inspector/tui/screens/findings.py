"""All findings by code, and beside them what the rule says."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from inspector.protocol.finding import Severity
from inspector.store.tallies import Details, Tally, details, tallies
from inspector.tui.composed.findings_page import cells, columns, rule_page
from inspector.tui.keys import bindings
from inspector.tui.screens.apart import READING, Apart
from inspector.tui.targets import Target
from inspector.tui.widgets.lines_view import LinesView
from inspector.tui.widgets.listing import Listing
from inspector.tui.widgets.row_table import RowTable


class FindingsScreen(Apart):
    """One row a code; the page of the one under the cursor."""

    place = "findings"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("findings")]

    def __init__(self) -> None:
        super().__init__()
        self._details: dict[str, Details] = {}

    def panes(self) -> ComposeResult:
        """Lay out the table and the page."""
        self._table = Listing[Tally](columns, cells, lambda tally: tally.code, id="codes")
        self._table.border_title = Content("5 findings · enter shows them")
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

    def _read(self) -> None:
        self.ask_parts(tallies, self._show, group="codes")

    def _show(self, found: list[Tally]) -> None:
        self._table.empty = "no finding: the rules have nothing to say of this capture"
        self._table.show(found)
        counts = [(sum(each.times for each in found if each.severity is severity), severity) for severity in Severity]
        said = [f"{count:,} {severity}{'s' * (count != 1)}" for count, severity in counts if count]
        self.entitle(" · ".join(said) or "no findings", f"{len(found)} codes" if found else "")
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
        code = self._table.item.code
        self.ask(lambda reader: (code, details(reader, code)), self._leave, group="leave")

    def _leave(self, told: tuple[str, Details]) -> None:
        code, found = told
        whole = found.session is not None
        self.go(Target(session=found.session) if whole else Target(filter=f"code:{code}"))
