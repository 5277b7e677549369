"""What is kept of a station's 1.6 transactions: the ids that were assigned, and what was last started where."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from inspector.protocol.event import Opened
from inspector.protocol.fields import integer
from inspector.protocol.knowledge.transactions import MOST_PLACES, MOST_TRANSACTIONS, Past

LONGEST_WORD = 40
"""Characters kept of a field."""


@dataclass(slots=True)
class Transaction:
    """A transaction, from its StartTransaction on or from when it was first heard of.

    ``digest`` is the same for a StartTransaction that is sent again, None if none was seen. ``id`` is None until one
    is assigned. ``since_boot`` tells that the station had booted in this capture before it began, and that nothing can
    have begun unseen since.
    """

    connector: int | None = None
    digest: int | None = None
    started: str = ""
    tag: str = ""
    since_boot: bool = False
    id: int | None = None
    refused: bool = False
    stop: tuple[str, ...] | None = None
    stop_answered: bool = False


class Past16(Past):
    """The transactions of one station by their ids, and for each connector heard of the last one started on it."""

    __slots__ = ("booted", "booted_at", "connectors", "known", "odd_said")

    def __init__(self) -> None:
        super().__init__()
        self.known: OrderedDict[int, Transaction] = OrderedDict()
        self.connectors: dict[int, Transaction | None] = {}
        self.booted = self.odd_said = False
        self.booted_at: str | None = None

    def opened(self, event: Opened) -> None:
        """Begin a session: where nothing ran, something may have begun since without a trace."""
        super().opened(event)
        for last in self.connectors.values():
            if last is not None and last.stop is not None:
                last.since_boot = False

    def forget(self) -> None:
        """Forget everything."""
        self.known.clear()
        self.odd_said = False
        self.doubt()

    def doubt(self) -> None:
        """Keep the ids, but no longer know what runs where."""
        self.connectors.clear()
        self.booted = False

    def hear_of(self, connector: int | None) -> None:
        """Learn that there is such a connector; 0 is the station itself."""
        if connector and connector not in self.connectors and len(self.connectors) < MOST_PLACES:
            self.connectors[connector] = None

    def starts(self, transaction: Transaction) -> None:
        """Take a transaction for the last one of its connector."""
        self.hear_of(transaction.connector)
        if transaction.connector in self.connectors:
            self.connectors[transaction.connector] = transaction

    def find(self, id_: int) -> Transaction | None:
        """Return the transaction of an id that was assigned, or taken for good."""
        found = self.known.get(id_) or next((one for one in self.connectors.values() if one and one.id == id_), None)
        if found is not None:
            self.keep(id_, found)
        return found

    def keep(self, id_: int, transaction: Transaction) -> Transaction:
        """Remember the transaction of an id as the one last heard of."""
        self.known[id_] = transaction
        self.known.move_to_end(id_)
        if len(self.known) > MOST_TRANSACTIONS:
            self.known.popitem(last=False)
        return transaction

    def idle_since(self, connector: int | None) -> Transaction | None:
        """Return the last transaction of a connector if it is over, and no other can have begun there unseen."""
        last = self.connectors.get(connector or 0)
        if last is None or last.id is None or not (last.since_boot and last.stop_answered):
            return None
        return None if any(one and one.id is None for one in self.connectors.values()) else last

    def all_begun_here(self) -> bool:
        """Tell whether each connector heard of has had a transaction of which this capture saw the id assigned."""
        return bool(self.connectors) and all(one and one.id is not None for one in self.connectors.values())

    def all_begun_since_boot(self) -> bool:
        """Tell whether that was so after a boot, when a station tells of all its connectors."""
        return self.all_begun_here() and all(one and one.since_boot for one in self.connectors.values())


def begin(payload: dict[str, Any]) -> Transaction:
    """Make the transaction that a StartTransaction asks for."""
    asked = tuple(word(payload.get(field)) for field in ("connectorId", "idTag", "meterStart", "timestamp"))
    return Transaction(integer(payload, "connectorId"), hash(asked), asked[3], asked[1])


def word(value: Any) -> str:
    """Return a field as it is kept and shown: short, the same only for the same, and so in every run."""
    if value is None:
        return ""
    words = str(value)
    if len(words) <= LONGEST_WORD:
        return words
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{words[:LONGEST_WORD]}...{digest[:16]}"
