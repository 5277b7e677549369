"""R, the rows: how severe each is, and that what has two readings says both."""

import pytest

from inspector.protocol.finding import Severity
from inspector.protocol.rules.exchange_rules import RULES

BY_CODE = {rule.code: rule for rule in RULES}


def test_the_codes_have_no_gap() -> None:
    assert list(BY_CODE) == [f"R{number:03}" for number in range(1, len(RULES) + 1)]


@pytest.mark.parametrize("code", ["R001", "R002", "R004", "R008", "R010", "R011"])
def test_what_the_standard_forbids_is_an_error(code: str) -> None:
    assert BY_CODE[code].severity is Severity.ERROR


@pytest.mark.parametrize("code", ["R003", "R013"])
def test_what_is_only_odd_is_told_in_passing(code: str) -> None:
    assert BY_CODE[code].severity is Severity.INFO


@pytest.mark.parametrize(
    ("code", "readings"),
    [
        ("R005", ("may have dropped", "")),
        ("R006", ("Either", "or the")),
        ("R007", ("Newer texts", "older ones")),
        ("R009", ("each sender", "both together")),
        ("R012", ("Either it is wrong", "or the receiver")),
        ("R014", ("The sender", "")),
    ],
)
def test_what_has_two_readings_is_a_warning_that_says_both(code: str, readings: tuple[str, str]) -> None:
    rule = BY_CODE[code]
    assert rule.severity is Severity.WARNING
    assert all(reading in f"{rule.summary} {rule.why}" for reading in readings)


def test_nobody_is_to_blame_for_ever() -> None:
    """It depends on who sent the frame, or failed to."""
    assert {rule.blame for rule in RULES} == {None}
