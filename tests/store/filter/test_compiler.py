"""The filter language: what it finds, and how it says what it can't read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import InspectorError
from inspector.store.filter import EVERYTHING, compile_filter
from inspector.store.filter.compiler import FilterError
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, CSMS, STATION, make_capture

SAID = (
    *BOOT,
    *BROKEN,
    (STATION, "50% of_\\nothing"),
    (CSMS, '[4,"x","InternalError","",{}]'),
    (STATION, b'[2,"y","Heartbeat",{}]'),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A capture of one session with seven frames."""
    with Reader(make_capture(tmp_path_factory.mktemp("filter") / "a.db", SAID)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7]),
        ("action:BootNotification", [1, 2]),
        ("action:bootnotification", [1, 2]),
        ("action:*Notification", [1, 2, 3, 4]),
        ("action:boot* sender:csms", [2]),
        ("action:Boot* or type:INVALID", [1, 2, 5]),
        ("not action:Boot* type:CALL", [3, 7]),
        ("!(type:CALL or type:CALLRESULT)", [5, 6]),
        ("type:*error", [6]),
        ("id:s1", [3, 4]),
        ("id:s*", [3, 4]),
        ("session:1 type:CALL", [1, 3, 7]),
        ("session:2", []),
        ("station:CP-1 type:CALL", [1, 3, 7]),
        ("station:X*", []),
        ("severity:error", [3, 5, 6]),
        ("severity:warning", [7]),
        ("severity:*", [3, 5, 6, 7]),
        ("code:S104", [3]),
        ("code:s*", [3]),
        ("not code:S104 type:CALL", [1, 7]),
        ("origin:wire type:CALL", [1, 3, 7]),
        ("acme", [1]),
        ('"\\"chargePointVendor\\":\\"Acme\\""', [1]),
        ("50%", [5]),
        ("of_", [5]),
        ("ofx", []),
        ("heartbeat", [7]),
        ("order", []),
        ("notify", []),
    ],
)
def test_it_finds(reader: Reader, text: str, ids: list[int]) -> None:
    assert reader.ids(compile_filter(text)) == ids


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("actoin:Boot", 1, "there is no key actoin"),
        ("sender:nobody", 8, "sender is one of station, csms"),
        ("severity:bad", 10, "severity is one of error, warning"),
        ("session:x", 9, "session is a number"),
        ("action:Boot* and (", 18, "something is missing at the end"),
        ("action:", 1, "something is missing at the end"),
        ("a ) b", 3, "this can't stand here"),
        ('"open', 1, "this can't stand here"),
    ],
)
def test_it_says_what_is_wrong_and_where(text: str, column: int, words: str) -> None:
    with pytest.raises(FilterError, match="filter, column") as caught:
        compile_filter(text)
    assert words in str(caught.value)
    assert caught.value.column == column


def test_nothing_filters_nothing() -> None:
    assert compile_filter("  ") is EVERYTHING


@given(st.text(max_size=60))
def test_no_text_reaches_the_sql_or_raises_anything_else(text: str) -> None:
    """Whatever is typed is a parameter or a :class:`InspectorError`."""
    try:
        where = compile_filter(text)
    except InspectorError:
        return
    assert where.sql.count("?") == len(where.parameters)


@given(
    st.lists(st.sampled_from(["action:a", "!", "(", ")", "or", "and", "not", '"x y"', "word", "type:CALL", "'", ";--"]))
)
def test_what_compiles_also_runs(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    try:
        where = compile_filter(" ".join(words))
    except InspectorError:
        return
    with Reader(_shared(tmp_path_factory)) as reader:
        reader.ids(where)


def _shared(factory: pytest.TempPathFactory) -> Path:
    path = factory.getbasetemp() / "shared-filter.db"
    return path if path.exists() else make_capture(path)
