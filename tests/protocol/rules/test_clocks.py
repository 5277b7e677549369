"""C: timestamps on the wire."""

from dataclasses import replace
from typing import Any

import pytest

from inspector.protocol.event import Opened, Received
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.rules.clocks import MOST_TRANSACTIONS
from inspector.protocol.version import Version
from tests.protocol.rules.dialogue import at, csms, stamp, station
from tests.protocol.rules.made import Events
from tests.protocol.rules.talks import V16, V201, beat, boot, event, meter, sample, session, start, status, stop
from tests.protocol.wire import CSMS, SECOND, call, findings, heard, result


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-01-31T12:34:56", "convert it to UTC and end it in Z, or write its offset, such as +01:00"),
        ("2026-01-31 12:34:56Z", "send 2026-01-31T12:34:56Z"),
        ("2026-01-31T12:34:56+0100", "send UTC, ending in Z"),
        ("2026-01-31T12:34:56+02", "send UTC, ending in Z"),
        ("31.01.2026 12:34:56", "send it as 2026-01-31T12:34:56Z"),
    ],
)
def test_a_timestamp_that_is_none_is_a_warning_with_what_to_send(text: str, hint: str) -> None:
    """Not an error: most receivers read it, some differently than meant."""
    answer = heard(raw=result(payload={"currentTime": text}), sender=CSMS)
    (finding,) = findings([heard(raw=call()), answer], version=Version.V16)
    assert (finding.code, finding.severity, finding.pointer) == ("C001", Severity.WARNING, "/2/currentTime")
    assert finding.hint == hint
    assert finding.blame == "csms"


def test_each_timestamp_is_found_by_itself() -> None:
    values = [
        {"timestamp": text, "sampledValue": [{"value": "1"}]}
        for text in ("2026-01-31T12:34:56", "2026-01-31T12:34:56Z", "")
    ]
    raw = call(action="MeterValues", payload={"connectorId": 1, "meterValue": values})
    found = findings([heard(raw=raw)], version=Version.V16)
    assert [(one.code, one.pointer) for one in found] == [
        ("C001", "/3/meterValue/0/timestamp"),
        ("C001", "/3/meterValue/2/timestamp"),
    ]


def test_a_timestamp_of_the_wrong_type_is_no_matter_of_clocks() -> None:
    answer = heard(raw=result(payload={"currentTime": 1_769_862_896}), sender=CSMS)
    (finding,) = findings([heard(raw=call()), answer], version=Version.V16)
    assert finding.code == "S103"


DAY, HOUR, MINUTE = 86_400, 3600, 60


def clocks(*exchanges: Events, **how: Any) -> list[Finding]:
    """Return what is found of clocks in a session."""
    return [finding for finding in findings(session(*exchanges, **how)) if finding.code[0] == "C"]


def told(*exchanges: Events, **how: Any) -> list[Finding]:
    """Return what is found of clocks after a boot at which the CSMS told the right time."""
    return clocks(boot(version=how.get("version", V16)), *exchanges, **how)


def every(seconds: float, times: int, skew: float, delay: float = 0) -> list[Events]:
    """Send a status now and then, stamped by a clock that is ``skew`` seconds ahead, ``delay`` seconds before."""
    return [status(seconds * turn, stamp(seconds * turn - delay + skew)) for turn in range(1, times + 1)]


@pytest.mark.parametrize("skew", [0, 59, -59, -50_000])
def test_a_clock_that_is_right_or_a_message_that_is_late_is_nothing(skew: float) -> None:
    """One old timestamp proves nothing."""
    assert told(status(10, stamp(10 + skew))) == []


@pytest.mark.parametrize(
    ("skew", "code", "words"),
    [
        (61, "C003", "the station is 61.0 s ahead"),
        (400, "C003", "the station is 6 m 40 s ahead"),
        (2 * HOUR - 200, "C003", "the station is 1 h 56 m 40 s ahead"),
        (2 * HOUR - 2, "C004", "the station is 1 h 59 m 58 s ahead"),
        (2 * HOUR + 40, "C004", "the station is 2 h 40 s ahead"),
        (5.5 * HOUR, "C004", "the station is 5 h 30 m ahead"),
        (14 * HOUR, "C004", "the station is 14 h ahead"),
        (15 * HOUR, "C003", "the station is 15 h ahead"),
        (40 * 365 * DAY, "C003", "the station is 14600 d ahead"),
    ],
)
def test_a_time_that_has_not_come_yet_proves_a_skew_at_once(skew: float, code: str, words: str) -> None:
    """To the second; whole and half hours are a zone."""
    (found,) = told(status(10, stamp(10 + skew)))
    assert (found.code, found.blame, found.frame, found.pointer) == (code, Blame.STATION, 3, "/3/timestamp")
    assert found.message.startswith(words)


@pytest.mark.parametrize(
    ("skew", "zone"), [(2 * HOUR, "+02:00"), (5.5 * HOUR, "+05:30"), (HOUR // 2, "+00:30"), (-8 * HOUR, "-08:00")]
)
def test_local_time_is_told_its_zone(skew: float, zone: str) -> None:
    (found,) = told(*every(60, 6, skew))
    assert found.code == "C004"
    assert zone in found.hint


def test_a_clock_that_is_behind_takes_several_frames() -> None:
    """Each of another time, all late by the same."""
    found = told(*every(60, 20, -400, delay=2))
    assert [(one.code, one.frame) for one in found] == [("C003", 11)]
    assert found[0].message.startswith("the station is 6 m 42 s behind")


def test_a_skew_is_said_once_and_again_when_it_is_much_worse() -> None:
    """Half as much again; a clock that gets better is no news."""
    skews = [200, 201, 250, 300, 100, 200, 2000, 2000, 10]
    found = told(*(status(10 * turn, stamp(10 * turn + skew)) for turn, skew in enumerate(skews, 1)))
    assert [(one.code, one.frame) for one in found] == [("C003", 3), ("C003", 15)]


def test_a_late_frame_of_a_clock_that_is_ahead_is_no_new_skew() -> None:
    found = told(*every(60, 5, 2 * HOUR), *[status(1000, stamp(1000 + 2 * HOUR - 40 * MINUTE))])
    assert [one.code for one in found] == ["C004"]


def test_a_queue_that_is_emptied_is_no_skew() -> None:
    """After an outage of an hour each message is less late than the one before it."""
    queued = [meter(10 + turn, sample(turn), time=stamp(turn * 60 - HOUR)) for turn in range(60)]
    assert told(start(5, time=stamp(-HOUR - 20)), *queued) == []


def test_a_burst_of_late_frames_is_no_skew() -> None:
    """A queue of what happened in a few seconds, emptied in as many."""
    assert told(*(status(10 + turn, stamp(turn - 900)) for turn in range(12))) == []


def test_a_time_that_is_told_again_is_no_skew() -> None:
    """A status may bear the time since when it is so."""
    again = [status(60 * turn, stamp(-9000 - turn % 3), connector=1 + turn % 3) for turn in range(1, 30)]
    assert told(*again) == []


def test_old_frames_among_new_ones_are_no_skew() -> None:
    """A queue that is emptied slowly, between live messages."""
    mixed = [
        each
        for turn in range(1, 20)
        for each in (status(60 * turn, stamp(60 * turn)), status(60 * turn + 5, stamp(60 * turn - 9000), connector=2))
    ]
    assert told(*mixed) == []


def test_events_from_offline_time_are_no_skew() -> None:
    """They say so themselves; even if they come at the pace at which they happened."""
    events = [
        event(60 * turn, "Updated" if turn else "Started", turn, time=stamp(60 * turn - 400), offline=True)
        for turn in range(12)
    ]
    assert told(*events[1:], version=V201) == []


def test_an_event_from_offline_time_that_has_not_come_is_one() -> None:
    (found,) = told(event(10, "Updated", 1, time=stamp(500), offline=True), version=V201)
    assert found.code == "C003"


@pytest.mark.parametrize("time", ["1970-01-01T00:00:23Z", "1980-01-06T00:00:00Z", "2000-01-01T00:04:10.5+01:00"])
def test_a_clock_that_was_never_set_is_said_once(time: str) -> None:
    """Whatever its year 0 is, and whatever of it is stamped."""
    found = told(status(10, time), status(20, time), start(30, time=time), stop(50, register=1, time=time))
    assert [(one.code, one.frame) for one in found] == [("C002", 3)]


@pytest.mark.parametrize("time", ["1970-01-01T00:00:23Z", stamp(2 * HOUR), stamp(400)])
def test_before_the_first_answer_a_clock_may_show_anything(time: str) -> None:
    assert clocks(status(0, time), boot(5)) == []
    assert clocks(status(0, time), beat(5)) == []


def test_a_reconnect_without_a_boot_is_judged_after_the_first_heartbeat() -> None:
    wrong = status(20, stamp(500))
    assert [one.frame for one in clocks(status(1, stamp(500)), beat(10), wrong)] == [5]


def test_a_boot_that_is_rejected_tells_the_time_too() -> None:
    answer = {"status": "Rejected", "currentTime": stamp(1), "interval": 60}
    rejected = station(1, "BootNotification", {"chargePointVendor": "Acme", "chargePointModel": "One"}, answer)
    assert [one.code for one in clocks(rejected, status(10, stamp(500)))] == ["C003"]


@pytest.mark.parametrize(
    ("skew", "code", "words"),
    [
        (-400, "C003", "the CSMS is 6 m 40 s behind"),
        (400, "C003", "the CSMS is 6 m 39 s ahead"),
        (2 * HOUR, "C004", "the CSMS is 1 h 59 m 59 s ahead"),
        (-5 * HOUR, "C004", "the CSMS is 5 h behind"),
    ],
)
def test_a_csms_that_tells_a_wrong_time_is_blamed_for_it(skew: float, code: str, words: str) -> None:
    """And the station that believes it is not."""
    (found,) = clocks(
        boot(told=stamp(skew)),
        *every(60, 8, skew),
        beat(600, told=stamp(600 + skew)),
        start(700, time=stamp(700 + skew)),
    )
    assert (found.code, found.blame, found.frame, found.pointer) == (code, Blame.CSMS, 2, "/2/currentTime")
    assert found.message.startswith(words)


def test_a_station_that_knows_better_than_the_csms_is_right() -> None:
    found = clocks(boot(told=stamp(-5 * HOUR)), *every(60, 8, 0))
    assert [one.blame for one in found] == [Blame.CSMS]


def test_a_station_that_is_off_both_is_wrong() -> None:
    found = clocks(boot(told=stamp(HOUR)), status(10, stamp(2 * HOUR)))
    assert [one.blame for one in found] == [Blame.CSMS, Blame.STATION]


def test_a_csms_that_answers_late_told_the_time_of_the_question() -> None:
    """It may stamp its answer when it begins to work on it."""
    asked = call(message_id="h")
    answer = result(payload={"currentTime": stamp(10)}, message_id="h")
    late = (heard(raw=asked, time_ns=at(10)), heard(raw=answer, sender=CSMS, time_ns=at(10 + 300)))
    assert told(late) == []


def test_a_csms_without_a_clock_has_told_nothing() -> None:
    """The station can't be blamed for following it."""
    unset = "1970-01-01T00:00:00Z"
    found = clocks(boot(told=unset), beat(5, told=unset), status(10, "1970-01-01T00:00:10Z"), status(20, stamp(2000)))
    assert [(one.code, one.blame) for one in found] == [("C002", Blame.CSMS)]
    assert found[0].hint == "set the CSMS's clock, by NTP for example"


@pytest.mark.parametrize(
    ("skew", "words"), [(-400, "6 m 40 s behind the recorder's clock"), (400, "6 m 39 s ahead of the recorder's clock")]
)
def test_a_skew_is_told_in_good_english(skew: float, words: str) -> None:
    (found,) = clocks(boot(told=stamp(skew)))
    assert found.message == f"the CSMS is {words}"


@pytest.mark.parametrize("origin", ["run"])
def test_a_run_plays_old_times(origin: str) -> None:
    assert clocks(boot(told=stamp(-DAY)), status(10, stamp(500)), origin=origin) == []


def test_a_log_may_have_local_times_of_its_own() -> None:
    """When all others agree, the log's times are the local ones."""
    assert clocks(boot(told=stamp(-2 * HOUR)), *every(60, 9, -2 * HOUR), origin="import") == []


def test_a_station_in_a_log_is_compared_with_the_csms() -> None:
    found = clocks(boot(told=stamp(-2 * HOUR)), status(10, stamp(2 * HOUR)), origin="import")
    assert [(one.code, one.blame) for one in found] == [("C004", Blame.STATION)]


@pytest.mark.parametrize("shift_ns", [at(0), at(0) - SECOND])
def test_a_recorder_without_a_clock_says_nothing_of_others(shift_ns: int) -> None:
    """Times from the start of a log, or none at all."""
    events = session(boot(), *every(60, 9, 400), beat(700, told=stamp(7000)))
    shifted = [
        replace(one, time_ns=one.time_ns - shift_ns)
        if isinstance(one, Opened)
        else one._replace(time_ns=one.time_ns - shift_ns)
        for one in events
        if isinstance(one, Opened | Received)
    ]
    assert findings(shifted) == []


def test_only_times_that_mean_now_count() -> None:
    """A profile may be for tomorrow, a reservation expires, and a firmware is installed at night."""
    tomorrow = stamp(DAY + 123)
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "validFrom": tomorrow,
        "validTo": tomorrow,
        "chargingSchedule": {
            "startSchedule": tomorrow,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}],
        },
    }
    reserve = {"connectorId": 1, "expiryDate": tomorrow, "idTag": "T1", "reservationId": 1}
    assert (
        told(
            csms(10, "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}),
            csms(20, "ReserveNow", reserve),
            csms(30, "UpdateFirmware", {"location": "https://x.example/f", "retrieveDate": tomorrow}, {}),
        )
        == []
    )


@pytest.mark.parametrize(
    ("action", "payload", "field"),
    [
        ("SecurityEventNotification", {"type": "SettingSystemTime"}, "timestamp"),
        ("NotifyReport", {"requestId": 1, "seqNo": 0}, "generatedAt"),
        ("NotifyMonitoringReport", {"requestId": 1, "seqNo": 0}, "generatedAt"),
        ("NotifyCustomerInformation", {"requestId": 1, "seqNo": 0, "data": "-"}, "generatedAt"),
    ],
)
def test_each_message_that_says_now_is_heard(action: str, payload: dict[str, Any], field: str) -> None:
    (found,) = told(station(10, action, {**payload, field: stamp(500)}), version=V201)
    assert (found.code, found.pointer) == ("C003", f"/3/{field}")


def test_the_newest_of_several_meter_values_counts() -> None:
    values = [{"timestamp": stamp(time), "sampledValue": [sample(1)]} for time in (-900, -600, 700)]
    (found,) = told(station(10, "MeterValues", {"connectorId": 1, "meterValue": values}))
    assert (found.code, found.pointer) == ("C003", "/3/meterValue/2/timestamp")


def test_a_transaction_of_2x_that_goes_back_is_told_once() -> None:
    found = told(
        event(10, "Started", 0),
        event(20, "Updated", 1),
        event(40, "Updated", 2, time=stamp(5)),
        event(50, "Updated", 3, time=stamp(1)),
        event(60, "Ended", 4, time=stamp(1)),
        version=V201,
    )
    assert [(one.code, one.frame, one.pointer) for one in found] == [("C005", 7, "/3/timestamp")]
    assert "15.0 s before" in found[0].message


def test_events_that_come_out_of_order_have_not_gone_back() -> None:
    """The sequence number says which was first."""
    found = told(
        event(10, "Started", 0),
        event(50, "Updated", 3, time=stamp(50)),
        event(52, "Updated", 1, time=stamp(20)),
        event(54, "Updated", 2, time=stamp(35)),
        event(60, "Ended", 4),
        version=V201,
    )
    assert found == []


@pytest.mark.parametrize("back", [0, 2, 10])
def test_equal_times_and_small_corrections_are_fine(back: float) -> None:
    """A heartbeat's answer sets the clock right in passing."""
    assert told(event(10, "Started", 0), event(20, "Updated", 1, time=stamp(10 - back)), version=V201) == []


def test_small_steps_back_add_up() -> None:
    events = [event(20 + turn, "Updated", turn, time=stamp(20 - 8 * turn)) for turn in range(4)]
    assert [one.code for one in told(*events, version=V201)] == ["C005"]


def test_a_clock_that_lost_its_time_has_not_gone_back() -> None:
    """It was never set, which is said already."""
    lost = event(40, "Updated", 1, time="1970-01-01T00:00:05Z")
    found = told(event(10, "Started", 0), lost, event(60, "Ended", 2), version=V201)
    assert [one.code for one in found] == ["C002"]


def test_an_id_that_is_used_again_is_another_transaction() -> None:
    """The end of the first was lost; the second has a time of its own."""
    found = told(
        event(10, "Started", 0),
        event(50, "Updated", 7),
        event(60, "Started", 0, time=stamp(30)),
        event(70, "Updated", 1, time=stamp(32)),
        event(80, "Updated", 2, time=stamp(12)),
        version=V201,
    )
    assert [(one.code, one.frame) for one in found] == [("C005", 11)]


def test_values_without_a_proper_id_are_of_no_transaction() -> None:
    values = [meter(10 + turn, sample(1), key=turn % 2 - 1, time=stamp(40 - 20 * (turn % 2))) for turn in range(9)]
    mixed = [meter(60 + turn, sample(1), key=0, time=stamp(60 - 20 * (turn % 2))) for turn in range(9)]
    assert told(*values, *mixed) == []


def test_a_transaction_of_16_that_goes_back_is_told_once() -> None:
    found = told(
        start(10),
        meter(40, sample(1)),
        meter(70, sample(2), time=stamp(25)),
        stop(80, register=3, time=stamp(22)),
    )
    assert [(one.code, one.frame, one.pointer) for one in found] == [("C005", 7, "/3/meterValue/0/timestamp")]


def test_a_stop_before_the_start_is_told() -> None:
    (found,) = told(start(30), stop(60, register=3, time=stamp(10)))
    assert (found.code, found.frame, found.pointer) == ("C005", 5, "/3/timestamp")


def test_each_transaction_has_a_time_of_its_own() -> None:
    """Also one whose id was used before, and values outside of any."""
    found = told(
        start(100, key=1),
        start(200, key=2, connector=2, time=stamp(150)),
        meter(300, sample(1), key=2, connector=2, time=stamp(260)),
        meter(310, sample(1), key=1, time=stamp(252)),
        meter(320, sample(1), key=None, time=stamp(265)),
        stop(400, register=1, key=1, time=stamp(390)),
        start(410, key=1, time=stamp(360)),
        stop(420, register=1, key=1, time=stamp(365)),
    )
    assert found == []


def test_the_first_time_that_is_told_may_set_a_clock_back() -> None:
    """A transaction went on while the station was offline, with a clock of its own."""
    going = event(10, "Updated", 5, time=stamp(5000))
    found = clocks(going, beat(20), event(30, "Updated", 6), event(60, "Ended", 7), version=V201)
    assert found == []


def test_a_station_for_months_with_a_clock_that_drifts_is_fine() -> None:
    """A second a day, set right each day."""
    days = [
        each
        for day in range(1, 90)
        for each in (
            status(day * DAY, stamp(day * DAY + 20)),
            beat(day * DAY + 5),
            status(day * DAY + 9, stamp(day * DAY + 9)),
        )
    ]
    assert told(*days) == []


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "", "now", "9" * 1000, "\ud800"])
@pytest.mark.parametrize("action", ["StatusNotification", "MeterValues", "StartTransaction", "StopTransaction"])
def test_any_value_may_stand_for_a_time(action: str, value: object) -> None:
    """Nothing is raised, and clocks are not blamed for what the schema finds."""
    entries = [[{"timestamp": value}], [value], value]
    for entry in entries:
        payload = {"timestamp": value, "transactionId": value, "meterValue": entry}
        assert {one.code for one in told(station(10, action, payload))} <= {"C001"}


@pytest.mark.parametrize("value", [None, 7, [], {}, "x" * 1000, 10**400, 1.5])
def test_any_value_may_stand_for_an_event(value: object) -> None:
    fields = ("eventType", "seqNo", "transactionInfo", "offline", "evse", "meterValue", "timestamp")
    for field in fields:
        payload = {
            "eventType": "Updated",
            "timestamp": stamp(10),
            "seqNo": 1,
            "transactionInfo": {"transactionId": "a"},
        }
        exchanges = [station(10 + turn, "TransactionEvent", {**payload, field: value}) for turn in range(3)]
        assert {one.code for one in told(*exchanges, version=V201)} <= {"C001"}


def test_what_is_remembered_of_transactions_is_bounded() -> None:
    """The oldest is forgotten, so that its going back is missed."""
    many = [event(10 + turn, "Updated", 1, key=f"k{turn}") for turn in range(MOST_TRANSACTIONS + 1)]
    back = [event(200, "Updated", 2, key=key, time=stamp(-20)) for key in ("k0", "k9")]
    found = told(*many, *back, version=V201)
    assert [one.message.split()[-1] for one in found] == ["k9"]
