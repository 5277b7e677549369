"""How often a station shows that it is alive."""

from dataclasses import replace

import pytest

from inspector.protocol.context import PATIENCE_NS, Context, Station
from inspector.protocol.rules.heartbeats import LONGEST_S, SILENT, SLACK_NS, Heartbeats, interval_ns
from inspector.protocol.version import Version
from tests.protocol.wire import SECOND, opened


@pytest.fixture(name="context")
def _context() -> Context:
    return Context.new(Version.V16, PATIENCE_NS, Station())


def test_it_wakes_once_an_interval_and_not_with_each_frame(context: Context) -> None:
    """Months of frames cost one wake-up each three intervals."""
    context.opening = replace(opened(), hears_pings=True)
    beats = Heartbeats(context)
    beats.heard_ns = 100 * SECOND
    beats.ask(60 * SECOND)
    assert context.wake_ns == (100 + SILENT * 60) * SECOND + SLACK_NS
    beats.heard_ns = 200 * SECOND
    context.wake_ns = 10**30
    assert list(beats.ticked(290 * SECOND)) == []
    assert context.wake_ns == (200 + SILENT * 60) * SECOND + SLACK_NS


def test_who_was_never_heard_of_is_not_silent(context: Context) -> None:
    """Times are unknown then."""
    beats = Heartbeats(context)
    beats.ask(60 * SECOND)
    assert list(beats.ticked(10**18)) == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (300, 300),
        ("300", 300),
        *((none, 0) for none in (0, -1, None, "", "soon", "1e3", LONGEST_S + 1, "9" * 5000, "\u00b3")),
    ],
)
def test_an_interval_is_read_from_what_was_written(seconds: int | str | None, expected: int) -> None:
    assert interval_ns(seconds) == expected * SECOND
