"""The process, spoken to by its pipes alone: what it keeps, and what it does when nobody speaks any more."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed
from inspector.store.control import order_close, outcome
from inspector.store.keeper import Keeping
from inspector.store.messages import (
    Batch,
    Goodbye,
    Message,
    Ready,
    Refused,
    Resumed,
    Start,
    Status,
    Tick,
    Written,
    packed,
    receive,
    send,
)
from inspector.store.orders import Answered, Order
from inspector.store.reader import Reader
from inspector.store.scribe_process import NICE
from tests.factories import BOOT, BROKEN, START_NS, make_capture, opened, received

HOUR_NS = 3_600_000_000_000


class Spoken:
    """A process with which a test speaks. What it says of its health is passed over."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inspector.store.scribe_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin, self.process.stdout

    def say(self, message: Message) -> None:
        send(self._in.fileno(), message)

    def hear(self) -> Message | None:
        while isinstance(message := receive(self._out.fileno()), Status):
            continue
        return message

    def start(self, capture: Path) -> Message | None:
        self.say(Start(Keeping(capture, append=True), "me"))
        return self.hear()

    def end(self) -> None:
        self._in.close()
        self.process.wait(10)
        self._out.close()


@pytest.fixture
def spoken() -> Iterator[Spoken]:
    process = Spoken()
    yield process
    process.end()


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_batches_are_written_and_said_to_be(spoken: Spoken, capture: Path) -> None:
    assert spoken.start(capture) == Ready(capture, 0)
    spoken.say(Batch(1, True, [packed(1, opened()), *(packed(1, received(raw=raw)) for _, raw in BROKEN)]))
    assert spoken.hear() == Written(1, capture)
    with Reader(capture) as reader:
        assert reader.session(1).frames == 2
        assert "/3/errorCode" in [found.pointer for found in reader.findings()]
    spoken.say(Goodbye("done"))
    assert spoken.hear() is None
    with Reader(capture) as reader:
        assert (reader.session(1).closed_by, reader.session(1).close_reason) == ("proxy", "done")


def test_it_gives_way_to_traffic(spoken: Spoken, capture: Path) -> None:
    """Also where Linux weighs sessions of processes against each other; nobody else's is changed."""
    usual, group = os.getpriority(os.PRIO_PROCESS, 0), Path("/proc/self/autogroup")
    words = group.read_text() if group.exists() else ""
    spoken.start(capture)
    assert os.getpriority(os.PRIO_PROCESS, spoken.process.pid) == min(19, usual + NICE)
    if words:
        assert Path(f"/proc/{spoken.process.pid}/autogroup").read_text().endswith(f" nice {NICE}\n")
        assert group.read_text() == words


def test_time_is_told_by_the_scribe(spoken: Spoken, capture: Path) -> None:
    """A CALL without an answer is found when a tick says that it is late."""
    spoken.start(capture)
    spoken.say(Batch(1, True, [packed(1, opened()), packed(1, received(raw=BOOT[0][1]))]))
    spoken.say(Tick(START_NS + HOUR_NS))
    spoken.say(Goodbye("done"))
    while spoken.hear():
        continue
    with Reader(capture) as reader:
        assert "R001" in [found.code for found in reader.findings()]


def test_it_goes_on_where_another_one_fell(capture: Path) -> None:
    """What that one has written is said; the session keeps its row, its version and its numbers, unchecked."""
    first = Spoken()
    first.start(capture)
    first.say(Batch(1, True, [packed(1, opened()), packed(1, received(raw=BOOT[0][1]))]))
    assert first.hear() == Written(1, capture)
    os.kill(first.process.pid, signal.SIGKILL)
    first.end()
    second = Spoken()
    assert second.start(capture) == Ready(capture, 1)
    second.say(Resumed("it fell", ((1, opened(), 1),)))
    rest = [packed(1, received(raw=raw)) for _, raw in BROKEN]
    second.say(Batch(2, False, [*rest, packed(2, opened(station="CP-2")), packed(2, received(raw="["))]))
    second.say(Batch(3, True, [packed(1, Closed(START_NS, 1000, "", "csms"))]))
    second.end()
    with Reader(capture) as reader:
        assert [(s.station, s.frames, s.version, s.closed_by, s.errors) for s in reader.sessions()] == [
            ("CP-1", 3, "1.6", "csms", 0),
            ("CP-2", 1, "1.6", "proxy", 0),
        ]
        assert [(row.session, row.number) for row in reader.page()] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    with closing(sqlite3.connect(capture)) as connection:
        notes = connection.execute("SELECT session, kind, what FROM event ORDER BY id").fetchall()
    assert notes == [(1, "trouble", "it fell"), (2, "trouble", "it fell")]


def test_when_its_scribe_is_gone_open_sessions_end(spoken: Spoken, capture: Path) -> None:
    """Also in the middle of a message; and the file is closed clean."""
    spoken.start(capture)
    spoken.say(Batch(1, True, [packed(1, opened())]))
    os.write(spoken._in.fileno(), b"\0\0\0\0\0\0\1\0half")
    spoken.end()
    with Reader(capture) as reader:
        assert reader.session(1).close_reason == "the proxy ended without a word"
    with closing(sqlite3.connect(capture)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_what_can_not_be_a_capture_is_refused_in_one_line(spoken: Spoken, capture: Path) -> None:
    capture.write_text("no capture")
    refused = spoken.start(capture)
    assert isinstance(refused, Refused)
    assert refused.why.startswith(f"{capture}: ")


def test_a_capture_that_can_not_be_asked_is_refused_in_one_line(spoken: Spoken, capture: Path) -> None:
    """It can be written, but what it says of scribes can't be read."""
    make_capture(capture)
    with closing(sqlite3.connect(capture)) as connection:
        connection.execute("DROP TABLE reached")
        connection.execute("CREATE TABLE reached(other)")
    refused = spoken.start(capture)
    assert isinstance(refused, Refused)
    assert refused.why == f"{capture}: no such column: position"


def live(capture: Path, session: int) -> bool:
    """Tell whether a session is known to be recorded."""
    with Reader(capture) as reader:
        return reader.session(session).live


def test_an_order_is_said_and_its_answer_written(spoken: Spoken, capture: Path) -> None:
    """By the key of the session, also of one that an earlier process began."""
    spoken.start(capture)
    spoken.say(Batch(1, True, [packed(5, opened())]))
    assert spoken.hear() == Written(1, capture)
    order = order_close(capture, 1, 1012, "soon")
    assert spoken.hear() == Order(capture, order, 5, "close", 1012, "soon")
    os.kill(spoken.process.pid, signal.SIGKILL)
    spoken.process.wait()
    second = Spoken()
    second.start(capture)
    second.say(Resumed("it fell", ((9, opened(), 0),)))
    deadline = time.monotonic() + 5
    while not live(capture, 1):  # also if nothing is said in it any more
        assert time.monotonic() < deadline
        time.sleep(0.01)
    another = order_close(capture, 1)
    assert second.hear() == Order(capture, another, 9, "close", 1001, "")
    second.say(Answered(capture, order, True, "late"))
    second.say(Answered(capture, another, False, "no"))
    second.say(Goodbye("done"))
    assert second.hear() is None
    second.end()
    assert [outcome(capture, each) for each in (order, another)] == [(True, "late"), (False, "no")]
    assert [file.name for file in capture.parent.iterdir()] == [capture.name]


def test_it_loads_neither_mitmproxy_nor_textual() -> None:
    script = "import sys, inspector.store.scribe_process; print({'mitmproxy', 'textual'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
