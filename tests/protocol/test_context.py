"""What the rules know beside the frame at hand, and for how long."""

from inspector.protocol import context as module
from inspector.protocol.context import FOREVER, LAST_FRAMES, MOST_STATIONS, PATIENCE_NS, Context, Station, Stations
from inspector.protocol.event import Received
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import Version
from tests.protocol.wire import STATION, call


class Counted:
    """A part of a station's memory that some family keeps."""

    def __init__(self) -> None:
        self.count = 0


class Other:
    """Another one."""


def test_a_part_of_a_station_is_made_once() -> None:
    """Each family finds its own again."""
    station = Station()
    station.part(Counted).count += 1
    assert station.part(Counted).count == 1
    assert isinstance(station.part(Other), Other)
    assert station.part(Other) is station.part(Other)


def test_a_station_is_known_by_its_name() -> None:
    stations = Stations()
    assert stations.of("A") is stations.of("A")
    assert stations.of("A") is not stations.of("B")


def test_a_station_without_a_name_is_nobody_we_met() -> None:
    stations = Stations()
    assert stations.of("") is not stations.of("")


def test_the_station_that_was_not_heard_of_for_longest_is_forgotten() -> None:
    stations = Stations()
    known = {name: stations.of(name) for name in ("A", "B")}
    stations.of("A")
    for number in range(MOST_STATIONS - 1):
        stations.of(f"{number}")
    assert stations.of("A") is known["A"]
    assert stations.of("B") is not known["B"]


def test_the_soonest_wake_up_counts() -> None:
    context = Context.new(Version.V16, PATIENCE_NS, Station())
    assert context.wake_ns == FOREVER
    for time_ns in (30, 10, 20):
        context.wake_at(time_ns)
    assert context.wake_ns == 10


def test_the_last_frames_are_remembered_briefly() -> None:
    """Oldest first, and no more than a few."""
    inspection = Inspection(Version.V16)
    for number in range(1, LAST_FRAMES + 3):
        inspection.observe(Received(number, STATION, call(message_id=f"{number}")))
    recent = inspection._context.recent
    assert [brief.number for brief in recent] == list(range(3, LAST_FRAMES + 3))
    assert {(brief.sender, brief.action) for brief in recent} == {(STATION, "Heartbeat")}


def test_nothing_else_is_kept_without_a_bound() -> None:
    """Each container of the context says how long it may grow."""
    context = Context.new(None, PATIENCE_NS, Station())
    assert context.recent.maxlen == module.LAST_FRAMES
