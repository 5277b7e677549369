"""T1: which TransactionEvents are out of order, and which honest days must raise nothing."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Event
from inspector.protocol.finding import Blame, Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.knowledge.past_2x import LARGEST_KEPT, LAST_EVENTS, Past2x
from inspector.protocol.knowledge.transactions import LONGEST_BREAK_NS, LONGEST_ID, MOST_PLACES, MOST_TRANSACTIONS
from inspector.protocol.rules.transactions_2x import MISFITS
from inspector.protocol.version import Version
from tests.protocol.rules.fixtures.transactions_2x import boots, event, opens, reports, requests_stop
from tests.protocol.rules.fixtures.transactions_16 import ODD, asks, at, said
from tests.protocol.wire import CSMS, SECOND, STATION, call, codes, findings, heard

HOUR = LONGEST_BREAK_NS // SECOND


def drops(seconds: int) -> Closed:
    """Lose the connection."""
    return Closed(at(seconds), 1006, "", "network")


def told(*parts: Event | tuple[Event, ...]) -> list[Finding]:
    """Return what the family says of a session."""
    return [one for one in everything(*parts) if one.code.startswith("T")]


def everything(*parts: Event | tuple[Event, ...], version: Version = Version.V201) -> list[Finding]:
    """Return what all families say of a session."""
    events: list[Event] = []
    for part in parts:
        events += part if type(part) is tuple else [part]  # type: ignore[list-item]
    return findings(events, version=version)


def reads(seconds: int, seq: int, **more: Any) -> tuple[Event, ...]:
    """Send an update."""
    return event(seconds, "Updated", seq, **more)


def asks_status(seconds: int, name: str, **answer: bool) -> tuple[Event, ...]:
    """Let the CSMS ask how a transaction is."""
    return asks(
        seconds, "GetTransactionStatus", {"transactionId": name}, {"messagesInQueue": False} | answer, by_csms=True
    )


# --- days on which nothing is wrong ---


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
def test_a_day_of_two_evses_is_clean(version: Version) -> None:
    """Booted, charged on both at once, one after the other on each; one begins before its EVSE is known."""
    opening = (opens(0),) if version is Version.V201 else ()
    assert (
        everything(
            *opening,
            boots(1),
            reports(2, 1),
            reports(3, 2),
            event(10, "Started", 0, name="a"),
            event(20, "Started", 0, name="b", evse=None, triggerReason="Authorized"),
            reads(25, 1, name="b", evse=2, triggerReason="CablePluggedIn"),
            *(reads(60 * n, n, name="a") for n in range(1, 20)),
            *(reads(60 * n + 1, n + 1, name="b", evse=None) for n in range(1, 20)),
            requests_stop(1300, "b", "Accepted"),
            event(1301, "Ended", 21, name="b", triggerReason="RemoteStop"),
            asks_status(1302, "b", ongoingIndicator=False),
            asks_status(1303, "a", ongoingIndicator=True),
            event(1310, "Ended", 20, name="a"),
            event(1400, "Started", 0, name="c"),
            event(1460, "Ended", 1, name="c"),
            version=version,
        )
        == []
    )


def test_a_counter_that_goes_on_from_one_transaction_to_the_next_is_clean() -> None:
    """The standard advises 0 at Started; a count for each EVSE is allowed too."""
    assert told(event(0, "Started", 17), event(60, "Ended", 18), event(90, "Started", 19, name="b")) == []


def test_a_capture_that_begins_in_mid_transaction_is_clean() -> None:
    """Whatever the number; what failed before and comes late, also the start, is in order."""
    assert (
        told(
            reads(100, 6),
            reads(110, 3, made=50),
            event(115, "Started", 0, made=10),
            reads(120, 7),
            event(130, "Ended", 8),
            event(140, "Started", 0, name="b"),
        )
        == []
    )
    assert told(event(0, "Started", 0, name="b"), event(10, "Ended", 9, name="a"), reads(20, 1, name="b")) == []


def test_a_transaction_over_a_reconnect_is_clean() -> None:
    assert told(opens(0), event(10, "Started", 0), drops(20), opens(100), reads(110, 1), event(200, "Ended", 2)) == []


def test_an_offline_queue_flushed_after_a_reconnect_is_clean() -> None:
    """In order and marked, the last of a transaction and the whole of the next; then it goes on live."""
    assert (
        told(
            opens(0),
            boots(1),
            event(10, "Started", 0),
            reads(70, 1),
            drops(80),
            opens(2000),
            reads(2001, 2, made=130, offline=True),
            event(2002, "Ended", 3, made=190, offline=True),
            event(2003, "Started", 0, made=500, name="b", offline=True),
            *(reads(2003 + n, n, made=500 + 60 * n, name="b", offline=True) for n in range(1, 20)),
            reads(2060, 20, name="b"),
            event(2500, "Ended", 21, name="b"),
        )
        == []
    )


def test_an_event_that_is_sent_again_is_clean() -> None:
    """After its answer was lost: by now it may be marked as offline (E11.FR.07), and is not the last any more."""
    first = (opens(0), event(10, "Started", 0), reads(70, 1))
    assert told(*first, reads(100, 1, made=70), reads(130, 2)) == []
    assert told(*first, drops(80), opens(90), reads(100, 1, made=70, offline=True), reads(130, 2)) == []
    assert told(*first, reads(75, 2), event(80, "Started", 0, made=10), reads(81, 1, made=70), reads(130, 3)) == []
    assert told(event(0, "Ended", 5), event(9, "Ended", 5, made=0), event(20, "Ended", 5, made=0)) == []


def test_a_number_written_otherwise_is_no_other_event() -> None:
    """1.50 is 1.5, and the order of keys says nothing."""
    rest = '"timestamp":"2026-01-31T12:00:00Z","transactionInfo":{"transactionId":"a"},"meterValue":[{"value":1.5}]'
    first = f'{{"eventType":"Updated","seqNo":1,{rest}}}'
    again = f'{{{rest.replace("1.5", "1.50")},"seqNo":1,"eventType":"Updated"}}'
    assert (
        told(
            *(
                heard(raw=f'[2,"{number}","TransactionEvent",{payload}]')
                for number, payload in enumerate((first, again))
            )
        )
        == []
    )


def test_a_reboot_in_mid_transaction_is_clean() -> None:
    """It goes on, or ends for that reason, before another starts."""
    cut = (opens(0), boots(1), event(10, "Started", 0), drops(20), opens(100), boots(101))
    assert told(*cut, reads(102, 1), event(200, "Ended", 2)) == []
    lost = event(102, "Ended", 1, made=20, offline=True, triggerReason="AbnormalCondition")
    assert told(*cut, lost, event(200, "Started", 0, name="b")) == []


def test_a_clock_that_is_wrong_is_no_offline_event() -> None:
    """Two hours behind all the time, or set right in between: an event is as late as the others are not."""
    behind = (
        opens(0),
        event(10, "Started", 0, made=-7190),
        *(reads(60 * n, n, made=60 * n - 7200) for n in range(1, 9)),
    )
    assert told(*behind) == []
    assert told(*behind, reads(600, 9), reads(660, 10)) == []


def test_a_clock_that_is_set_is_no_offline_event() -> None:
    """It was ahead, and is right after a boot, or after a night."""
    ahead = (opens(0), event(10, "Started", 0, made=110), drops(20))
    assert codes(told(*ahead, opens(30), reads(40, 1))) == ["T109"]
    assert told(*ahead, opens(30), boots(31), reads(40, 1)) == []
    assert told(*ahead, opens(3 * HOUR), reads(3 * HOUR + 1, 1)) == []


def test_a_clock_that_goes_slow_is_no_offline_event() -> None:
    """A second an hour, for months."""
    assert told(event(0, "Started", 0), *(reads(3600 * n, n, made=3599 * n) for n in range(1, 500))) == []


def test_an_event_of_before_the_capture_does_not_take_the_evse() -> None:
    """It comes late, out of a queue, when the next transaction has started."""
    assert told(event(100, "Started", 0, name="b"), reads(110, 7, made=50, offline=True), reads(120, 1, name="b")) == []


def test_without_a_clock_nothing_is_said_of_being_late() -> None:
    """The recorder's clock was never set, or the timestamp can't be read."""
    raws = [call(action="TransactionEvent", payload=_payload(0, said(0))), _raw(1, said(1)), _raw(2, said(-9999))]
    assert told(*(heard(raw=raw, time_ns=number * SECOND) for number, raw in enumerate(raws))) == []
    assert told(event(0, "Started", 0), heard(raw=_raw(1, "yesterday"), time_ns=at(600))) == []


def _payload(seq: int, stamp: str) -> dict[str, Any]:
    info = {"transactionId": "a"}
    trigger = "ChargingStateChanged"
    kind = "Updated" if seq else "Started"
    return {"eventType": kind, "timestamp": stamp, "triggerReason": trigger, "seqNo": seq, "transactionInfo": info}


def _raw(seq: int, stamp: str) -> str:
    return call(action="TransactionEvent", payload=_payload(seq, stamp), message_id=str(seq + 1))


def test_an_offline_event_soon_after_the_connection_is_clean() -> None:
    """It may have waited; long after, it can't."""
    assert told(opens(-200), event(0, "Started", 0, offline=True)) == []
    assert codes(told(opens(-400), event(0, "Started", 0, offline=True))) == ["T110"]
    assert told(opens(-400), event(0, "Started", 0, made=-500, offline=True)) == []


def test_after_a_long_break_what_was_open_may_be_over() -> None:
    """Two logs of different days; a transaction that had ended must not come back all the same."""
    monday = (opens(0), event(10, "Started", 0), event(15, "Ended", 1), event(20, "Started", 0, name="b"), drops(30))
    later = 30 + 2 * HOUR
    assert told(*monday, opens(later), reads(later + 1, 50, name="b"), event(later + 2, "Ended", 51, name="b")) == []
    assert told(*monday, opens(later), event(later + 1, "Started", 0, name="c")) == []
    assert codes(told(*monday, opens(later), event(later + 1, "Started", 0))) == ["T107"]


def test_a_run_knows_nothing_of_what_was_recorded() -> None:
    """A replay sends the same transactions again."""
    live = (opens(0), event(10, "Started", 0), event(20, "Ended", 1), drops(30))
    assert told(*live, replace(opens(40), origin="run"), event(50, "Started", 0)) == []
    assert codes(told(*live, opens(40), event(50, "Started", 0))) == ["T107"]


# --- what is wrong, and how it is told ---


def test_a_gap_says_how_many_are_missing() -> None:
    """Once; what comes late after all fills it."""
    (found,) = told(event(0, "Started", 0), reads(60, 3), reads(120, 4))
    assert (found.code, found.blame, found.pointer, found.frame) == ("T101", Blame.STATION, "/3/seqNo", 3)
    assert found.message == "2 events missing: seqNo 3 follows 0"
    assert told(event(0, "Started", 0), reads(60, 2))[0].message == "1 event missing: seqNo 2 follows 0"
    filled = (reads(61, 1, made=20), reads(62, 2, made=40), reads(63, 3, made=60), reads(120, 4))
    assert codes(told(event(0, "Started", 0), reads(60, 3), *filled)) == ["T101"]


def test_two_gaps_are_filled_too() -> None:
    late = (reads(200, 1, made=20), reads(201, 3, made=70), event(202, "Ended", 5))
    assert codes(told(event(0, "Started", 0), reads(60, 2), reads(120, 4), *late)) == ["T101", "T101"]
    ended = (event(130, "Ended", 5), reads(200, 1, made=20))
    assert codes(told(event(0, "Started", 0), reads(60, 2), reads(120, 4), *ended)) == ["T101", "T101"]


def test_a_number_twice_is_told() -> None:
    """Another event at another time; the count goes on from there."""
    (found,) = told(event(0, "Started", 0), reads(60, 1), reads(120, 1), reads(180, 2))
    assert (found.code, found.pointer, found.hint, found.frame) == ("T102", "/3/seqNo", "send 2", 5)


def test_a_station_that_never_counts_is_told_each_time() -> None:
    assert codes(told(event(0, "Started", 0), reads(60, 0), reads(120, 0))) == ["T102", "T102"]


def test_an_event_sent_again_with_other_words_is_told() -> None:
    """What differs is named, and pointed at if it is there."""
    first = (event(0, "Started", 0), reads(60, 1, numberOfPhasesUsed=1))
    (found,) = told(*first, reads(90, 1, made=60, numberOfPhasesUsed=3))
    assert (found.code, found.pointer) == ("T102", "/3/numberOfPhasesUsed")
    assert found.message.endswith("other values of numberOfPhasesUsed")
    (found,) = told(*first, reads(90, 1, made=60))
    assert (found.code, found.pointer) == ("T102", "/3")


def test_an_ended_with_a_used_number_ends_all_the_same() -> None:
    found = told(
        event(0, "Started", 0), reads(60, 1), event(61, "Ended", 1, made=60), event(90, "Started", 0, name="b")
    )
    assert codes(found) == ["T102"]


def test_a_number_that_falls_back_is_told_once() -> None:
    """The count is taken up from there; also where the capture began in the midst."""
    (found,) = told(event(0, "Started", 0), reads(60, 1), reads(120, 2), reads(180, 0), reads(240, 1))
    assert (found.code, found.pointer, found.message) == ("T103", "/3/seqNo", "seqNo 0 follows 2")
    assert codes(told(reads(0, 7), reads(60, 8), reads(120, 0), reads(180, 1))) == ["T103"]


def test_a_transaction_that_runs_is_not_started_again() -> None:
    """With whatever number; it goes on from there."""
    for seq in (0, 1, 2, 9):
        found = told(event(0, "Started", 0), reads(60, 1), event(120, "Started", seq), reads(180, seq + 1))
        assert [(one.code, one.pointer) for one in found] == [("T104", "/3/transactionInfo/transactionId")]


def test_nothing_comes_after_ended() -> None:
    over = (event(0, "Started", 0), reads(60, 1), event(120, "Ended", 2))
    for after in (reads(180, 3), reads(180, 1), event(180, "Ended", 3)):
        (found,) = told(*over, after)
        assert (found.code, found.pointer) == ("T105", "/3/eventType")
    assert codes(told(*over, event(180, "Started", 3))) == ["T107"]


def test_a_missing_end_is_told_when_the_next_starts() -> None:
    """On that EVSE, also when it is named only later."""
    (found,) = told(
        event(0, "Started", 0), event(60, "Started", 0, name="b"), event(90, "Started", 0, name="c", evse=2)
    )
    assert (found.code, found.pointer, found.frame) == ("T106", "/3/evse/id", 3)
    assert found.message == "transaction a on EVSE 1 has not ended"
    later = (event(60, "Started", 0, name="b", evse=None), reads(90, 1, name="b"))
    assert codes(told(event(0, "Started", 0), *later)) == ["T106"]


def test_a_missing_end_is_told_when_the_station_says_that_it_is_over() -> None:
    """Once: that another starts there is no other news."""
    begun = event(0, "Started", 0)
    over = asks_status(60, "a", ongoingIndicator=False)
    (found,) = told(begun, over, over, event(90, "Started", 0, name="b"))
    assert (found.code, found.pointer, found.frame) == ("T106", "/2/ongoingIndicator", 4)
    words = "the station says that transaction a is over and none of its events waits, and it has not ended"
    assert found.message == words
    assert told(begun, asks_status(60, "a", ongoingIndicator=True)) == []
    assert told(begun, asks_status(60, "a", ongoingIndicator=False, messagesInQueue=True)) == []
    assert told(begun, asks_status(60, "a")) == []
    assert told(begun, event(50, "Ended", 1), over) == []


def beat(seconds: int) -> tuple[Event, ...]:
    """Send a heartbeat."""
    return asks(seconds, "Heartbeat", {}, {"currentTime": said(seconds)})


UNPLUGGED = (
    *event(0, "Started", 0),
    *event(60, "Ended", 1, triggerReason="EVCommunicationLost"),
    *reports(61, 1),
)
"""A station ends a transaction with its cable."""

TAKEN = (*reports(99, 1, "Occupied"), *event(100, "Started", 0, name="b"), *reports(200, 1))
"""And another's cable goes."""


def test_a_missing_end_is_told_when_the_cable_is_gone() -> None:
    """Where others ended so, and the station has gone on to heartbeats."""
    (found,) = told(UNPLUGGED, TAKEN, beat(400), beat(700), beat(1000), event(1100, "Started", 0, name="c"))
    assert (found.code, found.pointer, found.frame) == ("T106", "/3/connectorStatus", 11)
    words = "EVSE 1 is free for 8 m 20 s, and transaction b has not ended, as another did with its cable"
    assert found.message == words


@pytest.mark.parametrize(
    "parts",
    [
        (TAKEN, beat(700)),
        (UNPLUGGED, TAKEN, beat(400)),
        (UNPLUGGED, TAKEN),
        (UNPLUGGED, TAKEN, event(210, "Ended", 1, name="b"), beat(700)),
        (UNPLUGGED, TAKEN, event(500, "Updated", 0, name="z", evse=2, offline=True), beat(700)),
        ((opens(-10),), UNPLUGGED, TAKEN, (drops(220), opens(600)), beat(900)),
    ],
    ids=["nobody knows this station", "too soon", "nobody there", "it ended", "others come first", "another session"],
)
def test_an_end_that_may_still_come_is_not_missing(parts: tuple[tuple[Event, ...], ...]) -> None:
    assert "T106" not in codes(told(*parts))


def test_a_transaction_that_moves_leaves_its_evse() -> None:
    moved = (event(0, "Started", 0, evse=1), reads(60, 1, evse=2), event(90, "Started", 0, name="b", evse=1))
    assert told(*moved) == []


def test_a_first_event_that_is_no_start_is_told() -> None:
    for kind in ("Updated", "Ended"):
        (found,) = told(event(0, kind, 0))
        assert (found.code, found.pointer) == ("T108", "/3/eventType")


def test_an_old_event_that_says_nothing_of_it_is_told_once() -> None:
    """As late as it is by the station's own clock, also flushed after a reconnect."""
    (found,) = told(event(0, "Started", 0), reads(400, 1, made=60), reads(401, 2, made=100), reads(402, 3))
    assert (found.code, found.pointer, found.frame) == ("T109", "/3/timestamp", 3)
    assert found.message == "it came 340 s later after its timestamp than other messages do"
    flushed = (opens(0), event(10, "Started", 0), drops(20), opens(900), reads(901, 1, made=100, offline=False))
    assert codes(told(*flushed)) == ["T109"]
    assert codes(told(reports(0, 1), event(400, "Started", 0, made=60))) == ["T109"]


def test_a_live_event_that_says_offline_is_told_once() -> None:
    (found,) = told(opens(-600), event(0, "Started", 0, offline=True), reads(60, 1, offline=True))
    assert (found.code, found.pointer, found.message) == (
        "T110",
        "/3/offline",
        "it came at once, 10 minutes into the connection",
    )


@pytest.mark.parametrize(("trigger", "misfit"), [(trigger, one) for trigger in MISFITS for one in MISFITS[trigger]])
def test_a_reason_that_does_not_fit_is_told_once(trigger: str, misfit: str) -> None:
    """With an event type, or with a charging state."""
    kind, state = (misfit, "EVConnected") if misfit in {"Started", "Ended"} else ("Updated", misfit)
    info = {"transactionId": "a", "chargingState": state}
    events = [event(n, kind, 5, name="a", made=0, triggerReason=trigger, transactionInfo=info) for n in (0,)]
    other = event(60, kind, 5, evse=2, triggerReason=trigger, transactionInfo=info | {"transactionId": "b"})
    (found,) = told(*events, other)
    assert (found.code, found.pointer) == ("T111", "/3/triggerReason")
    assert found.message == f"{trigger} is no reason for an event that says {misfit}"


def test_what_is_unknown_is_the_fault_of_the_csms_that_asks() -> None:
    """At once where each EVSE's transactions are known, else when the station rejects it; once."""
    begun = (reports(0, 1), event(1, "Started", 0))
    (found,) = told(*begun, requests_stop(60, "A", "Rejected"), requests_stop(70, "A", "Rejected"))
    assert (found.code, found.blame, found.pointer, found.frame) == ("T112", Blame.CSMS, "/3/transactionId", 5)
    late = (reads(0, 6), event(1, "Started", 0, made=-60))
    assert codes(told(*late, requests_stop(60, "A", "Accepted"))) == ["T112"]
    (found,) = told(*begun, reports(2, 2), requests_stop(60, "A", "Rejected"))
    assert (found.code, found.blame, found.frame) == ("T112", Blame.CSMS, 7)
    (found,) = told(*begun, asks_status(60, "A", ongoingIndicator=False))
    assert (found.code, found.blame, found.frame) == ("T112", Blame.CSMS, 5)


def test_what_may_be_of_before_the_capture_is_not_told() -> None:
    """No EVSE is known, another EVSE may have it, the station knows it, or it ended long ago."""
    begun = (reports(0, 1), event(1, "Started", 0))
    assert told(requests_stop(60, "A", "Rejected"), asks_status(70, "A")) == []
    assert told(*begun, reports(2, 2), requests_stop(60, "A", "Accepted"), asks_status(70, "A")) == []
    assert told(*begun, asks_status(60, "A", messagesInQueue=True), asks_status(70, "B", ongoingIndicator=True)) == []
    assert told(*begun, requests_stop(60, "a", "Rejected"), asks_status(70, "a")) == []
    many = [event(n, kind, seq, name=str(n)) for n in range(1, 70) for seq, kind in ((0, "Started"), (1, "Ended"))]
    assert told(reports(0, 1), *many, asks_status(90, "1")) == []


# --- bounds and hostile peers ---


def test_state_is_bounded() -> None:
    """However many transactions and EVSEs a station makes up, and however long its frames are."""
    station = Station()
    inspection = Inspection(Version.V201, station=station)
    for number in range(1, 3 * MOST_TRANSACTIONS):
        for one in event(
            number, "Started", 0, name=str(number), evse=number, customData={"vendorId": "x" * LARGEST_KEPT}
        ):
            inspection.observe(one)
    past = station.part(Past2x)
    assert (len(past.known), len(past.evses)) == (MOST_TRANSACTIONS, MOST_PLACES)
    assert {len(one.moments) for one in past.known.values()} == {LAST_EVENTS}
    assert {one.raw for one in past.known.values()} == {None}


def test_only_the_last_transaction_of_an_evse_keeps_its_frame() -> None:
    station = Station()
    inspection = Inspection(Version.V201, station=station)
    for one in (*event(0, "Started", 0), *event(60, "Ended", 1), *event(90, "Started", 0, name="b")):
        inspection.observe(one)
    assert [one.raw is None for one in station.part(Past2x).known.values()] == [True, False]


def test_a_name_beyond_measure_is_not_followed() -> None:
    """The schema tells of it."""
    name = "x" * (LONGEST_ID + 1)
    assert told(event(0, "Started", 0, name=name), reads(60, 5, name=name)) == []


FIELDS = ("eventType", "timestamp", "triggerReason", "seqNo", "transactionInfo", "evse", "offline", "transactionId")
MORE = ("evseId", "status", "ongoingIndicator", "messagesInQueue")
GOOD = '"eventType":"Updated","seqNo":1,"transactionInfo":{"transactionId":"a"}'
ACTIONS = ("TransactionEvent", "StatusNotification", "RequestStopTransaction", "GetTransactionStatus")


@pytest.mark.parametrize("odd", ODD)
def test_no_payload_makes_a_handler_raise(odd: str) -> None:
    """Whatever stands in any field, in all of them, or beside a good transaction."""
    payloads = [f'{{"{field}":{odd}}}' for field in FIELDS + MORE]
    payloads.append("{" + ",".join(f'"{field}":{odd}' for field in FIELDS + MORE) + "}")
    payloads += [f'{{{GOOD},"{field}":{odd}}}' for field in ("timestamp", "triggerReason", "evse", "offline", "odd/~")]
    payloads += [
        f'{{"eventType":{odd},"seqNo":{odd},"transactionInfo":{{"transactionId":{odd}}}}}',
        f'{{"eventType":{odd},"seqNo":2,"transactionInfo":{{"transactionId":"a","chargingState":{odd}}}}}',
        f'{{"eventType":"Updated","seqNo":{odd},"transactionInfo":{{"transactionId":"a"}},"evse":{{"id":{odd}}}}}',
    ]
    inspection = Inspection(Version.V201)
    for number, (action, payload) in enumerate(product(ACTIONS, payloads)):
        for asker, other in ((STATION, CSMS), (CSMS, STATION)):
            raw = f'[2,"{number}","{action}",{payload}]'
            inspection.observe(heard(raw=raw, sender=asker, time_ns=at(number)))
            inspection.observe(heard(raw=f'[3,"{number}",{payload}]', sender=other, time_ns=at(number)))
    assert inspection.frames == len(ACTIONS) * len(payloads) * 4
