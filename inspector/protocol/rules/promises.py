"""P0: what was accepted and not done."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from inspector.protocol.context import FOREVER, Context
from inspector.protocol.event import Opened
from inspector.protocol.fields import integer, text
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.knowledge.configuration import Configuration
from inspector.protocol.knowledge.connectors import Connectors, shown
from inspector.protocol.knowledge.drawn import Drawn
from inspector.protocol.knowledge.promised import LONGEST_TAG, PROMISED, RESET_IDLE_NS, SHOWING, Promise, Scene
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import Turns, remembered
from inspector.protocol.knowledge.transactions import LONGEST_ID
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party

RULES = (
    Rule(
        "P001",
        "remote-start-without-start",
        Severity.WARNING,
        "A remote start was accepted, and no transaction began.",
        "The driver waits, and the CSMS believes that the car is charging. It may also be that the driver never"
        " plugged in; then the station should show the connector as Available again.",
        "Look at the connector's status and at the station's log; reject what can't be started.",
        "OCPP 1.6 section 5.11, OCPP 2.x part 2 F01 and F02",
        Blame.STATION,
    ),
    Rule(
        "P002",
        "remote-stop-without-stop",
        Severity.WARNING,
        "A remote stop was accepted, and the transaction went on, as far as can be seen.",
        "The driver pays on, and the connector stays occupied.",
        "Send StopTransaction or the TransactionEvent at once, also if the cable is still plugged in.",
        "OCPP 1.6 section 5.12, OCPP 2.x part 2 F03",
        Blame.STATION,
    ),
    Rule(
        "P003",
        "trigger-without-message",
        Severity.WARNING,
        "A trigger was accepted, and the message that was asked for did not come.",
        "The CSMS waits for it, and takes the station for faulty.",
        "Send the message, or answer Rejected or NotImplemented.",
        "OCPP 1.6 section 5.17, OCPP 2.x part 2 F06.FR.10",
        Blame.STATION,
    ),
    Rule(
        "P004",
        "reset-not-done",
        Severity.WARNING,
        "A reset was accepted, and the station stayed connected and did not boot.",
        "What the reset was to mend is not mended.",
        "Restart, or answer Rejected, or Scheduled where it has to wait.",
        "OCPP 1.6 section 5.14, OCPP 2.x part 2 B11 and B12",
        Blame.STATION,
    ),
    Rule(
        "P005",
        "availability-not-shown",
        Severity.WARNING,
        "A change of availability was accepted, and no status shows it.",
        "Either it was not done, or the CSMS goes on offering, or hiding, a connector that has changed.",
        "Send StatusNotification for each connector that changed; answer Scheduled while a transaction runs.",
        "OCPP 1.6 section 5.2, OCPP 2.x part 2 G03.FR.04",
        Blame.STATION,
    ),
    Rule(
        "P006",
        "limit-not-kept",
        Severity.WARNING,
        "More is drawn than the charging profile allows that the station accepted.",
        "A fuse or a grid connection may be overloaded. It may also be that an older profile of a higher stack level,"
        " which was set before this capture, rules.",
        "Look at the composite schedule; try the other unit, and a higher stack level.",
        "OCPP 1.6 section 3.13, OCPP 2.x part 2 K01",
        Blame.STATION,
    ),
    Rule(
        "P007",
        "sampling-not-changed",
        Severity.WARNING,
        "A sampling interval was accepted during a transaction, and no MeterValues came.",
        "The CSMS sees nothing of what is charged. It may also be that the station takes a new interval only for the"
        " next transaction.",
        "Apply MeterValueSampleInterval at once; look at MeterValuesSampledData, too.",
        "OCPP 1.6 section 9.1.17",
        Blame.STATION,
    ),
)

MOST_OPEN = 64
"""Promises that may be open in a session; the oldest is forgotten first."""

MOST_ENDED = 32
"""Transactions remembered as ended: a remote stop may come a moment too late."""


class _Turns(Turns):
    """The sessions of a station as this family counts them."""


class Promises(Family):
    """Waits for what was accepted."""

    __slots__ = (
        "_charging",
        "_charging_ns",
        "_configuration",
        "_connectors",
        "_drawn",
        "_ended",
        "_open",
        "_turn",
        "_turns",
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._open: list[Promise] = []
        self._ended: list[int | str] = []
        self._charging = False
        self._charging_ns = 0
        self._configuration = remembered(context, Configuration)
        self._connectors = remembered(context, Connectors)
        self._turns = remembered(context, _Turns)
        self._turn = self._turns.last
        self._drawn = Drawn()

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin with what the station told of itself before."""
        if event.http_status == SWITCHED:
            self._configuration = remembered(self.context, Configuration)
            self._connectors = remembered(self.context, Connectors)
            self._turns = remembered(self.context, _Turns)
            self._turn = self._turns.next()
        return ()

    def _asked(self, seen: Seen) -> Iterable[Fault]:
        """Take what the CSMS asks for; what the station sends before its answer counts already."""
        if seen.sender is not Party.CSMS or not seen.time_ns or _transaction(seen.frame.payload) in self._ended:
            return ()
        scene = Scene(self._connectors, self._configuration, self._charging)
        promise = PROMISED[seen.action or ""](seen.number, seen.frame.payload, scene)
        if promise is not None:
            self._open = [*self._open[1 - MOST_OPEN :], promise]
        return ()

    def _answered(self, seen: Seen) -> Iterable[Fault]:
        """Begin to wait, if it was accepted."""
        number = seen.call.number if seen.call else 0
        promise = next((each for each in self._open if each.asked == number), None)
        if promise is None:
            return ()
        scheduled = promise.code == "P004" and text(seen.frame.payload, "status") == "Scheduled"
        if not seen.time_ns or not (seen.accepted or scheduled):
            self._open.remove(promise)
            return ()
        promise.answer, promise.due_ns = seen.number, seen.time_ns + promise.patience_ns
        if promise.code == "P004":
            promise.waits = promise.waits or scheduled
            self._open = [promise]  # a restart makes an end of everything else
        elif promise.code == "P001":
            self._drawn.started(seen.call.payload if seen.call else None)
        self.context.wake_at(self._due_ns(promise))
        return ()

    def _due_ns(self, promise: Promise) -> int:
        if not promise.waits or promise.due_ns == FOREVER:
            return promise.due_ns
        return max(promise.due_ns, self._charging_ns) + RESET_IDLE_NS  # cars may come and go meanwhile

    def _shows(self, seen: Seen) -> Iterable[Fault]:
        """Look whether a CALL of the station keeps a promise."""
        if self._open and seen.sender is Party.STATION:
            action, payload = seen.action or "", seen.frame.payload
            self._open = [promise for promise in self._open if not promise.kept(action, payload)]
        return ()

    def _status(self, seen: Seen) -> Iterable[Fault]:
        """Learn the statuses of connectors."""
        if seen.sender is Party.STATION:
            for told in shown(seen.action, seen.frame.payload):
                self._connectors.hear(told)
        return self._shows(seen)

    def _metered(self, seen: Seen) -> Iterable[Fault]:
        """Look at what is drawn."""
        if "transactionId" in seen.frame.payload:
            self._charging, self._charging_ns = True, seen.time_ns
        if self._open:
            self._shows(seen)
        return self._drawn.metered(seen)

    def _transaction(self, seen: Seen) -> Iterable[Fault]:
        """Look at a TransactionEvent."""
        payload = seen.frame.payload
        if payload.get("eventType") == "Ended":
            self._end(text(payload, "transactionInfo", "transactionId"))
        else:
            self._charging, self._charging_ns = True, seen.time_ns
        if self._open:
            self._shows(seen)
        return self._drawn.metered(seen)

    def _started(self, seen: Seen) -> Iterable[Fault]:
        self._charging, self._charging_ns = True, seen.time_ns
        return self._shows(seen)

    def _stopped(self, seen: Seen) -> Iterable[Fault]:
        self._end(_transaction(seen.frame.payload))
        return self._shows(seen)

    def _end(self, transaction: int | str | None) -> None:
        self._charging = False
        if transaction is not None and not (isinstance(transaction, str) and len(transaction) > LONGEST_ID):
            self._ended = [*self._ended[1 - MOST_ENDED :], transaction]
        self._drawn.transaction_ended()

    def _booted(self, seen: Seen) -> Iterable[Fault]:
        self._charging = False
        self._drawn.forget()
        return self._shows(seen)

    def _authorized(self, seen: Seen) -> Iterable[Fault]:
        """Give up a remote start whose token was refused."""
        asked, answer = seen.call.payload if seen.call else None, seen.frame.payload
        tag = text(asked, "idTag") or text(asked, "idToken", "idToken")
        status = text(answer, "idTagInfo", "status") or text(answer, "idTokenInfo", "status")
        if self._open and tag and status not in {None, "Accepted"}:
            refused = tag[:LONGEST_TAG].lower()
            self._open = [promise for promise in self._open if promise.tag.lower() != refused]
        return ()

    def _limited(self, seen: Seen) -> Iterable[Fault]:
        self._drawn.limited(seen)
        return ()

    def _cleared(self, seen: Seen) -> Iterable[Fault]:
        if seen.accepted:
            self._drawn.forget()
        return ()

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Name what should have been done by now."""
        if self._turn != self._turns.last:  # the station has gone on in another session
            self._open = []
        late = [promise for promise in self._open if self._due_ns(promise) <= now_ns]
        self._open = [promise for promise in self._open if promise not in late]
        for promise in late:
            if not promise.excuse():
                yield _broken(promise, now_ns)
        for promise in self._open:
            self.context.wake_at(self._due_ns(promise))

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        **dict.fromkeys(((action, REQUEST) for action in SHOWING), _shows),
        ("StatusNotification", REQUEST): _status,
        ("NotifyEvent", REQUEST): _status,
        ("MeterValues", REQUEST): _metered,
        ("TransactionEvent", REQUEST): _transaction,
        ("StartTransaction", REQUEST): _started,
        ("StopTransaction", REQUEST): _stopped,
        ("BootNotification", REQUEST): _booted,
        **dict.fromkeys(((action, REQUEST) for action in PROMISED), _asked),
        **dict.fromkeys(((action, RESPONSE) for action in PROMISED), _answered),
        ("Authorize", RESPONSE): _authorized,
        ("SetChargingProfile", RESPONSE): _limited,
        ("ClearChargingProfile", RESPONSE): _cleared,
    }


def _transaction(payload: Any) -> int | str | None:
    """Return the transaction that a CALL is about, by its id of OCPP 1.6 or of 2.x."""
    number = integer(payload, "transactionId")
    return text(payload, "transactionId") if number is None else number


def _broken(promise: Promise, now_ns: int) -> Fault:
    answered_ns = promise.due_ns - promise.patience_ns
    seconds = (now_ns - answered_ns) / 1e9
    words = f"{promise.missing} in the {seconds:.0f} s since frame {promise.asked} was accepted"
    return Fault(promise.code, words, "/2/status", frame=promise.answer)
