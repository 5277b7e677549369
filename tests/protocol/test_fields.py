"""Fields: whatever a payload is, reading it raises nothing, and what comes out is what was asked for."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol import fields
from tests.protocol.documents import documents, quick

PAYLOAD = {
    "text": "a",
    "integer": 7,
    "whole": 7.0,
    "exact": Decimal("7.0"),
    "real": 21.5,
    "decimal": Decimal("21.50"),
    "yes": True,
    "nothing": None,
    "inner": {"text": "b", "deeper": {"integer": 8}},
    "list": [{"a": 1}, 2, None, {"b": 2}, [{"c": 3}]],
}

HOSTILE = [Decimal("1e400"), Decimal("-1e999999999"), 10**31, -(10**4000), float("inf"), float("nan"), 1e300]


def test_a_field_is_read_by_its_path() -> None:
    assert fields.text(PAYLOAD, "text") == "a"
    assert fields.text(PAYLOAD, "inner", "text") == "b"
    assert fields.integer(PAYLOAD, "inner", "deeper", "integer") == 8
    assert fields.inner(PAYLOAD, "inner", "deeper") == {"integer": 8}
    assert fields.text("a") == "a"


@pytest.mark.parametrize(
    "keys", [("what",), ("text", "deeper"), ("list", "a"), ("inner", "what", "more"), ("nothing", "a")]
)
def test_what_is_not_there_is_not_there(keys: tuple[str, ...]) -> None:
    """Also where the way to it leads through something else."""
    assert fields.text(PAYLOAD, *keys) is None
    assert fields.integer(PAYLOAD, *keys) is None
    assert fields.number(PAYLOAD, *keys) is None
    assert fields.inner(PAYLOAD, *keys) == {}
    assert fields.objects(PAYLOAD, *keys) == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [("integer", 7), ("whole", 7), ("exact", 7), ("real", None), ("decimal", None), ("yes", None), ("text", None)],
)
def test_an_integer_has_no_fraction_and_is_no_truth(key: str, expected: int | None) -> None:
    found = fields.integer(PAYLOAD, key)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("key", "expected"),
    [("integer", 7), ("whole", 7.0), ("exact", 7.0), ("real", 21.5), ("decimal", 21.5), ("yes", None), ("text", None)],
)
def test_numbers_can_be_reckoned_with(key: str, expected: float | None) -> None:
    """However they were written: no Decimal among them."""
    found = fields.number(PAYLOAD, key)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    "value",
    HOSTILE,
    ids=lambda value: (
        f"{type(value).__name__}{str(value)[:8]}" if not isinstance(value, int) else f"int{value.bit_length()}"
    ),
)
def test_a_number_beyond_all_use_is_not_there(value: Any) -> None:
    """It would raise in the first sum."""
    assert fields.number(value) is None
    assert fields.integer(value) is None


@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, 2**64, 10**30, Decimal("1e30"), Decimal("9007199254740993.0")])
def test_a_large_integer_loses_no_digit(value: int | Decimal) -> None:
    assert fields.integer(value) == value


def test_a_number_too_small_to_tell_from_nothing_is_nothing() -> None:
    assert fields.number(Decimal("1e-999999999")) == 0.0
    assert fields.integer(Decimal("1e-999999999")) is None


def test_of_a_list_only_the_objects_are_taken() -> None:
    assert fields.objects(PAYLOAD, "list") == [{"a": 1}, {"b": 2}]
    assert fields.objects(PAYLOAD, "inner") == []


@quick
@given(documents, st.lists(st.sampled_from(["a", "b", ""]), max_size=3))
def test_any_payload_can_be_read(value: Any, keys: list[str]) -> None:
    assert isinstance(fields.text(value, *keys), str | None)
    assert type(fields.integer(value, *keys)) in {int, type(None)}
    assert type(fields.number(value, *keys)) in {int, float, type(None)}
    assert isinstance(fields.inner(value, *keys), dict)
    assert all(isinstance(item, dict) for item in fields.objects(value, *keys))
