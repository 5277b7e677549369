"""Replaying a session or a draft against a live peer: what to ask, how it goes, and what came of it."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from inspector.cli.replay_options import PASSWORD
from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.replay.options import RunOptions
from inspector.replay.script import script
from inspector.replay.station import Access
from inspector.replay.steps import Await, Extra, Send, Step
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.tui.composed.lines import Line, wrap
from inspector.tui.composed.replay_lines import host_of, progress, step_page, verdict_line, warning
from inspector.tui.composed.report_lines import summary_lines
from inspector.tui.kept import keep_target, read_kept
from inspector.tui.keys import bindings
from inspector.tui.playing import Playing, plan
from inspector.tui.reading.asking import Asking
from inspector.tui.screens.questions import Answer, ChoiceScreen, LineScreen
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.key_bar import KeyBar
from inspector.tui.widgets.line_pane import LinePane
from inspector.tui.widgets.replay_form import ReplayForm
from inspector.tui.widgets.row_table import RowTable
from inspector.tui.widgets.step_table import StepTable

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

LOOK_SECONDS = 0.1
"""How often to look what the run has done."""

STOP_SECONDS = 3.0
"""How long a run that is stopped may take to say goodbye."""

WIDE = 120
STOP = (Answer("y", "stop it; what was played stays recorded"), Answer("escape", "let it go on"))


class _Wanted(NamedTuple):
    """What is to be replayed: a session, and the id of its only frame, None for all."""

    session: Session
    frame: int | None


class ReplayScreen(Asking, Screen[None]):
    """Replays a session of the capture, or one frame of it (by its number); ``faithful`` offers to send its faults."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("replay")]

    def __init__(self, session: int, number: int | None = None, faithful: bool = False) -> None:
        super().__init__()
        self._faithful = faithful
        self._asked_for = (session, number)
        self._wanted: _Wanted | None = None
        self._playing: Playing | None = None
        self._timer: Timer | None = None
        self._taken = 0
        self._total = 0
        self._complaint = ""
        self._raws: Mapping[int, str | bytes] = {}

    def compose(self) -> ComposeResult:
        """Lay it out."""
        targets = {Party(role): target for role, target in read_kept().targets.items() if role in tuple(Party)}
        self._form = ReplayForm(targets, faithful=self._faithful, id="replay-form")
        self._progress = LinePane(id="replay-progress")
        self._progress.can_focus = False
        self._steps = StepTable(id="steps")
        self._page = LinePane(id="step-page")
        yield Static(id="title")
        yield Banner(id="banner")
        yield Static(id="replay-warning")
        yield self._form
        yield self._progress
        with Container(id="replay-panes"):
            yield self._steps
            yield self._page
        yield KeyBar()

    def on_mount(self) -> None:
        """Read what is to be replayed."""
        session, number = self._asked_for
        self._steps.border_title = Content("plan")
        self._page.border_title = Content("step")
        self._form.query_one("#target").focus()
        self.ask(lambda reader: _wanted(reader, session, number), self._begin, group="wanted")

    def on_resize(self, event: Resize) -> None:
        """Set plan and step side by side, or one above the other."""
        self.set_class(event.size.width >= WIDE, "wide")

    @property
    def unsaved(self) -> str:
        """Why the program should not end now, in words; nothing if it may."""
        return "a replay is running" if self._is_running else ""

    @property
    def _is_running(self) -> bool:
        return self._playing is not None and not self._playing.is_over

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read, or nothing can be replayed."""
        self._complaint = reason
        self.query_one(Banner).read(reason)

    def _begin(self, wanted: _Wanted) -> None:
        self._wanted = wanted
        session = wanted.session
        name = f"{visible(session.name, 40)} · " if session.name else ""
        alone = "" if wanted.frame is None else " · one frame"
        what = f"↻ replay  ·  {name}session {session.id} of {visible(session.station or '?', 40)}{alone}"
        self.query_one("#title", Static).update(Content(what))
        self._plan()

    @on(ReplayForm.Changed)
    def _plan(self) -> None:
        """Warn of the target, and show what would be played."""
        role, target = self._form.role, self._form.target
        words = warning(role, target)
        box = self.query_one("#replay-warning", Static)
        box.update(Content(words))
        box.set_class(bool(words), "shown")
        wanted = self._wanted
        if wanted is not None and not self._is_running:
            number, frame = wanted.session.id, wanted.frame
            self.ask(
                lambda reader: plan(reader, lambda reader: script(reader, [number], role), frame),
                self._planned,
                group="plan",
            )

    def _planned(self, steps: Sequence[Step]) -> None:
        if not self._is_running:
            self.failed("")
            self._total = len(steps)
            self._steps.plan(steps)

    # The run

    @on(ReplayForm.Submitted)
    def action_start(self) -> None:
        """Begin, after the question that a target elsewhere takes; or lay the form out for another run."""
        if self._is_running or self._wanted is None:
            return
        if self._playing is not None:
            self._playing = None
            self._show_form()
            return
        role, target = self._form.role, self._form.target
        try:
            host = host_of(role, target)
        except InspectorError as error:
            self.failed(str(error))
            return
        if not warning(role, target):
            self._start()
            return

        def check(text: str) -> None:
            if text.strip() != host:
                raise InspectorError(f"that is not {host}")

        def typed(text: str | None) -> None:
            if text:
                self._start()

        verb = "sends frames to" if role is Party.STATION else "listens to the network at"
        question = f"This {verb} {host}, which is not this machine. Type its name to go on:"
        self.app.push_screen(LineScreen(question, "", check, danger=True), typed)

    def _start(self) -> None:
        if self._wanted is None or self._is_running:
            return
        form, session = self._form, self._wanted.session
        options = RunOptions(
            capture=self.capture,
            sessions=(session.id,),
            role=form.role,
            to=form.target if form.role is Party.STATION else "",
            listen=form.target if form.role is Party.CSMS else "",
            access=Access(password=os.environ.get(PASSWORD)),
            name=f"replay of {session.name or session.id}",
            pace=form.pace,
            faithful=form.keeps("faults"),
            keep_ids=form.keeps("ids"),
            keep_times=form.keeps("times"),
        )
        try:
            keep_target(form.role.value, form.target)
        except InspectorError as error:
            self.notify(visible(str(error)), severity="warning", markup=False)
        self.failed("")
        self._taken = 0
        self._playing = Playing(options, self._wanted.frame)
        self._steps.is_playing = True
        self.set_class(True, "playing")
        self._steps.focus()
        self._timer = self.set_interval(LOOK_SECONDS, self._see)
        self.refresh_bindings()
        self._see()

    def _show_form(self) -> None:
        self.set_class(False, "playing")
        self.refresh_bindings()
        self._form.query_one("#target").focus()
        self._plan()

    def _see(self) -> None:
        """Take what the run has done since the last look."""
        playing = self._playing
        if playing is None:
            return
        is_over = playing.is_over  # before the outcomes: so none is missed
        new = playing.outcomes[self._taken :]
        self._taken += len(new)
        if new:
            self._steps.take(new)
        if is_over:
            self._end(playing)
        else:
            self._show_progress(playing)

    def _show_progress(self, playing: Playing) -> None:
        outcomes = self._steps.outcomes
        counts = Counter(outcome.verdict for outcome in outcomes.values())
        state = "paused: space goes on, s is a step" if playing.paused else ""
        if playing.listening and not outcomes:
            state = f"a station is to connect to {visible(playing.listening)}"
        self._lines([progress(len(outcomes), self._total, counts, state)])

    def _end(self, playing: Playing) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._steps.is_playing = False
        self._steps.rows_changed()
        self.refresh_bindings()
        said: list[Line] = [((visible(f"✖ {playing.trouble}"), "error"),)] if playing.trouble else []
        if playing.report is not None:
            report = replace(playing.report, ending="") if playing.trouble else playing.report
            said.append(verdict_line(report))
            if not report.is_same and self._steps.is_at_end:
                self._steps.go_to_first_difference()
        self._lines(said)
        self._show_page()

    def _lines(self, lines: Sequence[Line]) -> None:
        width = self._progress.scrollable_content_region.width or self.size.width - 2
        self._progress.show([piece for line in lines for piece in wrap(line, width)], keep_place=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Tell which keys do something now."""
        if action in {"pause", "step", "stop"}:
            return self._is_running
        if action == "start":
            return not self._is_running
        if action in {"browse_run", "difference"}:
            return self._playing is not None and not self._is_running
        return True

    def action_pause(self) -> None:
        """Pause, or go on."""
        if self._playing is not None:
            (self._playing.resume if self._playing.paused else self._playing.pause)()

    def action_step(self) -> None:
        """Play one step."""
        if self._playing is not None:
            self._playing.step()

    def action_stop(self) -> None:
        """End the run."""
        if self._playing is not None:
            self._playing.stop()

    def action_difference(self, step: int) -> None:
        """Go to the next or previous step that went otherwise."""
        if not self._steps.go_to_difference(step):
            self.notify("no more differences there", markup=False)

    def action_browse_run(self) -> None:
        """Go to the session that the run is recorded as."""
        report = self._playing.report if self._playing else None
        if report is not None and report.other.sessions:
            cast("InspectorApp", self.app).browse(session=report.other.sessions[0])
        else:
            self.notify("no run is recorded yet", markup=False)

    def action_leave(self) -> None:
        """Go back; a run that is on its way is stopped after a question."""

        def answered(answer: str | None) -> None:
            if answer == "y" and self._playing is not None:
                self._playing.stop()
                self._back()

        if self._is_running:
            self.app.push_screen(ChoiceScreen("A replay is running: stop it?", STOP), answered)
        else:
            self._back()

    def _back(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    def on_unmount(self) -> None:
        """Leave no run behind that nobody can stop; its end is recorded before the program may go."""
        super().on_unmount()
        if self._playing is not None:
            self._playing.stop()
            self._playing.join(STOP_SECONDS)

    # The step under the cursor

    @on(RowTable.Moved)
    def _moved(self) -> None:
        step = self._steps.step
        wanted = [] if step is None or isinstance(step, Extra) else [each for each in _frames(step) if each]
        if step is None or not set(wanted) - set(self._raws):
            self._show_page()
        else:
            self.ask(lambda reader: {row.id: row.raw for row in reader.frames(wanted)}, self._read, group="step")

    def _read(self, raws: Mapping[int, str | bytes]) -> None:
        self._raws = raws
        self._show_page()

    @on(LinePane.Resized)
    def _show_page(self) -> None:
        step = self._steps.step
        if step is None or not self.is_mounted:
            self._page.show((), keep_place=False)
            return
        frame, answer = _frames(step)
        width = self._page.scrollable_content_region.width or 40
        lines = list(
            step_page(step, self._steps.outcome(step), self._raws.get(frame or 0), self._raws.get(answer or 0), width)
        )
        report = self._playing.report if self._playing else None
        if report is not None:
            lines += [(), (("── the run ".ljust(width, "─"), "dim"),)]
            lines += [piece for line in summary_lines(report) for piece in wrap(line, width)]
        self._page.show(lines, keep_place=False)


def _wanted(reader: Reader, session: int, number: int | None) -> _Wanted:
    row = reader.session(session)
    place = None if number is None else reader.place(session, number)
    if number is not None and place is None:
        raise InspectorError(f"{reader.path}: session {session} has no frame {number}")
    return _Wanted(row, place and place[0])


def _frames(step: Step) -> tuple[int | None, int | None]:
    """Return the ids of a step's frame and of its answer."""
    return (None if isinstance(step, Extra) else step.frame), step.answer if isinstance(step, Send | Await) else None
