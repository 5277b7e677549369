"""The filter language: how terms are put together, and how it says what it can't read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.store.filter import EVERYTHING, FilterError, compile_filter
from inspector.store.filter.compiler import DEEPEST, LONGEST, MOST_PARTS
from inspector.store.filter.terms import TERMS
from inspector.store.reader import Reader
from tests.store.filter.conftest import Ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", list(range(1, 18))),
        ("action:StatusNotification session:2", [16, 17]),
        ("action:StatusNotification and session:2", [16, 17]),
        ("session:2 action:Trans* or type:INVALID", [9, 10, 11, 14, 15]),
        ("session:2 (action:Trans* or type:INVALID)", [14, 15]),
        ("not session:1", [14, 15, 16, 17]),
        ("!session:1 NOT sender:csms", [14, 16]),
        ("!(session:1 or sender:csms)", [14, 16]),
        ("!!session:2", [14, 15, 16, 17]),
        ("not not not session:1", [14, 15, 16, 17]),
        ("not latency:* session:2", [14, 16]),
        ("((session:2))", [14, 15, 16, 17]),
        ('id:"s1"', [7, 8]),
        ('"StopTransaction"', [5]),
        ("id=s1", [7, 8]),
        ("ID:s1", [7, 8]),
        ("14:13:20Z or 14:14", [1, 3, 5]),
    ],
)
def test_it_finds(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("acton:Boot", (0, 5), "there is no key acton; did you mean action?"),
        ("x colour:red", (2, 8), "there is no key colour; put it in quotes to search for the text"),
        ("http://example", (0, 4), "put it in quotes"),
        ("sender:nobody", (7, 13), "sender is one of station, csms"),
        ("action:Boot* and (", (18, 19), "something is missing at the end"),
        ("action:Boot* or ", (15, 16), "something is missing at the end"),
        ("action: type:CALL", (0, 7), "action: needs a value, such as action:BootNotification"),
        ('action:""', (0, 7), "needs a value"),
        ("a ) b", (2, 3), "there is no ( before this )"),
        ("a () b", (3, 4), "something is missing before this )"),
        ("or a", (0, 2), "this can't stand here"),
        ("a or or b", (5, 7), "this can't stand here"),
        ('a "open b', (2, 9), "this quote is not closed"),
        ('id:"open', (3, 8), "this quote is not closed"),
        ("latency > 2s", (8, 9), "write key, sign and value without spaces"),
        ("latency!=2s", (0, 11), "put it in quotes"),
        ("payload.:1", (0, 10), "put it in quotes"),
        ('{"a":1}', (4, 5), "put it in quotes"),
        ("a \ud800", (2, 3), "this character can't be searched for"),
        ("a\0", (1, 2), "this character can't be searched for"),
        ("a " * MOST_PARTS + "b", (2 * MOST_PARTS, 2 * MOST_PARTS + 1), f"{MOST_PARTS} words and signs at most"),
        ("(" * 6 + "a", (5, 6), "5 deep at most"),
        ("a" * (LONGEST + 1), (LONGEST, LONGEST + 1), f"{LONGEST} characters at most"),
        ("\x1b[2J: x:x", (6, 7), "there is no key x"),
    ],
)
def test_it_says_what_is_wrong_and_where(text: str, span: tuple[int, int], words: str) -> None:
    try:
        compile_filter(text)
    except FilterError as error:
        assert (error.span, error.column) == (span, span[0] + 1), error
        assert words in error.reason
        assert str(error) == f"filter, column {span[0] + 1}: {error.reason}"
    else:
        pytest.fail(text)


def test_nothing_filters_nothing() -> None:
    assert compile_filter("  ") is EVERYTHING


def test_the_longest_filters_still_run(ids: Ids) -> None:
    """SQLite has limits to the depth of a condition, Python to that of a call."""
    half = MOST_PARTS // 2
    assert ids("!(" * DEEPEST + "session:1" + ")" * DEEPEST) == [14, 15, 16, 17]
    for term in ("tx:7*", "payload.*.*.a:1", "connector:2.1"):
        ids("x or y !(" * DEEPEST + term + ")" * DEEPEST)
    assert ids("!" * (MOST_PARTS - 1) + "session:1") == [14, 15, 16, 17]
    for term in ("tx:7*", "payload.*.*.a:1", "payload.a.b<1", "severity:*", "x"):
        for word in ("", "or "):
            ids(f"{term} {word}" * (half - 1) + term)
    ids("*a" * (LONGEST // 2))


WORDS = [example for term in TERMS.values() for example in term.examples]
SIGNS = ["!", "(", ")", "or", "and", "not", '"x y"', "word", "'", ";--", '"', "*", ":", ">", "payload.", "action:", "%"]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS + SIGNS)).map(" ".join)))
@settings(max_examples=200, deadline=None)
def test_any_text_either_runs_or_is_wrong_at_a_place_in_it(reader: Reader, text: str) -> None:
    try:
        where = compile_filter(text)
    except FilterError as error:
        start, end = error.span
        assert 0 <= start < end <= len(text) + 1
        return
    assert where.sql.count("?") == len(where.parameters)
    reader.ids(where)


@given(
    st.sampled_from(list(TERMS)),
    st.sampled_from(["", ".a", ".0", ".*", '."x y"', ".a.*.b", '."%"', ".é", ".$", ".[", ".]"]),
    st.sampled_from([":", "=", "<", "<=", ">", ">="]),
    st.one_of(
        st.text(max_size=12), st.sampled_from(["1", "2s", "12:30", "*", "1e999", "-0", "a*", "true", "2026-03-01"])
    ),
)
@settings(max_examples=300, deadline=None)
def test_any_term_either_runs_or_is_wrong_at_a_place_in_it(
    reader: Reader, key: str, path: str, sign: str, value: str
) -> None:
    text = f"{key}{path}{sign}{value}"
    try:
        reader.ids(compile_filter(text))
    except FilterError as error:
        assert 0 <= error.span[0] < error.span[1] <= len(text) + 1
