"""P006: what is drawn against the limit that was accepted, and all the cases where nothing is certain."""

from collections.abc import Iterable
from typing import Any

import pytest

from inspector.protocol.event import Event
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.knowledge.drawn import MOST_LIMITS
from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import (
    ACCEPTED,
    REJECTED,
    at,
    begins,
    boots,
    csms,
    event,
    flat,
    limits,
    limits_2x,
    profile,
    profile_2x,
    samples,
    stamp,
    starts,
    station,
    stops,
)
from tests.protocol.wire import STATION, call, codes, findings, heard

SIX = profile(limit=6)


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what is said of limits that were not kept."""
    return [finding for finding in findings(flat(*events)) if finding.code == "P006"]


def drawn(value: float = 15.5, *, after: float = 90, count: int = 5, **fields: Any) -> list[Event]:
    """Let a 1.6 station measure the same again and again."""
    return [one for number in range(count) for one in samples(after + 30 * number, value, **fields)]


def draws(made: dict[str, Any], measured: Iterable[Event], *between: Iterable[Event], connector: int = 1) -> list[str]:
    """Accept a profile in a transaction, let something happen, and measure."""
    return codes(found(begins(), starts(10), limits(20, made, connector=connector), *between, measured))


def test_it_is_told_once_with_value_phase_and_limit() -> None:
    (finding,) = found(begins(), starts(10), limits(20, SIX), drawn(count=20))
    assert (finding.blame, finding.frame, finding.pointer) == (
        Blame.STATION,
        9,
        "/3/meterValue/0/sampledValue/0/value",
    )
    assert finding.message == (
        "15.5 A on L1 at connector or EVSE 1, 3 samples in a row; frame 4 accepted a limit of 6 A"
    )


@pytest.mark.parametrize(("value", "expected"), [(6, []), (6.6, []), (7, []), (7.2, ["P006"]), (0, [])])
def test_meters_are_not_exact(value: float, expected: list[str]) -> None:
    assert draws(SIX, drawn(value)) == expected


def test_a_car_may_take_a_minute() -> None:
    assert draws(SIX, drawn(after=21, count=2)) == []
    assert draws(SIX, [*drawn(after=21, count=2), *drawn(5.5, after=90)]) == []


def test_one_sample_below_begins_anew() -> None:
    measured = [*drawn(count=2), *drawn(5, after=200, count=1), *drawn(after=300, count=2)]
    assert draws(SIX, measured) == []


def test_another_connector_is_not_meant() -> None:
    assert draws(SIX, drawn(connector=2)) == []
    assert draws(SIX, drawn(connector=2), connector=0) == ["P006"]
    assert draws(SIX, drawn(connector=0), connector=0) == []


def test_the_own_limit_of_a_connector_rules() -> None:
    both = limits(21, profile(limit=16, chargingProfileId=2), connector=1)
    assert draws(SIX, drawn(), both, connector=0) == []


@pytest.mark.parametrize("purpose", ["ChargePointMaxProfile", "TxDefaultProfile"])
def test_a_limit_of_the_whole_station_is_one_of_each_connector(purpose: str) -> None:
    assert draws(profile(limit=6, chargingProfilePurpose=purpose), drawn(), connector=0) == ["P006"]


def test_where_there_are_too_many_limits_none_is_sure() -> None:
    """A limit of the connector's own that is not remembered may be higher than that of the whole station."""
    many = [one for turn in range(MOST_LIMITS) for one in limits(15, SIX, connector=turn)]
    more = limits(20, profile(limit=16), connector=MOST_LIMITS)
    assert codes(found(begins(), starts(10), many, drawn())) == ["P006"]
    assert codes(found(begins(), starts(10), many, more, drawn(connector=MOST_LIMITS))) == []


def test_a_limit_is_replaced_though_there_are_many() -> None:
    many = [one for turn in range(MOST_LIMITS) for one in limits(15, SIX, connector=turn)]
    assert codes(found(begins(), starts(10), many, limits(20, profile(limit=16)), drawn())) == []


def test_the_highest_phase_counts() -> None:
    moments = []
    for number in range(3):
        sampled = [
            {"value": value, "measurand": "Current.Import", "unit": "A", "phase": phase}
            for phase, value in (("L1", "5.9"), ("L2", "16.1"), ("L3", "0"), ("N", "99"))
        ]
        moments.append({"timestamp": stamp(100 + number), "sampledValue": sampled})
    payload = {"connectorId": 1, "transactionId": 7, "meterValue": moments}
    (finding,) = found(begins(), starts(10), limits(20, SIX), station(110, "MeterValues", payload))
    assert finding.pointer == "/3/meterValue/2/sampledValue/1/value"
    assert finding.message.startswith("16.1 A on L2 ")


def test_a_current_without_a_phase_may_be_the_sum_of_three() -> None:
    assert draws(SIX, drawn(17.5, phase=None)) == []
    assert draws(SIX, drawn(30, phase=None)) == ["P006"]
    one = profile(limit=6)
    one["chargingSchedule"]["chargingSchedulePeriod"][0]["numberPhases"] = 1
    assert draws(one, drawn(17.5, phase=None)) == ["P006"]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(4100, "W", []), (5000, "W", ["P006"]), (5, "kW", ["P006"]), (4.1, "kW", []), (5000, "VA", [])],
)
def test_power_is_held_against_watts(value: float, unit: str, expected: list[str]) -> None:
    measured = drawn(value, measurand="Power.Active.Import", unit=unit, phase=None)
    assert draws(profile(limit=4140, unit="W"), measured) == expected


def test_other_measurands_and_units_say_nothing() -> None:
    assert draws(SIX, drawn(5000, measurand="Power.Active.Import", unit="W", phase=None)) == []
    assert draws(SIX, drawn(measurand="Current.Offered")) == []
    assert draws(SIX, drawn(measurand="Current.Export")) == []
    assert draws(SIX, drawn(location="Inlet")) == []
    assert draws(SIX, drawn(location="Outlet")) == ["P006"]
    assert draws(profile(limit=4140, unit="W"), drawn(5000, measurand="Power.Active.Import", unit="W")) == []


def test_what_was_not_accepted_limits_nothing() -> None:
    assert found(begins(), starts(10), limits(20, SIX, answer=REJECTED), drawn()) == []


@pytest.mark.parametrize(
    "between",
    [
        limits(21, profile(limit=16)),
        limits(21, profile(limit=16, level=1, chargingProfileId=2)),
        limits(21, profile(limit=3, level=-1, chargingProfileId=2)),
        limits(21, profile(limit=16, chargingProfilePurpose="TxProfile", chargingProfileId=2)),
        limits(21, profile(limit=6, chargingProfileKind="Recurring")),
        limits(21, profile(limit=6, chargingProfilePurpose="PriorityCharging")),
        csms(21, "ClearChargingProfile", {}),
        csms(21, "ClearChargingProfile", {"id": 99}),
        boots(21),
    ],
)
def test_what_comes_between_makes_it_uncertain_or_another_limit(between: tuple[Event, ...]) -> None:
    assert draws(SIX, drawn(), between) == []


def test_a_new_limit_in_the_same_place_rules() -> None:
    assert draws(profile(limit=16), drawn(), limits(21, SIX)) == ["P006"]
    assert draws(profile(limit=16), drawn(), limits(21, profile(limit=6, level=2, chargingProfileId=2))) == ["P006"]


def test_a_profile_of_the_transaction_ends_with_it() -> None:
    own = profile(limit=6, chargingProfilePurpose="TxProfile", transactionId=7)
    assert draws(own, drawn()) == ["P006"]
    assert draws(own, drawn(transaction=8)) == []
    assert draws(own, drawn(transaction=8), stops(30), starts(40, transaction=8)) == []
    assert draws(SIX, drawn(transaction=8), stops(30), starts(40, transaction=8)) == ["P006"]


def test_a_remote_start_may_bring_a_higher_limit() -> None:
    brought = profile(limit=16, chargingProfilePurpose="TxProfile", chargingProfileId=2)
    ask = csms(5, "RemoteStartTransaction", {"idTag": "CARD", "connectorId": 1, "chargingProfile": brought})
    assert found(begins(), ask, starts(10), limits(20, SIX), drawn()) == []
    assert codes(found(begins(), ask, starts(10), limits(20, SIX), stops(30), starts(40), drawn())) == ["P006"]


@pytest.mark.parametrize(
    ("fields", "schedule", "expected"),
    [
        ({}, {"startSchedule": stamp(0)}, ["P006"]),
        ({}, {"startSchedule": stamp(9999)}, []),
        ({}, {"startSchedule": "nonsense"}, []),
        ({}, {"startSchedule": stamp(0), "duration": 86_400}, ["P006"]),
        ({}, {"startSchedule": stamp(0), "duration": 60}, []),
        ({}, {"duration": 86_400}, []),
        ({"validFrom": stamp(0)}, {}, ["P006"]),
        ({"validFrom": stamp(9999)}, {}, []),
        ({"validTo": stamp(9999)}, {}, ["P006"]),
        ({"validTo": stamp(60)}, {}, []),
        ({"chargingProfileKind": "Relative"}, {}, ["P006"]),
        ({"chargingProfileKind": "Relative"}, {"startSchedule": stamp(9999)}, ["P006"]),
        ({"chargingProfileKind": "Recurring", "recurrencyKind": "Daily"}, {"startSchedule": stamp(0)}, []),
    ],
)
def test_only_a_limit_that_is_surely_in_force_counts(
    fields: dict[str, Any], schedule: dict[str, Any], expected: list[str]
) -> None:
    made = profile(limit=6, **fields)
    made["chargingSchedule"].update(schedule)
    assert draws(made, drawn()) == expected


def test_of_several_periods_the_first_counts_while_it_lasts() -> None:
    made = profile(limit=6, periods=3)
    assert draws(made, drawn()) == []
    made["chargingSchedule"]["startSchedule"] = stamp(0)
    assert draws(made, drawn()) == ["P006"]
    assert draws(made, drawn(after=3601)) == []
    made["chargingSchedule"]["chargingSchedulePeriod"][0]["startPeriod"] = 60
    assert draws(made, drawn()) == []


def test_samples_that_were_queued_are_older_than_their_message() -> None:
    """A station that was offline sends what it measured before the limit."""
    assert draws(SIX, [one for number in range(9) for one in samples(90 + number, 15.5, taken=-600 + number)]) == []


def test_a_recorder_without_a_clock_compares_no_times() -> None:
    events = flat(begins(), starts(10), limits(20, SIX), drawn())
    early = [heard(raw=one.raw, sender=one.sender, time_ns=one.time_ns - at(0)) for one in events[1:]]  # type: ignore[union-attr]
    assert "P006" in codes(findings(early, version=Version.V16))
    never = [heard(raw=one.raw, sender=one.sender) for one in early]
    assert "P006" not in codes(findings(never, version=Version.V16))


def moment(seconds: float, value: float, **fields: Any) -> list[dict[str, Any]]:
    """Make the meter value of a 2.x station."""
    sample = {"value": value, "measurand": "Current.Import", "phase": "L1", "unitOfMeasure": {"unit": "A"}, **fields}
    return [{"timestamp": stamp(seconds), "sampledValue": [sample]}]


def events_2x(value: float, **fields: Any) -> list[Event]:
    """Let a 2.x transaction measure, and name its EVSE once only."""
    begun = event(10, "Started", 0, evse={"id": 1, "connectorId": 1})
    measured = [
        event(90 + 30 * number, "Updated", number + 1, meterValue=moment(90 + 30 * number, value), **fields)
        for number in range(5)
    ]
    return flat(begins(version=Version.V201), begun, limits_2x(20, profile_2x(limit=6)), *measured)


def test_a_2x_transaction_is_measured_in_its_events() -> None:
    assert codes(found(events_2x(15.5))) == ["P006"]
    assert codes(found(events_2x(5.5))) == []


def test_what_happened_offline_is_not_judged() -> None:
    assert codes(found(events_2x(15.5, offline=True))) == []


def test_a_multiplier_is_reckoned_with() -> None:
    def measured(value: float, multiplier: Any) -> list[str]:
        unit = {"unit": "A", "multiplier": multiplier}
        values = [
            station(
                90 + 30 * number,
                "MeterValues",
                {"evseId": 1, "meterValue": moment(90 + 30 * number, value, unitOfMeasure=unit)},
            )
            for number in range(4)
        ]
        return codes(found(begins(version=Version.V201), limits_2x(20, profile_2x(limit=6)), *values))

    assert measured(15_500, -3) == ["P006"]
    assert measured(1.55, 1) == ["P006"]
    assert measured(5_500, -3) == []
    assert measured(15.5, 99) == []


ANYTHING: list[Any] = [None, True, 5, 1e30, -1, "", "x", [], {}, [{}], [[]], [None], {"value": []}]


@pytest.mark.parametrize("value", ANYTHING)
def test_payloads_of_any_shape_are_survived(value: Any) -> None:
    fields = ("value", "phase", "unit", "unitOfMeasure", "location", "measurand", "timestamp", "sampledValue")
    odd = dict.fromkeys(fields, value)
    current = {**odd, "measurand": "Current.Import", "value": "16"}
    payloads = [
        {"connectorId": 1, "meterValue": value},
        {"connectorId": value, "transactionId": value, "transactionInfo": value, "evse": value, "meterValue": [odd]},
        {"connectorId": 1, "meterValue": [{**odd, "sampledValue": [odd, current, value]}, value]},
    ]
    odd_profile = {**profile(limit=6), "transactionId": value, "validFrom": value, "validTo": value}
    odd_schedule = {**SIX["chargingSchedule"], "duration": value, "startSchedule": value, "randomizedDelay": value}
    for made in (SIX, odd_profile, {**SIX, "chargingSchedule": odd_schedule}, {**SIX, "chargingSchedule": value}):
        sent = [
            heard(raw=call(action=action, payload=payload), sender=STATION, time_ns=at(200))
            for action in ("MeterValues", "TransactionEvent", "StopTransaction")
            for payload in payloads
        ]
        findings([begins(), *limits(20, made, answer=ACCEPTED), *sent])
