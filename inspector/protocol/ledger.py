"""Who owes whom an answer: the open exchanges of one session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from inspector.protocol.version import Party

MOST_OPEN = 256
"""Open CALLs remembered in each direction; a peer that never answers can't fill the memory."""

LARGEST_KEPT = 65_536
"""Characters of a CALL whose payload is kept until its answer came."""

LONGEST_KEPT = 128
"""Characters of an id or an action that are kept: what is longer is cut, but still told apart."""


@dataclass(slots=True, eq=False)
class OpenCall:
    """A CALL and whose answer is awaited: its frame's number, and when it was seen (Unix time in nanoseconds).

    ``payload`` is what it asked, None if that was too large to be kept until the answer; ``digest`` is the same for
    CALLs that ask the same. ``overdue`` is set once it was said that no answer came, ``abandoned`` once the sender
    showed that it waits no longer.
    """

    number: int
    sender: Party
    message_id: str
    action: str
    time_ns: int
    payload: Any = None
    digest: int = 0
    overdue: bool = False
    abandoned: bool = False


class Ledger:
    """Pairs answers with CALLs.

    An answer belongs to the most recent unanswered CALL with the same id in the opposite direction: both sides may
    use one id at once, and ids come back.
    """

    def __init__(self) -> None:
        self._open: dict[Party, list[OpenCall]] = {party: [] for party in Party}  # an empty deque has 700 bytes

    def call(self, call: OpenCall) -> None:
        """Take a CALL that was sent."""
        call.message_id, call.action = kept(call.message_id), kept(call.action)
        calls = self._open[call.sender]
        calls.append(call)
        if len(calls) > MOST_OPEN:
            del calls[0]

    def answer(self, sender: Party, message_id: str) -> OpenCall | None:
        """Close and return the CALL that an answer of ``sender`` belongs to, None for an answer to nothing."""
        calls, kept_id = self._open[sender.peer], kept(message_id)
        for back, call in enumerate(reversed(calls), 1):
            if call.message_id == kept_id:
                del calls[-back]
                return call
        return None

    def open_calls(self, sender: Party) -> Sequence[OpenCall]:
        """Return the CALLs of one side that have no answer yet, oldest first."""
        return self._open[sender]

    def still_open(self) -> Iterator[OpenCall]:
        """Yield the open CALLs nobody has been told about."""
        for calls in self._open.values():
            yield from (call for call in calls if not call.overdue)


def kept(name: str) -> str:
    """Return an id or an action as it is kept: a frame of megabytes may be all id."""
    return name if len(name) <= LONGEST_KEPT else f"{name[: LONGEST_KEPT // 2]}...{_digest(name)}"


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
