"""The application: one capture, one screen to begin with."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from inspector.store.reader import Reader
from inspector.tui.screens.browse import BrowseScreen


class InspectorApp(App[None]):
    """Browse a capture, also while another process writes it. Raises :class:`InspectorError` if it is none.

    ``listening`` is where stations connect, if somebody listens for them on behalf of this; ``news`` is asked again
    and again what that one has said since, see :meth:`Banner.hear`.
    """

    CSS_PATH = "app.tcss"
    TITLE = "OCPP Inspector"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "quit", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True

    def __init__(
        self, capture: Path, listening: str = "", news: Callable[[], Iterable[Mapping[str, Any]]] = tuple
    ) -> None:
        super().__init__()
        self._listening = listening
        self._news = news
        self._reader = Reader(capture)

    def on_mount(self) -> None:
        """Begin with the capture's sessions and frames."""
        self.push_screen(BrowseScreen(self._reader, self._listening, self._news))
