"""The filter's line; what it filters, see ``screens``."""

from textual.app import App, ComposeResult

from inspector.tui.widgets.filter_box import FilterBox


class Shown(App[None]):
    """Shows a filter box."""

    def compose(self) -> ComposeResult:
        yield FilterBox()


async def test_control_characters_become_visible() -> None:
    async with (app := Shown()).run_test():
        box = app.query_one(FilterBox)
        box.value = 'action:Boot* "\x1b[2J\x9b"'
        assert box.value == 'action:Boot* "␛[2J\\x9b"'
