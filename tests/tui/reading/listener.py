"""An application that only hears what a feed says."""

from typing import TypeVar

from textual import on
from textual.app import App, ComposeResult
from textual.message import Message

from inspector.store.filter import EVERYTHING
from inspector.store.reader import Reader
from inspector.tui.reading.feed import Feed

T = TypeVar("T")


class Listener(App[None]):
    """Hears what a feed says."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.heard: list[Message] = []
        self.parts: list[Feed.GoesOn] = []
        self.feed = Feed(reader)

    def compose(self) -> ComposeResult:
        yield self.feed

    def on_mount(self) -> None:
        self.feed.load(EVERYTHING, None, keep=False)

    @on(Feed.Loaded)
    @on(Feed.Grown)
    @on(Feed.Told)
    @on(Feed.Rewritten)
    @on(Feed.Failed)
    @on(Feed.Replaced)
    def _heard(self, message: Message) -> None:
        self.heard.append(message)

    @on(Feed.GoesOn)
    def _goes_on(self, message: Feed.GoesOn) -> None:
        self.parts.append(message)

    def of(self, kind: type[T]) -> list[T]:
        """Return the messages of a kind."""
        return [message for message in self.heard if isinstance(message, kind)]

    def ids(self) -> list[int]:
        """Return the ids of the rows that are there now, none before the question is answered."""
        source = self.feed.source if self.of(Feed.Loaded) else None
        return [source.id_at(index) for index in range(source.count)] if source else []
