"""Small questions over a screen: one of some answers, a line of text, one of a long list, what to replace."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from inspector.errors import InspectorError
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.tui.keys import shown


class Answer(NamedTuple):
    """One of some answers, chosen by its key."""

    key: str
    text: str


class ChoiceScreen(ModalScreen[str]):
    """Asks for one of some answers; returns its key, nothing for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss('')", "back")]

    def __init__(self, question: str, answers: Sequence[Answer], *, danger: bool = False) -> None:
        super().__init__(classes="question")
        self._question = question
        self._answers = answers
        self.set_class(danger, "danger")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="box"):
            yield Label(Content(visible(self._question)))
            yield OptionList(*(Option(_label(answer), answer.key) for answer in self._answers))

    def on_mount(self) -> None:
        """Take the keys of the answers."""
        for answer in self._answers:
            self._bindings.key_to_bindings[answer.key] = [Binding(answer.key, f"dismiss('{answer.key}')", answer.text)]

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option.id or "")


def _label(answer: Answer) -> Content:
    return Content(f"{shown(answer.key):<3}  {visible(answer.text)}")


class LineScreen(ModalScreen[str]):
    """Asks for a line of text; returns it, nothing for escape. ``check`` raises InspectorError for a bad one."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss('')", "back")]

    def __init__(
        self, question: str, value: str = "", check: Callable[[str], object] = str, *, danger: bool = False
    ) -> None:
        super().__init__(classes="question")
        self._question = question
        self._value = value
        self._check = check
        self.set_class(danger, "danger")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="box"):
            yield Label(Content(visible(self._question)))
            yield Input(self._value, compact=True)
            yield Label(classes="complaint")
            yield Label(Content("enter takes it, esc goes back"), classes="hint")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(".complaint", Label).update("")

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        try:
            self._check(message.value)
        except InspectorError as error:
            self.query_one(".complaint", Label).update(Content(visible(str(error))))
        else:
            self.dismiss(message.value)


class PickScreen(ModalScreen[int | None]):
    """Asks for one of a long list, narrowed by typing; returns its index, None for escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "back"),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    def __init__(self, question: str, options: Sequence[str]) -> None:
        super().__init__(classes="question")
        self._question = question
        self._options = options

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="box"):
            yield Label(Content(visible(self._question)))
            yield Input(placeholder="type a part of its name", compact=True)
            yield OptionList()

    def on_mount(self) -> None:
        """Begin with all."""
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._narrow(message.value)

    def _narrow(self, part: str) -> None:
        box = self.query_one(OptionList)
        box.clear_options()
        fitting = [n for n, option in enumerate(self._options) if part.lower() in option.lower()]
        box.add_options(Option(Content(visible(self._options[n])), str(n)) for n in fitting)
        box.highlighted = 0 if fitting else None

    def action_step(self, by: int) -> None:
        """Move in the list while the text has the focus."""
        box = self.query_one(OptionList)
        (box.action_cursor_down if by > 0 else box.action_cursor_up)()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(int(message.option.id or 0))


class Replacement(NamedTuple):
    """What to find, what to put in its place, and in the values of which key (none: everywhere)."""

    find: str
    put: str
    key: str


class ReplaceScreen(ModalScreen[Replacement | None]):
    """Asks what to replace; ``count`` tells in how many places it stands, which is shown while it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "back")]

    def __init__(self, count: Callable[[Replacement, Callable[[int], None]], None], key: str = "") -> None:
        super().__init__(classes="question")
        self._count = count
        self._key = key
        self._asked: Replacement | None = None
        self._places = Label(Content(""), id="count")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="box"):
            yield Label(Content("replace over the whole draft"))
            yield Label(Content("in the values of the key (none: in all of the text)"), classes="hint")
            yield Input(self._key, id="key", placeholder="idTag", compact=True)
            yield Label(Content("this (nothing: whatever the key has)"), classes="hint")
            yield Input(id="find", compact=True)
            yield Label(Content("by this"), classes="hint")
            yield Input(id="put", compact=True)
            yield self._places
            yield Label(Content("tab goes on, enter replaces, esc goes back"), classes="hint")

    @property
    def wanted(self) -> Replacement:
        """What is typed."""
        find, put, key = (self.query_one(f"#{name}", Input).value for name in Replacement._fields)
        return Replacement(find, put, key)

    @on(Input.Changed)
    def _typed(self) -> None:
        asked = self._asked = self.wanted
        self._count(asked, lambda count: self._tell(asked, count))

    def _tell(self, asked: Replacement, count: int) -> None:
        """Show the answer, which may come when nobody waits for it any more."""
        if asked == self._asked:
            self._places.update(Content(f"in {plural(count, 'place')}"))

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.dismiss(self.wanted)
