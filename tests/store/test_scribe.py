"""What is fed is kept, once and in order, whatever becomes of the process that does it."""

import errno
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Control, Controlled, Event, Violated
from inspector.store import scribe as module
from inspector.store import scribe_child
from inspector.store.control import order_close, outcome
from inspector.store.keeper import Keeping
from inspector.store.messages import Row, Tick
from inspector.store.orders import Order
from inspector.store.reader import Reader
from inspector.store.scribe import Scribe
from inspector.store.writer import MOST_WAITING
from tests.factories import BOOT, BROKEN, START_NS, STATION, opened, received
from tests.peers import until
from tests.store.feeder import frame
from tests.store.kills import kill

ODD = (str(Path(__file__).with_name("odd_scribe.py")),)
Make = Callable[..., Scribe]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
def make(capture: Path) -> Iterator[Make]:
    made: list[Scribe] = []

    def make_one(tail_bytes: int = MOST_WAITING, **options: object) -> Scribe:
        made.append(Scribe(Keeping(capture, tail_bytes=tail_bytes), **options))  # type: ignore[arg-type]
        return made[-1]

    yield make_one
    for each in made:
        each.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a second's silence for a hang."""
    monkeypatch.setattr(scribe_child, "MOST_LOOKS", 2)


def fed(scribe: Scribe, number: int, *, key: int | None = None, first: int = 1) -> int:
    """Feed so many frames to a session, by default a new one, and return its key."""
    key = scribe.open(opened()) if key is None else key
    for each in range(first, first + number):
        scribe.feed(key, received(raw=frame(each)))
    return key


def all_written(scribe: Scribe) -> bool:
    return not scribe._queue and not scribe._backlog


def kept(capture: Path) -> list[tuple[int, int, str]]:
    """Return session, number and raw text of all frames."""
    with closing(sqlite3.connect(capture)) as connection:
        return connection.execute("SELECT session, number, raw FROM frame ORDER BY id").fetchall()


def in_order(number: int, session: int = 1) -> list[tuple[int, int, str]]:
    return [(session, each, frame(each)) for each in range(1, number + 1)]


async def test_an_order_comes_by_the_session_s_key_and_the_answer_goes_back(make: Make, capture: Path) -> None:
    """Behind what was fed before; whoever takes it may fail, and others are heard all the same."""
    orders: list[Order] = []

    def ordered(order: Order) -> None:
        orders.append(order)
        if order.code == 1000:
            raise ZeroDivisionError

    scribe = make(ordered=ordered)
    scribe.open(opened())
    key = scribe.open(opened(station="CP-2"))
    await until(lambda: capture.exists() and all_written(scribe))
    for code in (1000, 3000):
        order_close(capture, 2, code)
    await until(lambda: len(orders) == 2)
    assert [(order.capture, order.key, order.code) for order in orders] == [(capture, key, 1000), (capture, key, 3000)]
    scribe.feed(key, Closed(START_NS + 1, 3000, "", "operator"))
    scribe.answer(orders[1], True, "well")
    await until(lambda: outcome(capture, orders[1].id) is not None)
    with Reader(capture) as reader:
        assert reader.session(2).closed_by == "operator"
    scribe.answer(orders[0], False, "also at the last moment")
    scribe.close("the day is over")
    assert outcome(capture, orders[0].id) == (False, "also at the last moment")


def test_an_answer_is_sent_behind_all_that_was_fed_before_however_much(
    make: Make, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    scribe = make()
    sent: list[object] = []
    send = scribe._child.send
    monkeypatch.setattr(scribe._child, "send", lambda message: (sent.append(message), send(message)))
    fed(scribe, 500)
    scribe.answer(Order(capture, 1, 1, "close", 1001, ""), True)
    scribe.close()
    kinds = [type(message).__name__ for message in sent if not isinstance(message, Tick)]
    assert kinds == [*["Batch"] * (len(kinds) - 2), "Answered", "Goodbye"]


async def test_what_is_fed_and_answered_at_the_last_moment_goes_before_the_good_bye(
    make: Make, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between a look into the queue that found nothing and the question whether all is over."""
    scribe = make()
    key = scribe.open(opened())
    await until(lambda: all_written(scribe))
    with closing(sqlite3.connect(capture, isolation_level=None)) as connection:
        connection.execute("INSERT INTO control(session, deed, reason, ordered_ns) VALUES (1, 'close', '', 0)")
    take, late = scribe._take, threading.Event()

    def taken() -> tuple[list[Row], int]:
        found = take()
        if not late.is_set():
            late.set()
            fed(scribe, 1, key=key)
            scribe.answer(Order(capture, 1, 1, "close", 1001, ""), True, "well")
            scribe._goodbye = "over"
        return found

    monkeypatch.setattr(scribe, "_take", taken)
    await until(late.is_set)
    scribe.close("over")
    assert kept(capture) == in_order(1)
    assert outcome(capture, 1) == (True, "well")


def test_what_is_fed_is_inspected_and_kept(make: Make, capture: Path) -> None:
    scribe = make()
    assert scribe.capture == capture
    key = scribe.open(opened())
    for sender, raw in (*BOOT, *BROKEN):
        scribe.feed(key, received(raw=raw, sender=sender))
    scribe.feed(key, Closed(START_NS + 1, 1000, "bye", "station"))
    left_open = scribe.open(opened(station="CP-2"))
    scribe.close("the day is over")
    with Reader(capture) as reader:
        assert [raw for _, raw in (*BOOT, *BROKEN)] == [row.raw for row in reader.page()]
        assert [(found.frame, found.pointer) for found in reader.findings()] == [(3, "/3/errorCode")]
        first, second = reader.session(key), reader.session(left_open)
    assert (first.close_code, first.close_reason, first.closed_by) == (1000, "bye", "station")
    assert (second.close_reason, second.closed_by) == ("the day is over", "proxy")
    with closing(sqlite3.connect(capture)) as connection:
        assert not connection.execute("SELECT * FROM reached").fetchall()


def test_what_can_not_be_kept_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no capture")
    with pytest.raises(InspectorError, match="text"):
        Scribe(Keeping(tmp_path / "text"))
    with pytest.raises(InspectorError, match="nowhere"):
        Scribe(Keeping(tmp_path / "a.db", schemas=tmp_path / "nowhere"))
    with pytest.raises(InspectorError, match="does not start"):
        Scribe(Keeping(tmp_path / "a.db"), main=("-c", "pass"))


async def test_after_a_killed_process_each_frame_is_there_once(
    make: Make, capture: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """At 2000 frames a second, killed three times; it is said, and all is well again."""
    told: list[str | None] = []
    scribe = make(told=told.append)
    key = fed(scribe, 100)
    number = 100
    for _ in range(3):
        victim = scribe._child.process.pid
        for each in range(10):
            fed(scribe, 100, key=key, first=number + 1)
            number += 100
            time.sleep(0.05)  # the rate of the load
            if each == 4:
                os.kill(victim, signal.SIGKILL)
        await until(lambda victim=victim: all_written(scribe) and scribe._child.process.pid != victim)  # type: ignore[misc]
    await until(lambda: told[-1:] == [None])
    scribe.close()
    assert kept(capture) == in_order(number)
    assert set(told) == {"the process that records was ended by signal 9", None}
    assert caplog.text.count("another one goes on; sessions that are not checked any more: 1") == 3
    with Reader(capture) as reader:
        assert len(reader.sessions()) == 1
        session = reader.session(1)
        assert (session.frames, session.version, session.closed_by) == (number, "1.6", "proxy")


async def test_a_process_that_is_stopped_is_replaced(make: Make, capture: Path, impatient: None) -> None:
    scribe = make()
    key = fed(scribe, 10)
    await until(lambda: all_written(scribe))
    os.kill(scribe._child.process.pid, signal.SIGSTOP)
    fed(scribe, 5000, key=key, first=11)
    await until(lambda: all_written(scribe))
    scribe.close()
    assert kept(capture) == in_order(5010)


@pytest.mark.parametrize("order", ["HANG", "DIE"])
async def test_a_frame_that_no_inspection_survives_is_kept_unchecked(
    make: Make, capture: Path, impatient: None, order: str, caplog: pytest.LogCaptureFixture
) -> None:
    """So is its session from then on; the next one is checked again."""
    scribe = make(main=ODD)
    fed(scribe, 10)
    key = scribe.open(opened(station="CP-2"))
    raws = [f'[2,"x","{order}",{{}}]', *(str(raw) for _, raw in BROKEN)]
    for raw in raws:
        scribe.feed(key, received(raw=raw))
    await until(lambda: bool(caplog.text) and all_written(scribe))
    key = scribe.open(opened(station="CP-3"))
    for sender, raw in BROKEN:
        scribe.feed(key, received(raw=raw, sender=sender))
    scribe.close()
    assert kept(capture)[:13] == in_order(10) + [(2, number, raw) for number, raw in enumerate(raws, 1)]
    assert caplog.text.count("another one goes on") == 1
    with Reader(capture) as reader:
        assert [session.errors for session in reader.sessions()] == [0, 0, 1]
    with closing(sqlite3.connect(capture)) as connection:
        notes = connection.execute("SELECT session, what FROM event WHERE kind = 'trouble' ORDER BY id").fetchall()
    assert [session for session, _ in notes] == [1, 2]
    assert all("not checked from here on" in what for _, what in notes)


async def test_when_no_process_can_start_it_is_tried_again(
    make: Make, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)
    told: list[str | None] = []
    scribe = make(told=told.append)
    key = fed(scribe, 10)
    await until(lambda: all_written(scribe))
    for file in capture.parent.glob("a.db*"):
        file.unlink()
    capture.write_text("no capture any more")
    os.kill(scribe._child.process.pid, signal.SIGKILL)
    fed(scribe, 10, key=key, first=11)
    await until(lambda: "nothing is recorded" in str(told[-1:]))
    capture.unlink()
    await until(lambda: all_written(scribe) and told[-1] is None)
    scribe.close()
    assert kept(capture) == in_order(20)[10:]


async def test_while_nothing_can_be_started_no_frame_is_given_up(
    make: Make, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when there are too many files: it is tried again, and what waits is not to blame."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.02)
    told: list[str | None] = []
    scribe = make(told=told.append)
    key = fed(scribe, 10)
    await until(lambda: all_written(scribe))
    tries = []

    def popen(*_: object, **__: object) -> None:
        tries.append(1)
        raise OSError(errno.EMFILE, "Too many open files")

    victim = scribe._child
    os.kill(victim.process.pid, signal.SIGSTOP)
    fed(scribe, 10, key=key, first=11)
    await until(lambda: bool(scribe._backlog))
    with monkeypatch.context() as crowded:
        crowded.setattr(scribe_child.subprocess, "Popen", popen)
        os.kill(victim.process.pid, signal.SIGKILL)
        await until(lambda: len(tries) > 5)
    await until(lambda: all_written(scribe))
    scribe.close()
    assert kept(capture) == in_order(20)
    assert "nothing is recorded: the process that records does not start: [Errno 24] Too many open files" in told


async def test_a_scribe_ends_while_no_process_can_be_found(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits so long for one, and then says no word to the one that is gone."""
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    scribe = make()
    key = fed(scribe, 10)
    await until(lambda: all_written(scribe))
    fallen = scribe._child
    scribe._main = ("-c", "import time; time.sleep(60)")
    os.kill(fallen.process.pid, signal.SIGSTOP)
    fed(scribe, 10, key=key, first=11)
    await until(lambda: bool(scribe._backlog))
    os.kill(fallen.process.pid, signal.SIGKILL)
    await until(lambda: scribe._starting is not fallen)
    said: list[object] = []
    monkeypatch.setattr(fallen, "send", said.append)
    begun = time.monotonic()
    scribe.close()
    assert time.monotonic() - begun < 5
    assert scribe._child is fallen
    assert not said


async def test_stations_that_come_again_and_again_fill_no_memory(make: Make, capture: Path) -> None:
    """Too much waits: sessions that end meanwhile are counted, those that live are kept, and so is each one's end."""
    scribe = make(1_000_000)
    old = fed(scribe, 1)
    await until(lambda: all_written(scribe))
    os.kill(scribe._child.process.pid, signal.SIGSTOP)
    scribe.feed(old, received(raw="x" * 500_000))  # more than a pipe holds
    await until(lambda: not scribe._queue)
    for raw in ("x" * 1_100_000, "lost"):
        scribe.feed(old, received(raw=raw))
    for _ in range(1000):
        key = scribe.open(replace(opened(http_status=401), headers=(("request", "Cookie", "c" * 1000),)))
        scribe.feed(key, Closed(START_NS, None, "Unauthorized", "csms"))
    young = scribe.open(opened(station="CP-9"))
    scribe.feed(young, received(raw="lost"))
    scribe.feed(old, Closed(START_NS, 1000, "bye", "station"))
    assert len(scribe._queue) + len(scribe._held) + len(scribe._losses) < 10
    assert scribe._fed - scribe._taken < 1_200_000
    os.kill(scribe._child.process.pid, signal.SIGCONT)
    await until(lambda: all_written(scribe))
    scribe.close()
    with Reader(capture) as reader:
        first, second = reader.sessions()
    assert (first.frames + first.lost, first.close_reason) == (4, "bye")
    assert (second.station, second.lost, second.close_reason) == ("CP-9", 1, "the proxy was stopped")
    with closing(sqlite3.connect(capture)) as connection:
        gaps = connection.execute("SELECT what FROM event WHERE session IS NULL").fetchall()
    assert [" ".join(what.split()[:2]) for (what,) in gaps] == ["1000 sessions"]


@pytest.mark.parametrize(
    ("event", "size"),
    [
        (replace(opened(), headers=(("request", "Cookie", "c" * 5000),)), 5000),
        (Violated(START_NS, STATION, "odd", b"x" * 5000), 5000),
        (Controlled(START_NS, STATION, Control.PING, b"x" * 100), 100),
        (Closed(START_NS), 0),
    ],
)
async def test_what_an_event_carries_counts(make: Make, event: Event, size: int) -> None:
    scribe = make()
    before = scribe._fed
    scribe.feed(scribe.open(opened()), event)
    assert size <= scribe._fed - before - 2 * module.EVENT_BYTES < size + 100
    await until(lambda: scribe._taken == scribe._fed)


async def test_what_fails_in_the_process_is_told(make: Make) -> None:
    told: list[str | None] = []
    scribe = make(told=told.append)
    for _ in range(3):
        scribe.feed(99, received(raw="[]"))  # of no session
    await until(lambda: told == ["a bug in the recorder: 3 events are not kept"])


async def test_a_frame_too_many_is_counted_not_kept(make: Make, capture: Path) -> None:
    """While the process takes nothing, a bounded number waits; then the record says what is missing."""
    told: list[str | None] = []
    scribe = make(1_000_000, told=told.append)
    key = fed(scribe, 1)
    await until(lambda: all_written(scribe))
    os.kill(scribe._child.process.pid, signal.SIGSTOP)
    for _ in range(100):
        scribe.feed(key, received(raw="x" * 100_000))
    assert scribe._fed - scribe._taken < 1_200_000
    assert scribe._losses[key].frames > 50
    lost = scribe._losses[key].frames
    os.kill(scribe._child.process.pid, signal.SIGCONT)
    await until(lambda: all_written(scribe) and bool(told))
    fed(scribe, 1, key=key)
    scribe.close()
    with Reader(capture) as reader:
        session = reader.session(1)
    assert session.lost >= lost
    assert session.frames + session.lost == 102  # each is kept, or known to be missing
    assert "too much at once" in str(told)
    with closing(sqlite3.connect(capture)) as connection:
        gaps = connection.execute("SELECT what FROM event WHERE kind = 'gap' AND session = 1").fetchall()
    assert any(what.startswith(f"{lost} frames are missing") for (what,) in gaps)


def test_the_process_hears_no_signal_but_sees_its_scribe_go(make: Make, capture: Path) -> None:
    """What a terminal or a service manager sends is for the proxy; it decides when to end."""
    scribe = make()
    pid = scribe._child.process.pid
    assert os.getsid(pid) == pid
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)
    fed(scribe, 10)
    scribe.close()
    assert kept(capture) == in_order(10)


def test_kill_9_of_the_proxy_alone_loses_next_to_nothing_and_ends_its_sessions(tmp_path: Path) -> None:
    left = kill(tmp_path, 0.3, parent_only=True)
    assert left.sound
    assert left.missing_ms < 50
    with Reader(tmp_path / "a.db") as reader:
        session = reader.session(1)
    assert (session.closed_by, session.close_reason) == ("proxy", "the proxy ended without a word")


def test_kill_9_of_all_loses_the_last_50_ms_at_most(tmp_path: Path) -> None:
    """``python -m tests.benchmarks kill`` does it twenty times; the machine may be busy here."""
    chance = random.Random(1)
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        left = kill(folder, chance.uniform(0.1, 0.5))
        assert left.sound
        assert left.missing_ms < 250
