"""Who sent a frame that comes without a word about it."""

import pytest

from inspector.formats.speakers import Speakers, line_of, version_of
from inspector.protocol.frame import decode
from inspector.protocol.version import Party
from tests.factories import CSMS, STATION


def senders(*raws: str, sender: Party | None = None) -> list[Party]:
    """Tell the senders of frames."""
    speakers = Speakers(sender)
    return [speakers.of(decode(raw), None, None) for raw in raws]


def test_the_action_tells_and_an_answer_comes_from_the_other_side() -> None:
    assert senders('[2,"a","Heartbeat",{}]', '[2,"b","Reset",{}]', '[3,"a",{}]', '[4,"b","X","",{}]') == [
        STATION,
        CSMS,
        CSMS,
        STATION,
    ]


def test_what_nothing_tells_is_the_one_who_is_named_or_the_station() -> None:
    assert senders("nonsense", '[3,"x",{}]') == [STATION, STATION]
    assert senders("nonsense", '[2,"a","Heartbeat",{}]', sender=CSMS) == [CSMS, CSMS]


@pytest.mark.parametrize(
    ("line", "said", "frame"),
    [
        (b'[2,"a"]\r\n', None, '[2,"a"]'),
        (b" CSMS > x", CSMS, "x"),
        (b"station>\xff", STATION, b"\xff"),
        ("é".encode(), None, "é"),
    ],
)
def test_a_line_may_say_who_sent_it(line: bytes, said: Party | None, frame: str | bytes) -> None:
    assert line_of(line) == (said, frame)


def test_a_frame_may_tell_the_version() -> None:
    assert version_of('[2,"a","TransactionEvent",{}]') != "1.6"
    assert version_of("nonsense") is None
