"""B, the rows: how severe each is, and that what has two readings says both."""

import pytest

from inspector.protocol.finding import Blame, Severity
from inspector.protocol.rules.boot_rules import RULES

BY_CODE = {rule.code: rule for rule in RULES}


def test_the_codes_have_no_gap() -> None:
    assert list(BY_CODE) == [f"B{number:03}" for number in range(1, 1 + len(RULES))]


def test_what_the_standard_forbids_is_an_error() -> None:
    errors = {code for code, rule in BY_CODE.items() if rule.severity is Severity.ERROR}
    assert errors == {"B001", "B003", "B004", "B005"}


def test_what_is_only_odd_is_told_in_passing() -> None:
    infos = {code for code, rule in BY_CODE.items() if rule.severity is Severity.INFO}
    assert infos == {"B010"}


@pytest.mark.parametrize(
    ("code", "reading", "other"),
    [
        ("B002", "just started", "only reconnected"),
        ("B006", "OCPP 2.x forbids", "OCPP 1.6 advises"),
        ("B007", "OCPP 2.x forbids", "has no choice"),
        ("B008", "Either", "or it takes"),
    ],
)
def test_what_has_two_readings_is_a_warning_that_says_both(code: str, reading: str, other: str) -> None:
    rule = BY_CODE[code]
    assert rule.severity is Severity.WARNING
    assert reading in rule.why
    assert other in rule.why


def test_somebody_is_to_blame_for_each() -> None:
    """The CSMS for what it asks too early, the station for the rest."""
    assert {code for code, rule in BY_CODE.items() if rule.blame is Blame.CSMS} == {"B004", "B006"}
    assert {rule.blame for rule in RULES} == {Blame.STATION, Blame.CSMS}
