"""R: exchanges. A CALL has one answer, an answer has one CALL, and one CALL is open at a time."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inspector.protocol import actions
from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.ledger import OpenCall
from inspector.protocol.rules.family import Family
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party

_J = "OCPP-J 1.6 section 4.1, OCPP 2.x part 4 section 4.1"
_IDS = "OCPP-J 1.6 section 4.1.4, OCPP 2.x part 4 section 4.1.4"
_ONE = "OCPP-J 1.6 section 4.1.1, OCPP 2.x part 4 section 4.1.1"

RULES = (
    Rule(
        "R001",
        "unanswered-call",
        Severity.ERROR,
        "A CALL had no answer within the patience of its sender.",
        "The sender may send nothing else until it gives up: everything behind it waits.",
        "Look at the receiver's log for this message id; it must answer each CALL, with an error if need be.",
        _J,
    ),
    Rule(
        "R002",
        "orphan-answer",
        Severity.ERROR,
        "An answer belongs to no open CALL.",
        "The id was changed or made up: the real CALL stays open.",
        "Answer with the very id of the CALL, once.",
        _J,
    ),
    Rule(
        "R003",
        "cut-off-call",
        Severity.INFO,
        "The session ended while a CALL was open.",
        "Nobody knows whether it was carried out; the sender should send it again.",
        "See who closed the connection, and whether this CALL is what made it close.",
        _J,
    ),
    Rule(
        "R004",
        "second-answer",
        Severity.ERROR,
        "A CALL was answered a second time.",
        "The receiver may take the second answer for that of its next CALL.",
        "Answer each CALL once; look for a retry or a second handler on the answering side.",
        _J,
    ),
    Rule(
        "R005",
        "late-answer",
        Severity.WARNING,
        "An answer came after the sender of its CALL had given up waiting.",
        "The sender has dropped the CALL: it counts as failed although it was carried out, and may be sent again.",
        "Make the answering side faster, or the timeout of the asking side longer.",
        _ONE,
    ),
    Rule(
        "R006",
        "one-behind",
        Severity.WARNING,
        "Answers come one request late: each only after the next CALL was sent.",
        "One slow answer has put the two sides out of step, and every exchange after it times out.",
        "Look for the first slow answer; reconnecting puts the sides in step again.",
        _ONE,
    ),
    Rule(
        "R007",
        "id-used-again",
        Severity.WARNING,
        "A CALL was sent again under its id while it was open.",
        "Some receivers carry out both, others answer only one. Newer texts of the standard allow a retry to keep its"
        " id, older ones ask for a new id each time.",
        "Wait for the answer or the timeout before a retry.",
        _IDS,
    ),
    Rule(
        "R008",
        "id-of-another-call",
        Severity.ERROR,
        "Two different CALLs of one sender have the same id.",
        "An answer may be matched with the wrong one, and a receiver that drops retries drops the second.",
        "Give each CALL an id of its own: a UUID, or a counter that is not reset while connected.",
        _IDS,
    ),
    Rule(
        "R009",
        "calls-at-once",
        Severity.WARNING,
        "A CALL was sent while an earlier one of the same sender waited for its answer.",
        "Small stations drop the second, or the connection. The standard says one open CALL for each sender; some"
        " read it as one for both together. Said once for each side of a session.",
        "Queue CALLs and send the next when the answer is in or has timed out.",
        _ONE,
    ),
    Rule(
        "R010",
        "error-to-an-answer",
        Severity.ERROR,
        "A CALLERROR answers an answer.",
        "Only a CALL can be refused: the other side has nothing to match it with.",
        "Log an answer that can't be read, don't reply to it; OCPP 2.1 has CALLRESULTERROR for this.",
        "OCPP-J 1.6 section 4.2.3, OCPP 2.1 part 4 section 4.2.4",
    ),
    Rule(
        "R011",
        "wrong-sender",
        Severity.ERROR,
        "The action is not for this side to send.",
        "The receiver answers NotImplemented or NotSupported.",
        "See `ocpp-inspector schema` for who sends what.",
        "the list of messages of the version",
    ),
    Rule(
        "R012",
        "poison-message",
        Severity.ERROR,
        "The same CALL failed and was sent again, three times or more.",
        "It will fail for ever, and what is queued behind it never leaves: the station looks online and does nothing.",
        "Mend what the first failure complains of, or let the receiver accept the message.",
        "OCPP 1.6 section 3.7.1, OCPP 2.x part 4 section 4.1",
    ),
    Rule(
        "R013",
        "slow-answer",
        Severity.INFO,
        "An answer took more than a third of its sender's patience.",
        "A little more load and it comes too late.",
        "Look at what the answering side does before it answers.",
        _ONE,
    ),
    Rule(
        "R014",
        "not-understood",
        Severity.WARNING,
        'A CALLERROR with the id "-1" says that a message could not be read.',
        "The sender of that message does not learn which one it was, and waits for its answer in vain.",
        "Look at the last frames of the other side, above all at its framing findings.",
        "OCPP 2.x part 4 section 4.2.3",
    ),
)

MOST_IDS = 256
"""Message ids remembered for each side of a session."""

MOST_FAILED = 64
"""CALLs that failed and may come again, remembered for each station."""

POISON = 3
"""Times the same CALL is sent in vain before it is called poison."""

BEHIND = 3
"""Answers in a row that come after the next CALL before it is called a habit."""

SURELY_GAVE_UP_NS = 10_000_000_000
"""Who sends the next CALL this long after an open one has given up; sooner, it only does not wait."""

SHORTEST_LEARNT_NS, LONGEST_LEARNT_NS = 1_000_000_000, 600_000_000_000
"""Timeouts outside of these are not learnt."""

UNREADABLE = "-1"
"""The id of a CALLERROR to a message whose id could not be read (OCPP 2.x part 4 section 4.2.3)."""


class _Recent(OrderedDict[str, int]):
    """Numbers by message id, the oldest forgotten."""

    def keep(self, key: str, value: int) -> None:
        self[key] = value
        if len(self) > MOST_IDS:
            self.popitem(last=False)


class _Failure(NamedTuple):
    """A CALL that failed: how often, and the number of the first in its session."""

    times: int
    number: int
    opening: Opened | None


@dataclass(slots=True)
class _Memory:
    """What is kept of a station: how long each side waits, and which CALLs failed, by their digest."""

    patience_ns: dict[Party, int] = field(default_factory=dict)
    failed: OrderedDict[int, _Failure] = field(default_factory=OrderedDict)


class Exchanges(Family):
    """Follows every CALL to its answer."""

    __slots__ = ("_answered", "_asked", "_behind", "_ledger", "_memory", "_said")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ledger = context.ledger
        self._memory = context.station.part(_Memory)
        self._asked = {party: _Recent() for party in Party}
        self._answered = {party: _Recent() for party in Party}
        self._behind = dict.fromkeys(Party, 0)
        self._said: set[tuple[str, Party]] = set()

    def received(self, seen: Seen) -> Iterable[Fault]:
        """Follow a CALL or an answer."""
        kind = seen.frame.type
        if kind is MessageType.CALL:
            return self._called(seen)
        if seen.call is not None:
            return self._answers(seen, seen.call)
        if kind is MessageType.SEND:
            return self._wrong_sender(seen)
        return self._orphan(seen) if seen.is_orphan else ()

    def _called(self, seen: Seen) -> list[Fault]:
        calls = self._ledger.open_calls(seen.sender)
        call = calls[-1]
        self.context.wake_at(call.time_ns + self._patience(seen.sender) + 1)
        faults = list(self._wrong_sender(seen))
        if self._memory.failed:
            faults += self._poison(call)
        known = self._asked[seen.sender]
        if known.get(call.message_id, call.digest) != call.digest:
            number = self._answered[seen.sender].get(call.message_id)
            words = f"frame {number}" if number else "an earlier CALL"
            faults.append(
                Fault("R008", f"the id {call.message_id[:40]} is that of {words}, which asked otherwise", "/1")
            )
        known.keep(call.message_id, call.digest)
        if len(calls) > 1:
            faults += self._while_open(seen, call, calls)
        return faults

    def _wrong_sender(self, seen: Seen) -> Iterator[Fault]:
        row = actions.table(self.context.version).get(seen.action or "") if self.context.version else None
        if row is not None and seen.sender not in row.senders:
            yield Fault(
                "R011", f"a {seen.sender.label} does not send {row.name}", "/2", f"the {seen.sender.peer.label} does"
            )

    def _while_open(self, seen: Seen, call: OpenCall, calls: Sequence[OpenCall]) -> Iterator[Fault]:
        """Look at a CALL that was sent while others of its sender were open."""
        before = calls[-2]
        waited = call.time_ns - before.time_ns
        if before.message_id == call.message_id or (before.digest == call.digest and call.payload):
            self._fail(before)
            if not before.abandoned and SHORTEST_LEARNT_NS <= waited <= LONGEST_LEARNT_NS:
                self._memory.patience_ns[call.sender] = waited
            before.abandoned = True
            if before.message_id == call.message_id:
                yield Fault(
                    "R007", f"the same CALL was sent {waited / 1e9:.3g} s before, as frame {before.number}", "/1"
                )
        elif waited >= SURELY_GAVE_UP_NS:
            before.abandoned = True
        elif call.time_ns and not (before.overdue or before.abandoned) and self._first("R009", seen.sender):
            yield Fault("R009", f"{before.action} (frame {before.number}) still waits for its answer", "/2")

    def _first(self, code: str, party: Party) -> bool:
        """Tell whether this is the first time that something is to be said of a side."""
        new = (code, party) not in self._said
        self._said.add((code, party))
        return new

    def _patience(self, party: Party) -> int:
        return self._memory.patience_ns.get(party, self.context.patience_ns)

    def _answers(self, seen: Seen, call: OpenCall) -> list[Fault]:
        self._answered[call.sender].keep(call.message_id, call.number)
        if seen.frame.type is MessageType.CALLERROR:
            self._fail(call)
        elif self._memory.failed:
            self._memory.failed.pop(call.digest, None)
        waited = seen.time_ns - call.time_ns
        faults = []
        if call.overdue or call.abandoned:
            faults.append(self._late(call, waited))
        elif waited > self._patience(call.sender) // 3:
            faults.append(Fault("R013", f"{call.action} was answered after {waited / 1e9:.3g} s"))
        behind = self._ledger.open_calls(call.sender)
        is_behind = bool(behind) and behind[-1].number > call.number
        self._behind[call.sender] = self._behind[call.sender] + 1 if is_behind else 0
        if self._behind[call.sender] == BEHIND and self._first("R006", call.sender):
            faults.append(Fault("R006", f"the last {BEHIND} answers each came after the next CALL was sent"))
        return faults

    def _late(self, call: OpenCall, waited_ns: int) -> Fault:
        """Describe an answer to who waits no longer; who sent nothing meanwhile may still have waited."""
        patience = self._patience(call.sender)
        if not call.abandoned and waited_ns <= LONGEST_LEARNT_NS:
            self._memory.patience_ns[call.sender] = max(patience, waited_ns)
        gave_up = (
            "had sent it again or gone on" if call.abandoned else f"waits {patience / 1e9:.3g} s, as far as is known"
        )
        return Fault(
            "R005", f"the answer to {call.action} took {waited_ns / 1e9:.3g} s; the {call.sender.label} {gave_up}"
        )

    def _orphan(self, seen: Seen) -> Iterator[Fault]:
        """Look at an answer to nothing: a second one, one to an answer, or one to who knows what."""
        message_id, asker = seen.frame.message_id or "", seen.sender.peer
        is_error = seen.frame.type is MessageType.CALLERROR
        if is_error and message_id == UNREADABLE:
            last = next((brief for brief in reversed(self.context.recent) if brief.sender is asker), None)
            words = f"; the {asker.label}'s last was frame {last.number}" if last else ""
            blame = Blame(asker.value)
            yield Fault("R014", f"the {seen.sender.label} could not read a message{words}", "/1", blame=blame)
        elif is_error and message_id in self._answered[seen.sender]:
            number = self._answered[seen.sender][message_id]
            yield Fault("R010", f"frame {number}, which was a CALL of this side, is answered already", "/1")
        elif message_id in self._answered[asker]:
            yield Fault("R004", f"frame {self._answered[asker][message_id]} was answered before", "/1")
        else:
            yield Fault("R002", f"no open CALL has the id {message_id[:40]}", "/1", "already answered, or never asked")

    def _poison(self, call: OpenCall) -> Iterator[Fault]:
        failure = self._memory.failed.get(call.digest)
        if failure is not None and failure.times == POISON - 1:
            here = failure.opening is self.context.opening
            first = f"frame {failure.number}" + ("" if here else " of an earlier session")
            yield Fault("R012", f"{call.action} is sent for the {POISON}rd time in vain; the first was {first}", "/2")

    def _fail(self, call: OpenCall) -> None:
        failed = self._memory.failed
        before = failed.pop(call.digest, None) or _Failure(0, call.number, self.context.opening)
        failed[call.digest] = before._replace(times=before.times + 1)
        if len(failed) > MOST_FAILED:
            failed.popitem(last=False)

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Name the CALLs that have waited too long, each once."""
        for party in Party:
            patience = self._patience(party)
            for call in self._ledger.open_calls(party):
                if call.overdue:
                    continue
                if call.time_ns + patience >= now_ns:
                    self.context.wake_at(call.time_ns + patience + 1)
                    break
                call.overdue = True
                yield _unanswered(call, patience)

    def closed(self, event: Closed) -> Iterator[Fault]:
        """Name the CALLs that the end of the session overtook."""
        for call in self._ledger.still_open():
            if event.by != Blame.PROXY:
                self._fail(call)
                yield _cut_off(call, event)


def _unanswered(call: OpenCall, patience_ns: int) -> Fault:
    return Fault(
        "R001",
        f"{call.action} had no answer within {patience_ns / 1e9:.3g} s",
        hint=f"the {call.sender.peer.label} owes it",
        frame=call.number,
        blame=Blame(call.sender.peer.value),
    )


def _cut_off(call: OpenCall, event: Closed) -> Fault:
    seconds = max(0.0, (event.time_ns - call.time_ns) / 1e9)
    blame = Blame(event.by) if event.by in set(Blame) else Blame.NETWORK
    words = f"the session ended {seconds:.1f} s after {call.action}, before its answer"
    return Fault("R003", words, frame=call.number, blame=blame)
