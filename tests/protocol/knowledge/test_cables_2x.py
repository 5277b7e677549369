"""Cables that are gone while a transaction runs."""

from typing import Any

import pytest

from inspector.protocol.knowledge.cables_2x import MOST_CONNECTORS, WAIT_NS, Cables, Left, ends_with_cable
from inspector.protocol.knowledge.past_2x import Transaction
from inspector.protocol.knowledge.transactions import MOST_PLACES

OCCUPIED, AVAILABLE = "Occupied", "Available"


@pytest.fixture(name="left")
def _left() -> Left:
    return Left(Transaction(), 100, 7)


def told(left: Left | None, *said: tuple[int, Any, Any]) -> Cables:
    """Say of connectors (EVSE, connector, status) what they are up to."""
    cables = Cables()
    for evse, connector, status in said:
        cables.told(evse, connector, status, left)
    return cables


def due(cables: Cables, now_ns: int = 101 + WAIT_NS, event_ns: int = 0) -> list[int]:
    return [evse for evse, _ in cables.unended(now_ns, event_ns)]


def test_a_cable_that_was_seen_and_is_gone_is_told_once(left: Left) -> None:
    cables = told(left, (1, 1, OCCUPIED), (1, 1, AVAILABLE))
    assert list(cables.unended(101 + WAIT_NS, 0)) == [(1, left)]
    assert due(cables) == []


def test_it_waits_for_the_events_to_come(left: Left) -> None:
    """While some come, the Ended may be among those behind them."""
    cables = told(left, (1, 1, OCCUPIED), (1, 1, AVAILABLE))
    assert due(cables, 100 + WAIT_NS) == []
    assert due(cables, 101 + WAIT_NS, event_ns=200) == []
    assert due(cables, 201 + WAIT_NS, event_ns=200) == [1]


@pytest.mark.parametrize(
    "said",
    [
        [(1, 1, AVAILABLE)],
        [(1, 1, OCCUPIED)],
        [(1, 1, OCCUPIED), (1, 2, AVAILABLE)],
        [(1, 1, OCCUPIED), (1, 2, OCCUPIED), (1, 2, AVAILABLE)],
        [(1, 1, OCCUPIED), (1, 1, "Faulted")],
        [(1, 1, OCCUPIED), (1, 1, AVAILABLE), (1, 1, OCCUPIED)],
        [(1, "1", OCCUPIED), (1, "1", AVAILABLE)],
        [(1, None, OCCUPIED), (1, [], "Available ")],
    ],
    ids=["never seen", "still there", "another", "one of two", "a fault", "back again", "no number", "nonsense"],
)
def test_what_is_not_surely_gone_is_not_told(left: Left, said: list[tuple[int, Any, Any]]) -> None:
    assert due(told(left, *said)) == []


def test_where_no_transaction_runs_nothing_is_missing(left: Left) -> None:
    assert due(told(None, (1, 1, OCCUPIED), (1, 1, AVAILABLE))) == []
    cables = told(left, (1, 1, OCCUPIED), (1, 1, AVAILABLE))
    left.transaction.ended = True
    assert due(cables) == []


def test_what_is_followed_is_bounded(left: Left) -> None:
    cables = told(left, *((evse, 1, OCCUPIED) for evse in range(2 * MOST_PLACES)))
    assert len(cables._plugged) == MOST_PLACES
    cables = told(left, *((1, connector, OCCUPIED) for connector in range(2 * MOST_CONNECTORS)))
    assert len(cables._plugged[1]) == MOST_CONNECTORS


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"triggerReason": "EVCommunicationLost"}, True),
        ({"triggerReason": "EVDeparted", "transactionInfo": {"stoppedReason": "EVDisconnected"}}, True),
        ({"triggerReason": "StopAuthorized", "transactionInfo": {"stoppedReason": "Local"}}, False),
        ({"triggerReason": [], "transactionInfo": []}, False),
    ],
)
def test_a_station_teaches_that_the_cable_ends_its_transactions(payload: dict[str, Any], expected: bool) -> None:
    assert ends_with_cable(payload) is expected
