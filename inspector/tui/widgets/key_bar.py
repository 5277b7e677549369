"""The last row of a screen: the keys that do something now, and what they do."""

from collections.abc import Iterator
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

KEY = "bold $footer-key-foreground on $footer-key-background"
WORD = "$footer-description-foreground on $footer-description-background"


class KeyBar(Static):
    """Shows each key with its word; a click on it is that key.

    Textual's own footer mounts a widget for each key whenever the focus moves, which costs more than all else then.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = """
    KeyBar { dock: bottom; height: 1; color: $footer-foreground; background: $footer-background; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, str, str, bool]] = []

    def on_mount(self) -> None:
        """Show what there is, and go along with it."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        self.call_after_refresh(self._show, screen)

    def _show(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return  # it was left meanwhile
        shown = list(self._keys())
        if shown != self._shown:
            self._shown = shown
            pieces = [
                Content.assemble((key, f"{dim}{KEY}"), (word, f"{dim}{WORD}"))
                for _, key, word, enabled in shown
                for dim in ["" if enabled else "dim "]
            ]
            self.update(Content("").join(pieces), layout=False)

    def _keys(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield the first key of each action that has a word: its name, what stands for it, the word, if it works."""
        actions = set()
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                yield binding.key, f" {self.app.get_key_display(binding)} ", f"{binding.description} ", enabled

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key that the mouse points at."""
        end = 0
        for name, key, word, enabled in self._shown:
            end += cell_len(key + word)
            if event.x < end:
                if enabled:
                    self.app.simulate_key(name)
                return
