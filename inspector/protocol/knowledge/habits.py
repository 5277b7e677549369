"""What the exchanges of a station teach about it: how long each side waits, and which CALLs fail again and again."""

from collections import OrderedDict
from typing import NamedTuple

from inspector.protocol.ledger import OpenCall
from inspector.protocol.version import Party

MOST_FAILED = 64
"""CALLs that failed and may come again, remembered for each station."""

FORGOTTEN_NS = 6 * 3600 * 1_000_000_000
"""A CALL that did not fail for this long starts anew: who asks once a day what is refused is not stuck."""

SHORTEST_WAIT_NS, LONGEST_WAIT_NS = 5_000_000_000, 120_000_000_000
"""Nobody gives up sooner than the one; what comes later than the other is no timeout any more."""


class Failure(NamedTuple):
    """A CALL that failed: how often, when last, and the first time: its session's time, its frame, and why."""

    times: int
    last_ns: int
    session_ns: int
    number: int
    why: str


class Habits:
    """What is remembered of a station from session to session, within bounds.

    ``patience_ns`` is how long a side waits for an answer, where that was learnt.
    """

    __slots__ = ("_failed", "_retried_ns", "patience_ns")

    def __init__(self) -> None:
        self.patience_ns: dict[Party, int] = {}
        self._retried_ns: dict[Party, int] = {}
        self._failed: OrderedDict[int, Failure] = OrderedDict()

    def retried(self, party: Party, after_ns: int) -> None:
        """Learn from a retry: two in a row after nearly the same time are a timer's, not a person's."""
        before_ns = self._retried_ns.get(party, 0)
        self._retried_ns[party] = after_ns
        longer = max(before_ns, after_ns)
        if SHORTEST_WAIT_NS <= longer <= LONGEST_WAIT_NS and abs(after_ns - before_ns) <= longer // 8:
            self.patience_ns[party] = longer

    def waited(self, party: Party, for_ns: int) -> None:
        """Learn that a side waited this long, which is longer than was thought."""
        if self.patience_ns.get(party, 0) < for_ns <= LONGEST_WAIT_NS:
            self.patience_ns[party] = for_ns

    def failed(self, call: OpenCall, session_ns: int, why: str) -> Failure:
        """Count a failure of a CALL, whatever its id is this time."""
        before = self._failed.pop(call.digest, None)
        if before is None or call.time_ns - before.last_ns > FORGOTTEN_NS:
            before = Failure(0, call.time_ns, session_ns, call.number, why)
        failure = before._replace(times=before.times + 1, last_ns=call.time_ns)
        self._failed[call.digest] = failure
        if len(self._failed) > MOST_FAILED:
            self._failed.popitem(last=False)
        return failure

    def succeeded(self, call: OpenCall) -> None:
        """Forget the failures of a CALL."""
        if self._failed:
            self._failed.pop(call.digest, None)
