"""Who owes whom an answer: the open exchanges of one session."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.protocol.version import Party

MOST_OPEN = 1024
"""Open CALLs remembered in each direction; a peer that never answers can't fill the memory."""


@dataclass(slots=True)
class OpenCall:
    """A CALL without its answer: its frame's number, and when it was seen (Unix time in nanoseconds)."""

    number: int
    sender: Party
    message_id: str
    action: str
    time_ns: int
    overdue: bool = False


class Ledger:
    """Pairs answers with CALLs.

    An answer belongs to the most recent unanswered CALL with the same id in the opposite direction: both sides may
    use one id at once, and ids come back.
    """

    def __init__(self) -> None:
        self._open: dict[Party, deque[OpenCall]] = {party: deque(maxlen=MOST_OPEN) for party in Party}

    def call(self, call: OpenCall) -> None:
        """Take a CALL that was sent."""
        self._open[call.sender].append(call)

    def answer(self, sender: Party, message_id: str) -> OpenCall | None:
        """Close and return the CALL that an answer of ``sender`` belongs to, None for an answer to nothing."""
        calls = self._open[sender.peer]
        for call in reversed(calls):
            if call.message_id == message_id:
                calls.remove(call)
                return call
        return None

    def newly_overdue(self, before_ns: int) -> Iterator[OpenCall]:
        """Yield, once each, the open CALLs that were sent before a time."""
        for calls in self._open.values():
            for call in calls:
                if call.time_ns >= before_ns:
                    break
                if not call.overdue:
                    call.overdue = True
                    yield call

    def still_open(self) -> Iterator[OpenCall]:
        """Yield the open CALLs nobody has been told about."""
        for calls in self._open.values():
            yield from (call for call in calls if not call.overdue)
