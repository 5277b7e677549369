"""Pages of lines that are composed when they are asked for, each line with what it is about. Made without Textual."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

from rich.cells import cell_len

from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.lines import Line, fit


class Spot(NamedTuple):
    """What a line is about: a value in a frame, and a finding about it; whether the value can be folded."""

    frame: FrameRow | None = None
    pointer: str = ""
    finding: FindingRow | None = None
    folds: bool = False


NOWHERE = Spot()


class Page(Protocol):
    """Lines by their number."""

    def __len__(self) -> int:
        """Count the lines."""

    def line(self, row: int) -> Line:
        """Compose a line."""

    def spot(self, row: int) -> Spot:
        """Tell what a line is about."""

    def row_of(self, finding: FindingRow) -> int | None:
        """Find the line of a finding."""


class Lines:
    """Lines that are there already, each about something or nothing."""

    def __init__(self, lines: Sequence[Line], spot: Spot = NOWHERE) -> None:
        self._lines = lines
        self._spot = spot

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._lines)

    def line(self, row: int) -> Line:
        """Return a line."""
        return self._lines[row]

    def spot(self, row: int) -> Spot:  # noqa: ARG002 - all lines are about the same
        """Tell what all lines are about."""
        return self._spot

    def row_of(self, finding: FindingRow) -> int | None:
        """Return the first line, if they are about the finding."""
        return 0 if self._spot.finding == finding and self._lines else None


class Stack:
    """Pages below each other."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = [page for page in pages if len(page)]
        self._starts = list(accumulate(map(len, self._pages), initial=0))

    def __len__(self) -> int:
        """Count the lines of all."""
        return self._starts[-1]

    def _at(self, row: int) -> tuple[Page, int]:
        index = bisect_right(self._starts, row) - 1
        return self._pages[index], row - self._starts[index]

    def line(self, row: int) -> Line:
        """Compose a line."""
        page, row = self._at(row)
        return page.line(row)

    def spot(self, row: int) -> Spot:
        """Tell what a line is about."""
        page, row = self._at(row)
        return page.spot(row)

    def row_of(self, finding: FindingRow) -> int | None:
        """Find the line of a finding."""
        rows = ((start, page.row_of(finding)) for start, page in zip(self._starts, self._pages, strict=False))
        return next((start + row for start, row in rows if row is not None), None)


BAR = " │ "


class Beside:
    """Two pages beside each other, the left one so many cells wide."""

    def __init__(self, left: Page, right: Page, width: int) -> None:
        self._left, self._right, self._width = left, right, width

    def __len__(self) -> int:
        """Count the lines of the longer one."""
        return max(len(self._left), len(self._right))

    def line(self, row: int) -> Line:
        """Compose the lines of both."""
        left = fit(self._left.line(row), self._width) if row < len(self._left) else ()
        pad = " " * (self._width - sum(cell_len(text) for text, _ in left))
        return (*left, (pad, ""), (BAR, "dim"), *(self._right.line(row) if row < len(self._right) else ()))

    def spot(self, row: int) -> Spot:
        """Tell what the left line is about; the right one if only that has a finding, or there is no left one."""
        spots = [side.spot(row) for side in (self._left, self._right) if row < len(side)]
        return next(
            (spot for spot in spots if spot.finding), next((spot for spot in spots if spot != NOWHERE), NOWHERE)
        )

    def row_of(self, finding: FindingRow) -> int | None:
        """Find the line of a finding on either side."""
        row = self._left.row_of(finding)
        return self._right.row_of(finding) if row is None else row
