"""Where rows come from: by arithmetic, from a search, or frames and events together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.protocol.event import Control, Controlled
from inspector.store.filter import EVERYTHING
from inspector.store.frames import HEAD, Extent
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from inspector.tui.reading.sources import SMALL, Found, Nothing, OneSession, Source, Whole, Wire
from tests.factories import BOOT, START_NS, STATION, make_capture, record


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A capture of two sessions, ids 1 to 8; the second session has 3 to 8."""
    with Reader(make_capture(tmp_path / "a.db", BOOT, BOOT * 3)) as reader:
        yield reader


def ids(source: Source) -> list[int]:
    return [source.id_at(index) for index in range(source.count)]


def read(source: Source, start: int, stop: int) -> list[int | None]:
    return [row and row.id for row in source.rows(start, stop)]


def test_all_frames_need_no_list(reader: Reader) -> None:
    source = Whole(reader, reader.extent())
    assert (source.count, source.is_complete) == (8, True)
    assert read(source, 2, 5) == [3, 4, 5]
    assert read(source, 6, 100) == [7, 8], "no row after the last"
    assert [source.index_of(row) for row in (0, 1, 8, 9)] == [0, 0, 7, 8]
    assert source.id_at(7) == 8


def test_a_session_needs_no_list(reader: Reader) -> None:
    source = OneSession(reader, 2, reader.extent(session=2))
    assert source.count == 6
    assert read(source, 1, 3) == [4, 5]
    assert [source.index_of(row) for row in (1, 3, 8, 9)] == [0, 0, 5, 6]
    assert [source.id_at(index) for index in (0, 5, 6)] == [3, 8, 0]


def test_what_is_found_grows_on_both_sides(reader: Reader) -> None:
    source = Found(reader, 8)
    source.take([5, 6], ahead=True)
    source.take([3, 4], ahead=False)
    source.take([1], ahead=False)
    source.take([8], ahead=True)
    assert ids(source) == [1, 3, 4, 5, 6, 8]
    assert [source.index_of(row) for row in (0, 1, 2, 5, 7, 9)] == [0, 0, 1, 3, 5, 6]
    assert read(source, 2, 4) == [4, 5]


@pytest.mark.parametrize("ahead", [True, False])
def test_a_verdict_that_came_late_adds_and_takes_away(reader: Reader, *, ahead: bool) -> None:
    source = Found(reader, 8)
    source.take([2, 4, 6], ahead=ahead)
    for row in (1, 5, 4, 7):
        source.add(row)
    assert ids(source) == [1, 2, 4, 5, 6, 7]
    for row in (1, 5, 3, 7, 99):
        source.drop(row)
    assert ids(source) == [2, 4, 6]


def test_ids_beyond_four_bytes_are_kept_too(reader: Reader) -> None:
    source = Found(reader, SMALL)
    source.take([2**40], ahead=True)
    assert source.id_at(0) == 2**40


def test_a_frame_that_is_gone_leaves_its_row(reader: Reader) -> None:
    source = Whole(reader, Extent(7, 10, 4))
    assert read(source, 0, 4) == [7, 8, None, None]


def test_long_raw_texts_are_cut(tmp_path: Path) -> None:
    """A page of frames of a megabyte each would not fit."""
    long = f'[2,"b1","DataTransfer",{{"vendorId":"{"x" * 2 * HEAD}"}}]'
    with Reader(make_capture(tmp_path / "a.db", [(STATION, long)])) as reader:
        row = Whole(reader, reader.extent()).rows(0, 1)[0]
        assert row is not None
        assert row.raw == long[:HEAD]


def test_events_stand_between_frames_by_their_time(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, end=False)
    recording.feed(Controlled(START_NS + 15_000_000, STATION, Control.PING))
    record(writer)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        source = Wire(reader, reader.wire(EVERYTHING, session=1))
        assert ids(source) == [1, -1, 2]
        assert read(source, 0, 3) == [1, 1, 2], "the event's own id is 1 too"
        assert [source.index_of(row) for row in (1, -1, 2, 3, -9)] == [0, 1, 2, 3, 3]
        source.take([5])
        assert ids(source) == [1, -1, 2, 5]


def test_calls_without_an_answer_are_told(reader: Reader) -> None:
    assert Whole(reader, reader.extent()).unanswered([1]) == set()
    with Reader(make_capture(reader.path.with_name("b.db"), BOOT[:1])) as other:
        assert Whole(other, other.extent()).unanswered([1]) == {1}


def test_nothing_is_a_source_too() -> None:
    assert (ids(Nothing()), Nothing().rows(0, 9), Nothing().index_of(3)) == ([], [], 0)
