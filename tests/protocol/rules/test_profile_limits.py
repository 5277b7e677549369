"""P1: charging profiles against what the station said."""

from collections.abc import Iterable
from typing import Any

import pytest

from inspector.protocol.event import Event
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import (
    REJECTED,
    begins,
    boots,
    csms,
    event,
    flat,
    limits,
    limits_2x,
    profile,
    profile_2x,
    starts,
    station,
    stops,
    tells,
    tells_2x,
)
from tests.protocol.wire import codes, findings


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what the rules about charging profiles say of a session."""
    return [finding for finding in findings(flat(*events)) if finding.code in {"P101", "P102", "P103", "P104", "P110"}]


def said(*events: Event | Iterable[Event]) -> list[str]:
    """Return their codes."""
    return codes(found(*events))


def smart(**keys: str) -> tuple[Event, ...]:
    """Begin a session of a 1.6 station that tells this of itself."""
    return (begins(), *boots(1), *tells(2, **keys))


def smart_2x(*variables: tuple[str, str]) -> tuple[Event, ...]:
    """Begin a session of a 2.x station that tells this of its smart charging."""
    told = tells_2x(2, *(("SmartChargingCtrlr", name, value) for name, value in variables))
    return (begins(version=Version.V201), *boots(1, version=Version.V201), *told)


def test_the_highest_stack_level_may_be_used_and_no_higher() -> None:
    events = smart(ChargeProfileMaxStackLevel="3")
    assert said(*events, limits(5, profile(level=3))) == []
    (finding,) = found(*events, limits(5, profile(level=4), answer=REJECTED))
    assert (finding.code, finding.blame, finding.pointer) == ("P101", Blame.CSMS, "/3/csChargingProfiles/stackLevel")
    assert finding.message == "stack level 4; ChargeProfileMaxStackLevel is 3, as the station said"


def test_a_station_may_know_level_0_only() -> None:
    assert said(*smart(ChargeProfileMaxStackLevel="0"), limits(5, profile(level=0))) == []
    assert said(*smart(ChargeProfileMaxStackLevel="0"), limits(5, profile(level=1))) == ["P101"]


def test_a_profile_that_comes_again_and_again_is_told_once() -> None:
    events = smart(ChargeProfileMaxStackLevel="0")
    assert said(*events, *(limits(5 + number, profile(level=1), answer=REJECTED) for number in range(20))) == ["P101"]


@pytest.mark.parametrize(
    "listed", ["Current,Power", "current, power", "A,W", "Current", "A", "Amps", "", "Current;Power"]
)
def test_a_unit_that_is_listed_or_unclear_may_be_used(listed: str) -> None:
    """A list that nobody can read forbids nothing."""
    assert said(*smart(ChargingScheduleAllowedChargingRateUnit=listed), limits(5, profile())) == []


def test_a_unit_that_is_not_listed_is_told_in_its_schedule() -> None:
    (finding,) = found(*smart(ChargingScheduleAllowedChargingRateUnit="Power"), limits(5, profile()))
    assert (finding.code, finding.pointer) == ("P102", "/3/csChargingProfiles/chargingSchedule/chargingRateUnit")


def test_a_2x_station_has_limits_too() -> None:
    """Of each schedule of a profile."""
    events = smart_2x(("ProfileStackLevel", "1"), ("RateUnit", "A"), ("PeriodsPerSchedule", "2"))
    made = profile_2x(level=2)
    made["chargingSchedule"] = [
        *profile_2x()["chargingSchedule"],
        *profile_2x(unit="W")["chargingSchedule"],
        *profile_2x(periods=3)["chargingSchedule"],
    ]
    found_here = found(*events, limits_2x(5, made))
    assert [(finding.code, finding.pointer) for finding in found_here] == [
        ("P101", "/3/chargingProfile/stackLevel"),
        ("P102", "/3/chargingProfile/chargingSchedule/1/chargingRateUnit"),
        ("P103", "/3/chargingProfile/chargingSchedule/2/chargingSchedulePeriod"),
    ]
    assert said(*events, limits_2x(5, profile_2x(level=1, periods=2))) == []


def test_the_profile_of_a_remote_start_is_looked_at() -> None:
    asked = {"idTag": "CARD", "connectorId": 1, "chargingProfile": profile(level=9, chargingProfilePurpose="TxProfile")}
    assert said(*smart(ChargeProfileMaxStackLevel="8"), csms(5, "RemoteStartTransaction", asked)) == ["P101"]


def other(number: int, **fields: Any) -> dict[str, Any]:
    """Make another profile, on a stack level of its own."""
    return profile(chargingProfileId=number, level=number, **fields)


def test_profiles_that_replace_each_other_count_once() -> None:
    """By their id, and by their place, purpose and stack level."""
    events = smart(MaxChargingProfilesInstalled="1")
    assert said(*events, *(limits(5 + number, profile(limit=number)) for number in range(9))) == []
    assert said(*events, *(limits(5 + number, profile(chargingProfileId=number)) for number in range(9))) == []


def test_profiles_that_were_refused_or_cleared_do_not_count() -> None:
    events = smart(MaxChargingProfilesInstalled="1")
    clear_all, clear_one = csms(6, "ClearChargingProfile", {}), csms(6, "ClearChargingProfile", {"id": 1})
    assert said(*events, limits(5, profile(), answer=REJECTED), limits(7, other(2))) == []
    assert said(*events, limits(5, profile()), clear_all, limits(7, other(2))) == []
    assert said(*events, limits(5, profile()), clear_one, limits(7, other(2))) == []
    clear_other = csms(6, "ClearChargingProfile", {"id": 5})
    assert said(*events, limits(5, profile()), clear_other, limits(7, other(2))) == ["P104"]


def test_a_profile_of_a_transaction_ends_with_it() -> None:
    own = profile(chargingProfilePurpose="TxProfile", transactionId=7)
    events = *smart(MaxChargingProfilesInstalled="1"), *starts(3), *limits(5, own), *stops(60)
    assert said(*events, limits(61, other(2))) == []
    assert said(*events[:-2], limits(61, other(2))) == ["P104"]


def test_a_2x_profile_of_a_transaction_ends_with_it() -> None:
    told = {
        "requestId": 1,
        "generatedAt": "2026-01-31T12:00:02Z",
        "seqNo": 0,
        "reportData": [
            {
                "component": {"name": "SmartChargingCtrlr"},
                "variable": {"name": "Entries", "instance": "ChargingProfiles"},
                "variableAttribute": [{"value": "0"}],
                "variableCharacteristics": {"dataType": "integer", "supportsMonitoring": False, "maxLimit": 1},
            }
        ],
    }
    first = (begins(version=Version.V201), *station(2, "NotifyReport", told))
    own = profile_2x(chargingProfilePurpose="TxProfile", transactionId="tx-1")
    during = (*event(3, "Started", 0), *limits_2x(5, own), *event(6, "Updated", 1))
    second = limits_2x(61, profile_2x(level=1, chargingProfileId=2))
    assert said(*first, *during, *second) == ["P104"]
    assert said(*first, *during, *event(60, "Ended", 2), *second) == []


def test_a_refusal_within_all_limits_is_told_once() -> None:
    events = smart(ChargeProfileMaxStackLevel="3", ChargingScheduleAllowedChargingRateUnit="Current")
    refused = [limits(5 + number, profile(level=3), answer=REJECTED) for number in range(5)]
    (finding,) = found(*events, *refused)
    assert (finding.code, finding.blame, finding.pointer) == ("P110", Blame.STATION, "/2/status")


@pytest.mark.parametrize(
    ("made", "connector"),
    [
        (profile(level=4), 1),
        (profile(unit="W"), 1),
        (profile(chargingProfilePurpose="TxProfile"), 1),
        (profile(chargingProfilePurpose="ChargePointMaxProfile"), 1),
        (profile(chargingProfilePurpose="Nonsense"), 1),
    ],
)
def test_a_refusal_that_can_be_explained_is_not_told(made: dict[str, Any], connector: int) -> None:
    """By the station's limits, by a transaction that may not run, or by the place."""
    events = smart(ChargeProfileMaxStackLevel="3", ChargingScheduleAllowedChargingRateUnit="Current")
    assert "P110" not in said(*events, limits(5, made, connector=connector, answer=REJECTED))


def test_a_refusal_that_is_explained_by_the_station_is_not_told() -> None:
    events = smart_2x(("ProfileStackLevel", "3"))
    why = {"status": "Rejected", "statusInfo": {"reasonCode": "InvalidSchedule"}}
    assert said(*events, limits_2x(5, profile_2x(), answer=why)) == []
    assert said(*events, limits_2x(5, profile_2x(), answer=REJECTED)) == ["P110"]


def test_a_station_that_lists_smart_charging_supports_it() -> None:
    answer = {"status": "NotSupported"}
    assert said(*smart(SupportedFeatureProfiles="Core,SmartCharging"), limits(5, profile(), answer=answer)) == ["P110"]
    assert said(*smart(SupportedFeatureProfiles="Core"), limits(5, profile(), answer=answer)) == []
    assert said(*smart(), limits(5, profile(), answer=answer)) == []
