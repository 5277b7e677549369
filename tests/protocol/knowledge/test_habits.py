"""What is remembered of a station: patience, and what fails again and again."""

import pytest

from inspector.protocol.knowledge.habits import (
    FORGOTTEN_NS,
    LONGEST_WAIT_NS,
    MOST_FAILED,
    SHORTEST_WAIT_NS,
    Habits,
)
from inspector.protocol.ledger import OpenCall
from tests.protocol.wire import CSMS, SECOND, STATION

DEFAULT = 30 * SECOND


def of(*, digest: int = 1, number: int = 1, time_ns: int = SECOND) -> OpenCall:
    return OpenCall(number, STATION, f"{number}", "Authorize", time_ns, digest=digest)


def after(*retries: int) -> int:
    """Return the patience of a station that retried after each of these times."""
    habits = Habits()
    for retry in retries:
        habits.retried(STATION, retry)
    return habits.patience_ns.get(STATION, DEFAULT)


def test_nobody_is_known_from_the_start() -> None:
    assert Habits().patience_ns == {}


@pytest.mark.parametrize(
    ("retries", "patience"),
    [
        ((10, 10), 10),
        ((10, 11), 11),
        ((11, 10), 11),
        ((60, 60), 60),
        ((10, 60, 61), 61),
        ((10, 10, 60, 10), 10),
        ((10,), 30),
        ((10, 12), 30),
        ((10, 20, 10, 20), 30),
        ((2, 2, 2), 30),
        ((300, 300), 30),
        ((0, 0), 30),
    ],
)
def test_patience_is_learnt_from_two_retries_that_agree(retries: tuple[int, ...], patience: int) -> None:
    """Within an eighth; neither from those that come at once nor from those that come minutes later."""
    assert after(*(retry * SECOND for retry in retries)) == patience * SECOND


def test_the_bounds_of_patience_are_learnt_themselves() -> None:
    assert after(SHORTEST_WAIT_NS, SHORTEST_WAIT_NS) == SHORTEST_WAIT_NS
    assert after(LONGEST_WAIT_NS, LONGEST_WAIT_NS) == LONGEST_WAIT_NS


def test_each_side_has_its_own_patience() -> None:
    habits = Habits()
    habits.retried(STATION, 10 * SECOND)
    habits.retried(CSMS, 10 * SECOND)
    assert habits.patience_ns == {}
    habits.retried(CSMS, 10 * SECOND)
    assert habits.patience_ns == {CSMS: 10 * SECOND}


def test_who_waited_longer_has_more_patience() -> None:
    """Never less again by that, and never without end."""
    habits = Habits()
    for seconds in (45, 40, 500):
        habits.waited(STATION, seconds * SECOND)
        assert habits.patience_ns == {STATION: 45 * SECOND}


def test_failures_are_counted_by_what_was_asked() -> None:
    """Whatever the frame and its id are; the first is told with each."""
    habits = Habits()
    first = habits.failed(of(number=3), 7, "no answer came")
    assert (first.times, first.session_ns, first.number, first.why) == (1, 7, 3, "no answer came")
    again = habits.failed(of(number=9, time_ns=5 * SECOND), 8, "it was refused")
    assert again == first._replace(times=2, last_ns=5 * SECOND)
    assert habits.failed(of(digest=2), 8, "it was refused").times == 1


def test_success_makes_failures_forgotten() -> None:
    habits = Habits()
    habits.failed(of(), 0, "why")
    habits.succeeded(of(digest=2))
    assert habits.failed(of(), 0, "why").times == 2
    habits.succeeded(of())
    assert habits.failed(of(), 0, "why").times == 1


def test_a_failure_long_ago_is_forgotten() -> None:
    habits = Habits()
    habits.failed(of(time_ns=SECOND), 0, "why")
    assert habits.failed(of(time_ns=SECOND + FORGOTTEN_NS), 0, "why").times == 2
    assert habits.failed(of(time_ns=SECOND + 2 * FORGOTTEN_NS + 1), 0, "why").times == 1


def test_few_failures_are_remembered() -> None:
    """The ones that failed last."""
    habits = Habits()
    for digest in range(MOST_FAILED):
        habits.failed(of(digest=digest), 0, "why")
    habits.failed(of(digest=0), 0, "why")
    habits.failed(of(digest=MOST_FAILED), 0, "why")
    assert habits.failed(of(digest=0), 0, "why").times == 3
    assert habits.failed(of(digest=1), 0, "why").times == 1
