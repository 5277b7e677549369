"""What a family remembers of a station from session to session, and what it has said already."""

from typing import TypeVar

from inspector.protocol.context import Context, Station
from inspector.protocol.event import Opened
from inspector.protocol.knowledge.refusals import SWITCHED

T = TypeVar("T")

MOST_SAID = 64
"""Things said once that are known to be said; when there are more, nothing else is said."""

CONTINUED = frozenset({"live", "import"})
"""Origins of sessions that go on where the last one ended; a draft or a run is a world of its own."""


class _World:
    """What is remembered of one station with one CSMS."""

    __slots__ = ("key", "station")

    def __init__(self) -> None:
        self.key: object = None
        self.station = Station()


def remembered(context: Context, kind: type[T]) -> T:
    """Return the one part of a class, made without arguments when it is first asked for.

    Sessions share it that a station has with one CSMS. Ask again once the session is opened.
    """
    world, opening = context.station.part(_World), context.opening
    if opening is not None and got_through(opening):
        key = (opening.origin, opening.upstream) if opening.origin in CONTINUED else opening
        if world.key != key:
            world.key, world.station = key, Station()
    return world.station.part(kind)


def got_through(opening: Opened) -> bool:
    """Tell whether an attempt met a CSMS, or was on its way to one: who was turned away before is in no other world."""
    return opening.http_status == SWITCHED or bool(opening.upstream)


class Turns:
    """Counts the sessions of a station: of those that it has at once only the newest is alive.

    Each family that wants to know keeps a count of its own.
    """

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        """Begin a session and return its number."""
        self.last += 1
        return self.last


class Once:
    """Tells whether something is to be said for the first time."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: set[tuple[object, ...]] | None = None  # most have nothing to say, and an empty set has 200 bytes

    def __call__(self, *what: object) -> bool:
        """Tell whether it is new; from now on it is not."""
        if self._said is None:
            self._said = set()
        if what in self._said or len(self._said) >= MOST_SAID:
            return False
        self._said.add(what)
        return True

    def __contains__(self, what: tuple[object, ...]) -> bool:
        return self._said is not None and what in self._said
