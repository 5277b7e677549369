"""What to ask before a replay: as whom, against whom, how fast, and what to send otherwise."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.pace import Pace
from inspector.replay.pattern import Change, changes
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
LINES: dict[str, tuple[str, tuple[str, ...] | str]] = {
    "role": ("play", tuple(ROLES.values())),
    "target": ("against", ""),
    "authorities": ("trust", "the usual authorities; else a PEM file with others"),
    "certificate": ("show", "no certificate; else a PEM file with key and chain"),
    "pace": ("pace", tuple(PACES)),
    "gap": ("max gap", "gaps as long as they were; else seconds, such as 5"),
    "faults": ("faults", ("left out", "sent too, byte for byte")),
    "ids": ("ids", ("new", "as recorded")),
    "times": ("times", ("moved to now", "as recorded")),
    "set": ("set", "values as recorded; else others, such as idTag=CARD-7 /3/connectorId=2"),
}
"""Each line of the form: its label, and its choices or, where it is typed, what holds while nothing is."""

LONGEST_GAP = 31_536_000
"""Seconds: a year."""


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
            with Horizontal(classes="line", id=f"{name}-line"):
                yield Label(Content(label), id=f"{name}-label")
                if isinstance(choices, str):
                    yield Input(id=name, placeholder=choices, compact=True)
                else:
                    yield OneOf(choices, self._begin.get(name, 0), id=name)

    def on_mount(self) -> None:
        """Offer the target of the last time."""
        self.query_one("#target", Input).value = self._targets[Party.STATION]
        self._fit()

    @property
    def role(self) -> Party:
        """Whom to play."""
        return list(ROLES)[self._chosen("role")]

    @property
    def target(self) -> str:
        """The URL of the CSMS, or where to listen for the station."""
        return self._typed("target")

    @property
    def pace(self) -> Pace:
        """How fast. Raises :class:`InspectorError` where the longest gap is no time."""
        pace = list(PACES.values())[self._chosen("pace")]
        return pace if pace.speed is None else replace(pace, max_gap=_seconds(self._typed("gap")))

    @property
    def authorities(self) -> Path | None:
        """Whose certificates to trust, None for those that are trusted anyway. Raises :class:`InspectorError`."""
        return self._file("authorities")

    @property
    def certificate(self) -> Path | None:
        """What to show to the peer, None for nothing. Raises :class:`InspectorError`."""
        return self._file("certificate")

    @property
    def changes(self) -> tuple[Change, ...]:
        """What to send in the place of recorded values. Raises :class:`InspectorError` for what can't be read."""
        return changes(self._typed("set"))

    def keeps(self, name: str) -> bool:
        """Tell whether ``faults``, ``ids`` or ``times`` are to be as recorded."""
        return bool(self._chosen(name))

    def _chosen(self, name: str) -> int:
        return self.query_one(f"#{name}", OneOf).chosen

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _file(self, name: str) -> Path | None:
        """Return a file that is asked for now."""
        text = self._typed(name) if self.query_one(f"#{name}-line").display else ""
        try:
            return Path(text).expanduser() if text else None
        except RuntimeError as error:  # nobody's home
            raise InspectorError(f"{text[:60]}: {error}") from error

    @on(OneOf.Changed, "#pace")
    def _fit(self) -> None:
        """Ask for nothing that would have no effect."""
        is_station, is_secure = self.role is Party.STATION, self.target.lower().startswith("wss:")
        for name, matters in (
            ("authorities", is_station and is_secure),
            ("certificate", not is_station or is_secure),
            ("gap", list(PACES.values())[self._chosen("pace")].speed is not None),
        ):
            self.query_one(f"#{name}-line").display = matters

    @on(OneOf.Changed, "#role")
    def _turned(self) -> None:
        label = "against" if self.role is Party.STATION else "listen"
        self.query_one("#target-label", Label).update(Content(label))
        self.query_one("#target", Input).value = self._targets[self.role]
        self._fit()
        self.post_message(self.Changed())

    @on(Input.Changed, "#target")
    def _aimed(self) -> None:
        self._targets[self.role] = self.target
        self._fit()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.post_message(self.Submitted())


def _seconds(text: str) -> float | None:
    """Read the longest gap, None for nothing."""
    if not text:
        return None
    with suppress(ValueError):
        if 0 <= (seconds := float(text)) <= LONGEST_GAP:
            return seconds
    raise InspectorError(f"max gap: {text[:40]} is no number of seconds")
