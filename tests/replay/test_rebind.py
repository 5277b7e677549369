"""A recorded frame in a live session: what changes, and that nothing else does."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol.version import Party, Version
from inspector.replay.pattern import change, change_everywhere
from inspector.replay.rebind import Binding, Rebinder
from inspector.replay.template import cut
from tests.factories import CSMS, STATION

DAY_NS = 86_400_000_000_000
STARTED = '[3,"a",{"transactionId":1001,"idTagInfo":{"status":"Accepted"}}]'


def rebinder(version: Version | None = Version.V16, role: Party = STATION, **options: Any) -> Rebinder:
    """Make a rebinder of a run that plays the station."""
    return Rebinder(version, role, **options)


def test_the_transaction_of_the_live_csms_is_used_from_then_on() -> None:
    """In CALLs and answers, with every other byte as it was."""
    made = rebinder()
    raw = ' [2, "m" ,"StopTransaction",{"transactionId" : 1001,"meterStop":1001, "idTag":"1001","reason":"\\u0041"}]\n'
    assert made.outgoing(raw, "StopTransaction") == raw
    made.incoming(STARTED, '[3,"b",{"idTagInfo":{"status":"Accepted"},"transactionId":77}]', "StartTransaction")
    assert made.outgoing(raw, "StopTransaction") == raw.replace('"transactionId" : 1001', '"transactionId" : 77')
    assert made.bindings == (Binding("transactionId", "1001", "77", "StartTransaction.conf/transactionId"),)


def test_what_the_peer_says_of_it_is_expected_so() -> None:
    made = rebinder()
    made.incoming(STARTED, '[3,"b",{"transactionId":77}]', "StartTransaction")
    stop = '[2,"r","RemoteStopTransaction",{"transactionId":1001}]'
    assert made.expected(stop, "RemoteStopTransaction") == stop.replace("1001", "77")


def test_a_number_stays_a_number_and_a_string_a_string() -> None:
    made = rebinder()
    made.incoming(STARTED, '[3,"b",{"transactionId":77}]', "StartTransaction")
    assert '"transactionId":"77"' in str(made.outgoing('[2,"m","MeterValues",{"transactionId":"1001"}]'))
    made.incoming(STARTED, '[3,"b",{"transactionId":"T-9"}]', "StartTransaction")
    assert '"transactionId":"T-9"' in str(made.outgoing('[2,"m","MeterValues",{"transactionId":1001}]'))


@pytest.mark.parametrize("live", ["null", "true", "{}"])
def test_what_is_no_identifier_is_not_used_for_one(live: str) -> None:
    made = rebinder()
    made.incoming(STARTED, '[3,"b",{"transactionId":%s}]' % live, "StartTransaction")  # noqa: UP031  it has braces
    assert made.bindings == ()


@pytest.mark.parametrize(
    ("version", "role", "call", "recorded", "live", "later", "becomes"),
    [
        (
            Version.V201,
            STATION,
            "RequestStartTransaction",
            '[2,"a","RequestStartTransaction",{"remoteStartId":7}]',
            '[2,"b","RequestStartTransaction",{"remoteStartId":8}]',
            '[2,"c","TransactionEvent",{"transactionInfo":{"transactionId":"t","remoteStartId":7}}]',
            '"remoteStartId":8',
        ),
        (
            Version.V201,
            CSMS,
            "TransactionEvent",
            '[2,"a","TransactionEvent",{"transactionInfo":{"transactionId":"old"}}]',
            '[2,"b","TransactionEvent",{"transactionInfo":{"transactionId":"new"}}]',
            '[2,"c","RequestStopTransaction",{"transactionId":"old"}]',
            '"transactionId":"new"',
        ),
        (
            Version.V21,
            STATION,
            "GetReport",
            '[2,"a","GetReport",{"requestId":1}]',
            '[2,"b","GetReport",{"requestId":42}]',
            '[2,"c","NotifyReport",{"requestId":1,"seqNo":1}]',
            '"requestId":42,"seqNo":1',
        ),
        (
            Version.V201,
            CSMS,
            "SetVariableMonitoring",
            '[3,"a",{"setMonitoringResult":[{"id":1},{"id":2}]}]',
            '[3,"b",{"setMonitoringResult":[{"id":11},{"id":12}]}]',
            '[2,"c","ClearVariableMonitoring",{"id":[2,1,3]}]',
            '"id":[12,11,3]',
        ),
        (
            Version.V16,
            STATION,
            "ReserveNow",
            '[2,"a","ReserveNow",{"reservationId":4}]',
            '[2,"b","ReserveNow",{"reservationId":5}]',
            '[2,"c","StartTransaction",{"reservationId":4}]',
            '"reservationId":5',
        ),
        (
            Version.V16,
            STATION,
            "GetLog",
            '[2,"a","GetLog",{"requestId":4}]',
            '[2,"b","GetLog",{"requestId":5}]',
            '[2,"c","LogStatusNotification",{"requestId":4}]',
            '"requestId":5',
        ),
    ],
)
def test_identifiers_of_each_version_and_role(
    version: Version, role: Party, call: str, recorded: str, live: str, later: str, becomes: str
) -> None:
    made = rebinder(version, role)
    made.incoming(recorded, live, call)
    assert becomes in str(made.outgoing(later))


def test_our_own_identifiers_stay() -> None:
    """As the station of 2.0.1, it is we who name transactions; a CSMS that names another one is different."""
    made = rebinder(Version.V201)
    stop = '[2,"%s","RequestStopTransaction",{"transactionId":"%s"}]'
    made.incoming(stop % ("a", "mine"), stop % ("b", "theirs"), "RequestStopTransaction")
    assert made.bindings == ()
    assert made.expected(stop % ("a", "mine")) == stop % ("a", "mine")


def test_a_new_one_is_handed_out_again_but_a_mention_binds_only_once() -> None:
    made = rebinder(Version.V201, CSMS)
    event = '[2,"a","TransactionEvent",{"transactionInfo":{"transactionId":"%s"}}]'
    for name in ("first", "second"):
        made.incoming(event % "old", event % name, "TransactionEvent")
    assert [binding.live for binding in made.bindings] == ["first"]
    made = rebinder()
    for number in (5, 6):
        made.incoming(STARTED, STARTED.replace("1001", str(number)), "StartTransaction")
    assert [binding.live for binding in made.bindings] == ["6"]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("2026-02-28T23:59:59.120+05:30", "2026-03-01T23:59:59.120+05:30"),
        ("2026-01-01t00:00:00z", "2026-01-02t00:00:00z"),
        ("2026-01-01T00:00:00", "2026-01-02T00:00:00"),
        ("2026-01-01 00:00:00.5", "2026-01-02 00:00:00.5"),
        ("9999-12-31T00:00:00Z", "9999-12-31T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
        ("yesterday", "yesterday"),
        ("٢026-01-01T00:00:00Z", "٢026-01-01T00:00:00Z"),
    ],
)
def test_a_time_moves_in_the_form_it_has(text: str, moved: str) -> None:
    """Also a broken one: the fault is to be sent again."""
    raw = '[2,"m","StatusNotification",{"timestamp":"%s","info":"2026-01-01T00:00:00Z"}]'
    made = rebinder(shift_ns=DAY_NS + 400_000_000)
    assert made.outgoing(raw % text) == raw % moved
    assert rebinder(shift_ns=DAY_NS, keep_times=True).outgoing(raw % text) == raw % text


def test_a_message_gets_the_id_it_is_sent_with() -> None:
    made = rebinder()
    raw = '[3,  "old",{"status":"old"}]'
    assert made.outgoing(raw, "Reset", message_id='n"') == '[3,  "n\\"",{"status":"old"}]'
    assert made.outgoing('[2,5,"Heartbeat",{}]', message_id="n") == '[2,"n","Heartbeat",{}]'
    assert len({made.message_id("x") for _ in range(9)}) == 9
    assert rebinder(keep_ids=True).message_id("x") == "x"


def test_values_that_are_asked_for_are_written_and_counted() -> None:
    wishes = (change("StartTransaction:/3/meterStart=9"), change_everywhere("idTag=X"), change("/3/no=1"))
    made = rebinder(changes=wishes)
    raw = '[2,"m","StartTransaction",{"meterStart":5,"idTag":"A","customData":{"idTag":"B"}}]'
    assert made.outgoing(raw) == raw.replace("5", "9").replace('"A"', '"X"').replace('"B"', '"X"')
    assert [made.changed[wish] for wish in wishes] == [1, 2, 0]
    assert made.expected(raw) == raw


@pytest.mark.parametrize(
    "raw", ["", "not json", "[]", b"\xff\xfe", '[2,"a"]', '[2,"a","StopTransaction"]', '[9,"a",{}]', "[" * 5000]
)
def test_what_is_no_message_stays_as_it_is(raw: str | bytes) -> None:
    made = rebinder(shift_ns=DAY_NS)
    assert made.outgoing(raw, "StopTransaction") == raw
    made.incoming(raw, STARTED, "StartTransaction")
    made.incoming(STARTED, raw, "StartTransaction")
    assert made.bindings == ()


def test_a_binary_frame_stays_binary() -> None:
    raw = '[2,"é","MeterValues",{"transactionId":1001}]'.encode()
    made = rebinder()
    made.incoming(STARTED, STARTED.replace("1001", "5"), "StartTransaction")
    assert made.outgoing(raw) == '[2,"é","MeterValues",{"transactionId":5}]'.encode()


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=8)
NAMES = st.sampled_from(["transactionId", "timestamp", "meterValue", "idTag", "id", "transactionData", "a/b~"])
SHAPES = st.recursive(
    SCALARS | st.just("2026-01-01T00:00:00.5Z") | st.just(1001),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=80, deadline=None)
@given(SHAPES, st.sampled_from(["StopTransaction", "MeterValues"]), st.sampled_from([None, 2, "\t"]))
def test_only_the_places_of_replaced_values_change(payload: object, action: str, indent: Any) -> None:
    """Whatever the shape of the payload: between the places each character is as it was."""
    raw = json.dumps([2, "m", action, payload], indent=indent)
    made = rebinder(shift_ns=DAY_NS, changes=(change_everywhere("idTag=X"),))
    made.incoming(STARTED, STARTED.replace("1001", "5"), "StartTransaction")
    sent = str(made.outgoing(raw, message_id="new"))
    before = cut(raw, action, Version.V16, (change_everywhere("idTag=X"),))
    after = cut(sent, action, Version.V16, (change_everywhere("idTag=X"),))
    assert before is not None and after is not None
    assert between(raw, before.cuts) == between(sent, after.cuts)
    assert json.loads(sent)[1] == "new"


def between(text: str, cuts: tuple[Any, ...]) -> list[str]:
    """Return what of a text stands between cuts."""
    ends = [0, *(each.end for each in cuts)]
    starts = [*(each.start for each in cuts), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]
