"""Frames: every message type, every departure from the standard, and no input that decode can't take."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.protocol.finding import Fault
from inspector.protocol.frame import LONGEST_ID, SHAPES, Frame, MessageType, decode, encode
from inspector.protocol.rules import TABLE
from tests.protocol.documents import anything, documents, quick


def faults_of(raw: str | bytes) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in decode(raw).faults]


def only_fault(raw: str | bytes) -> Fault:
    (fault,) = decode(raw).faults
    return fault


STANDARD = {
    "CALL": (
        '[2,"19","BootNotification",{"reason":"PowerUp"}]',
        {"message_id": "19", "action": "BootNotification", "payload": {"reason": "PowerUp"}, "payload_at": 3},
    ),
    "CALLRESULT": ('[3,"19",{"a":1}]', {"message_id": "19", "payload": {"a": 1}, "payload_at": 2}),
    "CALLERROR": (
        '[4,"19","NotSupported","why",{"a":[]}]',
        {"message_id": "19", "error_code": "NotSupported", "payload": {"a": []}, "payload_at": 4},
    ),
    "CALLRESULTERROR": (
        '[5,"19","FormatViolation","",{}]',
        {"message_id": "19", "error_code": "FormatViolation", "payload": {}, "payload_at": 4},
    ),
    "SEND": (
        '[6,"19","NotifyPeriodicEventStream",{"id":1}]',
        {"message_id": "19", "action": "NotifyPeriodicEventStream", "payload": {"id": 1}, "payload_at": 3},
    ),
}


@pytest.mark.parametrize(("name", "raw", "parts"), [(name, *row) for name, row in STANDARD.items()], ids=STANDARD)
def test_a_standard_frame_has_its_parts_and_no_fault(name: str, raw: str, parts: dict[str, Any]) -> None:
    """Nothing but the parts of its type is set, and the raw text is kept as it came."""
    assert decode(raw) == Frame(raw, MessageType[name], **parts)


@pytest.mark.parametrize("raw", [' [ 2 , "1" ,\r\n"Heartbeat",\t{ } ] \n', '[2,"1","Heartbeat",{}]'])
def test_white_space_changes_nothing(raw: str) -> None:
    frame = decode(raw)
    assert (frame.type, frame.action, frame.payload, frame.faults) == (2, "Heartbeat", {}, ())
    assert frame.raw == raw


def test_a_binary_message_is_read_with_a_warning() -> None:
    """UTF-8 bytes are a frame too; the raw bytes are kept."""
    raw = '[2,"é","Heartbeat",{}]'.encode()
    frame = decode(raw)
    assert (frame.type, frame.message_id, frame.raw) == (MessageType.CALL, "é", raw)
    assert faults_of(raw) == [("F002", "")]


def test_a_binary_message_with_a_fault_has_both() -> None:
    assert [(fault.code, fault.offset) for fault in decode('["é",'.encode()).faults] == [("F002", None), ("F001", 6)]


@pytest.mark.parametrize(("raw", "offset"), [(b"\xff", 0), (b'["\xc3\xa9\xe9"]', 4), (b'["\xed\xa0\x80"]', 2)])
def test_bytes_that_are_not_utf_8_are_found_at_the_byte(raw: bytes, offset: int) -> None:
    """Latin-1 and encoded surrogates among them."""
    fault = only_fault(raw)
    assert (fault.code, fault.offset) == ("F001", offset)
    assert f"0x{raw[offset]:02x}" in fault.message
    assert decode(raw).type is MessageType.INVALID


@pytest.mark.parametrize(
    ("raw", "offset"), [("", 0), ("\ufeff[]", 0), ("[2,", 3), ('["é"]]', 6), ("[NaN]", 1), ('["\ud800"', 6)]
)
def test_text_that_is_not_json_is_found_at_the_byte(raw: str, offset: int) -> None:
    fault = only_fault(raw)
    assert (fault.code, fault.offset, fault.pointer) == ("F001", offset, "")
    assert decode(raw) == Frame(raw, MessageType.INVALID, faults=(fault,))


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("{}", "an object"),
        ('"[]"', 'the string "[]"'),
        ("null", "null"),
        ("true", "true"),
        ("1.50", "the number 1.50"),
    ],
)
def test_json_that_is_not_an_array_is_described(raw: str, what: str) -> None:
    fault = only_fault(raw)
    assert (fault.code, fault.message) == ("F003", f"the frame is {what}, not an array")
    assert decode(raw).type is MessageType.INVALID


@pytest.mark.parametrize("number", ["0", "1", "7", "-2", "2.0", "2e0", "true", '"2"', "null", "[2]", "{}", "9" * 400])
def test_a_message_type_that_is_none_is_found_at_0(number: str) -> None:
    """Only the five integers are types; ``2.0`` and ``true`` only look like one."""
    raw = f'[{number},"1","Heartbeat",{{}}]'
    assert faults_of(raw) == [("F005", "/0")]
    assert decode(raw).type is MessageType.INVALID
    assert len(only_fault(raw).message) < 80


WRONG_LENGTH = {
    "empty": ("[]", MessageType.INVALID),
    "CALL of 1": ("[2]", MessageType.INVALID),
    "CALL of 3": ('[2,"1","Heartbeat"]', MessageType.INVALID),
    "CALL of 5": ('[2,"1","Heartbeat",{},0]', MessageType.CALL),
    "CALLRESULT of 2": ('[3,"1"]', MessageType.INVALID),
    "CALLRESULT of 4": ('[3,"1",{},{}]', MessageType.CALLRESULT),
    "CALLRESULT of 5": ('[3,"1","Heartbeat",{},0]', MessageType.CALLRESULT),
    "CALLERROR of 2": ('[4,"1"]', MessageType.INVALID),
    "CALLERROR of 3": ('[4,"1","GenericError"]', MessageType.CALLERROR),
    "CALLERROR of 4": ('[4,"1","GenericError",""]', MessageType.CALLERROR),
    "CALLERROR of 6": ('[4,"1","GenericError","",{},0]', MessageType.CALLERROR),
    "CALLRESULTERROR of 3": ('[5,"1","GenericError"]', MessageType.CALLRESULTERROR),
    "SEND of 3": ('[6,"1","NotifyPeriodicEventStream"]', MessageType.INVALID),
}


@pytest.mark.parametrize(("raw", "kind"), WRONG_LENGTH.values(), ids=WRONG_LENGTH)
def test_a_wrong_length_is_a_fault_and_what_can_be_read_is_read(raw: str, kind: MessageType) -> None:
    """Only a frame without its essential parts is INVALID."""
    frame = decode(raw)
    assert ("F004", "") in faults_of(raw)
    assert frame.type is kind
    assert frame.message_id == (None if kind is MessageType.INVALID else "1")


def test_a_short_callerror_keeps_its_code() -> None:
    frame = decode('[4,"1","GenericError"]')
    assert (frame.error_code, frame.payload, frame.payload_at) == ("GenericError", None, 4)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ('[2,"1",7,{}]', "/2"),
        ('[2,"1",null,{}]', "/2"),
        ('[2,"1","Heartbeat",null]', "/3"),
        ('[2,"1","Heartbeat",[]]', "/3"),
        ('[2,"1","Heartbeat","{}"]', "/3"),
        ('[3,"1",null]', "/2"),
        ('[3,"1",true]', "/2"),
        ('[3,"1","Heartbeat",null]', "/3"),
        ('[4,"1",404,"",{}]', "/2"),
        ('[4,"1","GenericError",null,{}]', "/3"),
        ('[4,"1","GenericError","","details"]', "/4"),
        ('[5,"1","GenericError","",[]]', "/4"),
        ('[6,"1","NotifyPeriodicEventStream",[]]', "/3"),
    ],
)
def test_an_element_of_the_wrong_type_is_found_at_its_place(raw: str, place: str) -> None:
    assert [found for found in faults_of(raw) if found[0] != "F008"] == [("F006", place)]


def test_two_wrong_elements_are_two_faults() -> None:
    assert faults_of('[4,"1",404,null,"x"]') == [("F006", "/2"), ("F006", "/3"), ("F006", "/4")]


@pytest.mark.parametrize(
    ("text", "read"),
    [("17", "17"), ("null", "None"), ("1.50", "1.50"), ("true", "True"), ('""', ""), ("[1]", "[1]"), ("{}", "{}")],
)
@pytest.mark.parametrize("frame", ['[2,{},"Heartbeat",{{}}]', "[3,{},{{}}]", '[4,{},"GenericError","",{{}}]'])
def test_an_odd_message_id_is_a_fault_and_still_an_id(frame: str, text: str, read: str) -> None:
    """An answer with the same odd id can be paired."""
    raw = frame.format(text)
    assert faults_of(raw) == [("F007", "/1")]
    assert decode(raw).message_id == read


@pytest.mark.parametrize(
    "text", ["17", "null", "1.5", "1e400", "true", '""', "[1.5]", '{"a":0.1}', '"' + "x" * 40 + '"']
)
def test_an_odd_message_id_in_an_answer_that_names_its_action_is_no_trouble(text: str) -> None:
    """The hint that shows the standard's form must take any id."""
    raw = f'[3,{text},"Heartbeat",{{}}]'
    assert faults_of(raw) == [("F008", "/2"), ("F007", "/1")]


def test_the_hint_for_a_numeric_id_shows_the_string() -> None:
    assert only_fault("[3,17,{}]").hint == 'send "17"'


@pytest.mark.parametrize(("length", "codes"), [(1, []), (36, []), (37, ["F007"]), (5000, ["F007"])])
def test_36_characters_of_id_are_allowed(length: int, codes: list[str]) -> None:
    """Characters, not bytes: OCPP-J counts what JSON calls characters."""
    raw = encode([3, "é" * length, {}])
    assert [code for code, _ in faults_of(raw)] == codes
    assert decode(raw).message_id == "é" * length
    assert LONGEST_ID == 36


def test_an_answer_that_names_its_action_is_read() -> None:
    """The variant some documents draw; the hint shows the standard's form with this id."""
    frame = decode('[3,"a\\"b","Heartbeat",{"currentTime":"x"}]')
    (fault,) = frame.faults
    assert (fault.code, fault.pointer) == ("F008", "/2")
    assert fault.hint == 'the standard\'s answer is [3,"a\\"b",{...}]'
    assert (frame.type, frame.action) == (MessageType.CALLRESULT, "Heartbeat")
    assert (frame.payload, frame.payload_at) == ({"currentTime": "x"}, 3)


def test_a_repeated_key_is_named_once_for_each_object() -> None:
    raw = '[2,"1","Heartbeat",{"a":1,"a":2,"x":{"é":1,"é":1}}]'
    assert sorted(faults_of(raw)) == [("F010", ""), ("F010", "")]
    named = [json.loads('"' + fault.message.split('"')[1] + '"') for fault in decode(raw).faults]
    assert named == ["é", "a"]
    assert decode(raw).payload == {"a": 2, "x": {"é": 1}}


def test_a_repeated_key_does_not_hide_what_follows() -> None:
    """The frame is cut after it: one fault, F001, as without it."""
    raw = '[2,"1","Heartbeat",{"a":1,"a":2}'
    frame = decode(raw)
    assert (frame.type, "F001" in [fault.code for fault in frame.faults]) == (MessageType.INVALID, True)


@pytest.mark.parametrize("raw", ["[" * 10_000, '[2,"1","A",' + "[" * 10_000 + "]" * 10_000 + "]"])
def test_ten_thousand_levels_are_one_fault(raw: str) -> None:
    assert [code for code, _ in faults_of(raw)] == ["F001"]


@pytest.mark.parametrize(
    "frame", ['[2,{},"A",{{}}]', '[3,{},"A",{{}}]', '[2,"1",{},{{}}]', '[2,"1","A",{}]', "[{}]", "{}"]
)
def test_no_depth_of_nesting_makes_decode_raise(frame: str) -> None:
    """Also not one that the parser can just take, and what looks at the value after it can't."""
    for depth in (*range(900, 1000), *range(9_900, 10_000, 10)):
        assert decode(frame.format("[" * depth + "]" * depth)).faults


@pytest.mark.parametrize("kind", [kind for kind in MessageType if kind is not MessageType.INVALID])
def test_each_type_has_a_shape_and_says_what_it_is(kind: MessageType) -> None:
    """A frame names its action exactly when its shape has a place for one."""
    assert kind.has_action == ("action" in SHAPES[kind])
    assert kind.is_answer == (kind in {3, 4})


def test_encode_writes_compact_text_and_keeps_letters() -> None:
    assert encode([2, "1", "DataTransfer", {"vendorId": "é", "data": [1, None]}]) == (
        '[2,"1","DataTransfer",{"vendorId":"é","data":[1,null]}]'
    )


@st.composite
def frames(draw: st.DrawFn) -> str:
    """Write an array that starts like a frame and goes on anyhow."""
    elements = [draw(st.integers(0, 8) | documents), *draw(st.lists(documents, max_size=6))]
    return json.dumps(elements)


@quick
@given(
    anything
    | frames()
    | st.binary(max_size=40)
    | frames().map(str.encode)
    | anything.map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example('[3,1.5,"Heartbeat",{}]')
@example('[2,"1","Heartbeat",{"a":1,"a":2}')
@example('[2,"1","Heartbeat",{"a":1e9999999999999999999}]')
def test_decode_takes_anything(raw: str | bytes) -> None:
    """It always returns a frame with the raw as it came; what is INVALID has a fault, and each fault has a rule."""
    frame = decode(raw)
    assert frame.raw == raw
    assert {fault.code for fault in frame.faults} <= set(TABLE)
    assert (frame.message_id is None) == (frame.type is MessageType.INVALID)
    assert frame.faults or frame.type is not MessageType.INVALID
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    assert all(0 <= fault.offset <= size for fault in frame.faults if fault.offset is not None)


@quick
@given(
    st.text(min_size=1, max_size=36),
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), documents, max_size=4),
)
def test_a_standard_call_decodes_to_what_was_encoded(message_id: str, action: str, payload: dict[str, Any]) -> None:
    """Text of any language, numbers as written."""
    frame = decode(encode([2, message_id, action, payload]))
    assert (frame.type, frame.message_id, frame.action, frame.faults) == (2, message_id, action, ())
    assert frame.payload == json.loads(json.dumps(payload), parse_float=Decimal)
