"""Clean sessions have no finding of any family: a false alarm costs more than a miss."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Controlled, Event, Opened, Received, Ticked
from inspector.protocol.finding import Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import Version
from tests.protocol import clean_16, clean_16_odd, clean_201, clean_201_odd
from tests.protocol.talk import Talk
from tests.protocol.wire import SECOND, STATION

Story = Callable[[], Talk]

STORIES: dict[str, Story] = {
    **{f"1.6-{story.__name__}": story for story in (*clean_16.SESSIONS, *clean_16_odd.SESSIONS)},
    **{
        f"{story.args[0]}-{story.func.__name__}" if isinstance(story, partial) else f"2.1-{story.__name__}": story
        for story in (*clean_201.SESSIONS, *clean_201_odd.SESSIONS)
    },
}

CALL = 2

CUTS = 12
"""Places at which each story is cut."""


@cache
def told(name: str) -> tuple[Event, ...]:
    return tuple(STORIES[name]().events)


@cache
def version_of(name: str) -> Version:
    return STORIES[name]().version


each_story = pytest.mark.parametrize("name", STORIES)


def said_of(events: Iterable[Event], *, version: Version | None = None) -> list[str]:
    """Return all that is found, in words that tell where to look."""
    station, inspection, words = Station(), None, []
    for event in events:
        if isinstance(event, Opened) or inspection is None:
            inspection = Inspection(version, station=station)
        found = inspection.observe(event).findings
        words += [_words(finding, event) for finding in found]
    return words


def _words(finding: Finding, event: Event) -> str:
    raw = f" {event.raw!r:.200}" if isinstance(event, Received) else f" {type(event).__name__}"
    return f"{finding.code} {finding.message} ({finding.hint}) at{raw}"


@each_story
def test_a_clean_session_has_no_finding(name: str) -> None:
    assert said_of(told(name)) == []


@each_story
def test_a_clean_session_has_no_finding_without_ticks_and_pings(name: str) -> None:
    """As a log of frames alone tells it."""
    assert said_of(event for event in told(name) if not isinstance(event, Ticked | Controlled)) == []


@each_story
def test_a_clean_session_has_no_finding_with_a_tick_every_minute(name: str) -> None:
    """A recorder's clock ticks whatever happens."""
    assert said_of(ticking(told(name))) == []


def ticking(events: Iterable[Event]) -> Iterator[Event]:
    for event, following in pairwise(events):
        yield event
        if not isinstance(event, Closed):
            for time_ns in range(event.time_ns + 1, min(following.time_ns, event.time_ns + 3600 * SECOND), 60 * SECOND):
                yield Ticked(time_ns)


@each_story
def test_the_frames_of_a_clean_session_have_no_finding_without_their_times(name: str) -> None:
    """As a file of frames tells it: nobody knows when they came, nor of a handshake."""
    frames = (event._replace(time_ns=0) for event in told(name) if isinstance(event, Received))
    assert said_of(frames, version=version_of(name)) == []


@each_story
def test_a_log_of_a_clean_session_may_begin_anywhere(name: str) -> None:
    """Also between a CALL and its answer: it was written by one who came later."""
    events = told(name)
    opened = next(event for event in events if isinstance(event, Opened))
    for cut in range(0, len(events), max(1, len(events) // CUTS)):
        rest = events[cut:]
        began = replace(opened, time_ns=rest[0].time_ns, origin="import")
        assert (cut, said_of([began, *rest])) == (cut, [])


@each_story
def test_a_clean_session_may_be_recorded_from_any_reconnect_on(name: str) -> None:
    """A proxy is put in between two exchanges: the station comes back and goes on where it was."""
    events = told(name)
    opened = next(event for event in events if isinstance(event, Opened))
    begins = list(between_exchanges(events))
    for cut in begins[:: max(1, len(begins) // CUTS)]:
        rest = events[cut:]
        assert (cut, said_of([replace(opened, time_ns=rest[0].time_ns - SECOND), *rest])) == (cut, [])


def between_exchanges(events: Iterable[Event]) -> Iterator[int]:
    """Yield where the station says something and nothing is open."""
    waiting = set()
    for number, event in enumerate(events):
        if isinstance(event, Received):
            kind, message_id = json.loads(event.raw)[:2]
            if kind != CALL:
                waiting.discard((event.sender.peer, message_id))
                continue
            if not waiting and event.sender is STATION:
                yield number
            waiting.add((event.sender, message_id))


@each_story
def test_the_recording_of_a_clean_session_may_end_anywhere(name: str) -> None:
    """The proxy is stopped, in mid-exchange too."""
    events = told(name)
    for cut in range(1, len(events), max(1, len(events) // CUTS)):
        begun = events[:cut]
        stopped = Closed(begun[-1].time_ns + SECOND, None, "the proxy was stopped", "proxy")
        assert (cut, said_of([*begun, *([] if isinstance(begun[-1], Closed) else [stopped])])) == (cut, [])
