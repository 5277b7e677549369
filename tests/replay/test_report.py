"""What a report says of the whole."""

import pytest

from inspector.protocol.finding import Severity
from inspector.protocol.frame import MessageType
from inspector.replay.compare import Difference
from inspector.replay.report import LONGEST_GOT, FindingChange, Side, item, latest
from inspector.replay.steps import Break, Extra, Fault, Outcome, Send, Verdict
from tests.factories import STATION
from tests.replay.reports import item as made
from tests.replay.reports import report

SEND = Send(number=3, session=1, time_ns=5, sender=STATION, frame=9, type=MessageType.CALL, action="Heartbeat")
EXTRA = Extra(number=3, session=2, time_ns=6, sender=STATION, frame=20, type=MessageType.CALL, what="a CALL")


def finding(severity: Severity, recorded: int, now: int) -> FindingChange:
    """Make a change of how often a finding is there."""
    return FindingChange("S104", severity, "Boot", "/3/x", "wrong", recorded, now)


@pytest.mark.parametrize(
    ("verdicts", "findings", "code"),
    [
        ([], [], 0),
        ([Verdict.SAME, Verdict.SKIPPED], [finding(Severity.ERROR, 2, 1), finding(Severity.WARNING, 0, 1)], 0),
        ([Verdict.SAME], [finding(Severity.ERROR, 1, 2)], 1),
        *(([Verdict.SAME, verdict], [], 1) for verdict in Verdict if verdict.is_difference),
    ],
)
def test_what_differs_decides_the_exit_code(verdicts: list[Verdict], findings: list[FindingChange], code: int) -> None:
    """Also an error that was not there before."""
    found = report(*(made(verdict=verdict) for verdict in verdicts), findings=tuple(findings))
    assert (found.exit_code, found.is_same) == (code, not code)


def test_new_and_gone_findings_are_told_apart() -> None:
    found = report(findings=(finding(Severity.ERROR, 0, 1), finding(Severity.ERROR, 2, 1)))
    assert [each.now - each.recorded for each in (*found.new_findings, *found.gone_findings)] == [1, -1]


def test_an_outcome_is_taken_with_all_that_it_says() -> None:
    difference = Difference("/2/x", "1", "2")
    found = item(Outcome(SEND, Verdict.DIFFERENT, (difference,), b"\xff[3", "late", 5_000_000, 70))
    assert (found.step, found.frame, found.type, found.action) == (3, 9, "CALL", "Heartbeat")
    assert (found.differences, found.got, found.words) == ((difference,), "\\xff[3", "late")
    assert (found.latency_ns, found.late_ns, found.other) == (5_000_000, 70, None)
    assert len(item(Outcome(SEND, Verdict.EXTRA, got="x" * 1_000_000)).got) == LONGEST_GOT


def test_secrets_that_came_are_not_in_it() -> None:
    came = '[2,"c","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter22"}]'
    found = item(Outcome(EXTRA, Verdict.EXTRA, got=came)).got
    assert found == came.replace("hunter22", "*" * 8)


def test_what_no_step_asks_for_is_a_frame_of_the_run() -> None:
    found = item(Outcome(EXTRA, Verdict.EXTRA))
    assert (found.frame, found.other, found.session) == (None, 20, 2)


def test_the_end_of_a_connection_and_an_answer_not_given_are_steps() -> None:
    silence = Fault(number=1, session=1, time_ns=0, sender=STATION, action="Reset", what="Reset was not answered")
    assert item(Outcome(silence, Verdict.SKIPPED)).type == "SILENCE"
    assert item(Outcome(Break(number=1, session=1, time_ns=0, sender=STATION, code=1000), Verdict.SAME)).type == "END"


def test_a_later_outcome_of_a_step_is_in_place_of_the_one_before() -> None:
    late = [Outcome(SEND, Verdict.MISSING), Outcome(EXTRA, Verdict.EXTRA), Outcome(EXTRA, Verdict.EXTRA)]
    assert [each.verdict for each in latest([*late, Outcome(SEND, Verdict.LATE)])] == ["late", "extra", "extra"]


def test_a_side_is_named_for_people() -> None:
    assert Side("a.db", (1,)).label == "session 1"
    assert Side("a.db", (1, 3), name="bad boot").label == "sessions 1, 3 'bad boot'"
