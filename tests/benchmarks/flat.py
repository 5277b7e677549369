"""Whether the memory of the proxy grows: with frames, with sessions that come and go, with connections that idle."""

import asyncio
import resource
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.carriers import Carrier, inspector
from tests.benchmarks.load import Field, field
from tests.benchmarks.processes import resident
from tests.benchmarks.talk import Talk, identity
from tests.benchmarks.verdict import verdict

MB = 1_000_000
GROWTH_MB = 10
"""What frames and sessions may add to the level after warm-up."""

CONNECTION_KB = 60
"""What an idle connection may take."""

STEP_SENDS = 9_000
STEP_CALLS = 500
WINDOW = 2000
STEP_FRAMES = STEP_SENDS + 2 * STEP_CALLS
"""Frames until the record is waited for: SENDs, and CALLs with their answers."""

STEP_SESSIONS = 10
FILES = 4096
"""Open files that 1000 connections take at both ends, and room."""


class Amount(NamedTuple):
    """How much is measured with."""

    frames: int = 1_000_000
    sessions: int = 5_000
    connections: int = 1_000


QUICK = Amount(frames=50_000, sessions=200, connections=100)


def run(*, quick: bool = False) -> None:
    """Print what the proxy and all its processes hold before and after, and whether that is flat."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
    amount = QUICK if quick else Amount()
    for measured in (frames(amount.frames), sessions(amount.sessions), idle(amount.connections)):
        print(asyncio.run(measured))


class Bench(NamedTuple):
    """A field, and an inspector before its CSMS."""

    there: Field
    carrier: Carrier

    async def level(self) -> int:
        """Return the bytes all processes hold when everything heard is kept."""
        await self.carrier.keeps(self.there.frames)
        assert self.carrier.pid
        return resident(self.carrier.pid)


@asynccontextmanager
async def _bench() -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        async with field() as (there, port):
            with inspector(port, Path(folder)) as carrier:
                yield Bench(there, carrier)
                assert not carrier.findings(), carrier.findings()


async def frames(count: int) -> str:
    """One connection of many frames, most of them SENDs of OCPP 2.1."""
    levels = []
    async with _bench() as bench:
        (station,) = await bench.there.stations(bench.carrier.port, ["CP"], Talk("ocpp2.1"))
        for _ in range(count // STEP_FRAMES):
            station.talk = bench.there.talk = Talk("ocpp2.1")  # with the time of now
            await bench.there.flood(station, STEP_SENDS, 3600, WINDOW)
            for _ in range(STEP_CALLS):
                station.number += 1
                await station.ask(identity("m", station.number))
            levels.append(await bench.level())
        await station.close()
    return growth(levels, f"{count:,} frames of one connection")


async def sessions(count: int) -> str:
    """Stations that boot, and then come back to send one sample and leave again."""
    levels = []
    async with _bench() as bench:
        names = bench.there.names(STEP_SESSIONS)
        for number in range(count // STEP_SESSIONS):
            talk = Talk("ocpp1.6")
            stations = await bench.there.stations(bench.carrier.port, names, talk, prelude=number == 0)
            await asyncio.gather(*(station.ask(identity("m", 1)) for station in stations))
            await asyncio.gather(*(station.close() for station in stations))
            levels.append(await bench.level())
    return growth(levels, f"{count:,} sessions that came and went")


def growth(levels: list[int], what: str) -> str:
    """Say how the levels after a tenth of it compare with the last and the highest after that."""
    warm = levels[len(levels) // 10]
    last, highest = (f"{(level - warm) / MB:+.1f} MB" for level in (levels[-1], max(levels[len(levels) // 10 :])))
    grown = (levels[-1] - warm) / MB
    return verdict(
        grown <= GROWTH_MB,
        f"{what}: {warm / MB:.1f} MB after a tenth, {last} at the end, {highest} at most; at most +{GROWTH_MB} MB",
    )


async def idle(count: int) -> str:
    """Connections of which nothing is heard, and then a boot of each, which is told but not judged."""
    async with _bench() as bench:
        talk = Talk("ocpp1.6")
        for station in await bench.there.stations(bench.carrier.port, bench.there.names(STEP_SESSIONS), talk):
            await station.close()
        before = await bench.level()
        stations = await bench.there.stations(bench.carrier.port, bench.there.names(count), talk, prelude=False)
        await stations[0].ask(talk.prelude[0])  # when this is kept, so are the openings before it
        silent = (await bench.level() - before) / count / 1000
        for station in stations[1:]:
            await station.ask(talk.prelude[0])
        booted = (await bench.level() - before) / count / 1000
        await asyncio.gather(*(station.close() for station in stations))
    return verdict(
        silent <= CONNECTION_KB,
        f"{count:,} idle connections: {silent:.1f} kB each, {booted:.1f} kB when they have booted;"
        f" at most {CONNECTION_KB} kB",
    )
