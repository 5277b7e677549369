"""Events: values that say what happened, and can't be changed after."""

import dataclasses

import pytest

from inspector.protocol.event import Closed, Event, Opened, Received, Ticked
from inspector.protocol.version import Party


def test_a_handshake_that_says_nothing_else_was_live_and_done() -> None:
    opened = Opened(1, "CP-1")
    assert (opened.http_status, opened.origin, opened.subprotocol, opened.offered) == (101, "live", None, ())


@pytest.mark.parametrize("event", [Opened(1, "CP-1"), Received(1, Party.STATION, "[]"), Ticked(1), Closed(1)])
def test_an_event_has_a_time_and_never_changes(event: Event) -> None:
    assert event.time_ns == 1
    assert dataclasses.replace(event, time_ns=2).time_ns == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.time_ns = 3  # type: ignore[misc]
