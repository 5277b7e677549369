"""The process, seen from outside: how it starts, what it says, and how it is known to have ended."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store import scribe_child
from inspector.store.keeper import Keeping
from inspector.store.messages import Batch, Goodbye, Start, Status, packed
from inspector.store.scribe_child import ScribeChild
from tests.factories import opened, received
from tests.peers import until

Make = Callable[..., ScribeChild]


@pytest.fixture
def gone() -> threading.Event:
    return threading.Event()


@pytest.fixture
def heard() -> list[Status]:
    return []


@pytest.fixture
def make(tmp_path: Path, heard: list[Status], gone: threading.Event) -> Iterator[Make]:
    made: list[ScribeChild] = []

    def make_one(capture: Path = tmp_path / "a.db", **options: tuple[str, ...]) -> ScribeChild:
        child = ScribeChild(Start(Keeping(capture), "me"), heard.append, gone.set, **options)
        child.begin()
        made.append(child)
        return child

    yield make_one
    for each in made:
        each.stop()


async def test_it_says_what_is_written_and_how_it_is(make: Make, heard: list[Status], tmp_path: Path) -> None:
    child = make()
    assert (child.capture, child.reached, child.end, child.got_on) == (tmp_path / "a.db", 0, None, False)
    child.send(Batch(1, True, [packed(1, opened()), packed(1, received(raw="[]"))]))
    await until(lambda: child.reached == 1 and child.got_on)
    await until(lambda: len(heard) > 1)
    assert heard[-1] == Status(0, None)


async def test_a_good_end_has_no_words(make: Make, gone: threading.Event) -> None:
    child = make()
    child.send(Goodbye("done"))
    await until(gone.is_set)
    assert child.end == ""


async def test_a_bad_end_is_said(make: Make, gone: threading.Event) -> None:
    child = make()
    os.kill(child.process.pid, signal.SIGKILL)
    await until(gone.is_set)
    assert child.end == "was ended by signal 9"
    child.send(Goodbye("nobody hears this"))


@pytest.mark.parametrize(("script", "end"), [("while True: pass", "hung"), ("sys.exit(3)", "ended with exit code 3")])
async def test_silence_is_a_hang_and_an_exit_is_not(
    make: Make, gone: threading.Event, monkeypatch: pytest.MonkeyPatch, script: str, end: str
) -> None:
    monkeypatch.setattr(scribe_child, "LOOK_SECONDS", 0.02)
    ready = "import sys; from pathlib import Path; from inspector.store.messages import *; send(1, Ready(Path('a'), 0))"
    child = make(main=("-c", f"{ready}\n{script}"))
    await until(gone.is_set)
    assert child.end == end


async def test_one_that_writes_nothing_and_has_no_reason_hangs(
    make: Make, gone: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its writer has a bug: what was sent is to be sent again."""
    monkeypatch.setattr(scribe_child, "MOST_UNWRITTEN", 5)
    script = (
        "import time; from pathlib import Path; from inspector.store.messages import *; send(1, Ready(Path('a'), 0))\n"
        "while True: send(1, Status(0, None)); time.sleep(0.02)"
    )
    child = make(main=("-c", script))
    child.send(Batch(1, True, []))
    await until(gone.is_set)
    assert child.end == "hung"


def test_one_that_can_not_begin_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no capture")
    with pytest.raises(InspectorError, match=r"a\.db"):
        make()
    with pytest.raises(InspectorError, match="does not start"):
        make(main=("-c", "pass"))


def test_one_that_can_not_be_started_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when there are too many files."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(InspectorError, match=r"does not start: .*No such file"):
        make()


def test_one_that_is_not_ready_in_time_is_ended(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it says meanwhile."""
    monkeypatch.setattr(scribe_child, "START_SECONDS", 1.0)
    script = (
        "import time; from inspector.store.messages import *\n"
        "while True: send(1, Said('a', 0, 'soon')); time.sleep(0.1)"
    )
    with pytest.raises(InspectorError, match="does not start"):
        make(main=("-c", script))


def test_one_that_is_killed_while_it_begins_holds_nobody_up(tmp_path: Path) -> None:
    child = ScribeChild(
        Start(Keeping(tmp_path / "a.db"), "me"), print, print, main=("-c", "import time; time.sleep(60)")
    )
    child.kill()
    with pytest.raises(InspectorError, match="does not start"):
        child.begin()


async def test_it_is_heard_however_many_files_are_open(make: Make, many_files: None) -> None:
    child = make()
    assert child._out > 1023
    child.send(Batch(1, True, [packed(1, opened())]))
    await until(lambda: child.reached == 1)
    child.stop()


def test_one_that_was_stopped_is_not_spoken_to(make: Make, tmp_path: Path) -> None:
    """The numbers of its pipes may be another file's."""
    child = make()
    child.stop()
    with (tmp_path / "other").open("wb") as first, (tmp_path / "another").open("wb") as second:
        child.send(Goodbye("done"))
        assert first.fileno() and second.fileno()
    assert not (tmp_path / "other").read_bytes() + (tmp_path / "another").read_bytes()


async def test_what_it_logs_is_logged_here(make: Make, gone: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    """By the same name and in one line, so that all of the program speaks in one way."""
    child = make()
    child.send(Batch(1, True, [packed(9, received(raw="[]"))]))
    child.send(Goodbye("done"))
    await until(gone.is_set)
    assert caplog.record_tuples == [
        ("inspector.store.scribe_process", logging.ERROR, "a bug in the recorder: not all is kept: KeyError: 9")
    ]
