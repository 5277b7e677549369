"""Every key of the interface, in one table: the bindings, the footer and the help are made from it."""

from typing import NamedTuple

from textual.binding import Binding


class Key(NamedTuple):
    """One action and its keys. ``place`` is where it works; ``footer`` is its word in the footer, if it is there."""

    keys: str
    action: str
    text: str
    place: str
    footer: str = ""


KEYS = (
    Key("j,down", "cursor(1)", "down", "table"),
    Key("k,up", "cursor(-1)", "up", "table"),
    Key("pagedown,space", "page(1)", "page down", "table"),
    Key("pageup", "page(-1)", "page up", "table"),
    Key("ctrl+d", "half_page(1)", "half a page down", "table"),
    Key("ctrl+u", "half_page(-1)", "half a page up", "table"),
    Key("g,home", "end(-1)", "first", "table"),
    Key("G,end", "end(1)", "last; in a live session it follows again", "table"),
    Key("enter", "choose", "go into it", "table"),
    Key("j,down", "scroll_by(1)", "down", "detail"),
    Key("k,up", "scroll_by(-1)", "up", "detail"),
    Key("pagedown,space", "scroll_pages(1)", "page down", "detail"),
    Key("pageup", "scroll_pages(-1)", "page up", "detail"),
    Key("g,home", "scroll_far(-1)", "top", "detail"),
    Key("G,end", "scroll_far(1)", "bottom", "detail"),
    Key("slash,f", "filter", "filter", "browse", footer="filter"),
    Key("right_square_bracket", "problem(1)", "next problem", "browse", footer="next problem"),
    Key("left_square_bracket", "problem(-1)", "previous problem", "browse"),
    Key("o", "pair", "to the paired frame", "browse", footer="pair"),
    Key("F", "follow", "follow new frames, or stop", "browse", footer="follow"),
    Key("greater_than_sign", "part(1)", "next file of a recording that was cut", "browse"),
    Key("less_than_sign", "part(-1)", "previous file", "browse"),
    Key("y", "copy", "copy the frame as it came", "browse", footer="copy"),
    Key("z", "zoom", "zoom the pane, or back", "browse", footer="zoom"),
    Key("tab", "app.focus_next", "next pane", "browse"),
    Key("shift+tab", "app.focus_previous", "previous pane", "browse"),
    Key("1", "pane('sessions')", "sessions", "browse"),
    Key("2", "pane('frames')", "frames", "browse"),
    Key("3", "pane('detail')", "detail", "browse"),
    Key("escape", "back", "back: close the filter, then clear it", "browse"),
    Key("ctrl+p,colon", "app.command_palette", "command palette, themes", "browse"),
    Key("question_mark,f1", "help", "help", "browse", footer="help"),
    Key("q,ctrl+q,ctrl+c", "app.quit", "quit", "browse", footer="quit"),
)
"""All keys, in the order of the help. ``ctrl+p`` and ``ctrl+q`` are Textual's own too."""

SHOWN = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "pagedown": "page down",
    "pageup": "page up",
    "down": "↓",
    "up": "↑",
    "escape": "esc",
    "f1": "F1",
    "shift+tab": "shift+tab",
}
"""How the names of keys are shown to people."""


def bindings(place: str) -> list[Binding]:
    """Return the bindings of a place."""
    return [
        Binding(
            key.keys,
            key.action,
            key.footer or key.text,
            show=bool(key.footer),
            key_display=shown(key.keys.split(",")[0]),
        )
        for key in KEYS
        if key.place == place
    ]


def shown(key: str) -> str:
    """Return how a key is shown to people."""
    return SHOWN.get(key, key)
