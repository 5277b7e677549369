"""What to replay and how, and the scripts that follow from it."""

from dataclasses import dataclass
from pathlib import Path

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.proxy.address import parse_listen, parse_upstream
from inspector.replay.access import NOBODY, Access
from inspector.replay.pace import BY_ANSWERS, Pace
from inspector.replay.pattern import Change, Pattern
from inspector.replay.script import Script, of_station, script
from inspector.replay.unknown import Unknown
from inspector.store.reader import Reader

WAIT_SECONDS = 300.0
"""How long to wait for a station to connect: somebody may have to walk to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What to replay and how.

    ``sessions`` and all of ``stations`` in ``capture`` are played as ``role``: as the station against the CSMS at
    ``to``, or as the CSMS for who connects to ``listen``. Several sessions of a station are one script; as the CSMS
    there may be several stations. ``into`` is the capture of the run, the same if None, ``name`` what it is called.
    ``wait`` is how many seconds a station may take to connect.
    """

    capture: Path
    sessions: tuple[int, ...] = ()
    stations: tuple[str, ...] = ()
    role: Party = Party.STATION
    to: str = ""
    listen: str = ""
    into: Path | None = None
    name: str = ""
    station_id: str = ""
    access: Access = NOBODY
    cert: Path | None = None
    wait: float = WAIT_SECONDS
    pace: Pace = BY_ANSWERS
    faithful: bool = False
    unknown: Unknown = Unknown.NOT_IMPLEMENTED
    keep_ids: bool = False
    keep_times: bool = False
    changes: tuple[Change, ...] = ()
    ignored: tuple[Pattern, ...] = ()


def check(options: RunOptions) -> None:
    """Raise :class:`InspectorError` unless it is clear whom to play, and where the peer is."""
    if options.role is Party.STATION:
        parse_upstream(options.to)
    else:
        parse_listen(options.listen)


def scripts(reader: Reader, options: RunOptions) -> list[Script]:
    """Make a script for each station. Raises :class:`InspectorError` where there is nothing to play."""
    numbers = [*options.sessions, *(number for each in options.stations for number in of_station(reader, each))]
    by_station: dict[str, list[int]] = {}
    for number in dict.fromkeys(numbers):
        by_station.setdefault(reader.session(number).station, []).append(number)
    if not by_station:
        raise InspectorError("nothing to replay: choose a session or a station")
    if options.role is Party.STATION and len(by_station) > 1:
        raise InspectorError(f"sessions of {len(by_station)} stations: play one station at a time")
    return [script(reader, sorted(chosen), options.role) for chosen in by_station.values()]
