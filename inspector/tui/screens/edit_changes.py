"""The keys that change a draft: each works on the frame under the cursor, or on all of them."""

from collections.abc import Callable, Sequence
from functools import partial

from textual.app import SuspendNotSupported

from inspector.errors import InspectorError
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting import pauses
from inspector.tui.drafting.edits import with_new_ids
from inspector.tui.drafting.inserting import choices, made
from inspector.tui.drafting.replacing import Replaced, replace_all
from inspector.tui.screens.edit_panes import EditPanes
from inspector.tui.screens.questions import (
    LineScreen,
    PickScreen,
    Replacement,
    ReplaceScreen,
)


class EditChanges(EditPanes):
    """Changes the draft that is shown."""

    def _change(self, change: Callable[[int], int | None]) -> None:
        """Change the frame under the cursor; the result is the index that the cursor goes to, None to stay."""
        self.take_text()
        row = self.table.here
        if row is not None and row.index is not None:
            after = change(row.index)
            self.redraw(row.index if after is None else after)

    def action_insert(self) -> None:
        """Insert a CALL behind the cursor."""
        offered = choices(self.version)

        def chosen(number: int | None) -> None:
            if number is not None and self.draft is not None:
                self.take_text()
                row = self.table.here
                at = 0 if row is None else self.table.index_at(self.table.cursor) + (row.index is not None)
                time_ns = self.draft.opened.time_ns + sum(frame.pause_ns for frame in self.edits.frames[:at])
                self.edits.insert(at, made(self.version, offered[number], time_ns))
                self.redraw(at)

        options = [f"{choice.action:<32} {choice.sender.label}" for choice in offered]
        self.app.push_screen(PickScreen(f"insert a CALL of OCPP {self.version}", options), chosen)

    def action_duplicate(self) -> None:
        """Copy the frame."""

        def duplicate(index: int) -> int:
            self.edits.duplicate(index)
            return index + 1

        self._change(duplicate)

    def action_take_out(self) -> None:
        """Take the frame out, or bring it back."""
        row = self.table.here
        if row is not None and row.index is None and self.draft is not None:
            at = self.table.index_at(self.table.cursor)
            self.edits.restore(at, self.draft.originals[row.source or 0])
            self.redraw(at)
        else:
            self._change(lambda index: self.edits.delete(index))

    def action_move(self, by: int) -> None:
        """Move the frame up or down."""
        self._change(lambda index: self.edits.move(index, by))

    def action_turn(self) -> None:
        """Let the other party send it."""
        self._change(lambda index: self.edits.turn(index))

    def action_pause(self) -> None:
        """Ask for the pause before the frame."""

        def ask(index: int) -> None:
            def entered(text: str | None) -> None:
                if text:
                    self.edits.pause(index, pauses.read(text))
                    self.redraw(index)

            before = "the frame before" if index else "the handshake"
            question = f"pause between {before} and frame {index + 1}: 2s, 150ms, 10m"
            value = pauses.exact(self.edits.frames[index].pause_ns)
            self.app.push_screen(LineScreen(question, value, pauses.read), entered)

        self._change(ask)

    def action_new_ids(self, everywhere: bool) -> None:
        """Give the frame and its pair, or all frames, new message ids."""
        self.take_text()
        row = self.table.here
        only = None if everywhere or row is None else row.index
        if everywhere or only is not None:
            frames = tuple(self.edits.frames)
            self.work(lambda: with_new_ids(frames, only), partial(self._rewrite, frames, "with a new id"))

    def action_replace(self) -> None:
        """Find and replace."""
        self.take_text()
        frames = tuple(self.edits.frames)

        def count(wanted: Replacement, tell: Callable[[int], None]) -> None:
            self.work(lambda: replace_all(frames, *wanted), lambda found: tell(found.count), group="count")

        def entered(wanted: Replacement | None) -> None:
            if wanted is not None:
                self.work(lambda: replace_all(frames, *wanted), replaced)

        def replaced(found: Replaced) -> None:
            self._rewrite(frames, f"changed, {plural(found.count, 'place')}", found.frames)

        self.app.push_screen(ReplaceScreen(count), entered)

    def _rewrite(self, before: Sequence[DraftFrame], words: str, after: Sequence[DraftFrame]) -> None:
        """Take what a worker made of all frames, unless they are others by now."""
        if list(before) == self.edits.frames:
            count = self.edits.rewrite(after)
            self.note(f"{plural(count, 'frame')} {words}")
            self.redraw()

    def action_undo(self) -> None:
        """Take the last step back."""
        self.take_text()
        self._stepped(self.edits.undo(), "nothing to undo")

    def action_redo(self) -> None:
        """Do again what was undone."""
        self.take_text()
        self._stepped(self.edits.redo(), "nothing to do again")

    def _stepped(self, index: int | None, otherwise: str) -> None:
        if index is None:
            self.note(otherwise)
        else:
            self.redraw(min(index, len(self.edits.frames) - 1))

    def action_problem(self, step: int) -> None:
        """Go to the next or previous frame with a finding."""
        self.take_text()
        if not self.table.go_to_problem(step):
            self.note("no more findings there")

    def action_outside(self) -> None:
        """Edit the text in the user's own editor."""
        if self.editor.raw is None:
            self.note("there is no text to edit here")
            return
        failure = ""
        try:
            with self.app.suspend():
                try:
                    self.editor.edit_outside()
                except InspectorError as error:  # here: the terminal is not taken back from an exception
                    failure = str(error)
        except SuspendNotSupported:
            self.note("this terminal can't be handed to another program")
        if failure:
            self.notify(visible(failure), severity="error", markup=False)
