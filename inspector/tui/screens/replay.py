"""Replaying a session or a draft against a live peer: what to ask, how it goes, and what came of it."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.timer import Timer

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.replay.access import PASSWORD, Access
from inspector.replay.options import RunOptions
from inspector.replay.script import script
from inspector.replay.steps import Step
from inspector.store.rows import Session
from inspector.tui.composed.lines import Line
from inspector.tui.composed.replay_lines import host_of, progress, verdict_line, warning
from inspector.tui.kept import keep_target
from inspector.tui.keys import bindings
from inspector.tui.playing import Playing, plan
from inspector.tui.screens.questions import Answer, ChoiceScreen, LineScreen
from inspector.tui.screens.replay_panes import ReplayPanes, Wanted, wanted
from inspector.tui.widgets.replay_form import ReplayForm

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

LOOK_SECONDS = 0.1
"""How often to look what the run has done."""

STOP_SECONDS = 3.0
"""How long a run that is stopped may take to say goodbye."""

STOP = (Answer("y", "stop it; what was played stays recorded"), Answer("escape", "let it go on"))


class ReplayScreen(ReplayPanes):
    """Replays a session of the capture, or one frame of it (by its number); ``faithful`` offers to send its faults."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("replay")]

    def __init__(self, session: int, number: int | None = None, faithful: bool = False) -> None:
        super().__init__(faithful=faithful)
        self._asked_for = (session, number)
        self._wanted: Wanted | None = None
        self._playing: Playing | None = None
        self._timer: Timer | None = None
        self._taken = 0
        self._total = 0

    def on_mount(self) -> None:
        """Read what is to be replayed."""
        session, number = self._asked_for
        self.form.query_one("#target").focus()
        self.ask(lambda reader: wanted(reader, session, number), self._begin, group="wanted")

    @property
    def unsaved(self) -> str:
        """Why the program should not end now, in words; nothing if it may."""
        return "a replay is running" if self._is_running else ""

    @property
    def _is_running(self) -> bool:
        return self._playing is not None and not self._playing.is_over

    def _begin(self, found: Wanted) -> None:
        self._wanted = found
        self.entitle(found)
        self._plan()

    @on(ReplayForm.Changed)
    def _plan(self) -> None:
        """Warn of the target, and show what would be played."""
        role, target = self.form.role, self.form.target
        self.warn(warning(role, target))
        if self._wanted is not None and not self._is_running:
            number, frame = self._wanted.session.id, self._wanted.frame
            self.ask(
                lambda reader: plan(reader, lambda reader: script(reader, [number], role), frame),
                self._planned,
                group="plan",
            )

    def _planned(self, steps: Sequence[Step]) -> None:
        if not self._is_running:
            self.failed("")
            self._total = len(steps)
            self.steps.plan(steps)

    # The run

    @on(ReplayForm.Submitted)
    def action_start(self) -> None:
        """Begin, after the question that a target elsewhere takes; or lay the form out for another run."""
        if self._is_running or self._wanted is None:
            return
        if self._playing is not None:
            self._playing = self.report = None
            self._show_form()
            return
        try:
            options = self._options(self._wanted.session)
            host = host_of(options.role, self.form.target)
        except InspectorError as error:
            self.failed(str(error))
            return
        if warning(options.role, self.form.target):
            self._ask_for(host, options)
        else:
            self._start(options)

    def _ask_for(self, host: str, options: RunOptions) -> None:
        """Begin if somebody types the name of a host that is not this machine."""

        def check(text: str) -> None:
            if text.strip() != host:
                raise InspectorError(f"that is not {host}")

        def typed(text: str | None) -> None:
            if text:
                self._start(options)

        verb = "sends frames to" if options.role is Party.STATION else "listens to the network at"
        question = f"This {verb} {host}, which is not this machine. Type its name to go on:"
        self.app.push_screen(LineScreen(question, "", check, danger=True), typed)

    def _start(self, options: RunOptions) -> None:
        if self._wanted is None or self._is_running:
            return
        try:
            keep_target(options.role.value, self.form.target)
        except InspectorError as error:
            self.notify(visible(str(error)), severity="warning", markup=False)
        self.failed("")
        self._taken = 0
        self._playing = Playing(options, self._wanted.frame)
        self.steps.is_playing = True
        self.set_class(True, "playing")
        self.steps.focus()
        self._timer = self.set_interval(LOOK_SECONDS, self._see)
        self.refresh_bindings()
        self._see()

    def _options(self, session: Session) -> RunOptions:
        """Return what the form says. Raises :class:`InspectorError` for what can't be read."""
        form, is_station = self.form, self.form.role is Party.STATION
        certificate = form.certificate
        return RunOptions(
            capture=self.capture,
            sessions=(session.id,),
            role=form.role,
            to=form.target if is_station else "",
            listen="" if is_station else form.target,
            access=Access(
                password=os.environ.get(PASSWORD),
                authorities=form.authorities,
                certificate=certificate if is_station else None,
            ),
            cert=None if is_station else certificate,
            name=f"replay of {session.name or session.id}",
            pace=form.pace,
            faithful=form.keeps("faults"),
            keep_ids=form.keeps("ids"),
            keep_times=form.keeps("times"),
            changes=form.changes,
        )

    def _show_form(self) -> None:
        self.set_class(False, "playing")
        self.refresh_bindings()
        self.form.query_one("#target").focus()
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
            self.steps.take(new)
        if is_over:
            self._end(playing)
        else:
            self._show_progress(playing)

    def _show_progress(self, playing: Playing) -> None:
        outcomes = self.steps.outcomes
        counts = Counter(outcome.verdict for outcome in outcomes.values())
        state = "paused: space goes on, s is a step" if playing.paused else ""
        if playing.listening and not outcomes:
            state = f"a station is to connect to {visible(playing.listening)}"
        self.say([progress(len(outcomes), self._total, counts, state)])

    def _end(self, playing: Playing) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.steps.is_playing = False
        self.steps.rows_changed()
        self.refresh_bindings()
        said: list[Line] = [((visible(f"✖ {playing.trouble}"), "error"),)] if playing.trouble else []
        self.report = playing.report
        if playing.report is not None:
            report = replace(playing.report, ending="") if playing.trouble else playing.report
            said.append(verdict_line(report))
            if not report.is_same and self.steps.is_at_end:
                self.steps.go_to_first_difference()
        self.say(said)
        self.show_page()

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
        if not self.steps.go_to_difference(step):
            self.notify("no more differences there", markup=False)

    def action_browse_run(self) -> None:
        """Go to the session that the run is recorded as."""
        if self.report is not None and self.report.other.sessions:
            cast("InspectorApp", self.app).browse(session=self.report.other.sessions[0])
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
