"""What the rules know beside the frame at hand: its session, and what is remembered of its station."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from inspector.protocol.event import Opened
from inspector.protocol.frame import MessageType
from inspector.protocol.ledger import Ledger
from inspector.protocol.version import Party, Version

PATIENCE_NS = 30_000_000_000
"""How long a CALL may wait for its answer before it counts as unanswered."""

FOREVER = 2**63 - 1
"""A time that never comes."""

MOST_STATIONS = 10_000
"""Stations remembered; the one not heard of for longest is forgotten first."""

LAST_FRAMES = 5
"""Frames remembered for the words about how a session ended."""

T = TypeVar("T")


class Station:
    """What is remembered of one station from session to session. Each rule family keeps a part of its own."""

    __slots__ = ("_parts",)

    def __init__(self) -> None:
        self._parts: dict[type, Any] = {}

    def part(self, kind: type[T]) -> T:
        """Return the one part of a class, made without arguments when it is first asked for."""
        found: T | None = self._parts.get(kind)
        if found is None:
            found = self._parts[kind] = kind()
        return found


class Stations:
    """The stations of one capture by their ids, within a bound."""

    def __init__(self) -> None:
        self._stations: OrderedDict[str, Station] = OrderedDict()

    def of(self, name: str) -> Station:
        """Return what is remembered of a station; one without a name is nobody we met before."""
        if not name:
            return Station()
        station = self._stations.setdefault(name, Station())
        self._stations.move_to_end(name)
        if len(self._stations) > MOST_STATIONS:
            self._stations.popitem(last=False)
        return station


class Brief(NamedTuple):
    """What stays of a frame when it is gone: enough to name it."""

    number: int
    time_ns: int
    sender: Party
    type: MessageType
    action: str | None


@dataclass(slots=True)
class Context:
    """One session as its rules know it.

    ``version`` is None while nobody knows it; ``opening`` is None where there was no handshake to see. ``recent`` are
    the last frames, oldest first. At ``wake_ns`` some rule wants to hear the time. ``missed`` tells that not all that
    was said was heard: there is a gap, or a side can't be read any more.
    """

    version: Version | None
    patience_ns: int
    station: Station
    ledger: Ledger
    recent: deque[Brief]
    opening: Opened | None = None
    wake_ns: int = FOREVER
    missed: bool = False

    @classmethod
    def new(cls, version: Version | None, patience_ns: int, station: Station) -> "Context":
        """Make the context of a session that is about to begin."""
        return cls(version, patience_ns, station, Ledger(), deque(maxlen=LAST_FRAMES))

    def wake_at(self, time_ns: int) -> None:
        """Ask to hear the time when it is this late; what comes sooner wakes sooner."""
        self.wake_ns = min(self.wake_ns, time_ns)
