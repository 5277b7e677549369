"""Meter values of both versions as power, energy and state of charge."""

from decimal import Decimal
from typing import Any

import pytest

from inspector.protocol.meter_readings import Reading, readings
from inspector.protocol.timestamp import read

NOON = "2026-03-01T12:00:00Z"
NOON_NS = read(NOON)


def sampled(*samples: dict[str, Any], timestamp: Any = NOON) -> dict[str, Any]:
    """Return a payload of one moment."""
    return {"meterValue": [{"timestamp": timestamp, "sampledValue": list(samples)}]}


def one(*samples: dict[str, Any]) -> Reading:
    """Read one moment."""
    return next(readings(sampled(*samples), 7))


def test_the_values_of_1_6_are_read() -> None:
    """Strings; energy is what is measured where nothing is said."""
    found = one(
        {"value": "12.5", "unit": "kWh"},
        {"value": "11040", "measurand": "Power.Active.Import", "unit": "W"},
        {"value": "63", "measurand": "SoC", "unit": "Percent", "location": "EV"},
    )
    assert found == Reading(NOON_NS, 11040.0, 12500.0, 63.0)


def test_the_values_of_2_x_are_read() -> None:
    """Numbers with a multiplier."""
    found = one(
        {"value": 1.25, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}},
        {"value": Decimal("7.2"), "measurand": "Power.Active.Import", "unitOfMeasure": {"unit": "kW"}},
    )
    assert found == Reading(NOON_NS, 7200.0, 1250.0)


def test_phases_are_added_unless_their_sum_is_told() -> None:
    phases = [{"value": "1000", "measurand": "Power.Active.Import", "phase": f"L{n}"} for n in (1, 2, 3)]
    assert one(*phases).power_w == 3000.0
    assert one(*phases, {"value": "2900", "measurand": "Power.Active.Import"}).power_w == 2900.0
    between = {"value": "5", "measurand": "Power.Active.Import", "phase": "L1-L2"}
    assert one(between).power_w is None


def test_power_is_reckoned_from_current_and_voltage() -> None:
    current = [{"value": "16", "measurand": "Current.Import", "phase": f"L{n}"} for n in (1, 2, 3)]
    found = one(*current, {"value": "230", "measurand": "Voltage", "phase": "L1-N"})
    assert (found.power_w, found.current_a, found.reckoned) == (11040.0, 48.0, True)
    assert one(*current) == Reading(NOON_NS, current_a=48.0)


def test_registers_of_a_transactions_ends_are_read() -> None:
    assert list(readings({"meterStart": 100, "timestamp": NOON}, 7)) == [Reading(NOON_NS, energy_wh=100.0)]
    stop = {"meterStop": 250, "transactionData": sampled({"value": "240"}, timestamp="yesterday")["meterValue"]}
    assert [(each.time_ns, each.energy_wh) for each in readings(stop, 7)] == [(7, 250.0), (7, 240.0)]


@pytest.mark.parametrize(
    "sample",
    [
        {},
        {"value": None},
        {"value": "NaN"},
        {"value": True, "measurand": "Voltage"},
        {"value": "1e999"},
        {"value": "5", "format": "SignedData"},
        {"value": "5", "location": "Inlet"},
        {"value": "5", "measurand": "Frequency"},
        {"value": "5", "measurand": ["x"], "location": "Body"},
        {"value": 5, "unitOfMeasure": {"multiplier": 999}},
        {"value": [1]},
    ],
    ids=str,
)
def test_what_is_no_such_value_is_not_there(sample: dict[str, Any]) -> None:
    found = one(sample)
    assert (found.power_w, found.energy_wh, found.soc) == (None, None, None)


@pytest.mark.parametrize(
    "payload", [None, [], "x", {"meterValue": 5}, {"meterValue": [None, 3]}, {"meterStart": "1", "meterStop": 1e300}]
)
def test_any_payload_can_be_asked(payload: Any) -> None:
    assert list(readings(payload, 7)) == []
