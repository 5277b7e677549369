"""What is remembered of a station from session to session."""

from dataclasses import replace

import pytest

from inspector.protocol.context import PATIENCE_NS, Context, Station
from inspector.protocol.event import Opened
from inspector.protocol.knowledge.remembered import MOST_SAID, Once, Turns, remembered


class Part:
    """Something a family keeps."""


def session(station: Station, **fields: str) -> Context:
    """Begin a session of a station."""
    opening = replace(Opened(0, "CP-1", upstream="ws://csms/"), **fields)  # type: ignore[arg-type]
    return replace(Context.new(None, PATIENCE_NS, station), opening=opening)


def test_sessions_with_one_csms_share_a_part() -> None:
    station = Station()
    assert remembered(session(station), Part) is remembered(session(station), Part)


@pytest.mark.parametrize("fields", [{"upstream": "ws://other/"}, {"origin": "run"}, {"origin": "draft"}])
def test_another_world_has_a_part_of_its_own(fields: dict[str, str]) -> None:
    station = Station()
    first = remembered(session(station), Part)
    assert remembered(session(station, **fields), Part) is not first


def test_the_families_of_one_run_share_a_part_and_the_next_run_has_another() -> None:
    station = Station()
    run = session(station, origin="run")
    again = replace(run, opening=replace(run.opening or Opened(0, ""), time_ns=5))
    first = remembered(run, Part)
    assert remembered(run, Part) is first
    assert remembered(again, Part) is not first


def test_a_session_that_is_not_yet_open_changes_nothing() -> None:
    """Families are made before the handshake is seen."""
    station = Station()
    first = remembered(session(station), Part)
    remembered(replace(session(station), opening=None), Part)
    assert remembered(session(station), Part) is first


def test_frames_without_a_handshake_share_a_part() -> None:
    bare = Context.new(None, PATIENCE_NS, Station())
    assert remembered(bare, Part) is remembered(bare, Part)


def test_something_is_said_once() -> None:
    once = Once()
    assert once("B001")
    assert not once("B001")
    assert once("B001", "other")
    assert ("B001",) in once
    assert ("B002",) not in once


def test_what_was_said_does_not_fill_the_memory() -> None:
    once = Once()
    assert sum(once(number) for number in range(10 * MOST_SAID)) == MOST_SAID


def test_sessions_are_counted() -> None:
    turns = Turns()
    first, second = turns.next(), turns.next()
    assert (first, second, turns.last) == (1, 2, 2)


def test_who_was_turned_away_is_in_no_other_world() -> None:
    context = Context.new(None, PATIENCE_NS, Station())
    context.opening = Opened(1, "CP-1", upstream="ws://csms")
    before = remembered(context, Part)
    context.opening = Opened(2, "CP-1", http_status=400)
    assert remembered(context, Part) is before
    context.opening = Opened(3, "CP-1", upstream="ws://other", http_status=None)
    assert remembered(context, Part) is not before
