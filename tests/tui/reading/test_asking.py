"""Asking the capture from a screen: real files, real threads."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen

from inspector.store.reader import Reader
from inspector.tui.reading.asking import Asking
from inspector.tui.widgets.banner import Banner
from tests.tui.conftest import Capture, wait_for


class Curious(Asking, Screen[None]):
    """A screen that asks."""

    def compose(self) -> ComposeResult:
        """Have a banner."""
        yield Banner(id="banner")


class Stage(App[None]):
    """An application with a capture."""

    def __init__(self, capture: Path) -> None:
        super().__init__()
        self.capture = capture
        self.curious = Curious()

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(self.curious)


@pytest.fixture
def stage(lab: Path) -> Stage:
    """Return an application over the finished capture."""
    return Stage(lab)


async def test_an_answer_comes_on_the_interfaces_own_thread(stage: Stage) -> None:
    """The question itself is asked on another one."""
    threads: list[threading.Thread] = []
    answers: list[int] = []

    def question(reader: Reader) -> int:
        threads.append(threading.current_thread())
        return len(reader.sessions())

    async with stage.run_test() as pilot:
        stage.curious.ask(question, lambda count: (answers.append(count), threads.append(threading.current_thread())))
        await wait_for(pilot, lambda: answers)
    assert answers == [3]
    assert threads[0] is not threads[1]
    assert threads[1] is threading.main_thread()


async def test_only_the_last_question_of_a_group_is_answered(stage: Stage) -> None:
    """The one before is interrupted even in the middle of a query that would take hours."""
    answers: list[str] = []
    begun = threading.Event()

    def endless(reader: Reader) -> Iterator[str]:
        yield "first part"
        begun.set()
        reader._all("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        yield "second part"

    async with stage.run_test() as pilot:
        stage.curious.ask_parts(endless, answers.append)
        stage.curious.ask(lambda _: "of another group", answers.append, group="other")
        await wait_for(pilot, lambda: begun.is_set() and len(answers) == 2)
        stage.curious.ask(lambda _: "last", answers.append)
        await wait_for(pilot, lambda: "last" in answers)
        await wait_for(pilot, lambda: all(worker.is_finished for worker in stage.workers))
        assert stage.curious.query_one(Banner).visual is not None
        assert not stage.curious.query_one(Banner).has_class("shown")
        begun.clear()
        stage.curious.ask_parts(endless, answers.append)
        await wait_for(pilot, begun.is_set)
    assert sorted(answers) == ["first part", "first part", "last", "of another group"]


async def test_what_can_not_be_read_is_said_until_it_can(stage: Stage, tmp_path: Path) -> None:
    """In the banner; without one in a notice."""
    lab, stage.capture = stage.capture, tmp_path / "nothing.db"
    async with stage.run_test(notifications=True) as pilot:
        banner = stage.curious.query_one(Banner)
        stage.curious.ask(lambda reader: reader.last_id(), print)
        await wait_for(pilot, lambda: "nothing.db" in str(banner.render()))
        stage.capture = lab
        stage.curious.ask(lambda reader: reader.last_id(), lambda _: None)
        await wait_for(pilot, lambda: not banner.has_class("shown"))
        await banner.remove()
        stage.curious.failed("[/foo] is gone")
        await wait_for(pilot, lambda: [notice.message for notice in stage._notifications] == ["[/foo] is gone"])


async def test_what_another_process_writes_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capture: Capture, tmp_path: Path
) -> None:
    """Also another file of the name; a file that is gone is said, and that it is back counts as a change."""
    monkeypatch.setattr("inspector.tui.reading.asking.LOOK_SECONDS", 0.02)
    talk = capture.session()
    talk.flush()
    stage, looks = Stage(capture.path), []
    async with stage.run_test() as pilot:
        stage.curious.look_out(lambda: looks.append(1))
        talk.beat(1)
        talk.flush()
        await wait_for(pilot, lambda: looks)
        capture.close()
        banner = stage.curious.query_one(Banner)
        away = capture.path.rename(tmp_path / "away.db")
        await wait_for(pilot, lambda: "no such file any more" in str(banner.render()))
        looks.clear()
        away.rename(capture.path)
        await wait_for(pilot, lambda: looks)


async def test_nobody_is_told_who_has_left(stage: Stage) -> None:
    """The parts of a screen go before the screen itself, so an answer must not come between."""
    left, answers = threading.Event(), []

    def slow(_: Reader) -> str:
        assert left.wait(10)
        return "too late"

    async with stage.run_test() as pilot:
        stage.curious.ask(slow, answers.append)
        stage.pop_screen()
        left.set()
        await wait_for(pilot, lambda: all(worker.is_finished for worker in stage.workers))
    assert answers == []
