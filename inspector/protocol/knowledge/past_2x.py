"""What is kept of a station's 2.x transactions: how far their events have come, and which runs on which EVSE."""

from collections import OrderedDict
from typing import Any

from inspector.protocol.knowledge.transactions import MOST_PLACES, MOST_TRANSACTIONS, Past
from inspector.protocol.timestamp import unix_ns

LAST_EVENTS = 8
"""Events of a transaction whose moments are kept, to know one that is sent again; a power of two."""

LARGEST_KEPT = 16_384
"""Characters of an event that is kept whole, to say what differs if it is sent again."""


class Transaction:
    """One transaction as its events tell it.

    ``seq`` is the last sequence number. From ``gap`` up to ``after_gap`` some were left out, which may still come.
    ``moments`` are hashes of the last events' timestamps by sequence number, ``raw`` is the last event's frame.
    """

    __slots__ = ("after_gap", "began", "ended", "evse", "gap", "moments", "raw", "seq")

    def __init__(self) -> None:
        self.began = self.ended = False
        self.evse: int | None = None
        self.seq = self.gap = self.after_gap = 0
        self.moments = [0] * LAST_EVENTS
        self.raw: str | bytes | None = None

    def begin(self, seq: int, *, with_its_start: bool) -> None:
        """Begin with this event; what led up to another than the start was before the capture."""
        self.began, self.ended = with_its_start, False
        self.seq = seq
        self.gap, self.after_gap = 0, 0 if with_its_start else seq

    def leave_out(self, seq: int) -> None:
        """Note that this event comes before others have come."""
        if self.gap >= self.after_gap:
            self.gap = self.seq + 1
        self.after_gap = seq

    def take(self, seq: int, moment: int, raw: str | bytes) -> None:
        """Remember an event."""
        if seq >= self.seq:
            self.seq = seq
            self.raw = raw if len(raw) <= LARGEST_KEPT else None
        if self.seq - seq < LAST_EVENTS:
            self.moments[seq % LAST_EVENTS] = moment

    def has(self, seq: int, moment: int) -> bool:
        """Tell whether this very event came before."""
        return 0 <= self.seq - seq < LAST_EVENTS and self.moments[seq % LAST_EVENTS] == moment

    def is_late(self, seq: int) -> bool:
        """Tell whether an event may be one that was left out."""
        return self.gap <= seq < self.after_gap


class Past2x(Past):
    """The transactions of one station by their ids, and for each EVSE heard of the last one on it.

    ``lag_ns`` is the least time that passed between a live message's timestamp and its arrival: what the station's
    clock is behind. ``has_forgotten`` tells that there were more transactions than are remembered, ``ends_with_cable``
    that one ended because its cable was taken out.
    """

    __slots__ = ("ends_with_cable", "evses", "has_forgotten", "known", "lag_ns")

    def __init__(self) -> None:
        super().__init__()
        self.known: OrderedDict[str, Transaction] = OrderedDict()
        self.evses: dict[int, Transaction | None] = {}
        self.lag_ns: int | None = None
        self.has_forgotten = False
        self.ends_with_cable = False

    def forget(self) -> None:
        """Forget everything."""
        self.known.clear()
        self.doubt()
        self.has_forgotten = self.ends_with_cable = False

    def doubt(self) -> None:
        """Keep the ids of transactions that ended: how far the others are, nobody knows."""
        for name in [name for name, transaction in self.known.items() if not transaction.ended]:
            del self.known[name]
        self.evses.clear()
        self.lag_ns = None
        self.has_forgotten = True

    def meet(self, name: str) -> Transaction:
        """Remember a transaction that was not heard of before; of those that ended, no longer the last event."""
        for ended in self.known.values():
            if ended.ended:
                ended.raw = None
        transaction = self.known[name] = Transaction()
        if len(self.known) > MOST_TRANSACTIONS:
            self.known.popitem(last=False)
            self.has_forgotten = True
        return transaction

    def hear_of(self, evse: int) -> bool:
        """Learn that there is such an EVSE, 0 is the station itself; tell whether it is remembered."""
        if evse > 0 and evse not in self.evses and len(self.evses) < MOST_PLACES:
            self.evses[evse] = None
        return evse in self.evses

    def all_begun_here(self) -> bool:
        """Tell whether each EVSE heard of has had a transaction that this capture saw begin."""
        return bool(self.evses) and all(one and one.began for one in self.evses.values())

    def lateness(self, now_ns: int, stamp: Any) -> int:
        """Return how late a message comes that is said to be live, and learn how far the station's clock is behind.

        What is learnt follows a clock that goes slow, and one that was set, within a few messages.
        """
        happened = unix_ns(stamp)
        if happened is None:
            return 0
        age, lag = now_ns - happened, self.lag_ns
        if lag is None or age < lag:
            self.lag_ns = age
            return 0
        self.lag_ns = lag + (age - lag) // 8
        return age - lag
