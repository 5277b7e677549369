"""What to ask before a replay: as whom, against whom, how fast."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label

from inspector.protocol.version import Party
from inspector.replay.pace import Pace
from inspector.tui.widgets.one_of import OneOf

TARGETS = {Party.STATION: "ws://127.0.0.1:9000", Party.CSMS: "127.0.0.1:9000"}
"""Where to connect, or to listen, where nothing is remembered."""

ROLES = {Party.STATION: "the station", Party.CSMS: "the CSMS"}
PACES = {
    "as answers come": Pace(),
    "as recorded": Pace(speed=1.0),
    "10 times that": Pace(speed=10.0),
    "step by step": Pace(stepwise=True),
}
LINES = {
    "role": ("play", tuple(ROLES.values())),
    "target": ("against", ()),
    "pace": ("pace", tuple(PACES)),
    "faults": ("faults", ("left out", "sent too, byte for byte")),
    "ids": ("ids", ("new", "as recorded")),
    "times": ("times", ("moved to now", "as recorded")),
}
"""Each line of the form: its label and its choices; the target is typed."""


class ReplayForm(Vertical):
    """Asks; the answers are its properties."""

    class Changed(Message):
        """The role or the target is another one."""

    class Submitted(Message):
        """Enter was pressed in the target."""

    def __init__(self, targets: Mapping[Party, str], *, faithful: bool = False, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._targets = {**TARGETS, **targets}
        self._begin = {"faults": int(faithful)}

    def compose(self) -> ComposeResult:
        """Lay it out."""
        for name, (label, choices) in LINES.items():
            with Horizontal(classes="line"):
                yield Label(Content(label), id=f"{name}-label")
                if choices:
                    yield OneOf(choices, self._begin.get(name, 0), id=name)
                else:
                    yield Input(self._targets[Party.STATION], id=name, compact=True)

    @property
    def role(self) -> Party:
        """Whom to play."""
        return list(ROLES)[self._chosen("role")]

    @property
    def target(self) -> str:
        """The URL of the CSMS, or where to listen for the station."""
        return self.query_one("#target", Input).value.strip()

    @property
    def pace(self) -> Pace:
        """How fast."""
        return list(PACES.values())[self._chosen("pace")]

    def keeps(self, name: str) -> bool:
        """Tell whether ``faults``, ``ids`` or ``times`` are to be as recorded."""
        return bool(self._chosen(name))

    def _chosen(self, name: str) -> int:
        return self.query_one(f"#{name}", OneOf).chosen

    @on(OneOf.Changed, "#role")
    def _turned(self) -> None:
        label = "against" if self.role is Party.STATION else "listen"
        self.query_one("#target-label", Label).update(Content(label))
        self.query_one("#target", Input).value = self._targets[self.role]
        self.post_message(self.Changed())

    @on(Input.Changed)
    def _typed(self) -> None:
        self._targets[self.role] = self.target
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.post_message(self.Submitted())
