"""Orders in a capture that is being recorded: who takes them, when, and where the answer stands."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Received
from inspector.store import keeper as keeping_module
from inspector.store import orders as module
from inspector.store.control import LOOK_SECONDS, order_close, outcome
from inspector.store.keeper import Keeper, Keeping
from inspector.store.orders import FRESH_NS, NOT_OPEN, TOO_LATE, Answered, Order
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, START_NS, STATION, opened

ORDER = "INSERT INTO control(session, deed, code, reason, ordered_ns) VALUES (?, 'close', 1001, '', ?)"

State = tuple[bool, int | None, str | None]


class Recorder:
    """A keeper of two sessions, with the keys 7 and 8, and the orders that it was given."""

    def __init__(self, path: Path, **keeping: int) -> None:
        self.orders: list[Order] = []
        self.keeper = Keeper(Keeping(path, append=True, **keeping), self.orders.append)  # type: ignore[arg-type]
        for key in (7, 8):
            self.keeper.feed(key, opened(station=f"CP-{key}"))
        self.write()

    @property
    def path(self) -> Path:
        return self.keeper.capture

    def write(self) -> None:
        self.keeper.hand_over()
        assert self.keeper._writer.flush()

    def order(self, session: int, ordered_ns: int) -> int:
        """Put an order into the capture that nobody would give now."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            return connection.execute(ORDER, (session, ordered_ns)).lastrowid or 0

    def state(self, order: int, path: Path | None = None) -> State:
        """Tell whether an order was taken, whether it was done, and what was said."""
        with closing(sqlite3.connect(path or self.path)) as connection:
            sql = "SELECT taken_ns IS NOT NULL, done, answer FROM control WHERE id = ?"
            taken, done, answer = connection.execute(sql, (order,)).fetchone()
        return bool(taken), done, answer

    def until(self, order: int, state: State, path: Path | None = None) -> None:
        """Wait until an order is in a state."""
        deadline = time.monotonic() + 5
        while (now := self.state(order, path)) != state:
            assert time.monotonic() < deadline, now
            time.sleep(LOOK_SECONDS)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(tmp_path / "a.db")
    yield made
    made.keeper.close("over")


def test_an_order_is_taken_once_by_the_session_s_key_and_answered_behind_its_end(recorder: Recorder) -> None:
    order = order_close(recorder.path, 2, 4000, "go")
    recorder.until(order, (True, None, None))
    assert recorder.orders == [Order(recorder.path, order, 8, "close", 4000, "go")]
    recorder.keeper.feed(8, Closed(START_NS, 4000, "go", "operator"))
    recorder.keeper.hand_over()
    recorder.keeper.answer(Answered(recorder.path, order, True, "well"))
    recorder.until(order, (True, 1, "well"))
    with Reader(recorder.path) as reader:
        assert (reader.session(2).closed_by, reader.session(1).live) == ("operator", True)
    assert len(recorder.orders) == 1


def test_orders_that_can_not_be_done_are_answered_and_passed_on_to_nobody(recorder: Recorder) -> None:
    """For a session that is not here or has ended, and one that is old or comes from the future."""
    recorder.keeper.feed(8, Closed(START_NS, 1000, "", "station"))
    recorder.write()
    now = time.time_ns()
    for session, ordered_ns, words in (
        (99, now, NOT_OPEN),
        (2, now, NOT_OPEN),
        (1, now - FRESH_NS - 1, TOO_LATE),
        (1, now + 10 * FRESH_NS, TOO_LATE),
    ):
        recorder.until(recorder.order(session, ordered_ns), (True, 0, words))
    assert recorder.orders == []


def test_an_order_that_is_no_utf_8_keeps_nobody_from_the_next(recorder: Recorder) -> None:
    """SQLite takes any bytes as text, and Python then reads none of the rows."""
    with closing(sqlite3.connect(recorder.path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO control(session, deed, code, reason, ordered_ns)"
            " VALUES (1, CAST(x'ff' AS TEXT), 1001, CAST(x'61ff' AS TEXT), ?)",
            (time.time_ns(),),
        )
    order = order_close(recorder.path, 2)
    recorder.until(order, (True, None, None))
    first, second = recorder.orders
    assert (first.deed, first.reason, second.id) == ("\udcff", "a\udcff", order)


def test_the_orders_of_another_recorder_of_the_same_capture_are_left_to_it(recorder: Recorder) -> None:
    """Unless it is gone."""
    with closing(sqlite3.connect(recorder.path, isolation_level=None)) as connection:
        connection.execute("CREATE TEMP TABLE theirs AS SELECT * FROM session WHERE id = 1")
        for number, writer in ((50, "unknown"), (51, "another boot 1 1")):
            connection.execute("UPDATE theirs SET id = ?, writer = ?", (number, writer))
            connection.execute("INSERT INTO session SELECT * FROM theirs")
    left, gone = recorder.order(50, time.time_ns()), recorder.order(51, time.time_ns())
    recorder.until(gone, (True, 0, NOT_OPEN))
    assert recorder.state(left) == (False, None, None)


def test_a_capture_that_is_locked_is_recorded_all_the_same(recorder: Recorder) -> None:
    """The order is taken afterwards."""
    order = order_close(recorder.path, 1)
    with closing(sqlite3.connect(recorder.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        recorder.keeper.feed(7, Received(START_NS, *BOOT[0]))
        recorder.keeper.hand_over()
        other.execute("ROLLBACK")
    recorder.write()
    recorder.until(order, (True, None, None))
    with Reader(recorder.path) as reader:
        assert reader.session(1).frames == 1


def test_a_session_that_goes_on_in_another_file_is_known_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to an order from before stands where that does, and both files are closed clean."""
    monkeypatch.setattr(keeping_module, "SMALLEST_FILE", 1)
    recorder = Recorder(tmp_path / "a.db", rotate_bytes=1)
    first = recorder.path
    order = order_close(first, 1)
    recorder.until(order, (True, None, None))
    recorder.keeper.feed(7, Received(START_NS, *BOOT[0]))
    recorder.write()
    assert recorder.path.name == "a-2.db"
    recorder.keeper.answer(Answered(first, order, True, "well"))
    recorder.until(order, (True, 1, "well"), first)
    with pytest.raises(InspectorError, match=r"session 1 goes on in a-2\.db, as session 1"):
        order_close(first, 1)
    recorder.until(order_close(recorder.path, 2), (True, None, None))
    assert [(each.capture.name, each.key) for each in recorder.orders] == [("a.db", 7), ("a-2.db", 8)]
    recorder.keeper.close("over")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-2.db", "a.db"]


def test_who_records_without_taking_orders_leaves_them(tmp_path: Path) -> None:
    keeper = Keeper(Keeping(tmp_path / "a.db"))
    keeper.feed(1, opened())
    keeper.hand_over()
    assert keeper._writer.flush()
    order = order_close(keeper.capture, 1)
    keeper.answer(Answered(keeper.capture, order, True, ""))
    keeper.close("over")
    assert outcome(tmp_path / "a.db", order) is None


def test_a_bug_is_logged_once_and_recording_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0)
    met = threading.Event()

    def fail(_: Order) -> None:
        met.set()
        raise ZeroDivisionError

    keeper = Keeper(Keeping(tmp_path / "a.db"), fail)
    keeper.feed(1, opened())
    keeper.hand_over()
    assert keeper._writer.flush()
    for _ in range(2):
        met.clear()
        order_close(keeper.capture, 1)
        assert met.wait(5)
    keeper.feed(1, Received(START_NS, STATION, "[]"))
    keeper.feed(1, Received(START_NS, CSMS, "[]"))
    keeper.close("over")
    assert caplog.text.count("an order is lost") == 1
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).frames == 2
