"""The application: one capture, one screen to begin with."""

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from inspector.store.reader import Reader
from inspector.tui.screens.browse import BrowseScreen


class InspectorApp(App[None]):
    """Browse a capture, also while another process writes it. Raises :class:`InspectorError` if it is none.

    ``listening`` is where stations connect, if somebody listens for them on behalf of this.
    """

    CSS_PATH = "app.tcss"
    TITLE = "OCPP Inspector"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True

    def __init__(self, capture: Path, listening: str = "") -> None:
        super().__init__()
        self._listening = listening
        self._reader = Reader(capture)

    def on_mount(self) -> None:
        """Begin with the capture's sessions and frames."""
        self.push_screen(BrowseScreen(self._reader, self._listening))

    def on_unmount(self) -> None:
        """Let go of the file."""
        self._reader.close()
