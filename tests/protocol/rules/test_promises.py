"""P0: what was accepted, when it should have been done, and what is no promise."""

from collections.abc import Iterable
from typing import Any

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Event, Ticked
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules.promises import MOST_OPEN
from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import (
    ACCEPTED,
    HOUR,
    REJECTED,
    asks,
    at,
    begins,
    boots,
    csms,
    event,
    flat,
    notifies,
    notifies_2x,
    samples,
    starts,
    station,
    stops,
    tells,
)
from tests.protocol.wire import CSMS, STATION, codes, error, findings, heard

LATER = Ticked(at(2 * HOUR))
START = {"idTag": "CARD", "connectorId": 1}
TOKEN = {"idToken": "CARD", "type": "ISO14443"}
START_2X = {"idToken": TOKEN, "remoteStartId": 5, "evseId": 1}


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what this family says of a session."""
    return [finding for finding in findings(flat(*events)) if finding.code[:2] == "P0"]


def said(*events: Event | Iterable[Event]) -> list[str]:
    """Return the codes of what this family says."""
    return codes(found(*events))


def remote_start(seconds: float = 5, **fields: Any) -> tuple[Event, ...]:
    """Let the CSMS start a transaction."""
    return csms(seconds, "RemoteStartTransaction", {**START, **fields})


def trigger(seconds: float, message: str, answer: dict[str, Any] | None = None, **fields: Any) -> tuple[Event, ...]:
    """Let the CSMS ask for a message."""
    return csms(seconds, "TriggerMessage", {"requestedMessage": message, **fields}, answer)


def test_a_broken_promise_is_told_of_the_answer_that_made_it() -> None:
    (finding,) = found(begins(), remote_start(), Ticked(at(400)), LATER)
    assert (finding.code, finding.severity, finding.blame) == ("P001", Severity.WARNING, Blame.STATION)
    assert (finding.frame, finding.pointer) == (2, "/2/status")
    assert finding.message == "no StartTransaction in the 395 s since frame 1 was accepted"


def test_a_broken_promise_is_told_by_a_later_frame_where_nothing_ticks() -> None:
    """An imported log."""
    assert said(begins(), remote_start(), station(HOUR, "Heartbeat")) == ["P001"]


@pytest.mark.parametrize("answer", [REJECTED, {"status": "NotImplemented"}, {}])
def test_what_was_not_accepted_is_no_promise(answer: dict[str, Any]) -> None:
    events = [
        csms(5, "RemoteStartTransaction", START, answer),
        csms(6, "RemoteStopTransaction", {"transactionId": 1}, answer),
        trigger(7, "Heartbeat", answer),
        csms(8, "Reset", {"type": "Soft"}, answer),
    ]
    assert said(begins(), *events, LATER) == []


def test_an_error_or_no_answer_is_no_promise() -> None:
    ask = asks(5, "TriggerMessage", {"requestedMessage": "Heartbeat"}, sender=CSMS)
    refusal = heard(raw=error(message_id="TriggerMessage-5"), sender=STATION, time_ns=at(6))
    assert said(begins(), ask, refusal, LATER) == []
    assert said(begins(), ask, LATER) == []


def test_the_end_of_the_session_is_the_end_of_all_promises() -> None:
    assert said(begins(), remote_start(), Closed(at(100), by="network"), begins(110), LATER) == []


def test_a_deadline_before_the_end_counts() -> None:
    assert said(begins(), remote_start(), Closed(at(900), by="network")) == ["P001"]


def test_what_is_sent_before_the_answer_counts() -> None:
    """Some stations do it first and answer then."""
    ask = asks(5, "TriggerMessage", {"requestedMessage": "Heartbeat"}, ACCEPTED, sender=CSMS)
    assert said(begins(), ask[0], station(5.05, "Heartbeat"), ask[1], LATER) == []


def test_a_transaction_keeps_a_remote_start() -> None:
    assert said(begins(), remote_start(), starts(30), LATER) == []
    assert said(begins(), remote_start(), starts(30, tag="card"), LATER) == []
    assert said(begins(), remote_start(), starts(30, connector=2, tag="OTHER"), LATER) == ["P001"]


def test_a_driver_who_never_plugs_in_is_not_the_station_s_fault() -> None:
    """It shows that no cable is in."""
    assert said(begins(), notifies(1), remote_start(), notifies(6, 1, "Preparing"), notifies(66), LATER) == []
    assert said(begins(), notifies(1, 1, "Preparing"), remote_start(), LATER) == ["P001"]


def test_a_connector_that_shows_a_car_is_no_excuse() -> None:
    assert said(begins(), notifies(1, 1), remote_start(), notifies(6, 1, "Preparing"), LATER) == ["P001"]


def test_where_the_connector_is_open_all_must_be_empty() -> None:
    ask = csms(5, "RemoteStartTransaction", {"idTag": "CARD"})
    assert said(begins(), notifies(1, 1), notifies(2, 2), ask, LATER) == []
    assert said(begins(), notifies(1, 1), notifies(2, 2, "Preparing"), ask, LATER) == ["P001"]


def test_statuses_are_remembered_when_the_station_reconnects() -> None:
    assert said(begins(), notifies(1), Closed(at(2), by="network"), begins(3), remote_start(), LATER) == []


def test_a_long_connection_timeout_is_waited_for() -> None:
    told = tells(2, ConnectionTimeOut="1800")
    assert said(begins(), told, remote_start(), Ticked(at(1800))) == []
    assert said(begins(), told, remote_start(), Ticked(at(1900))) == ["P001"]


def test_a_token_that_is_refused_starts_nothing() -> None:
    refused = station(6, "Authorize", {"idTag": "CARD"}, {"idTagInfo": {"status": "Expired"}})
    accepted = station(6, "Authorize", {"idTag": "CARD"}, {"idTagInfo": {"status": "Accepted"}})
    other = station(6, "Authorize", {"idTag": "OTHER"}, {"idTagInfo": {"status": "Expired"}})
    assert said(begins(), remote_start(), refused, LATER) == []
    assert said(begins(), remote_start(), accepted, LATER) == ["P001"]
    assert said(begins(), remote_start(), other, LATER) == ["P001"]


def test_a_2x_remote_start_needs_an_event() -> None:
    ask = csms(5, "RequestStartTransaction", START_2X)
    done = event(20, "Started", 0, trigger="RemoteStart", evse={"id": 1})
    events = begins(version=Version.V201), notifies_2x(1, status="Occupied"), ask
    assert said(*events, LATER) == ["P001"]
    assert said(*events, done, LATER) == []
    assert said(begins(version=Version.V201), notifies_2x(1), ask, LATER) == []


def test_a_remote_stop_needs_the_end_of_its_transaction() -> None:
    events = begins(), starts(5), csms(60, "RemoteStopTransaction", {"transactionId": 7})
    assert said(*events, Ticked(at(100))) == []
    assert said(*events, stops(100), LATER) == []
    assert said(*events, stops(100, transaction=8), LATER) == ["P002"]


def test_a_remote_stop_a_moment_after_the_end_is_no_promise() -> None:
    """The driver was faster."""
    events = begins(), starts(5), stops(59), csms(60, "RemoteStopTransaction", {"transactionId": 7})
    assert said(*events, LATER) == []


def test_a_2x_remote_stop_needs_an_event() -> None:
    ask = csms(60, "RequestStopTransaction", {"transactionId": "tx-1"})
    events = begins(version=Version.V201), event(5, "Started", 0), ask
    assert said(*events, event(70, "Updated", 1), LATER) == ["P002"]
    assert said(*events, event(70, "Updated", 1, trigger="RemoteStop"), LATER) == []
    assert said(*events, event(70, "Ended", 1, trigger="RemoteStop"), LATER) == []
    assert said(begins(version=Version.V201), event(59, "Ended", 9), ask, LATER) == []


def test_each_trigger_has_its_own_message() -> None:
    asked = trigger(5, "StatusNotification", connectorId=1), trigger(6, "Heartbeat"), trigger(7, "MeterValues")
    assert said(begins(), *asked, notifies(8), LATER) == ["P003", "P003"]
    (finding,) = found(begins(), asked[0], notifies(8, 2), LATER)
    assert finding.message.startswith("no StatusNotification of connector 1 in the ")


def test_a_reset_is_done_when_the_session_ends_or_the_station_boots() -> None:
    events = begins(), boots(1, interval=0), csms(5, "Reset", {"type": "Hard"})
    assert said(*events, Closed(at(30), 1006, "", "station")) == []
    assert said(*events, boots(60, interval=0), LATER) == []
    assert said(*events, LATER) == ["P004"]


def test_a_reset_makes_an_end_of_other_promises() -> None:
    events = begins(), remote_start(), trigger(6, "Heartbeat"), csms(7, "Reset", {"type": "Hard"})
    assert said(*events, LATER) == ["P004"]


def test_a_reset_may_take_longer_while_a_car_is_charging() -> None:
    events = begins(), starts(2), csms(5, "Reset", {"type": "Soft"})
    assert said(*events, Ticked(at(1000))) == []
    assert said(*events, LATER) == ["P004"]


@pytest.mark.parametrize("answer", [ACCEPTED, {"status": "Scheduled"}])
def test_a_reset_on_idle_waits_for_the_last_car(answer: dict[str, Any]) -> None:
    """For days, as long as transactions go on."""
    ask = csms(5, "Reset", {"type": "OnIdle"}, answer)
    charging = [event(12 * HOUR * number, "Updated", number) for number in range(1, 7)]
    events = begins(version=Version.V201), event(2, "Started", 0), ask, *charging
    assert said(*events, Ticked(at(80 * HOUR))) == []
    assert said(*events, Ticked(at(100 * HOUR))) == ["P004"]


def test_the_reset_of_an_evse_shows_nothing() -> None:
    ask = csms(5, "Reset", {"type": "Immediate", "evseId": 1})
    assert said(begins(version=Version.V201), ask, LATER) == []


def test_an_old_connection_that_was_left_behind_breaks_no_promise() -> None:
    """The station has done it, and reports in another session."""
    known = Station()
    old, new = Inspection(station=known), Inspection(station=known)
    for one in (begins(), *csms(5, "Reset", {"type": "Hard"})):
        old.observe(one)
    for one in (begins(60), *boots(61)):
        new.observe(one)
    assert old.observe(LATER).findings == ()


def test_a_change_of_availability_has_to_show() -> None:
    off = csms(5, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    assert said(begins(), notifies(1), off, notifies(6, 1, "Unavailable"), LATER) == []
    assert said(begins(), notifies(1), off, notifies(6, 1, "Available"), LATER) == ["P005"]
    assert said(begins(), notifies(1, 1, "Unavailable"), off, LATER) == []
    assert said(begins(), off, LATER) == []


def test_a_change_that_is_scheduled_is_for_later() -> None:
    off = csms(5, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}, {"status": "Scheduled"})
    assert said(begins(), notifies(1, 1, "Charging"), off, LATER) == []


def test_an_event_shows_a_status_as_well() -> None:
    """OCPP 2.1 allows NotifyEvent instead of StatusNotification."""
    off = csms(5, "ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1, "connectorId": 1}})
    data = {
        "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": "AvailabilityState"},
        "actualValue": "Unavailable",
    }
    done = station(6, "NotifyEvent", {"eventData": [data]})
    assert said(begins(version=Version.V21), notifies_2x(1), off, done, LATER) == []
    assert said(begins(version=Version.V21), notifies_2x(1), off, LATER) == ["P005"]


def test_samples_have_to_come_at_the_new_pace() -> None:
    faster = csms(20, "ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "60"})
    assert said(begins(), starts(10), faster, LATER) == ["P007"]
    assert said(begins(), starts(10), faster, samples(900, 5), LATER) == []
    assert said(begins(), starts(10), faster, stops(100), LATER) == []
    assert said(begins(), faster, LATER) == []


def test_frames_without_times_have_no_deadline() -> None:
    """A file of bare frames."""
    raws = [(one.sender, one.raw) for one in flat(remote_start(), trigger(6, "Heartbeat")) if hasattr(one, "raw")]
    assert findings([heard(raw=raw, sender=sender) for sender, raw in raws], version=Version.V16) == []


def test_nobody_can_fill_the_memory() -> None:
    """The oldest promises are forgotten; those that are left are told, each once."""
    asked = [trigger(5 + number / 5, "StatusNotification", connectorId=number + 1) for number in range(3 * MOST_OPEN)]
    assert said(begins(), *asked, LATER, Ticked(at(3 * HOUR))) == ["P003"] * MOST_OPEN
