"""B: what may be said before the boot is accepted, boots that come too often, and stations that fall silent."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Control, Controlled, Event, Ticked, Violated
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import Party, Version
from tests.protocol.rules.dialogue import (
    HOUR,
    MINUTE,
    asks,
    at,
    beats,
    begins,
    boots,
    csms,
    flat,
    notifies,
    notifies_2x,
    stamp,
    station,
)
from tests.protocol.wire import BOOT_16, BOOT_201, CSMS, STATION, call, codes, error, findings, heard

V2 = (Version.V201, Version.V21)


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what this family says of a session."""
    return [finding for finding in findings(flat(*events)) if finding.code[0] == "B"]


def said(*events: Event | Iterable[Event]) -> list[str]:
    """Return the codes of what this family says."""
    return codes(found(*events))


def test_a_session_without_a_boot_is_a_reconnection() -> None:
    """The station need not boot again, and may send what it has."""
    assert said(begins(), *(notifies(second) for second in range(1, 300, 10)), Closed(at(400), by="network")) == []


def test_a_boot_that_somebody_asked_for_may_come_in_the_middle() -> None:
    trigger = csms(5, "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert said(begins(), notifies(1), trigger, boots(6), notifies(7)) == []


@pytest.mark.parametrize("kind", ["Hard", "Soft"])
def test_a_reset_may_keep_the_connection(kind: str) -> None:
    assert said(begins(), notifies(1), csms(5, "Reset", {"type": kind}), boots(60), notifies(61)) == []


def test_a_reset_that_was_refused_explains_no_boot() -> None:
    assert said(begins(), notifies(1), csms(5, "Reset", {"type": "Soft"}, {"status": "Rejected"}), boots(60)) == [
        "B002"
    ]


def test_traffic_before_a_boot_is_told_once() -> None:
    """About the BootNotification, with the first CALL before it; the station is to blame."""
    (finding,) = found(begins(), notifies(1), notifies(2), beats(3), boots(4), notifies(5))
    assert (finding.code, finding.frame, finding.blame) == ("B002", 7, Blame.STATION)
    assert finding.message == "StatusNotification (frame 1) was sent before the BootNotification"


def test_a_boot_long_after_the_beginning_does_not_tell_of_a_start() -> None:
    """A station that registers anew after hours, or a log that does not show the connection's end."""
    assert said(begins(), notifies(1), beats(MINUTE), boots(HOUR), notifies(HOUR + 1)) == []


def test_what_follows_a_doubtful_boot_is_not_judged_before_its_answer() -> None:
    """It may have been accepted long ago."""
    boot = asks(4, "BootNotification", BOOT_16)
    assert said(begins(), notifies(1), boot, notifies(5)) == ["B002"]


def test_a_second_boot_of_an_accepted_station_forbids_nothing() -> None:
    assert said(begins(), boots(1), notifies(2), asks(600, "BootNotification", BOOT_16), notifies(601)) == []


def test_what_is_sent_before_the_boot_is_accepted_is_told_once() -> None:
    boot = asks(1, "BootNotification", BOOT_16)
    (finding,) = found(begins(), boot, notifies(2), notifies(3), beats(4))
    assert (finding.code, finding.frame, finding.blame, finding.pointer) == ("B001", 2, Blame.STATION, "/2")


def test_answers_may_be_sent_at_any_time() -> None:
    boot = asks(1, "BootNotification", BOOT_16)
    ask = csms(2, "GetConfiguration", {}, {"configurationKey": []})
    assert said(begins(), boot, ask) == []


def test_a_boot_that_was_answered_with_an_error_is_not_accepted() -> None:
    boot = heard(raw=call(action="BootNotification", payload=BOOT_16, message_id="b"), time_ns=at(1))
    refusal = heard(raw=error(message_id="b"), sender=CSMS, time_ns=at(2))
    assert said(begins(), boot, refusal, notifies(3)) == ["B001"]


def test_a_boot_may_be_sent_again_when_no_answer_came() -> None:
    assert said(begins(), asks(1, "BootNotification", BOOT_16), boots(40), notifies(41)) == []


def test_an_answer_that_is_none_of_the_three_forbids_nothing() -> None:
    """The schema has its say; what the station may do now nobody knows."""
    answer = {"status": "accepted", "currentTime": stamp(1), "interval": 300}
    assert said(begins(), station(1, "BootNotification", BOOT_16, answer), notifies(2)) == []


@pytest.mark.parametrize("version", V2)
def test_a_2x_station_has_to_wait_too(version: Version) -> None:
    boot = asks(1, "BootNotification", BOOT_201)
    assert said(begins(version=version), boot, notifies_2x(2)) == ["B001"]
    assert said(begins(version=version), boots(1, "Pending", version=version), notifies_2x(2)) == ["B003"]
    assert said(begins(version=version), boots(1, "Rejected", version=version), notifies_2x(2)) == ["B005"]
    assert said(begins(version=version), boots(1, version=version), notifies_2x(2)) == []


def test_a_pending_station_may_send_what_it_is_asked_for() -> None:
    """As often as that takes: a trigger without a connector is for all of them."""
    trigger = csms(2, "TriggerMessage", {"requestedMessage": "StatusNotification"})
    assert said(begins(), boots(1, "Pending"), trigger, notifies(3, 0), notifies(4, 1), notifies(5, 2)) == []
    assert said(begins(), boots(1, "Pending"), trigger, notifies(3), beats(4)) == ["B003"]


@pytest.mark.parametrize("action", ["GetBaseReport", "GetReport"])
def test_a_pending_2x_station_may_report(action: str) -> None:
    asked = {"requestId": 1, "reportBase": "FullInventory"} if action == "GetBaseReport" else {"requestId": 1}
    report = {"requestId": 1, "generatedAt": stamp(3), "seqNo": 0}
    events = (begins(version=Version.V201), *boots(1, "Pending", version=Version.V201), *csms(2, action, asked))
    assert said(*events, station(3, "NotifyReport", report), station(4, "NotifyReport", {**report, "seqNo": 1})) == []


def test_what_is_asked_under_another_name_is_asked_too() -> None:
    trigger = csms(2, "ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"})
    sign = station(3, "SignCertificate", {"csr": "x"}, {"status": "Accepted"})
    assert said(begins(), boots(1, "Pending"), trigger, sign) == []


@pytest.mark.parametrize("action", ["RequestStartTransaction", "RequestStopTransaction"])
def test_a_pending_2x_station_is_not_to_start_or_stop(action: str) -> None:
    """Each time it is told: each time the driver waits in vain."""
    events = begins(version=Version.V201), boots(1, "Pending", version=Version.V201)
    assert said(*events, csms(2, action, {}), csms(3, action, {})) == ["B004", "B004"]


def test_a_rejected_station_may_be_asked_to_boot() -> None:
    trigger = csms(2, "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert said(begins(), boots(1, "Rejected"), trigger, boots(3)) == []


def test_a_rejected_station_stays_rejected_in_its_next_session() -> None:
    """For as long as it has to wait; afterwards nobody knows what happened elsewhere."""
    first = begins(), boots(1, "Rejected", interval=600), Closed(at(2), 1000, "", "station")
    assert said(*first, begins(60), notifies(61)) == ["B005"]
    assert said(*first, begins(700), notifies(701)) == []


def test_another_csms_knows_nothing_of_a_rejection() -> None:
    first = begins(upstream="ws://one/"), boots(1, "Rejected", interval=600), Closed(at(2), 1000, "", "station")
    assert said(*first, begins(60, upstream="ws://two/"), notifies(61)) == []
    assert said(*first, begins(60, upstream="ws://one/"), notifies(61)) == ["B005"]


def test_the_interval_of_a_refusal_is_kept_over_sessions() -> None:
    """A loop that ignores it is told once."""
    events = [event for number in range(5) for event in (begins(number * 10), *boots(number * 10 + 1, "Rejected"))]
    (finding,) = found(*events)
    assert (finding.code, finding.frame, finding.blame) == ("B007", 1, Blame.STATION)
    assert finding.message.startswith("BootNotification was sent again 9.9 s after the answer Rejected")


@pytest.mark.parametrize(("waited", "expected"), [(53, ["B007"]), (56, []), (60, [])])
def test_clocks_may_differ_a_little(waited: float, expected: list[str]) -> None:
    assert said(begins(), boots(1, "Pending", interval=60), boots(1 + waited)) == expected


def test_an_interval_of_0_leaves_the_station_its_choice() -> None:
    assert said(begins(), boots(1, "Pending", interval=0), boots(5, "Pending", interval=0), boots(10)) == []


def test_a_boot_that_is_asked_for_need_not_wait() -> None:
    trigger = csms(2, "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert said(begins(), boots(1, "Pending"), trigger, boots(3)) == []
    assert said(begins(), boots(1, "Pending"), csms(2, "Reset", {"type": "Hard"}), begins(20), boots(21)) == []


def lives(count: int, every: float, *, version: Version = Version.V16, **fields: Any) -> list[Event]:
    """Boot in one session after another."""
    return [
        event
        for number in range(count)
        for event in (begins(number * every, version=version), *boots(number * every + 1, version=version, **fields))
    ]


def test_a_boot_loop_is_told_once_and_again_when_it_comes_back() -> None:
    (finding,) = found(*lives(6, 30))
    assert (finding.frame, finding.blame) == (1, Blame.STATION)
    assert finding.message == "the station booted 3 times within 60 s"
    later = [event for number in range(3) for event in (begins(HOUR + number * 30), *boots(HOUR + number * 30 + 1))]
    assert said(*lives(4, 30), *later) == ["B008", "B008"]


def test_three_boots_a_day_are_no_loop() -> None:
    assert said(*lives(9, 8 * HOUR)) == []
    assert said(*lives(2, 60)) == []


def test_boots_that_were_asked_for_are_no_loop() -> None:
    """By a Reset, an update, or as the station itself gives the reason."""
    events: list[Event] = []
    for number in range(5):
        second = number * 100
        events += [begins(second), *boots(second + 1), *csms(second + 50, "Reset", {"type": "Soft"})]
    assert said(*events) == []
    assert said(*lives(5, 60, version=Version.V201, reason="RemoteReset")) == []
    assert said(*lives(5, 60, version=Version.V201, reason="Watchdog")) == ["B008"]


def test_one_boot_that_is_sent_several_times_is_no_loop() -> None:
    """The answers all come at once, late."""
    sent = [asks(second, "BootNotification", BOOT_16) for second in (1, 2, 3, 4)]
    answers = []
    for (one,) in sent:
        message_id = str(one.raw).split('"')[1]
        payload = f'{{"status":"Accepted","currentTime":"{stamp(5)}","interval":300}}'
        answers.append(heard(raw=f'[3,"{message_id}",{payload}]', sender=CSMS, time_ns=at(5)))
    assert said(begins(), *sent, *answers) == []


@pytest.mark.parametrize("origin", ["run", "draft"])
def test_replays_in_a_row_are_no_loop(origin: str) -> None:
    """Each is a world of its own."""
    assert said(*(one for n in range(5) for one in (begins(n * 20, origin=origin), *boots(n * 20 + 1)))) == []


def test_a_silent_station_is_told_once() -> None:
    (finding,) = found(begins(), boots(1, interval=60), beats(61), Ticked(at(300)), Ticked(at(600)), Ticked(at(900)))
    assert (finding.code, finding.frame, finding.blame) == ("B009", None, Blame.STATION)
    assert finding.message == "nothing came for 239 s; a heartbeat every 60 s was asked for"


def test_a_silence_is_told_by_the_end_of_the_session() -> None:
    assert said(begins(), boots(1, interval=60), Closed(at(400), by="network")) == ["B009"]
    assert said(begins(), boots(1, interval=60), Closed(at(150), by="network")) == []


def test_any_message_is_a_sign_of_life() -> None:
    """Also an answer: nobody sends a Heartbeat when there was something else to send."""
    asked = [csms(60 * number, "GetConfiguration", {}, {"configurationKey": []}) for number in range(1, 60)]
    assert said(begins(), boots(1, interval=60), *asked) == []


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("kind", [Control.PING, Control.PONG])
def test_a_ping_or_a_pong_stands_for_a_heartbeat(version: Version, kind: Control) -> None:
    """Of the station: what the CSMS sends shows nothing."""
    boot = begins(version=version), boots(1, interval=60, version=version)
    for sender, expected in ((Party.STATION, []), (Party.CSMS, ["B009"])):
        signs = [Controlled(at(50 * number), sender, kind) for number in range(1, 20)]
        assert [code for code in said(*boot, *signs, Ticked(at(1000))) if code != "H105"] == expected


@pytest.mark.parametrize("version", Version)
def test_where_pings_are_not_heard_a_station_may_be_silent(version: Version) -> None:
    """It may ping instead of sending heartbeats."""
    deaf = begins(version=version, hears_pings=False)
    assert said(deaf, boots(1, interval=60, version=version), Ticked(at(1000))) == []


def test_who_can_not_be_understood_is_not_silent() -> None:
    """A message that can't be read is a sign of life, and after an opaque one nobody knows."""
    begun = begins(), boots(1, interval=60)
    loud = Violated(at(180), Party.STATION, "a text message that is not UTF-8")
    assert said(*begun, loud, Ticked(at(300))) == []
    assert said(*begun, loud, Ticked(at(400))) == ["B009"]
    assert said(*begun, replace(loud, opaque=True), Ticked(at(9000))) == []


def test_no_interval_no_silence() -> None:
    assert said(begins(), boots(1, interval=0), Ticked(at(HOUR))) == []
    assert said(begins(), boots(1, "Pending", interval=0), Ticked(at(HOUR))) == []


def test_the_interval_is_remembered_when_the_station_reconnects() -> None:
    first = begins(), boots(1, interval=60), Closed(at(30), by="network")
    assert said(*first, begins(40), notifies(41), Ticked(at(400))) == ["B009"]


def test_an_old_connection_that_was_left_behind_is_not_called_silent() -> None:
    """The station is alive in another session."""
    known = Station()
    old, new = Inspection(station=known), Inspection(station=known)
    for event in (begins(), *boots(1, interval=60)):
        old.observe(event)
    for event in (begins(100), *boots(101, interval=60)):
        new.observe(event)
    assert old.observe(Ticked(at(400))).findings == ()
    assert codes(new.observe(Ticked(at(400))).findings) == ["B009"]


def test_a_configured_interval_counts_from_then_on() -> None:
    slower = csms(10, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "600"})
    assert said(begins(), boots(1, interval=60), slower, Ticked(at(1000)), beats(1100)) == []
    assert said(begins(), boots(1, interval=60), slower, Ticked(at(3000))) == ["B009"]
    refused = csms(10, "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "600"}, {"status": "Rejected"})
    assert said(begins(), boots(1, interval=60), refused, Ticked(at(1000))) == ["B009"]


def test_heartbeats_that_come_too_often_are_told_once() -> None:
    (finding,) = found(begins(), boots(1), *(beats(10 * number) for number in range(1, 60)))
    assert (finding.code, finding.message) == ("B010", "heartbeats come every 10 s; 300 s were asked for")


@pytest.mark.parametrize("every", [100, 150, 300, 310])
def test_heartbeats_a_little_more_often_are_fine(every: float) -> None:
    assert said(begins(), boots(1), *(beats(10 + every * number) for number in range(20))) == []


def test_a_few_heartbeats_in_a_row_are_fine() -> None:
    """To set the clock after a start, for one."""
    assert said(begins(), boots(1), *(beats(2 + number) for number in range(5)), beats(300)) == []


def test_heartbeats_that_the_csms_asks_for_do_not_count() -> None:
    events = [
        one
        for number in range(1, 20)
        for one in (
            *csms(10 * number, "TriggerMessage", {"requestedMessage": "Heartbeat"}),
            *beats(10 * number + 1),
        )
    ]
    assert said(begins(), boots(1), *events) == []


def test_frames_without_times_have_no_pace() -> None:
    """A file of bare frames."""
    raws = [call(action="Heartbeat", message_id=str(number)) for number in range(30)]
    answer = '[3,"b",{"status":"Accepted","currentTime":"2026-01-31T12:00:00Z","interval":300}]'
    boot = heard(raw=call(action="BootNotification", payload=BOOT_16, message_id="b"))
    events = [boot, heard(raw=answer, sender=CSMS), *(heard(raw=raw) for raw in raws), boot]
    assert {code for code in codes(findings(events, version=Version.V16)) if code[0] == "B"} == set()


ANYTHING: list[Any] = [None, True, 5, -1, 1e30, "", "Accepted", [], {}, [{}], {"status": []}]


@pytest.mark.parametrize("value", ANYTHING)
def test_payloads_of_any_shape_are_survived(value: Any) -> None:
    """No handler raises, whatever the fields are."""
    fields = (
        "status",
        "interval",
        "requestedMessage",
        "key",
        "value",
        "reason",
        "setVariableResult",
        "setVariableData",
    )
    payload = dict.fromkeys(fields, value)
    actions = ("BootNotification", "Heartbeat", "TriggerMessage", "Reset", "ChangeConfiguration", "SetVariables")
    for sender in (STATION, CSMS):
        for action in actions:
            findings([begins(), *asks(1, action, payload, payload, sender=sender), Ticked(at(HOUR))])
