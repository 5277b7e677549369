"""The ledger: which answer belongs to which CALL, and what is still owed."""

from inspector.protocol.ledger import MOST_OPEN, Ledger, OpenCall
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


def test_a_call_is_overdue_once() -> None:
    """Strictly before the given time, in either direction, and never told twice."""
    early, late = open_call(number=1, time_ns=10), open_call(number=2, time_ns=20, sender=CSMS)
    ledger = ledger_of(early, late)
    assert list(ledger.newly_overdue(10)) == []
    assert list(ledger.newly_overdue(11)) == [early]
    assert list(ledger.newly_overdue(20)) == []
    assert list(ledger.newly_overdue(21)) == [late]
    assert list(ledger.newly_overdue(1000)) == []


def test_an_overdue_call_still_takes_its_answer() -> None:
    one = open_call()
    ledger = ledger_of(one)
    list(ledger.newly_overdue(1))
    assert ledger.answer(CSMS, "1") is one


def test_an_answered_call_is_never_overdue() -> None:
    ledger = ledger_of(open_call())
    ledger.answer(CSMS, "1")
    assert list(ledger.newly_overdue(1000)) == []


def test_what_is_still_open_leaves_out_what_was_told() -> None:
    """A CALL that was overdue has been reported already."""
    told, other = open_call(number=1, time_ns=1), open_call(number=2, time_ns=2)
    ledger = ledger_of(told, other)
    list(ledger.newly_overdue(2))
    assert list(ledger.still_open()) == [other]


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
