"""The panes of the replay's screen: what is asked for, how far it has come, the steps and the one under the cursor."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.replay.report import Report
from inspector.replay.steps import Await, Extra, Send, Step
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.tui.composed.lines import Line, wrap
from inspector.tui.composed.replay_lines import step_page
from inspector.tui.composed.report_lines import summary_lines
from inspector.tui.kept import read_kept
from inspector.tui.reading.asking import Asking
from inspector.tui.screens.apart import WIDE
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.key_bar import KeyBar
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.replay_form import ReplayForm
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.step_table import StepTable


class Wanted(NamedTuple):
    """What is to be replayed: a session, and the id of its only frame, None for all."""

    session: Session
    frame: int | None


class ReplayPanes(Asking, Screen[None]):
    """A form above a plan; ``faithful`` offers to send faults. ``report`` is that of the run, once there is one."""

    def __init__(self, *, faithful: bool) -> None:
        super().__init__()
        self.report: Report | None = None
        self._faithful = faithful
        self._raws: Mapping[int, str | bytes] = {}

    def compose(self) -> ComposeResult:
        """Lay it out."""
        targets = {Party(role): target for role, target in read_kept().targets.items() if role in tuple(Party)}
        self.form = ReplayForm(targets, faithful=self._faithful, id="replay-form")
        self._progress = LinePane(id="replay-progress")
        self._progress.can_focus = False
        self.steps = StepTable(id="steps")
        self._page = LinePane(id="step-page")
        self.steps.border_title = Content("plan")
        self._page.border_title = Content("step")
        yield Static(id="title")
        yield Banner(id="banner")
        yield Static(id="replay-warning")
        yield self.form
        yield self._progress
        with Container(id="replay-panes"):
            yield self.steps
            yield self._page
        yield KeyBar()

    def on_resize(self, event: Resize) -> None:
        """Set plan and step side by side, or one above the other."""
        self.set_class(event.size.width >= WIDE, "wide")

    def entitle(self, wanted: Wanted) -> None:
        """Say what is replayed."""
        session = wanted.session
        name = f"{visible(session.name, 40)} · " if session.name else ""
        alone = "" if wanted.frame is None else " · one frame"
        what = f"↻ replay  ·  {name}session {session.id} of {visible(session.station or '?', 40)}{alone}"
        self.query_one("#title", Static).update(Content(what))

    def warn(self, words: str) -> None:
        """Warn, above all else; of nothing if there are no words."""
        box = self.query_one("#replay-warning", Static)
        box.update(Content(words))
        box.set_class(bool(words), "shown")

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read, or nothing can be replayed."""
        self.query_one(Banner).read(reason)

    def say(self, lines: Sequence[Line]) -> None:
        """Say how far the run has come, or what came of it."""
        width = self._progress.scrollable_content_region.width or self.size.width - 2
        self._progress.show([piece for line in lines for piece in wrap(line, width)], keep_place=True)

    # The step under the cursor

    @on(RowTable.Moved)
    def _moved(self) -> None:
        step = self.steps.step
        wanted = [] if step is None else [each for each in _frames(step) if each]
        if not set(wanted) - set(self._raws):
            self.show_page()
        else:
            self.ask(lambda reader: {row.id: row.raw for row in reader.frames(wanted)}, self._read, group="step")

    def _read(self, raws: Mapping[int, str | bytes]) -> None:
        self._raws = raws
        self.show_page()

    @on(LinePane.Resized)
    def show_page(self) -> None:
        """Show the step, and what came of the run."""
        step = self.steps.step
        if step is None or not self.is_mounted:
            self._page.show((), keep_place=False)
            return
        frame, answer = _frames(step)
        width = self._page.scrollable_content_region.width or 40
        lines = list(
            step_page(step, self.steps.outcome(step), self._raws.get(frame or 0), self._raws.get(answer or 0), width)
        )
        if self.report is not None:
            lines += [(), (("── the run ".ljust(width, "─"), "dim"),)]
            lines += [piece for line in summary_lines(self.report) for piece in wrap(line, width)]
        self._page.show(lines, keep_place=False)


def wanted(reader: Reader, session: int, number: int | None) -> Wanted:
    """Look up what is to be replayed, a frame by its number. Raises :class:`InspectorError` if it is not there."""
    row = reader.session(session)
    place = None if number is None else reader.place(session, number)
    if number is not None and place is None:
        raise InspectorError(f"{reader.path}: session {session} has no frame {number}")
    return Wanted(row, place and place[0])


def _frames(step: Step) -> tuple[int | None, int | None]:
    """Return the ids of a step's frame and of its answer."""
    return (None if isinstance(step, Extra) else step.frame), step.answer if isinstance(step, Send | Await) else None
