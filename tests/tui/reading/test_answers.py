"""What is asked for and found; what is new later, see ``test_feed``."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.tui.reading import answers
from inspector.tui.reading.feed import Feed
from inspector.tui.reading.search import Part
from inspector.tui.reading.sources import Found, OneSession
from tests.factories import make_capture
from tests.peers import until
from tests.tui.reading.listener import Listener

CALLS, BAD = Where("frame.type = 2"), Where("frame.errors > 0")


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("inspector.tui.reading.feed.POLL_SECONDS", 0.02)
    return make_capture(tmp_path / "a.db")


async def test_one_session_is_there_at_once_too(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(EVERYTHING, 2, keep=False)
            assert isinstance(app.feed.source, OneSession)
            await until(lambda: app.ids() == [3, 4, 5, 6])


async def test_a_filter_that_nothing_passes_is_answered(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(Where("frame.type = 99"), None, keep=True)
            await until(lambda: isinstance(app.feed.source, Found) and app.feed.source.is_complete)
            assert app.ids() == []


async def test_of_two_questions_only_the_last_is_answered(capture: Path) -> None:
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test() as pilot:
            await until(lambda: bool(app.ids()))
            before = len(app.of(Feed.Loaded))
            app.feed.load(CALLS, None, keep=False)
            app.feed.load(Where("frame.type = 3"), None, keep=False)
            await until(lambda: app.ids() == [2, 4, 6])
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert [each.query.where.sql for each in app.of(Feed.Loaded)[before:]] == ["frame.type = 3"]


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
            await until(lambda: bool(app.of(Feed.Told)))
            monkeypatch.setattr(Reader, "close", slow)
            try:
                app.feed.load(CALLS, None, keep=False)
                await until(closed.is_set)
                app.feed.load(BAD, None, keep=False)
            finally:
                go_on.set()
            await until(lambda: app.ids() == [5])


async def test_a_long_search_is_shown_before_its_end_and_left_for_the_next(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next question does not wait for it."""
    parts = threading.Semaphore(1)

    def slow(*arguments: Any, **options: Any) -> Iterator[Part]:
        for part in (Part((5,), ahead=False, at_end=True), Part((3,), ahead=False, at_end=True)):
            parts.acquire(timeout=10)
            yield part

    monkeypatch.setattr(answers, "search", slow)
    with Reader(capture) as reader:
        async with (app := Listener(reader)).run_test():
            app.feed.load(CALLS, None, keep=False)
            await until(lambda: app.ids() == [5])
            assert app.feed.source
            assert not app.feed.source.is_complete
            assert app.feed.is_settling, "for a while"
            monkeypatch.setattr(answers, "SETTLING_SECONDS", 0.0)
            assert not app.feed.is_settling
            app.feed.load(EVERYTHING, None, keep=False)
            parts.release()
            await app.workers.wait_for_complete()
            assert app.ids() == [1, 2, 3, 4, 5, 6]
            monkeypatch.setattr(answers, "SETTLING_SECONDS", 60.0)
            assert not app.feed.is_settling
