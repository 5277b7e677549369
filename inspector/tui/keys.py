"""Every key of the interface, in one table: the bindings, the footer and the help are made from it."""

from typing import NamedTuple

from textual.binding import Binding


class Key(NamedTuple):
    """One action and its keys. ``place`` is where it works; ``footer`` is its word in the footer, if it is there.

    ``name`` is what the user's keymap calls it, after the place and a dot; the action itself, if nothing is said.
    """

    keys: str
    action: str
    text: str
    place: str
    footer: str = ""
    name: str = ""

    @property
    def id(self) -> str:
        """What the user's keymap calls it."""
        return f"{self.place}.{self.name or self.action.removeprefix('app.')}"


KEYS = (
    Key("j,down", "cursor(1)", "down", "table", name="down"),
    Key("k,up", "cursor(-1)", "up", "table", name="up"),
    Key("pagedown,space", "page(1)", "page down", "table", name="page-down"),
    Key("pageup", "page(-1)", "page up", "table", name="page-up"),
    Key("ctrl+d", "half_page(1)", "half a page down", "table", name="half-page-down"),
    Key("ctrl+u", "half_page(-1)", "half a page up", "table", name="half-page-up"),
    Key("g,home", "end(-1)", "first", "table", name="first"),
    Key("G,end", "end(1)", "last; in a live session it follows again", "table", name="last"),
    Key("enter", "choose", "go into it", "table"),
    Key("j,down", "scroll_by(1)", "down", "detail", name="down"),
    Key("k,up", "scroll_by(-1)", "up", "detail", name="up"),
    Key("pagedown,space", "scroll_pages(1)", "page down", "detail", name="page-down"),
    Key("pageup", "scroll_pages(-1)", "page up", "detail", name="page-up"),
    Key("g,home", "scroll_far(-1)", "top", "detail", name="top"),
    Key("G,end", "scroll_far(1)", "bottom", "detail", name="bottom"),
    Key("right,full_stop", "tab(1)", "next tab: call, answer, pair, raw, findings", "frame", name="next-tab"),
    Key("left,comma", "tab(-1)", "previous tab", "frame", name="previous-tab"),
    Key("v", "turn", "as a tree, or as text", "frame", name="tree"),
    Key("enter", "go", "from a finding to its rule and back; fold or unfold", "frame"),
    Key("p", "finding(1)", "next finding of the frame", "frame", name="next-finding"),
    Key("P", "finding(-1)", "previous finding of the frame", "frame", name="previous-finding"),
    Key("slash,f", "filter", "filter", "browse", footer="filter"),
    Key("right_square_bracket", "problem(1)", "next problem", "browse", footer="problem", name="next-problem"),
    Key("left_square_bracket", "problem(-1)", "previous problem", "browse", name="previous-problem"),
    Key("o", "pair", "to the paired frame", "browse", footer="pair"),
    Key("O", "same_action", "to the next frame of the same action", "browse", name="same-action"),
    Key("T", "same_transaction", "to the next frame of the same transaction", "browse", name="same-transaction"),
    Key("ctrl+f", "seek", "find a text in the frames, none is hidden", "browse", name="find"),
    Key("n", "hit(1)", "next frame that holds the text", "browse", name="next-hit"),
    Key("N", "hit(-1)", "previous frame that holds it", "browse", name="previous-hit"),
    Key("ctrl+g", "go_to", "go to a frame's number or a time", "browse", name="go-to"),
    Key("F", "follow", "follow new frames, or stop", "browse", footer="follow"),
    Key("m", "mark", "mark the frame, or not any more", "browse"),
    Key("M", "only_marked", "only marked frames, or all", "browse", name="only-marked"),
    Key("h", "heartbeats", "hide heartbeats, or show them", "browse"),
    Key("c", "controls", "pings, pongs and closes of a session among its frames, or not", "browse"),
    Key("t", "time", "time of day, since the session began, since the row above", "browse"),
    Key("S", "group", "group the sessions by station; enter folds one", "browse"),
    Key("e", "edit", "edit the session as a draft", "browse", footer="edit"),
    Key("E", "edit_frame", "edit this frame alone as a draft", "browse", name="edit-frame"),
    Key("r", "replay", "replay the session", "browse", footer="replay"),
    Key("X", "end_connection", "end the connection of a live session", "browse", name="end-connection"),
    Key("y", "copy", "copy the frame, a part of it, or what sends it again", "browse", footer="copy"),
    Key("w", "export", "write the frames that are shown to a file", "browse"),
    Key("f3", "page", "the raw frame in $PAGER", "browse", name="pager"),
    Key("greater_than_sign", "part(1)", "next file of a recording that was cut", "browse", name="next-file"),
    Key("less_than_sign", "part(-1)", "previous file", "browse", name="previous-file"),
    Key("z", "zoom", "zoom the pane, or back", "browse"),
    Key("tab", "app.focus_next", "next pane", "browse", name="next-pane"),
    Key("shift+tab", "app.focus_previous", "previous pane", "browse", name="previous-pane"),
    Key("escape", "back", "back: close the filter, then clear it", "browse"),
    Key("q,ctrl+q,ctrl+c", "app.quit", "quit", "browse", footer="quit"),
    Key("tab", "complete(1)", "complete; again: the next, → takes it", "filter", footer="complete", name="complete"),
    Key("shift+tab", "complete(-1)", "the suggestion before", "filter", name="complete-back"),
    Key("up", "past(1)", "an earlier filter", "filter", footer="earlier", name="earlier"),
    Key("down", "past(-1)", "a later filter", "filter", name="later"),
    Key("f2,ctrl+s", "save", "save the filter as @name; on @name: forget it", "filter", footer="save"),
    Key("f1", "help", "the keys of the filter", "filter", footer="keys"),
    Key("f2,ctrl+s", "save", "save the draft", "edit", footer="save"),
    Key("n", "insert", "insert a CALL", "edit", footer="insert"),
    Key("d", "duplicate", "duplicate the frame", "edit"),
    Key("x,delete", "take_out", "take the frame out, or bring it back", "edit", footer="take out", name="take-out"),
    Key("K,shift+up", "move(-1)", "move the frame up", "edit", name="move-up"),
    Key("J,shift+down", "move(1)", "move the frame down", "edit", name="move-down"),
    Key("w", "turn", "let the other party send it", "edit", name="sender"),
    Key("p", "pause", "change the pause before it", "edit"),
    Key("i", "new_ids(False)", "new id for the frame and its pair", "edit", name="new-id"),
    Key("I", "new_ids(True)", "new ids for all frames", "edit", name="new-ids"),
    Key("slash,f", "replace", "find and replace in the draft", "edit", footer="replace"),
    Key("f4", "outside", "edit the text in $EDITOR", "edit", name="editor"),
    Key("u,ctrl+z", "undo", "undo", "edit"),
    Key("U,ctrl+y", "redo", "do again", "edit", name="redo"),
    Key("N", "rename", "give the draft another name", "edit"),
    Key("D", "delete", "delete the draft", "edit"),
    Key("right_square_bracket", "problem(1)", "next frame with a finding", "edit", name="next-problem"),
    Key("left_square_bracket", "problem(-1)", "previous frame with a finding", "edit", name="previous-problem"),
    Key("r", "replay(False)", "replay the draft", "edit", footer="replay", name="replay"),
    Key("R", "replay(True)", "replay this frame alone", "edit", name="replay-frame"),
    Key("tab", "app.focus_next", "next pane", "edit", name="next-pane"),
    Key("shift+tab", "app.focus_previous", "previous pane", "edit", name="previous-pane"),
    Key("escape,q", "leave", "back: from the text to the list, then away", "edit", footer="back"),
    Key("f5", "start", "start; after the end, another run", "replay", footer="start"),
    Key("space", "pause", "pause, or go on", "replay", footer="pause"),
    Key("s", "step", "play one step", "replay", footer="step"),
    Key("x", "stop", "stop", "replay", footer="stop"),
    Key("right_square_bracket", "difference(1)", "next difference", "replay", name="next-difference"),
    Key("left_square_bracket", "difference(-1)", "previous difference", "replay", name="previous-difference"),
    Key("b", "browse_run", "to the session that the run is recorded as", "replay", footer="browse run", name="browse"),
    Key("tab", "app.focus_next", "next pane", "replay", name="next-pane"),
    Key("shift+tab", "app.focus_previous", "previous pane", "replay", name="previous-pane"),
    Key("escape,q", "leave", "back", "replay", footer="back"),
    Key("escape,q", "app.back", "back", "screen", footer="back"),
    Key("f,slash", "frames", "its frames on the main screen", "transactions", footer="frames"),
    Key("f,slash", "frames", "its frames on the main screen", "findings", footer="frames"),
    Key("tab", "app.focus_next", "next pane", "overview", name="next-pane"),
    Key("shift+tab", "app.focus_previous", "previous pane", "overview", name="previous-pane"),
    Key("1", "app.place('sessions')", "sessions", "app", name="sessions"),
    Key("2", "app.place('frames')", "frames", "app", name="frames"),
    Key("3", "app.place('detail')", "detail", "app", name="detail"),
    Key("4", "app.place('transactions')", "transactions", "app", name="transactions"),
    Key("5", "app.place('findings')", "findings", "app", name="findings"),
    Key("6", "app.place('overview')", "overview", "app", name="overview"),
    Key("ctrl+p,colon", "app.command_palette", "command palette, themes", "app", name="palette"),
    Key("question_mark,f1", "app.help", "help", "app", footer="help", name="help"),
)
"""All keys, in the order of the help. ``ctrl+p`` and ``ctrl+q`` are Textual's own too.

The place ``app`` is everywhere, ``screen`` each screen of its own, which is left the same way.
"""

SHOWN = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "full_stop": ".",
    "comma": ",",
    "right": "→",
    "left": "←",
    "pagedown": "page down",
    "pageup": "page up",
    "down": "↓",
    "up": "↑",
    "escape": "esc",
    "f1": "F1",
    "f3": "F3",
    "f2": "F2",
    "f4": "F4",
    "f5": "F5",
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
            id=key.id,
        )
        for key in KEYS
        if key.place == place
    ]


def shown(key: str) -> str:
    """Return how a key is shown to people."""
    return SHOWN.get(key, key)
