"""What is not known to be written is kept, within a bound, and nothing of it is sent twice that was written."""

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Noted, Opened, Violated
from inspector.store import backlog as module
from inspector.store.backlog import Backlog
from inspector.store.loss import WHOLE
from inspector.store.messages import Row, packed
from tests.factories import START_NS, STATION, opened, received

OPENED, CLOSED = opened(), Closed(START_NS + 9, 1000)
PING = Controlled(START_NS, STATION, Control.PING)


def frames(key: int, number: int) -> list[Row]:
    return [packed(key, received(raw="x" * 10)) for _ in range(number)]


def test_what_is_written_is_forgotten_and_counted() -> None:
    backlog = Backlog(1000)
    assert not backlog
    assert backlog.add([(1, OPENED), *frames(1, 3)], 30).position == 1
    assert backlog.add([*frames(1, 2), (2, OPENED), (1, PING)], 20) == (
        2,
        True,
        [*frames(1, 2), (2, OPENED), (1, PING)],
    )
    backlog.add([*frames(2, 1), (1, CLOSED)], 10)
    assert backlog.sessions() == 2
    backlog.written(2)
    assert backlog.resumed("").sessions == ((1, OPENED, 5), (2, OPENED, 0))
    assert [(batch.position, batch.checked) for batch in backlog.batches()] == [(3, False)]
    backlog.written(3)
    assert backlog.resumed("").sessions == ((2, OPENED, 1),)
    assert not backlog


def test_beyond_the_bound_the_oldest_frames_go_and_are_missed_before_the_session_ends() -> None:
    backlog = Backlog(25)
    backlog.add([(1, OPENED), (2, OPENED), (1, PING), *frames(1, 1), *frames(2, 1)], 20)
    backlog.add([*frames(1, 2), (1, CLOSED)], 20)
    backlog.add(frames(2, 1), 10)
    bare, rest = backlog.batches()
    assert (bare.position, rest.position) == (2, 3)
    assert [(row[0], type(row[1])) for row in bare.rows if len(row) == 2] == [
        (1, Opened),
        (2, Opened),
        (1, Noted),
        (1, Closed),
        (2, Noted),
    ]
    gaps = [row[1] for row in bare.rows if len(row) == 2 and isinstance(row[1], Noted)]
    assert [gap.what.split(",")[:2] for gap in gaps] == [
        ["3 frames are missing", " 30 bytes"],
        ["1 frame is missing", " 10 bytes"],
    ]
    assert rest.rows == frames(2, 1)
    assert backlog.sessions() == 2


def test_frames_that_were_let_go_but_written_all_the_same_count() -> None:
    """The process still had them; only their copy was gone."""
    backlog = Backlog(5)
    backlog.add([(1, OPENED), *frames(1, 3)], 30)
    backlog.add([(2, OPENED), *frames(1, 1)], 10)
    backlog.written(1)
    assert backlog.resumed("").sessions == ((1, OPENED, 0),)  # the sum of both is not settled; the capture knows better
    assert [row[0] for batch in backlog.batches() for row in batch.rows if isinstance(row[1], Opened)] == [2]
    backlog.written(2)
    assert backlog.resumed("").sessions == ((1, OPENED, 4), (2, OPENED, 0))
    assert not backlog


def test_a_session_that_ended_before_its_frames_were_settled_jams_nothing() -> None:
    backlog = Backlog(400)
    backlog.add([(7, OPENED), *frames(7, 1), (7, CLOSED)], 300)
    backlog.add([(8, OPENED), *frames(8, 2)], 300)
    backlog.give_up()
    backlog.give_up()
    backlog.written(1)
    backlog.written(2)
    assert backlog.resumed("").sessions == ((8, OPENED, 2),)
    assert not backlog


def test_stations_that_come_again_and_again_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing can be written, whole sessions are counted; those that live stay."""
    monkeypatch.setattr(module, "MOST_TURNS", 100)
    backlog = Backlog(1000)
    backlog.add([(1, OPENED), *frames(1, 1)], 600)
    for key in range(2, 1002):
        backlog.add([(key, OPENED), *frames(key, 1)], 600)
        backlog.add([(key, Violated(START_NS, STATION, "odd")), (key, CLOSED)], 600)
    bare = backlog._bare
    assert max(len(bare.turns), len(bare.frames), len(bare.losses)) <= 102
    first, *rest = (row for batch in backlog.batches() for row in batch.rows)
    assert first == (1, OPENED)
    ends = sum(isinstance(row[1], Closed) for row in rest)
    whole = bare.losses[WHOLE]
    assert (whole.sessions, whole.frames) == (1000 - ends, 1000 - ends)
    backlog.written(2001)
    assert backlog.resumed("").sessions == ((1, OPENED, 1),)


def test_without_a_batch_there_is_nothing_to_give_up() -> None:
    backlog = Backlog(5)
    backlog.give_up()
    assert not backlog
    assert not list(backlog.batches())
