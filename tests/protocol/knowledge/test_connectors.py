"""The statuses of connectors, as OCPP 1.6, 2.0.1 and 2.1 tell them."""

from typing import Any

import pytest

from inspector.protocol.knowledge.connectors import MOST_CONNECTORS, Connectors, Shown, shown

STATE = {
    "component": {"name": "Connector", "evse": {"id": 2, "connectorId": 1}},
    "variable": {"name": "AvailabilityState"},
    "actualValue": "Occupied",
}


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("StatusNotification", {"connectorId": 1, "status": "Charging"}, [Shown(1, 0, "Charging")]),
        ("StatusNotification", {"connectorId": 0, "status": "Available"}, [Shown(0, 0, "Available")]),
        ("StatusNotification", {"evseId": 2, "connectorId": 1, "connectorStatus": "X"}, [Shown(2, 1, "X")]),
        ("NotifyEvent", {"eventData": [STATE, {"variable": {"name": "Problem"}}]}, [Shown(2, 1, "Occupied")]),
        ("StatusNotification", {"connectorId": "1", "status": "Charging"}, []),
        ("StatusNotification", {}, []),
        ("NotifyEvent", {"eventData": 5}, []),
    ],
)
def test_a_status_is_read(action: str, payload: Any, expected: list[Shown]) -> None:
    assert shown(action, payload) == expected


def test_the_last_status_counts() -> None:
    connectors = Connectors()
    connectors.hear(Shown(1, 0, "Available"))
    connectors.hear(Shown(2, 0, "Charging"))
    connectors.hear(Shown(1, 0, "Preparing"))
    assert connectors.statuses(1) == ["Preparing"]
    assert sorted(connectors.statuses()) == ["Charging", "Preparing"]


def test_the_station_itself_is_no_connector() -> None:
    connectors = Connectors()
    connectors.hear(Shown(0, 0, "Available"))
    assert connectors.statuses() == []
    assert not connectors.are_empty(None)


def test_only_what_was_told_is_empty() -> None:
    connectors = Connectors()
    assert not connectors.are_empty(1)
    connectors.hear(Shown(1, 0, "Available"))
    assert connectors.are_empty(1)
    assert connectors.are_empty(None)
    assert not connectors.are_empty(2)
    connectors.hear(Shown(2, 0, "Preparing"))
    assert not connectors.are_empty(None)


def test_nobody_can_fill_the_memory() -> None:
    connectors = Connectors()
    for number in range(1, 10 * MOST_CONNECTORS):
        connectors.hear(Shown(number, 0, "Available"))
    assert len(connectors.statuses()) == MOST_CONNECTORS
    assert len(shown("StatusNotification", {"connectorId": 1, "status": "x" * 1000})[0].status) == 20
