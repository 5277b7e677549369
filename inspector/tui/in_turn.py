"""Keys in turn: each has had its effect before the next one is handed on, also one that asks the capture."""

import time
from collections import deque
from collections.abc import Sequence
from functools import partial

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, Key, Paste

PATIENCE_SECONDS = 1.0
"""How long a key is waited for when others come: what it went through may be gone, and nothing is to freeze for it."""

LOOK_SECONDS = 0.01
"""How often to look whether an answer is there that a key waits for."""

MOST_WAITING = 10
"""Keys that wait for an answer; more come where one is held down, and those are not kept for later."""


class InTurn(App[None]):
    """An application whose keys, and pastes, wait for those before them.

    Textual hands a key to what has the focus now. When several arrive at once, as over a slow line, one that opens an
    input would be followed by commands made of what was meant for that input. And what a key is about to bring on the
    screen, from the capture, is what the next one is meant for: a screen says by ``is_behind`` that this is not there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Event] = deque()
        self._turn = 0
        self._since = 0.0  # by the monotonic clock: when the turn of the first began

    @property
    def typed(self) -> int:
        """How many have not had their effect yet."""
        return len(self._typed)

    async def on_event(self, event: Event) -> None:
        """Keep what is typed until it is its turn; drop it when there is nothing any more that it could be for."""
        if isinstance(event, Key | Paste) and not self.screen_stack:
            return
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._typed.append(event)
            if len(self._typed) == 1:
                await self._hand_on()
            elif time.monotonic() - self._since > PATIENCE_SECONDS:
                await self._next()
        else:
            await super().on_event(event)

    async def _hand_on(self) -> None:
        self._turn, self._since = self._turn + 1, time.monotonic()
        turn, path = self._turn, self._path
        await super().on_event(self._typed[0])
        await self._follow(turn, path, None)

    async def _next(self) -> None:
        self._typed.popleft()
        if self._typed:
            await self._hand_on()

    @property
    def _path(self) -> Sequence[DOMNode]:
        """What a key goes through: from the focus up to the application."""
        return (self.focused or self.screen).ancestors_with_self

    @property
    def _is_behind(self) -> bool:
        is_long = time.monotonic() - self._since > PATIENCE_SECONDS or len(self._typed) > MOST_WAITING
        return not is_long and getattr(self.screen, "is_behind", False)

    async def _follow(self, turn: int, path: Sequence[DOMNode], begun: DOMNode | None) -> None:
        """Go the way of a key, queue after queue, and again until the focus stays; then it is the next one's turn.

        ``begun`` is where the focus was when the way before this one ended, None on the first.
        """
        if turn != self._turn or not self.screen_stack:
            return  # it was waited for long enough, or everything is over
        for index, node in enumerate(path, 1):
            if node.call_later(self._follow, turn, path[index:], begun):
                return
        if path:
            return  # the application itself takes no more: it ends
        if begun is not (path := self._path)[0]:
            await self._follow(turn, path, path[0])
        elif self._is_behind:
            self.set_timer(LOOK_SECONDS, partial(self._follow, turn, (), None))
        else:
            await self._next()
