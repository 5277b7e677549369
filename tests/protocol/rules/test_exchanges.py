"""R: who owes whom an answer, when that is told, and whose fault it is."""

import pytest

from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Event, Ticked
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules import exchanges
from inspector.protocol.version import Party, Version
from tests.protocol.wire import (
    CSMS,
    SECOND,
    STATION,
    call,
    codes,
    error,
    findings,
    heard,
    named_result,
    result,
    seen,
    watch,
)

NOW = {"currentTime": "2026-01-31T12:34:56Z"}
LATE = PATIENCE_NS + 1


def told(*events: Ticked | Closed) -> list[Finding]:
    """Let a station call at 0, let this happen, and return what was found."""
    return findings([heard(raw=call()), *events], version=Version.V16)


def test_an_unanswered_call_is_told_by_a_tick_and_only_once() -> None:
    """About the frame of the CALL; the peer who owes the answer is to blame."""
    found = told(Ticked(PATIENCE_NS), Ticked(LATE), Ticked(LATE * 2), Closed(LATE * 3))
    (finding,) = found
    assert (finding.code, finding.severity, finding.frame, finding.blame) == ("R001", Severity.ERROR, 1, Blame.CSMS)
    assert finding.message == "Heartbeat had no answer within 30 s"
    assert finding.hint == "the CSMS owes it"


def test_an_unanswered_call_of_the_csms_is_the_stations_fault() -> None:
    raw = call(action="ClearCache")
    (finding,) = findings([heard(raw=raw, sender=CSMS), Ticked(LATE)], version=Version.V16)
    assert (finding.blame, finding.hint) == (Blame.STATION, "the station owes it")


def test_patience_ends_after_30_seconds_not_at_30() -> None:
    assert told(Ticked(PATIENCE_NS)) == []
    assert codes(told(Ticked(PATIENCE_NS + 1))) == ["R001"]


@pytest.mark.parametrize("sender", list(Party))
@pytest.mark.parametrize("raw", [call(message_id="2"), "nonsense", error(message_id="7")])
def test_an_unanswered_call_is_told_by_a_later_frame_and_only_once(sender: Party, raw: str) -> None:
    """Of either side, whatever it is: the finding comes with that frame and is about the CALL."""
    events: list[Event] = [heard(raw=call()), heard(raw=raw, sender=sender, time_ns=LATE), Ticked(LATE + 1)]
    _, frame, tick = watch(events, version=Version.V16)
    assert [(one.code, one.frame) for one in frame.findings if one.code == "R001"] == [("R001", 1)]
    assert "R001" not in codes(tick.findings)


def test_an_unanswered_call_is_told_by_the_close() -> None:
    """Not as one that was cut off: its time was over before."""
    assert codes(told(Closed(LATE, by="network"))) == ["R001"]


def test_two_unanswered_calls_are_told_each_when_its_time_is_over() -> None:
    events: list[Event] = [
        heard(raw=call(message_id="a"), time_ns=0),
        heard(raw=call(message_id="b"), time_ns=10 * SECOND),
        Ticked(LATE),
        Ticked(LATE + 10 * SECOND),
    ]
    observed = watch(events, version=Version.V16)
    assert [[finding.frame for finding in one.findings] for one in observed] == [[], [], [1], [2]]


def test_a_late_answer_still_pairs() -> None:
    """It has its CALL, its action and its latency, and is no orphan."""
    events: list[Event] = [
        heard(raw=call()),
        Ticked(LATE),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=LATE * 2),
    ]
    _, tick, answer = watch(events, version=Version.V16)
    assert codes(tick.findings) == ["R001"]
    assert answer.findings == ()
    assert (seen(answer).action, seen(answer).latency_ns) == ("Heartbeat", LATE * 2)


def test_a_late_answer_is_found_late_though_nothing_ticked_before_it() -> None:
    """An imported log has no ticks; the CALL waited too long all the same."""
    events: list[Event] = [
        heard(raw=call()),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=LATE),
        Ticked(LATE + 1),
    ]
    _, answer, tick = watch(events, version=Version.V16)
    assert [(finding.code, finding.frame) for finding in answer.findings] == [("R001", 1)]
    assert seen(answer).latency_ns == LATE
    assert tick.findings == ()


@pytest.mark.parametrize("raw", [result(payload=NOW), error(), named_result(action="Heartbeat", payload=NOW)])
def test_any_answer_settles_a_call(raw: str) -> None:
    """A CALLERROR as well as a CALLRESULT, also one that names its action."""
    events: list[Event] = [
        heard(raw=call()),
        heard(raw=raw, sender=CSMS, time_ns=PATIENCE_NS),
        Ticked(LATE),
        Closed(LATE),
    ]
    assert {code for code in codes(findings(events, version=Version.V16)) if code[0] == "R"} == set()


@pytest.mark.parametrize("raw", [result(message_id="2"), error(message_id="2")])
def test_an_answer_with_another_id_is_an_orphan(raw: str) -> None:
    """Its sender is to blame, and the CALL stays open."""
    events: list[Event] = [heard(raw=call(message_id="1")), heard(raw=raw, sender=CSMS), Ticked(LATE)]
    _, answer, tick = watch(events, version=Version.V16)
    (finding,) = answer.findings
    assert (finding.code, finding.pointer, finding.blame, finding.frame) == ("R002", "/1", Blame.CSMS, 2)
    assert seen(answer).call is None
    assert codes(tick.findings) == ["R001"]


def test_a_second_answer_is_an_orphan() -> None:
    events: list[Event] = [heard(raw=call()), *(heard(raw=result(payload=NOW), sender=CSMS) for _ in range(3))]
    assert [codes(one.findings) for one in watch(events, version=Version.V16)] == [[], [], ["R002"], ["R002"]]


def test_an_answer_to_oneself_is_an_orphan() -> None:
    events: list[Event] = [heard(raw=call(), sender=STATION), heard(raw=result(payload=NOW), sender=STATION)]
    assert codes(findings(events, version=Version.V16)) == ["R002"]


def test_an_answer_before_its_call_is_an_orphan() -> None:
    events: list[Event] = [heard(raw=result(payload=NOW), sender=CSMS), heard(raw=call(), sender=STATION), Ticked(LATE)]
    assert codes(findings(events, version=Version.V16)) == ["R002", "R001"]


def test_an_error_about_an_answer_answers_nothing() -> None:
    """CALLRESULTERROR (2.1) says what was wrong with an answer; it closes no CALL and is no orphan."""
    events: list[Event] = [heard(raw=call()), heard(raw=error(kind=5), sender=CSMS), Ticked(LATE)]
    assert codes(findings(events, version=Version.V21)) == ["R001"]


def test_odd_ids_pair_too() -> None:
    """A number that is answered with the same number is an answer."""
    events: list[Event] = [heard(raw=call(message_id=17)), heard(raw=result(payload=NOW, message_id=17), sender=CSMS)]
    assert set(codes(findings(events, version=Version.V16))) == {"F007"}


@pytest.mark.parametrize(
    ("by", "blame"),
    [
        ("station", Blame.STATION),
        ("csms", Blame.CSMS),
        ("network", Blame.NETWORK),
        ("", Blame.NETWORK),
        ("somebody", Blame.NETWORK),
    ],
)
def test_a_call_that_the_end_cut_off_is_told(by: str, blame: Blame) -> None:
    """Whoever closed is to blame; when nobody knows who, the network is."""
    (finding,) = told(Closed(SECOND // 2 * 3, by=by))
    assert (finding.code, finding.severity, finding.frame, finding.blame) == ("R003", Severity.INFO, 1, blame)
    assert finding.message == "the session ended 1.5 s after Heartbeat, before its answer"


def test_a_call_that_the_proxy_cut_off_is_not_told() -> None:
    """Neither side did anything: we stopped."""
    assert told(Closed(SECOND, by="proxy")) == []


def test_the_proxys_end_does_not_excuse_what_was_overdue() -> None:
    assert codes(told(Closed(LATE, by="proxy"))) == ["R001"]


def test_every_open_call_is_told_at_the_end() -> None:
    """Of both directions, but not the one that was answered."""
    events: list[Event] = [
        heard(raw=call(message_id="a")),
        heard(raw=call(message_id="b")),
        heard(raw=call(action="ClearCache", message_id="b"), sender=CSMS),
        heard(raw=result(payload=NOW, message_id="a"), sender=CSMS),
        Closed(SECOND, by="csms"),
    ]
    end = watch(events, version=Version.V16)[-1]
    assert {(finding.code, finding.frame) for finding in end.findings} == {("R003", 2), ("R003", 3)}


def test_an_end_before_its_time_is_no_negative_wait() -> None:
    """Clocks step back; the message does not."""
    inspection = Inspection(Version.V16)
    inspection.observe(heard(raw=call(), time_ns=10 * SECOND))
    (finding,) = inspection.observe(Closed(9 * SECOND)).findings
    assert "ended 0.0 s after" in finding.message


def test_a_long_id_is_cut_in_the_message() -> None:
    assert len(exchanges.orphan("x" * 10_000).message) < 80
