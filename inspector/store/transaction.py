"""One charging transaction, over both versions, and what each frame tells of it. Pure: no file is read here."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from inspector.protocol.fields import inner, integer, text
from inspector.protocol.frame import MessageType, decode
from inspector.protocol.meter_readings import readings
from inspector.protocol.timestamp import unix_ns

LONGEST_ID = 100
"""Characters of an id that are told apart."""

Energy = tuple[int, float]
"""When an energy register was read (ns), and its Wh."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as far as it is known.

    ``start_ns`` and ``stop_ns`` are the station's own times where it tells them, None while unknown. ``connector`` is
    that of 1.6, or ``EVSE/connector``; ``tag`` is masked. ``refused`` is the status with which the CSMS answered the
    start, unless it accepted; ``answered`` is False for a start without an answer. ``first`` and ``last`` are ids of
    frames, ``errors`` and ``warnings`` those of its frames. It is ``metered`` if MeterValues tell
    its energy (1.6), and not ``is_seen`` while nothing but those is known of it.
    """

    session: int
    station: str
    id: str
    first: int
    last: int
    connector: str = ""
    tag: str = ""
    start_ns: int | None = None
    stop_ns: int | None = None
    began: Energy | None = None
    latest: Energy | None = None
    reason: str = ""
    refused: str = ""
    answered: bool = True
    errors: int = 0
    warnings: int = 0
    earliest_ns: int = 0
    metered: bool = False
    is_seen: bool = True

    @property
    def energy_wh(self) -> float | None:
        """What it took, None unless the register was read twice."""
        if self.began is None or self.latest is None or self.began[0] == self.latest[0]:
            return None
        return self.latest[1] - self.began[1]

    @property
    def duration_ns(self) -> int | None:
        """How long it took, None unless both ends are known."""
        return None if self.start_ns is None or self.stop_ns is None else self.stop_ns - self.start_ns


def masked(tag: str) -> str:
    """Return an id tag of which only the ends can be read."""
    shown = min(2, len(tag) // 4)
    return f"{tag[:shown]}…{tag[len(tag) - shown :]}" if tag else ""


def joined(one: Transaction, other: Transaction) -> Transaction:
    """Return what two parts of a transaction tell together."""
    older, newer = (one, other) if one.first <= other.first else (other, one)
    return Transaction(
        session=(one if one.last >= other.last else other).session,
        station=older.station or newer.station,
        id=older.id or newer.id,
        first=older.first,
        last=max(one.last, other.last),
        connector=older.connector if older.start_ns is not None else max(older.connector, newer.connector, key=len),
        tag=older.tag or newer.tag,
        start_ns=newer.start_ns if older.start_ns is None else older.start_ns,
        stop_ns=older.stop_ns if newer.stop_ns is None else newer.stop_ns,
        began=min((energy for energy in (one.began, other.began) if energy), default=None),
        latest=max((energy for energy in (one.latest, other.latest) if energy), default=None),
        reason=newer.reason or older.reason,
        refused=older.refused or newer.refused,
        answered=older.answered and newer.answered,
        errors=one.errors + other.errors,
        warnings=one.warnings + other.warnings,
        earliest_ns=min(one.earliest_ns, other.earliest_ns),
        metered=one.metered or other.metered,
        is_seen=one.is_seen or other.is_seen,
    )


class Row(NamedTuple):
    """What is read of a frame; ``raw`` only where it is needed and is what a recorder wrote."""

    id: int
    session: int
    number: int
    time_ns: int
    type: int
    action: str
    answers: int | None
    errors: int
    warnings: int
    raw: str | bytes | None


def part_of(row: Row, station: str, answer: Row | None) -> Transaction | None:
    """Return what a frame tells of a transaction, None if it tells of none. Never raises."""
    payload = decode(row.raw or "").payload
    make = _MAKERS.get(row.action)
    told = make(row, payload, answer) if make and isinstance(payload, dict) else None
    if told is None:
        return None
    last = max(row.id, answer.id if answer else 0)
    errors = row.errors + (answer.errors if answer else 0)
    warnings = row.warnings + (answer.warnings if answer else 0)
    energies = [(each.time_ns, each.energy_wh) for each in readings(payload, row.time_ns) if each.energy_wh is not None]
    return Transaction(
        row.session,
        station,
        first=row.id,
        last=last,
        began=min(energies, default=None),
        latest=max(energies, default=None),
        errors=errors,
        warnings=warnings,
        **told,
    )


def identity(value: Any, key: str = "transactionId") -> str:
    """Return the transaction's id in an object as text, also a number; nothing for none."""
    found = integer(value, key)
    words = text(value, key) if found is None else str(found)
    return (words or "")[:LONGEST_ID]


def _moment(row: Row, payload: Any) -> int:
    found = unix_ns(text(payload, "timestamp"))
    return row.time_ns if found is None else found


def started(answer: Row | None) -> tuple[str, str]:
    """Return the id and the refusal in the answer to a 1.6 StartTransaction."""
    if answer is None:
        return "", ""
    frame = decode(answer.raw or "")
    if frame.type is not MessageType.CALLRESULT:
        return "", frame.error_code or "error"
    status = text(frame.payload, "idTagInfo", "status") or ""
    return identity(frame.payload), "" if status == "Accepted" else status


def _start_16(row: Row, payload: dict[str, Any], answer: Row | None) -> dict[str, Any]:
    time_ns = _moment(row, payload)
    name, refused = started(answer)
    return {
        "id": name,
        "connector": _written(integer(payload, "connectorId")),
        "tag": masked(text(payload, "idTag") or ""),
        "start_ns": time_ns,
        "earliest_ns": time_ns,
        "refused": refused,
        "answered": answer is not None,
        "metered": True,
    }


def _stop_16(row: Row, payload: dict[str, Any], _: Row | None) -> dict[str, Any] | None:
    time_ns = _moment(row, payload)
    return {
        "id": identity(payload),
        "tag": masked(text(payload, "idTag") or ""),
        "stop_ns": time_ns,
        "earliest_ns": time_ns,
        "reason": text(payload, "reason") or LOCAL,
    }


def _meters_16(row: Row, payload: dict[str, Any], _: Row | None) -> dict[str, Any] | None:
    name = identity(payload)
    connector = _written(integer(payload, "connectorId"))
    time_ns = min((each.time_ns for each in readings(payload, row.time_ns)), default=row.time_ns)
    return {"id": name, "connector": connector, "earliest_ns": time_ns, "is_seen": False} if name else None


def _event_2x(row: Row, payload: dict[str, Any], _: Row | None) -> dict[str, Any] | None:
    info, time_ns, kind = inner(payload, "transactionInfo"), _moment(row, payload), text(payload, "eventType")
    name = identity(info)
    evse = _written(integer(payload, "evse", "id"))
    connector = _written(integer(payload, "evse", "connectorId"))
    if not name:
        return None
    return {
        "id": name,
        "connector": f"{evse}/{connector}" if connector else evse,
        "tag": masked(text(payload, "idToken", "idToken") or ""),
        "start_ns": time_ns if kind == "Started" else None,
        "stop_ns": time_ns if kind == "Ended" else None,
        "earliest_ns": time_ns,
        "reason": (text(info, "stoppedReason") or LOCAL) if kind == "Ended" else "",
    }


LOCAL = "(Local)"
"""A reason that is not told is Local: 1.6 section 6.49, 2.0.1 part 2 TransactionType."""

_MAKERS = {
    "StartTransaction": _start_16,
    "StopTransaction": _stop_16,
    "MeterValues": _meters_16,
    "TransactionEvent": _event_2x,
}


def _written(number: int | None) -> str:
    return "" if number is None else str(number)
