"""What a station promises when it accepts, and which message of its own shows that it was done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inspector.protocol.context import FOREVER
from inspector.protocol.fields import integer, text
from inspector.protocol.knowledge.asked import brought
from inspector.protocol.knowledge.configuration import Configuration, Known
from inspector.protocol.knowledge.connectors import Connectors, shown
from inspector.protocol.knowledge.transactions import LONGEST_ID

_SECOND = 1_000_000_000

DONE_NS = 60 * _SECOND
"""How long most things may take."""

STOP_NS = 120 * _SECOND
"""How long it may take to stop a transaction: the power goes down slowly, the cable is unlocked."""

PLUG_NS, PLUG_GRACE_NS = 300 * _SECOND, 60 * _SECOND
"""How long a driver may take to plug in where the station did not tell its ConnectionTimeOut, and what more it gets
where it did."""

LONGEST_TAG = 64
"""Characters of a token that are compared."""

LONGEST_PLUG_S = 3600
"""A longer ConnectionTimeOut is taken for none."""

RESET_NS, RESET_CHARGING_NS, RESET_IDLE_NS = 300 * _SECOND, 1800 * _SECOND, 86_400 * _SECOND
"""How long a reset may take: at once, while a car is charging, and when it has to wait for the end of that."""

SAMPLES, SAMPLE_NS = 3, 900 * _SECOND
"""So many sampling intervals, and the longest one there may have been before, until meter values come."""


def _never() -> bool:
    return False


@dataclass(slots=True)
class Promise:
    """One thing that was asked for, from the CALL to what keeps the promise or to its deadline.

    ``asked`` and ``answer`` are numbers of frames. ``kept`` tells of a CALL of the station, by action and payload,
    whether it shows that it was done; ``excuse`` tells at the deadline whether there is a good reason that it was not.
    ``waits`` means that it may take until nobody charges any more.
    """

    code: str
    asked: int
    missing: str
    kept: Callable[[str, Any], bool]
    patience_ns: int = DONE_NS
    excuse: Callable[[], bool] = _never
    tag: str = ""
    waits: bool = False
    answer: int = 0
    due_ns: int = FOREVER


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known when something is asked for."""

    connectors: Connectors
    configuration: Configuration
    charging: bool


def remote_start(number: int, payload: Any, scene: Scene) -> Promise:
    """Promise a transaction with that token, or on that connector."""
    tag = (text(payload, "idTag") or text(payload, "idToken", "idToken") or "")[:LONGEST_TAG]
    remote_id, evse = integer(payload, "remoteStartId"), integer(payload, "evseId")
    place = integer(payload, "connectorId") if evse is None else evse

    def kept(action: str, sent: Any) -> bool:
        if action == "StartTransaction":
            return _same(tag, text(sent, "idTag")) or integer(sent, "connectorId") == place is not None
        if action != "TransactionEvent":
            return False
        if remote_id is not None and integer(sent, "transactionInfo", "remoteStartId") == remote_id:
            return True
        here, reason = integer(sent, "evse", "id"), text(sent, "triggerReason")
        begins = reason == "RemoteStart" or text(sent, "eventType") == "Started"
        return _same(tag, text(sent, "idToken", "idToken")) or (begins and here in {place, None})

    timeout = scene.configuration.stated(Known.CONNECTION_TIMEOUT)
    seconds = timeout.count if timeout else None
    is_known = seconds is not None and 0 < seconds <= LONGEST_PLUG_S
    patience_ns = (seconds or 0) * _SECOND + PLUG_GRACE_NS if is_known else PLUG_NS
    missing = "no TransactionEvent" if evse is not None or remote_id is not None else "no StartTransaction"
    return Promise("P001", number, missing, kept, patience_ns, lambda: scene.connectors.are_empty(place), tag)


def remote_stop(number: int, payload: Any, _: Scene) -> Promise | None:
    """Promise the end of that transaction, or of its charging where it goes on until the car leaves."""
    old, new = integer(payload, "transactionId"), text(payload, "transactionId")

    def kept(action: str, sent: Any) -> bool:
        if action == "StopTransaction":
            return integer(sent, "transactionId") == old is not None
        if action != "TransactionEvent" or text(sent, "transactionInfo", "transactionId") != new:
            return False
        state = text(sent, "transactionInfo", "chargingState")
        return (
            text(sent, "eventType") == "Ended"
            or text(sent, "triggerReason") == "RemoteStop"
            or state in {"EVConnected", "SuspendedEVSE", "Idle"}
        )

    if (old is None and new is None) or len(new or "") > LONGEST_ID:
        return None
    return Promise("P002", number, "no StopTransaction" if new is None else "no TransactionEvent", kept, STOP_NS)


_PLACED = frozenset({"StatusNotification", "MeterValues", "TransactionEvent"})
"""Messages that are about one connector; for others the connector of a trigger is to be ignored."""


def trigger(number: int, payload: Any, _: Scene) -> Promise | None:
    """Promise the message that was asked for, and from the connector that was meant."""
    names = brought("TriggerMessage", payload)
    if not set(names) <= SHOWING:
        return None
    place, part = _meant(payload)

    def kept(action: str, sent: Any) -> bool:
        if action == "NotifyEvent" and "StatusNotification" in names:
            return any(each.is_of(place, part) for each in shown(action, sent))
        if action not in names:
            return False
        if action not in _PLACED or place is None:
            return True
        if action == "StatusNotification":
            return any(each.is_of(place, part) for each in shown(action, sent))
        return _is_from(sent, place)

    what = "EVSE" if "evse" in payload else "connector"
    where = "" if place is None or names[0] not in _PLACED else f" of {what} {place}"
    return Promise("P003", number, f"no {names[0]}{where}", kept)


def reset(number: int, payload: Any, scene: Scene) -> Promise | None:
    """Promise a boot; the end of the session does as well. The reset of a single EVSE shows nothing."""
    if integer(payload, "evseId") is not None:
        return None
    waits = text(payload, "type") == "OnIdle"
    patience_ns = RESET_CHARGING_NS if scene.charging else RESET_NS
    missing = "no end of the connection and no BootNotification"
    return Promise("P004", number, missing, lambda action, _: action == "BootNotification", patience_ns, waits=waits)


def availability(number: int, payload: Any, scene: Scene) -> Promise | None:
    """Promise a status that shows it, if the last one shows the contrary: what is so already need not be told."""
    wanted = text(payload, "type") or text(payload, "operationalStatus")
    place, part = _meant(payload)
    place = place or None  # connector 0 stands for all of them
    known = scene.connectors.statuses(place, part)
    off = wanted == "Inoperative"
    if wanted not in {"Inoperative", "Operative"} or not any(_contradicts(off, status) for status in known):
        return None

    def kept(action: str, sent: Any) -> bool:
        told = [each for each in shown(action, sent) if each.is_of(place, part) or not each.place]
        return any(not _contradicts(off, each.status) for each in told)

    status = "Unavailable" if off else "that is not Unavailable"
    return Promise("P005", number, f"no StatusNotification with a status {status}", kept)


def _contradicts(off: bool, status: str) -> bool:
    """Tell whether a status shows the contrary of what was asked for; a fault hides both."""
    return status != "Faulted" and off != (status == "Unavailable")


def sampling(number: int, payload: Any, scene: Scene) -> Promise | None:
    """Promise meter values of the transaction that is running."""
    value = text(payload, "value") or ""
    is_it = (text(payload, "key") or "").lower() == "metervaluesampleinterval"
    if not is_it or not scene.charging or not (value.isascii() and value.isdecimal() and 0 < len(value) < 6):
        return None
    seconds = int(value)
    if not seconds:
        return None
    return Promise(
        "P007",
        number,
        "no MeterValues",
        lambda action, _: action in {"MeterValues", "StopTransaction"},
        SAMPLES * seconds * _SECOND + SAMPLE_NS,
    )


PROMISED: dict[str, Callable[[int, Any, Scene], Promise | None]] = {
    "RemoteStartTransaction": remote_start,
    "RequestStartTransaction": remote_start,
    "RemoteStopTransaction": remote_stop,
    "RequestStopTransaction": remote_stop,
    "TriggerMessage": trigger,
    "ExtendedTriggerMessage": trigger,
    "Reset": reset,
    "ChangeAvailability": availability,
    "ChangeConfiguration": sampling,
}
"""What is promised, by the action that asks for it."""

SHOWING = frozenset(
    {
        "BootNotification",
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "NotifyEvent",
        "PublishFirmwareStatusNotification",
        "SignCertificate",
        "SignedFirmwareStatusNotification",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
        "TransactionEvent",
    }
)
"""Actions of a station that may keep a promise."""


def _meant(payload: Any) -> tuple[int | None, int | None]:
    """Return the connector that a CALL is about, or the EVSE and its connector."""
    if "evse" in payload:
        return integer(payload, "evse", "id"), integer(payload, "evse", "connectorId")
    return integer(payload, "connectorId"), None


def _same(one: str, other: str | None) -> bool:
    """Compare two tokens: their case does not count (OCPP 1.6 section 7.28, IdToken is a CiString)."""
    return bool(one) and other is not None and one.lower() == other[:LONGEST_TAG].lower()


def _is_from(sent: Any, place: int) -> bool:
    """Tell whether a message is from a connector or EVSE; one that does not say so may be."""
    for found in (integer(sent, "evse", "id"), integer(sent, "evseId"), integer(sent, "connectorId")):
        if found is not None:
            return found == place
    return True
