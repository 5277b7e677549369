"""T1: transactions of OCPP 2.x: TransactionEvent, its sequence numbers, and what it says of itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Opened
from inspector.protocol.fields import integer, text
from inspector.protocol.finding import HERE, Fault
from inspector.protocol.knowledge.cables_2x import Cables, Left, ends_with_cable
from inspector.protocol.knowledge.past_2x import Past2x, Transaction
from inspector.protocol.knowledge.recorder import FIRST_TRUSTED_NS
from inspector.protocol.knowledge.remembered import Once
from inspector.protocol.knowledge.sequence_2x import ENDED, STARTED, again, astray, first
from inspector.protocol.knowledge.transactions import LONGEST_ID
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.rules.transaction_2x_rules import RULES
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import span, unix_ns
from inspector.protocol.version import Party

__all__ = ("RULES", "Transactions2x")

MISFITS: Mapping[str, tuple[str, ...]] = {
    "MeterValuePeriodic": (STARTED, ENDED),
    "MeterValueClock": (STARTED, ENDED),
    "StopAuthorized": (STARTED,),
    "RemoteStop": (STARTED,),
    "Deauthorized": (STARTED,),
    "EnergyLimitReached": (STARTED,),
    "TimeLimitReached": (STARTED,),
    "CostLimitReached": (STARTED,),
    "SoCLimitReached": (STARTED,),
    "EVConnectTimeout": (STARTED, "Charging", "SuspendedEV", "SuspendedEVSE"),
    "EVDeparted": (STARTED, "Charging"),
    "EVCommunicationLost": (STARTED, "Charging"),
    "CablePluggedIn": (ENDED,),
    "EVDetected": (ENDED,),
    "RemoteStart": (ENDED,),
    "TxResumed": (STARTED, ENDED),
}
"""The event types and charging states that can't come of a triggerReason (part 2, TriggerReasonEnumType)."""

OLD_NS = 60_000_000_000
"""An event that arrives so long after it happened was not sent at once."""

LASTING_NS = 300_000_000_000
"""In a connection of this age all that happened before it has long been sent."""

AT_ONCE_NS = 5_000_000_000
"""What arrives so soon after it happened, by the station's clock, was sent at once."""


class Transactions2x(Family):
    """Follows every transaction from Started to Ended."""

    __slots__ = ("_cables", "_event_ns", "_once", "_opened_ns", "_past")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._past = context.station.part(Past2x)
        self._once = Once()
        self._opened_ns = 0
        self._cables = Cables()
        self._event_ns = 0

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin where the station's last session ended."""
        self._past.opened(event)
        self._opened_ns = event.time_ns
        return ()

    def closed(self, event: Closed) -> Iterable[Fault]:
        """Note when the station was last heard."""
        self._past.closed(event, missed=self.context.missed)
        return ()

    def _booted(self, seen: Seen) -> Iterable[Fault]:
        if seen.accepted:
            self._past.lag_ns = None  # the answer sets the station's clock
        return ()

    def _status(self, seen: Seen) -> Iterable[Fault]:
        payload, past = seen.frame.payload, self._past
        evse = payload.get("evseId")
        if type(evse) is int and seen.sender is Party.STATION:
            past.heard_ns = seen.time_ns
            if evse not in past.evses:
                past.hear_of(evse)
            if seen.time_ns >= FIRST_TRUSTED_NS:
                self._past.lateness(seen.time_ns, payload.get("timestamp"))
            on_it = past.evses.get(evse)
            runs = past.ends_with_cable and on_it is not None and on_it.evse == evse and not on_it.ended
            left = Left(on_it, seen.time_ns, seen.number) if runs and on_it is not None else None
            self._cables.told(evse, payload.get("connectorId"), payload.get("connectorStatus"), left)
        return ()

    def _beat(self, seen: Seen) -> Iterator[Fault]:
        """Hear that the station is there and has nothing else to send: what should have ended by now will not."""
        for evse, left in self._cables.unended(seen.time_ns, self._event_ns):
            free = span(seen.time_ns - left.time_ns)
            words = f"EVSE {evse} is free for {free}, and transaction {{}} has not ended, as another did with its cable"
            yield from self._unended(left.transaction, words, "/3/connectorStatus", left.number)

    def _unended(self, transaction: Transaction, words: str, pointer: str, frame: int = HERE) -> Iterator[Fault]:
        """Say once of a transaction that it has not ended, with its name in the words."""
        known = self._past.known.items()
        name = next((name for name, one in known if one is transaction), "forgotten since")
        if self._once("T106", hash(name)):
            yield Fault("T106", words.format(name), pointer, frame=frame)

    def _event(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        info, seq = payload.get("transactionInfo"), payload.get("seqNo")
        name = info.get("transactionId") if type(info) is dict else None
        if type(seq) is not int:
            seq = integer(payload, "seqNo")
        if type(name) is not str or len(name) > LONGEST_ID or seq is None or seen.sender is not Party.STATION:
            return ()
        return self._follow(seen, name, seq, info.get("chargingState"))

    def _follow(self, seen: Seen, name: str, seq: int, state: Any) -> Iterable[Fault]:
        """Take an event. Nearly all continue what is known: that way is short."""
        payload, past = seen.frame.payload, self._past
        kind, stamp, evse = payload.get("eventType"), payload.get("timestamp"), payload.get("evse")
        moment = hash(stamp) if type(stamp) is str else 0
        past.heard_ns = seen.time_ns
        transaction = past.known.get(name)
        faults: list[Fault] = []
        if transaction is None:
            transaction = past.meet(name)
            faults += first(transaction, kind, seq)
        else:
            past.known.move_to_end(name)
            if seq != transaction.seq + 1 or transaction.ended or kind == STARTED:
                if transaction.has(seq, moment):
                    transaction.ended = transaction.ended or kind == ENDED
                    return again(transaction, seen, seq)
                faults += astray(transaction, kind, seq, stamp)
        transaction.take(seq, moment, seen.frame.raw)
        self._event_ns = seen.time_ns
        if kind == ENDED:
            transaction.ended = True
            past.ends_with_cable = past.ends_with_cable or ends_with_cable(payload)
        if type(evse) is dict and evse.get("id") != transaction.evse:
            faults += self._at(transaction, evse.get("id"), kind)
        faults += self._reason(payload.get("triggerReason"), kind, state)
        if seen.time_ns >= FIRST_TRUSTED_NS and seq == transaction.seq:  # one that was left out is late by its number
            faults += self._timing(seen, stamp, payload.get("offline"))
        return faults

    def _at(self, transaction: Transaction, evse: Any, kind: Any) -> Iterator[Fault]:
        """Learn on which EVSE a transaction is; there may be another."""
        past = self._past
        if type(evse) is not int or kind == ENDED or not past.hear_of(evse):
            return
        before = past.evses[evse]
        if before is not None and not before.ended and before.evse == evse:
            if not transaction.began:
                return  # one of before the capture, whose events come late
            yield from self._unended(before, f"transaction {{}} on EVSE {evse} has not ended", "/3/evse/id")
        if before is not None:
            before.raw = None
        transaction.evse = evse
        past.evses[evse] = transaction

    def _reason(self, trigger: Any, kind: Any, state: Any) -> Iterable[Fault]:
        misfits = MISFITS.get(trigger) if type(trigger) is str else None
        if misfits is None or not (kind in misfits or state in misfits):
            return ()
        value = kind if kind in misfits else state
        if not self._once("T111", trigger, value):
            return ()
        return (Fault("T111", f"{trigger} is no reason for an event that says {value}", "/3/triggerReason"),)

    def _timing(self, seen: Seen, stamp: Any, offline: Any) -> Iterable[Fault]:
        """Compare when an event happened with when it came, and with what it says of that."""
        if offline is not True:
            late = self._past.lateness(seen.time_ns, stamp)
            if late > OLD_NS and self._once("T109"):
                words = f"it came {late / 1e9:.0f} s later after its timestamp than other messages do"
                return (Fault("T109", words, "/3/timestamp"),)
        elif 0 < self._opened_ns < seen.time_ns - LASTING_NS:
            happened = unix_ns(stamp)
            if happened is not None and abs(seen.time_ns - happened) <= AT_ONCE_NS and self._once("T110"):
                minutes = (seen.time_ns - self._opened_ns) // OLD_NS
                return (Fault("T110", f"it came at once, {minutes} minutes into the connection", "/3/offline"),)
        return ()

    def _asked_to_stop(self, seen: Seen) -> Iterator[Fault]:
        name = text(seen.frame.payload, "transactionId")
        if name is None or seen.sender is not Party.CSMS or name in self._past.known:
            return
        if self._past.all_begun_here() and self._once("T112", hash(name)):
            yield Fault("T112", "the station has sent no event of this transaction", "/3/transactionId")

    def _stop_answered(self, seen: Seen) -> Iterable[Fault]:
        rejected = text(seen.frame.payload, "status") == "Rejected"
        return self._unknown(seen, "the station has sent no event of it, and rejects") if rejected else ()

    def _status_answered(self, seen: Seen) -> Iterable[Fault]:
        payload, past = seen.frame.payload, self._past
        is_known = payload.get("ongoingIndicator") is True or payload.get("messagesInQueue") is True
        if is_known:
            return ()
        known = past.known.get((text(seen.call.payload, "transactionId") if seen.call else None) or "")
        if known is not None and not known.ended and payload.get("ongoingIndicator") is False:
            words = "the station says that transaction {} is over and none of its events waits, and it has not ended"
            return self._unended(known, words, "/2/ongoingIndicator")
        if past.has_forgotten or not past.all_begun_here():
            return ()
        return self._unknown(seen, "the station has sent no event of it, and none waits")

    def _unknown(self, seen: Seen, words: str) -> Iterator[Fault]:
        """Say of what the CSMS asked for that the station does not know it, if nobody here does."""
        name = text(seen.call.payload, "transactionId") if seen.call else None
        known = self._past.known
        if seen.call is None or name is None or not known or name in known:
            return
        if self._once("T112", hash(name)):
            yield Fault("T112", words, "/3/transactionId", frame=seen.call.number)

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("BootNotification", RESPONSE): _booted,
        ("StatusNotification", REQUEST): _status,
        ("TransactionEvent", REQUEST): _event,
        ("Heartbeat", REQUEST): _beat,
        ("RequestStopTransaction", REQUEST): _asked_to_stop,
        ("RequestStopTransaction", RESPONSE): _stop_answered,
        ("GetTransactionStatus", RESPONSE): _status_answered,
    }
