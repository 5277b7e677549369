"""The panes of the screen that edits a draft: its frames, the text of one of them, and what the rules say."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from inspector.errors import InspectorError
from inspector.protocol.finding import Severity
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.version import Version
from inspector.store.drafts import Draft, DraftFrame, open_draft
from inspector.store.reader import Reader
from inspector.tui.drafting.checking import Checked, check
from inspector.tui.drafting.edits import Edits
from inspector.tui.drafting.rows import SIGNS, read
from inspector.tui.keys import bindings
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.draft_table import DraftTable
from inspector.tui.widgets.frame_editor import FrameEditor
from inspector.tui.widgets.key_bar import KeyBar
from inspector.tui.widgets.row_table import RowTable

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

T = TypeVar("T")

WIDE = 120
"""Columns from which on list and text stand side by side."""


class EditPanes(Screen[None]):
    """Shows a draft; of a recorded session a new one, with the cursor on ``frame`` (an id), or of that frame alone."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("edit")]

    def __init__(self, session: int, frame: int | None = None, alone: bool = False) -> None:
        super().__init__()
        self.wanted = (session, frame, alone)
        self.draft: Draft | None = None
        self.edits = Edits(())
        self.checked: Checked | None = None
        self._shown: int | None = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        self.table = DraftTable(id="draft")
        self.editor = FrameEditor(id="frame-editor")
        yield Static(id="title")
        yield Banner(id="banner")
        with Container(id="draft-panes"):
            yield self.table
            yield self.editor
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the draft."""
        self.table.focus()
        self.table.border_title = Content("frames")
        self.table.empty = "reading"
        self.work(partial(_opened, self.capture, *self.wanted), self._begin, failed=self._gone)

    def on_resize(self, event: Resize) -> None:
        """Set list and text side by side, or one above the other."""
        self.set_class(event.size.width >= WIDE, "wide")
        self.say()

    @property
    def capture(self) -> Path:
        """The file that is browsed now."""
        return cast("InspectorApp", self.app).capture

    @property
    def unsaved(self) -> str:
        """What would be lost if the program ended now, in words; nothing if all is saved."""
        self.take_text()
        return f"{self.called} has changes that are not saved" if self.edits.is_changed else ""

    @property
    def called(self) -> str:
        """The name of the draft."""
        return self.draft.name if self.draft else "draft"

    @property
    def version(self) -> Version:
        """Its OCPP version, the oldest where that is not known."""
        return (self.draft.version if self.draft else None) or Version.V16

    def _begin(self, opened: tuple[Draft, int, str]) -> None:
        self.draft, index, words = opened
        if words:
            self.note(words)
        self.edits = Edits(self.draft.frames)
        self.table.empty = "no frame left: n inserts one"
        self.redraw(index)

    def _gone(self, reason: str) -> None:
        self.notify(visible(reason), severity="error", markup=False)
        if self.is_current:
            self.app.pop_screen()

    # Frames on screen

    def redraw(self, index: int | None = None) -> None:
        """Show the frames anew after they were changed, and judge them."""
        if self.draft is not None:
            self._shown = None
            self.table.show(self.edits.frames, self.draft.originals, index)
            self._judge()

    @on(RowTable.Moved)
    def _moved(self) -> None:
        self.take_text()
        row = self.table.here
        self._shown = row.index if row else None
        if row is None or self.draft is None:
            self.editor.show(None, "", writable=False)
        elif row.index is None:
            self.editor.show(self.draft.originals[row.source or 0].raw, "taken out · x brings it back", writable=False)
        else:
            frame = self.edits.frames[row.index]
            self.editor.show(frame.raw, _title(row.index, frame), writable=isinstance(frame.raw, str))
            self._tell()

    @on(RowTable.Chosen)
    def _chosen(self) -> None:
        self.editor.focus_text()

    @on(FrameEditor.Typed)
    def _typed(self) -> None:
        self.take_text()
        if self._shown is not None:
            self.editor.entitle(_title(self._shown, self.edits.frames[self._shown]))
        self.table.refresh()
        self._judge()

    def take_text(self) -> None:
        """Put into the draft what was typed."""
        if self._shown is not None and self.editor.is_touched and (raw := self.editor.take()) is not None:
            self.edits.write(self._shown, raw)

    # The rules

    def _judge(self) -> None:
        """Judge the whole draft in a worker; the one before, if it still runs, is not wanted any more."""
        self.say()
        if self.draft is not None:
            draft = self.now(self.draft)
            self.work(lambda: check(draft, _is_over), self._judged, group="check")

    def _judged(self, checked: Checked | None) -> None:
        if checked is not None:
            self.checked = self.table.checked = checked
            self.table.refresh()
            self._tell()
            self.say()

    def _tell(self) -> None:
        """Tell the editor what was found about its frame."""
        if self._shown is not None and self.checked is not None:
            frame = self.edits.frames[self._shown]
            if self.checked.knows(frame):
                self.editor.judge(self.checked.of(frame), self.checked.own)

    def say(self) -> None:
        """Say in the title what there is: the draft, what differs, what was found."""
        if self.draft is None:
            return
        frames = self.edits.frames
        what = self.checked.differences if self.checked else {}
        differ = " ".join(f"{SIGNS[kind][0]}{count:,}" for kind, count in what.items() if count)
        state = "new" if self.draft.session is None else f"session {self.draft.session}"
        parts = [
            f"✎ {visible(self.called, 40)}",
            state + (", not saved" if self.edits.is_changed else ""),
            plural(len(frames), "frame"),
            differ,
            self._found(),
        ]
        self.query_one("#title", Static).update(Content("  ·  ".join(part for part in parts if part)))

    def _found(self) -> str:
        if self.checked is None:
            return ""
        errors, warnings = (self.checked.counts[severity] for severity in (Severity.ERROR, Severity.WARNING))
        return f"{f'✖{errors} ' if errors else ''}{f'⚠{warnings}' if warnings else ''}".strip() or "✓"

    # Helpers

    def now(self, draft: Draft) -> Draft:
        """Return the draft as it is on screen."""
        return replace(draft, frames=tuple(self.edits.frames))

    def note(self, words: str) -> None:
        """Say something that passes."""
        self.notify(visible(words, 200), markup=False, timeout=4)

    def fail(self, reason: str) -> None:
        """Say what went wrong; the draft stays on screen as it is."""
        self.query_one(Banner).read(f"{reason}; nothing is lost here")

    def work(
        self,
        job: Callable[[], T],
        then: Callable[[T], object],
        *,
        group: str = "work",
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Do something in a worker, and take what comes of it on the interface's own thread."""

        def tell(hear: Callable[[Any], object], what: Any) -> None:
            if self in self.app.screen_stack:
                hear(what)

        def run() -> None:
            try:
                result = job()
            except InspectorError as error:
                with suppress(RuntimeError):  # the application is gone
                    self.app.call_from_thread(tell, failed or self.fail, str(error))
                return
            if not get_current_worker().is_cancelled:
                with suppress(RuntimeError):
                    self.app.call_from_thread(tell, then, result)

        self.run_worker(run, group=f"edit {group}", thread=True, exclusive=True)


def _is_over() -> bool:
    return get_current_worker().is_cancelled


def _opened(capture: Path, session: int, frame: int | None, alone: bool) -> tuple[Draft, int, str]:
    """Open a draft, of the frame alone where that of the session can't be.

    Return it, the index of the frame to begin with, and what is to be said.
    """
    words = ""
    number = None
    if frame is not None:
        with Reader(capture) as reader:
            rows = reader.frames([frame])
        number = rows[0].number if rows and rows[0].session == session else None
    try:
        draft = open_draft(capture, session, number if alone else None)
    except InspectorError as error:
        if number is None:
            raise
        words = f"{error}; here it is"
        draft = open_draft(capture, session, number)
    numbers = [frame.source for frame in draft.frames] if draft.session is None else range(1, len(draft.frames) + 1)
    return draft, next((index for index, each in enumerate(numbers) if each == number), 0), words


def _title(index: int, frame: DraftFrame) -> str:
    decoded = read(frame)
    return visible(
        f"frame {index + 1} · {frame.sender.label} · {decoded.type.name} {decoded.action or ''}".rstrip(), 60
    )
