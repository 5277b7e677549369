"""Which EVSEs of a 2.x station have lost their cable while a transaction ran there: it should have ended."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from inspector.protocol.fields import text
from inspector.protocol.knowledge.past_2x import Transaction
from inspector.protocol.knowledge.transactions import MOST_PLACES

WAIT_NS = 300_000_000_000
"""How long an Ended may take once the cable is gone, and once another event came: some wait their turn, or a retry."""

MOST_CONNECTORS = 16
"""Connectors of one EVSE that are followed."""


class Left(NamedTuple):
    """An EVSE that has become free: its transaction, since when, and the frame that told so."""

    transaction: Transaction
    time_ns: int
    number: int


class Cables:
    """The cables of one session: only what was seen to go in, or to be in, can be seen to go."""

    __slots__ = ("_left", "_plugged")

    def __init__(self) -> None:
        self._plugged: dict[int, set[int]] = {}
        self._left: dict[int, Left] = {}

    def told(self, evse: int, connector: Any, status: Any, running: Left | None) -> None:
        """Take the status of a connector; ``running`` is the transaction on its EVSE, as it would be left."""
        plugged = self._plugged.get(evse, set())
        if status == "Occupied" and type(connector) is int:
            self._left.pop(evse, None)
            if len(self._plugged) < MOST_PLACES and len(plugged) < MOST_CONNECTORS:
                self._plugged.setdefault(evse, plugged).add(connector)
        elif status == "Available" and connector in plugged:
            plugged.remove(connector)
            if not plugged and running is not None:
                self._left[evse] = running

    def unended(self, now_ns: int, event_ns: int) -> Iterator[tuple[int, Left]]:
        """Yield the EVSEs whose transaction should have ended by now, each once; ``event_ns`` is the last event's."""
        for evse, left in list(self._left.items()):
            if left.transaction.ended:
                del self._left[evse]
            elif now_ns > max(left.time_ns, event_ns) + WAIT_NS:
                del self._left[evse]
                yield evse, left


def ends_with_cable(payload: dict[str, Any]) -> bool:
    """Tell whether an event ends its transaction because the cable was taken out: such a station ends all so."""
    by_cable = text(payload, "triggerReason") == "EVCommunicationLost"
    return by_cable or text(payload, "transactionInfo", "stoppedReason") == "EVDisconnected"
