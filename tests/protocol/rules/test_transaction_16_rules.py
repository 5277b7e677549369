"""T0, the rows: how severe each is, and that what has two readings says both."""

import pytest

from inspector.protocol.finding import Blame, Severity
from inspector.protocol.rules.transaction_16_rules import RULES

BY_CODE = {rule.code: rule for rule in RULES}


def test_the_codes_have_no_gap() -> None:
    assert list(BY_CODE) == [f"T{number:03}" for number in range(1, 1 + len(RULES))]


def test_what_the_standard_forbids_is_an_error() -> None:
    errors = {code for code, rule in BY_CODE.items() if rule.severity is Severity.ERROR}
    assert errors == {"T001", "T005"}


def test_what_is_only_odd_is_told_in_passing() -> None:
    infos = {code for code, rule in BY_CODE.items() if rule.severity is Severity.INFO}
    assert infos == {"T008", "T009"}


@pytest.mark.parametrize(
    ("code", "reading", "other"),
    [
        ("T003", "Either", "or the transaction"),
        ("T004", "Either", "or its StopTransaction"),
        ("T006", "Either", "or the transaction"),
        ("T010", "Either", "or the connectorId"),
    ],
)
def test_what_has_two_readings_is_a_warning_that_says_both(code: str, reading: str, other: str) -> None:
    rule = BY_CODE[code]
    assert rule.severity is Severity.WARNING
    assert reading in rule.why
    assert other in rule.why


def test_only_what_a_csms_assigns_or_asks_for_is_its_fault_whoever_sends_the_frame() -> None:
    blamed = {code: rule.blame for code, rule in BY_CODE.items() if rule.blame is not None}
    assert blamed == dict.fromkeys(("T006", "T007", "T008"), Blame.CSMS)
