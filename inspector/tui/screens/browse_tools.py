"""What is done with frames: marked, copied, written to a file, paged, edited, replayed; and how they are shown."""

import os
import shlex
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import SuspendNotSupported

from inspector.errors import InspectorError
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.store import marks
from inspector.store.control import close_session, not_endable
from inspector.store.filter import EVERYTHING, Where
from inspector.store.filter.term import both
from inspector.store.orders import GOING_AWAY
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow
from inspector.store.schema import create_private
from inspector.tui.composed.copies import COPIES
from inspector.tui.composed.lines import who
from inspector.tui.screens.browse_jumps import BrowseJumps
from inspector.tui.screens.questions import Answer, ChoiceScreen, LineScreen

MARKED = Where("frame.id IN (SELECT mark.frame FROM mark)")
NO_HEARTBEATS = Where("frame.action IS NOT 'Heartbeat'")


class BrowseTools(BrowseJumps):
    """Works on the frame under the cursor, or on all that are shown."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._hides_heartbeats = False
        self._only_marked = False
        self.shows_controls = False

    @property
    def question(self) -> Where:
        """What the frames that are shown have in common, beside their session."""
        parts = [self.where, self.session_table.where]
        parts += [MARKED] if self._only_marked else []
        parts += [NO_HEARTBEATS] if self._hides_heartbeats else []
        said = [part for part in parts if part is not EVERYTHING]
        return both(said) if len(said) > 1 else said[0] if said else EVERYTHING

    @property
    def restrictions(self) -> list[str]:
        """Say what is hidden beside what the filter leaves out, and what is added."""
        hidden = ["only marked"] * self._only_marked + ["no heartbeats"] * self._hides_heartbeats
        return hidden + ["control frames"] * (self.shows_controls and self.session_table.session is not None)

    def reload(self) -> None:
        """Show the frames anew, after what is asked for has changed."""
        raise NotImplementedError

    # How frames are shown

    def action_time(self) -> None:
        """Show the time of day, since the session began, or since the row above."""
        self.frame_table.time = self.frame_table.time.next
        self.frame_table.refresh()

    def action_heartbeats(self) -> None:
        """Hide heartbeats, or show them."""
        self._hides_heartbeats = not self._hides_heartbeats
        self.reload()

    def action_controls(self) -> None:
        """Show the control frames of a session among its frames, or hide them."""
        if self.session_table.session is None:
            self.say("choose a session first: control frames are shown for one")
        else:
            self.shows_controls = not self.shows_controls
            self.reload()

    def action_only_marked(self) -> None:
        """Show only marked frames, or all."""
        if not self._only_marked and not self.frame_table.marked:
            self.say("no frame is marked; m marks one")
        else:
            self._only_marked = not self._only_marked
            self.reload()

    # What is done with them

    def action_mark(self) -> None:
        """Mark the frame, or take its mark away."""
        frame = self.frame_table.frame
        if frame is None:
            return
        try:
            marks.toggle(self.capture, frame.id)
        except InspectorError as error:
            self.say(str(error))
            return
        self.leave("marks")  # what is being read may be older than this
        self.frame_table.marked = self.frame_table.marked ^ {frame.id}
        self.frame_table.refresh()

    def whole(self, frame: FrameRow) -> FrameRow:
        """Return a frame with all of its raw text, which the table has not."""
        return next(iter(self.fetch([frame.id])), frame)

    def action_copy(self) -> None:
        """Ask what to copy of the frame."""
        frame = self.frame_table.frame
        if frame is not None:
            answers = [Answer(copy.key, copy.text) for copy in COPIES]
            self.app.push_screen(ChoiceScreen(f"copy of frame {frame.id}", answers), partial(self._copy, frame))

    def _copy(self, frame: FrameRow, key: str | None) -> None:
        """Give it to the terminal's clipboard (OSC 52, which works over SSH)."""
        copy = next((each for each in COPIES if each.key == key), None)
        session = self.session_of(frame)
        if copy is None or session is None:
            return
        text = copy.make(self.whole(frame), session)
        if text:
            self.app.copy_to_clipboard(text)
            self.say(f"copied {copy.text}, {len(text):,} characters")
        else:
            self.say("this frame has none")

    def action_page(self) -> None:
        """Show the raw frame in the user's pager."""
        frame = self.frame_table.frame
        if frame is None:
            return
        command = os.environ.get("PAGER", "").strip() or "less"
        raw = self.whole(frame).raw
        text = raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")
        said = ""
        try:
            with self.app.suspend():
                try:
                    words = shlex.split(command)
                    subprocess.run(words, input=visible(text) + "\n", text=True, check=False)  # noqa: S603 - the user's
                except (OSError, ValueError) as error:  # here: the terminal is not taken back from an exception
                    said = f"{command}: {error}"
        except SuspendNotSupported:
            said = "this terminal can't be lent to a pager"
        if said:
            self.say(said)

    def action_export(self) -> None:
        """Ask for a file, and write the frames that are shown to it."""
        count, name = self.frame_table.count, visible(f"{self.capture.stem}-frames.jsonl")
        screen = LineScreen(f"write the {plural(count, 'frame')} shown here, as JSON Lines, to", name, check_new)
        self.app.push_screen(screen, self._export)

    def _export(self, name: str | None) -> None:
        if name:
            path, where, session = Path(name).expanduser(), self.question, self.session_table.session
            self.ask(
                lambda reader: _write(reader, path, where, session),
                lambda count: self.say(f"{plural(count, 'frame')} written to {path}"),
                group="export",
            )

    def action_edit(self) -> None:
        """Edit the session under the cursor as a draft, at the frame."""
        frame = self.frame_table.frame
        self._work("edit", frame.id if frame else None)

    def action_edit_frame(self) -> None:
        """Edit the frame under the cursor by itself, as a draft."""
        frame = self.frame_table.frame
        if frame is None:
            self.say("no frame here")
        else:
            self.inspector.over("edit", frame.session, frame.id, True)

    def action_replay(self) -> None:
        """Replay the session under the cursor."""
        self._work("replay")

    def action_end_connection(self) -> None:
        """End the connection of the session under the cursor, after a question; or say why that can't be."""
        frame = self.frame_table.frame
        session = self.session or (self.session_of(frame) if frame else None)
        why_not = not_endable(session) if session else "no session here"
        if session is None or why_not:
            self.say(f"session {session.id} {why_not}" if session else why_not)
            return
        question = f"end the connection of {who(session)}?"
        answers = (Answer("y", f"end it, with close code {GOING_AWAY}"), Answer("escape", "leave it"))
        self.app.push_screen(ChoiceScreen(question, answers, danger=True), partial(self._end_connection, session.id))

    def _end_connection(self, session: int, answer: str | None) -> None:
        if answer == "y":
            self.ask(lambda reader: _ended(reader.path, session), self.say, group="end")

    def _work(self, screen: str, *arguments: Any) -> None:
        """Lay a screen over this one that works on a session: the chosen one, else that of the frame."""
        frame = self.frame_table.frame
        session = self.session_table.session or (frame.session if frame else None)
        if session is None:
            self.say("no session here")
        else:
            self.inspector.over(screen, session, *arguments)


def _ended(path: Path, session: int) -> str:
    """End a session's connection, and say what became of it."""
    try:
        return close_session(path, session)
    except InspectorError as error:
        return str(error).removeprefix(f"{path}: ")


def check_new(name: str) -> None:
    """Raise :class:`InspectorError` for a file that is there already, or can't be."""
    try:
        path = Path(name).expanduser()
        if not name.strip() or path.is_dir():
            raise InspectorError("that is no file")
        if path.exists():
            raise InspectorError(f"{path}: is there already")
        if not path.parent.is_dir():
            raise InspectorError(f"{path.parent}: no such folder")
    except (OSError, RuntimeError) as error:  # too long a name, a folder of others, nobody's home
        raise InspectorError(f"{name[:60]}: can't be written: {error}") from error


def _write(reader: Reader, path: Path, where: Where, session: int | None) -> int:
    """Write the frames that pass to a new file, which only its owner may read; return how many there were."""
    from inspector.formats.jsonl import export_lines  # only for whoever exports

    count = 0
    create_private(path)
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for line in export_lines(reader, session, where):
                file.write(f"{line}\n")
                count += line.startswith('{"kind": "frame"')
    except OSError as error:
        raise InspectorError(f"{path}: can't be written: {error.strerror}") from error
    return count
