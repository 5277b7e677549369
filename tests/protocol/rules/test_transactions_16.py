"""T0: which transaction ids of 1.6 are provably wrong, and which honest days must raise nothing."""

from itertools import product
from typing import Any

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Event, Opened
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.knowledge.past_16 import Past16, Transaction
from inspector.protocol.knowledge.transactions import LONGEST_BREAK_NS, MOST_PLACES, MOST_TRANSACTIONS
from inspector.protocol.version import Version
from tests.protocol.rules.fixtures.transactions_16 import (
    ODD,
    at,
    boots,
    meters,
    remote_stops,
    reports,
    said,
    start,
    starts,
    stops,
)
from tests.protocol.wire import CSMS, SECOND, STATION, call, codes, error, findings, heard, result

HOUR = LONGEST_BREAK_NS // SECOND


def opens(seconds: int, **fields: Any) -> Opened:
    """Open a session as it should be."""
    return Opened(
        at(seconds), **{"station": "CP-1", "path": "/CP-1", "offered": ("ocpp1.6",), "subprotocol": "ocpp1.6"} | fields
    )


def drops(seconds: int) -> Closed:
    """Lose the connection."""
    return Closed(at(seconds), 1006, "", "network")


def told(*parts: Event | tuple[Event, ...]) -> list[Finding]:
    """Return what the family says of a session."""
    return [one for one in everything(*parts) if one.code.startswith("T")]


def everything(*parts: Event | tuple[Event, ...]) -> list[Finding]:
    """Return what all families say of a session."""
    events = [event for part in parts for event in (part if type(part) is tuple else (part,))]
    return findings(events, version=Version.V16)  # type: ignore[arg-type]


def starts_unanswered(seconds: int, *, connector: int = 1) -> tuple[Event, ...]:
    """Start a transaction, and hear nothing."""
    raw = call(action="StartTransaction", payload=start(seconds, connector=connector), message_id=f"s{seconds}")
    return (heard(raw=raw, time_ns=at(seconds)),)


# --- days on which nothing is wrong ---


def test_a_day_of_two_connectors_is_clean() -> None:
    """Booted, charged on both at once, one card for both, stopped in another order."""
    assert (
        everything(
            opens(0),
            boots(1),
            *(reports(2 + connector, connector) for connector in (0, 1, 2)),
            starts(10, 7),
            starts(20, 8, connector=2, meter=50_000),
            *(meters(60 * n, 7, value=1000 + n) for n in range(1, 5)),
            *(meters(60 * n + 1, 8, connector=2, value=50_000 + n) for n in range(1, 5)),
            meters(299, None, connector=1, value=1005),
            remote_stops(300, 8, "Accepted"),
            stops(301, 8, meter=50_100, reason="Remote"),
            stops(310, 7, reason="EVDisconnected"),
            starts(400, 9, meter=2000),
            meters(460, 9, value=2010),
            stops(470, 9, meter=2020),
        )
        == []
    )


def test_a_capture_that_begins_in_mid_transaction_is_clean() -> None:
    """Ids that nobody saw assigned, on two connectors, while others start, are stopped and asked for."""
    assert (
        told(
            meters(0, 501),
            starts(5, 503, connector=3),
            meters(10, 502, connector=2),
            meters(60, 501),
            remote_stops(70, 502, "Accepted"),
            stops(71, 502),
            starts(80, 504, connector=2),
            stops(90, 501),
            starts(100, 505),
            stops(110, 503),
            remote_stops(120, 499, "Accepted"),
            stops(121, 499),
        )
        == []
    )


def test_a_stop_of_before_the_capture_is_clean_though_another_connector_is_busy() -> None:
    """Nobody knows how many connectors there are: there may be one that was not heard of."""
    assert told(starts(0, 8, connector=2), stops(10, 7)) == []
    assert told(starts(0, 8, connector=2, tag="A"), stops(10, 7, idTag="B")) == []


def test_a_transaction_over_a_reconnect_is_clean() -> None:
    assert (
        told(opens(0), boots(1), starts(10, 7), meters(60, 7), drops(70), opens(200), meters(201, 7), stops(300, 7))
        == []
    )


def test_a_power_cut_is_clean() -> None:
    """The station boots and stops what it was torn from, also what began before the capture."""
    for reason in ("PowerLoss", "Reboot"):
        cut = (opens(0), starts(10, 7), drops(20), opens(100), boots(101))
        assert told(*cut, stops(102, 7, made=20, reason=reason), reports(103, 1), starts(110, 8)) == []
        assert told(*cut, stops(102, 5, made=19, reason=reason), reports(103, 2)) == []


def test_an_offline_transaction_flushed_in_order_is_clean() -> None:
    """Start, samples and stop come when the connection is back, with the times they were made."""
    assert (
        told(
            opens(0),
            boots(1),
            starts(10, 7),
            drops(20),
            opens(3000),
            meters(3001, 7, made=60),
            stops(3002, 7, made=90),
            starts(3003, 8),
            meters(3004, 8, made=700),
            stops(3005, 8, made=900),
        )
        == []
    )


def test_a_start_that_is_sent_again_is_clean() -> None:
    """Its answer was lost on the way, and the CSMS gives it the id that it has."""
    lost = asks_again(20, 10, 7)
    assert told(opens(0), starts(10, 7), drops(15), opens(18), lost, meters(60, 7), stops(70, 7)) == []


def test_a_start_that_is_sent_again_and_gets_another_id_is_billed_twice() -> None:
    """The station goes on with the second; the first stays open in the CSMS for ever."""
    twice = (starts(10, 7), asks_again(20, 10, 8), meters(60, 8), stops(70, 8))
    (found,) = told(*twice)
    assert (found.code, found.blame, found.frame, found.hint) == ("T007", Blame.CSMS, 4, "answer 7 again")
    assert found.message == "the same StartTransaction was given the id 7 before, now it is 8"
    assert codes(told(opens(0), starts(10, 7), drops(15), opens(18), *twice[1:])) == ["T007"]
    assert told(starts(10, 7), stops(15, 7), asks_again(20, 10, 8)) == []
    assert told(starts(10, 7, status="Invalid"), asks_again(20, 10, 8)) == []


def asks_again(seconds: int, made: int, id_: int) -> tuple[Event, ...]:
    """Send the StartTransaction of an earlier time."""
    raw = call(action="StartTransaction", payload=start(made), message_id=f"again{seconds}")
    answer = {"transactionId": id_, "idTagInfo": {"status": "Accepted"}}
    return (
        heard(raw=raw, time_ns=at(seconds)),
        heard(raw=result(payload=answer, message_id=f"again{seconds}"), sender=CSMS, time_ns=at(seconds) + 1),
    )


def test_a_stop_that_is_sent_again_is_clean() -> None:
    """In the same words, before its answer or after; transactionData may be left out to make it smaller."""
    data = [{"timestamp": said(60), "sampledValue": [{"value": "2000"}]}]
    assert told(starts(0, 7), stops(60, 7, transactionData=data), stops(90, 7, made=60)) == []
    assert told(stops(60, 7), stops(90, 7, made=60), stops(120, 7, made=60)) == []


def test_ids_that_a_csms_assigned_are_never_made_up() -> None:
    """Whatever they are: 0, negative or the largest; only that the CSMS assigns such is told, once."""
    for id_ in (0, -1, -16, 2**31 - 1, 2**63 - 1):
        found = told(starts(0, id_), meters(60, id_), remote_stops(70, id_, "Accepted"), stops(80, id_))
        assert codes(found) == (["T008"] if id_ <= 0 else [])


def test_a_refused_id_tag_has_a_transaction_all_the_same() -> None:
    """It may be metered and stopped, or never stopped since it never ran."""
    assert told(starts(0, 7, status="Invalid"), meters(10, 7), stops(20, 7, reason="DeAuthorized"), starts(30, 8)) == []
    assert told(starts(0, 7, status="Blocked"), starts(30, 8)) == []


def test_one_id_for_all_that_is_refused_is_told_once() -> None:
    """As an odd id, and not as one of two transactions."""
    found = told(
        starts(0, 0, status="Invalid"), stops(9, 0), starts(20, 0, status="Invalid", connector=2), stops(25, 0)
    )
    assert codes(found) == ["T008"]
    both = (starts(0, 0, status="Invalid"), starts(1, 0, status="Invalid", connector=2))
    assert codes(told(*both, meters(5, 0), meters(6, 0, connector=2))) == ["T008"]


def test_minus_one_stands_for_a_start_that_failed_for_good() -> None:
    """The errata ask for it, once the StartTransaction was refused or given up (section 3.18)."""
    refused = (
        *starts_unanswered(0),
        heard(raw=error(message_id="s0"), sender=CSMS, time_ns=at(1)),
    )
    assert told(refused, meters(60, -1), stops(90, -1)) == []
    assert codes(told(refused, meters(60, 0), stops(90, -2))) == ["T002", "T002"]
    assert told(opens(0), starts_unanswered(1), drops(5), opens(10), meters(60, -1), stops(90, -1)) == []


def test_unknown_ids_while_a_start_is_unanswered_prove_nothing() -> None:
    assert told(opens(0), starts_unanswered(1), drops(5), opens(10), meters(60, 99), stops(90, 99)) == []


def test_late_samples_of_a_stopped_transaction_are_clean() -> None:
    """Also at the very moment of its stop, and before the stop is answered."""
    assert told(starts(0, 7), stops(60, 7), meters(90, 7, made=30), meters(91, 7, made=60)) == []
    stop = stops(60, 7)
    assert told(starts(0, 7), stop[:1], meters(61, 7), stop[1:]) == []


def test_late_samples_of_an_earlier_transaction_are_clean() -> None:
    """One of before the capture, though another runs on the connector by now; it stays known."""
    assert told(starts(100, 8), meters(110, 7, made=50), meters(111, 7, made=60), stops(112, 7, made=70)) == []


def test_an_id_that_was_used_before_it_was_seen_assigned_is_clean() -> None:
    """The capture began between a StartTransaction and its repetition."""
    assert told(meters(0, 7), starts(10, 7), stops(20, 7)) == []


def test_once_stopped_a_transaction_proves_nothing_about_the_next() -> None:
    """Its StartTransaction may have gone by unseen."""
    assert told(starts(0, 7), stops(10, 7), meters(20, 8), meters(30, 8), stops(40, 8)) == []


def test_after_a_long_break_what_was_open_may_be_over() -> None:
    """Two logs of different days: what happened between them nobody saw."""
    monday = (opens(0), starts(10, 7), drops(20))
    assert told(*monday, opens(20 + 2 * HOUR), meters(60 + 2 * HOUR, 99)) == []
    assert told(*monday, opens(20 + 2 * HOUR), starts(60 + 2 * HOUR, 99)) == []
    assert codes(told(*monday, opens(60), starts(70, 99))) == ["T004"]


def test_another_csms_begins_to_count_anew() -> None:
    """Its ids have nothing to do with those of the first."""
    first = (opens(0, upstream="ws://one"), starts(10, 7), drops(20))
    assert told(*first, opens(30, upstream="ws://two"), starts(40, 7), stops(50, 7)) == []
    assert codes(told(*first, opens(30, upstream="ws://one"), starts(40, 7, connector=2))) == ["T007"]


# --- what is wrong, and how it is told ---


def test_another_id_than_the_assigned_one_is_provably_wrong() -> None:
    """It is told once a session, with the id that should be there."""
    (found,) = told(starts(0, 42), meters(60, 43), meters(120, 43))
    assert (found.code, found.blame, found.pointer, found.frame) == ("T001", Blame.STATION, "/3/transactionId", 3)
    assert found.message == "connector 1 has transaction 42, and no answer assigned 43"
    assert found.hint == "send 42"


def test_an_id_that_comes_from_nowhere_after_a_stop_is_provably_wrong() -> None:
    """After a boot, what runs on a connector began in this capture."""
    found = told(boots(0), starts(10, 7), stops(20, 7), meters(30, 999), meters(40, 999), stops(50, 999))
    assert [(one.code, one.frame) for one in found] == [("T001", 7), ("T003", 11)]
    assert found[0].message == "connector 1 has no transaction since 7 was stopped, and no answer assigned 999"


def test_after_a_stop_an_unknown_id_is_not_told_if_a_start_may_be_missing() -> None:
    """No boot, samples of before, a stop or a Start without its answer, or a connection in between."""
    booted = (opens(0), boots(5), starts(10, 7))
    stopped = (*booted, stops(20, 7))
    assert told(starts(10, 7), stops(20, 7), meters(30, 999), stops(50, 999)) == []
    assert told(*stopped, meters(30, 999, made=15)) == told(*stopped, meters(30, 999, made=20)) == []
    assert told(boots(0), boots(25), starts(26, 7, meter=1), stops(27, 7, made=3), meters(30, 999, made=4)) == []
    assert told(*booted, stops(20, 7)[:1], meters(30, 999)) == []
    assert told(*stopped, starts_unanswered(25), meters(30, 999)) == []
    assert told(*stopped, starts_unanswered(25, connector=2), meters(30, 999)) == []
    assert told(*stopped, meters(30, 999, connector=2)) == []
    assert told(*stopped, drops(25), opens(40), meters(60, 999), stops(70, 999)) == []
    assert codes(told(*stopped, drops(25), opens(40), starts(50, 8), stops(60, 8), meters(70, 999))) == ["T001"]


def test_a_made_up_id_stays_made_up() -> None:
    """Also in the StopTransaction, and in the next session."""
    assert codes(told(starts(0, 42), meters(60, 43), stops(90, 43))) == ["T001", "T003"]
    assert codes(told(opens(0), starts(0, 42), meters(60, 43), drops(70), opens(80), meters(90, 43))) == ["T001"] * 2


@pytest.mark.parametrize("id_", [0, -1, -16, 2**31 - 1, 2**63 - 1])
def test_a_stand_in_for_an_id_is_told(id_: int) -> None:
    """Once for each action, wherever the capture begins."""
    assert codes(told(starts(0, 42), meters(60, id_), meters(90, id_), stops(120, id_))) == ["T002", "T002"]
    assert codes(told(meters(60, id_))) == codes(told(stops(60, id_))) == ["T002"]


def test_a_stand_in_is_explained_by_what_is_known() -> None:
    """The id to send, the answer that is awaited, or that the capture may have begun too late."""
    assert told(starts(0, 42), meters(60, 2**63 - 1))[0].message == "2^63-1 was assigned by nobody"
    assert told(starts(0, 42), meters(60, -1))[0].hint == "send 42"
    assert "no answer to its StartTransaction yet" in told(starts_unanswered(0), meters(10, -1))[0].message
    assert "before this capture" in told(meters(10, 0))[0].message


def test_the_stop_of_an_offline_start_is_told() -> None:
    """The real id was assigned before the stop came: -1 is wrong by then."""
    (found,) = told(opens(0), boots(1), starts(10, 42), stops(60, -1))
    assert (found.code, found.hint) == ("T002", "send 42")


def test_a_stop_of_what_was_not_started_is_told() -> None:
    """After a boot the connectors are known; without one, the card is the witness."""
    booted = (boots(0), reports(1, 0), reports(2, 1), starts(10, 42))
    (found,) = told(*booted, stops(60, 43))
    assert (found.code, found.pointer, found.hint) == ("T003", "/3/transactionId", "open are 42")
    assert codes(told(*booted, stops(50, 42), stops(60, 43))) == ["T003"]
    assert codes(told(starts(10, 42), stops(60, 43, idTag="CARD"))) == ["T003"]


def test_a_stop_on_a_connector_that_was_not_started_is_not_told() -> None:
    """What began before the capture may run there; a stop older than the start says so itself."""
    booted = (boots(0), reports(1, 0), reports(2, 1))
    assert told(*booted, reports(3, 2), starts(10, 42), stops(60, 43, idTag="CARD")) == []
    assert told(*booted, starts(10, 42), stops(60, 43, made=5)) == []
    assert told(*booted, starts(10, 42), stops(60, 43, reason="PowerLoss")) == []


def test_two_open_on_one_connector_are_told() -> None:
    """Each time, also after a reboot; on two connectors they are fine."""
    (found,) = told(starts(0, 7), starts(60, 8))
    assert (found.code, found.pointer, found.blame) == ("T004", "/3/connectorId", Blame.STATION)
    assert found.message == f"connector 1 has transaction 7, started at {said(0)}, which was never stopped"
    assert codes(told(opens(0), starts(1, 7), drops(2), opens(60), boots(61), starts(70, 8))) == ["T004"]
    assert told(starts(0, 7), starts(60, 8, connector=2)) == []


@pytest.mark.parametrize(
    ("changed", "words", "pointer"),
    [
        ({"meter": -1}, "meterStop 2000 -> -1", "/3/meterStop"),
        ({"made": 90}, f"timestamp {said(60)} -> {said(90)}", "/3/timestamp"),
        ({"reason": "Local"}, "reason none -> Local", "/3/reason"),
        ({"idTag": "A", "meter": 1}, "meterStop 2000 -> 1, idTag CARD -> A", "/3/meterStop"),
        ({"transactionData": [{"timestamp": said(1), "sampledValue": []}]}, "transactionData", "/3/transactionData"),
    ],
)
def test_a_stop_that_changed_names_what_differs(changed: dict[str, Any], words: str, pointer: str) -> None:
    again = {"made": 60, "idTag": "CARD"} | changed
    found = [one for one in told(starts(0, 7), stops(60, 7, idTag="CARD"), stops(90, 7, **again)) if one.code == "T005"]
    assert [(one.message.partition(": ")[2], one.pointer) for one in found] == [(words, pointer)]


def test_a_stop_that_lost_a_field_points_at_the_transaction() -> None:
    (found,) = told(stops(60, 7, idTag="CARD"), stops(90, 7, made=60))
    assert (found.code, found.pointer) == ("T005", "/3/transactionId")
    assert found.message.endswith("idTag CARD -> none")


def test_a_remote_stop_of_an_unknown_transaction_is_the_fault_of_the_csms() -> None:
    """Told at once where all is known, else when the station rejects it, once."""
    booted = (boots(0), reports(1, 1), starts(10, 42))
    (found,) = told(*booted, remote_stops(60, 43, "Rejected"))
    assert (found.code, found.blame, found.pointer, found.frame) == ("T006", Blame.CSMS, "/3/transactionId", 7)
    assert (codes(told(remote_stops(60, -1, "Accepted"))), told(remote_stops(60, 43, "Accepted"))) == (["T006"], [])
    (found,) = told(starts(0, 42), remote_stops(60, 43, "Rejected"))
    assert (found.code, found.blame, found.frame, found.hint) == ("T006", Blame.CSMS, 3, "open are 42")
    assert told(starts(0, 42), remote_stops(60, 42, "Rejected")) == []


def test_one_id_for_two_transactions_is_the_fault_of_the_csms() -> None:
    (found,) = told(starts(0, 7), starts(60, 7, connector=2))
    assert (found.code, found.blame, found.pointer, found.frame) == ("T007", Blame.CSMS, "/2/transactionId", 4)
    assert f"connector 1 that began at {said(0)}" in found.message


def test_samples_after_the_stop_are_told_once() -> None:
    (found,) = told(starts(0, 7), stops(60, 7), meters(70, 7), meters(80, 7))
    assert (found.code, found.message) == ("T009", f"transaction 7 was stopped at {said(60)}")


def test_samples_from_another_connector_are_told() -> None:
    """Connector 0 is the station itself and may speak for any."""
    assert codes(told(starts(0, 7), meters(60, 7, connector=2))) == ["T010"]
    assert told(starts(0, 7), meters(60, 7, connector=0)) == []
    assert codes(told(meters(0, 7), meters(60, 7, connector=2))) == ["T010"]


# --- bounds and hostile peers ---


def test_state_is_bounded() -> None:
    """However many transactions and connectors a station makes up; the oldest ids are forgotten."""
    station = Station()
    inspection = Inspection(Version.V16, station=station)
    for number in range(1, 3 * MOST_TRANSACTIONS):
        for event in (*starts(number, number, connector=number), *meters(number, -number), *stops(number, number)):
            inspection.observe(event)
    past = station.part(Past16)
    assert (len(past.known), len(past.connectors)) == (MOST_TRANSACTIONS, MOST_PLACES)


def test_the_id_not_heard_of_for_longest_is_forgotten_first() -> None:
    past = Past16()
    for id_ in range(MOST_TRANSACTIONS):
        past.keep(id_, Transaction())
    assert past.find(0) is not None
    past.keep(MOST_TRANSACTIONS, Transaction())
    assert (0 in past.known, 1 in past.known) == (True, False)


def test_a_long_field_is_not_kept() -> None:
    """Cut, and still told apart by what was cut off."""
    long = "x" * 10_000
    (found,) = [
        one
        for one in told(stops(60, 7, idTag=long + "a"), stops(90, 7, made=60, idTag=long + "b"))
        if one.code == "T005"
    ]
    assert len(found.message) < 300


FIELDS = ("connectorId", "transactionId", "idTag", "meterStart", "timestamp", "meterValue", "reason", "idTagInfo")
ACTIONS = ("StartTransaction", "MeterValues", "StopTransaction", "RemoteStopTransaction", "StatusNotification")


@pytest.mark.parametrize("odd", ODD)
def test_no_payload_makes_a_handler_raise(odd: str) -> None:
    """Whatever stands in any field, or in all of them."""
    payloads = [f'{{"{field}":{odd}}}' for field in FIELDS]
    payloads.append("{" + ",".join(f'"{field}":{odd}' for field in FIELDS) + "}")
    inspection = Inspection(Version.V16)
    for number, (action, payload) in enumerate(product(ACTIONS, payloads)):
        for asker, other in ((STATION, CSMS), (CSMS, STATION)):
            inspection.observe(heard(raw=f'[2,"{number}","{action}",{payload}]', sender=asker))
            inspection.observe(heard(raw=f'[3,"{number}",{payload}]', sender=other))
    assert inspection.frames == len(ACTIONS) * len(payloads) * 4


def test_frames_of_the_wrong_side_are_not_followed() -> None:
    """A CSMS that starts transactions is told off by the rule about senders."""
    raw = call(action="StartTransaction", payload=start(0), message_id="1")
    answer = {"transactionId": 42, "idTagInfo": {"status": "Accepted"}}
    events = (heard(raw=raw, sender=CSMS), heard(raw=result(payload=answer, message_id="1"), sender=STATION))
    stop = call(action="StopTransaction", payload={"transactionId": 42, "meterStop": 0}, message_id="2")
    assert told(events, starts(70, 42), heard(raw=stop, sender=CSMS), meters(75, 42), stops(80, 42)) == []
