"""The filter's line: what is pasted is shown, not obeyed; keys have a colour, what is wrong is underlined."""

import re
from collections.abc import Callable
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual.widgets import Input

from inspector.protocol.printable import visible

_KEY = re.compile(r"(?<![^\s(!])[a-z]+(?:\.[^\s():<>=!]+)?(?:<=|>=|[:<>=])|(?<![^\s)])(?:or|and|not)(?=[\s(])|!", re.I)
"""What is not looked for but says how."""


class FilterBox(Input):
    """An input in which what is pasted is shown, not obeyed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"filter-box--key", "filter-box--wrong"}

    def validate_value(self, value: str) -> str:
        """Make control characters visible."""
        return visible(value)


class FilterInk(Highlighter):
    """Gives the text of a filter its colours; ``wrong`` is the span that can't be read."""

    def __init__(self, look: Callable[[str], Style]) -> None:
        self._look = look
        self.wrong: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        """Colour keys and underline what is wrong; of what is missing at the end, the last word before it."""
        for found in _KEY.finditer(text.plain):
            text.stylize(self._look("filter-box--key"), *found.span())
        if self.wrong:
            start, end = self.wrong
            last = len(text.plain.rstrip()) - 1
            text.stylize(self._look("filter-box--wrong"), min(start, max(last, 0)), end)
