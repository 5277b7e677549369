"""What is missing is counted and said."""

from inspector.protocol.event import Noted
from inspector.store.loss import Loss
from tests.factories import START_NS


def test_a_loss_says_how_much_and_since_when() -> None:
    loss = Loss()
    loss.add(START_NS, 10)
    assert loss.words().startswith("1 frame is missing, 10 bytes, from 2026-09-21T14:13:20.000000Z to")
    loss.add(START_NS + 1_000_000_000, 5)
    assert loss.words() == (
        "2 frames are missing, 15 bytes, from 2026-09-21T14:13:20.000000Z to 2026-09-21T14:13:21.000000Z"
    )
    loss.add_session(START_NS - 1_000_000_000, Loss(1, 7, START_NS, START_NS))
    loss.add_session(START_NS + 2_000_000_000)
    assert (loss.sessions, loss.frames, loss.size) == (2, 3, 22)
    assert loss.words() == (
        "2 sessions as a whole (and 3 frames) are missing, 22 bytes,"
        " from 2026-09-21T14:13:19.000000Z to 2026-09-21T14:13:22.000000Z"
    )
    assert loss.gap(7) == Noted(7, "gap", loss.words(), 3)
