"""The table of sessions, held whole."""

import time
from collections.abc import Mapping, Sequence

from inspector.protocol.printable import visible
from inspector.store.filter import EVERYTHING, Where
from inspector.store.rows import Session
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import Line
from inspector.tui.composed.session_cells import SessionRow, session_cells, session_columns, session_rows
from inspector.tui.widgets.row_table import RowTable

TICK_SECONDS = 1.0
"""How often it is written anew how long ago something came."""


class SessionTable(RowTable):
    """All sessions; its first row stands for all of them together."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.sessions: Sequence[Session] = ()
        self.is_grouped = False
        self._folded: set[str] = set()
        self._rows: list[SessionRow] = list(session_rows((), grouped=False))

    def on_mount(self) -> None:
        """Let the clock run."""
        self.set_interval(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        if any(session.live for session in self.sessions):
            self.refresh()

    def show(self, sessions: Sequence[Session]) -> None:
        """Show these; the cursor stays on its session."""
        here = self._here
        self.sessions = sessions
        self._rows = list(session_rows(sessions, grouped=self.is_grouped, folded=self._folded))
        self.cursor = next((row for row, each in enumerate(self._rows) if _key(each) == here), 0)
        self.rows_changed()

    @property
    def _here(self) -> tuple[str | None, int | None]:
        return _key(self._rows[self.cursor]) if self.cursor < len(self._rows) else (None, None)

    @property
    def count(self) -> int:
        """All sessions, the row for all, and those for stations."""
        return len(self._rows)

    @property
    def session(self) -> int | None:
        """The id of the session under the cursor, None for several."""
        chosen = self._rows[self.cursor].session
        return chosen.id if chosen else None

    @property
    def where(self) -> Where:
        """What tells the frames of the row under the cursor, where that is a station's."""
        station = self._rows[self.cursor].station
        if station is None:
            return EVERYTHING
        return Where("frame.session IN (SELECT id FROM session WHERE station = ?)", (station,))

    @property
    def chosen(self) -> Sequence[Session]:
        """The sessions that the row under the cursor stands for."""
        return self._rows[self.cursor].sessions

    @property
    def name_of_chosen(self) -> str:
        """What the row under the cursor is called."""
        row = self._rows[self.cursor]
        if row.session:
            return f"session {row.session.id}"
        return "all sessions" if row.station is None else visible(row.station or "no id", 40)

    def choose(self, session: int | None) -> None:
        """Set the cursor on a session, None for all."""
        self.move(next((row for row, each in enumerate(self._rows) if each.session and each.session.id == session), 0))

    def group(self) -> None:
        """Put sessions under their stations, or side by side again."""
        self.is_grouped = not self.is_grouped
        self.show(self.sessions)

    def fold(self) -> bool:
        """Fold the station under the cursor, or unfold it; False if there is none."""
        station = self._rows[self.cursor].station
        if station is not None:
            self._folded ^= {station}
            self.show(self.sessions)
        return station is not None

    @property
    def columns(self) -> Sequence[Column]:
        """Those there is room for."""
        return session_columns(self.size.width)

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose the cells of a row."""
        return session_cells(self._rows[index], time.time_ns(), self.size.width)


def _key(row: SessionRow) -> tuple[str | None, int | None]:
    """Tell a row from the others."""
    return row.station, row.session.id if row.session else None
