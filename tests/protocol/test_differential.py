"""Two validators, one verdict: ``jsonschema-rs`` against ``jsonschema`` over every schema.

The reference is taught numbers as written and the formats; where the two would disagree as they come, named tests say
which of them is right.
"""

import math
from collections import Counter
from decimal import Decimal
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from inspector.protocol import schema, timestamp
from inspector.protocol.json_text import parse
from inspector.protocol.schema import Part, Violation
from inspector.protocol.version import Version
from tests.protocol.instances import NUMBERS, TIMES, Message, broken, full, messages, minimal, name_of, odd
from tests.protocol.wire import exact

MOST_ODD = 40
"""Odd payloads of each message."""

each_message = pytest.mark.parametrize(
    "message", [message for version in Version for message in messages(version)], ids=name_of
)


def fast(message: Message, payload: Any) -> list[Violation] | None:
    """Return what the fast validator has against a payload, None if it can't take it."""
    validator = schema._validator(*message)
    try:
        found = [violation for error in validator.iter_errors(payload) for violation in schema._from_rs(error)]
    except (ValueError, UnicodeError):
        return None
    assert validator.is_valid(payload) is not bool(found)
    return found


def slow(message: Message, payload: Any) -> list[Violation]:
    """Return what the reference has against a payload, in the fast one's words."""
    errors = schema._reference(*message).iter_errors(payload)
    return [violation for error in errors for violation in schema._from_reference(error)]


def spelled(found: list[Violation]) -> Counter[str]:
    """Write violations alike, whether a limit was read as float or as Decimal; their order says nothing."""
    return Counter(f"{one.keyword} {one.path} {_plain(one.wanted)}" for one in found)


def _plain(wanted: Any) -> Any:
    return float(wanted) if isinstance(wanted, int | float | Decimal) else wanted


@each_message
def test_sound_and_broken_payloads_are_judged_alike(message: Message) -> None:
    """The same keywords at the same paths, each as often, and with the same limits."""
    for made in (minimal(message), full(message), *{one.way: one.payload for one in broken(message)}.values()):
        for payload in (made, exact(made)):
            assert spelled(fast(message, payload) or []) == spelled(slow(message, payload))


@each_message
def test_odd_payloads_are_judged_alike(message: Message) -> None:
    """Numbers of every size and spelling, times, texts, wrong types; what one can't take, the other judges."""
    for payload in odd(message, MOST_ODD):
        found = fast(message, payload)
        expected = slow(message, payload)
        assert found is None or spelled(found) == spelled(expected)


def test_the_corpus_has_every_odd_value_in_every_kind_of_schema() -> None:
    """Some thousand payloads, most of them wrong, and few that the fast validator can't take."""
    payloads = [(message, payload) for message in messages(Version.V201) for payload in odd(message, MOST_ODD)]
    verdicts = Counter("refused" if found is None else bool(found) for found in (fast(*pair) for pair in payloads))
    assert verdicts[True] > 1000
    assert verdicts[False] > 50
    assert 0 < verdicts["refused"] < 300


TENTHS = {
    "21.4": True,
    "0.3": True,
    "0.7": True,
    "100.3": True,
    "16": True,
    "1e3": True,
    "21.45": False,
    "1e-30": False,
}


@pytest.mark.parametrize(("number", "is_multiple"), TENTHS.items())
def test_a_multiple_of_a_tenth_is_one_in_decimals(number: str, is_multiple: bool) -> None:
    """The untaught reference divides floats, and has 21.4 for no multiple of 0.1."""
    step = {"$schema": "http://json-schema.org/draft-04/schema#", "multipleOf": 0.1}
    assert jsonschema_rs.is_valid(step, parse(number)[0]) is is_multiple
    assert jsonschema_rs.is_valid(step, float(number)) is is_multiple
    if number == "21.4":
        assert not jsonschema.Draft4Validator(step).is_valid(21.4)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_has_one_verdict_on_its_step(number: str) -> None:
    """Of any size: the untaught reference raises at 1 with 400 zeros."""
    message = (Version.V16, "SetChargingProfile", Part.REQUEST)
    payload = exact(full(message))
    payload["csChargingProfiles"]["chargingSchedule"]["minChargingRate"] = parse(number)[0]
    found = fast(message, payload)
    assert found is not None
    assert spelled(found) == spelled(slow(message, payload))


@pytest.mark.parametrize(
    ("number", "is_sound"),
    [("0", True), ("-0.0", True), ("-1e-400", True), ("1e-400", False), ("0.0000000000000000000000000001", False)],
)
def test_a_limit_is_compared_to_the_last_digit(number: str, is_sound: bool) -> None:
    """Of a limit written as 0.0 the fast validator would take the nearest float, which 1e-400 does not exceed."""
    message = (Version.V21, "UpdateDynamicSchedule", Part.REQUEST)
    payload = exact(full(message))
    payload["scheduleUpdate"]["dischargeLimit"] = parse(number)[0]
    for judge in (fast, slow):
        assert [one.keyword for one in judge(message, payload) or []] == ([] if is_sound else ["maximum"])


def test_not_a_number_never_reaches_a_validator() -> None:
    """The reference takes NaN for a number, the fast one does not; JSON has none, and the parser says so."""
    assert jsonschema.Draft6Validator({"type": "number"}).is_valid(math.nan)
    assert not jsonschema_rs.is_valid({"type": "number"}, math.nan)
    for text in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(Exception, match="not a JSON number"):
            parse(text)


GOOD_TIMES = {
    "2026-01-31T12:34:56Z",
    "2026-01-31t12:34:56.123456789z",
    "2026-01-31T12:34:56-00:00",
    "2026-12-31T23:59:60Z",
    "2027-01-01T00:59:60+01:00",
    "0000-01-01T00:00:00Z",
    "0000-02-29T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "2028-02-29T00:00:00Z",
}
"""Those of ``TIMES`` that RFC 3339 takes: a leap second is the last of a day in UTC, and there is a year 0."""


@pytest.mark.parametrize("text", TIMES, ids=ascii)
@pytest.mark.parametrize("draft", [4, 6])
def test_a_timestamp_is_one_by_rfc_3339(text: str, draft: int) -> None:
    """Also a leap second and the year 0; a line end behind it, another zone than +hh:mm and other digits are none."""
    schema_of = {"$schema": f"http://json-schema.org/draft-0{draft}/schema#", "format": "date-time"}
    validator = jsonschema_rs.validator_for(schema_of, validate_formats=True)
    assert validator.is_valid(text) is (text in GOOD_TIMES)
    assert schema._is_time(text) is (text in GOOD_TIMES)


def test_what_is_said_of_a_timestamp_is_said_of_a_bad_one() -> None:
    """The plain words come from our own reading: it must find a fault wherever the validator does."""
    for text in TIMES:
        if text not in GOOD_TIMES:
            assert timestamp.fault_of(text) is not None


ADDRESSES = {
    "https://csms.example/log?x=1#y": True,
    "ftp://user:word@csms.example:21/in": True,
    "file:///tmp/x": True,
    "http://[::1]:80/": True,
    "urn:a:b": True,
    "ftp://é/": False,
    "C:\\x": False,
    "csms.example/log": False,
    "": False,
    "http://a b/": False,
}


@pytest.mark.parametrize(("text", "is_address"), ADDRESSES.items(), ids=ascii)
def test_an_address_is_one_by_rfc_3986(text: str, is_address: bool) -> None:
    """Absolute, and in ASCII; the reference as it comes checks none."""
    message = (Version.V16, "GetDiagnostics", Part.REQUEST)
    for judge in (fast, slow):
        found = judge(message, {"location": text})
        assert found is not None
        assert [one.keyword for one in found] == ([] if is_address else ["format"])


@pytest.mark.parametrize("number", ["1.0", "1e3", "-0.0", "1E-3", "1"])
def test_each_draft_has_its_own_integers(number: str) -> None:
    """Draft-04 looks at how it is written, draft-06 at what it is; the untaught reference takes no Decimal."""
    early, late = (Version.V16, "GetConfiguration"), (Version.V201, "SetMonitoringLevel")
    for judge in (fast, slow):
        found = judge((Version.V16, "RemoteStopTransaction", Part.REQUEST), {"transactionId": parse(number)[0]})
        assert bool(found) is (number != "1"), early
        found = judge((Version.V201, "SetMonitoringLevel", Part.REQUEST), {"severity": parse(number)[0]})
        assert bool(found) is (number == "1E-3"), late


@pytest.mark.parametrize(("text", "length"), [("😀", 1), ("é", 1), ("e\u0301", 2), ("\0", 1)])
def test_length_is_counted_in_code_points(text: str, length: int) -> None:
    """Neither bytes nor UTF-16 units nor what a reader takes for a letter, in both."""
    message = (Version.V16, "Authorize", Part.REQUEST)
    for judge in (fast, slow):
        assert judge(message, {"idTag": text * (20 // length)}) == []
        assert judge(message, {"idTag": text * (20 // length) + "xx"}) != []
