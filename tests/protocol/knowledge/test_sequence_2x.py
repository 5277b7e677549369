"""The order of the events of a 2.x transaction."""

import pytest

from inspector.protocol.finding import Fault
from inspector.protocol.knowledge.past_2x import Transaction
from inspector.protocol.knowledge.sequence_2x import again, astray, first
from inspector.protocol.seen import Seen
from tests.protocol.rules.dialogue import stamp
from tests.protocol.wire import call, heard, seen, watch


def event(number: int, *, second: float = 0, **more: object) -> str:
    """Write an event."""
    return call(action="TransactionEvent", payload={"seqNo": number, "timestamp": stamp(second), **more})


def taken(number: int, *, second: float = 0, kind: str = "Started", **more: object) -> Transaction:
    """Make a transaction that has come to this event."""
    transaction = Transaction()
    list(first(transaction, kind, 0))
    transaction.take(number, hash(stamp(second)), event(number, second=second, **more))
    return transaction


def looked_at(raw: str) -> Seen:
    return seen(watch([heard(raw=raw)])[0])


def codes(faults: object) -> list[tuple[str, str]]:
    assert hasattr(faults, "__iter__")
    return [(fault.code, fault.pointer) for fault in faults if isinstance(fault, Fault)]


@pytest.mark.parametrize(
    ("kind", "seq", "code"), [("Started", 0, []), ("Updated", 0, ["T108"]), ("Ended", 0, ["T108"]), ("Updated", 3, [])]
)
def test_a_transaction_may_have_begun_before_the_capture(kind: str, seq: int, code: list[str]) -> None:
    assert [fault.code for fault in first(Transaction(), kind, seq)] == code


def test_a_gap_is_told_with_its_size() -> None:
    (fault,) = astray(taken(3), "Updated", 6, stamp(9))
    assert (fault.code, fault.message, fault.pointer) == ("T101", "2 events missing: seqNo 6 follows 3", "/3/seqNo")


def test_the_same_number_at_another_time_is_another_event() -> None:
    assert codes(astray(taken(3), "Updated", 3, stamp(9))) == [("T102", "/3/seqNo")]


def test_a_number_that_falls_back_is_a_reset() -> None:
    transaction = taken(3)
    assert codes(astray(transaction, "Updated", 1, stamp(9))) == [("T103", "/3/seqNo")]
    assert transaction.seq == 1


def test_a_second_start_is_told_by_what_became_of_the_first() -> None:
    running, over = taken(3), taken(3)
    over.ended = True
    assert [code for code, _ in codes(astray(running, "Started", 4, stamp(9)))] == ["T104"]
    assert [code for code, _ in codes(astray(over, "Started", 4, stamp(9)))] == ["T107"]


def test_what_comes_after_the_end_is_told() -> None:
    over = taken(3)
    over.ended = True
    assert codes(astray(over, "Updated", 4, stamp(9))) == [("T105", "/3/eventType")]


def test_an_event_that_was_left_out_may_come_late() -> None:
    """But not one that happened after the last."""
    transaction = taken(1)
    list(astray(transaction, "Updated", 5, stamp(9)))
    transaction.take(5, hash(stamp(9)), event(5, second=9))
    assert codes(astray(transaction, "Updated", 3, stamp(5))) == []
    assert codes(astray(transaction, "Updated", 3, stamp(20))) == [("T103", "/3/seqNo")]


def test_an_event_sent_again_may_only_say_that_it_was_offline() -> None:
    raw = event(3, offline=True, numberOfPhasesUsed=3)
    assert codes(again(taken(3, numberOfPhasesUsed=3), looked_at(raw), 3)) == []
    assert codes(again(taken(3, numberOfPhasesUsed=1), looked_at(raw), 3)) == [("T102", "/3/numberOfPhasesUsed")]
