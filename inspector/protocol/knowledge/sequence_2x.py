"""The order of the events of a 2.x transaction: what is wrong with one that is not the next."""

import json
from collections.abc import Iterator
from typing import Any

from inspector.protocol.finding import Fault
from inspector.protocol.frame import decode
from inspector.protocol.json_places import pointer
from inspector.protocol.knowledge.past_2x import LARGEST_KEPT, Transaction
from inspector.protocol.plural import plural
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import unix_ns

STARTED, UPDATED, ENDED = "Started", "Updated", "Ended"


def first(transaction: Transaction, kind: Any, seq: int) -> Iterator[Fault]:
    """Look at the first event seen of a transaction: one that began before the capture is nothing odd."""
    transaction.begin(seq, with_its_start=kind == STARTED)
    if seq == 0 and kind in (UPDATED, ENDED):
        yield Fault("T108", f"the first event of the transaction is {kind}", "/3/eventType")


def astray(transaction: Transaction, kind: Any, seq: int, stamp: Any) -> Iterator[Fault]:
    """Look at an event that is not the next one of its transaction."""
    last = transaction.seq
    if transaction.is_late(seq) and not _is_newer(stamp, transaction):
        transaction.began = transaction.began or kind == STARTED
    elif kind == STARTED:
        code, state = ("T107", "has ended") if transaction.ended else ("T104", "runs")
        transaction.begin(seq, with_its_start=True)
        words = f"the transaction of this id {state}; its last event has seqNo {last}"
        yield Fault(code, words, "/3/transactionInfo/transactionId")
    elif transaction.ended:
        yield Fault("T105", f"the transaction ended with seqNo {last}", "/3/eventType")
    elif seq > last:
        transaction.leave_out(seq)
        count = seq - last - 1
        yield Fault("T101", f"{plural(count, 'event')} missing: seqNo {seq} follows {last}", "/3/seqNo")
    elif seq == last:
        yield Fault("T102", f"another event had seqNo {seq} before, at another time", "/3/seqNo", f"send {last + 1}")
    else:
        transaction.seq = seq
        yield Fault("T103", f"seqNo {seq} follows {last}", "/3/seqNo", f"send {last + 1}")


def _is_newer(stamp: Any, transaction: Transaction) -> bool:
    """Tell whether an event happened after the last one of its transaction: then it does not only come late."""
    now = unix_ns(stamp)
    last = unix_ns(decode(transaction.raw).payload.get("timestamp")) if transaction.raw is not None else None
    return now is not None and last is not None and now > last


def again(transaction: Transaction, seen: Seen, seq: int) -> Iterator[Fault]:
    """Look at an event that is sent again; only ``offline`` may have changed meanwhile (E11.FR.07)."""
    raw = transaction.raw
    if seq != transaction.seq or raw is None or len(seen.frame.raw) > LARGEST_KEPT:
        return
    before, now = decode(raw).payload, seen.frame.payload
    changed = [key for key in {**before, **now} if key != "offline" and _text(before, key) != _text(now, key)]
    if changed:
        transaction.raw = seen.frame.raw
        words = f"the event was sent before with the same timestamp and other values of {', '.join(changed)[:80]}"
        present = [key for key in changed if key in now]
        yield Fault("T102", words, pointer((3, *present[:1])))


def _text(payload: dict[str, Any], key: str) -> str:
    """Write a value in one way, however its numbers were read."""
    return json.dumps(payload.get(key), sort_keys=True, default=float)
