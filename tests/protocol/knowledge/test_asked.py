"""What a station sends because it was asked to."""

from typing import Any

import pytest

from inspector.protocol.knowledge.asked import ASKING, MOST_ASKED, Asked, brought


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, ("Heartbeat",)),
        ("TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"}, ("SignCertificate",)),
        ("ExtendedTriggerMessage", {"requestedMessage": "MeterValues"}, ("MeterValues",)),
        ("GetReport", {}, ("NotifyReport",)),
        ("TriggerMessage", {"requestedMessage": 5}, ("",)),
        ("ClearCache", {}, ()),
        (None, None, ()),
    ],
)
def test_what_a_call_brings(action: str | None, payload: Any, expected: tuple[str, ...]) -> None:
    assert brought(action, payload) == expected


def test_what_was_asked_for_is_known_from_then_on() -> None:
    asked = Asked()
    assert "Heartbeat" not in asked
    asked.hear("TriggerMessage", {"requestedMessage": "Heartbeat"})
    assert "Heartbeat" in asked
    assert None not in asked


def test_nobody_can_fill_the_memory() -> None:
    asked = Asked()
    for number in range(1000):
        asked.hear("TriggerMessage", {"requestedMessage": f"M{number}"})
    assert "M0" in asked
    assert f"M{MOST_ASKED}" not in asked
    fresh = Asked()
    fresh.hear("TriggerMessage", {"requestedMessage": "x" * 1_000_000})
    assert "x" * 1_000_000 not in fresh


def test_every_call_that_asks_brings_something() -> None:
    assert all(brought(action, {"requestedMessage": "Heartbeat"}) for action in ASKING)
