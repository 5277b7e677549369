"""A transaction as a row, facts and charts."""

from typing import Any

import pytest

from inspector.protocol.meter_readings import Reading
from inspector.store.transaction import Transaction
from inspector.tui.composed.transaction_page import cells, charts, facts, series_of
from tests.tui.conftest import HOSTILE, NOON, SECOND, UNSAFE

MINUTE = 60 * SECOND


def make(**fields: Any) -> Transaction:
    """Make a transaction of 41 minutes and 5.77 kWh."""
    values: dict[str, Any] = {"start_ns": NOON, "stop_ns": NOON + 41 * MINUTE, "connector": "1", "tag": "04…D4"}
    energy = {"began": (NOON, 1000.0), "latest": (NOON + 41 * MINUTE, 6770.0), "reason": "EVDisconnected"}
    return Transaction(
        **({"session": 1, "station": "CP-1", "id": "77", "first": 5, "last": 9} | values | energy | fields)
    )


def text(row: Any) -> dict[str, str]:
    """Return cells without their styles."""
    return {key: "".join(part for part, _ in line) for key, line in row.items()}


def test_a_row_tells_a_whole_transaction() -> None:
    row = text(cells(make(warnings=2), live=False, whole=True))
    assert (row["state"], row["start"], row["stop"], row["duration"]) == ("○", "03-01 12:00:00", "12:41:00", "41m 00s")
    assert (row["energy"], row["findings"], row["ended"]) == ("5.77", "⚠2", "EVDisconnected")
    assert text(cells(make(stop_ns=NOON + 100 * MINUTE), live=False, whole=True))["duration"] == "1h 40m"


@pytest.mark.parametrize(
    ("fields", "live", "said"),
    [
        ({"stop_ns": None}, True, "● charging"),
        ({"stop_ns": None}, False, "◌ no end in the capture"),
        ({"stop_ns": None, "answered": False, "id": ""}, True, "⏳ no answer yet"),
        ({"stop_ns": None, "answered": False, "id": ""}, False, "✖ no answer"),
        ({"refused": "Blocked"}, True, "✖ refused: Blocked"),
    ],
)
def test_how_it_stands_is_said_with_a_sign(fields: dict[str, Any], live: bool, said: str) -> None:
    row = text(cells(make(**fields), live=live, whole=True))
    assert f"{row['state']} {row['ended']}" == said


def test_what_was_not_seen_is_said() -> None:
    """While older frames are still to be read it may come."""
    half = make(start_ns=None, began=(NOON, 5.0))
    assert text(cells(half, live=False, whole=False))["start"] == "…"
    row = text(cells(half, live=False, whole=True))
    assert (row["start"], row["duration"], row["energy"]) == ("not seen", "", "≥6.76")
    assert text(cells(make(latest=None), live=False, whole=True))["energy"] == ""
    assert text(cells(make(latest=(NOON + 1, 1e29)), live=False, whole=True))["energy"] == "1e+26"


def test_any_time_and_any_name_is_only_shown() -> None:
    odd = make(start_ns=-(2**70), stop_ns=2**70, id=HOSTILE, tag=HOSTILE, reason=HOSTILE, refused=HOSTILE)
    row = text(cells(odd, live=True, whole=True))
    assert row["start"] == "?"
    lines = facts(odd, 60, live=True)
    assert not UNSAFE.search("".join(row.values()) + "".join(part for line in lines for part, _ in line))


def test_the_facts_take_two_lines() -> None:
    first, second = ("".join(part for part, _ in line) for line in facts(make(), 78, live=False))
    assert first == "○ CP-1  connector 1  tag 04…D4  ✓"
    assert second == "03-01 12:00:00 → 12:41:00  41m 00s  5.77 kWh  EVDisconnected"


def measured(count: int, **fields: Any) -> list[Reading]:
    """Return readings, one a minute; fields are functions of the minute."""
    return [Reading(NOON + n * MINUTE, **{key: make(n) for key, make in fields.items()}) for n in range(count)]


def test_all_that_was_measured_is_drawn() -> None:
    """Energy since the beginning, in kWh; the power in kW; the charge up to 100 %."""
    readings = measured(5, power_w=lambda _: 11000.0, energy_wh=lambda n: 5000.0 + n * 183, soc=lambda n: 40.0 + n)
    power, energy, charge = series_of(readings)
    assert (power.title, power.high, energy.points[0][1], charge.high) == ("power kW", 11.0, 0.0, 100.0)
    assert energy.high == pytest.approx(0.732)
    lines = ["".join(part for part, _ in line) for line in charts(readings, 70, 14)]
    assert [line for line in lines if "highest" in line] == [
        "power kW  highest 11, last 11",
        "energy kWh  highest 0.732, last 0.732",
        "state of charge %  highest 44, last 44",
    ]
    assert lines[-1].split()[0] == "12:00:00"
    assert len(lines) <= 14


def test_power_is_made_of_what_there_is() -> None:
    """And it is said of what."""
    assert series_of(measured(3, energy_wh=lambda n: n * 100.0))[0].title == "power kW, from the energy"
    assert series_of(measured(3, energy_wh=lambda n: n * 100.0))[0].points[0][1] == pytest.approx(6.0)
    assert series_of(measured(3, current_a=lambda _: 16.0))[0].title == "current A"
    reckoned = measured(3, power_w=lambda _: 3680.0, reckoned=lambda _: True)
    assert series_of(reckoned)[0].title == "power kW, from current and voltage"


@pytest.mark.parametrize("readings", [[], measured(1, power_w=lambda _: 5.0), [Reading(NOON)] * 9])
def test_without_two_readings_there_is_no_chart(readings: list[Reading]) -> None:
    assert "no meter values" in "".join(part for line in charts(readings, 80, 10) for part, _ in line)


def test_a_small_place_has_a_smaller_chart() -> None:
    readings = measured(5, power_w=lambda _: 5.0, soc=lambda n: n)
    assert [len(charts(readings, 60, height)) <= height for height in (5, 8, 11)] == [True] * 3
    assert "no room" in "".join(part for line in charts(readings, 20, 10) for part, _ in line)
