"""M: meter values that can't be, and the many that can."""

from typing import Any

import pytest

from inspector.protocol.event import Closed
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.knowledge.buckets import ROUNDING, STEP
from inspector.protocol.knowledge.series import MOST_NAMES
from inspector.protocol.rules.meter import MOST_SERIES
from tests.protocol.rules.dialogue import at, begins, stamp, station
from tests.protocol.rules.made import Events
from tests.protocol.rules.talks import V16, V201, boot, event, meter, number, sample, session, start, stop
from tests.protocol.wire import findings

KWH = 1000
LIFETIME = 4_076_000
PHASES = ("L1", "L2", "L3")
EXPORT, POWER = "Energy.Active.Export.Register", "Power.Active.Import"


def meters(*exchanges: Events, **how: Any) -> list[Finding]:
    """Return what is found of meter values in a session that begins with a boot."""
    events = session(boot(version=how.get("version", V16)), *exchanges, **how)
    return [finding for finding in findings(events) if finding.code[0] == "M"]


def said(found: list[Finding]) -> list[tuple[str, int | None]]:
    """Return code and frame of each finding."""
    return [(finding.code, finding.frame) for finding in found]


def charged(*values: float | str, register: float = LIFETIME, ends: int | None = None, **fields: str) -> list[Finding]:
    """Charge with a register that shows these values, a minute apart; by default it ends where the last one stood."""
    samples = [meter(60 * turn, sample(value, **fields)) for turn, value in enumerate(values, 1)]
    over = [] if ends is None else [stop(60 * len(values) + 90, register=ends)]
    return meters(start(10, register=int(register)), *samples, *over)


def charged_2x(*values: float, **unit: Any) -> list[Finding]:
    """Charge a station of 2.x with a register that shows these values, a minute apart."""
    samples = [number(value, unitOfMeasure=unit) if unit else number(value) for value in values]
    last = len(samples) - 1
    kinds = ["Started", *["Updated"] * (last - 1), "Ended"]
    return meters(*(event(60 * turn + 5, kinds[turn], turn, samples[turn]) for turn in range(last + 1)), version=V201)


# Registers


def test_a_register_that_falls_is_said_once_for_a_transaction() -> None:
    """With both figures and the connector; what follows is no news."""
    found = charged(LIFETIME + 300, LIFETIME + 200, LIFETIME + 500, LIFETIME + 400, ends=LIFETIME + 100)
    assert said(found) == [("M001", 7)]
    words = "Energy.Active.Import.Register of connector 1 goes from 4076300 Wh to 4076200 Wh"
    assert (found[0].message, found[0].blame) == (words, Blame.STATION)
    assert found[0].pointer == "/3/meterValue/0/sampledValue/0/value"


def test_each_bucket_falls_by_itself() -> None:
    """Phases, locations and measurands are different registers."""
    places = [{"phase": "L1"}, {"phase": "L2"}, {"location": "Inlet"}, {"measurand": EXPORT}]
    found = meters(
        start(10),
        meter(60, *(sample(900, **place) for place in places)),
        meter(120, *(sample(500, **place) for place in places)),
    )
    assert [one.pointer[-7] for one in found] == ["0", "1", "2", "3"]
    assert {one.code for one in found} == {"M001"}
    assert found[2].message.startswith("Energy.Active.Import.Register Inlet of connector 1 ")


def test_each_transaction_is_told_of_anew() -> None:
    exchanges = [
        each
        for turn in range(3)
        for each in (
            start(600 * turn + 10, register=5000, key=turn + 1),
            meter(600 * turn + 60, sample(6000), key=turn + 1),
            meter(600 * turn + 120, sample(5500), key=turn + 1),
            stop(600 * turn + 180, register=6000, key=turn + 1),
        )
    ]
    assert [one.code for one in meters(*exchanges)] == ["M001"] * 3


@pytest.mark.parametrize("values", [(0, 300, 700), (12, 340)])
def test_session_energy_against_a_lifetime_meter_start_is_another_zero(values: tuple[float, ...]) -> None:
    found = charged(*values, ends=LIFETIME + 700)
    assert said(found) == [("M002", 5)]
    assert "from 4076000 Wh to " in found[0].message


def test_lifetime_energy_against_a_meter_start_of_zero_is_another_zero() -> None:
    assert said(charged(LIFETIME, LIFETIME + 300, register=0, ends=900)) == [("M002", 5)]


def test_a_register_that_starts_anew_in_a_transaction_is_said() -> None:
    assert said(charged(LIFETIME + 400, LIFETIME + 800, 0, 300, ends=300)) == [("M002", 9)]
    assert said(charged_2x(5300, 5600, 0, 400)) == [("M002", 7)]


@pytest.mark.parametrize(
    "values", [(4076.4, 4076.9), (LIFETIME + 400, 4076.9, 4077.4), (LIFETIME + 400, 4_076_800_000)]
)
def test_a_register_in_another_unit_than_it_says_is_a_thousandfold(values: tuple[float, ...]) -> None:
    """A missing unit is Wh."""
    assert [one.code for one in charged(*values)] == ["M003"]


def test_a_power_in_another_unit_than_it_says_is_a_thousandfold() -> None:
    watts = [meter(60 * turn, sample(value, POWER, unit="kW")) for turn, value in enumerate((22.1, 22.0, 22_050), 1)]
    assert said(meters(start(10), *watts)) == [("M003", 9)]


def test_a_stop_below_the_last_sample_is_said_with_both() -> None:
    (found,) = charged(LIFETIME + 900, ends=LIFETIME + 500)
    assert (found.code, found.frame, found.pointer) == ("M006", 7, "/3/meterStop")
    assert "ends with 4076500 Wh, after 4076900 Wh" in found.message


@pytest.mark.parametrize("ends", [-1, 0, 3500])
def test_a_stop_below_the_start_is_said(ends: int) -> None:
    """Also the mark of an error that some stations send."""
    assert [one.code for one in meters(start(10, register=4000), stop(90, register=ends))] == ["M006"]


def test_the_samples_of_a_stop_are_read_too() -> None:
    data = [
        {"timestamp": stamp(60), "sampledValue": [sample(LIFETIME + 200)]},
        {"timestamp": stamp(80), "sampledValue": [sample(LIFETIME + 100)]},
    ]
    (found,) = meters(start(10, register=LIFETIME), stop(90, register=LIFETIME + 300, transactionData=data))
    assert (found.code, found.pointer) == ("M001", "/3/transactionData/1/sampledValue/0/value")


def test_a_register_without_a_zone_in_its_times_is_compared_too() -> None:
    """Their order is known all the same."""
    values = [meter(60 * turn, sample(900 - 300 * turn), time=stamp(60 * turn)[:-1]) for turn in (1, 2)]
    assert [one.code for one in meters(start(10), *values)] == ["M001"]


@pytest.mark.parametrize(("value", "is_said"), [(-0.2, False), (0, False), (-5, True), (-4_076_000, True)])
def test_an_import_register_below_zero_is_said(value: float, is_said: bool) -> None:
    found = meters(meter(60, sample(value)), meter(120, sample(value, measurand=EXPORT)))
    assert [one.code for one in found] == ["M008"] * is_said


def test_a_meter_start_below_zero_is_the_stations() -> None:
    """Though it is known to matter only when the CSMS has answered."""
    (found,) = meters(start(10, register=-5000))
    assert (found.code, found.frame, found.pointer, found.blame) == ("M008", 3, "/3/meterStart", Blame.STATION)


# Other values


@pytest.mark.parametrize(
    ("value", "is_said"), [(-1, True), (0, False), (55.5, False), (100, False), (100.5, True), (255, True)]
)
def test_a_state_of_charge_is_a_percentage(value: float, is_said: bool) -> None:
    """Once in a transaction."""
    soc = {"measurand": "SoC", "unit": "Percent", "location": "EV"}
    found = meters(start(10), *(meter(60 * turn, sample(value, **soc)) for turn in range(1, 4)))
    assert said(found) == [("M005", 5)] * is_said
    found = meters(event(5, "Started", 0, number(value, "SoC", location="EV")), version=V201)
    assert said(found) == [("M005", 3)] * is_said


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("230,1", "write 230.1"),
        ("", "send a decimal number"),
        ("N/A", "send a decimal number"),
        ("NaN", "send a decimal number"),
        ("-inf", "send a decimal number"),
        ("1_000", "send a decimal number"),
        ("\u0661\u0662", "send a decimal number"),
        (" 230.1 ", "write 230.1"),
        ("+inf", "send a decimal number"),
        ("0x1F", "send a decimal number"),
        ("1e999", "send a decimal number"),
        ("x" * 10_000, "send a decimal number"),
    ],
)
@pytest.mark.parametrize("measurand", ["Voltage", POWER, "Energy.Active.Import.Register"])
def test_a_value_that_is_no_number_is_said_once(value: str, hint: str, measurand: str) -> None:
    """Also of a measurand that nobody else cares about."""
    values = [meter(60 * turn, sample(1), sample(value, measurand, phase="L1")) for turn in (1, 2)]
    (found,) = meters(start(10), *values)
    assert (found.code, found.frame, found.hint) == ("M007", 5, hint)
    assert found.pointer == "/3/meterValue/0/sampledValue/1/value"
    assert len(found.message) < 150


@pytest.mark.parametrize("value", ["+5", ".5", "5.", "007", "1e3", "1.5E+2", "-3"])
def test_a_decimal_number_may_be_written_in_many_ways(value: str) -> None:
    assert meters(start(10), meter(60, sample(1), sample(value, "Voltage"), sample(value, POWER, unit="W"))) == []


def test_signed_data_is_no_number_and_need_not_be() -> None:
    """It stands beside the plain value, under the same names, and may even look like a number."""
    signed = [sample(text, format="SignedData", context="Transaction.End") for text in ("OCMF|{}", "3031323334", "")]
    assert meters(start(10), meter(60, sample(500), *signed), meter(120, sample(600), *signed)) == []


@pytest.mark.parametrize(("watts", "is_said"), [(350_000, False), (3_900_000, False), (11_000_000, True)])
def test_a_power_that_no_connector_carries_is_said(watts: int, is_said: bool) -> None:
    found = meters(
        start(10), meter(60, sample(watts, POWER, unit="W")), meter(120, sample(watts / KWH, POWER, unit="kW"))
    )
    assert said(found) == [("M008", 5)] * is_said


def test_a_whole_station_may_carry_more() -> None:
    """Connector 0 is the grid connection."""
    values = [
        meter(60 * turn, sample(9e6, POWER, unit="W"), sample(turn * 3e5), connector=0, key=None) for turn in range(9)
    ]
    assert meters(*values) == []


# Energy against power


def flow(watts: float, *, wh: float, seconds: int = 60, times: int = 30, power_unit: str = "W") -> list[Finding]:
    """Charge steadily: by the register with so many Wh an interval, by the power samples with so many watts."""
    pairs = [
        meter(seconds * turn, sample(round(LIFETIME + wh * turn)), sample(watts, POWER, unit=power_unit))
        for turn in range(1, times + 1)
    ]
    return meters(start(10, register=LIFETIME), *pairs)


@pytest.mark.parametrize("watts", [22_000, 16_000, 30_000])
def test_power_and_energy_that_roughly_agree_are_fine(watts: float) -> None:
    assert flow(watts, wh=367) == []


def test_power_and_energy_that_disagree_are_said_with_both_figures() -> None:
    """Here the power is that of one phase."""
    (found,) = flow(7333, wh=367, times=90)
    assert found.code == "M004"
    assert found.pointer == "/3/meterValue/0"
    assert "grew by 7.34 kWh in 20 min of steady power, which make 2.44 kWh" in found.message


@pytest.mark.parametrize(
    ("watts", "unit", "expected"),
    [(0, "W", ["M004"]), (22, "W", ["M004"]), (22_000, "kW", ["M008", "M004"])],
)
def test_power_that_is_not_measured_or_in_the_wrong_unit_is_said(watts: float, unit: str, expected: list[str]) -> None:
    assert [one.code for one in flow(watts, wh=367, power_unit=unit)] == expected


def test_power_without_a_unit_proves_nothing() -> None:
    """It may be kW."""
    pairs = [meter(60 * turn, sample(367 * turn), sample(22, POWER)) for turn in range(1, 40)]
    assert meters(start(10), *pairs) == []


@pytest.mark.parametrize(("seconds", "times"), [(60, 15), (300, 20), (1200, 60)])
def test_few_or_rare_samples_of_power_prove_nothing(seconds: int, times: int) -> None:
    assert flow(1000, wh=6 * seconds, seconds=seconds, times=times) == []


@pytest.mark.parametrize("seconds", [300, 900])
def test_power_of_one_phase_is_said_at_common_intervals(seconds: int) -> None:
    assert [one.code for one in flow(7333, wh=22_000 * seconds / 3600, seconds=seconds)] == ["M004"]
    assert flow(22_000, wh=22_000 * seconds / 3600, seconds=seconds, times=60) == []


def test_little_energy_proves_nothing() -> None:
    assert flow(100, wh=20, times=200) == []


def test_power_that_jumps_between_the_samples_proves_nothing() -> None:
    """A car that is charged from the sun: what was between two samples is not known."""
    pairs = [
        meter(60 * turn, sample(round(180 * turn)), sample((400, 22_000, 3000)[turn % 3], POWER, unit="W"))
        for turn in range(1, 200)
    ]
    assert meters(start(10), *pairs) == []


@pytest.mark.parametrize("steps", [1000, 5500])
def test_a_register_in_large_steps_agrees(steps: int) -> None:
    """It shows whole kWh only, or is updated every quarter of an hour."""
    pairs = [
        meter(60 * turn, sample(367 * turn // steps * steps), sample(22_000, POWER, unit="W")) for turn in range(1, 200)
    ]
    assert meters(start(10), *pairs) == []


def test_power_of_another_place_is_not_compared() -> None:
    """The inlet of the station feeds more than one connector, and a phase is not all of them."""
    for place in ({"location": "Inlet"}, {"phase": "L1"}):
        pairs = [
            meter(60 * turn, sample(367 * turn), sample(90_000, POWER, unit="W", **place)) for turn in range(1, 60)
        ]
        assert meters(start(10), *pairs) == []


# What is as it should be


@pytest.mark.parametrize(
    "values",
    [
        (LIFETIME, LIFETIME, LIFETIME + 100),
        (LIFETIME + 100, LIFETIME + 100 - ROUNDING),
        ("4076100.49", "4076100.0", "4076099.9"),
        (LIFETIME + STEP * 2, LIFETIME + STEP * 4),
    ],
)
def test_a_register_that_stands_still_or_ticks_back_by_rounding_is_fine(values: tuple[float | str, ...]) -> None:
    assert charged(*values, ends=LIFETIME + 50_000) == []


def test_small_steps_back_do_not_add_up_to_a_fall_unseen() -> None:
    """The highest value counts."""
    assert [one.code for one in charged(*(LIFETIME + 500 - 4 * turn for turn in range(9)))] == ["M001"]


@pytest.mark.parametrize("values", [("4076.5", "4076.4", "4076.5"), ("4077", "4076.61"), ("4077", "4076")])
def test_kwh_with_few_places_are_rounded(values: tuple[str, ...]) -> None:
    assert charged(*values, unit="kWh", ends=LIFETIME + 1000) == []


def test_kwh_and_wh_of_one_register_are_compared_as_what_they_are() -> None:
    """The start is always in Wh, the samples say kWh."""
    assert charged("4076.2", "4076.9", unit="kWh", ends=LIFETIME + 900) == []
    (found,) = charged("4076.9", "4076.2", unit="kWh")
    assert (found.code, found.message.split(" goes ")[1]) == ("M001", "from 4076900 Wh to 4076200 Wh")


@pytest.mark.parametrize("unit", [{"unit": "Wh", "multiplier": 3}, {"unit": "kWh"}, {"unit": "kWh", "multiplier": 0}])
def test_a_multiplier_is_reckoned_in(unit: dict[str, Any]) -> None:
    assert charged_2x(4076.1, 4076.5, 4076.9, **unit) == []
    (found,) = charged_2x(4076.9, 4076.1, 4077.0, **unit)
    assert "from 4076900 Wh to 4076100 Wh" in found.message
    assert "of EVSE 1" in found.message


def test_energy_of_each_session_by_itself_is_fine_if_all_messages_agree() -> None:
    """It begins at 0 each time; between the transactions the last one is still shown, then 0."""
    exchanges = [
        each
        for turn in range(3)
        for each in (
            start(900 * turn + 10, register=0, key=turn + 1),
            meter(900 * turn + 60, sample(200), key=turn + 1),
            meter(900 * turn + 120, sample(700), key=turn + 1),
            meter(900 * turn + 130, sample(700), key=None),
            stop(900 * turn + 180, register=900, key=turn + 1),
            meter(900 * turn + 300, sample(900), key=None),
            meter(900 * turn + 600, sample(0), key=None),
        )
    ]
    assert meters(*exchanges) == []


def test_values_outside_of_transactions_begin_anew_with_each() -> None:
    """A station leaves out the id, and shows the energy of the last session until the next begins."""
    before = meter(10, sample(5000), key=None)
    assert meters(before, start(20), meter(60, sample(900), key=None)) == []
    assert meters(before, stop(20, register=5000), meter(60, sample(900), key=None)) == []
    entry = {"timestamp": stamp(10), "sampledValue": [number(5000)]}
    before = station(10, "MeterValues", {"evseId": 1, "meterValue": [entry]})
    entry = {"timestamp": stamp(60), "sampledValue": [number(900)]}
    later = station(60, "MeterValues", {"evseId": 1, "meterValue": [entry]})
    for kind in ("Started", "Ended"):
        assert meters(before, event(20, kind, 0), later, version=V201) == []
    assert [one.code for one in meters(before, event(20, "Updated", 1), later, version=V201)] == ["M001"]


def test_energy_of_each_session_by_itself_is_fine_in_2x() -> None:
    exchanges = [
        each
        for turn in range(3)
        for each in (
            event(900 * turn + 10, "Started", 0, number(0, context="Transaction.Begin"), key=f"t{turn}"),
            event(900 * turn + 60, "Updated", 1, number(700), key=f"t{turn}"),
            event(900 * turn + 90, "Ended", 2, number(900, context="Transaction.End"), key=f"t{turn}"),
        )
    ]
    assert meters(*exchanges, version=V201) == []


def test_an_id_that_is_used_again_is_another_transaction() -> None:
    """A test server gives each the same; a station begins to count anew after a boot."""
    again = [each for turn in range(3) for each in (start(300 * turn + 10), meter(300 * turn + 60, sample(900 - turn)))]
    assert meters(*again) == []
    again = [
        each
        for turn in range(3)
        for each in (
            event(300 * turn + 10, "Started", 0, number(0), key="1"),
            event(300 * turn + 60, "Updated", 1, number(5000 - 900 * turn), key="1"),
        )
    ]
    assert meters(*again, version=V201) == []


def test_a_lifetime_register_goes_on_from_transaction_to_transaction() -> None:
    exchanges = [
        each
        for turn in range(4)
        for each in (
            start(900 * turn + 10, register=LIFETIME + 5000 * turn, key=turn + 1),
            meter(900 * turn + 300, sample(LIFETIME + 5000 * turn + 2500), key=turn + 1),
            stop(900 * turn + 600, register=LIFETIME + 5000 * turn + 5000, key=turn + 1),
            meter(900 * turn + 700, sample(LIFETIME + 5000 * turn + 5000), key=None),
        )
    ]
    assert meters(*exchanges) == []


def test_after_a_reboot_the_meter_may_be_another() -> None:
    """Or a register that was not saved: a transaction that goes on is not judged by what was before."""
    assert meters(start(10, register=LIFETIME), boot(60), meter(120, sample(100)), stop(200, register=300)) == []
    idle = [meter(20, sample(LIFETIME), key=None), boot(60), meter(120, sample(4_000_000), key=None)]
    assert meters(*idle) == []


def test_a_transaction_goes_on_after_a_reconnect() -> None:
    """What its start said is remembered; values outside of a transaction are not."""
    first = [*session(boot(), start(10, register=LIFETIME), meter(20, sample(50_000), key=None)), Closed(at(100))]
    fine = [begins(200), *meter(210, sample(LIFETIME + 900)), *meter(220, sample(40_000), key=None)]
    less = [begins(200), *stop(210, register=300)]
    assert [one.code for one in findings([*first, *fine]) if one.code[0] == "M"] == []
    assert [one.code for one in findings([*first, *less]) if one.code[0] == "M"] == ["M006"]


@pytest.mark.parametrize("world", [{"origin": "run"}, {"upstream": "wss://other/"}])
def test_a_transaction_does_not_go_on_in_another_world(world: dict[str, Any]) -> None:
    """A run, or another CSMS, may have a transaction of the same id."""
    first = [*session(boot(), start(10, register=LIFETIME)), Closed(at(100))]
    less = [begins(200, **world), *stop(210, register=300)]
    assert [one.code for one in findings([*first, *less]) if one.code[0] == "M"] == []


def test_a_capture_that_begins_in_mid_life_is_fine() -> None:
    assert (
        meters(meter(60, sample(LIFETIME)), meter(120, sample(LIFETIME + 300)), stop(200, register=LIFETIME + 500))
        == []
    )
    assert meters(event(60, "Updated", 9, number(5)), event(90, "Ended", 10, number(9)), version=V201) == []


def test_samples_that_come_out_of_order_are_not_compared() -> None:
    """An old one from a queue, between new ones; what is newest counts."""
    late = meter(130, sample(LIFETIME + 100), time=stamp(30))
    found = meters(
        start(10, register=LIFETIME), meter(120, sample(LIFETIME + 700)), late, meter(180, sample(LIFETIME + 900))
    )
    assert found == []


def test_a_stop_from_the_queue_is_compared_by_its_own_time() -> None:
    found = meters(start(10), meter(120, sample(700)), stop(200, register=500, time=stamp(60)))
    assert found == []


def test_the_first_and_last_value_may_come_together() -> None:
    """Both with the time of the end: the beginning is told again, and has not just been measured."""
    data = [
        {
            "timestamp": stamp(200),
            "sampledValue": [
                sample(LIFETIME, context="Transaction.Begin"),
                sample(LIFETIME + 900, context="Transaction.End"),
            ],
        }
    ]
    samples = [start(10, register=LIFETIME), meter(120, sample(LIFETIME + 700))]
    assert meters(*samples, stop(200, register=LIFETIME + 900, transactionData=data)) == []


def test_three_phases_and_two_connectors_with_all_their_measurands_are_fine() -> None:
    """Also the energy of an interval, which falls, and a power that comes and goes."""

    def values(turn: int) -> list[dict[str, Any]]:
        watts = (7, 7200, 11_000, 0)[turn % 4]
        return [
            sample(LIFETIME + 100 * turn, context="Sample.Periodic", unit="Wh"),
            sample(500 - 30 * turn, "Energy.Active.Import.Interval", unit="Wh"),
            sample(watts, POWER, unit="W"),
            sample(40 + turn, "SoC", unit="Percent", location="EV"),
            sample(turn % 2 * 40, "Temperature", unit="Celsius"),
            *(sample(LIFETIME / 3 + 30 * turn, phase=phase) for phase in PHASES),
            *(sample(230.1, "Voltage", phase=f"{phase}-N", unit="V") for phase in PHASES),
            *(sample(watts / 690, "Current.Import", phase=phase, unit="A") for phase in PHASES),
        ]

    exchanges = [
        meter(30 * turn + connector, *values(turn + 3 * connector), key=connector, connector=connector)
        for turn in range(1, 15)
        for connector in (1, 2)
    ]
    assert meters(start(5, key=1, register=LIFETIME), start(6, key=2, connector=2, register=LIFETIME), *exchanges) == []


def test_a_fast_charger_is_not_too_fast() -> None:
    """350 kW, once in ten seconds and once in a quarter of an hour."""
    for seconds in (10, 900):
        assert meters(start(5), *(meter(seconds * turn, sample(97 * seconds * turn)) for turn in range(1, 30))) == []


def test_values_outside_of_transactions_are_compared_by_connector() -> None:
    """Also those of transactions that have no proper id."""
    found = meters(
        meter(10, sample(5000), key=None),
        meter(20, sample(900), key=None, connector=2),
        meter(30, sample(4000), key=0),
        meter(40, sample(800), key=-1, connector=2),
    )
    assert said(found) == [("M001", 7), ("M001", 9)]


def test_a_meter_that_is_not_yet_read_is_fine_outside_of_transactions() -> None:
    values = [meter(60 * turn, sample(value), key=None) for turn, value in enumerate((0, LIFETIME, 0, LIFETIME), 1)]
    assert meters(*values) == []


def test_evses_of_2x_are_compared_by_evse() -> None:
    def values(second: float, evse: int, value: float) -> Events:
        entry = {"timestamp": stamp(second), "sampledValue": [number(value)]}
        return station(second, "MeterValues", {"evseId": evse, "meterValue": [entry]})

    found = meters(values(10, 1, 5000), values(20, 2, 900), values(30, 1, 5100), values(40, 2, 500), version=V201)
    assert said(found) == [("M001", 9)]
    assert "of EVSE 2" in found[0].message


# Whatever may come


@pytest.mark.parametrize("value", [None, True, 7, -1.5, 10**400, "x", "\ud800", [], [None], {}, {"x": []}, "9" * 5000])
def test_any_value_may_stand_anywhere(value: Any) -> None:
    """Nothing is raised."""
    good = sample(500, phase="L1", location="Outlet", unit="Wh", format="Raw", context="Other")
    samples = [{**good, field: value} for field in good] + [value, {**good, "unitOfMeasure": value}]
    samples += [
        {**good, "unitOfMeasure": {"unit": value}},
        {**good, "unitOfMeasure": {"unit": "Wh", "multiplier": value}},
    ]
    entries: list[Any] = [{"timestamp": stamp(20), "sampledValue": [one]} for one in samples]
    entries += [value, {"timestamp": value, "sampledValue": [good]}, {"timestamp": stamp(20), "sampledValue": value}]
    for version, action, key in ((V16, "MeterValues", 7), (V201, "TransactionEvent", "a"), (V16, "StopTransaction", 7)):
        payload = {"transactionId": key, "connectorId": value, "meterStop": value, "transactionData": entries}
        payload |= {
            "eventType": value,
            "transactionInfo": {"transactionId": value},
            "evse": value,
            "timestamp": stamp(20),
        }
        more: list[dict[str, Any]] = [
            {"meterValue": value},
            {"transactionId": value},
            {"transactionInfo": {"transactionId": "a"}},
        ]
        exchanges = [
            station(20 + turn, action, {**payload, "meterValue": entries, **one}) for turn, one in enumerate(more)
        ]
        assert {one.code for one in meters(*exchanges, version=version)} <= {"M001", "M002", "M003", "M007", "M008"}
    started = station(
        10, "StartTransaction", {"connectorId": value, "meterStart": value, "timestamp": value}, {"transactionId": 7}
    )
    strange = station(20, "StartTransaction", {}, {"transactionId": value})
    assert {one.code for one in meters(started, strange)} <= {"M008"}


def test_the_index_in_a_pointer_counts_what_is_no_object_too() -> None:
    entries = [None, {"timestamp": stamp(10), "sampledValue": [1, sample(200, "SoC")]}]
    (found,) = meters(station(10, "MeterValues", {"connectorId": 1, "meterValue": entries}))
    assert found.pointer == "/3/meterValue/1/sampledValue/1/value"


def test_a_station_that_makes_up_names_is_not_followed_beyond_a_bound() -> None:
    """What comes after is not compared."""
    many = [sample(900, phase=f"P{turn}") for turn in range(MOST_NAMES + 10)]
    less = [sample(500, phase=f"P{turn}") for turn in range(MOST_NAMES + 10)]
    assert len(meters(start(10), meter(60, *many), meter(120, *less))) == MOST_NAMES


def test_a_station_that_makes_up_transactions_is_not_followed_beyond_a_bound() -> None:
    """The oldest is forgotten."""
    many = [meter(10 + turn, sample(900), key=turn) for turn in range(1, MOST_SERIES + 2)]
    less = [meter(200 + turn, sample(500), key=turn) for turn in (1, 5)]
    assert [one.frame for one in meters(*many, *less)] == [2 * (MOST_SERIES + 1) + 5]
