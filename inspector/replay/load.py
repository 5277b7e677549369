"""Many stations at once, clones of one: a load generator for a CSMS of one's own."""

import asyncio
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.connection import Connection

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.expectations import Answers
from inspector.replay.handshake import shaken
from inspector.replay.latency import Latencies
from inspector.replay.means import means_for
from inspector.replay.options import RunOptions, check, scripts
from inspector.replay.player import Player
from inspector.replay.station import StationLink
from inspector.replay.steps import Outcome, Verdict
from inspector.replay.texts import Texts
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.rows import Session
from inspector.store.writer import Writer

FILES_BESIDE = 256
"""Open files that this process needs beside the connections."""


NAMES = "CP-{n:04}"
"""What stations are called, unless it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How many stations, what they are called (``{n}`` is the number), over how many seconds they come, how often.

    Nothing is recorded unless ``run.into`` says where.
    """

    run: RunOptions
    stations: int
    station_id: str = NAMES
    ramp: float = 0.0
    repeat: int = 1

    def name(self, number: int) -> str:
        """Return the id of a station. Raises :class:`InspectorError` for a pattern that makes none."""
        try:
            return self.station_id.format(n=number)
        except (LookupError, ValueError, AttributeError) as error:
            raise InspectorError(f"{self.station_id}: no pattern of an id; write CP-{{n:04}}") from error


@dataclass(slots=True)
class Tally:
    """What came of it so far. ``failures`` are connections that were not to be had, or broke, by reason."""

    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    connected: int = 0
    most_connected: int = 0
    finished: int = 0
    exchanges: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    wrong: defaultdict[str, Counter[Verdict]] = field(default_factory=lambda: defaultdict(Counter))
    latencies: defaultdict[str, Latencies] = field(default_factory=lambda: defaultdict(Latencies))
    failures: Counter[str] = field(default_factory=Counter)

    def take(self, outcome: Outcome) -> None:
        """Count how a step went."""
        verdict, action = outcome.verdict, outcome.step.action
        self.verdicts[verdict] += 1
        if outcome.latency_ns is not None:
            self.exchanges += 1
            self.latencies[action].add(outcome.latency_ns)
        if verdict.is_difference:
            self.wrong[action][verdict] += 1

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def per_second(self) -> float:
        """Exchanges a second."""
        return self.exchanges / max(self.seconds, 1e-9)

    @property
    def errors(self) -> int:
        """How many steps did not go as recorded, and how many connections were not to be had."""
        return sum(count for verdict, count in self.verdicts.items() if verdict.is_difference) + self.failures.total()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what is to be told of each action: how many exchanges, how long they took, what went wrong."""
        for action in sorted({*self.latencies, *self.wrong}):
            found = self.latencies[action]
            yield {
                "action": action,
                "exchanges": found.count,
                "p50_ms": round(found.percentile(50) / 1e6, 3),
                "p90_ms": round(found.percentile(90) / 1e6, 3),
                "p99_ms": round(found.percentile(99) / 1e6, 3),
                "max_ms": round(found.longest_ns / 1e6, 3),
                "errors": {verdict.value: count for verdict, count in self.wrong[action].items()},
            }


class Load:
    """Plays one script as many stations, each with ids and bindings of its own, in one process.

    Raises :class:`InspectorError` where it can't begin.
    """

    def __init__(self, options: LoadOptions) -> None:
        self.options = options
        self.tally = Tally()
        self.stopped = False
        if options.name(1) == options.name(2) and options.stations > 1:
            raise InspectorError(f"{options.station_id}: all stations would have one id; write CP-{{n:04}}")
        if options.run.role is not Party.STATION:
            raise InspectorError("only stations can be many: --stations goes with --as station")
        check(options.run)
        self._reader = Reader(options.run.capture)
        self.script = scripts(self._reader, options.run)[0]
        self._texts = Texts(self._reader)
        self._tls = options.run.access.tls() if options.run.to.startswith("wss:") else None
        self._answers = Answers(self.script.steps)
        self._playing: asyncio.Future[Any] | None = None

    def stop(self) -> None:
        """End it: what is done is told."""
        before, self.stopped = self.stopped, True
        if self._playing is not None and not before:
            self._playing.cancel()

    async def play(self) -> Tally:
        """Play all stations to their end; return what came of it."""
        _allow_files(self.options.stations + FILES_BESIDE)
        into = self.options.run.into
        writer = Writer(into) if into else None
        self.tally.began = time.monotonic()
        self._playing = asyncio.gather(*(self._station(n, writer) for n in range(1, self.options.stations + 1)))
        try:
            with suppress(asyncio.CancelledError):
                await self._playing
        finally:
            self.tally.ended = time.monotonic()
            self._reader.close()
            if writer is not None:
                await asyncio.to_thread(writer.close)
        return self.tally

    async def _station(self, number: int, writer: Writer | None) -> None:
        """Be one station: come when it is its turn, and play the script so many times."""
        options, tally, name = self.options, self.tally, self.options.name(number)
        await asyncio.sleep(options.ramp * (number - 1) / options.stations)
        link = StationLink(
            options.run.to, options.run.access, station=name, timeout=options.run.pace.timeout, bare=True, tls=self._tls
        )
        for _ in range(options.repeat):
            presence = Presence(tally, name, writer, options.run.name)
            means = means_for(options.run, self.script, self._texts, self._answers, presence.begin, time.time_ns())
            player = Player(self.script, link, means, tally.take)
            try:
                await player.play()
                if player.ending:
                    tally.failures[player.ending] += 1
            except InspectorError as error:
                tally.failures[str(error).replace(name, "ID")] += 1
            finally:
                presence.end()
        tally.finished += 1


class Presence:
    """Counts a station as connected, from its first connection on, and records its sessions where that is wanted.

    ``name`` is what they are called.
    """

    def __init__(self, tally: Tally, station: str, writer: Writer | None, name: str = "") -> None:
        self._tally = tally
        self._name = name
        self._station = station
        self._writer = writer
        self._is_there = False

    def begin(self, session: Session, connection: Connection) -> Recording | None:
        """Take a connection."""
        if not self._is_there:
            self._is_there = True
            self._tally.connected += 1
            self._tally.most_connected = max(self._tally.most_connected, self._tally.connected)
        if self._writer is None:
            return None
        return Recording(self._writer, shaken(connection, session, self._station, self._name))

    def end(self) -> None:
        """Count it no more."""
        self._tally.connected -= self._is_there
        self._is_there = False


def _allow_files(count: int) -> None:
    """Raise the number of files that may be open. Raises :class:`InspectorError` where that is not allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise InspectorError(f"{count} open files are needed, the system allows {hard}: see `ulimit -n`")
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
