"""H0, the rows: how severe each is, and that what has two readings says both."""

import pytest

from inspector.protocol.finding import Blame, Severity
from inspector.protocol.rules.handshake_rules import RULES

BY_CODE = {rule.code: rule for rule in RULES}


def test_the_codes_have_no_gap() -> None:
    assert list(BY_CODE) == [f"H{number:03}" for number in range(1, 1 + len(RULES))]


def test_what_the_standard_forbids_is_an_error() -> None:
    errors = {code for code, rule in BY_CODE.items() if rule.severity is Severity.ERROR}
    assert errors == {"H002", "H007", "H008", "H012"}


def test_what_is_only_odd_is_told_in_passing() -> None:
    infos = {code for code, rule in BY_CODE.items() if rule.severity is Severity.INFO}
    assert infos == {"H006", "H014"}


@pytest.mark.parametrize(
    ("code", "reading", "other"),
    [
        ("H003", "a misspelling", "or an older"),
        ("H004", "refuse the station", "do not mind"),
        ("H005", "must not write", "should skip"),
        ("H013", "the same in any case", "others refuse"),
    ],
)
def test_what_has_two_readings_is_a_warning_that_says_both(code: str, reading: str, other: str) -> None:
    rule = BY_CODE[code]
    assert rule.severity is Severity.WARNING
    assert reading in rule.why
    assert other in rule.why


def test_the_csms_is_to_blame_for_what_it_answers_and_the_station_for_what_it_offers() -> None:
    """Of a refusal and of a guess nobody knows."""
    assert {code for code, rule in BY_CODE.items() if rule.blame is Blame.CSMS} == {"H006", "H007", "H008"}
    assert {code for code, rule in BY_CODE.items() if rule.blame is None} == {"H001", "H009"}
