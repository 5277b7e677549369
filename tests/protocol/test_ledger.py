"""The ledger: which answer belongs to which CALL, and what is still owed."""

import pytest

from inspector.protocol.ledger import LONGEST_KEPT, MOST_OPEN, Ledger, OpenCall, kept
from inspector.protocol.version import Party

STATION, CSMS = Party.STATION, Party.CSMS


def open_call(
    *, number: int = 1, sender: Party = STATION, message_id: str = "1", action: str = "Heartbeat", time_ns: int = 0
) -> OpenCall:
    return OpenCall(number, sender, message_id, action, time_ns)


def ledger_of(*calls: OpenCall) -> Ledger:
    ledger = Ledger()
    for one in calls:
        ledger.call(one)
    return ledger


def test_an_answer_closes_its_call() -> None:
    """Once: the second answer belongs to nothing."""
    one = open_call()
    ledger = ledger_of(one)
    assert ledger.answer(CSMS, "1") is one
    assert ledger.answer(CSMS, "1") is None
    assert list(ledger.still_open()) == []


def test_nobody_answers_himself() -> None:
    ledger = ledger_of(open_call(sender=STATION))
    assert ledger.answer(STATION, "1") is None
    assert len(list(ledger.still_open())) == 1


def test_an_answer_with_another_id_closes_nothing() -> None:
    ledger = ledger_of(open_call(message_id="1"))
    assert [ledger.answer(CSMS, other) for other in ("2", "", "01", "1 ")] == [None] * 4


def test_both_sides_may_use_one_id_at_once() -> None:
    """Each answer goes to the CALL of the other side."""
    mine, theirs = open_call(number=1, sender=STATION), open_call(number=2, sender=CSMS)
    ledger = ledger_of(mine, theirs)
    assert ledger.answer(STATION, "1") is theirs
    assert ledger.answer(CSMS, "1") is mine


def test_an_answer_belongs_to_the_latest_call_with_its_id() -> None:
    """Ids come back; what is left is closed by the next answer, from the latest to the earliest."""
    calls = [open_call(number=number) for number in (1, 2, 3)]
    ledger = ledger_of(*calls)
    assert [ledger.answer(CSMS, "1") for _ in range(4)] == [calls[2], calls[1], calls[0], None]


def test_answers_may_come_in_any_order() -> None:
    calls = {name: open_call(number=number, message_id=name) for number, name in enumerate("abc")}
    ledger = ledger_of(*calls.values())
    assert [ledger.answer(CSMS, name) for name in "bca"] == [calls["b"], calls["c"], calls["a"]]


def test_an_overdue_call_still_takes_its_answer() -> None:
    one = open_call()
    ledger = ledger_of(one)
    one.overdue = True
    assert ledger.answer(CSMS, "1") is one


def test_open_calls_are_in_order_and_of_one_side() -> None:
    """The answered one is none of them."""
    calls = [open_call(number=number, message_id=str(number)) for number in (1, 2, 3)]
    ledger = ledger_of(calls[0], open_call(number=9, sender=CSMS), calls[1], calls[2])
    ledger.answer(CSMS, "2")
    assert list(ledger.open_calls(STATION)) == [calls[0], calls[2]]
    assert [one.number for one in ledger.open_calls(CSMS)] == [9]


def test_what_is_still_open_leaves_out_what_was_told() -> None:
    """A CALL that was overdue has been reported already; one that was only given up has not."""
    told, other = open_call(number=1), open_call(number=2)
    ledger = ledger_of(told, other)
    told.overdue = other.abandoned = True
    assert list(ledger.still_open()) == [other]


@pytest.mark.parametrize("length", [LONGEST_KEPT, LONGEST_KEPT + 1, 1_000_000])
def test_an_id_of_any_length_pairs_and_is_kept_short(length: int) -> None:
    """Also among others that begin and end the same."""
    ids = ["x" * (length - 2) + end for end in ("ay", "by")]
    calls = [open_call(message_id=one, action="A" * length) for one in ids]
    ledger = ledger_of(*calls)
    assert all(len(one.message_id) <= LONGEST_KEPT and len(one.action) <= LONGEST_KEPT for one in calls)
    assert ledger.answer(CSMS, ids[0]) is calls[0]
    assert ledger.answer(CSMS, ids[1]) is calls[1]


def test_names_of_common_length_are_kept_as_they_are() -> None:
    assert kept("x" * LONGEST_KEPT) == "x" * LONGEST_KEPT
    assert kept("x" * 1000).startswith("xxxx")


def test_a_peer_that_never_answers_cannot_fill_the_memory() -> None:
    """The latest CALLs are remembered, each direction by itself."""
    ledger = ledger_of(open_call(number=0, sender=CSMS, message_id="csms"))
    for number in range(MOST_OPEN + 10):
        ledger.call(open_call(number=number, message_id=str(number), time_ns=number))
    kept = [one for one in ledger.still_open() if one.sender is STATION]
    assert [one.number for one in kept] == list(range(10, MOST_OPEN + 10))
    assert ledger.answer(CSMS, "9") is None
    assert ledger.answer(CSMS, "10") is kept[0]
    assert ledger.answer(STATION, "csms") is not None
