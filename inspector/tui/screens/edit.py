"""Editing a draft: its frames on the left, the text of one of them on the right, judged while it is typed."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from inspector.errors import InspectorError
from inspector.protocol.finding import Severity
from inspector.protocol.plural import plural
from inspector.store.draft_saving import Saved, delete_draft, save_draft
from inspector.tui.screens.edit_changes import EditChanges
from inspector.tui.screens.questions import (
    Answer,
    ChoiceScreen,
    LineScreen,
)
from inspector.tui.widgets.banner import Banner

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

LEAVE = (Answer("s", "save it"), Answer("d", "drop the changes"), Answer("escape", "stay"))
DELETE = (Answer("y", "delete it; its runs stay"), Answer("escape", "keep it"))
SEND_ANYWAY = (Answer("y", "send it anyway: that is what a draft is for"), Answer("escape", "not yet"))


class EditScreen(EditChanges):
    """Edits a draft; of a recorded session a new one, with the cursor on ``frame`` (an id), or of that frame alone.

    What was recorded stays. A new draft is in the capture once it is saved.
    """

    is_being_saved = False

    def action_save(self) -> None:
        """Save the draft; a new one gets its name first."""
        self._save(lambda: None, ask=True)

    def action_rename(self) -> None:
        """Ask for another name; it is saved with the draft."""
        self._ask_name(lambda: self._write(lambda: None))

    def _ask_name(self, then: Callable[[], None]) -> None:
        def entered(name: str | None) -> None:
            if name and self.draft is not None:
                self.draft = replace(self.draft, opened=replace(self.draft.opened, name=name.strip()))
                then()

        self.app.push_screen(LineScreen("name of the draft", self.called, _check_name), entered)

    def _save(self, then: Callable[[], None], *, ask: bool) -> None:
        """Save what is not saved, and go on with ``then``."""
        self.take_text()
        if self.draft is None:
            return
        if self.draft.session is None and ask:
            self._ask_name(lambda: self._write(then))
        elif self.draft.session is None or self.edits.is_changed:
            self._write(then)
        else:
            if ask:
                self.note("nothing to save")
            then()

    def _write(self, then: Callable[[], None]) -> None:
        if self.draft is None or self.is_being_saved:
            return
        draft, capture = self.now(self.draft), self.capture
        self.is_being_saved = True

        def failed(reason: str) -> None:
            self.is_being_saved = False
            self.fail(reason)

        def saved(result: Saved) -> None:
            self.is_being_saved = False
            self.draft = replace(draft, session=result.draft.session, opened=result.draft.opened)
            self.edits.saved(draft.frames)
            hidden = f"; {plural(result.masked, 'secret value')} overwritten in it" if result.masked else ""
            self.note(f"{self.called}: saved as session {self.draft.session}{hidden}")
            self.query_one(Banner).read("")
            self.say()
            then()

        self.work(lambda: save_draft(capture, draft), saved, group="save", failed=failed)

    def action_replay(self, alone: bool) -> None:
        """Send the draft, or the frame under the cursor; what has errors only after a question."""
        self.take_text()
        row = self.table.here
        index = row.index if row and alone else None
        frames = self.edits.frames if index is None else [self.edits.frames[index]]
        found = [finding for frame in frames for finding in (self.checked.of(frame) if self.checked else ())]
        errors = sum(finding.severity is Severity.ERROR for finding in found)

        def send() -> None:
            if self.draft is not None and self.draft.session is not None:
                number = None if index is None else index + 1
                cast("InspectorApp", self.app).over("replay", self.draft.session, number, bool(errors))

        def answered(answer: str | None) -> None:
            if answer == "y":
                self._save(send, ask=False)

        if errors:
            whose = "this frame has" if alone else "the draft has"
            question = f"{whose} {plural(errors, 'error')}: send it anyway?"
            self.app.push_screen(ChoiceScreen(question, SEND_ANYWAY), answered)
        else:
            self._save(send, ask=False)

    def action_delete(self) -> None:
        """Delete the draft, after a question."""
        if self.draft is None or self.draft.session is None:
            self.note("this draft is not saved: esc leaves it")
            return
        session, capture = self.draft.session, self.capture

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.work(lambda: delete_draft(capture, session), lambda _: self._forget(), failed=self.fail)

        self.app.push_screen(ChoiceScreen(f"Delete {self.called}?", DELETE, danger=True), answered)

    def _forget(self) -> None:
        self.draft = None
        self._back()

    def action_leave(self) -> None:
        """Go from the text to the list, from there back; ask if something is not saved."""
        if not self.table.has_focus:
            self.table.focus()
            return

        def answered(answer: str | None) -> None:
            if answer == "s":
                self._save(self._back, ask=True)
            elif answer == "d":
                self._back()

        if self.unsaved:
            self.app.push_screen(ChoiceScreen(f"{self.unsaved}.", LEAVE), answered)
        else:
            self._back()

    def _back(self) -> None:
        """Go where one came from; to a draft that was made here."""
        if self.is_current:
            app = cast("InspectorApp", self.app)
            app.pop_screen()
            if self.draft is not None and self.draft.session not in {None, self.wanted[0]}:
                app.browse(session=self.draft.session)


def _check_name(name: str) -> None:
    if not name.strip():
        raise InspectorError("a draft needs a name")
