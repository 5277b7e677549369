"""The filter's bar: a line to type in, what may stand there, what is wrong with it, and the filters of before."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.store.filter import EVERYTHING, FilterError, Where, compile_filter
from inspector.store.filter.completion import Known, Suggestion, complete
from inspector.store.filter.known import read_known
from inspector.store.reader import Reader
from inspector.tui import kept
from inspector.tui.keys import bindings
from inspector.tui.reading.asking import Asking
from inspector.tui.screens.questions import LineScreen
from inspector.tui.widgets.filter_box import FilterBox, FilterInk
from inspector.tui.widgets.suggestions import Suggestions

TYPING_SECONDS = 0.15
"""How long nothing is typed before the filter is tried."""

PLACEHOLDER = "action:Boot* severity:error latency>2s any text · tab completes, F1 helps"


class FilterBar(Asking, Vertical):
    """Posts :class:`Changed` when another filter is to hold, :class:`Submitted` when it has been entered.

    ``where`` is the last filter that could be read; one that can't be read is said and underlined, and changes nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("filter")]

    class Changed(Message):
        """Another filter is to hold."""

        def __init__(self, where: Where, text: str) -> None:
            super().__init__()
            self.where, self.text = where, text

    class Submitted(Message):
        """The filter has been entered, and can be read."""

    def __init__(self, *, id: str = "filter-bar") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.where = self._told = EVERYTHING
        self._known = Known()
        self._timer: Timer | None = None
        self._offered: list[Suggestion] = []
        self._at = -1
        self._base = ""
        self._past: Sequence[str] = ()
        self._age = 0
        self._draft = ""
        self._said: set[str] = set()

    def compose(self) -> ComposeResult:
        """Lay it out."""
        self._ink = FilterInk(lambda name: self.box.get_component_rich_style(name, partial=True))
        self.box = FilterBox(
            id="filter", placeholder=PLACEHOLDER, compact=True, select_on_focus=False, highlighter=self._ink
        )
        self._suggestions = Suggestions(id="filter-suggestions")
        yield self.box
        yield self._suggestions
        yield Static(id="filter-error")

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.box.value

    @text.setter
    def text(self, text: str) -> None:
        """Put a filter into the line; it holds at once and nothing is posted."""
        with self.prevent(Input.Changed):
            self.box.value = text
        self.box.cursor_position = len(text)
        self.set_class(bool(text), "shown")
        self._stop()
        self._read()
        self._told = self.where

    def open(self) -> None:
        """Show the bar and begin to type."""
        self.add_class("shown")
        self.box.focus()

    # What is typed

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        past = kept.read_kept()
        self._past, self._age = past.history, 0
        self._know(self._known)
        self._complain(past.complaint)
        self.ask(_known_and_ready, self._know, group="known")

    def _know(self, known: Known) -> None:
        self._known = known._replace(saved=kept.saved_filters())

    def failed(self, reason: str) -> None:
        """Complete without what the capture has; who reads the frames says why."""

    @on(events.DescendantBlur)
    def _left(self) -> None:
        self._offer([])

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._offer([])
        self._stop()
        self._timer = self.set_timer(TYPING_SECONDS, self._apply)

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self._put(self._known.saved.get(self.text.removeprefix("@"), self.text) if self.text[:1] == "@" else self.text)
        self._stop()
        if self._apply():
            if self.text.strip():
                self._keep(lambda: kept.remember(self.text))
            self.post_message(self.Submitted())

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _apply(self) -> bool:
        """Let the filter hold, if it can be read."""
        if self._is_name():
            return False
        is_good = self._read()
        if self.where != self._told:
            self._told = self.where
            self.post_message(self.Changed(self.where, self.text))
        return is_good

    def _is_name(self) -> bool:
        """Tell whether the name of a saved filter is being typed: that is not looked for."""
        return self.text[:1] == "@" and any(name.startswith(self.text[1:]) for name in self._known.saved)

    def _read(self) -> bool:
        complaint, reason, self._ink.wrong = self.query_one("#filter-error", Static), "", None
        try:
            self.where = compile_filter(self.text)
        except FilterError as error:
            reason, self._ink.wrong = f"✖ column {error.column}: {error.reason}", error.span
        if reason or complaint.has_class("shown"):  # an update lays the whole screen out anew
            complaint.update(Content(visible(reason)))
            complaint.set_class(bool(reason), "shown")
        self.box.refresh()
        return not reason

    # What is offered

    def action_complete(self, step: int) -> None:
        """Put the next of what may stand here into the line."""
        if not self._offered:
            self._offer(complete(self.text, self.box.cursor_position, self._known))
        if not self._offered:
            self.app.bell()
            return
        self._at = (self._at + step) % len(self._offered) if self._at >= 0 or step > 0 else -1
        chosen = self._offered[self._at]
        start, end = chosen.span
        self._put(self._base[:start] + chosen.text + self._base[end:], start + len(chosen.text))
        if len(self._offered) == 1:
            self._offer([])
        else:
            self._suggestions.offer(self._offered, self._at)

    def _offer(self, suggestions: list[Suggestion]) -> None:
        self._offered, self._at, self._base = suggestions, -1, self.text
        self._suggestions.offer(suggestions, -1)

    def _put(self, text: str, cursor: int | None = None) -> None:
        """Put a text into the line as if it were typed, but leave what is offered."""
        if text != self.text:
            with self.prevent(Input.Changed):
                self.box.value = text
            self._stop()
            self._timer = self.set_timer(TYPING_SECONDS, self._apply)
        self.box.cursor_position = len(text) if cursor is None else cursor

    def on_key(self, event: events.Key) -> None:
        """Leave what is offered as it stands; after a key, the arrow offers its values."""
        if self._offered and event.key in {"escape", "right"}:
            event.stop()
            event.prevent_default()
            place = self.box.cursor_position
            goes_on = event.key == "right" and self.text[:place].endswith((":", ">", "="))
            self._offer(complete(self.text, place, self._known) if goes_on else [])

    # What is kept

    def action_past(self, step: int) -> None:
        """Go to an earlier filter, or back to a later one and at last to what was being typed."""
        if self._age == 0:
            self._draft = self.text
        age = min(max(self._age + step, 0), len(self._past))
        if age != self._age:
            self._age = age
            self._offer([])
            self._put(self._past[-age] if age else self._draft)

    def action_save(self) -> None:
        """Ask for a name and keep the filter by it; forget the one whose name stands in the line."""
        text = self.text
        if text[:1] == "@" and text[1:] in self._known.saved:
            self._keep(lambda: kept.save_filter(text[1:], ""))
            self._know(self._known)
            self.notify(f"{visible(text)} is forgotten", markup=False)
            return
        if not text.strip() or not self._read():
            self.app.bell()
            return
        question = f"save {visible(text, 50)} by which name? @name and tab bring it back"
        self.app.push_screen(LineScreen(question, check=_named), self._save_as(text))

    def _save_as(self, text: str) -> Callable[[str | None], None]:
        def save(name: str | None) -> None:
            if name:
                self._keep(lambda: kept.save_filter(name.strip().removeprefix("@"), text))
                self._know(self._known)

        return save

    def _keep(self, change: Callable[[], None]) -> None:
        try:
            change()
        except InspectorError as error:
            self._complain(str(error))

    def _complain(self, reason: str) -> None:
        """Say once that nothing can be kept; the filter works all the same."""
        if reason and reason not in self._said:
            self._said.add(reason)
            self.notify(visible(reason), severity="warning", markup=False)

    def action_help(self) -> None:
        """Show the keys of the filter."""
        from inspector.tui.screens.filter_help import FilterHelp  # all rules: 60 ms

        self.app.push_screen(FilterHelp())


def _known_and_ready(reader: Reader) -> Known:
    """Read what the capture has; and load the parser, so that the first key does not wait for it."""
    compile_filter("x")
    return read_known(reader)


def _named(name: str) -> None:
    if not name.strip().removeprefix("@"):
        raise InspectorError("a name, please")
