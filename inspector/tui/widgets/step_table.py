"""The plan of a replay: its steps, how each went, and what came between them that no step asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from inspector.replay.steps import Extra, Outcome, Step
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import Line
from inspector.tui.composed.replay_lines import cells, columns
from inspector.tui.widgets.row_table import RowTable


class StepTable(RowTable):
    """Shows the steps; while it is played the cursor goes with it, until it is moved elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.pause", "pause")]

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.outcomes: dict[int, Outcome] = {}
        self.is_playing = False
        self._rows: list[Step] = []
        self._extras: dict[int, Outcome] = {}  # by the identity of their steps
        self._last = 0

    @property
    def count(self) -> int:
        """All rows."""
        return len(self._rows)

    @property
    def step(self) -> Step | None:
        """The step under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    @property
    def columns(self) -> Sequence[Column]:
        """What there is room for."""
        return columns(self.size.width)

    def outcome(self, step: Step) -> Outcome | None:
        """Return how a step went, None while that is not known."""
        return self._extras.get(id(step)) if isinstance(step, Extra) else self.outcomes.get(step.number)

    def row(self, index: int) -> Mapping[str, Line]:
        """Compose a row."""
        step = self._rows[index]
        return cells(step, self.outcome(step), is_next=self.is_playing and index == self._next)

    @property
    def is_at_end(self) -> bool:
        """Whether the cursor is on the last row."""
        return self.cursor >= self.count - 1

    def go_to_first_difference(self) -> None:
        """Move to the first step that went otherwise."""
        self.move(next((row for row in range(self.count) if self._differs(row)), self.cursor))

    def go_to_difference(self, step: int) -> bool:
        """Move to the next (1) or previous (-1) step that went otherwise; False if there is none."""
        row = self.cursor + step
        while 0 <= row < self.count and not self._differs(row):
            row += step
        if found := 0 <= row < self.count:
            self.move(row)
        return found

    def _differs(self, row: int) -> bool:
        outcome = self.outcome(self._rows[row])
        return outcome is not None and outcome.verdict.is_difference

    @property
    def _next(self) -> int:
        return self._last

    def plan(self, steps: Iterable[Step]) -> None:
        """Show steps that are not played yet."""
        self.outcomes.clear()
        self._extras.clear()
        self._rows, self._last, self.cursor = list(steps), 0, 0
        self.rows_changed()
        self.scroll_to(y=0, animate=False, force=True)
        self.post_message(self.Moved(self))

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Take how steps went."""
        was_there = self.cursor == min(self._last, max(self.count - 1, 0))
        touched = False
        for outcome in outcomes:
            step = outcome.step
            if isinstance(step, Extra):
                at = min(step.number + len(self._extras), self.count)
                self._extras[id(step)] = outcome
                self._rows.insert(at, step)
            else:
                self.outcomes[step.number] = outcome
            touched = touched or step is self.step or not isinstance(step, Extra)
            self._last = max(self._last, min(step.number, self.count) + len(self._extras))
        self.rows_changed()
        if was_there and self.is_playing:
            self.move(self._last)
        if touched:
            self.post_message(self.Moved(self))
