"""The first row of a screen, composed for a width: what is said on the left, the places on the right."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

PLACES = ("sessions", "frames", "detail", "transactions", "findings", "overview")
"""Where one can go, each by its number: three panes of the main screen, then the screens of their own."""

PANES = PLACES[:3]
BETWEEN = "  ·  "


def title_row(said: Sequence[Sequence[str]], here: str, width: int) -> Content:
    """Return the first of ``said`` that has room beside the places, which are set short where they must be.

    What has no room for any place is said without them. A click on a place goes there.
    """
    for places in (list(_places()), list(_short_places("1-3 browse")), list(_short_places("1-3"))):
        for parts in said:
            left = BETWEEN.join(part for part in parts if part)
            room = width - cell_len(left) - sum(len(label) for label, _, _ in places) - 2 * (len(places) - 1)
            if room >= 2:
                lit = [_lit(label, action, is_here=here in names) for label, action, names in places]
                return Content(left + " " * room) + Content("  ").join(lit)
    texts = [BETWEEN.join(part for part in parts if part) for parts in said]
    return Content(next((text for text in texts if cell_len(text) <= width), texts[-1] if texts else ""))


def _places() -> Iterator[tuple[str, str, Sequence[str]]]:
    for number, place in enumerate(PLACES, 1):
        yield f"{number} {place}", place, (place,)


def _short_places(panes: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Set the panes of the main screen together: they bear their numbers themselves."""
    yield panes, PANES[1], PANES
    for number, place in enumerate(PLACES[3:], 4):
        yield f"{number} {place}", place, (place,)


def _lit(label: str, place: str, *, is_here: bool) -> Content:
    style = "bold $text-primary" if is_here else "$text-muted"
    return Content.styled(label, f"{style} @click=app.place('{place}')")
