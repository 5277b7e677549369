"""Strict JSON with byte offsets: what is refused and why, what is kept, and two readers that agree."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given

from inspector.protocol.json_text import DEEPEST, JsonFault, parse, quick
from tests.protocol.documents import anything, canonical, derandomized, documents, fragments, same, written


def fault_of(text: str) -> JsonFault:
    with pytest.raises(JsonFault) as caught:
        parse(text)
    return caught.value


BROKEN = {
    "nothing": ("", 0, "the frame is empty"),
    "white space": (" \r\n", 3, "the frame is empty"),
    "cut in an array": ('[2,"id"', 7, "ends before the JSON does: `]` is missing"),
    "cut in deep": ('[2,"1","A",{"a":[{"b":1}', 24, "ends before the JSON does: `]}]` is missing"),
    "cut in a string": ('[2,"é', 6, 'ends before the JSON does: `"]` is missing'),
    "cut after a comma": ('[2,"id",', 8, "ends before the JSON does"),
    "cut after a key": ('[{"a"', 5, "ends before the JSON does"),
    "cut after a colon": ('[{"a":', 6, "ends before the JSON does"),
    "cut and white space": ("[1,2\n", 5, "ends before the JSON does"),
    "cut, after non-ASCII": ('["é€😀"', 12, "ends before the JSON does"),
    "NUL tail": ('[2,"1"]\x00\x00\x00', 7, "NUL bytes after the JSON"),
    "NUL tail and newline": ('[2,"1"]\x00\r\n', 7, "NUL bytes after the JSON"),
    "NUL tail, after non-ASCII": ('["ü"]\x00', 6, "NUL bytes after the JSON"),
    "two arrays": ('[2,"1"][2,"2"]', 7, 'a second JSON text after the first: `[2,"2"]`'),
    "two arrays, one a line": ('[1]\n["a long one, cut"]', 4, 'a second JSON text after the first: `["a long one`...'),
    "closed once too often": ("[1]]", 3, "more text after the JSON: `]`"),
    "byte order mark": ('\ufeff[2,"1"]', 0, "a byte order mark before the JSON"),
    "byte order mark later": ("[2,\ufeff1]", 3, "expecting value, found `\ufeff1]`"),
    "NULs alone": ("\x00\x00", 0, "the frame is empty"),
    "NULs after a cut": ('[2,"1"\x00\x00', 6, "found `\\u0000\\u0000`"),
    "newline in a string": ('["a\nb"]', 3, "a raw control character `\\n` in a string"),
    "NUL in a string": ('["é\x00"]', 4, "a raw control character `\\u0000` in a string"),
    "control in a key": ('[{"\x1f":1}]', 3, "a raw control character `\\u001f` in a string"),
    "key without a value": ('{"transactionId":,"x":1}', 17, 'expecting value, found `,"x":1}`'),
    "key without a value, last": ('{"x":}', 5, "expecting value, found `}`"),
    "single quotes": ("['é']", 1, "expecting value, found `'é']`"),
    "bare key": ("{key:1}", 1, "expecting property name"),
    "no colon": ('{"a" 1}', 5, "expecting ':' delimiter, found `1}`"),
    "no comma": ("[1 2]", 3, "expecting ',' delimiter, found `2]`"),
    "two commas": ("[1,,2]", 3, "expecting value, found `,2]`"),
    "leading zero": ("[01]", 2, "expecting ',' delimiter, found `1]`"),
    "plus sign": ("[+1]", 1, "expecting value, found `+1]`"),
    "no digit before the point": ("[.5]", 1, "expecting value"),
    "comment": ("[1] // one", 4, "more text after the JSON: `// one`"),
    "form feed as white space": ("[\f1]", 1, "expecting value, found `\\f1]`"),
    "no-break space as white space": ("[1,\xa02]", 3, "expecting value, found `\xa02]`"),
    "stray backslash at the end": (
        '[2,"1","Authorize",{"idTag":"é336699\\"}]',
        37,
        "a string that does not end: its last quote is escaped",
    ),
    "stray backslash": ('[{"idTag":"336699\\","b":"x"}]', 21, "expecting ',' delimiter, found `b"),
    "stray backslash before a letter": ('["C:\\x"]', 4, "escape, found `\\\\x"),
    "bad escape": ('["é\\x"]', 4, "escape, found `\\\\x"),
    "Python's word": ("[True]", 1, "expecting value, found `True]`"),
}


@pytest.mark.parametrize(("text", "offset", "message"), BROKEN.values(), ids=BROKEN)
def test_a_fault_says_what_and_at_which_byte(text: str, offset: int, message: str) -> None:
    """The offset counts bytes of UTF-8, and the message quotes what stood there."""
    fault = fault_of(text)
    assert (fault.offset, message in fault.message) == (offset, True), fault
    assert fault.hint


@pytest.mark.parametrize("space", ["\f", "\v", "\xa0", "\u2028", "\x1c"])
def test_odd_white_space_after_the_json_is_not_called_a_cut(space: str) -> None:
    """The JSON is whole; what follows it is white space to Python, but not to JSON."""
    fault = fault_of(f"[1]{space}")
    assert fault.offset == 3
    assert fault.message.startswith("more text after the JSON")


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("[", "]"), ('["NaN","-Infinity é",', "]"), ('{"é":[1, ', "]}")]
)
def test_a_number_that_json_does_not_have_is_found(name: str, before: str, after: str) -> None:
    """NaN and the infinities are no JSON; the same letters inside a string are."""
    fault = fault_of(before + name + after)
    assert (fault.offset, fault.message) == (len(before.encode()), f"{name} is not a JSON number")


@pytest.mark.parametrize(
    ("text", "offset"), [("[1,NaN1]", 3), ("[1,Infinityx]", 3), ("[1,NaN'']", 3), ("[1,2,NaN\x00", 5)]
)
def test_nan_is_found_with_anything_behind_it(text: str, offset: int) -> None:
    """The fault stands where the NaN begins."""
    assert fault_of(text).offset == offset


LONG = "1" * 5000


@pytest.mark.parametrize("before", ["", "[1,", '["é","' + LONG + '",'])
@pytest.mark.parametrize("sign", ["", "-"])
def test_an_integer_of_5000_digits_is_a_fault(before: str, sign: str) -> None:
    """Python refuses to read it; the same digits in a string are only text."""
    fault = fault_of(before + sign + LONG)
    assert fault.offset == len(before.encode())
    assert "more than 4300 digits" in fault.message


@pytest.mark.parametrize(
    "before", ["-" + "1" * 4300, "0." + "1" * 4400, "1" * 4300 + "e1"], ids=["minus", "fraction", "exponent"]
)
def test_a_long_number_that_can_be_read_is_not_taken_for_the_fault(before: str) -> None:
    """4300 digits and a sign are readable, and so is any length of fraction."""
    assert fault_of(f"[{before},{LONG}]").offset == len(before) + 2


def test_4300_digits_are_read() -> None:
    """The bound itself is still a number."""
    text = "-" + "7" * 4300
    assert parse(text) == (int(text), False)


@pytest.mark.parametrize("text", ["1e400", "-1E+400", "1e-400", "0.1", "1.0", "-0.0", "1.10"])
def test_a_fraction_or_exponent_stays_as_written(text: str) -> None:
    """``0.1`` is not the nearest float, and ``1e400`` is not infinite."""
    (value,) = parse(f"[{text}]")[0]
    assert isinstance(value, Decimal)
    assert (value.is_finite(), str(value)) == (True, str(Decimal(text)))


@pytest.mark.parametrize(
    "text", ["1e0", "1E0", "1e+0", "10e-1", "1.0", "1.5e1", "100e-2", "-0e0", "0E0", f"{'1' * 50}e0"]
)
def test_a_number_with_an_exponent_does_not_look_like_an_integer(text: str) -> None:
    """Draft 4 of JSON Schema takes only what is written as one."""
    value, _ = parse(text)
    assert (value, "." in str(value)) == (Decimal(text), True)
    assert value.is_signed() == text.startswith("-")


@pytest.mark.parametrize(
    "text",
    ["1e9999999999999999999", "1e-9999999999999999999", "-0.1E+99999999999999999999999", "0e99999999999999999999"],
)
def test_an_exponent_beyond_all_reason_is_a_fault(text: str) -> None:
    """It is JSON, but more than Python can hold: a fault at the number, and no other exception."""
    assert fault_of(f'["é",{text}]').offset == 6


@pytest.mark.parametrize("text", [str(2**64), str(-(2**63) - 1), "9" * 100])
def test_a_big_integer_is_exact(text: str) -> None:
    assert parse(text) == (int(text), False)


REPEATED = {
    "twice": ('{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}, True),
    "deep": ('[{"x":{"é":1,"é":2}}]', [{"x": {"é": 2}}], True),
    "by an escape": ('{"a":1,"\\u0061":2}', {"a": 2}, True),
    "not the same": ('{"a":1,"A":2,"a ":3}', {"a": 1, "A": 2, "a ": 3}, False),
    "with a fraction": ('{"a":0.1,"a":0.10}', {"a": Decimal("0.10")}, True),
}


@pytest.mark.parametrize(("text", "value", "repeated"), REPEATED.values(), ids=REPEATED)
def test_a_repeated_key_is_seen_and_the_last_one_wins(text: str, value: Any, repeated: bool) -> None:
    assert parse(text) == (value, repeated)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("", "the text ends before the JSON does"),
        (",]", "found `"),
        (',"\n"]', "a raw control character"),
        ("]]", "more text after the JSON"),
        ("]\x00", "NUL bytes after the JSON"),
        (",NaN]", "NaN is not a JSON number"),
        (",-Infinity]", "-Infinity is not a JSON number"),
        ("," + LONG + "]", "more than 4300 digits"),
        ("," + "[" * 10_000, "nested more than 200 levels"),
    ],
    ids=["cut", "comma", "control", "bracket", "NUL", "NaN", "-Infinity", "long integer", "deep"],
)
def test_a_fault_behind_a_repeated_key_is_the_same_fault(rest: str, message: str) -> None:
    """A repeated key changes nothing about what is refused after it."""
    before, plain = '[{"a":1,"a":2}', '[{"a":1,"b":2}'
    fault = fault_of(before + rest)
    assert message in fault.message
    assert fault == fault_of(plain + rest), "the same place, too: both beginnings are as long"


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00"', '"\\udc00\\ud800"', '"\ud800"'])
def test_a_lone_surrogate_is_read(text: str) -> None:
    """RFC 8259 section 8.2 allows the escape; the text is odd, not broken."""
    assert parse(text) == (json.loads(text), False)


def test_a_surrogate_in_the_text_counts_as_three_bytes() -> None:
    """It has no UTF-8 of its own, and the offset must still be told."""
    assert fault_of('["\ud800",}').offset == 7


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("[" * 10_000, DEEPEST),
        ("[" * 10_000 + "]" * 10_000, DEEPEST),
        ('["é[[[",' + "[" * 10_000, 8 + DEEPEST),
        ('{"é":' * 10_000 + "1" + "}" * 10_000, 6 * DEEPEST),
    ],
    ids=["open", "closed", "behind a string", "objects"],
)
def test_ten_thousand_levels_are_a_fault_where_the_first_is_too_deep(text: str, offset: int) -> None:
    """The byte is that of the bracket which opens one level too many."""
    fault = fault_of(text)
    assert (fault.offset, fault.message) == (offset, "nested more than 200 levels deep")


@pytest.mark.parametrize("inner", ["", "1", '"[[["'])
def test_the_deepest_level_is_read_by_both_readers_and_the_next_by_none(inner: str) -> None:
    deep = "[" * DEEPEST + inner + "]" * DEEPEST
    assert isinstance(quick(deep), list)
    assert quick(deep) == parse(deep)[0]
    assert quick(f"[{deep}]") is None
    assert "nested" in fault_of(f"[{deep}]").message


def test_many_brackets_are_not_many_levels() -> None:
    """Also those in strings are none."""
    for text in (f"[{','.join(['{}'] * 1000)}]", f'["{"[" * 1000}"]', f'"{"[" * 1000}"'):
        assert quick(text) == parse(text)[0] == json.loads(text)


def test_a_fault_can_be_raised_through_a_context_manager() -> None:
    """An exception whose fields are frozen must still let Python keep its traceback and notes."""
    with pytest.raises(JsonFault) as caught, pytest.MonkeyPatch.context():
        parse("[")
    assert caught.value.__traceback__ is not None
    assert caught.value == JsonFault(1, "the text ends before the JSON does: `]` is missing", caught.value.hint)


@derandomized
@given(anything)
@example('[{"a":1,"a":2}')
@example('[{"a":1,"a":2},NaN]')
@example("1e9999999999999999999")
def test_parse_raises_only_its_fault(text: str) -> None:
    """Whatever the text, it is read as the standard library reads it, or the fault has an offset inside it."""
    try:
        value, _ = parse(text)
    except JsonFault as fault:
        assert 0 <= fault.offset <= len(text.encode("utf-8", "surrogatepass"))
        assert fault.message.encode()
        assert fault.hint
        assert refused(text)
    else:
        assert value == json.loads(text, parse_float=Decimal, parse_constant=lambda name: pytest.fail(name))


def refused(text: str) -> bool:
    """Say whether the standard library, kept strict, refuses a text too."""
    try:
        json.loads(text, parse_float=Decimal, parse_constant=lambda name: 1 / 0)
    except (ValueError, ArithmeticError, RecursionError):
        return True
    return False


@derandomized
@given(canonical() | written() | anything)
@example("1e16")
@example("[5e-324,1.7976931348623157e308,0.1,1e16,123456789012345680.0,-0.0]")
@example("18446744073709551616")
@example('{"a":1, "a":1}')
@example('{"a":1E2,"a":100.0}')
@example('{"a b":1,"ab":1}')
@example('["\\/"]')
@example("-0")
def test_the_quick_reader_reads_what_the_careful_one_reads(text: str) -> None:
    """Or it reads nothing: no digit and no second key is lost on the way."""
    value = quick(text)
    if value is not None:
        careful, repeated = parse(text)
        assert same(value, careful)
        assert not repeated


@derandomized
@given(documents)
def test_the_quick_reader_reads_canonical_text(value: Any) -> None:
    """Compact or spaced, what common libraries write is not left to the careful reader."""
    for separators in ((",", ":"), (", ", ": ")):
        text = json.dumps(value, ensure_ascii=False, separators=separators)
        if is_plain(value):
            assert same(quick(text), parse(text)[0])


def is_plain(value: Any) -> bool:
    """Say whether two libraries write a value alike: small integers, no floats, no control characters, not null."""
    if isinstance(value, dict):
        return all(is_plain(key) and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(item is None or is_plain(item) for item in value)
    if isinstance(value, str):
        return value.isprintable()
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63)


@derandomized
@given(written(), fragments)
def test_a_number_that_is_none_is_named_by_its_pointer(text: str, fragment: str) -> None:
    """A pointer is given for numbers only: elsewhere it is unknown which value was meant."""
    try:
        parse(f'{{"é":[0,{text}],"x":[{fragment}]}}')
    except JsonFault as fault:
        assert fault.pointer == ("/x/0" if fragment in {"NaN", "Infinity", "-Infinity"} else "")
