"""What a station said of itself."""

from typing import Any

import pytest

from inspector.protocol.knowledge.configuration import (
    KEYS,
    LONGEST_VALUE,
    MOST_KEYS,
    Bounds,
    Configuration,
    Known,
    Stated,
    learn_keys,
    learn_report,
    learn_variables,
    variable,
    written,
)
from tests.protocol.rules.dialogue import named


@pytest.fixture(name="known")
def _known() -> Configuration:
    return Configuration()


def key(name: str, value: Any = None, *, readonly: Any = False) -> dict[str, Any]:
    return {"key": name, "readonly": readonly, "value": value}


def test_values_are_learnt_whatever_the_case_of_their_key(known: Configuration) -> None:
    learn_keys(known, {"configurationKey": [key("chargeprofilemaxSTACKlevel", "8"), key("Other", "1")]})
    assert known.stated(Known.STACK_LEVEL) == Stated("chargeprofilemaxSTACKlevel", "8")
    assert known.stated(Known.PERIODS) is None


def test_read_only_keys_are_learnt_and_may_become_writable(known: Configuration) -> None:
    learn_keys(known, {"configurationKey": [key("A", readonly=True), key("B"), key("C", readonly="true")]})
    assert [known.is_read_only(name) for name in ("a", "b", "c")] == [True, False, False]
    learn_keys(known, {"configurationKey": [key("a")]})
    assert not known.is_read_only("A")


def test_a_2x_station_tells_by_variables(known: Configuration) -> None:
    item = {**named("SmartChargingCtrlr", "RateUnit"), "attributeStatus": "Accepted", "attributeValue": "A,W"}
    refused = {**named("SmartChargingCtrlr", "PeriodsPerSchedule"), "attributeStatus": "Rejected", "attributeValue": ""}
    learn_variables(known, {"getVariableResult": [item, refused]})
    stated = known.stated(Known.RATE_UNITS)
    assert stated is not None
    assert stated.words == {"a", "w"}
    assert known.stated(Known.PERIODS) is None


def test_a_variable_of_one_evse_is_not_that_of_the_station(known: Configuration) -> None:
    name = {"component": {"name": "SmartChargingCtrlr", "evse": {"id": 1}}, "variable": {"name": "ProfileStackLevel"}}
    learn_variables(known, {"getVariableResult": [{**name, "attributeStatus": "Accepted", "attributeValue": "1"}]})
    assert known.stated(Known.STACK_LEVEL) is None
    assert variable(name) == "SmartChargingCtrlr@1.ProfileStackLevel"


def test_a_report_tells_values_mutability_and_bounds(known: Configuration) -> None:
    report = {
        **named("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"),
        "variableAttribute": [{"value": "10", "mutability": "ReadOnly"}, {"type": "Target", "value": "99"}],
        "variableCharacteristics": {"dataType": "integer", "minLimit": 1, "maxLimit": 50.5},
    }
    learn_report(known, {"reportData": [report]})
    name = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
    assert known.stated(Known.GET_VARIABLES) == Stated(name, "10")
    assert known.is_read_only(name)
    assert known.bounds(name) == Bounds(1, 50.5)


def test_the_set_limits_of_a_variable_are_bounds(known: Configuration) -> None:
    for kind, value in (("MaxSet", "3600"), ("MinSet", "10"), ("MaxSet", "nonsense")):
        item = {**named("A", "B"), "attributeStatus": "Accepted", "attributeValue": value, "attributeType": kind}
        learn_variables(known, {"getVariableResult": [item]})
        if kind == "MinSet":
            assert known.bounds("A.B") == Bounds(10, 3600)
    assert known.bounds("A.B") == Bounds(10, None)


def test_the_most_profiles_are_the_limit_of_their_count(known: Configuration) -> None:
    known.bind("SmartChargingCtrlr.Entries[ChargingProfiles]", Bounds(0, 5))
    stated = known.stated(Known.PROFILES)
    assert stated is not None
    assert (stated.count, stated.key) == (5, "the maxLimit of SmartChargingCtrlr.Entries[ChargingProfiles]")


def test_another_firmware_may_be_another_station(known: Configuration) -> None:
    known.booted("1.0")
    known.state("ChargeProfileMaxStackLevel", "1")
    known.lock("A", is_read_only=True)
    known.booted("1.0")
    known.booted(None)
    assert known.stated(Known.STACK_LEVEL) is not None
    known.booted("1.1")
    assert known.stated(Known.STACK_LEVEL) is None
    assert not known.is_read_only("A")


def test_nobody_can_fill_the_memory(known: Configuration) -> None:
    keys = [key(f"Key{number}", "x", readonly=True) for number in range(10 * MOST_KEYS)]
    learn_keys(known, {"configurationKey": [*keys, key("x" * 100_000, "1", readonly=True)]})
    assert known.is_read_only("Key0")
    assert not known.is_read_only(f"Key{MOST_KEYS}")
    assert not known.is_read_only("x" * 100_000)
    known.state("SupportedFeatureProfiles", "x" * (LONGEST_VALUE + 1))
    assert known.stated(Known.FEATURES) is None


@pytest.mark.parametrize(
    ("value", "count"), [("8", 8), (" 8 ", 8), ("0", 0), ("", None), ("-1", None), ("8.0", None), ("many", None)]
)
def test_a_count_is_a_plain_number(value: str, count: int | None) -> None:
    assert Stated("key", value).count == count


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5), ("-5.5", -5.5), ("1e3", None), ("", None), (None, None), ("9" * 400, None), ("NaN", None)],
)
def test_a_number_is_written_in_decimals(value: str | None, number: float | None) -> None:
    assert written(value) == number


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [[]], [{}], [None], {"name": []}])
def test_answers_of_any_shape_teach_nothing(known: Configuration, value: Any) -> None:
    fields = ("key", "value", "readonly", "component", "variable", "attributeStatus", "attributeType")
    fields += ("variableAttribute", "variableCharacteristics", "minLimit", "maxLimit")
    item = dict.fromkeys(fields, value)
    for lists in (value, [item], [item, value]):
        learn_keys(known, {"configurationKey": lists})
        learn_variables(known, {"getVariableResult": lists})
        learn_report(known, {"reportData": lists})
    assert all(known.stated(each) is None for each in Known)


def test_every_wish_has_a_key() -> None:
    assert set(KEYS.values()) == set(Known)
    assert all(name == name.lower() for name in KEYS)
