"""What waits for the disk, and what goes when it is too much."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.entries import (
    ClosedEntry,
    Entry,
    EventEntry,
    FindingEntry,
    FrameEntry,
    ReachedEntry,
    SessionRow,
)
from inspector.store.tail import BATCH_ROWS, ENTRY_BYTES, Tail, size_of
from tests.factories import START_NS, STATION, opened

ROW = SessionRow(opened())
END = ClosedEntry(ROW, Closed(START_NS))
FOUND = FindingEntry(ROW, Finding("F001", Severity.ERROR, Blame.STATION, "odd", frame=1))
PING = EventEntry(ROW, Controlled(START_NS, STATION, Control.PING))


def frame(number: int, size: int = 100_000) -> FrameEntry:
    """Make a frame; its number is its time, too."""
    return FrameEntry(ROW, number, size, None, (number,))


def reached(position: int) -> ReachedEntry:
    """Make a scribe's mark."""
    return ReachedEntry("one", position, lambda _: None)


def numbers(entries: Sequence[Entry]) -> list[int]:
    """Return the numbers of the frames among entries."""
    return [entry.time_ns for entry in entries if isinstance(entry, FrameEntry)]


def test_what_is_added_comes_out_in_order_and_counts_until_it_is_settled() -> None:
    tail = Tail(1_000_000)
    tail.add([ROW, frame(1)])
    tail.add([])
    tail.add([FOUND, frame(2)])
    batch = tail.take()
    assert (batch, tail.waiting) == ([ROW, frame(1), FOUND, frame(2)], 2)
    tail.settled(batch)
    assert (tail.take(), tail.waiting, tail._bytes) == ([], 0, 0)


def test_who_waits_is_let_go_where_nothing_comes() -> None:
    """After so many seconds; but what is there is gathered."""
    tail = Tail(1_000_000)
    tail.wait(60, 0.01)
    assert tail.take() == []
    tail.add([ROW])
    tail.wait(0.01, 60)
    assert tail.take() == [ROW]


def test_a_group_is_never_cut() -> None:
    """What is appended at once is committed at once."""
    tail = Tail(1 << 30)
    for _ in range(3):
        tail.add([frame(number, 1) for number in range(BATCH_ROWS - 1)])
    sizes = []
    while batch := tail.take():
        sizes.append(len(batch))
        tail.settled(batch)
    assert sizes == [2 * (BATCH_ROWS - 1), BATCH_ROWS - 1]


def test_the_oldest_frames_and_pings_go_and_all_else_stays() -> None:
    tail = Tail(250_000)
    tail.add([ROW, frame(1), FOUND, PING, reached(1)])
    tail.add([frame(2), END, reached(2)])
    tail.add([frame(3), frame(4), reached(3)])
    assert (tail.waiting, tail.lost) == (2, 2)
    batch = tail.take()
    gap = batch[3]
    assert isinstance(gap, EventEntry)
    assert isinstance(gap.event, Noted)
    assert (gap.session, gap.event.kind, gap.event.lost, gap.event.time_ns) == (ROW, "gap", 2, 2)
    assert "2 frames are missing, 200000 bytes" in gap.event.what
    assert batch[:3] == [ROW, FOUND, END]
    assert [entry.position for entry in batch if isinstance(entry, ReachedEntry)] == [2, 3]
    assert numbers(batch) == [3, 4]
    tail.settled(batch)
    assert (tail._bytes, tail.waiting) == (0, 0)


def test_findings_go_only_when_no_frame_is_left() -> None:
    tail = Tail(20 * ENTRY_BYTES)
    for _ in range(1000):
        tail.add([FOUND])
    assert len(tail.take()) <= 20
    assert tail.lost == 0


LONG = "x" * 9000


@pytest.mark.parametrize(
    "entry",
    [
        frame(1, len(LONG)),
        SessionRow(replace(opened(), headers=(("request", "X", LONG),))),
        ClosedEntry(ROW, Closed(START_NS, 1000, LONG)),
        FindingEntry(ROW, Finding("F001", Severity.ERROR, Blame.STATION, LONG)),
        EventEntry(ROW, Controlled(START_NS, STATION, Control.PING, LONG.encode())),
        EventEntry(ROW, Violated(START_NS, STATION, "odd", LONG.encode())),
        EventEntry(None, Noted(START_NS, "gap", LONG)),
    ],
)
def test_what_an_entry_carries_counts(entry: Entry) -> None:
    assert size_of(entry) >= ENTRY_BYTES + len(LONG)
    tail = Tail(1_000_000)
    tail.add([entry])
    assert tail._bytes == size_of(entry)
    tail.settled(tail.take())
    assert tail._bytes == 0


def test_memory_does_not_grow_with_refused_stations_that_come_again_and_again() -> None:
    """Beyond the bound they are counted; what is live stays, and so does every gap."""
    tail = Tail(100 * ENTRY_BYTES)
    tail.add([ROW, EventEntry(ROW, Noted(START_NS, "gap", "lost", 3)), frame(1)])
    for _ in range(10_000):
        refused = SessionRow(opened(http_status=401))
        violated = EventEntry(refused, Violated(START_NS, STATION, "odd"))
        tail.add([refused, violated, ClosedEntry(refused, Closed(START_NS))])
        assert tail._bytes <= 100 * ENTRY_BYTES
    batch = tail.take()
    assert batch[0] is ROW
    rows = sum(isinstance(entry, SessionRow) for entry in batch) - 1
    (gap,) = [entry.event for entry in batch if isinstance(entry, EventEntry) and entry.session is None]
    assert isinstance(gap, Noted)
    assert gap.what.startswith(f"{10_000 - rows} sessions as a whole (and 0 frames) are missing")
    lost = [e.event.lost for e in batch if isinstance(e, EventEntry) and isinstance(e.event, Noted)]
    assert (tail.lost, lost) == (1, [3, 1, 0])
    tail.settled(batch)
    assert (tail._bytes, tail.take()) == (0, [])


def test_whole_sessions_go_last_and_their_frames_are_counted() -> None:
    tail = Tail(6 * ENTRY_BYTES)
    for _ in range(100):
        row = SessionRow(opened())
        tail.add([row, FrameEntry(row, START_NS, 10, None, ()), ClosedEntry(row, Closed(START_NS))])
    batch = tail.take()
    assert len(batch) <= 6
    noted = [entry.event for entry in batch if isinstance(entry, EventEntry) and isinstance(entry.event, Noted)]
    waiting = sum(isinstance(entry, FrameEntry) for entry in batch)
    assert (sum(event.lost for event in noted), tail.lost) == (100 - waiting, 100 - waiting)


def test_a_mark_is_set_when_all_before_it_is_settled() -> None:
    tail = Tail(1_000_000)
    first, second = threading.Event(), threading.Event()
    tail.add([frame(1)])
    tail.mark(first)
    batch = tail.take()
    tail.add([frame(2)])
    tail.mark(second)
    assert not first.is_set()
    tail.settled(batch)
    assert (first.is_set(), second.is_set()) == (True, False)
    tail.settled(tail.take())
    assert second.is_set()


def test_a_waiter_is_woken() -> None:
    tail = Tail(1_000_000)
    woken = threading.Thread(target=tail.wait, args=(60,))
    woken.start()
    tail.wake()
    woken.join(10)
    assert not woken.is_alive()
