"""Sessions and frames in the order of time."""

from collections.abc import Iterable, Iterator

import pytest

from inspector.protocol.event import Received
from inspector.protocol.version import Party
from inspector.store.timeline import Begin, End, Life, Moment, in_order


def frame(session: int, time_ns: int) -> Moment:
    """Make a frame; the order looks at its session and its time."""
    return Moment(0, session, 0, Received(time_ns, Party.STATION, ""))


def told(items: Iterable[Life | Moment]) -> str:
    """Return the order in short: +1 begins, 1@5 is a frame at 5, -1 ends."""
    words = []
    for item in in_order(items):
        if isinstance(item, Moment):
            words.append(f"{item.session}@{item.event.time_ns}")
        else:
            words.append(("+" if isinstance(item, Begin) else "-") + str(item.session))
    return " ".join(words)


@pytest.mark.parametrize(
    ("items", "order"),
    [
        ([Life(1, 0, 9, 1), Life(2, 3, 5, 1), frame(1, 1), frame(2, 4)], "+1 1@1 +2 2@4 -2 -1"),
        ([Life(1, 0, 2, 1), Life(2, 5, None, 1), frame(1, 1), frame(2, 6)], "+1 1@1 -1 +2 2@6"),
        ([Life(1, 0, 5, 0), Life(2, 5, None, 0)], "+1 -1 +2"),
        ([Life(2, 5, 5, 0), Life(1, 0, 5, 0)], "+1 -1 +2 -2"),
        ([Life(1, 0, 4, 0), frame(7, 5), Life(2, 2, None, 0)], "+1 -1 7@5 +2"),
        ([], ""),
    ],
    ids=["overlapping", "one-after-the-other", "at-one-time", "announced-in-any-order", "of-nobody", "nothing"],
)
def test_sessions_begin_and_end_among_the_frames(items: list[Life | Moment], order: str) -> None:
    assert told(items) == order


@pytest.mark.parametrize(
    ("items", "order"),
    [
        ([Life(1, 8, 9, 1), frame(1, 5)], "+1 1@5 -1"),
        ([Life(1, 0, 2, 2), Life(2, 0, None, 1), frame(1, 1), frame(2, 7), frame(1, 3)], "+1 +2 1@1 2@7 1@3 -1"),
        ([Life(1, 0, 2, -1), Life(2, 0, None, 1), frame(1, 1), frame(2, 7)], "+1 +2 1@1 2@7 -1"),
        ([Life(1, 0, 2, 9), Life(2, 0, 4, 9), frame(1, 1)], "+1 +2 1@1 -1 -2"),
        ([Life(1, 0, 2, 1), frame(1, 1), frame(1, 3)], "+1 1@1 -1 1@3"),
        ([Life(1, 0, 2, 1), Life(2, 2, None, 1), frame(1, 1), frame(1, 2), frame(2, 2)], "+1 1@1 1@2 -1 +2 2@2"),
    ],
    ids=[
        "before-it-opened",
        "after-it-closed",
        "no-number-known",
        "frames-that-never-come",
        "more-than-it-says",
        "at-its-end",
    ],
)
def test_a_session_holds_its_frames_whatever_the_clock_says(items: list[Life | Moment], order: str) -> None:
    """It begins before the first and ends after the last of as many as it has."""
    assert told(items) == order


def test_it_holds_on_to_nothing_but_open_sessions() -> None:
    """What is yielded has been taken from the source no sooner."""
    taken = []

    def source() -> Iterator[Life | Moment]:
        yield Life(1, 0, None, 1000)
        for number in range(1000):
            taken.append(number)
            yield frame(1, number)

    for item in in_order(source()):
        if isinstance(item, Moment):
            assert taken[-1] == item.event.time_ns


def test_it_is_told_apart_by_class() -> None:
    first, last = list(in_order([Life(1, 0, 1, 0)]))
    assert (type(first), type(last)) == (Begin, End)
