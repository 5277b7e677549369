"""What is loaded when; what is made of it, see ``screens``."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from textual.message import Message

from inspector.protocol.event import Control, Controlled
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.entries import FindingEntry
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.series import beside
from inspector.store.writer import Rotation, Writer
from inspector.tui.reading.feed import Feed
from inspector.tui.reading.sources import Whole
from tests.factories import BOOT, BROKEN, START_NS, STATION, make_capture, record
from tests.peers import until
from tests.tui.reading.listener import Listener

BAD = Where("frame.errors > 0")


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("inspector.tui.reading.feed.POLL_SECONDS", 0.02)
    return make_capture(tmp_path / "a.db")


async def test_all_frames_are_there_at_once_and_then_what_is_new(capture: Path) -> None:
    """None is listed: their ids follow each other."""
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: app.ids() == [1, 2, 3, 4, 5, 6])
            assert isinstance(app.feed.source, Whole)
            assert app.feed.stations == {1: "CP-1", 2: "CP-2"}
            await until(lambda: len(app.of(Feed.Told)) == 1)
            writer = Writer(capture)
            record(writer, said=BOOT, station="CP-3")
            writer.close()
            await until(lambda: app.ids() == [1, 2, 3, 4, 5, 6, 7, 8])
            assert sum(message.new for message in app.of(Feed.Grown)) == 2
            assert [each.id for each in app.of(Feed.Told)[-1].sessions] == [1, 2, 3]
            assert app.feed.stations[3] == "CP-3"


async def test_a_filter_is_searched_for_and_goes_on(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(BAD, None, keep=True, anchor=2)
            await until(lambda: app.ids() == [5])
            assert app.of(Feed.Loaded)[-1].query.keep
            await until(lambda: bool(app.feed.source and app.feed.source.is_complete))
            writer = Writer(capture)
            record(writer, said=(*BOOT, *BROKEN))
            writer.close()
            await until(lambda: app.ids() == [5, 9])


async def test_a_verdict_that_comes_late_lets_a_frame_pass(capture: Path) -> None:
    writer = Writer(capture)
    recording = record(writer, station="CP-3", end=False)
    assert writer.flush()
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(BAD, None, keep=True)
            await until(lambda: app.ids() == [5] and app.feed.source.is_complete)
            writer.append([FindingEntry(recording.row, Finding("R002", Severity.ERROR, Blame.CSMS, "late", frame=1))])
            assert writer.flush()
            await until(lambda: app.ids() == [5, 7])
            assert any(grown.changed for grown in app.of(Feed.Grown))
    writer.close()


async def test_holes_between_the_ids_are_no_rows(capture: Path) -> None:
    """As where a draft was written anew: then they are listed after all."""
    with closing(sqlite3.connect(capture)) as connection:
        connection.execute("UPDATE frame SET id = id + 10 WHERE session = 2")
        connection.commit()
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: app.ids() == [1, 2, 13, 14, 15, 16])


async def test_rows_that_were_taken_out_are_told(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: bool(app.of(Feed.Told)))
            with closing(sqlite3.connect(capture)) as connection:
                connection.execute("DELETE FROM frame WHERE id = 2")
                connection.execute("UPDATE session SET frames = 1 WHERE id = 1")
                connection.commit()
            await until(lambda: bool(app.of(Feed.Rewritten)))
            app.feed.load(EVERYTHING, None, keep=True, anchor=3)
            await until(lambda: app.ids() == [1, 3, 4, 5, 6])
            assert app.of(Feed.Loaded)[-1].again


async def test_events_come_where_they_are_asked_for(capture: Path) -> None:
    writer = Writer(capture)
    recording = record(writer, station="CP-3", end=False)
    recording.feed(Controlled(START_NS + 10**9, STATION, Control.PING))
    assert writer.flush()
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(EVERYTHING, 3, keep=False, controls=True)
            await until(lambda: app.ids() == [7, 8, -1])
            recording.feed(Controlled(START_NS + 2 * 10**9, STATION, Control.PING))
            assert writer.flush()
            await until(lambda: app.ids() == [7, 8, -1, -2])
    writer.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Path.unlink, "no such file any more"),
        (lambda path: path.rename(path.with_suffix(".old")), "no such file any more"),
    ],
)
async def test_a_file_that_goes_away_is_told(capture: Path, change: Callable[[Path], object], words: str) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: bool(app.ids()))
            change(capture)
            await until(lambda: isinstance(app.heard[-1], Feed.Failed))
            last: Message = app.heard[-1]
            assert isinstance(last, Feed.Failed)
            assert words in last.reason


async def test_another_file_of_the_same_name_is_told(capture: Path, tmp_path: Path) -> None:
    """The rows on screen are not those of the new file."""
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: bool(app.ids()))
            make_capture(tmp_path / "b.db", BROKEN).rename(capture)
            await until(lambda: isinstance(app.heard[-1], Feed.Replaced))


@pytest.mark.parametrize("late", [False, True])
async def test_the_next_file_of_a_recording_is_told(
    tmp_path: Path, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whether it was there before anybody looked."""
    monkeypatch.setattr("inspector.tui.reading.feed.PART_SECONDS", 0.02)
    looks = 0

    def counted(path: Path, step: int) -> Path | None:
        nonlocal looks
        looks += 1
        return beside(path, step)

    monkeypatch.setattr("inspector.tui.reading.feed.beside", counted)
    writer = Writer(path := tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    record(writer)
    assert writer.flush()
    if late:
        record(writer)
        assert writer.flush()
    with Reader(path) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: looks > 1)
            if not late:
                record(writer)
                assert writer.flush()
            await until(lambda: bool(app.parts))
            before = looks
            await until(lambda: looks > before + 3)
            assert {(message.path.name, message.late) for message in app.parts} == {("a-2.db", late)}
    writer.close()
