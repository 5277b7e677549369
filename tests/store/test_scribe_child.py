"""The process, seen from outside: how it starts, what it says, and how it is known to have ended."""

import logging
import os
import signal
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
        made.append(ScribeChild(Start(Keeping(capture), "me"), heard.append, gone.set, **options))
        return made[-1]

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


async def test_what_it_logs_is_logged_here(make: Make, gone: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    """By the same name and in one line, so that all of the program speaks in one way."""
    child = make()
    child.send(Batch(1, True, [packed(9, received(raw="[]"))]))
    child.send(Goodbye("done"))
    await until(gone.is_set)
    assert caplog.record_tuples == [
        ("inspector.store.scribe_process", logging.ERROR, "a bug in the recorder: not all is kept: KeyError: 9")
    ]
