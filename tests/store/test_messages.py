"""What a scribe and its process say arrives as it was said."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Origin, Received
from inspector.store.keeper import Keeping
from inspector.store.messages import Batch, Goodbye, Message, Start, packed, receive, send, unpacked
from tests.factories import CSMS, START_NS, opened

ODD = Received(START_NS, CSMS, "\ud800 \0 \N{GRINNING FACE}", Origin.INJECTED)
EVENTS = [(1, opened()), (1, ODD), (2, Received(START_NS, CSMS, b"\xff\0")), (1, Closed(START_NS, 1000))]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):  # a test has closed it
            os.close(end)


def test_messages_arrive_whole_and_in_order(pipe: tuple[int, int]) -> None:
    """Also those that are larger than a pipe."""
    large = Batch(7, True, [packed(1, Received(START_NS, CSMS, "x" * 300_000))])
    said: list[Message] = [Start(Keeping(Path("a.db")), "me"), large, Goodbye("done")]
    sending = threading.Thread(target=lambda: [send(pipe[1], message) for message in said])
    sending.start()
    assert [receive(pipe[0]) for _ in said] == said
    sending.join()


def test_events_come_out_of_a_batch_as_they_went_in() -> None:
    events = list(unpacked(packed(key, event) for key, event in EVENTS))
    assert events == EVENTS
    assert [type(event) for _, event in events] == [type(event) for _, event in EVENTS]


@pytest.mark.parametrize("part", [b"", b"\0\0", b"\0" * 7 + b"\x09abc"])
def test_an_end_is_an_end_also_in_the_middle_of_a_message(pipe: tuple[int, int], part: bytes) -> None:
    os.write(pipe[1], part)
    os.close(pipe[1])
    assert receive(pipe[0]) is None


def test_who_speaks_to_nobody_hears_of_it(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(OSError):
        send(pipe[1], Goodbye("done"))


@pytest.mark.parametrize("begun", [b"", b"\0\0\0", b"\0\0\0\0\0\0\1\0half"])
def test_what_is_not_there_in_time_is_not_waited_for(pipe: tuple[int, int], begun: bytes) -> None:
    out, into = pipe
    os.write(into, begun)
    with pytest.raises(TimeoutError):
        receive(out, time.monotonic() + 0.01)
