"""R: exchanges. A CALL has one answer, an answer has one CALL, and one CALL is open at a time."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from inspector.protocol import actions, timestamp
from inspector.protocol.context import Context
from inspector.protocol.event import UNHEARD, Closed, Opened
from inspector.protocol.finding import Blame, Fault
from inspector.protocol.frame import MessageType
from inspector.protocol.knowledge.close_codes import OURS
from inspector.protocol.knowledge.habits import SHORTEST_WAIT_NS, Habits
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import remembered
from inspector.protocol.ledger import OpenCall, kept
from inspector.protocol.rules.exchange_rules import RULES
from inspector.protocol.rules.family import Family
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party

__all__ = ("RULES", "Exchanges")

MOST_IDS = 64
"""Message ids remembered for each side of a session; a connection may last for months, and ids come back."""

POISON = 3
"""Failures of the same CALL before it is called poison."""

BEHIND = 3
"""Answers in a row that come after the next CALL before it is called a habit."""

SURELY_GAVE_UP_NS = 10_000_000_000
"""Who sends the next CALL this long after an open one has given up. Within ``SHORTEST_WAIT_NS`` it only did not wait;
what it did in between, nobody can tell."""

SHORTEST_TOLD_NS = 100_000
"""What lies less apart came at the same time, as far as clocks tell."""

UNREADABLE = "-1"
"""The id of a CALLERROR to a message whose id could not be read (OCPP 2.x part 4 section 4.2.3)."""

NO_ANSWER = "no answer came"

ENDS_THE_SESSION = ("Reset",)
"""Actions that may end the session before their answer, and often do."""

NOT_OFFERED = ("NotImplemented", "NotSupported")
"""Error codes by which a CSMS learns what a station can do; it may ask the same again after each reconnect."""


class _Asked:
    """A CALL as its id is remembered: what it asked, its frame, and the frame of its answer, 0 while it has none.

    ``is_awaited`` is false for an action that has no answer: one that comes all the same is no orphan.
    """

    __slots__ = ("answer", "digest", "is_awaited", "number")

    def __init__(self, digest: int, number: int) -> None:
        self.digest, self.number, self.answer, self.is_awaited = digest, number, 0, True


class _Ids(OrderedDict[str, _Asked]):
    """The latest ids of one side's CALLs."""

    def take(self, call: OpenCall) -> _Asked | None:
        """Remember the id of a CALL, and return the CALL that had it before."""
        before = self.pop(call.message_id, None)
        self[call.message_id] = _Asked(call.digest, call.number)
        if len(self) > MOST_IDS:
            self.popitem(last=False)
        return before


class Exchanges(Family):
    """Follows every CALL to its answer."""

    __slots__ = ("_behind", "_habits", "_ids", "_ledger", "_said", "_unclear")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ledger = context.ledger
        self._habits = remembered(context, Habits)
        self._ids = {party: _Ids() for party in Party}
        self._behind = dict.fromkeys(Party, 0)
        self._unclear = dict.fromkeys(Party, 0)
        self._said: set[tuple[str, Party]] = set()

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin with what the station's sessions with this CSMS taught."""
        if event.http_status == SWITCHED:
            self._habits = remembered(self.context, Habits)
        return ()

    def received(self, seen: Seen) -> Iterable[Fault]:
        """Follow a CALL or an answer."""
        kind = seen.frame.type
        if kind is MessageType.CALL:
            return self._call(seen)
        if seen.call is not None:
            return self._answer(seen, seen.call)
        if kind is MessageType.SEND:
            return self._wrong_sender(seen)
        self._unclear[seen.sender.peer] = seen.number
        return () if kind is MessageType.INVALID else self._stray(seen)

    def _call(self, seen: Seen) -> list[Fault]:
        sender = seen.sender
        calls = self._ledger.open_calls(sender)
        call = calls[-1]
        if not self._is_awaited(seen):
            return self._unawaited(seen, call)
        self.context.wake_at(call.time_ns + self._patience(sender) + 1)
        faults = self._wrong_sender(seen)
        namesake = self._ids[sender].take(call)
        if namesake is not None and namesake.digest != call.digest:
            message = f"the id {call.message_id[:40]} is that of frame {namesake.number}, which asked otherwise"
            faults.append(Fault("R008", message, "/1"))
        elif namesake is not None and not namesake.answer:
            faults += self._again(call, namesake.number)
        elif len(calls) > 1:
            faults += self._while_open(call, calls[-2])
        return faults

    def _is_awaited(self, seen: Seen) -> bool:
        """Tell whether a CALL has an answer; some actions have none, though they were sent as a CALL (F019)."""
        row = actions.table(self.context.version).get(seen.action or "") if self.context.version else None
        return row is None or row.answered

    def _unawaited(self, seen: Seen, call: OpenCall) -> list[Fault]:
        """Let nobody wait for an answer that the action has not."""
        self._ledger.answer(seen.sender.peer, call.message_id)
        self._ids[seen.sender].take(call)
        self._ids[seen.sender][call.message_id].is_awaited = False
        return self._wrong_sender(seen)

    def _wrong_sender(self, seen: Seen) -> list[Fault]:
        version, sender = self.context.version, seen.sender
        row = actions.table(version).get(seen.action or "") if version else None
        if row is None or sender in row.senders:
            return []
        message = f"a {sender.label} does not send {row.name}"
        return [Fault("R011", message, "/2", f"the {sender.peer.label} does")]

    def _again(self, call: OpenCall, number: int) -> Iterator[Fault]:
        """Look at a CALL whose very twin is open."""
        before = next((one for one in self._ledger.open_calls(call.sender) if one.number == number), None)
        if before is None:
            return
        waited = _between(before.time_ns, call.time_ns)
        ago = f", {_ago(waited)}," if waited else ""
        yield Fault("R007", f"frame {number} is the same CALL{ago} and has no answer yet", "/1")
        yield from self._retried(call, before)

    def _retried(self, call: OpenCall, before: OpenCall) -> Iterator[Fault]:
        self._habits.retried(call.sender, _between(before.time_ns, call.time_ns))
        yield from self._gave_up(before, "it was sent again")

    def _while_open(self, call: OpenCall, before: OpenCall) -> Iterable[Fault]:
        """Look at a CALL that was sent while another of its sender was open."""
        waited, sender = _between(before.time_ns, call.time_ns), call.sender
        if before.digest == call.digest and call.payload and waited >= SHORTEST_WAIT_NS:
            return self._retried(call, before)
        if waited >= SURELY_GAVE_UP_NS:
            return () if ("R009", sender) in self._said else self._gave_up(before, NO_ANSWER)
        at_once = 0 < waited <= SHORTEST_WAIT_NS and not before.overdue and self._unclear[sender] < before.number
        if not at_once or not self._first("R009", sender):
            return ()
        words = f"{before.action} (frame {before.number}, {_ago(waited)}) has no answer yet"
        return (Fault("R009", words, "/2"),)

    def _first(self, code: str, party: Party) -> bool:
        """Tell whether this is the first time that something is to be said of a side."""
        new = (code, party) not in self._said
        self._said.add((code, party))
        return new

    def _patience(self, party: Party) -> int:
        return self._habits.patience_ns.get(party, self.context.patience_ns)

    def _gave_up(self, call: OpenCall, why: str) -> Iterator[Fault]:
        """Note that the sender of a CALL waits for it no longer."""
        known = call.overdue or call.abandoned
        call.abandoned = True
        if not known:
            yield from self._in_vain(call, why)

    def _in_vain(self, call: OpenCall, why: str) -> Iterable[Fault]:
        """Count a CALL without an answer. What asks nothing, such as Heartbeat, is not sent again: it is the next."""
        return self._failed(call, why) if call.payload else ()

    def _failed(self, call: OpenCall, why: str) -> Iterator[Fault]:
        session_ns = self.context.opening.time_ns if self.context.opening else 0
        failure = self._habits.failed(call, session_ns, why)
        if failure.times == POISON:
            first = f"frame {failure.number}"
            if failure.session_ns != session_ns:
                first += f" of the session of {timestamp.write(failure.session_ns)[:19]}Z"
            message = f"{call.action} failed {POISON} times; the first was {first}: {failure.why}"
            yield Fault("R012", message, "/2", frame=call.number, blame=Blame(call.sender.value))

    def _answer(self, seen: Seen, call: OpenCall) -> list[Fault]:
        faults: list[Fault] = []
        if seen.frame.type is MessageType.CALLRESULT:
            self._habits.succeeded(call)
        elif not (call.overdue or call.abandoned) and _is_failure(seen, call):
            faults += self._failed(call, f"CALLERROR {(seen.frame.error_code or '')[:40]}")
        asked = self._ids[call.sender].get(call.message_id)
        if asked is not None:
            asked.answer = seen.number
        waited = _between(call.time_ns, seen.time_ns)
        if waited and (asked is None or asked.number == call.number):
            slow_ns = self._patience(call.sender) // 3
            if waited > slow_ns or call.overdue or call.abandoned:
                faults.append(self._lateness(call, waited))
            faults += self._step(call, waited)
        return faults

    def _lateness(self, call: OpenCall, waited_ns: int) -> Fault:
        """Describe an answer that is slow, or came when nobody waited for it any more."""
        sender, patience = call.sender, self._patience(call.sender)
        words = f"{call.action} was answered after {waited_ns / 1e9:.3g} s"
        if call.abandoned:
            return Fault("R005", f"{words}; the {sender.label} had gone on by then")
        if not call.overdue:
            return Fault("R013", words)
        self._habits.waited(sender, waited_ns)  # it sent nothing meanwhile: it may have waited
        return Fault("R005", f"{words}; the {sender.label} waits {patience / 1e9:.3g} s, as far as is known")

    def _step(self, call: OpenCall, waited_ns: int) -> Iterable[Fault]:
        """Judge whether a slow answer came before the next CALL, as it should."""
        sender = call.sender
        later = self._ledger.open_calls(sender) if waited_ns >= SHORTEST_WAIT_NS else ()
        self._behind[sender] = self._behind[sender] + 1 if later and later[-1].number > call.number else 0
        if self._behind[sender] != BEHIND or not self._first("R006", sender):
            return ()
        return (Fault("R006", f"the last {BEHIND} answers each came after the next CALL was sent"),)

    def _stray(self, seen: Seen) -> Iterable[Fault]:
        """Look at an answer that belongs to no open CALL: an error about an answer, a second one, or who knows what."""
        message_id, sender, kind = kept(seen.frame.message_id or ""), seen.sender, seen.frame.type
        mine, theirs = (self._ids[party].get(message_id) for party in (sender, sender.peer))
        mine_at, theirs_at = mine.answer if mine else 0, theirs.answer if theirs else 0
        if kind is MessageType.CALLRESULTERROR:
            return () if mine_at else self._orphan(seen, sender)
        if kind is MessageType.CALLERROR and message_id == UNREADABLE:
            return self._not_understood(seen)
        if kind is MessageType.CALLERROR and mine_at > theirs_at:
            return (Fault("R010", f"frame {mine_at}, to which it replies, is itself an answer", "/1"),)
        if theirs is not None and not theirs.is_awaited:
            return ()
        if theirs_at:
            return (Fault("R004", f"the CALL with this id was answered before, by frame {theirs_at}", "/1"),)
        return self._orphan(seen, sender.peer)

    def _orphan(self, seen: Seen, asker: Party) -> Iterable[Fault]:
        opening = self.context.opening
        if opening is not None and opening.origin in UNHEARD and not self._ids[asker]:
            return ()  # a log may begin between a CALL and its answer
        wanted = "answered" if seen.frame.type is MessageType.CALLRESULTERROR else "open"
        message = f"no {wanted} CALL of the {asker.label} has the id {(seen.frame.message_id or '')[:40]}"
        hints = (
            f"{call.action[:40]} (frame {call.number}) waits under the id {call.message_id[:40]}"
            for call in reversed(self._ledger.open_calls(asker))
        )
        return (Fault("R002", message, "/1", next(hints, "")),)

    def _not_understood(self, seen: Seen) -> Iterable[Fault]:
        asker = seen.sender.peer
        theirs = [brief for brief in reversed(self.context.recent) if brief.sender is asker]
        suspect = next((brief for brief in theirs if brief.type is MessageType.INVALID), theirs[0] if theirs else None)
        which = f"; it may be frame {suspect.number}" if suspect else ""
        message = f"the {seen.sender.label} could not read a message of the {asker.label}{which}"
        return (Fault("R014", message, "/1", blame=Blame(asker.value)),)

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Name the CALLs that have waited too long, each once."""
        for party in Party:
            patience = self._patience(party)
            for call in self._ledger.open_calls(party):
                if call.overdue or not call.time_ns:
                    continue
                if call.time_ns + patience >= now_ns:
                    self.context.wake_at(call.time_ns + patience + 1)
                    break
                call.overdue = True
                if self._is_latest(call):
                    yield _unanswered(call, patience)
                    if not call.abandoned:
                        yield from self._in_vain(call, NO_ANSWER)

    def closed(self, event: Closed) -> Iterator[Fault]:
        """Name the CALLs that the end of the session overtook."""
        if event.by in OURS:
            return
        for call in self._ledger.still_open():
            if self._is_latest(call):
                yield _cut_off(call, event)
                if not call.abandoned and call.action not in ENDS_THE_SESSION:
                    yield from self._in_vain(call, "the session ended before its answer")

    def _is_latest(self, call: OpenCall) -> bool:
        """Tell whether no later CALL has taken over the id: then nobody waits for this one any more."""
        asked = self._ids[call.sender].get(call.message_id)
        return asked is None or asked.number == call.number


def _is_failure(seen: Seen, call: OpenCall) -> bool:
    """Tell whether a CALLERROR is more than a station's word that it can't do this."""
    return call.sender is Party.STATION or seen.frame.error_code not in NOT_OFFERED


def _unanswered(call: OpenCall, patience_ns: int) -> Fault:
    return Fault(
        "R001",
        f"{call.action} had no answer within {patience_ns / 1e9:.3g} s",
        hint=f"the {call.sender.peer.label} owes it",
        frame=call.number,
        blame=Blame(call.sender.peer.value),
    )


def _cut_off(call: OpenCall, event: Closed) -> Fault:
    waited = _between(call.time_ns, event.time_ns)
    blame = Blame(event.by) if event.by in set(Blame) else Blame.NETWORK
    after = f"{waited / 1e9:.1f} s after" if waited else "after"
    words = f"the session ended {after} {call.action}, before its answer"
    return Fault("R003", words, frame=call.number, blame=blame)


def _ago(waited_ns: int) -> str:
    """Say how long before a frame another came."""
    return f"{waited_ns / 1e9:.3g} s before" if waited_ns >= SHORTEST_TOLD_NS else "at the same time"


def _between(earlier_ns: int, later_ns: int) -> int:
    """Return the nanoseconds from one time to another, at least 1; 0 where one of them is unknown."""
    return max(1, later_ns - earlier_ns) if earlier_ns and later_ns else 0
