"""T0: transactions of OCPP 1.6: StartTransaction, MeterValues, StopTransaction, and the ids that tie them together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Opened
from inspector.protocol.fields import integer, objects, text
from inspector.protocol.finding import Fault
from inspector.protocol.knowledge.past_16 import Past16, Transaction, begin, word
from inspector.protocol.knowledge.remembered import Once
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.rules.transaction_16_rules import RULES
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import unix_ns
from inspector.protocol.version import Party

__all__ = ("RULES", "Transactions16")

LARGEST = {2**31 - 1: "2^31-1", 2**63 - 1: "2^63-1"}
"""The ids that stations fill in for "unknown" and no CSMS is likely to come to."""

NO_ID = -1
"""The id of a transaction whose StartTransaction failed for good (OCPP 1.6 errata section 3.18)."""

NOT_YET = "the station made it up, it has no answer to its StartTransaction yet"
NOT_SEEN = "either the station made it up, or the CSMS assigned it before this capture"

RESTARTS = frozenset({"PowerLoss", "Reboot", "HardReset", "SoftReset"})
"""Why a transaction may be stopped that began before all that this capture saw."""

STOP_FIELDS = ("meterStop", "timestamp", "reason", "idTag", "transactionData")
"""What a StopTransaction that is sent again must say again."""


class Transactions16(Family):
    """Follows the ids of transactions from the CSMS that assigns them to the station that uses them."""

    __slots__ = ("_once", "_past")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._past = context.station.part(Past16)
        self._once = Once()

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin where the station's last session ended."""
        self._past.opened(event)
        return ()

    def closed(self, event: Closed) -> Iterable[Fault]:
        """Note when the station was last heard."""
        self._past.closed(event, missed=self.context.missed)
        return ()

    def _booted(self, seen: Seen) -> Iterable[Fault]:
        if seen.accepted:
            self._past.booted, self._past.booted_at = True, text(seen.frame.payload, "currentTime")
        return ()

    def _status(self, seen: Seen) -> Iterable[Fault]:
        connector = seen.frame.payload.get("connectorId")
        self._past.heard_ns = seen.time_ns
        if type(connector) is int and connector not in self._past.connectors and "evseId" not in seen.frame.payload:
            self._past.hear_of(connector)
        return ()

    def _start(self, seen: Seen) -> Iterator[Fault]:
        if seen.sender is not Party.STATION:
            return
        payload = seen.frame.payload
        started, past = begin(payload), self._past
        started.since_boot = past.booted
        past.heard_ns = seen.time_ns
        before = past.connectors.get(started.connector or 0)
        if before is not None and before.digest == started.digest:
            return  # the same StartTransaction, sent again for want of an answer
        if before is not None and before.id is not None and before.stop is None and not before.refused:
            words = f"connector {before.connector} has transaction {before.id}, started at {before.started}"
            yield Fault("T004", f"{words}, which was never stopped", "/3/connectorId")
        past.starts(started)

    def _assigned(self, seen: Seen) -> Iterator[Fault]:
        call, past = seen.call, self._past
        new = integer(seen.frame.payload, "transactionId")
        if call is None or call.sender is not Party.STATION or not isinstance(call.payload, dict) or new is None:
            return
        asked = begin(call.payload)
        last = past.connectors.get(asked.connector or 0)
        transaction = last if last is not None and last.digest == asked.digest else asked
        status = text(seen.frame.payload, "idTagInfo", "status") or "Accepted"
        was_refused, transaction.refused = transaction.refused, status != "Accepted"
        if new <= 0 and not past.odd_said:
            past.odd_said = True
            yield Fault("T008", f"the transactionId {new} is assigned, the idTag is {word(status)}", "/2/transactionId")
        before = past.find(new)
        is_other = before is not None and before.digest not in {None, transaction.digest}
        if before is not None and is_other and (new > 0 or not transaction.refused):
            words = f"connector {before.connector} that began at {before.started}"
            yield Fault("T007", f"{new} is already the id of the transaction on {words}", "/2/transactionId")
        if transaction.id not in {None, new} and transaction.stop is None and not (was_refused or transaction.refused):
            words = f"the same StartTransaction was given the id {transaction.id} before, now it is {new}"
            yield Fault("T007", words, "/2/transactionId", f"answer {transaction.id} again")
        transaction.id = new
        past.keep(new, transaction)

    def _metered(self, seen: Seen) -> Iterable[Fault]:
        payload, past = seen.frame.payload, self._past
        id_, connector = payload.get("transactionId"), payload.get("connectorId")
        past.heard_ns = seen.time_ns
        if type(id_) is int:
            known = past.known.get(id_)
            if known is not None and known.connector == connector and not known.stop_answered:
                past.known.move_to_end(id_)
                return ()
        elif id_ is None:
            if type(connector) is int and connector not in past.connectors:
                past.hear_of(connector)
            return ()
        return self._metered_oddly(seen) if seen.sender is Party.STATION else ()

    def _metered_oddly(self, seen: Seen) -> Iterable[Fault]:
        """Look at samples whose transaction is not the one that is known to run on their connector."""
        payload = seen.frame.payload
        id_, connector = integer(payload, "transactionId"), integer(payload, "connectorId")
        if id_ is None:
            return ()
        self._past.hear_of(connector)
        transaction = self._past.find(id_)
        if transaction is None:
            return self._metered_unknown(payload, id_, connector)
        return self._metered_elsewhere(payload, id_, connector, transaction)

    def _metered_elsewhere(
        self, payload: dict[str, Any], id_: int, connector: int | None, transaction: Transaction
    ) -> Iterator[Fault]:
        """Look at samples of a known transaction that come from another connector, or after its stop."""
        if transaction.connector is None and connector:
            transaction.connector = connector
        elif connector and transaction.connector != connector and id_ > 0 and self._once("T010", id_, connector):
            words = f"transaction {id_} runs on connector {transaction.connector}, these are of connector {connector}"
            yield Fault("T010", words, "/3/transactionId")
        if transaction.stop_answered and ("T009", id_) not in self._once:
            stopped = (transaction.stop or ("", ""))[1]
            if _before(stopped, _newest(payload)):
                self._once("T009", id_)
                yield Fault("T009", f"transaction {id_} was stopped at {stopped}", "/3/transactionId")

    def _metered_unknown(self, payload: dict[str, Any], id_: int, connector: int | None) -> Iterator[Fault]:
        """Look at samples of an unknown transaction: what nothing speaks against began before this capture."""
        running = self._past.connectors.get(connector or 0)
        if _is_stand_in(id_):
            yield from self._stand_in("MeterValues", id_, [running] if running else [])
            return
        idle = self._past.idle_since(connector)
        if idle is not None and self._is_newer(payload, idle):
            if self._once("T001", id_, connector):
                words = f"connector {connector} has no transaction since {idle.id} was stopped"
                yield Fault(
                    "T001", f"{words}, and no answer assigned {id_}", "/3/transactionId", "leave it out while none runs"
                )
            return
        has_other = running is not None and running.id is not None and running.stop is None
        if running is None or not has_other or _before(_newest(payload), running.started):
            self._past.keep(id_, Transaction(None if has_other else connector))
        elif self._once("T001", id_, connector):
            words = f"connector {connector} has transaction {running.id}, and no answer assigned {id_}"
            yield Fault("T001", words, "/3/transactionId", f"send {running.id}")

    def _is_newer(self, payload: dict[str, Any], last: Transaction) -> bool:
        """Tell whether all samples are surely of after a transaction's stop, and of after the boot."""
        stamps = [text(one, "timestamp") for one in objects(payload, "meterValue")]
        ended, booted_at = (last.stop or ("", ""))[1], self._past.booted_at
        return bool(stamps) and all(_before(ended, one) and _before(booted_at, one) for one in stamps)

    def _stand_in(self, action: str, id_: int, started: Sequence[Transaction]) -> Iterator[Fault]:
        """Look at an id that no CSMS assigned: -1 is right when a StartTransaction was given up for lost."""
        unanswered = [one for one in started if one.id is None]
        calls = self.context.ledger.open_calls(Party.STATION)
        waits = any(call.action == "StartTransaction" and not call.overdue for call in calls)
        if (id_ == NO_ID and unanswered and not waits) or not self._once("T002", action, id_):
            return
        name = LARGEST.get(id_, id_)
        known = [str(one.id) for one in started if one.id is not None and one.stop is None]
        if known:
            yield Fault("T002", f"{name} was assigned by nobody", "/3/transactionId", f"send {' or '.join(known)}")
        else:
            words = NOT_YET if unanswered else NOT_SEEN
            yield Fault("T002", f"{name} was assigned by nobody here: {words}", "/3/transactionId")

    def _stopped(self, seen: Seen) -> Iterator[Fault]:
        payload, past = seen.frame.payload, self._past
        id_ = integer(payload, "transactionId")
        if id_ is None or seen.sender is not Party.STATION:
            return
        past.heard_ns = seen.time_ns
        transaction = past.find(id_)
        if transaction is None:
            if _is_stand_in(id_):
                yield from self._stand_in("StopTransaction", id_, [one for one in past.connectors.values() if one])
                return
            if self._is_made_up(payload, id_):
                yield Fault("T003", f"no StartTransaction was given the id {id_}", "/3/transactionId", self._open_ids())
            transaction = past.keep(id_, Transaction())
        stop = tuple(word(payload.get(field)) for field in STOP_FIELDS)
        if transaction.stop is not None and transaction.stop != stop:
            yield from _changed(id_, transaction.stop, stop)
        transaction.stop = stop

    def _is_made_up(self, payload: dict[str, Any], id_: int) -> bool:
        """Tell whether an unknown transaction can't be one that began before this capture.

        It began before, if at all, what each connector heard of does now: then its stop is older too. That there is
        no other connector is likely after a boot, or if the same card stops what it started here.
        """
        past = self._past
        running = [one for one in past.connectors.values() if one]
        if any(("T001", id_, connector) in self._once for connector in past.connectors):
            return True
        if not past.all_begun_here() or text(payload, "reason") in RESTARTS:
            return False
        if any(_before(text(payload, "timestamp"), one.started) for one in running):
            return False
        tag = word(payload.get("idTag"))
        same = bool(tag) and any(one.stop is None and one.tag == tag for one in running)
        return same or past.all_begun_since_boot()

    def _open_ids(self) -> str:
        ids = [str(one.id) for one in self._past.connectors.values() if one and one.id is not None and one.stop is None]
        return f"open are {', '.join(ids)}" if ids else ""

    def _stop_answered(self, seen: Seen) -> Iterable[Fault]:
        id_ = integer(seen.call.payload, "transactionId") if seen.call else None
        transaction = None if id_ is None else self._past.known.get(id_)
        if transaction is not None:
            transaction.stop_answered = True
        return ()

    def _remote_stop(self, seen: Seen) -> Iterator[Fault]:
        id_, past = integer(seen.frame.payload, "transactionId"), self._past
        if id_ is None or seen.sender is not Party.CSMS or past.find(id_) is not None:
            return
        if (_is_stand_in(id_) or past.all_begun_since_boot()) and self._once("T006", id_):
            words = f"the CSMS assigned {id_} to no transaction here"
            yield Fault("T006", words, "/3/transactionId", self._open_ids())

    def _remote_stop_answered(self, seen: Seen) -> Iterator[Fault]:
        id_ = integer(seen.call.payload, "transactionId") if seen.call else None
        if seen.call is None or id_ is None or self._past.find(id_) is not None:
            return
        if text(seen.frame.payload, "status") == "Rejected" and self._once("T006", id_):
            words = f"the CSMS assigned {id_} to no transaction here, and the station does not know it either"
            yield Fault("T006", words, "/3/transactionId", self._open_ids(), frame=seen.call.number)

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("BootNotification", RESPONSE): _booted,
        ("StatusNotification", REQUEST): _status,
        ("StartTransaction", REQUEST): _start,
        ("StartTransaction", RESPONSE): _assigned,
        ("MeterValues", REQUEST): _metered,
        ("StopTransaction", REQUEST): _stopped,
        ("StopTransaction", RESPONSE): _stop_answered,
        ("RemoteStopTransaction", REQUEST): _remote_stop,
        ("RemoteStopTransaction", RESPONSE): _remote_stop_answered,
    }


def _is_stand_in(id_: int) -> bool:
    return id_ <= 0 or id_ in LARGEST


def _changed(id_: int, before: tuple[str, ...], now: tuple[str, ...]) -> Iterator[Fault]:
    """Name what a StopTransaction says otherwise than before; transactionData may be left out to make it smaller."""
    pairs = zip(STOP_FIELDS, before, now, strict=True)
    changed = [each for each in pairs if each[1] != each[2] and (each[0] != "transactionData" or each[2])]
    if changed:
        words = ", ".join(
            name if name == "transactionData" else f"{name} {old or 'none'} -> {new or 'none'}"
            for name, old, new in changed
        )
        present = next((name for name, _, new in changed if new), "transactionId")
        yield Fault("T005", f"the StopTransaction of {id_} was sent before with other values: {words}", f"/3/{present}")


def _newest(payload: dict[str, Any]) -> str | None:
    """Return the newest timestamp of MeterValues."""
    stamps = [
        (unix_ns(stamp) or 0, stamp) for one in objects(payload, "meterValue") if (stamp := text(one, "timestamp"))
    ]
    return max(stamps)[1] if stamps else None


def _before(one: str | None, other: str | None) -> bool:
    """Tell whether one time is surely before another."""
    first, second = unix_ns(one), unix_ns(other)
    return first is not None and second is not None and first < second
