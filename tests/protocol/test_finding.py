"""Findings: what the table adds to a fault."""

from dataclasses import replace

import pytest

from inspector.protocol import rules
from inspector.protocol.finding import Blame, Fault, Finding, Severity


def test_a_finding_is_its_fault_with_severity_blame_and_frame() -> None:
    """Nothing of the fault is lost, and how bad it is comes from the table."""
    fault = Fault("F001", "what", "/3/a", "how", 17)
    assert rules.finding(fault, Blame.CSMS, 4) == Finding(
        "F001", Severity.ERROR, Blame.CSMS, "what", "/3/a", "how", 17, 4
    )


@pytest.mark.parametrize(
    ("code", "severity"), [("F001", "error"), ("F008", "warning"), ("C001", "warning"), ("R003", "info")]
)
def test_severity_is_that_of_the_code(code: str, severity: str) -> None:
    assert rules.finding(Fault(code, "what"), Blame.STATION, None).severity == severity


def test_a_fault_is_about_the_frame_at_hand_unless_it_names_another() -> None:
    """An earlier one by its number, the session by None."""
    assert [
        rules.finding(fault, Blame.STATION, 4).frame
        for fault in (Fault("F001", "what"), Fault("F001", "what", frame=2), Fault("F001", "what", frame=None))
    ] == [4, 2, None]


def test_who_is_to_blame_is_said_by_the_fault_then_by_its_rule_then_by_the_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = replace(rules.TABLE["F001"], blame=Blame.PROXY)
    assert rules.finding(Fault("F001", "what"), Blame.CSMS, 1).blame is Blame.CSMS
    monkeypatch.setitem(rules.TABLE, "F001", rule)
    assert rules.finding(Fault("F001", "what"), Blame.CSMS, 1).blame is Blame.PROXY
    assert rules.finding(Fault("F001", "what", blame=Blame.STATION), Blame.CSMS, 1).blame is Blame.STATION


def test_a_fault_without_a_rule_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        rules.finding(Fault("Z999", "what"), Blame.STATION, None)
