"""The samples of one transaction: which of them are compared with which."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.knowledge.series import JUDGED, MOST_NAMES, OUTLET, Series
from tests.protocol.documents import quick
from tests.protocol.rules.talks import number, sample

MINUTE = 60_000_000_000
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(("value", "measurand", "phase", "location", "unit", "context", "format", "unitOfMeasure"))


def series() -> Series:
    """Make the series of a transaction of 1.6 at connector 1."""
    return Series(1, is_16=True, is_idle=False)


def taken(*moments: list[Any], of: Series | None = None) -> list[tuple[str, int]]:
    """Take the samples of several minutes; return code and place of what is found."""
    known = of or series()
    found = [problem for minute, samples in enumerate(moments, 1) for problem in known.take(samples, minute * MINUTE)]
    return [(problem.code, problem.sample) for problem in found]


@pytest.mark.parametrize(
    "same",
    [
        {"measurand": "Energy.Active.Import.Register"},
        {"unit": "Wh"},
        {"location": OUTLET},
        {"context": "Sample.Clock"},
        {"format": "Raw"},
        {"unitOfMeasure": {}},
        {"unitOfMeasure": {"unit": "Wh"}},
        {"unitOfMeasure": {"unit": "Wh", "multiplier": 0}},
    ],
)
def test_what_is_left_out_is_what_the_standard_takes_for_it(same: dict[str, Any]) -> None:
    """A value with the default named is the next of one without."""
    assert taken([sample(900)], [{**sample(500), **same}]) == [("M001", 0)]
    assert taken([{**sample(900), **same}], [sample(500)]) == [("M001", 0)]


@pytest.mark.parametrize(
    "other",
    [
        {"measurand": "Energy.Active.Export.Register"},
        {"measurand": "Energy.Active.Import.Interval"},
        {"measurand": "Energy.Active.Net"},
        {"phase": "L1"},
        {"location": "Inlet"},
        {"unit": "varh"},
        {"format": "SignedData"},
        {"context": "Transaction.Begin"},
    ],
)
def test_another_place_or_kind_is_not_compared(other: dict[str, Any]) -> None:
    assert taken([sample(900)], [{**sample(500), **other}]) == []


def test_kwh_are_wh() -> None:
    assert taken([sample(1900)], [sample(1.5, unit="kWh")]) == [("M001", 0)]
    assert taken([sample(1900)], [sample(2.5, unit="kWh")], [sample(2600)]) == []
    assert taken([number(1900)], [number(1.5, unitOfMeasure={"unit": "Wh", "multiplier": 3})]) == [("M001", 0)]


@pytest.mark.parametrize("multiplier", [13, -13, 10**400, 1.5, "3", None, [], {}])
def test_a_multiplier_beyond_reason_is_not_reckoned_with(multiplier: Any) -> None:
    strange = {**number(300), "unitOfMeasure": {"unit": "Wh", "multiplier": multiplier}}
    assert taken([number(900)], [strange], [number(950)]) == ([("M001", 0)] if multiplier is None else [])


def test_a_moment_that_is_not_newer_is_not_compared() -> None:
    known = series()
    assert known.take([sample(900)], 2 * MINUTE) == []
    assert known.take([sample(500)], 2 * MINUTE) == []
    assert known.take([sample(400)], MINUTE) == []
    assert [problem.code for problem in known.take([sample(800)], 3 * MINUTE)] == ["M001"]


def test_an_old_value_that_fits_is_not_taken_either() -> None:
    known = series()
    for value, minute in ((900, 3), (950, 1), (920, 4)):
        assert known.take([sample(value)], minute * MINUTE) == []


def test_a_start_is_the_first_value() -> None:
    known = series()
    assert known.start(5000, MINUTE) is None
    assert [problem.code for problem in known.take([sample(0)], 2 * MINUTE)] == ["M002"]
    assert known.stop(4000, 3 * MINUTE) is None  # one word is enough


def test_text_that_is_no_number_is_the_schemas_matter_in_2x() -> None:
    assert taken([sample("x")]) == [("M007", 0)]
    assert taken([sample("x")], of=Series(1, is_16=False, is_idle=False)) == []


def test_names_are_bounded() -> None:
    """In number and length."""
    many = [[sample(value, phase=f"{name}") for name in range(2 * MOST_NAMES)] for value in (900, 500)]
    assert len(taken(*many)) == MOST_NAMES
    assert taken([sample(900, phase="x" * 100)], [sample(500, phase="x" * 100)]) == []


@quick
@given(st.lists(st.dictionaries(FIELDS, ANYTHING | st.sampled_from(sorted(JUDGED)), max_size=6) | ANYTHING, max_size=8))
def test_no_sample_is_too_odd(samples: list[Any]) -> None:
    """Nothing is raised, and each place is one of the list."""
    known = series()
    for minute in range(1, 4):
        assert all(0 <= problem.sample < len(samples) for problem in known.take(samples, minute * MINUTE))
