"""Values that can be compared: what may follow upon what."""

from decimal import Decimal
from math import inf

import pytest

from inspector.protocol.knowledge.buckets import CHECK_UNIT, MOST_W, STEP, Level, Problem, Register, finite

MINUTE = 60_000_000_000


def register(*, may_restart: bool = False) -> Register:
    """Make a register of imported energy."""
    return Register("Energy", "Wh", MOST_W, is_import=True, may_restart=may_restart)


def after(before: float, value: float, *, scale: float = 1.0, passed_ns: int = MINUTE) -> str:
    """Return the code of what is said when a register shows this after that."""
    bucket = register()
    assert bucket.judge(before / scale, scale, MINUTE) is None
    problem = bucket.judge(value / scale, scale, MINUTE + passed_ns)
    return problem.code if problem else ""


@pytest.mark.parametrize(
    ("before", "value", "code"),
    [
        (5000, 5000, ""),
        (5000, 4990, ""),
        (5000, 4989, "M001"),
        (5000, 501, "M001"),
        (5000, 499, "M002"),
        (5000, 0, "M002"),
        (5000, -3, "M002"),
        (0, -3, ""),
        (5_000_000, 5000, "M003"),
        (5_000_000, 5400, "M003"),
        (5_000_000, 6000, "M002"),
        (5000, 5_000_000, "M003"),
        (0, 66_000, ""),
        (0, 67_000, "M002"),
        (0, 5_000_000, "M002"),
    ],
)
def test_a_register_grows_and_not_too_fast(before: float, value: float, code: str) -> None:
    """In a minute."""
    assert after(before, value) == code


def test_much_may_have_flowed_in_a_long_time() -> None:
    assert after(5000, 5_000_000, passed_ns=120 * MINUTE) == ""


@pytest.mark.parametrize(
    ("before", "value", "scale", "code"),
    [
        (13_000, 12_620, 1000, ""),
        (13_100, 13_020, 1000, ""),
        (13_110, 13_095, 1000, "M001"),
        (13_110, 13_099, 1000, "M001"),
        (13_120, 13_100, 1000, ""),
        (13_000, 12_620, 1, "M001"),
    ],
)
def test_one_in_the_last_place_may_be_lost(before: float, value: float, scale: float, code: str) -> None:
    """13 and then 12.62 kWh is rounding, 13000 and 12620 Wh is not."""
    assert after(before, value, scale=scale) == code


def test_a_register_outside_of_transactions_may_start_anew() -> None:
    """But neither fall a little nor be in another unit."""
    for value, code in ((0, None), (9e6, None), (4000, "M001"), (5_000_000, "M003")):
        bucket = register(may_restart=True)
        bucket.judge(5000, 1.0, MINUTE)
        problem = bucket.judge(value, 1.0, 2 * MINUTE)
        assert (problem and problem.code) == code


def test_a_register_says_one_thing_and_goes_on() -> None:
    """From where it fell to."""
    bucket = register()
    for value in (5000, 4000):
        last = bucket.judge(value, 1.0, MINUTE)
    assert last == Problem(
        "M001", "Energy goes from 5000 Wh to 4000 Wh", "send the register of the meter, which only grows"
    )
    assert bucket.judge(100, 1.0, 2 * MINUTE) is None
    assert (bucket.low, bucket.high, bucket.value) == (100, 100 + STEP, 100)


@pytest.mark.parametrize(
    ("value", "time_ns", "code"),
    [
        (5000, 1, None),
        (4990, 1, None),
        (4950, 1, "M006"),
        (4950, 0, None),
        (4000, 0, "M006"),
        (4000, -1, None),
        (5e6, 1, "M003"),
    ],
)
def test_the_end_is_not_below_the_last(value: float, time_ns: int, code: str | None) -> None:
    """Unless it was earlier, or in the same second."""
    bucket = register()
    bucket.judge(5000, 1.0, MINUTE)
    problem = bucket.end(value, MINUTE + time_ns)
    assert (problem and problem.code) == code


def test_an_end_without_a_beginning_is_fine() -> None:
    assert register().end(5000, MINUTE) is None
    assert register().end(-5000, MINUTE) == Problem("M008", "Energy is -5000 Wh", "a register begins at zero and grows")


@pytest.mark.parametrize(
    ("before", "value", "code"),
    [(22_000, 11, None), (22_000, 4e6, None), (22_000, 5e6, "M008"), (22_000, 22e6, "M003"), (0, 22e6, "M008")],
)
def test_a_power_has_a_limit(before: float, value: float, code: str | None) -> None:
    """And a thousandfold is said to be one."""
    bucket = Level("Power", "W", -inf, MOST_W, "M008", CHECK_UNIT)
    assert bucket.judge(before, 1.0, MINUTE) is None
    problem = bucket.judge(value, 1.0, 2 * MINUTE)
    assert (problem and problem.code) == code


def test_a_percentage_is_never_a_thousandfold() -> None:
    bucket = Level("SoC", "Percent", 0.0, 100.0, "M005", "send percent")
    assert bucket.judge(55, 1.0, MINUTE) is None
    assert bucket.judge(55_000, 1.0, 2 * MINUTE) == Problem("M005", "SoC is 55000 Percent", "send percent")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7.0),
        (1.5, 1.5),
        ("1.5", 1.5),
        ("-3", -3.0),
        (Decimal("1E+3"), 1000.0),
        (10**400, None),
        (Decimal("1E+999"), None),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("1,5", None),
        (None, None),
        ([], None),
        ({}, None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_finite(value: object, number: float | None) -> None:
    assert finite(value) == number


def test_a_register_may_grow_within_a_second() -> None:
    """The last sample and the stop often bear the same second."""
    bucket = register()
    assert bucket.judge(1000.0, 1.0, MINUTE) is None
    assert bucket.end(1001.0, MINUTE) is None
