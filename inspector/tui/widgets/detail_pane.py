"""The detail: a frame as its call, its answer, the pair, raw, and what was found; or a page of lines."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.message import Message
from textual.strip import Strip

from inspector.tui.composed.detail_lines import Label, help_lines, labels
from inspector.tui.composed.frame_page import TABS, Look, Subject, page
from inspector.tui.composed.lines import Line, rule
from inspector.tui.composed.pages import NOWHERE, Lines, Page, Spot, Stack
from inspector.tui.composed.raw_rows import kibibytes
from inspector.tui.keys import bindings
from inspector.tui.widgets.styled import Styled

Above = Callable[[int], Sequence[Line]]
"""Makes the lines of a page for so many cells."""

QUICK = 64 * 1024
"""Characters of frames that are laid out at once; larger ones in a thread."""

HELP_SHARE = 8
"""Of so many rows one says what the schema says, at the bottom while the pane has the focus; two at least."""

LOW = 8
"""Rows of a pane below which it has neither tabs nor help."""

MOST_SOUGHT = 2000
"""Lines of a page in which a value is sought."""


class DetailPane(Styled):
    """Shows a subject in tabs, with a cursor on one of its lines.

    :meth:`show` gives it what to show; it lays that out for its width, and again when that changes. The tab and the
    way of showing, as text or as a tree, stay from frame to frame.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail"), *bindings("frame")]

    class Composed(Message):
        """A thread has laid out a large frame."""

        def __init__(self, question: object, page: Page) -> None:
            super().__init__()
            self.question, self.page = question, page

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.tab = "Pair"
        self.as_tree = False
        self.cursor = 0
        self._subject: Subject | None = None
        self._above: Above | None = None
        self._page: Page = Lines([])
        self._question: object = None
        self._aim: Spot | None = None
        self._text_tab = self.tab
        self._told: list[Line] = []
        self._turned: dict[int, frozenset[str]] = {}

    def show(self, subject: Subject | None, above: Above | None = None, *, keep_place: bool = False) -> None:
        """Show a frame; ``above`` makes the lines of another page, with which there are no tabs."""
        if keep_place and above is None is self._above and subject == self._subject:
            return
        if not keep_place:
            self.cursor, self._aim = 0, None
            self._turned = {}
            self._page = Lines([])
            self.scroll_to(y=0, animate=False, force=True)
        self._subject, self._above = subject, above
        self._lay_out()

    @property
    def lines(self) -> list[Line]:
        """All lines of the page."""
        return [self._page.line(row) for row in range(len(self._page))]

    @property
    def is_laid_out(self) -> bool:
        """Whether what was to be shown is shown, and no thread is at work on it."""
        return self._question is None

    # Laying out

    def _lay_out(self) -> None:
        """Compose the page: at once, or in a thread if that takes long."""
        self._question = None
        if not self.size.width:
            return
        if self._subject is None or self._subject.size <= QUICK:
            self._take(self._composer()())
            return
        if not len(self._page):
            self._take(Lines([((f"laying out {kibibytes(self._subject.size)} …", "dim"),)]))
        question, compose = object(), self._composer()
        self._question = question
        self.run_worker(
            lambda: self.post_message(self.Composed(question, compose())), thread=True, exclusive=True, group="detail"
        )

    def _composer(self) -> Callable[[], Page]:
        """Return what composes the page, wherever it is called."""
        subject, above, width = self._subject, self._above, self.scrollable_content_region.width
        tab = self.tab if above is None else "Pair"
        look = Look(width, self.as_tree, self._turned)

        def compose() -> Page:
            pages: list[Page] = [Lines(above(width))] if above else []
            if subject is not None:
                pages += [Lines([(), rule(f"frame {subject.frame.id}", width)])] if pages else []
                pages.append(page(tab, subject, look))
            return Stack(pages)

        return compose

    @on(Composed)
    def _large_one_came(self, message: Composed) -> None:
        if message.question is self._question:
            self._question = None
            self._take(message.page)

    def _take(self, page: Page) -> None:
        self._page = page
        self.cursor = min(self.cursor, max(len(page) - 1, 0))
        self._fit_height()
        if self._aim is not None:
            aim, self._aim = self._aim, None
            self._move_to(_row_at(page, aim) or 0, centre=True)
        self.refresh()

    def _fit_height(self) -> None:
        self.set_height(len(self._page) + self._top + self._bottom)

    def on_resize(self, _: Resize) -> None:
        """Lay it out for another width."""
        self._lay_out()

    def on_focus(self) -> None:
        """Show the cursor, and what the schema says of where it is."""
        self._fit_height()
        self._move_to(self.cursor)

    def on_blur(self) -> None:
        """Show neither."""
        self._fit_height()

    # Drawing

    @property
    def _top(self) -> int:
        return int(self._subject is not None and self._above is None and self.size.height >= LOW)

    @property
    def _bottom(self) -> int:
        return max(2, min(self.size.height // HELP_SHARE, 4)) if self._top and self.has_focus else 0

    @property
    def _room(self) -> int:
        return max(self.size.height - self._top - self._bottom, 1)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if y < self._top:
            keys = (("  ← →", "dim"),) if self.has_focus else ()
            return self.strip((*((each.text, each.style) for each in self._labels()), *keys))
        if self._bottom and y >= self.size.height - self._bottom:
            if y == self.size.height - self._bottom:
                width = self.scrollable_content_region.width
                self._told = help_lines(self._subject, self._spot, self.tab, width, self._bottom)
            row = y - self.size.height + self._bottom
            return self.strip(self._told[row] if row < len(self._told) else (), fill="shadow")
        row = y - self._top + self.scroll_offset.y
        if row >= len(self._page):
            return self.strip(())
        is_here = row == self.cursor and self.has_focus
        return self.strip(self._page.line(row), fill="cursor" if is_here else "")

    def _labels(self) -> list[Label]:
        return labels(self._subject, self.tab) if self._subject else []

    # Going about

    @property
    def _spot(self) -> Spot:
        return self._page.spot(self.cursor) if self.cursor < len(self._page) else NOWHERE

    def _move_to(self, row: int, *, centre: bool = False) -> None:
        """Put the cursor on a line, and the line on screen."""
        self.cursor = min(max(row, 0), max(len(self._page) - 1, 0))
        first = self.scroll_offset.y
        if centre:
            first = self.cursor - self._room // 3
        elif self.cursor < first:
            first = self.cursor
        elif self.cursor >= first + self._room:
            first = self.cursor - self._room + 1
        self.scroll_to(y=first, animate=False, force=True)
        self.refresh()

    def action_scroll_by(self, by: int) -> None:
        """Move by lines; from the screen, if it was scrolled away from the cursor."""
        first = self.scroll_offset.y
        here = min(max(self.cursor, first), first + self._room - 1)
        self._move_to(here + by)

    def action_scroll_pages(self, by: int) -> None:
        """Move by pages."""
        self.action_scroll_by(by * max(1, self._room - 1))

    def action_scroll_far(self, where: int) -> None:
        """Move to the top or the bottom."""
        self._move_to(0 if where < 0 else len(self._page) - 1)

    def action_tab(self, step: int) -> None:
        """Show the next or the previous tab."""
        self.open_tab(TABS[(TABS.index(self.tab) + step) % len(TABS)])

    def open_tab(self, tab: str, aim: Spot | None = None) -> None:
        """Show a tab, and in it a finding or a value."""
        if tab != self.tab:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, force=True)
        self._text_tab = tab if tab in {"Call", "Answer", "Pair"} else self._text_tab
        self.tab, self._aim = tab, aim
        self._lay_out()

    def action_turn(self) -> None:
        """Show a tree instead of text, or text again."""
        self.as_tree = not self.as_tree
        self.open_tab(self._text_tab, self._spot)

    def action_go(self) -> None:
        """Go from a finding to its place, from there to what its rule says; fold a branch of the tree, or unfold it."""
        spot = self._spot
        if self.tab == "Findings" and spot.finding is not None:
            self.open_tab(self._place_of(spot), spot)
        elif spot.folds and spot.frame is not None:
            self._turned[spot.frame.id] = self._turned.get(spot.frame.id, frozenset()) ^ {spot.pointer}
            self._lay_out()
        elif spot.finding is not None:
            self.open_tab("Findings", spot)

    def _place_of(self, spot: Spot) -> str:
        """Choose the tab that shows the frame of a finding."""
        subject = self._subject
        if subject is None or self._text_tab == "Pair":
            return "Pair"
        shown = subject.call if self._text_tab == "Call" else subject.answer
        return self._text_tab if shown is spot.frame else "Pair"

    def action_finding(self, step: int) -> None:
        """Go to the next or the previous finding of the page."""
        rows = range(self.cursor + step, len(self._page) if step > 0 else -1, step)
        here = self._spot.finding
        found = (row for row in rows if (each := self._page.spot(row).finding) is not None and each is not here)
        if (row := next(found, None)) is not None:
            self._move_to(row, centre=True)

    def on_click(self, event: Click) -> None:
        """Open a tab, or put the cursor on a line."""
        content = event.get_content_offset(self)
        if content is None:
            return
        if content.y >= self._top:
            self._move_to(content.y - self._top + self.scroll_offset.y)
            return
        at = 0
        for label in self._labels():
            at += cell_len(label.text)
            if content.x < at:
                self.open_tab(label.tab)
                return


def _row_at(page: Page, spot: Spot) -> int | None:
    """Find the line of a finding, or of a value where that does not take long."""
    if spot.finding is not None:
        return page.row_of(spot.finding)
    if not spot.pointer or len(page) > MOST_SOUGHT:
        return None
    return next((row for row in range(len(page)) if page.spot(row)[:2] == spot[:2]), None)
