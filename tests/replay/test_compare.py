"""What counts as a difference between two frames."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay.compare import LONGEST, MOST, Difference, differences
from inspector.replay.pattern import pattern

KEY = '[3,"a",{{"configurationKey":[{{"key":"AuthorizationKey","readonly":false,"value":"{}"}}]}}]'
EARLY, LATE = "2026-01-01T00:00:00Z", "2027-05-05T10:00:00.123+02:00"


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        (f'[3,"a",{{"x":1,"t":"{EARLY}"}}]', f'[3,"b",{{"t":"{LATE}","x":1}}]', []),
        ('[3,"a",{"x":1.0}]', '[3,"a",{"x":1.00}]', []),
        ('[3,"a",{"x":1.10}]', '[3,"a",{"x":1.2}]', [("/2/x", "1.10", "1.2")]),
        ('[3,"a",{"x":1}]', '[3,"a",{"x":true}]', [("/2/x", "1", "true")]),
        ('[3,"a",{"x":{"y":1}}]', '[3,"a",{"x":{"z":1}}]', [("/2/x/y", "1", "(absent)"), ("/2/x/z", "(absent)", "1")]),
        ('[3,"a",{}]', '[3,"a",{"y":[1,2]}]', [("/2/y", "(absent)", "[1, 2]")]),
        ('[3,"a",{"y":null}]', '[3,"a",{}]', [("/2/y", "null", "(absent)")]),
        ('[3,"a",{"l":[{"k":1}]}]', '[3,"a",{"l":[{"k":2}]}]', [("/2/l/0/k", "1", "2")]),
        ('[3,"a",{"l":[]}]', '[3,"a",{"l":[2]}]', [("/2/l/0", "(absent)", "2")]),
        ('[3,"a",{"l":[1,2,3]}]', '[3,"a",{"l":[2,3]}]', [("/2/l/0", "1", "(absent)")]),
        ('[3,"a",{"l":[2,3]}]', '[3,"a",{"l":[1,2,3]}]', [("/2/l/0", "(absent)", "1")]),
        (f'[3,"a",{{"t":"{EARLY}"}}]', '[3,"a",{"t":"soon"}]', [("/2/t", EARLY, "soon")]),
        ('[3,"a",{"t":"2026-01-01T00:00:00"}]', '[3,"a",{"t":"2027-02-02T02:02:02"}]', []),
        ('[3,"a",{"k":"******"}]', '[3,"a",{"k":"secret"}]', []),
        ('[3,"a",{"k":"*****"}]', '[3,"a",{"k":"secret"}]', [("/2/k", "*****", "secret")]),
        (KEY.format("hunter22"), KEY.format("********"), []),
        (KEY.format("hunter22"), KEY.format("hunter2"), [("/2/configurationKey/0/value", "********", "*******")]),
        ('[3,"a",{}]', '[4,"a","InternalError","",{}]', [("/0", "CALLRESULT", "CALLERROR InternalError")]),
        ('[4,"a","InternalError","",{}]', '[4,"a","GenericError","",{}]', [("/2", "InternalError", "GenericError")]),
        ('[2,"a","Reset",{}]', '[2,"b","Heartbeat",{}]', [("/2", "Reset", "Heartbeat")]),
        ('[3,"a",{}]', "nonsense", [("/0", "CALLRESULT", "INVALID")]),
        ("nonsense", b"\xff", [("", "nonsense", "\\xff")]),
        ("nonsense", "nonsense", []),
    ],
)
def test_ids_and_times_may_differ_and_nothing_else(
    then: str, now: str | bytes, found: list[tuple[str, str, str]]
) -> None:
    """Secrets that were masked may, too; numbers count by their value, and lists are aligned."""
    assert differences(then, now) == [Difference(*each) for each in found]


@pytest.mark.parametrize(
    ("ignored", "found"),
    [
        ("/2/l/*/v", ["/2/gone", "/2/x"]),
        ("/2/l", ["/2/gone", "/2/x"]),
        ("/**/v", ["/2/gone", "/2/x"]),
        ("/2/gone", ["/2/l/1/v", "/2/x"]),
        ("Other:/2/x", ["/2/l/1/v", "/2/gone", "/2/x"]),
        ("GetReport:/2/x", ["/2/l/1/v", "/2/gone"]),
        ("/2", []),
    ],
)
def test_what_is_ignored_may_differ(ignored: str, found: list[str]) -> None:
    then, now = '[3,"a",{"l":[{"v":1},{"v":2}],"gone":1,"x":1}]', '[3,"a",{"l":[{"v":1},{"v":3}],"x":2}]'
    result = differences(then, now, action="GetReport", ignored=(pattern(ignored),))
    assert sorted(each.pointer for each in result) == sorted(found)


def test_a_hostile_answer_costs_no_more_than_is_told() -> None:
    many = json.dumps([3, "a", {f"k{index}": "x" * 5000 for index in range(1000)}])
    found = differences('[3,"a",{}]', many)
    assert len(found) == MOST
    assert all(len(each.got) <= LONGEST for each in found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON))
def test_any_two_payloads_can_be_compared(then: object, now: object) -> None:
    """And each is the same as itself."""
    texts = [json.dumps([3, "a", payload]) for payload in (then, now)]
    assert differences(texts[0], texts[0]) == []
    differences(*texts)
