"""Frames: every message type, every departure from the standard, and no input that decode can't take."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.protocol.finding import Fault
from inspector.protocol.frame import FORMS, LONGEST_ID, LONGEST_NAME, SHAPES, Frame, MessageType, decode, encode
from inspector.protocol.json_text import parse
from inspector.protocol.rules import TABLE
from tests.protocol.documents import anything, canonical, derandomized, documents, same


def faults_of(raw: str | bytes) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in decode(raw).faults]


def placed(raw: str | bytes) -> list[tuple[str, str, int | None]]:
    """Return code, pointer and byte of each fault."""
    return [(fault.code, fault.pointer, fault.offset) for fault in decode(raw).faults]


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
        {
            "message_id": "19",
            "error_code": "NotSupported",
            "description": "why",
            "payload": {"a": []},
            "payload_at": 4,
        },
    ),
    "CALLRESULTERROR": (
        '[5,"19","FormatViolation","",{}]',
        {
            "message_id": "19",
            "error_code": "FormatViolation",
            "description": "",
            "payload": {},
            "payload_at": 4,
        },
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
    assert decode(raw.replace(",", " ,\n")) == Frame(raw.replace(",", " ,\n"), MessageType[name], **parts)


@pytest.mark.parametrize(
    "raw", [' [ 2 , "1" ,\r\n"Heartbeat",\t{ } ] \n', '[2,"1","Heartbeat",{}]', '[2,"1","Heartbeat",{}]\r\n\n']
)
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


@pytest.mark.parametrize(
    ("raw", "offset"),
    [
        ("", 0),
        ("\ufeff", 3),
        ("\x00", 0),
        ("[2,", 3),
        ('["é"]]', 6),
        ('["\ud800"', 6),
        ("\ufeff[2,", 6),
        ("[2,\x00", 3),
    ],
)
def test_text_that_is_not_json_is_found_at_the_byte(raw: str, offset: int) -> None:
    fault = only_fault(raw)
    assert (fault.code, fault.offset, fault.pointer) == ("F001", offset, "")
    assert decode(raw) == Frame(raw, MessageType.INVALID, faults=(fault,))


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("9" * 5000, "more than 4300 digits"),
        ("1e9999999999999999999", "exponent"),
    ],
)
def test_a_number_that_can_not_be_read_has_a_pointer_too(number: str, what: str) -> None:
    raw = f'[2,"é","MeterValues",{{"a":[0,{{"b/c":{number}}}]}}]'
    assert placed(raw) == [("F001", "/3/a/1/b~1c", 37)]
    assert what in only_fault(raw).message


def test_a_fault_inside_of_a_padded_frame_is_found_at_its_byte() -> None:
    """The byte order mark has three bytes, and they count."""
    assert placed('\ufeff[2,7,"Heartbeat",{},0]\x00') == [("F001", "", 0), ("F004", "/4", 23), ("F007", "/1", 6)]


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
    assert (fault.code, fault.message, fault.offset) == ("F003", f"the frame is {what}, not an array", 0)
    assert placed(f" \n{raw} ") == [("F003", "", 2)]
    assert decode(raw).type is MessageType.INVALID


@pytest.mark.parametrize("number", ["0", "1", "7", "-2", "2.5", "true", '"2"', "null", "[2]", "{}", "9" * 400])
def test_a_message_type_that_is_none_is_found_at_0(number: str) -> None:
    """Only the five numbers are types."""
    raw = f' [{number},"1","Heartbeat",{{}}]'
    fault = decode(raw).faults[-1]
    assert (fault.code, fault.pointer, fault.offset) == ("F005", "/0", 2)
    assert decode(raw).type is MessageType.INVALID
    assert len(fault.message) < 80


def test_a_message_type_in_quotes_is_told_to_lose_them() -> None:
    assert only_fault('["3","1",{}]').hint == "write 3 without quotes"


@pytest.mark.parametrize("number", ["2.0", "2e0", "2.000", "20e-1", "0.2E1"])
def test_a_message_type_with_a_fraction_is_read_with_a_warning(number: str) -> None:
    """By RFC 8259 it is the same number, and only strict receivers mind."""
    raw = f'[{number},"1","Heartbeat",{{}}]'
    frame = decode(raw)
    assert (frame.type, frame.message_id, frame.action) == (MessageType.CALL, "1", "Heartbeat")
    assert placed(raw) == [("F016", "/0", 1)]
    assert number in only_fault(raw).message


WRONG_LENGTH = {
    "empty": ("[]", MessageType.INVALID, "", 1),
    "CALL of 1": ("[2]", MessageType.INVALID, "", 2),
    "CALL of 2": ('[2,"1"] ', MessageType.CALL, "", 6),
    "CALL of 3": ('[2,"1","Heartbeat"]', MessageType.CALL, "", 18),
    "CALL of 5": ('[2,"1","Heartbeat",{},0]', MessageType.CALL, "/4", 22),
    "CALL of 6": ('[2,"1","é",{"a":[1,{}]}, [],0]', MessageType.CALL, "/4", 26),
    "CALLRESULT of 2": ('[3,"1"]', MessageType.CALLRESULT, "", 6),
    "CALLRESULT of 4": ('[3,"1",{},{}]', MessageType.CALLRESULT, "/3", 10),
    "CALLRESULT of 5": ('[3,"1","Heartbeat",{},0]', MessageType.CALLRESULT, "/3", 19),
    "CALLERROR of 2": ('[4,"1"]', MessageType.CALLERROR, "", 6),
    "CALLERROR of 3": ('[4,"1","GenericError"]', MessageType.CALLERROR, "", 21),
    "CALLERROR of 4": ('[4,"1","GenericError",""]', MessageType.CALLERROR, "", 24),
    "CALLERROR of 6": ('[4,"1","GenericError","",{},0]', MessageType.CALLERROR, "/5", 28),
    "CALLRESULTERROR of 3": ('[5,"1","GenericError"]', MessageType.CALLRESULTERROR, "", 21),
    "SEND of 3": ('[6,"1","NotifyPeriodicEventStream"]', MessageType.SEND, "", 34),
}


@pytest.mark.parametrize(("raw", "kind", "place", "offset"), WRONG_LENGTH.values(), ids=WRONG_LENGTH)
def test_a_wrong_length_is_a_fault_and_what_can_be_read_is_read(
    raw: str, kind: MessageType, place: str, offset: int
) -> None:
    """What is too much is pointed at, what is missing is missed at the closing bracket; with an id it can be paired."""
    frame = decode(raw)
    assert ("F004", place, offset) in placed(raw)
    assert ("F004", place, offset) in placed(raw.encode())
    assert frame.type is kind
    assert frame.message_id == (None if kind is MessageType.INVALID else "1")


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        ('[2,"1"]', "CALL has 2 elements, not 4: action and payload missing"),
        ('[3,"1"]', "CALLRESULT has 2 elements, not 3: payload missing"),
        ('[4,"1","GenericError"]', "CALLERROR has 3 elements, not 5: description and details missing"),
        ("[3]", "CALLRESULT has 1 element: the message id is missing"),
    ],
)
def test_a_short_frame_is_told_what_it_lacks_and_how_it_looks_whole(raw: str, missing: str) -> None:
    fault = only_fault(raw)
    assert fault.message == missing
    kind = MessageType(int(raw[1]))
    assert fault.hint == f"a {kind.name} is {FORMS[kind]}"


def test_a_short_callerror_keeps_its_code() -> None:
    frame = decode('[4,"1","GenericError"]')
    assert (frame.error_code, frame.payload, frame.payload_at) == ("GenericError", None, 4)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ('[2,"1",7,{}]', "/2"),
        ('[2,"1",null,{}]', "/2"),
        ('[2,"1","Heartbeat",[]]', "/3"),
        ('[2,"1","Heartbeat","{}"]', "/3"),
        ('[3,"1",true]', "/2"),
        ('[3,"1","Heartbeat",7]', "/3"),
        ('[4,"1","GenericError","",null]', "/4"),
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
    raw = '[4,"é",404,null,"x"]'
    expected = [("F006", "/2", 8), ("F006", "/3", 12), ("F006", "/4", 17)]
    assert placed(raw) == expected
    assert placed(raw.encode()) == [("F002", "", None), *expected]


@pytest.mark.parametrize(("raw", "place"), [('[2,"1","Heartbeat",null]', "/3"), ('[3,"1",null]', "/2")])
def test_a_payload_of_null_is_a_warning(raw: str, place: str) -> None:
    """The standard itself names null as a way to say that there is no payload."""
    assert placed(raw) == [("F015", place, raw.index("null"))]
    assert decode(raw).payload is None


def test_a_payload_in_quotes_is_told_to_lose_them() -> None:
    assert "not its text in quotes" in only_fault('[2,"1","Authorize","{\\"idTag\\":\\"A\\"}"]').hint


@pytest.mark.parametrize(
    ("text", "read"),
    [("17", "17"), ("null", "None"), ("1.50", "1.50"), ("true", "True"), ('""', ""), ("[1]", "[1]"), ("{}", "{}")],
)
@pytest.mark.parametrize("frame", ['[2,{},"Heartbeat",{{}}]', "[3,{},{{}}]", '[4,{},"GenericError","",{{}}]'])
def test_an_odd_message_id_is_a_fault_and_still_an_id(frame: str, text: str, read: str) -> None:
    """An answer with the same odd id can be paired."""
    raw = frame.format(text)
    assert placed(raw) == [("F007", "/1", 3)]
    assert decode(raw).message_id == read


@pytest.mark.parametrize(
    "text", ["17", "null", "1.5", "1e400", "true", '""', "[1.5]", '{"a":0.1}', '"' + "x" * 40 + '"']
)
def test_an_odd_message_id_in_an_answer_that_names_its_action_is_no_trouble(text: str) -> None:
    """The hint that shows the standard's form must take any id."""
    raw = f'[3,{text},"Heartbeat",{{}}]'
    assert [found for found in placed(raw) if found[0] != "F018"] == [
        ("F008", "/2", 4 + len(text)),
        ("F007", "/1", 3),
    ]


@pytest.mark.parametrize("number", ["17", "-1"])
def test_the_hint_for_a_numeric_id_shows_the_string(number: str) -> None:
    """Also for -1, which in a CALLERROR says that the id could not be read."""
    assert only_fault(f"[3,{number},{{}}]").hint == f'write "{number}"'


def test_the_id_for_what_could_not_be_read_is_no_fault() -> None:
    assert decode('[4,"-1","RpcFrameworkError","",{}]').faults == ()


@pytest.mark.parametrize(("length", "codes"), [(1, []), (36, []), (37, ["F007"]), (5000, ["F007"])])
def test_36_characters_of_id_are_allowed(length: int, codes: list[str]) -> None:
    """Characters, not bytes: OCPP-J counts what JSON calls characters."""
    raw = encode([3, "é" * length, {}])
    assert [code for code, _ in faults_of(raw)] == codes
    assert decode(raw).message_id == "é" * min(length, LONGEST_NAME)
    assert LONGEST_ID == 36


@pytest.mark.parametrize("name", ["x" * (LONGEST_NAME - 1), "x" * LONGEST_NAME, "x" * 100_000])
def test_names_are_given_out_within_a_bound(name: str) -> None:
    """What is remembered of a frame must not grow with what a peer calls an action."""
    assert decode(encode([2, "1", name, {}])).action == name[:LONGEST_NAME]
    assert decode(encode([4, name, name, "", {}])).error_code == name[:LONGEST_NAME]
    assert decode(encode([2, [name], "A", {}])).message_id == str([name])[:LONGEST_NAME]


def test_an_answer_that_names_its_action_is_read() -> None:
    """The variant some documents draw; the hint shows the standard's form with this id."""
    frame = decode('[3,"a\\"b","Heartbeat",{"currentTime":"x"}]')
    (fault,) = frame.faults
    assert (fault.code, fault.pointer) == ("F008", "/2")
    assert fault.hint == 'the standard\'s answer is [3,"a\\"b",{...}]'
    assert (frame.type, frame.action) == (MessageType.CALLRESULT, "Heartbeat")
    assert (frame.payload, frame.payload_at) == ({"currentTime": "x"}, 3)


def test_a_repeated_key_is_named_once_for_each_object() -> None:
    """At the second time it comes; the pointer leads to the value that counts."""
    raw = '[2,"1","Heartbeat",{"a":1,"é":{},"a":2,"x":{"é":1,"\\u00e9":1},"a":3}]'
    assert placed(raw) == [("F010", "/3/a", 34), ("F010", "/3/x/é", 52)]
    assert decode(raw).payload == {"a": 3, "é": {}, "x": {"é": 1}}


@pytest.mark.parametrize("text", ["\\ud800", "\\uDFFF", "a\\ud800\\u0041", "\ud800"])
def test_half_a_surrogate_pair_is_a_warning_at_the_half(text: str) -> None:
    raw = f'[2,"1","DataTransfer",{{"vendorId":"é{text}"}}]'
    assert placed(raw) == [("F017", "/3/vendorId", 37 + text.startswith("a"))]
    only_fault(raw).message.encode()


def test_a_whole_surrogate_pair_is_a_letter() -> None:
    frame = decode('[2,"1","DataTransfer",{"vendorId":"\\ud83d\\ude00 \\\\ud800"}]')
    assert (frame.faults, frame.payload) == ((), {"vendorId": "😀 \\ud800"})


@pytest.mark.parametrize("number", ["1e400", "-1E+309", "1.8e308", "9" * 400])
def test_a_number_beyond_a_double_is_a_warning(number: str) -> None:
    """It is JSON, and kept as it was written."""
    raw = f'[2,"é","DataTransfer",{{"data":[0,{number}]}}]'
    assert placed(raw) == [("F018", "/3/data/1", 34)]
    assert str(decode(raw).payload["data"][1]).lower() == str(parse(number)[0]).lower()


def test_a_repeated_key_does_not_hide_what_follows() -> None:
    """The frame is cut after it: one fault, F001, as without it."""
    raw = '[2,"1","Heartbeat",{"a":1,"a":2}'
    assert decode(raw).type is MessageType.INVALID
    assert placed(raw) == [("F001", "", len(raw))]


@pytest.mark.parametrize(
    ("raw", "offset"), [("[" * 10_000, 200), ('[2,"é","A",' + "[" * 10_000 + "]" * 10_000 + "]", 211)]
)
def test_ten_thousand_levels_are_one_fault(raw: str, offset: int) -> None:
    """At the bracket that opens one level too many."""
    assert placed(raw) == [("F001", "", offset)]


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
    assert len(json.loads(FORMS[kind].replace("{...}", "{}"))) == len(SHAPES[kind])


def test_encode_writes_compact_text_and_keeps_letters() -> None:
    assert encode([2, "1", "DataTransfer", {"vendorId": "é", "data": [1, None]}]) == (
        '[2,"1","DataTransfer",{"vendorId":"é","data":[1,null]}]'
    )


def frames_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Make an array that starts like a frame and goes on anyhow."""
    kinds, names, objects = st.integers(2, 6), st.text(max_size=40), st.dictionaries(st.text(max_size=5), values)
    anyhow = st.tuples(st.integers(0, 8) | values, st.lists(values, max_size=6)).map(lambda two: [two[0], *two[1]])
    sound = st.tuples(kinds, names, names, objects) | st.tuples(kinds, names, objects)
    return anyhow | (sound | st.tuples(kinds, names, names, names, objects)).map(list)


def frames() -> st.SearchStrategy[str]:
    return frames_of(documents).map(json.dumps)


@derandomized
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
    assert frame.raw is raw
    assert {fault.code for fault in frame.faults} <= set(TABLE)
    assert (frame.message_id is None) == (frame.type is MessageType.INVALID)
    assert frame.faults or frame.type is not MessageType.INVALID
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    assert all(fault.offset is not None and 0 <= fault.offset <= size for fault in frame.faults if fault.code != "F002")


@derandomized
@given(
    st.text(min_size=1, max_size=36),
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), documents, max_size=4),
)
def test_a_standard_call_decodes_to_what_was_encoded(message_id: str, action: str, payload: dict[str, Any]) -> None:
    """Text of any language, numbers as written."""
    frame = decode(encode([2, message_id, action, payload]))
    assert (frame.type, frame.message_id, frame.action) == (2, message_id, action)
    assert {fault.code for fault in frame.faults} <= {"F018"}, "only a number may be beyond a double"
    assert same(frame.payload, parse(encode([payload]))[0][0])


@derandomized
@given(canonical(frames_of(documents)))
def test_a_frame_has_the_same_parts_however_it_is_written(text: str) -> None:
    """White space around it sends it the long way, where every fault is explained; the bytes add only F002."""
    short, long = decode(text), decode(f"\t{text}")
    binary = decode(text.encode())
    for other in (long, binary):
        assert (short.type, short.message_id, short.action) == (other.type, other.message_id, other.action)
        assert (short.error_code, short.description, short.payload_at) == (
            other.error_code,
            other.description,
            other.payload_at,
        )
        assert same(short.payload, other.payload)
    assert short.faults == binary.faults[1:]
    assert short.faults == tuple(moved(fault) for fault in long.faults)


def moved(fault: Fault) -> Fault:
    assert fault.offset is not None
    return fault._replace(offset=fault.offset - 1)
