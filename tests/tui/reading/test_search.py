"""Searches: everything is found once, what is near first."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.tui.reading.search import search
from inspector.tui.reading.sources import Found
from tests.factories import BOOT, make_capture

CALLS = Where("frame.type = 2")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Forty frames, CALLs those of odd ids; five are looked through at once."""
    monkeypatch.setattr("inspector.tui.reading.search.FIRST_STRETCH", 5)
    monkeypatch.setattr("inspector.tui.reading.search.FASTER", 1)
    with Reader(make_capture(tmp_path / "a.db", BOOT * 10, BOOT * 10)) as reader:
        yield reader


@pytest.mark.parametrize("anchor", [None, 0, 1, 17, 40, 41, 99])
def test_everything_is_found_once(reader: Reader, anchor: int | None) -> None:
    """From wherever it begins."""
    found = Found(reader, 40)
    for part in search(reader, CALLS, (1, 40), session=None, anchor=anchor):
        found.take(part.ids, ahead=part.ahead)
    assert [found.id_at(index) for index in range(found.count)] == list(range(1, 41, 2))


def test_what_is_near_is_found_first(reader: Reader) -> None:
    ahead, below = islice(search(reader, EVERYTHING, (1, 40), session=None, anchor=20), 2)
    assert (list(ahead.ids), ahead.ahead) == ([20, 21, 22, 23, 24], True)
    assert (list(below.ids), below.ahead) == ([15, 16, 17, 18, 19], False)


def test_from_the_end_only_what_came_before_is_to_be_found(reader: Reader) -> None:
    """So new frames may follow at once."""
    parts = list(search(reader, EVERYTHING, (1, 40), session=None, anchor=None))
    assert all(part.at_end and not part.ahead for part in parts)
    parts = list(search(reader, EVERYTHING, (1, 40), session=None, anchor=21))
    assert [part.at_end for part in parts[:7:2]] == [False, False, False, True]


def test_only_one_session_is_searched(reader: Reader) -> None:
    ends = reader.ends(session=2)
    found = [row for part in search(reader, CALLS, ends, session=2, anchor=None) for row in part.ids]
    assert (ends, sorted(found)) == ((21, 40), list(range(21, 41, 2)))


def test_an_empty_capture_is_searched(reader: Reader) -> None:
    assert list(search(reader, EVERYTHING, (1, 0), session=None, anchor=None)) == []


def test_a_quick_search_looks_through_more_at_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.tui.reading.search.FASTER", 2)
    monkeypatch.setattr("inspector.tui.reading.search.STRETCH_SECONDS", 60)
    parts = list(search(reader, EVERYTHING, (1, 40), session=None, anchor=None))
    assert [len(part.ids) for part in parts] == [5, 10, 20, 5]
    monkeypatch.setattr("inspector.tui.reading.search.STRETCH_SECONDS", 0)
    parts = list(search(reader, EVERYTHING, (1, 40), session=None, anchor=None))
    assert [len(part.ids) for part in parts][:4] == [5, 2, 1, 1]
