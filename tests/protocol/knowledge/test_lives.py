"""H1: connections of one station, one after the other."""

from collections.abc import Iterable

import pytest

from inspector.protocol.context import Brief
from inspector.protocol.frame import MessageType
from inspector.protocol.knowledge.lives import MOST_ENDS, Life, Memory, loop, period
from inspector.protocol.version import Party
from tests.protocol.wire import SECOND, STATION


def life(at: float, lasted: float, *, code: int | None = 1006, by: str = "csms", **heard: float) -> Life:
    """Make a connection that ended; ``heard`` is when each side was heard last, in seconds after its begin."""
    made = Life(int(at * SECOND), ended_ns=int((at + lasted) * SECOND), code=code, by=by)
    for party, seconds in heard.items():
        made.heard[Party(party)] = int((at + seconds) * SECOND)
    return made


def row(lengths: Iterable[float], *, gap: float = 5, **fields: object) -> list[Life]:
    """Let connections of these lengths follow each other."""
    lives, at = [], 100.0
    for length in lengths:
        lives.append(life(at, length, **fields))  # type: ignore[arg-type]
        at += length + gap
    return lives


def test_equal_lengths_are_a_period() -> None:
    fault = period(row([60.0, 60.4, 59.8, 60.2]))
    assert fault is not None
    assert fault.message == (
        "the last 4 connections each ended 60.1 s (within 0.3 s) after it began and 60.1 s (within 0.3 s)"
        " after its last frame"
    )


def test_equal_silences_are_a_period_though_the_lengths_differ() -> None:
    """An idle timeout counts from the last byte."""
    lives = [life(100 * number, 300 + 7 * number * number, station=240 + 7 * number * number) for number in range(1, 6)]
    fault = period(lives)
    assert fault is not None
    assert fault.message == "the last 4 connections each ended 60.0 s (within 0.0 s) after its last frame"


@pytest.mark.parametrize(
    "lives",
    [
        row([60, 60, 60]),
        row([60, 60, 60, 62]),
        row([60, 61.5, 60, 60]),
        row([2, 2, 2, 2, 2]),
        row([86_400, 86_400, 86_400, 86_400]),
        row([60, 60, 60, 60], code=1000),
        row([60, 60, 60, 60], code=1001, by="station"),
        [*row([60, 60, 60]), life(999, 60, code=1000, by="station")],
    ],
    ids=["three", "one longer", "far apart", "at once", "a day", "in order", "good-bye", "the last in order"],
)
def test_what_is_no_period(lives: list[Life]) -> None:
    """Chance, failures at once, a provider's daily reconnect, and ends that a party meant."""
    assert period(lives) is None


def test_only_the_last_ends_count_for_a_period() -> None:
    assert period([life(1, 5), *row([60, 60, 60, 60])]) is not None


def after(lives: list[Life], *actions: str) -> list[Life]:
    for number, (each, action) in enumerate(zip(lives, actions, strict=True), 1):
        each.last = Brief(number, 0, STATION, MessageType.CALL, action)
    return lives


def test_a_loop_names_what_each_turn_ends_after() -> None:
    fault = loop(after(row([2] * 5), *["StartTransaction"] * 5))
    assert fault is not None
    assert fault.message == (
        "5 connections in 30.0 s, none longer than 2.0 s; each ended after the station's CALL StartTransaction"
    )


def test_a_loop_names_the_frame_it_starts_from() -> None:
    fault = loop(after(row([2] * 5), "StopTransaction", *["BootNotification"] * 4))
    assert fault is not None
    assert fault.message.endswith("; the first ended after its frame 1, the station's CALL StopTransaction")


def test_a_loop_without_a_frame_says_so() -> None:
    fault = loop(row([2] * 5))
    assert fault is not None
    assert fault.message.endswith("; the first ended before any frame")
    assert "frame" not in fault.hint


@pytest.mark.parametrize(("code", "by", "blame"), [(1006, "csms", "network"), (1008, "csms", "csms")])
def test_who_closes_each_time_is_to_blame_for_a_loop(code: int, by: str, blame: str) -> None:
    fault = loop(row([2] * 5, code=code, by=by))
    assert fault is not None
    assert fault.blame == blame


@pytest.mark.parametrize(
    "lives",
    [
        row([2] * 4),
        row([2, 2, 61, 2, 2]),
        row([2] * 5, gap=120),
        row([2] * 5, code=1000, by="station"),
        row([-2] * 5),
    ],
    ids=["four", "one lasts", "seldom", "good-bye", "the clock was set back"],
)
def test_what_is_no_loop(lives: list[Life]) -> None:
    """A script that connects, asks and says good-bye is none either."""
    assert loop(lives) is None


def test_a_connection_outlives_a_newer_one_only_if_it_is_known_to() -> None:
    """Times that nobody knows, another tenant's path, and the same session twice tell nothing."""
    new = Life(50)
    assert Life(10).outlives(new)
    assert Life(10, ended_ns=50 + 2 * SECOND).outlives(new)
    for old in (Life(10, ended_ns=40), Life(10, ended_ns=60), Life(10, ended_ns=0), Life(0), Life(50), Life(60)):
        assert not old.outlives(new)
    assert not Life(10, place=1).outlives(new)


def test_rivals_are_two() -> None:
    """However many connections are left open, each knows at most one other."""
    one, two, three = Life(1), Life(2), Life(3)
    one.meet(two)
    two.meet(three)
    assert (one.rival, two.rival, three.rival) == (None, three, two)
    three.part()
    assert (two.rival, three.rival) == (None, None)


def test_the_memory_of_ends_is_bounded() -> None:
    memory = Memory()
    ends = row([1] * 100)
    for life in ends:
        memory.ended(life)
    assert memory.ends == ends[-MOST_ENDS:]
