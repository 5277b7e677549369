"""R: who owes whom an answer, when that is told, and whose fault it is."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from inspector.protocol import actions
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Event, Opened, Received, Ticked
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.knowledge.habits import MOST_FAILED
from inspector.protocol.ledger import LARGEST_KEPT, MOST_OPEN
from inspector.protocol.rules.exchanges import MOST_IDS
from inspector.protocol.version import Party, Version
from tests.protocol.rules.fixtures.exchanges import asks, beats, clears, refuses, tells, welcomes
from tests.protocol.rules.made import NOW
from tests.protocol.wire import CSMS, SECOND, STATION, call, error, findings, heard, named_result, opened, result, seen
from tests.protocol.wire import watch as watch_all

MINUTE = 60


def at(seconds: float) -> int:
    return int(seconds * SECOND)


def tick(seconds: float) -> Ticked:
    return Ticked(at(seconds))


def end(seconds: float, by: str = "network") -> Closed:
    return Closed(at(seconds), by=by)


def orders(seconds: float, message_id: str = "1", *, action: str = "ClearCache", payload: Any = None) -> Received:
    return heard(raw=call(action=action, payload=payload, message_id=message_id), sender=CSMS, time_ns=at(seconds))


def obeys(seconds: float, message_id: str = "1") -> Received:
    return heard(raw=result(payload={"status": "Accepted"}, message_id=message_id), time_ns=at(seconds))


def found(*events: Event, version: Version = Version.V16) -> list[Finding]:
    """Return what was found about exchanges."""
    return [finding for finding in findings(events, version=version) if finding.code[0] == "R"]


def told(*events: Event, version: Version = Version.V16) -> list[tuple[str, int | None]]:
    """Return code and frame of what was found about exchanges."""
    return [(finding.code, finding.frame) for finding in found(*events, version=version)]


def told_by(*events: Event) -> list[list[tuple[str, int | None]]]:
    """Return the same for each event by itself."""
    observed = watch_all(events, version=Version.V16)
    return [[(one.code, one.frame) for one in each.findings if one.code[0] == "R"] for each in observed]


def only(code: str, *events: Event, version: Version = Version.V16) -> Finding:
    """Return the one finding of this code."""
    (finding,) = [finding for finding in found(*events, version=version) if finding.code == code]
    return finding


# R001


def test_an_unanswered_call_is_told_by_a_tick_and_only_once() -> None:
    """About the frame of the CALL; the peer who owes the answer is to blame."""
    (finding,) = found(*beats(1), tick(31), tick(32), tick(62), end(90))
    assert (finding.code, finding.severity, finding.frame, finding.blame) == ("R001", Severity.ERROR, 1, Blame.CSMS)
    assert finding.message == "Heartbeat had no answer within 30 s"
    assert finding.hint == "the CSMS owes it"


def test_an_unanswered_call_of_the_csms_is_the_stations_fault() -> None:
    finding = only("R001", orders(1), tick(32))
    assert (finding.blame, finding.hint) == (Blame.STATION, "the station owes it")


def test_patience_ends_after_30_seconds_not_at_30() -> None:
    over = at(1) + PATIENCE_NS
    assert told(*beats(1), Ticked(over)) == []
    assert told(*beats(1), Ticked(over + 1)) == [("R001", 1)]


@pytest.mark.parametrize("sender", list(Party))
@pytest.mark.parametrize("raw", [call(message_id="2"), "nonsense", error(message_id="7")])
def test_an_unanswered_call_is_told_by_a_later_frame_and_only_once(sender: Party, raw: str) -> None:
    """Of either side, whatever it is: the finding comes with that frame and is about the CALL."""
    _, frame, later = told_by(*beats(1), heard(raw=raw, sender=sender, time_ns=at(32)), tick(33))
    assert ("R001", 1) in frame
    assert later == []


def test_an_unanswered_call_is_told_by_the_close() -> None:
    """Not as one that was cut off: its time was over before."""
    assert told(*beats(1), end(32)) == [("R001", 1)]


def test_two_unanswered_calls_are_told_each_when_its_time_is_over() -> None:
    events = [*asks(1, "a"), orders(11), tick(32), tick(42)]
    assert told_by(*events) == [[], [], [("R001", 1)], [("R001", 2)]]


def test_an_unanswered_call_among_answered_ones_is_told() -> None:
    """Other exchanges that go well excuse nothing."""
    beating = [
        event for second in range(2, 40, 4) for event in (orders(second, f"{second}"), obeys(second + 1, f"{second}"))
    ]
    assert told(*beats(1), *beating) == [("R001", 1)]


def test_a_late_answer_still_pairs() -> None:
    """It has its CALL, its action and its latency, and is no orphan."""
    _, ticked, answer = watch_all([*beats(1), tick(32), *tells(61)], version=Version.V16)
    assert [finding.code for finding in ticked.findings] == ["R001"]
    assert [finding.code for finding in answer.findings] == ["R005"]
    assert (seen(answer).action, seen(answer).latency_ns) == ("Heartbeat", at(60))


def test_a_late_answer_is_found_late_though_nothing_ticked_before_it() -> None:
    """An imported log has no ticks; the CALL waited too long all the same."""
    assert told_by(*beats(1), *tells(32), tick(33)) == [[], [("R001", 1), ("R005", 2)], []]


@pytest.mark.parametrize("raw", [result(payload=NOW), error(), named_result(action="Heartbeat", payload=NOW)])
def test_any_answer_settles_a_call(raw: str) -> None:
    """A CALLERROR as well as a CALLRESULT, also one that names its action."""
    assert told(*beats(1), heard(raw=raw, sender=CSMS, time_ns=at(2)), tick(40), end(40)) == []


@pytest.mark.parametrize("answered_at", [0, 1, 500])
def test_without_times_nothing_is_late_or_slow_or_at_once(answered_at: int) -> None:
    """A time of 0 is unknown, also when that of another frame is known."""
    events = [
        heard(raw=call(message_id="1")),
        heard(raw=call(message_id="2", action="Authorize", payload={"idTag": "A"})),
        *tells(answered_at, "1"),
        tick(900),
        heard(raw=result(payload={"idTagInfo": {"status": "Accepted"}}, message_id="2"), sender=CSMS),
    ]
    assert told(*events) == []


def test_a_send_is_owed_no_answer() -> None:
    payload = {"id": 1, "pending": 0, "basetime": "2026-01-31T12:34:56Z", "data": [{"t": 0, "v": "1"}]}
    raw = call(action="NotifyPeriodicEventStream", payload=payload, kind=6)
    assert told(heard(raw=raw, time_ns=at(1)), tick(100), end(200), version=Version.V21) == []


def test_nobody_waits_for_an_answer_that_an_action_has_not() -> None:
    """Sent as a CALL it is wrong (F019), but nobody owes an answer to it; who sends one all the same is in order."""
    raw = call(action="NotifyPeriodicEventStream", payload={"id": 1}, message_id="s")
    stream = heard(raw=raw, time_ns=at(1))
    assert (
        told(stream, *beats(1.2), *tells(1.4), *beats(2, "b"), *tells(3, "b"), tick(100), end(200), version=Version.V21)
        == []
    )
    for answer in (result(message_id="s"), error(message_id="s", code="NotSupported")):
        assert told(stream, heard(raw=answer, sender=CSMS, time_ns=at(1.5)), end(2), version=Version.V21) == []


@pytest.mark.parametrize(("later", "words"), [(0, "at the same time"), (0.25, "0.25 s before")])
def test_calls_at_once_are_told_with_their_distance(later: float, words: str) -> None:
    told_of = found(orders(1, "a"), orders(1 + later, "b", action="GetLocalListVersion"))
    assert [(one.code, one.message) for one in told_of] == [
        ("R009", f"ClearCache (frame 1, {words}) has no answer yet")
    ]


def test_an_answer_at_an_unknown_time_is_not_late() -> None:
    """Though its asker had gone on."""
    assert told(*asks(100, "a"), *beats(115, "b"), *tells(116, "b"), *welcomes(0, "a")) == []


# R001, with what was learnt of a side's patience


def tries(*seconds: float, tag: str = "CARD") -> list[Event]:
    """Let the station ask the same again and again, each time under a new id."""
    return [event for second in seconds for event in asks(second, f"{tag}-{second}", tag=tag)]


def test_a_shorter_patience_is_learnt_from_two_retries() -> None:
    """After nearly the same time each: that is a timer."""
    learnt = [*tries(100, 110, 120.5), *welcomes(121, "CARD-120.5")]
    assert ("R001", 5) in told(*learnt, *beats(200), tick(211))
    finding = only("R005", *tries(100, 110, 120.5), *welcomes(121, "CARD-120.5"), *beats(200), *tells(211))
    assert finding.message == "Heartbeat was answered after 11 s; the station waits 10.5 s, as far as is known"


def test_a_patience_is_learnt_for_one_side_only() -> None:
    learnt = [*tries(100, 110, 120), *welcomes(121, "CARD-120")]
    assert told(*learnt, orders(200), tick(225)) == [("R001", 1), ("R001", 2)]


@pytest.mark.parametrize(
    "retries", [(100, 110), (100, 110, 125), (100, 101, 102), (100, 400, 700)], ids=["one", "uneven", "quick", "slow"]
)
def test_no_patience_is_learnt_from_what_may_be_a_person(retries: tuple[float, ...]) -> None:
    """One retry, uneven ones, quick ones, and ones that come much later: patience stays at 30 s."""
    learnt = [*tries(*retries), *welcomes(retries[-1] + 1, f"CARD-{retries[-1]}")]
    number = len(learnt) + 1
    assert ("R001", number) not in told(*learnt, *beats(1000), tick(1030))
    assert ("R001", number) in told(*learnt, *beats(1000), tick(1031))


def test_heartbeats_are_no_retries_of_one_another() -> None:
    """They ask the same each time, and their period is no patience."""
    unanswered = [event for second in (100, 110, 120) for event in beats(second, f"{second}")]
    assert ("R001", 4) not in told(*unanswered, orders(200), tick(230))
    assert ("R001", 1) not in told(*unanswered, tick(129))


def test_a_longer_patience_is_learnt_from_an_answer_that_was_waited_for() -> None:
    """The station sent nothing else for 50 s: next time 45 s are not too long."""
    slow = [*beats(1), *tells(51)]
    assert told(*slow) == [("R001", 1), ("R005", 2)]
    assert told(*slow, *beats(100, "2"), *tells(145, "2"))[2:] == [("R013", 4)]
    assert ("R001", 3) in told(*slow, *beats(100, "2"), tick(151))


def test_no_patience_is_learnt_from_an_answer_after_minutes() -> None:
    assert ("R001", 3) in told(*beats(1), *tells(500), *beats(600, "2"), tick(631))


def test_no_patience_is_learnt_from_who_had_gone_on() -> None:
    gone_on = [*beats(1), *asks(20, "a"), *welcomes(21, "a"), *tells(51)]
    assert ("R001", 5) in told(*gone_on, *beats(100, "2"), tick(131))


def test_a_patience_is_remembered_from_session_to_session() -> None:
    first = [opened(time_ns=1), *tries(100, 110, 120), *welcomes(121, "CARD-120"), end(130)]
    assert ("R001", 1) in told_by(*first, opened(time_ns=at(190)), *beats(200), tick(211))[-1]


# R002


@pytest.mark.parametrize("raw", [result(message_id="2"), error(message_id="2")])
def test_an_answer_with_another_id_is_an_orphan(raw: str) -> None:
    """Its sender is to blame, and the CALL stays open."""
    events = [*beats(1), heard(raw=raw, sender=CSMS, time_ns=at(2)), tick(40)]
    finding = only("R002", *events)
    assert (finding.pointer, finding.blame, finding.frame) == ("/1", Blame.CSMS, 2)
    assert finding.message == "no open CALL of the station has the id 2"
    assert finding.hint == "Heartbeat (frame 1) waits under the id 1"
    assert told(*events) == [("R002", 2), ("R001", 1)]


def test_an_answer_to_oneself_is_an_orphan() -> None:
    assert told(*beats(1), heard(raw=result(payload=NOW), sender=STATION, time_ns=at(2))) == [("R002", 2)]


def test_an_answer_before_its_call_is_an_orphan() -> None:
    assert told(*tells(1), *beats(2), tick(40)) == [("R002", 1), ("R001", 2)]


def test_an_orphan_without_an_open_call_has_no_hint() -> None:
    assert only("R002", *tells(1)).hint == ""


def test_a_long_id_is_cut_in_the_message() -> None:
    finding = only("R002", *beats(1, "y" * 10_000), *tells(2, "x" * 10_000))
    assert len(finding.message) < 100
    assert len(finding.hint) < 100


def from_(origin: str) -> Opened:
    return Opened(at(1), "CP-1", offered=("ocpp1.6",), subprotocol="ocpp1.6", origin=origin)


@pytest.mark.parametrize(("origin", "expected"), [("import", []), ("live", [("R002", 1)]), ("run", [("R002", 1)])])
def test_a_log_may_begin_between_a_call_and_its_answer(origin: str, expected: list[tuple[str, int]]) -> None:
    """A connection that was recorded from its handshake on can't; and whoever just opened a file knows no handshake."""
    assert told(from_(origin), *tells(2, "before"), *beats(3), *tells(4)) == expected


def test_a_log_begins_once() -> None:
    """After the first CALL of a side, an answer to it must have one."""
    assert told(from_("import"), *beats(2), *tells(3), *tells(4, "what")) == [("R002", 3)]
    assert told(from_("import"), *beats(2), *tells(3), obeys(4, "before")) == []


# R002 and CALLRESULTERROR


def disputes(seconds: float, message_id: str = "1", sender: Party = CSMS) -> Received:
    return heard(raw=error(kind=5, message_id=message_id), sender=sender, time_ns=at(seconds))


def test_an_error_about_an_answer_is_no_orphan() -> None:
    """CALLRESULTERROR (2.1) comes from who asked, and speaks of the answer to it."""
    assert told(*clears(1), disputes(3), version=Version.V21) == []


@pytest.mark.parametrize("sender", list(Party))
def test_an_error_about_no_answer_is_an_orphan(sender: Party) -> None:
    """It closes no CALL: neither that of the peer nor, while that is open, its sender's own."""
    finding = only("R002", orders(1), *beats(2), disputes(3, sender=sender), tick(40), version=Version.V21)
    assert finding.frame == 3
    assert finding.message == f"no answered CALL of the {sender.label} has the id 1"
    told_of = told(orders(1), *beats(2), disputes(3, sender=sender), tick(40), version=Version.V21)
    assert {("R001", 1), ("R001", 2)} < set(told_of)


def test_an_answer_to_a_second_answer_may_be_an_error_about_it() -> None:
    assert told(orders(1), obeys(2), obeys(3), disputes(4), version=Version.V21) == [("R004", 3)]


# R003


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
    (finding,) = found(*beats(1), end(2.5, by=by))
    assert (finding.code, finding.severity, finding.frame, finding.blame) == ("R003", Severity.INFO, 1, blame)
    assert finding.message == "the session ended 1.5 s after Heartbeat, before its answer"


def test_a_call_that_the_proxy_cut_off_is_not_told() -> None:
    """Neither side did anything: we stopped."""
    assert told(*beats(1), end(2, by="proxy")) == []


def test_the_proxys_end_does_not_excuse_what_was_overdue() -> None:
    assert told(*beats(1), end(40, by="proxy")) == [("R001", 1)]


def test_every_open_call_is_told_at_the_end() -> None:
    """Of both directions, but not the one that was answered."""
    events = [*asks(1, "a"), *welcomes(2, "a"), *beats(2, "b"), orders(3, "b"), end(4, by="csms")]
    assert sorted(told_by(*events)[-1]) == [("R003", 3), ("R003", 4)]


@pytest.mark.parametrize(("called_at", "closed_at", "words"), [(10, 9, "0.0 s after"), (0, 9, "ended after")])
def test_an_end_at_an_odd_time_is_no_odd_wait(called_at: float, closed_at: float, words: str) -> None:
    """Clocks step back, and some times are not known."""
    assert words in only("R003", *beats(called_at), end(closed_at)).message


# R004


def test_a_second_answer_is_no_orphan() -> None:
    """Nor is a third: each names the first, or what came last."""
    assert told_by(*beats(1), *tells(2), *tells(3), *refuses(4)) == [[], [], [("R004", 3)], [("R004", 4)]]
    finding = only("R004", *beats(1), *tells(2), *tells(3))
    assert (finding.message, finding.pointer) == ("the CALL with this id was answered before, by frame 2", "/1")
    assert (finding.blame, finding.severity) == (Blame.CSMS, Severity.ERROR)


def test_who_asks_twice_under_one_id_may_be_answered_twice() -> None:
    """The two answers are to two CALLs; a third is one too many."""
    twice = [*asks(1), *asks(7), *welcomes(8), *welcomes(9)]
    assert told(*twice, tick(99), end(100)) == [("R007", 2)]
    assert told(*twice, *welcomes(10)) == [("R007", 2), ("R004", 5)]


def test_who_asks_twice_under_one_id_may_be_answered_once() -> None:
    """Nobody waits for two answers."""
    assert told(*asks(1), *asks(7), *welcomes(8), tick(99), end(100)) == [("R007", 2)]


# R005


def test_an_answer_is_late_when_the_asker_had_gone_on() -> None:
    """It sent something else ten seconds after: it had given up, though sooner than was thought."""
    events = [*asks(1, "a"), *beats(12, "b"), *tells(13, "b"), *welcomes(14, "a")]
    finding = only("R005", *events)
    assert told(*events) == [("R005", 4)]
    assert (finding.blame, finding.severity) == (Blame.CSMS, Severity.WARNING)
    assert finding.message == "Authorize was answered after 13 s; the station had gone on by then"


def test_an_answer_is_late_when_the_asker_had_asked_again() -> None:
    """Under another id: who uses the same one still waits."""
    assert told(*tries(1, 8), *welcomes(9, "CARD-1")) == [("R005", 3)]
    assert told(*asks(1), *asks(8), *welcomes(9), *welcomes(10)) == [("R007", 2)]


def test_an_answer_is_not_late_for_who_does_not_wait() -> None:
    """That side sends CALLs at once: that it went on says nothing."""
    at_once = [*asks(1, "a"), *beats(2, "b"), *welcomes(3, "a"), *tells(3, "b")]
    gone_on = [*asks(20, "c"), *beats(31, "d"), *tells(32, "d"), *welcomes(33, "c")]
    assert told(*at_once, *gone_on) == [("R009", 2), ("R013", 8)]


# R006


def one_behind(count: int, *, every: float, late: float = 1) -> list[Event]:
    """Let each CALL be answered only after the next was sent."""
    events: list[Event] = []
    for number in range(count):
        events += asks(1 + every * number, f"{number}", tag=f"{number}")
        if number:
            events += welcomes(1 + every * number + late, f"{number - 1}")
    return events


@pytest.mark.parametrize("every", [5, 12, 35, 70])
def test_answers_one_behind_are_told_once(every: float) -> None:
    """At the third in a row, whether the asker waits for them or not."""
    events = one_behind(9, every=every)
    assert [frame for code, frame in told(*events) if code == "R006"] == [7]
    assert only("R006", *events).blame is Blame.CSMS
    assert "R006" not in {code for code, _ in told(*events[:6])}


def test_answers_in_step_are_not_behind() -> None:
    """One in step begins the count anew."""
    behind = one_behind(3, every=12)
    again = [
        event._replace(time_ns=event.time_ns + at(60))
        for event in one_behind(3, every=12)
        if isinstance(event, Received)
    ]
    in_step = [*welcomes(26, "2"), *asks(40, "x", tag="x"), *welcomes(41, "x")]
    for before, after in (("0", "5"), ("1", "6"), ("2", "7")):
        again = [event._replace(raw=str(event.raw).replace(f'"{before}"', f'"{after}"')) for event in again]
    assert "R006" not in {code for code, _ in told(*behind, *in_step, *again)}


def test_a_quick_pipeline_is_not_behind() -> None:
    """Two CALLs on their way at any time, each answered within the second: that is R009 alone."""
    assert told(*one_behind(50, every=0.5, late=0.1)) == [("R009", 2)]


# R007 and R008


def test_a_call_that_is_sent_again_under_its_id_is_told_each_time() -> None:
    events = [*asks(10), *asks(11), *asks(12), *asks(13)]
    assert [one for one in told(*events) if one[0] != "R012"] == [("R007", 2), ("R007", 3), ("R007", 4)]
    finding = found(*events)[0]
    assert finding.message == "frame 1 is the same CALL, 1 s before, and has no answer yet"
    assert (finding.blame, finding.severity, finding.pointer) == (Blame.STATION, Severity.WARNING, "/1")


def test_a_call_that_is_sent_again_is_told_without_times_too() -> None:
    finding = only("R007", *asks(0), *asks(0))
    assert finding.message == "frame 1 is the same CALL and has no answer yet"


def test_a_call_that_is_sent_again_is_found_behind_another() -> None:
    assert ("R007", 3) in told(*asks(1, "a"), *beats(2, "b"), *asks(3, "a"))


def test_an_id_may_come_back_for_the_same_once_it_was_answered() -> None:
    """A counter that is only two digits long wraps, and one heartbeat is like another."""
    wrapping = [
        event
        for number in range(1000)
        for event in (*beats(1 + number * 60, f"{number % 100:02}"), *tells(2 + number * 60, f"{number % 100:02}"))
    ]
    assert told(*wrapping) == []


@pytest.mark.parametrize("answer", [(), welcomes(2)], ids=["open", "answered"])
def test_an_id_of_another_call_is_told(answer: Iterable[Event]) -> None:
    """Whether that is answered or not, and nothing else is made of it."""
    finding = only("R008", *asks(1), *answer, *asks(3, tag="OTHER"))
    assert (finding.blame, finding.severity, finding.pointer) == (Blame.STATION, Severity.ERROR, "/1")
    assert finding.message == "the id 1 is that of frame 1, which asked otherwise"
    assert len(told(*asks(1), *answer, *asks(3, tag="OTHER"))) == 1


def test_an_id_of_another_action_is_told() -> None:
    assert told(*asks(1), *welcomes(2), *beats(3)) == [("R008", 3)]


def test_the_one_answer_to_two_calls_of_one_id_leaves_nothing_open() -> None:
    """Which of the two it answers, nobody can tell."""
    assert told(*asks(1), *asks(3, tag="OTHER"), *welcomes(4), tick(90), end(91)) == [("R008", 2)]


def test_both_sides_may_use_one_id_at_once() -> None:
    """Each counts its own CALLs."""
    events = [*beats(1, "7"), orders(1.1, "7"), *tells(1.2, "7"), obeys(1.3, "7")]
    crossing = [*beats(2, "8"), orders(2, "8"), obeys(2.1, "8"), *tells(2.2, "8")]
    assert told(*events, *crossing, tick(90), end(91)) == []


def test_an_id_is_the_sessions_own() -> None:
    first = [opened(time_ns=at(0.5)), *asks(1), *welcomes(2), end(3)]
    assert told(*first, opened(time_ns=at(4)), *asks(5, tag="OTHER"), *welcomes(6)) == []


def test_old_ids_are_forgotten() -> None:
    """A connection lasts for months; the id of one of the latest CALLs is known."""
    later = [
        event
        for number in range(MOST_IDS)
        for event in (*beats(10 + number, f"h{number}"), *tells(10.5 + number, f"h{number}"))
    ]
    first = [*asks(1), *welcomes(2)]
    assert told(*first, *later, *asks(999, tag="OTHER")) == []
    assert told(*first, *later[:-2], *asks(999, tag="OTHER"))[0][0] == "R008"


def test_an_id_that_is_used_again_is_forgotten_later() -> None:
    """It counts from when it was last used."""
    halves = [
        [
            event
            for number in range(MOST_IDS // 2)
            for event in (*beats(10 + number, f"{half}{number}"), *tells(10.5 + number, f"{half}{number}"))
        ]
        for half in "ab"
    ]
    used = [*asks(1), *welcomes(2), *halves[0], *asks(500), *welcomes(501), *halves[1], *asks(999, tag="OTHER")]
    assert [code for code, _ in told(*used)] == ["R008"]


def test_an_id_in_the_payload_is_no_id() -> None:
    """What a CALL asks is what follows its id."""
    assert told(*asks(1, "CARD"), *welcomes(2, "CARD"), *asks(3, "CARD"), *welcomes(4, "CARD")) == []


# R009


@pytest.mark.parametrize("sender", list(Party))
def test_calls_at_once_are_told_once_for_each_side(sender: Party) -> None:
    actions_of = {STATION: "Heartbeat", CSMS: "ClearCache"}
    burst = [
        heard(raw=call(action=actions_of[who], message_id=f"{who}{number}"), sender=who, time_ns=at(1 + number / 10))
        for who in (sender, sender.peer)
        for number in range(5)
    ]
    assert told(*burst[:5]) == [("R009", 2)]
    assert told(*burst) == [("R009", 2), ("R009", 7)]
    finding = found(*burst)[0]
    assert (finding.blame, finding.severity) == (Blame(sender.value), Severity.WARNING)
    assert finding.message == f"{actions_of[sender]} (frame 1, 0.1 s before) has no answer yet"


def test_an_id_that_comes_back_is_sent_at_once_all_the_same() -> None:
    assert told(*beats(1, "1"), *tells(2, "1"), *asks(3, "2"), *beats(4, "1")) == [("R009", 4)]


def test_the_same_asked_twice_within_seconds_is_at_once() -> None:
    """Nobody gives up that soon: the first is not late, and the second no retry."""
    assert told(*tries(1, 3), *welcomes(4, "CARD-1"), *welcomes(5, "CARD-3")) == [("R009", 2)]


def test_calls_that_cross_are_not_at_once() -> None:
    """One of each side is what the standard allows."""
    assert told(orders(1, "a"), *beats(1.01, "b"), *tells(1.02, "b"), obeys(1.03, "a")) == []


def test_a_call_after_the_patience_is_not_at_once() -> None:
    assert told(*asks(1), *beats(32, "2"), *tells(33, "2")) == [("R001", 1)]


def test_a_call_after_a_patience_that_was_set_is_not_at_once() -> None:
    """Who runs the recorder knows that the station gives up after two seconds."""
    inspection = Inspection(Version.V16, patience_ns=2 * SECOND)
    observed = [inspection.observe(event) for event in (*asks(1), *beats(4, "2"), *tells(4.1, "2"))]
    assert [finding.code for one in observed for finding in one.findings] == ["R001"]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(5, [("R009", 2), ("R013", 4)]), (5.1, [("R013", 4)]), (10, [("R005", 4)])]
)
def test_a_call_after_many_seconds_is_not_at_once(seconds: float, expected: list[tuple[str, int]]) -> None:
    """Some sides have a timeout of five seconds; after ten, an answer that comes after all is late."""
    gone_on = [*beats(1 + seconds, "2"), *tells(1.5 + seconds, "2")]
    assert told(*asks(1), *gone_on, *welcomes(13)) == expected


@pytest.mark.parametrize("raw", ['[3,"1",{"idTagInfo":', "", b"\xff", result(message_id="wrong")])
def test_a_call_after_what_may_have_been_the_answer_is_not_at_once(raw: str | bytes) -> None:
    """An answer that can't be read or has another id: who got it may well have gone on."""
    answer = heard(raw=raw, sender=CSMS, time_ns=at(2))
    assert "R009" not in {code for code, _ in told(*asks(1), answer, *beats(3, "2"))}
    assert ("R009", 4) in told(*asks(1), answer, *beats(3, "2"), *asks(4, "3"))


def test_ones_own_broken_frame_excuses_no_call_at_once() -> None:
    assert ("R009", 3) in told(*asks(1), heard(raw="[2,", time_ns=at(2)), *beats(3, "2"))


# R010


def test_an_error_to_an_answer_is_told() -> None:
    """It comes from who asked; the one who answered is innocent."""
    finding = only("R010", *clears(1), *refuses(3))
    assert (finding.frame, finding.blame, finding.pointer) == (3, Blame.CSMS, "/1")
    assert finding.message == "frame 2, to which it replies, is itself an answer"


def test_an_error_after_both_answered_is_about_the_later() -> None:
    """Both sides used the id: what came last is what is replied to."""
    mine_last = [*beats(1), *tells(2), *clears(3), *refuses(5)]
    theirs_last = [*clears(1), *beats(3), *tells(4), *refuses(5)]
    assert told(*mine_last) == [("R010", 5)]
    assert told(*theirs_last) == [("R004", 5)]


def test_an_error_to_an_open_call_is_its_answer_whoever_else_used_the_id() -> None:
    assert told(*clears(1), *beats(3), *refuses(4)) == []


# R011


@pytest.mark.parametrize("version", list(Version))
def test_only_who_may_send_an_action_is_not_told(version: Version) -> None:
    """Every action of the version, from both sides, also under the names that some documents use."""
    for action, row in actions.table(version).items():
        for sender in Party:
            raw = call(action=action, kind=2 if row.answered else 6)
            wrong = [code for code, _ in told(heard(raw=raw, sender=sender), version=version)]
            assert wrong == ([] if sender in row.senders else ["R011"])


@pytest.mark.parametrize("name", ["StopTransaction", "StopTransactionRequest"])
def test_another_name_saves_no_wrong_sender(name: str) -> None:
    """In 1.6 the station stops a transaction, in 2.0.1 the CSMS asks for it: the payload tells which is meant."""
    raw = call(action=name, payload={"transactionId": "a"})
    finding = only("R011", heard(raw=raw, sender=STATION), version=Version.V201)
    assert (finding.pointer, finding.blame, finding.severity) == ("/2", Blame.STATION, Severity.ERROR)
    assert finding.message.startswith("a station does not send Request")
    assert finding.hint == "the CSMS does"
    assert told(heard(raw=raw, sender=CSMS), version=Version.V201) == []


def test_nobody_is_the_wrong_sender_of_what_is_unknown() -> None:
    """An unknown action, no action, no known version."""
    for raw in (call(action="Nonsense"), call(action=7), call(action="")):
        assert told(heard(raw=raw)) == []
    assert [one.code for one in findings([heard(raw=call(action="ClearCache"))]) if one.code == "R011"] == []


# R012


def poisoned(*seconds: float, why: str = "refused") -> list[Event]:
    """Let the same CALL fail at these times."""
    events: list[Event] = []
    for second in seconds:
        events += asks(second, f"p{second}")
        if why == "refused":
            events += refuses(second + 1, f"p{second}")
        elif why == "unanswered":
            events += [tick(second + 40)]
    return events


@pytest.mark.parametrize("why", ["refused", "unanswered"])
def test_a_call_that_fails_three_times_is_poison(why: str) -> None:
    """Told once, about its third failure; the first is named."""
    events = poisoned(100, 200, 300, 400, 500, why=why)
    finding = only("R012", *events)
    third = {"refused": 5, "unanswered": 3}[why]
    reason = {"refused": "CALLERROR InternalError", "unanswered": "no answer came"}[why]
    assert (finding.frame, finding.blame, finding.severity) == (third, Blame.STATION, Severity.WARNING)
    assert finding.message == f"Authorize failed 3 times; the first was frame 1: {reason}"


def test_a_call_that_succeeds_is_no_poison() -> None:
    """Neither at the third time nor later, also when the answer comes late."""
    well = [*asks(300, "w"), *welcomes(301, "w")]
    assert "R012" not in {code for code, _ in told(*poisoned(100, 200), *well, *poisoned(400, 500))}
    late = [*asks(300, "w"), *welcomes(320, "w")]
    assert "R012" not in {code for code, _ in told(*poisoned(100, 200), *late, *poisoned(400, 500))}


def test_a_refused_heartbeat_is_poison_and_one_that_goes_well_in_between_is_not() -> None:
    """It asks the same each time."""
    refused = [[*beats(second, f"{second}"), *refuses(second + 1, f"{second}")] for second in (100, 200, 300)]
    assert told(*(event for beat in refused for event in beat)) == [("R012", 5)]
    assert told(*refused[0], *refused[1], *beats(250, "w"), *tells(251, "w"), *refused[2]) == []


@pytest.mark.parametrize("payload", ["{}", "null"])
def test_unanswered_heartbeats_are_no_poison(payload: str) -> None:
    """Each is the next, not the same again."""
    silent = [heard(raw=f'[2,"{second}","Heartbeat",{payload}]', time_ns=at(second)) for second in (100, 200, 300, 400)]
    assert {code for code, _ in told(*silent, tick(500))} == {"R001"}


def test_poison_is_known_across_reconnects() -> None:
    """The first failure is named by its session; a session that ends counts as a failure."""
    events: list[Event] = []
    for start in (1000, 2000, 3000):
        events += [opened(time_ns=at(start)), *beats(start + 1, "h"), *tells(start + 2, "h"), *asks(start + 3, "a")]
        events += [end(start + 4, by="csms")]
    finding = only("R012", *events)
    words = "the first was frame 3 of the session of 1970-01-01T00:16:40Z: the session ended before its answer"
    assert finding.message == f"Authorize failed 3 times; {words}"
    assert finding.frame == 3


def test_what_fails_in_a_run_is_no_poison_of_the_station() -> None:
    """A run sends again what was recorded: that is not the station's doing."""
    events = [opened(time_ns=at(1000)), *poisoned(1001, 1100), end(1200)]
    events += [replace(opened(time_ns=at(2000)), origin="run"), *poisoned(2001), end(2100)]
    assert "R012" not in {code for code, _ in told(*events)}


def test_poison_under_one_id_counts_each_time_it_is_sent_again() -> None:
    """Four times within seconds, before any patience is over."""
    events = [*asks(10), *asks(11), *asks(12), *asks(13)]
    assert ("R012", 3) in told(*events)
    assert ("R012", 3) not in told(*events[:3])


def test_a_failure_counts_once_however_it_shows() -> None:
    """Sent again, then overdue, then refused: that was one."""
    once = [*asks(1, "a"), *asks(8, "b"), *refuses(40, "a"), *welcomes(41, "b")]
    assert "R012" not in {code for code, _ in told(*once)}
    gone_on = [*asks(1, "a"), *beats(12, "b"), *tells(13, "b"), tick(40), *refuses(41, "a"), *poisoned(100)]
    assert "R012" not in {code for code, _ in told(*gone_on)}
    assert "R012" in {code for code, _ in told(*gone_on, *poisoned(200))}
    ended = [opened(time_ns=1), *asks(1, "a"), *beats(12, "b"), *tells(13, "b"), end(14), opened(time_ns=at(50))]
    assert "R012" not in {code for code, _ in told(*ended, *poisoned(100))}
    assert "R012" in {code for code, _ in told(*ended, *poisoned(100, 200))}


def test_failures_far_apart_are_no_poison() -> None:
    """Once a day, with a person or a calendar behind it."""
    assert told(*poisoned(100, 100 + 8 * 3600, 100 + 16 * 3600, 100 + 24 * 3600)) == []


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
def test_a_csms_may_ask_again_what_a_station_cannot_do(code: str) -> None:
    """Many do after each reconnect; a station that is told so should learn it."""
    asked = [
        event
        for second in (100, 200, 300, 400)
        for event in (
            orders(second, f"{second}"),
            heard(raw=error(code=code, message_id=f"{second}"), time_ns=at(second + 1)),
        )
    ]
    assert told(*asked) == []
    heartbeats = [
        event
        for second in (100, 200, 300)
        for event in (
            *beats(second, f"{second}"),
            heard(raw=error(code=code, message_id=f"{second}"), sender=CSMS, time_ns=at(second + 1)),
        )
    ]
    assert told(*heartbeats) == [("R012", 5)]


def test_resets_that_end_their_session_are_no_poison() -> None:
    """The station did what it was told before it said so."""
    events: list[Event] = []
    for start in (1000, 2000, 3000):
        events += [opened(time_ns=at(start)), orders(start + 1, action="Reset", payload={"type": "Soft"})]
        events += [end(start + 2, by="station")]
    assert {code for code, _ in told(*events)} == {"R003"}


def test_poison_is_found_without_times() -> None:
    """A file of frames has none."""
    refused = [event for number in range(3) for event in (*asks(0, f"{number}"), *refuses(0, f"{number}"))]
    assert told(*refused) == [("R012", 5)]


def test_the_failures_that_are_remembered_are_few() -> None:
    """The ones that failed last."""
    others = [
        event
        for number in range(MOST_FAILED)
        for event in (*asks(300 + number, f"o{number}", tag=f"{number}"), *refuses(300.5 + number, f"o{number}"))
    ]
    assert told(*poisoned(100, 200), *others[2:], *poisoned(500)) == [("R012", 4 + 2 * MOST_FAILED - 1)]
    assert told(*poisoned(100, 200), *others, *poisoned(500)) == []


def test_poison_larger_than_is_kept_is_poison_too() -> None:
    """When it is refused: what it asked is told apart without being kept."""
    tag = "x" * LARGEST_KEPT
    refused = [
        event
        for second in (1, 100, 300)
        for event in (*asks(second, f"{second}", tag=tag), *refuses(second + 1, f"{second}"))
    ]
    assert told(*refused) == [("R012", 5)]


# R013


@pytest.mark.parametrize(("seconds", "expected"), [(10, []), (10.001, [("R013", 2)]), (29, [("R013", 2)])])
def test_an_answer_is_slow_after_a_third_of_the_patience(seconds: float, expected: list[tuple[str, int]]) -> None:
    assert told(*beats(1), *tells(1 + seconds)) == expected


def test_a_csms_that_always_answers_just_in_time_is_only_slow() -> None:
    """Never late, never behind, never poison."""
    slow = [
        event
        for second in range(1, 1000, 30)
        for event in (*beats(second, f"{second}"), *tells(second + 29, f"{second}"))
    ]
    assert {code for code, _ in told(*slow)} == {"R013"}
    finding = found(*slow)[0]
    assert (finding.severity, finding.blame) == (Severity.INFO, Blame.CSMS)
    assert finding.message == "Heartbeat was answered after 29 s"


def test_a_clock_that_steps_back_makes_no_answer_odd() -> None:
    assert told(*beats(1000), *tells(10)) == []


# R014


def test_a_message_that_was_not_understood_is_told() -> None:
    """The side that wrote it is to blame, and the last of its frames that could not be read is named."""
    events = [*beats(1, "a"), *tells(2, "a"), heard(raw="[2,", time_ns=at(3)), *beats(4, "b"), *refuses(5, "-1")]
    finding = only("R014", *events)
    assert (finding.frame, finding.blame, finding.severity) == (5, Blame.STATION, Severity.WARNING)
    assert finding.message == "the CSMS could not read a message of the station; it may be frame 3"


def test_a_message_that_was_not_understood_may_be_the_last_that_looked_well() -> None:
    assert only("R014", *beats(1), orders(2), *refuses(3, "-1")).message.endswith("it may be frame 1")
    assert only("R014", *refuses(3, "-1")).message == "the CSMS could not read a message of the station"


def test_minus_one_may_be_an_id_like_any_other() -> None:
    """As long as a CALL has it."""
    assert told(*beats(1, "-1"), *refuses(2, "-1")) == []


# Bounds


def test_each_of_many_unanswered_calls_is_told_once() -> None:
    """Nothing is ever answered, and every frame comes later than all patience."""
    inspection = Inspection(Version.V16)
    told_of = [
        finding.frame
        for number in range(3 * MOST_OPEN)
        for finding in inspection.observe(beats(1 + 31 * number, f"{number}")[0]).findings
        if finding.code == "R001"
    ]
    assert told_of == list(range(1, 3 * MOST_OPEN))
