"""JSON for property tests: documents, ways to write them, and ways to break them."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from inspector.protocol.json_text import exact

quick = derandomized = settings(
    deadline=None, max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
"""The same examples in every run, also on a busy machine: a property that fails here fails everywhere."""

keys = st.text(st.sampled_from('ab~/"\\é€😀 0\u0000'), max_size=4) | st.text(max_size=6)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**400), max_value=10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)

documents: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)
"""Anything JSON can say."""


@st.composite
def written(draw: st.DrawFn, values: st.SearchStrategy[Any] = documents) -> str:
    """Write a document: compact or indented, escaped or not, with white space around it."""
    text = json.dumps(
        draw(values),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 0, 3, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (" , ", "\r\n: ")])),
    )
    around = st.text(" \t\r\n", max_size=3)
    return draw(around) + text + draw(around)


@st.composite
def canonical(draw: st.DrawFn, values: st.SearchStrategy[Any] = documents) -> str:
    """Write a document as most senders do: compact, no letter escaped that need not be."""
    return json.dumps(draw(values), ensure_ascii=False, separators=(",", ":"))


def same(one: Any, other: Any) -> bool:
    """Compare two readings of a text: types count, and numbers are what was written."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    numbers = int | float | Decimal
    if isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool):
        return isinstance(one, int) == isinstance(other, int) and exact(one).compare_total(exact(other)) == 0
    return type(one) is type(other) and bool(one == other)


repeating = st.sampled_from(
    ['{"a":1,"a":2}', '{"é":{"a":[],"a":0},"é":1}', '[{"a":1},{"a":1,"b":2,"a":1}]', '{"":"","":""}']
)
"""Objects that have a key twice."""

fragments = st.sampled_from(
    [*"[]{},:\"\\'\x00\n\ufeff\xa0\ud800é😀-+.eE0", "NaN", "Infinity", "-Infinity", "1e400", "null", "\\ud800", "//"]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Write a document, some with a repeated key, then put in, take out or cut off something."""
    text = draw(written() | repeating | st.tuples(repeating, written()).map(lambda two: f"[{two[0]},{two[1]}]"))
    for _ in range(draw(st.integers(min_value=0, max_value=2))):
        start = draw(st.integers(min_value=0, max_value=len(text)))
        end = draw(st.just(len(text)) | st.integers(min_value=start, max_value=min(len(text), start + 2)))
        text = text[:start] + draw(st.just("") | fragments) + text[end:]
    return text


anything = st.text(st.characters(), max_size=40) | st.lists(fragments, max_size=10).map("".join) | damaged()
"""Any text at all, most of it close to JSON."""
