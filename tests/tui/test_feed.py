"""What is loaded when; what is made of it, see ``screens``."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.series import beside
from inspector.store.writer import Rotation, Writer
from inspector.tui.feed import Feed
from tests.factories import BOOT, BROKEN, make_capture, record
from tests.peers import until


class Listener(App[None]):
    """Hears what a feed says."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.heard: list[Feed.Loaded | Feed.Failed | Feed.Replaced] = []
        self.parts: list[Feed.GoesOn] = []
        self.feed = Feed(reader)

    def compose(self) -> ComposeResult:
        yield self.feed

    def on_feed_loaded(self, message: Feed.Loaded) -> None:
        self.heard.append(message)

    def on_feed_failed(self, message: Feed.Failed) -> None:
        self.heard.append(message)

    def on_feed_replaced(self, message: Feed.Replaced) -> None:
        self.heard.append(message)

    def on_feed_goes_on(self, message: Feed.GoesOn) -> None:
        self.parts.append(message)

    def ids(self) -> list[int]:
        """Return the ids of the last answer."""
        return self.heard[-1].ids if self.heard and isinstance(self.heard[-1], Feed.Loaded) else []


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return make_capture(tmp_path / "a.db")


async def test_it_loads_all_then_only_what_is_new(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: app.ids() == [1, 2, 3, 4, 5, 6])
            writer = Writer(capture)
            record(writer, said=BOOT)
            writer.flush()
            await until(lambda: app.ids() == [7, 8])
            writer.close()


async def test_another_filter_loads_from_the_start(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: bool(app.ids()))
            app.feed.load(compile_filter("severity:error"), None, keep=True)
            await until(lambda: app.ids() == [5])
            assert isinstance(app.heard[-1], Feed.Loaded)
            assert app.heard[-1].query.keep


async def test_of_two_questions_only_the_last_is_answered(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test() as pilot:
            await until(lambda: bool(app.ids()))
            before = len(app.heard)
            app.feed.load(compile_filter("type:CALL"), None, keep=False)
            app.feed.load(compile_filter("type:CALLRESULT"), None, keep=False)
            await until(lambda: app.ids() == [2, 4, 6])
            await pilot.pause(0.2)
            assert [message.query.where for message in app.heard[before:] if isinstance(message, Feed.Loaded)] == [
                compile_filter("type:CALLRESULT")
            ]


async def test_a_question_may_come_at_any_moment(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the one before has been read and its reader is closed, but its answer has not arrived."""
    closed, go_on = threading.Event(), threading.Event()
    close = Reader.close

    def slow(reader: Reader) -> None:
        close(reader)
        if threading.current_thread() is not threading.main_thread():
            closed.set()
            go_on.wait(10)

    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            await until(lambda: bool(app.ids()))
            monkeypatch.setattr(Reader, "close", slow)
            try:
                app.feed.load(compile_filter("type:CALL"), None, keep=False)
                await until(closed.is_set)
                app.feed.load(compile_filter("severity:error"), None, keep=False)
            finally:
                go_on.set()
            await until(lambda: app.ids() == [5])


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
    monkeypatch.setattr("inspector.tui.feed.PART_SECONDS", 0.02)
    looks = 0

    def counted(path: Path, step: int) -> Path | None:
        nonlocal looks
        looks += 1
        return beside(path, step)

    monkeypatch.setattr("inspector.tui.feed.beside", counted)
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
