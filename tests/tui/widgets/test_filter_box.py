"""The filter's line; what it filters, see ``screens``."""

import pytest
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult

from inspector.tui.widgets.filter_box import FilterBox, FilterInk


class Shown(App[None]):
    """Shows a filter box."""

    def compose(self) -> ComposeResult:
        yield FilterBox()


async def test_control_characters_become_visible() -> None:
    async with (app := Shown()).run_test():
        box = app.query_one(FilterBox)
        box.value = 'action:Boot* "\x1b[2J\x9b"'
        assert box.value == 'action:Boot* "␛[2J\\x9b"'


def inked(text: str, name: str, wrong: tuple[int, int] | None = None) -> list[str]:
    """Return the pieces of a text that have a style."""
    ink = FilterInk(lambda asked: Style(bold=asked == name))
    ink.wrong = wrong
    found = ink(Text(text))
    return [text[span.start : span.end] for span in found.spans if isinstance(span.style, Style) and span.style.bold]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("action:Boot* latency>=2s x", ["action:", "latency>="]),
        ('(payload.a."b c":1)', []),
        ("payload.a.0:1", ["payload.a.0:"]),
        ("!type:CALL or not x", ["!", "type:", "or", "not"]),
        ("order nothing a:b:c", ["a:"]),
    ],
)
def test_keys_and_what_joins_terms_have_a_colour(text: str, keys: list[str]) -> None:
    assert inked(text, "filter-box--key") == keys


@pytest.mark.parametrize(
    ("text", "span", "underlined"),
    [("a b", (2, 3), ["b"]), ("a (", (3, 4), ["("]), ("a or  ", (4, 5), ["r "]), ("", (0, 1), [])],
)
def test_what_is_wrong_is_underlined(text: str, span: tuple[int, int], underlined: list[str]) -> None:
    """Where something is missing, the last letter before it is."""
    assert inked(text, "filter-box--wrong", span) == underlined
