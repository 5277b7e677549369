"""Charging profiles, of OCPP 1.6 and 2.x alike."""

from typing import Any

import pytest

from inspector.protocol.knowledge.profiles import LONGEST_PURPOSE, Slot, profile_of
from tests.protocol.rules.dialogue import profile, profile_2x


def test_a_16_profile_is_read() -> None:
    read = profile_of({"connectorId": 1, "csChargingProfiles": profile(level=2, periods=2)})
    assert (read.id, read.slot, read.pointer) == (1, Slot(1, "TxDefaultProfile", 2), "/3/csChargingProfiles")
    (schedule,) = read.schedules
    assert (schedule.unit, len(schedule.periods)) == ("A", 2)
    assert schedule.pointer == "/3/csChargingProfiles/chargingSchedule"


def test_a_2x_profile_is_read() -> None:
    read = profile_of({"evseId": 3, "chargingProfile": profile_2x(level=2)})
    assert (read.id, read.slot, read.pointer) == (1, Slot(3, "TxDefaultProfile", 2), "/3/chargingProfile")
    assert [schedule.pointer for schedule in read.schedules] == ["/3/chargingProfile/chargingSchedule/0"]


def test_the_profile_of_a_remote_start_is_read() -> None:
    """OCPP 1.6 calls it otherwise there."""
    assert profile_of({"connectorId": 1, "chargingProfile": profile()}).slot.place == 1


def test_pointers_count_what_is_no_schedule_too() -> None:
    read = profile_of({"evseId": 1, "chargingProfile": {"chargingSchedule": [5, {}]}})
    assert [schedule.pointer for schedule in read.schedules] == ["/3/chargingProfile/chargingSchedule/1"]


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [[]], [{}], {"chargingSchedule": [None]}])
def test_payloads_of_any_shape_are_read(value: Any) -> None:
    for payload in (value, {"csChargingProfiles": value}, {"chargingProfile": {"chargingSchedule": value}}):
        read = profile_of(payload)
        assert [schedule.periods for schedule in read.schedules] in ([], [[]])
    assert profile_of({"chargingProfile": {"chargingProfilePurpose": "x" * 1000}}).slot.purpose == "x" * LONGEST_PURPOSE
