"""What is kept of a station's 2.x transactions."""

from inspector.protocol.knowledge.past_2x import LARGEST_KEPT, LAST_EVENTS, Past2x, Transaction
from inspector.protocol.knowledge.transactions import MOST_PLACES, MOST_TRANSACTIONS
from inspector.protocol.timestamp import write

SECOND = 1_000_000_000
NOON = 1_793_620_800 * SECOND


def test_an_event_is_known_again_by_its_number_and_its_moment() -> None:
    transaction = Transaction()
    transaction.begin(0, with_its_start=True)
    for number in range(LAST_EVENTS + 1):
        transaction.take(number, moment=100 + number, raw="x")
    assert transaction.has(LAST_EVENTS, 100 + LAST_EVENTS)
    assert not transaction.has(LAST_EVENTS, 1)
    assert not transaction.has(0, 100)


def test_what_was_left_out_may_still_come() -> None:
    transaction = Transaction()
    transaction.begin(0, with_its_start=True)
    transaction.leave_out(5)
    assert [number for number in range(7) if transaction.is_late(number)] == [1, 2, 3, 4]


def test_what_came_before_the_capture_may_still_come() -> None:
    transaction = Transaction()
    transaction.begin(4, with_its_start=False)
    assert [number for number in range(7) if transaction.is_late(number)] == [0, 1, 2, 3]


def test_a_large_event_is_not_kept() -> None:
    transaction = Transaction()
    transaction.take(1, 1, "x" * (LARGEST_KEPT + 1))
    assert transaction.raw is None


def test_of_what_ended_the_last_event_is_kept_until_the_next_begins() -> None:
    past = Past2x()
    first = past.meet("a")
    first.take(1, 1, "x")
    first.ended = True
    assert first.raw == "x"
    past.meet("b")
    assert first.raw is None


def test_too_many_are_forgotten_and_that_is_known() -> None:
    past = Past2x()
    for number in range(MOST_TRANSACTIONS):
        past.meet(str(number))
    assert not past.has_forgotten
    past.meet("one more")
    assert (past.has_forgotten, len(past.known), "0" in past.known) == (True, MOST_TRANSACTIONS, False)


def test_doubt_forgets_how_far_the_open_ones_are() -> None:
    past = Past2x()
    past.meet("ended").ended = True
    past.meet("open")
    past.doubt()
    assert list(past.known) == ["ended"]


def test_there_is_an_end_of_the_evses() -> None:
    past = Past2x()
    assert [past.hear_of(number) for number in (0, 1, 1)] == [False, True, True]
    assert not all(past.hear_of(number) for number in range(1, MOST_PLACES + 5))


def test_lateness_is_measured_against_what_the_clock_is_behind() -> None:
    """The first message teaches; one that is later than that is late by the difference."""
    past = Past2x()
    assert past.lateness(NOON, write(NOON - 5 * SECOND)) == 0
    assert past.lateness(NOON, write(NOON - 65 * SECOND)) == 60 * SECOND
    assert past.lateness(NOON, "nonsense") == 0
