"""What can't be overlooked: lines below the title while something is wrong."""

import time
from collections.abc import Mapping
from typing import Any

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from inspector.tui.composed.titles import ended, in_trouble, unreadable, well_again

GOOD_SECONDS = 10
"""How long it stays to say that a trouble is over."""

SETTINGS_SECONDS = 30
"""How long it stays to say what is wrong with settings: nothing is lost by it."""

PLACES = ("proxy", "record", "capture", "settings")
"""What may be in trouble, in the order of the lines; each has one."""


class Banner(Static):
    """Shows itself while there is something to say."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: dict[str, str] = {}
        self._trouble: tuple[str, int] | None = None
        self._good_news: Timer | None = None

    def hear(self, said: Mapping[str, Any]) -> None:
        """Take what the proxy said: ``{"trouble": WHAT}``, or None when it is over; ``{"ended": WHY}``."""
        now_ns = time.time_ns()
        if "ended" in said:
            self._show("record", "")
            self._show("proxy", ended(said["ended"], now_ns))
        elif said.get("trouble"):
            since_ns = self._trouble[1] if self._trouble else now_ns
            self._trouble = said["trouble"], since_ns
            self._show("record", in_trouble(*self._trouble))
        elif self._trouble:
            over, self._trouble = self._trouble, None
            self._show("record", well_again(*over, now_ns))
            self._good_news = self.set_timer(GOOD_SECONDS, lambda: self._show("record", ""))

    def read(self, trouble: str) -> None:
        """Say why the capture can't be read; nothing when it can."""
        self._show("capture", unreadable(trouble) if trouble else "")

    def complain(self, fault: str) -> None:
        """Say for a while what is wrong with the user's own settings."""
        self._show("settings", unreadable(fault) if fault else "")
        if fault:
            self.set_timer(SETTINGS_SECONDS, lambda: self._show("settings", ""))

    def _show(self, place: str, line: str) -> None:
        if place == "record" and self._good_news is not None:
            self._good_news.stop()
        if line == self._lines.get(place, ""):
            return
        self._lines[place] = line
        lines = [self._lines[each] for each in PLACES if self._lines.get(each)]
        self.update(Content("\n".join(lines)))
        self.set_class(bool(lines), "shown")
        self.set_class(all(each.startswith("✓") for each in lines), "good")
