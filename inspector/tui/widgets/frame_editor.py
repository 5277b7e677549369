"""One frame being edited, and what the rules say of it below: the finding at the cursor first."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from inspector.protocol.frame import decode
from inspector.protocol.printable import visible_raw
from inspector.store.rows import FindingRow
from inspector.tui.composed.fault_places import Place, fault_places
from inspector.tui.composed.lines import Line, finding_lines
from inspector.tui.drafting.editable import Editable
from inspector.tui.external_editor import edited
from inspector.tui.widgets.json_text import JsonText
from inspector.tui.widgets.line_pane import LinePane

SETTLE_SECONDS = 0.15
"""After the last key, until the text is taken and judged."""


class FrameEditor(Vertical):
    """Shows a frame's text, and says when it was changed."""

    class Typed(Message):
        """The text is another one; the frame's is :attr:`FrameEditor.raw`."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._editable: Editable | None = None
        self._taken = ""
        self._timer: Timer | None = None
        self._findings: Sequence[FindingRow] = ()
        self._own: Sequence[FindingRow] = ()
        self._places: Sequence[Place] = ()

    def compose(self) -> ComposeResult:
        """Lay it out."""
        self._text = JsonText(id="frame-text")
        self._pane = LinePane(id="draft-findings")
        yield self._text
        yield self._pane

    @property
    def has_cursor(self) -> bool:
        """Whether keys go into the text."""
        return self._text.has_focus

    @property
    def raw(self) -> str | None:
        """The frame as its text has it now, None where there is none to edit."""
        return None if self._editable is None else self._editable.raw_of(self._text.text)

    @property
    def is_touched(self) -> bool:
        """Whether something was typed that :meth:`take` has not handed over."""
        return self._editable is not None and self._text.text != self._taken

    def show(self, raw: str | bytes | None, title: str, *, writable: bool) -> None:
        """Show a frame; nothing for None. A binary one can only be read."""
        self._editable = Editable(raw) if isinstance(raw, str) and writable else None
        shown = self._editable.text if self._editable else Editable(raw).text if isinstance(raw, str) else ""
        self._taken = shown if isinstance(raw, str) else visible_raw(raw or b"", 10_000)
        self._text.read_only = self._editable is None
        self._text.load_text(self._taken)
        self.entitle(title)
        self._places = self._findings = self._own = ()
        self._text.mark(())
        self._pane.show((), keep_place=False)

    def entitle(self, title: str) -> None:
        """Say above the text what it is."""
        self._text.border_title = Content(title)

    def take(self) -> str | None:
        """Return the frame as it is now; from here on it counts as taken."""
        if self._timer is not None:
            self._timer.stop()
        self._taken = self._text.text
        return self.raw

    def focus_text(self) -> None:
        """Let keys go into the text."""
        self._text.focus()

    def judge(self, findings: Sequence[FindingRow], own: Sequence[FindingRow]) -> None:
        """Underline what was found about the frame, and list it, then what was found about the session."""
        self._findings, self._own = findings, own
        self._places = self._find_places(findings)
        self._text.mark(self._places)
        self._list()

    def _find_places(self, findings: Sequence[FindingRow]) -> list[Place]:
        """Return where each finding stands in the text; offsets are those of the text, not of the frame."""
        offsets = {fault.code: fault.offset for fault in decode(self._text.text).faults if fault.offset is not None}
        told = [
            (finding.pointer, offsets.get(finding.code, finding.offset), str(finding.severity)) for finding in findings
        ]
        return fault_places(self._text.text, told)

    def _list(self) -> None:
        width = self._pane.scrollable_content_region.width or 40
        here = self._text.offset_at_cursor
        paired = sorted(zip(self._places, self._findings, strict=True), key=lambda pair: not _covers(pair[0], here))
        lines: list[Line] = [line for _, finding in paired for line in finding_lines(finding, 0, width)]
        if self._own:
            lines.append((("of the session", "dim"),))
            lines += [line for finding in self._own for line in finding_lines(finding, 0, width)]
        self._pane.show(lines or [(("✓ no finding", "ok"),)], keep_place=False)

    @on(TextArea.SelectionChanged)
    def _moved(self) -> None:
        if self._findings:
            self._list()

    @on(LinePane.Resized)
    def _resized(self) -> None:
        if self._findings or self._own:
            self._list()

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self.is_touched:
            self._timer = self.set_timer(SETTLE_SECONDS, lambda: self.post_message(self.Typed()))

    def edit_outside(self) -> None:
        """Hand the text to the user's own editor. Raises :class:`InspectorError`; then nothing is changed."""
        text = edited(self._text.text)
        if text != self._text.text:
            self._text.replace(text, (0, 0), self._text.document.end)


def _covers(place: Place, offset: int) -> bool:
    start, end, _ = place
    return start <= offset <= end
