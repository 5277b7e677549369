"""What a rule family is: it hears of a session what it asks for, and says what it finds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Controlled, Opened, Violated
from inspector.protocol.finding import Fault
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen

Handler = Callable[[Any, Seen], Iterable[Fault]]

REQUEST, RESPONSE = Part.REQUEST, Part.RESPONSE


class Family:
    """One family of rules in one session.

    ``HEARS`` names, by action and part, the methods that look into payloads: they are called for CALL, SEND and
    CALLRESULT frames whose payload is an object, whatever is in it. Each method costs the same however long the
    session is, keeps a bounded state, and yields faults about the frame at hand unless a fault names another.
    """

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {}

    __slots__ = ("context",)

    def __init__(self, context: Context) -> None:
        self.context = context

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Look at a handshake."""
        return ()

    def received(self, seen: Seen) -> Iterable[Fault]:
        """Look at any frame at all. Only a family that overrides it is asked."""
        return ()

    def controlled(self, event: Controlled) -> Iterable[Fault]:
        """Look at a ping or a pong."""
        return ()

    def violated(self, event: Violated) -> Iterable[Fault]:
        """Look at what WebSocket does not allow."""
        return ()

    def ticked(self, now_ns: int) -> Iterable[Fault]:
        """Hear that it is as late as some rule asked to hear; whoever still waits must ask again."""
        return ()

    def closed(self, event: Closed) -> Iterable[Fault]:
        """Look at the end of the session."""
        return ()
