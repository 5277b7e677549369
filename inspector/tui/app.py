"""The application: one capture, one main screen, and the screens over it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.store.reader import Reader
from inspector.tui.hang_up import heeding
from inspector.tui.in_turn import InTurn
from inspector.tui.kept import keep_theme, read_kept
from inspector.tui.keymap import keymap_file, read_keymap
from inspector.tui.keys import bindings
from inspector.tui.screens.browse import BrowseScreen

SCREENS = {
    "transactions": "TransactionsScreen",
    "findings": "FindingsScreen",
    "overview": "OverviewScreen",
    "edit": "EditScreen",
    "replay": "ReplayScreen",
}
"""The screens that lie over the main one, by their modules; each is loaded when it is first wanted."""

PALETTE = "--command-palette"
"""The name by which Textual knows that the palette is open."""


def commands() -> type[Provider]:
    """Return what the command palette finds; it is loaded when that is opened."""
    from inspector.tui.commands import Commands

    return Commands


class InspectorApp(InTurn):
    """Browse a capture, also while another process writes it. Raises :class:`InspectorError` if it is none.

    ``listening`` is where stations connect, if somebody listens for them on behalf of this; ``news`` is asked again
    and again what that one has said since, see :meth:`Banner.hear`.
    """

    CSS_PATH = "app.tcss"
    TITLE = "OCPP Inspector"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "quit", show=False, priority=True),
        *bindings("app"),
    ]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {commands}

    def __init__(
        self, capture: Path, listening: str = "", news: Callable[[], Iterable[Mapping[str, Any]]] = tuple
    ) -> None:
        super().__init__()
        self.main = BrowseScreen(Reader(capture), listening, news)
        self._apart: Screen[Any] | None = None
        self.when_ready: Callable[[], object] = tuple
        self._until_unmounted = ExitStack()

    @property
    def capture(self) -> Path:
        """The file that is browsed now."""
        return self.main.capture

    def on_mount(self) -> None:
        """Begin with the capture's sessions and frames, the colours of the last time and the user's own keys."""
        kept, keymap = read_kept(), read_keymap(keymap_file())
        if kept.theme in self.available_themes:
            self.theme = kept.theme
        self.set_keymap(dict(keymap.keys))
        self.main.complaint = "; ".join(filter(None, (keymap.complaint, kept.complaint)))
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            self._until_unmounted.enter_context(heeding(lambda: loop.call_soon_threadsafe(self.exit)))
        self.push_screen(self.main)

    def on_unmount(self) -> None:
        """Leave the system's signals to whoever started this."""
        self._until_unmounted.close()

    def on_ready(self) -> None:
        """Tell whoever waits for the first screen."""
        self.when_ready()

    def choose_theme(self, name: str) -> None:
        """Change the colours, and keep them for the next time."""
        self.theme = name
        try:
            keep_theme(name)
        except InspectorError as error:
            self.notify(visible(str(error)), markup=False)

    def browse(self, *, session: int | None = None, filter: str = "", frame: int | None = None) -> None:  # noqa: A002 - the user's word
        """Go to the main screen, at a session (None: all of them), a filter and a frame."""
        self._uncover()
        self.main.go(session, filter, frame)

    def over(self, name: str, *arguments: Any) -> Screen[Any]:
        """Lay a screen over the one that is there."""
        screen: Screen[Any] = getattr(import_module(f"inspector.tui.screens.{name}"), SCREENS[name])(*arguments)
        self.push_screen(screen)
        return screen

    def action_place(self, place: str) -> None:
        """Go to a pane of the main screen, or to a screen of its own; not away from what is being worked on."""
        if self.screen not in (self.main, self._apart) and not getattr(self.screen, "may_be_left", False):
            return
        self._uncover()
        if place in SCREENS:
            self._apart = self.over(place)
        else:
            self.main.action_pane(place)

    async def action_quit(self) -> None:
        """Quit; where something would be lost, after a question."""
        from inspector.tui.screens.questions import Answer, ChoiceScreen

        said = [getattr(screen, "unsaved", "") for screen in self.screen_stack]
        if not any(said):
            self.exit()
        elif not isinstance(self.screen, ChoiceScreen):
            question = f"{next(filter(None, said))}: quit all the same?"
            answers = (Answer("y", "quit"), Answer("escape", "stay"))
            self.push_screen(ChoiceScreen(question, answers), lambda answer: self.exit() if answer == "y" else None)

    def action_command_palette(self) -> None:
        """Open the command palette."""
        from inspector.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id=PALETTE))

    def action_help(self) -> None:
        """Show the keys."""
        from inspector.tui.screens.help import HelpScreen  # all rules: 60 ms

        self.push_screen(HelpScreen(self.screen, self._keymap))

    def _uncover(self) -> None:
        self._apart = None
        while self.main in self.screen_stack and self.screen is not self.main:
            self.pop_screen()
