"""What the command palette finds: actions by their keys, sessions, OCPP actions, codes, saved filters, themes."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from inspector.protocol.printable import visible
from inspector.protocol.rules import TABLE
from inspector.store.filter.terms import TERMS
from inspector.tui.composed.lines import ending, who
from inspector.tui.kept import saved_filters
from inspector.tui.keys import KEYS, shown

if TYPE_CHECKING:
    from inspector.tui.app import InspectorApp

MOST_SESSIONS = 2000
"""Sessions that are found, the newest."""


class Command(NamedTuple):
    """Something to do: what it is called, what it does, and how. ``is_first`` shows it before anything is typed."""

    name: str
    help: str
    run: Callable[[], object]
    is_first: bool = False


class Commands(Provider):
    """All there is to do from here."""

    async def discover(self) -> Hits:
        """Yield what one might want at first."""
        for each in self._commands():
            if each.is_first:
                yield DiscoveryHit(Content(each.name), each.run, text=each.name, help=escape(each.help))

    async def search(self, query: str) -> Hits:
        """Yield what goes by a name like this."""
        matcher = self.matcher(query)
        for each in self._commands():
            score = matcher.match(each.name)
            if score > 0:
                shown = Content(each.name) if "[" in each.name else matcher.highlight(each.name)  # it reads markup
                yield Hit(score, shown, each.run, text=each.name, help=escape(each.help))

    def _commands(self) -> Iterator[Command]:
        app = cast("InspectorApp", self.app)
        yield from self._actions(app)
        for session in islice(reversed(app.main.sessions), MOST_SESSIONS):
            name = f"session {session.id} {who(session)}"
            yield Command(name, ending(session)[0], partial(app.browse, session=session.id))
        for name, text in saved_filters().items():
            yield Command(f"filter {visible(name)}", visible(text), partial(app.browse, filter=text))
        for action in TERMS["action"].values:
            yield Command(f"action {action}", "its frames", partial(app.browse, filter=f"action:{action}"))
        for code, rule in TABLE.items():
            yield Command(f"code {code} {rule.name}", rule.summary, partial(app.browse, filter=f"code:{code}"))
        for theme in app.available_themes:
            yield Command(f"theme {theme}", "its colours", partial(app.choose_theme, theme))

    def _actions(self, app: "InspectorApp") -> Iterator[Command]:
        """Yield the actions that are bound where one is."""
        screen = self.screen
        here = {binding.binding.id: binding for binding in screen.active_bindings.values()}
        for key in KEYS:
            if key.id in here and key.place != "table":
                bound = here[key.id]
                run = partial(app.run_action, key.action, bound.node)
                yield Command(key.text, f"key {shown(bound.binding.key)}", run, is_first=True)
