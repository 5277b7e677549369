"""Times: a moment in UTC, a time of day, so long ago."""

import time

import pytest

from inspector.protocol import timestamp
from inspector.store.filter import FilterError, compile_filter
from inspector.store.filter.term import LARGEST
from inspector.store.filter.time_terms import DAY, Moment, read_moment
from tests.factories import START_NS
from tests.store.filter.conftest import Ids

NOW = timestamp.read("2026-09-21T14:13:21Z")
EARLY = [1, 2, 3, 14, 15, 16]
"""The frames of the first 0.03 s after 14:13:20 in both sessions; one comes every 10 ms."""


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.store.filter.time_terms.time_ns", lambda: NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("time:14:13:20.03", [3, 16]),
        ("time:14:13:20.030", [3, 16]),
        ("time<=14:13:20.03", EARLY),
        ("time<14:13:20.031", EARLY),
        ("time:2026-09-21T14:13:20.03Z", [3, 16]),
        ("time:2026-09-21T16:13:20.03+02:00", [3, 16]),
        ("time<=2026-09-21T14:13:20.03", EARLY),
        ("time:2026-09-21 session:2", [14, 15, 16, 17]),
        ("time:14:13 session:2", [14, 15, 16, 17]),
        ("time:14:14", []),
        ("time>2026-09-21T14:13:20.03Z session:2", [17]),
        ("time>=2026-09-21T14:13:20.03Z session:2", [16, 17]),
        ("time>14:13:20.03 session:2", [17]),
        ("time>1s session:2", [14, 15, 16, 17]),
        ("since:1s session:2", [14, 15, 16, 17]),
        ("since:970ms session:2", [16, 17]),
        ("since:12:30 session:2", [14, 15, 16, 17]),
        ("since:15:00", []),
        ("since:2026-09-22", []),
        ("until:2026-09-21 session:2", [14, 15, 16, 17]),
        ("until:14:13:20.02 session:2", [14, 15]),
        ("until:2026-09-21T14:13:20.02Z session:2", [14, 15]),
        ("until:970ms", EARLY),
        ("until:1h", []),
        ("since:2026-09-21T14:13:20.03Z until:2026-09-21T14:13:20.03Z", [3, 16]),
    ],
)
def test_it_finds(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


def test_ago_is_counted_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.store.filter.time_terms.time_ns", time.time_ns)
    (begin,) = compile_filter("since:10m").parameters
    assert isinstance(begin, int)
    assert 0 <= time.time_ns() - 600_000_000_000 - begin < 60_000_000_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10m", Moment(NOW - 600_000_000_000, NOW - 600_000_000_000 + 1)),
        ("2026-09-21", Moment(START_NS // DAY * DAY, START_NS // DAY * DAY + DAY)),
        ("2026-09-21T14:13:20Z", Moment(START_NS, START_NS + 1_000_000_000)),
        ("2026-09-21t14:13:20z", Moment(START_NS, START_NS + 1_000_000_000)),
        ("2026-09-21 14:13", Moment(START_NS - 20_000_000_000, START_NS + 40_000_000_000)),
        ("2026-09-21T09:13:20-05:00", Moment(START_NS, START_NS + 1_000_000_000)),
        ("00:00", Moment(0, 60_000_000_000, of_day=True)),
        ("9:00", Moment(9 * 3_600_000_000_000, 9 * 3_600_000_000_000 + 60_000_000_000, of_day=True)),
        ("9999-12-31", Moment(LARGEST, LARGEST)),
        ("0001-01-01", Moment(-LARGEST, -LARGEST)),
    ],
)
def test_a_moment_is_as_long_as_it_is_written(text: str, moment: Moment) -> None:
    assert read_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25:00",
        "12:60",
        "12:30:60",
        "2026-02-30",
        "2026-3-1",
        "2026-03-01T",
        "2026-03-01X12:00",
        "12",
        "2026-03-01T12:00:00Zz",
        "2026-03-01T12:00+1",
        "２０２６-03-01",
        "10x",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        read_moment(text, NOW)
    with pytest.raises(FilterError, match=r"since is a time, such as since:10m|needs a value"):
        compile_filter(f"since:{text}")


def test_one_moment_is_not_a_time_to_ask_for() -> None:
    with pytest.raises(FilterError, match="write since: or time>"):
        compile_filter("time:10m")
