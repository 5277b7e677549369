"""What carrying costs: the same load through nothing, a plain relay, mitmdump and the inspector, on one core each.

The other core runs the stations and the CSMS. What the inspector carries counts when the capture has it.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from tests.benchmarks.carriers import CARRIERS, Carrier, carrying
from tests.benchmarks.load import Field, Station, field
from tests.benchmarks.processes import on_core
from tests.benchmarks.talk import Talk
from tests.benchmarks.verdict import verdict

ROUNDS = 5
SECONDS = 3.0
"""How long the load of a cell lasts."""

WARM_SHARE = 1 / 6
"""How long a carrier is warmed up first, as a part of that."""

MESSAGES = 100_000
"""The most that are sent one way, so that what waits for the record stays within its bound."""

WINDOW = 2000
"""The most that are on their way at once, one way: 600 kB, ten times what a proxy reads at once."""

PAUSE_SECONDS = 0.004
"""Between the round trips of an idle connection."""

Loading = Callable[[Field, list[Station], float], Awaitable[list[float]]]
"""Loads a carrier for some seconds through stations that are connected; returns the seconds of each round trip."""


async def _ping_pong(there: Field, stations: list[Station], seconds: float) -> list[float]:
    trips = await asyncio.gather(*(station.talk_on(seconds) for station in stations))
    return list(chain.from_iterable(trips))


async def _now_and_then(there: Field, stations: list[Station], seconds: float) -> list[float]:
    return await stations[0].talk_on(seconds, PAUSE_SECONDS)


async def _one_way(there: Field, stations: list[Station], seconds: float) -> list[float]:
    await there.flood(stations[0], MESSAGES, seconds, WINDOW)
    return []


class Cell(NamedTuple):
    """One kind of load."""

    subprotocol: str
    connections: int
    loading: Loading


CELLS = {
    "20 connections": Cell("ocpp1.6", 20, _ping_pong),
    "200 connections": Cell("ocpp1.6", 200, _ping_pong),
    "one way": Cell("ocpp2.1", 1, _one_way),
    "one idle connection": Cell("ocpp1.6", 1, _now_and_then),
}


class Figures(NamedTuple):
    """What one cell measured of one carrier, or the medians of several times.

    ``relayed`` is frames a second until the last one arrived, ``kept`` until the last one was in the capture (where
    nothing is kept, the same) and ``late`` the seconds between these two; ``cost`` is processor microseconds a frame of
    all the carrier's processes; ``p50`` and ``p99`` are round trips in microseconds, 0 where there are none.
    """

    relayed: float
    kept: float
    late: float
    cost: float
    p50: float = 0.0
    p99: float = 0.0


Table = dict[tuple[str, str], Figures]
"""By cell and carrier."""


def run(*, quick: bool = False) -> None:
    """Print what every carrier did in every cell, the medians of all rounds, and how the inspector compares."""
    cores = sorted(os.sched_getaffinity(0))
    with on_core(cores[-1]):
        table = asyncio.run(measure(1 if quick else ROUNDS, 1.0 if quick else SECONDS, cores[0]))
    _print_table(table)
    for line in verdicts(table):
        print(line)


async def measure(rounds: int, seconds: float, core: int, carriers: Iterable[str] = CARRIERS) -> Table:
    """Load every carrier, in turn and several times, with its processes on one core."""
    measured: dict[tuple[str, str], list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name in carriers:
                async with field() as (there, port):
                    with carrying(name, port, Path(folder), core) as carrier:
                        await _load(there, carrier, CELLS["20 connections"], WARM_SHARE * seconds)
                        for title, cell in CELLS.items():
                            figures = await _load(there, carrier, cell, seconds)
                            measured.setdefault((title, name), []).append(figures)
                        assert not carrier.findings(), f"the load is not clean: {carrier.findings()}"
    return {each: Figures(*map(median, zip(*figures, strict=True))) for each, figures in measured.items()}


async def _load(there: Field, carrier: Carrier, cell: Cell, seconds: float) -> Figures:
    stations = await there.stations(carrier.port, there.names(cell.connections), Talk(cell.subprotocol))
    await carrier.keeps(there.frames)
    before, used, began = there.frames, carrier.processor_seconds(), time.perf_counter()
    trips = await cell.loading(there, stations, seconds)
    arrived = time.perf_counter()
    await carrier.keeps(there.frames)
    kept = time.perf_counter()
    frames, used = there.frames - before, carrier.processor_seconds() - used
    await asyncio.gather(*(station.close() for station in stations))
    percents = [each * 1e6 for each in quantiles(trips, n=100)] if trips else [0.0] * 99
    return Figures(
        frames / (arrived - began),
        frames / (kept - began),
        kept - arrived,
        used / frames * 1e6,
        percents[49],
        percents[98],
    )


def _print_table(table: Table) -> None:
    print(f"{'':<22}{'frames/s':>10}{'kept/s':>10}{'kept after':>12}{'us/frame':>10}{'p50 us':>9}{'p99 us':>9}")
    for title in CELLS:
        print(title)
        for name in CARRIERS:
            relayed, kept, late, cost, p50, p99 = table[title, name]
            print(f"    {name:<18}{relayed:>10,.0f}{kept:>10,.0f}{late:>10.2f} s{cost:>10.1f}{p50:>9,.0f}{p99:>9,.0f}")


class Bound(NamedTuple):
    """How the inspector shall compare in a cell: frames a second at least, or round trips at most, times a rival's."""

    cell: str
    rival: str
    figure: str
    times: float


BOUNDS = (
    Bound("20 connections", "mitmdump", "relayed", 4),
    Bound("20 connections", "websockets relay", "relayed", 0.75),
    Bound("200 connections", "mitmdump", "relayed", 4),
    Bound("one way", "mitmdump", "relayed", 10),
    Bound("one idle connection", "mitmdump", "p50", 0.4),
    Bound("one idle connection", "mitmdump", "p99", 0.5),
)


def verdicts(table: Table) -> Sequence[str]:
    """Return a line for each bound: what is asked, what was measured, and whether that will do."""
    return [(_rate_verdict if bound.figure == "relayed" else _trip_verdict)(table, bound) for bound in BOUNDS]


def _rate_verdict(table: Table, bound: Bound) -> str:
    ours, rival = table[bound.cell, "inspector"], table[bound.cell, bound.rival]
    ratio = ours.relayed / rival.relayed
    return verdict(
        ratio >= bound.times,
        f"{bound.cell}: {ratio:.2f} x the frames of {bound.rival} (until all were kept {ours.kept / rival.kept:.2f} x,"
        f" for {ours.cost / rival.cost:.2f} x the processor time a frame); at least {bound.times:g} x",
    )


def _trip_verdict(table: Table, bound: Bound) -> str:
    direct, ours, rival = (
        getattr(table[bound.cell, name], bound.figure) for name in ("direct", "inspector", bound.rival)
    )
    ratio = (ours - direct) / (rival - direct)
    return verdict(
        ratio <= bound.times,
        f"{bound.cell}: {ratio:.2f} x the {bound.figure} that {bound.rival} adds"
        f" ({ours - direct:,.0f} us, {rival - direct:,.0f} us); at most {bound.times:g} x",
    )
