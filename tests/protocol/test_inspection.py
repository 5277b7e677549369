"""One session under inspection: what it sees, what it keeps in mind, and that nothing throws it off."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Event, Noted, Ticked, Violated
from inspector.protocol.finding import Blame
from inspector.protocol.frame import MessageType
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.ledger import MOST_OPEN
from inspector.protocol.rules import TABLE
from inspector.protocol.schema import Part
from inspector.protocol.version import Party, Version
from tests.protocol.documents import anything, documents, quick
from tests.protocol.wire import (
    BOOT_16,
    BOOT_201,
    CSMS,
    SECOND,
    STATION,
    call,
    codes,
    error,
    findings,
    formal,
    heard,
    named_result,
    opened,
    places,
    result,
    seen,
    watch,
)

BOOTED_16 = {"status": "Accepted", "currentTime": "2026-01-31T12:34:56Z", "interval": 300}
NOW = {"currentTime": "2026-01-31T12:34:56Z"}


def test_a_clean_session_has_no_finding() -> None:
    """From the handshake to the close, with a CALL of each side and a tick between."""
    events: list[Event] = [
        opened(subprotocol="ocpp1.6"),
        heard(raw=call(action="BootNotification", payload=BOOT_16, message_id="a"), time_ns=1),
        heard(raw=result(payload=BOOTED_16, message_id="a"), sender=CSMS, time_ns=2),
        heard(raw=call(action="Reset", payload={"type": "Soft"}, message_id="b"), sender=CSMS, time_ns=3),
        Ticked(4),
        heard(raw=call(message_id="c"), time_ns=5),
        heard(raw=result(payload={"status": "Accepted"}, message_id="b"), time_ns=6),
        heard(raw=result(payload=NOW, message_id="c"), sender=CSMS, time_ns=7),
        Closed(8, code=1000, by="station"),
    ]
    assert findings(events) == []


def test_frames_are_counted_from_1_and_nothing_else_is() -> None:
    """INVALID frames count, handshakes and ticks do not."""
    inspection = Inspection(Version.V16)
    events: list[Event] = [
        opened(),
        heard(raw=call()),
        Ticked(1),
        heard(raw="nonsense"),
        heard(raw=result(), sender=CSMS),
    ]
    numbers = [one.seen.number if one.seen else None for one in map(inspection.observe, events)]
    assert numbers == [None, 1, None, 2, 3]
    assert inspection.frames == 3


def test_an_answer_has_its_calls_action_and_the_time_since() -> None:
    """Also an error, which has no payload to check."""
    asked, answered = watch(
        [heard(raw=call(message_id="x"), time_ns=5), heard(raw=error(message_id="x"), sender=CSMS, time_ns=12)],
        version=Version.V16,
    )
    assert (seen(asked).call, seen(asked).latency_ns) == (None, None)
    assert (seen(answered).action, seen(answered).latency_ns, seen(answered).part) == ("Heartbeat", 7, Part.RESPONSE)
    found = seen(answered).call
    assert found is not None
    assert (found.number, found.sender, found.message_id) == (1, STATION, "x")


def test_an_answer_is_checked_as_its_call_asks() -> None:
    """The pointer leads into the answer, whose sender is to blame."""
    _, answered = watch([heard(raw=call()), heard(raw=result(payload={}), sender=CSMS)], version=Version.V16)
    (finding,) = answered.findings
    assert (finding.code, finding.pointer, finding.blame, finding.frame) == ("S101", "/2", Blame.CSMS, 2)


def test_the_same_id_in_both_directions_is_kept_apart() -> None:
    """Each answer goes to the CALL of the other side, and is checked as such."""
    events: list[Event] = [
        heard(raw=call(action="Heartbeat"), sender=STATION, time_ns=10),
        heard(raw=call(action="ClearCache"), sender=CSMS, time_ns=20),
        heard(raw=result(payload={"status": "Accepted"}), sender=STATION, time_ns=25),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=40),
    ]
    observed = watch(events, version=Version.V16)
    assert [one.findings for one in observed] == [()] * 4
    assert [seen(one).action for one in observed] == ["Heartbeat", "ClearCache", "ClearCache", "Heartbeat"]
    assert [seen(one).latency_ns for one in observed] == [None, None, 5, 30]


def test_an_id_that_comes_back_belongs_to_the_latest_call() -> None:
    events: list[Event] = [
        heard(raw=call(action="Heartbeat"), time_ns=10),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=11),
        heard(raw=call(action="StatusNotification", payload=STATUS), time_ns=20),
        heard(raw=result(), sender=CSMS, time_ns=23),
    ]
    observed = watch(events, version=Version.V16)
    assert [codes(formal(one.findings)) for one in observed] == [[], [], ["R008"], []]
    assert [seen(one).latency_ns for one in observed] == [None, 1, None, 3]


STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


def test_an_orphan_is_not_checked_by_guess() -> None:
    """Nobody knows which answer it would be: R002, and nothing about its payload."""
    (only,) = watch([heard(raw=result(payload={"zz": 1}), sender=CSMS)], version=Version.V16)
    assert codes(only.findings) == ["R002"]
    assert (seen(only).action, seen(only).call) == (None, None)


def test_an_orphan_that_names_its_action_is_checked_as_that() -> None:
    raw = named_result(action="Heartbeat", payload={"zz": 1})
    (only,) = watch([heard(raw=raw, sender=CSMS)], version=Version.V16)
    assert places(only.findings) == {("F008", "/2"), ("R002", "/1"), ("S101", "/3"), ("S102", "/3/zz")}


STOP_16 = {"meterStop": 5200, "timestamp": "2026-01-31T12:34:56Z", "transactionId": 1001}
START_16 = {"connectorId": 1, "idTag": "a", "meterStart": 0, "timestamp": "2026-01-31T12:34:56Z"}


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
@pytest.mark.parametrize(("action", "payload"), [("StopTransaction", STOP_16), ("StartTransaction", START_16)])
def test_a_station_of_1_6_in_a_later_session_is_not_taken_for_the_csms(
    version: Version, action: str, payload: dict[str, Any]
) -> None:
    """Documents of 2.0.1 call a CALL of the CSMS so; what a station sends by this name is 1.6, broken or not."""
    raw = call(action=action, payload=payload)
    asked, answered = watch([heard(raw=raw), heard(raw=result(), sender=CSMS)], version=version)
    assert places(asked.findings) == {("S001", "/2"), ("S003", "/3")}
    assert [one.hint for one in asked.findings if one.code == "S001"] == ["it is one of OCPP 1.6"]
    assert [one.message for one in asked.findings if one.code == "S003"] == [
        f"valid OCPP 1.6, but this session is {version}"
    ]
    assert (answered.findings, seen(answered).action) == ((), action)
    broken = heard(raw=call(action=action, payload={**payload, "zz": 1}))
    assert places(findings([broken], version=version)) == {("S001", "/2")}
    assert places(findings([heard(raw=raw, sender=CSMS)], version=version)) == {("S001", "/2"), ("S003", "/3")}


def test_an_unknown_action_is_found_once() -> None:
    """Its answer can't be checked, but it is paired."""
    events: list[Event] = [
        heard(raw=call(action="Nonsense")),
        heard(raw=result(payload={"zz": 1}), sender=CSMS, time_ns=1),
    ]
    asked, answered = watch(events, version=Version.V16)
    assert places(asked.findings) == {("S001", "/2")}
    assert answered.findings == ()
    assert (seen(answered).action, seen(answered).latency_ns) == ("Nonsense", 1)


def test_a_pointer_leads_into_lists_of_objects() -> None:
    """RFC 6901, from the top of the whole frame."""
    good = {"timestamp": "2026-01-31T12:34:56Z", "sampledValue": [{"value": 1}]}
    bad = {"timestamp": "2026-01-31T12:34:56Z", "sampledValue": [{"value": 1}, {"value": "1", "a/b": 1}]}
    raw = call(action="MeterValues", payload={"evseId": 1, "meterValue": [good, bad]})
    found = findings([heard(raw=raw)], version=Version.V201)
    at = "/3/meterValue/1/sampledValue/1"
    assert places(found) == {("S103", f"{at}/value"), ("S102", f"{at}/a~1b")}


@pytest.mark.parametrize("number", ["1.0", "1e0", "1E0", "1e+0", "10e-1", "-0e0", "1e3", "1.5e1"])
@pytest.mark.parametrize("make", [str, str.encode], ids=["text", "binary"])
def test_numbers_are_judged_as_they_were_written(number: str, make: Any) -> None:
    """``1.0`` is no integer in 1.6, and the finding says ``1.0``; later versions take it."""
    raw = make(f'[2,"1","RemoteStopTransaction",{{"transactionId":{number}}}]')
    found = formal(findings([heard(raw=raw, sender=CSMS)], version=Version.V16))
    assert [one.message for one in found if one.code == "S103"] == [
        f"transactionId is {number}, but must be an integer"
    ]
    later = f'[2,"1","UnlockConnector",{{"evseId":{number},"connectorId":1}}]'
    assert codes(findings([heard(raw=later, sender=CSMS)], version=Version.V201)) == []


def test_in_a_long_frame_a_number_at_fault_is_told_by_its_value() -> None:
    """Each place in it would take too long to name."""
    raw = '[2,"1","RemoteStopTransaction",{"transactionId":1e3' + " " * 20_000 + "}]"
    (finding,) = formal(findings([heard(raw=raw, sender=CSMS)], version=Version.V16))
    assert finding.message == "transactionId is 1E+3, but must be an integer"


def test_frame_faults_and_schema_faults_come_together() -> None:
    """A binary frame with a bad id is still checked to the end."""
    raw = b'[2,"","Heartbeat",{"zz":1},0]'
    assert places(findings([heard(raw=raw)], version=Version.V16)) == {
        ("F002", ""),
        ("F004", "/4"),
        ("F007", "/1"),
        ("S102", "/3/zz"),
    }


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('[2,"1","Heartbeat",null]', {("F015", "/3")}),
        ('[2,"1","BootNotification",[]]', {("F006", "/3")}),
        ('[2,"1",7,{"zz":1}]', {("F006", "/2")}),
        ('[2,"1","Nonsense",null]', {("F015", "/3"), ("S001", "/2")}),
    ],
)
def test_a_wrong_element_is_not_told_twice(raw: str, expected: set[tuple[str, str]]) -> None:
    """The schema has nothing to say of a payload that is no object, nor of an action that is no name."""
    assert places(findings([heard(raw=raw)], version=Version.V16)) == expected


def test_a_send_of_2_1_waits_for_no_answer() -> None:
    """It is checked like a CALL, and is never unanswered."""
    payload = {"id": 1, "pending": 0, "basetime": "2026-01-31T12:34:56Z", "data": [{"t": 0, "v": "1"}]}
    raw = call(action="NotifyPeriodicEventStream", payload=payload, kind=6)
    sent, ticked, closed = watch(
        [heard(raw=raw), Ticked(PATIENCE_NS * 2), Closed(PATIENCE_NS * 3)], version=Version.V21
    )
    assert [one.findings for one in (sent, ticked, closed)] == [()] * 3
    assert (seen(sent).frame.type, seen(sent).action) == (MessageType.SEND, "NotifyPeriodicEventStream")
    bad = call(action="NotifyPeriodicEventStream", payload={**payload, "zz": 1}, kind=6)
    assert places(findings([heard(raw=bad)], version=Version.V21)) == {("S102", "/3/zz")}


def test_the_version_of_the_handshake_is_the_sessions() -> None:
    inspection = Inspection()
    assert inspection.version is None
    inspection.observe(opened(subprotocol="ocpp2.0.1"))
    assert inspection.version is Version.V201


def test_a_version_that_was_given_is_not_changed() -> None:
    """The one who feeds the inspection may know better than the wire."""
    inspection = Inspection(Version.V21)
    found: list[Any] = []
    for event in (opened(subprotocol="ocpp1.6"), heard(raw=call(action="BootNotification", payload=BOOT_16))):
        found += inspection.observe(event).findings
    assert inspection.version is Version.V21
    assert {finding.code for finding in found} == {"S003", "S101", "S102"}


def test_patience_can_be_set() -> None:
    inspection = Inspection(Version.V16, patience_ns=5 * SECOND)
    inspection.observe(heard(raw=call(), time_ns=SECOND))
    assert inspection.observe(Ticked(6 * SECOND)).findings == ()
    (finding,) = formal(inspection.observe(Ticked(6 * SECOND + 1)).findings)
    assert "within 5 s" in finding.message


def test_memory_is_bounded() -> None:
    """A peer that answers nothing for months leaves only the latest CALLs to be told at the end."""
    inspection = Inspection(Version.V16, patience_ns=10**18)
    for number in range(MOST_OPEN + 100):
        inspection.observe(heard(raw=call(message_id=str(number)), time_ns=number))
    found = inspection.observe(Closed(MOST_OPEN + 100)).findings
    assert [finding.frame for finding in found if finding.code == "R003"] == list(range(101, MOST_OPEN + 101))


HOSTILE_NUMBERS = ("1e400", "-1e400", "1e9999999999999999999", "1E-9999999999999999999", "9" * 4000, "9" * 5000, "NaN")

each_number = pytest.mark.parametrize("number", HOSTILE_NUMBERS, ids=lambda number: number[:8] + str(len(number)))


@each_number
@pytest.mark.parametrize("odd", ["", ',"x":"\\ud800"', ',"x":1,"x":2'], ids=["alone", "surrogate", "repeated key"])
@pytest.mark.parametrize(
    "fields",
    [
        '"SetMonitoringLevel",{"severity":',
        '"CostUpdated",{"transactionId":"1","totalCost":',
        '"StopTransaction",{"transactionId":',
        '"DataTransfer",{"vendorId":"v","data":',
    ],
)
def test_a_hostile_number_in_a_payload_raises_nothing(number: str, odd: str, fields: str) -> None:
    """In a field for an integer, for a number, for anything, of a known and of an unknown action."""
    raw = f'[2,"1",{fields}{number}{odd}}}]'
    for version in (*Version, None):
        (observation,) = watch([heard(raw=raw)], version=version)
        assert seen(observation).frame.raw == raw


@each_number
def test_a_hostile_number_in_the_frame_raises_nothing(number: str) -> None:
    """As type, as id, and as action."""
    for raw in (
        f'[{number},"1","A",{{}}]',
        f'[2,{number},"A",{{}}]',
        f'[3,{number},"A",{{}}]',
        f'[2,"1",{number},{{}}]',
    ):
        (observation,) = watch([heard(raw=raw)], version=Version.V16)
        assert observation.findings


@pytest.mark.parametrize("version", [*Version, None])
def test_no_depth_of_nesting_raises(version: Version | None) -> None:
    """Also not one that the parser can just take."""
    inspection = Inspection(version)
    for depth in (100, 255, 256, *range(900, 1000), 2_000, 9_000, 20_000):
        deep = "[" * depth + "]" * depth
        for raw in (f'[2,"1","Heartbeat",{{"x":{deep}}}]', f'[3,{deep},"Heartbeat",{{}}]'):
            assert inspection.observe(heard(raw=raw)).findings


ACTIONS = ("Heartbeat", "BootNotification", "MeterValues", "DataTransfer", "StartTransaction", "Nonsense", "")


@st.composite
def frames(draw: st.DrawFn) -> str | bytes:
    """Write a frame that is nearly one."""
    kind = draw(st.integers(0, 7))
    identity = draw(st.sampled_from(["1", "2", 3, None, 1.5, ""]))
    rest = draw(st.lists(st.sampled_from(ACTIONS) | documents, max_size=4))
    raw = json.dumps([kind, identity, *rest])
    return raw.encode() if draw(st.booleans()) else raw


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Tell a session in which anything happens, in the order of time."""
    told: list[Event] = [opened(subprotocol=draw(st.sampled_from([None, "ocpp1.6", "ocpp2.0.1", "ocpp2.1", "xyz"])))]
    for time_ns in range(draw(st.integers(1, 8))):
        raw = draw(frames() | anything | st.binary(max_size=20))
        told.append(heard(raw=raw, sender=draw(st.sampled_from(Party)), time_ns=time_ns * 20 * SECOND))
    return [*told, Closed(1000 * SECOND, by=draw(st.sampled_from(["", "station", "csms", "network", "proxy", "?"])))]


@quick
@given(histories())
@example([heard(raw='[3,1.5,"Heartbeat",{}]')])
@example([heard(raw='[2,"1","Heartbeat",{"a":1,"a":2}')])
@example([heard(raw='[6,"1","NotifyPeriodicEventStream",{}]')])
def test_any_session_can_be_watched(events: list[Event]) -> None:
    """Each finding has a rule, and is about a frame that was seen or the session; a CALL is told once in the end."""
    observed = watch(events)
    count = sum(one.seen is not None for one in observed)
    found = [finding for one in observed for finding in one.findings]
    assert all(finding.code in TABLE for finding in found)
    assert all(finding.severity is TABLE[finding.code].severity for finding in found)
    assert all(finding.frame is None or 1 <= finding.frame <= count for finding in found)
    told = [finding.frame for finding in found if finding.code in {"R001", "R003"}]
    assert len(told) == len(set(told))


@quick
@given(histories())
def test_a_tick_changes_nothing_but_when_it_is_told(events: list[Event]) -> None:
    """The same session, heard with a clock that ticks and without one, has the same findings."""
    ticked: list[Event] = []
    for event in events:
        ticked += [Ticked(event.time_ns), event]
    assert sorted(map(repr, findings(ticked))) == sorted(map(repr, findings(events)))


@pytest.mark.parametrize(
    "lost", [Violated(SECOND, STATION, "the reserved opcode 3", opaque=True), Noted(SECOND, "gap", "3 frames are lost")]
)
def test_after_a_gap_only_what_a_frame_shows_is_told(lost: Violated | Noted) -> None:
    """What would have been heard may be what is missing."""
    orphan, wrong = heard(raw=result(message_id="?"), time_ns=2 * SECOND), heard(raw="[]", time_ns=3 * SECOND)
    open_call = heard(raw=call(), time_ns=SECOND - 1)
    end = Closed(99 * SECOND, 1000, by="station")
    usual = codes(findings([opened(), open_call, orphan, wrong, Ticked(90 * SECOND), end]))
    assert {"R001", "R002", "F004"} <= set(usual)
    after = codes(findings([opened(), open_call, lost, orphan, wrong, Ticked(90 * SECOND), end]))
    assert [code for code in after if code != "F020"] == ["F004"]
    late = codes(findings([opened(), open_call, replace(lost, time_ns=50 * SECOND), end]))
    assert ("R001" in late) == isinstance(lost, Violated)  # the answer may have been in a gap


def test_an_observation_of_silence_is_empty() -> None:
    assert watch([opened(), Ticked(1), Closed(2)]) == [Observation()] * 3


def test_2_0_1_boots_without_a_finding() -> None:
    """The station of the factories is valid by default."""
    events: list[Event] = [
        opened(subprotocol="ocpp2.0.1"),
        heard(raw=call(action="BootNotification", payload=BOOT_201)),
    ]
    assert findings(events) == []
