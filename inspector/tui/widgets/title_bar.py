"""The first row of a screen: what it shows, and the places one can go to."""

from collections.abc import Sequence

from textual.widgets import Static

from inspector.tui.composed.title_row import title_row


class TitleBar(Static):
    """Says some things, and lights the place where one is; see :func:`title_row`."""

    def __init__(self, here: str, *, id: str = "title") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.auto_links = False  # they have colours of their own
        self._here = here
        self._said: Sequence[Sequence[str]] = ((),)
        self._shown: tuple[str, str] | None = None

    def say(self, *said: Sequence[str]) -> None:
        """Say the first of these that there is room for beside the places, the last if there is for none."""
        self._said = said
        self.on_resize()

    def stand(self, here: str) -> None:
        """Light another place."""
        self._here = here
        self.on_resize()

    def on_resize(self) -> None:
        """Lay it out for the width there is."""
        row = title_row(self._said, self._here, self.size.width)
        shown = row.plain, self._here
        if shown != self._shown:
            self._shown = shown
            self.update(row, layout=False)
