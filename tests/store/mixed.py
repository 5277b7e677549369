"""A capture with more than traffic in it: drafts, and runs of a day later."""

from collections.abc import Iterable
from pathlib import Path

from inspector.protocol.event import Closed, Noted, Received
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, START_NS, STATION, Said, opened

CODE, ONLY_IN_RUNS = "S104", "F001"
"""Of the findings: one that is everywhere, and one of the last run."""

DAY_NS = 86_400 * 1_000_000_000


def mixed_capture(path: Path, recorded: Iterable[Said] = (*BOOT, *BROKEN)) -> Path:
    """Record a live session (1; none if nothing is said in it), two drafts (2, 3) and two runs (4, 5)."""
    writer = Writer(path)
    lines = list(recorded)
    told: list[tuple[str, int, list[Said]]] = [("live", START_NS, lines)] if lines else []
    told += [("draft", START_NS, [*BOOT, *BROKEN, (STATION, "[9]")])] * 2
    told += [("run", START_NS + DAY_NS, [*BOOT, *BROKEN])]
    told += [("run", START_NS + DAY_NS, [*BOOT, *BROKEN, (STATION, "{")])]
    for origin, time_ns, said in told:
        recording = Recording(writer, opened(origin=origin, time_ns=time_ns))
        for number, (sender, raw) in enumerate(said, 1):
            recording.feed(Received(time_ns + number * 10_000_000, sender, raw))
        if origin == "live" or raw == "{":
            recording.feed(Noted(time_ns + 900_000_000, "gap", "a disk was full"))
        recording.feed(Closed(time_ns + 950_000_000, 1000, "", "station"))
    writer.close()
    return path
