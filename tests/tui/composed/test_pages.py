"""Pages: below and beside each other, each line still knows what it is about."""

from inspector.tui.composed.pages import NOWHERE, Beside, Lines, Spot, Stack
from tests.tui.conftest import make_finding, make_frame

FINDING = make_finding("/3/a")
ONE = Lines([(("one", ""),), (("two", ""),)], Spot(make_frame("[]"), "/1"))
OTHER = Lines([(("a much longer line", "key"),)], Spot(make_frame("{}"), "/2", FINDING))


def test_pages_stand_below_each_other() -> None:
    page = Stack([ONE, Lines([]), OTHER])
    assert [page.line(row)[0][0] for row in range(len(page))] == ["one", "two", "a much longer line"]
    assert [page.spot(row).pointer for row in range(len(page))] == ["/1", "/1", "/2"]
    assert page.row_of(FINDING) == 2
    assert page.row_of(make_finding("/9")) is None
    assert len(Stack([])) == 0


def test_pages_stand_beside_each_other() -> None:
    """The left one is cut to its width or filled up; a line is about a finding, or else what is on the left."""
    page = Beside(ONE, OTHER, 5)
    assert ["".join(text for text, _ in page.line(row)) for row in range(len(page))] == [
        "one   │ a much longer line",
        "two   │ ",
    ]
    assert page.spot(0).finding is FINDING
    assert page.spot(1).pointer == "/1"
    assert page.row_of(FINDING) == 0
    assert Beside(ONE, ONE, 5).spot(0).pointer == "/1"
    turned = Beside(OTHER, ONE, 5)
    assert "".join(text for text, _ in turned.line(0)) == "a mu… │ one"
    assert turned.spot(1).pointer == "/1"
    assert Beside(Lines([()]), Lines([]), 5).spot(0) == NOWHERE
