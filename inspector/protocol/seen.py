"""A frame in its session: what the rules look at."""

from typing import NamedTuple

from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.ledger import OpenCall
from inspector.protocol.schema import Part
from inspector.protocol.version import Party


class Seen(NamedTuple):
    """A frame in its session.

    ``number`` counts the session's frames from 1; ``time_ns`` is Unix time, 0 where it is unknown. ``action`` is the
    standard name; an answer carries its CALL's. ``call`` is the CALL this frame answers.
    """

    number: int
    time_ns: int
    sender: Party
    frame: Frame
    action: str | None
    part: Part
    call: OpenCall | None = None

    @property
    def latency_ns(self) -> int | None:
        """Nanoseconds between the CALL and this answer."""
        return self.time_ns - self.call.time_ns if self.call else None

    @property
    def accepted(self) -> bool:
        """Whether it is an answer whose status is Accepted."""
        payload = self.frame.payload
        return (
            self.frame.type is MessageType.CALLRESULT
            and isinstance(payload, dict)
            and (payload.get("status") == "Accepted")
        )
