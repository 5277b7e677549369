"""Events: values that say what happened, and can't be changed after."""

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Event, Opened, Origin, Received, Ticked, Tls
from inspector.protocol.version import Party


def test_a_handshake_that_says_nothing_else_was_live_and_done() -> None:
    opened = Opened(1, "CP-1")
    assert (opened.http_status, opened.origin, opened.subprotocol) == (101, "live", None)
    assert (opened.offered, opened.headers, opened.tls) == ((), (), ())


EVENTS: list[Event] = [
    Opened(1, "CP-1"),
    Received(1, Party.STATION, "[]"),
    Controlled(1, Party.CSMS, Control.PING),
    Ticked(1),
    Closed(1),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_has_a_time_and_never_changes(event: Event) -> None:
    assert event.time_ns == 1
    with pytest.raises(AttributeError):
        event.time_ns = 3  # type: ignore[misc]
    assert event.time_ns == 1


def test_a_frame_comes_over_the_wire_unless_it_is_said_otherwise() -> None:
    assert Received(1, Party.STATION, "[]").origin is Origin.WIRE


def test_a_leg_is_named_by_its_far_end() -> None:
    """Of its certificate nothing is known unless it is said."""
    leg = Tls(Party.CSMS, "TLSv1.3")
    assert (leg.leg, leg.cipher, leg.certificate_ends_ns) == (Party.CSMS, "", None)
