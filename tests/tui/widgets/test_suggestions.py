"""The lines of what may be typed."""

from inspector.store.filter.completion import Suggestion
from inspector.tui.widgets.suggestions import MOST_LINES, page
from tests.tui.conftest import UNSAFE


def make(count: int, name: str = "name") -> list[Suggestion]:
    return [Suggestion("", (0, 0), f"help {number}", f"{name}{number}") for number in range(count)]


def test_the_chosen_one_is_marked_and_the_names_are_aligned() -> None:
    assert str(page(make(3), 1, 60)).split("\n") == [
        "  name0  help 0",
        "▸ name1  help 1",
        "  name2  help 2",
        "  2 of 3 · tab next · shift+tab previous · → takes it",
    ]


def test_of_many_those_around_the_chosen_one_are_shown() -> None:
    for at in (0, 7, 25, 49):
        lines = str(page(make(50), at, 78)).split("\n")
        assert len(lines) == MOST_LINES + 1
        assert f"▸ name{at} " in "\n".join(lines)
        assert lines[-1] == f"  {at + 1} of 50 · tab next · shift+tab previous · → takes it"


def test_it_stays_within_the_width_and_is_harmless() -> None:
    hostile = [Suggestion("x", (0, 0), "[red]\x1b[2J" * 50, "\x9b\u202e" * 90)] * 2
    lines = str(page(hostile, 0, 38)).split("\n")
    assert all(len(line) <= 38 for line in lines)
    assert not UNSAFE.search("".join(lines))
