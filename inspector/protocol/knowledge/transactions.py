"""What both transaction families keep of a station from session to session, and when that proves nothing any more."""

from abc import ABC, abstractmethod

from inspector.protocol.event import Closed, Opened
from inspector.protocol.knowledge.remembered import CONTINUED, got_through

MOST_TRANSACTIONS = 64
"""Transactions remembered of each station; the one not heard of for longest is forgotten first."""

LONGEST_ID = 64
"""Characters of a transaction's id that is followed; the schemas of 2.x allow 36."""

MOST_PLACES = 64
"""Connectors, or EVSEs, remembered of each station."""

LONGEST_BREAK_NS = 3_600_000_000_000
"""After a longer time unheard the station may have done things that this capture did not see."""


class Past(ABC):
    """What is kept of one station's transactions.

    ``heard_ns`` is when the station was last heard. Ids are worth something within one world only: the sessions with
    one CSMS.
    """

    __slots__ = ("_world", "heard_ns")

    def __init__(self) -> None:
        self.heard_ns = 0
        self._world: tuple[str, str] | None = None

    def opened(self, event: Opened) -> None:
        """Begin a session: forget what another CSMS was told, doubt what is too long ago."""
        if not got_through(event):
            return
        world = (event.origin, event.upstream)
        if self._world is not None:
            if world != self._world or event.origin not in CONTINUED:
                self.forget()
            elif event.time_ns - self.heard_ns > LONGEST_BREAK_NS:
                self.doubt()
        self._world = world
        self.heard_ns = event.time_ns

    def closed(self, event: Closed, *, missed: bool) -> None:
        """End a session. Where something of it was ``missed``, what is known of it is old."""
        self.heard_ns = 0 if missed else event.time_ns

    @abstractmethod
    def forget(self) -> None:
        """Forget everything."""

    @abstractmethod
    def doubt(self) -> None:
        """Keep the ids that were seen, but not what was open: that may have ended unseen."""
