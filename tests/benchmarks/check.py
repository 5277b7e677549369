"""Decode, all rules and schema check of every frame on one core, against ``ocpp``'s unpack and validate_payload."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import ocpp.messages

from inspector.protocol.context import Stations
from inspector.protocol.event import Opened, Received
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import SUBPROTOCOLS, Version
from tests.benchmarks.traffic import Frame, conversation

MIX = (Version.V16, Version.V201)
"""Half of the frames are 1.6, half 2.0.1."""

SESSIONS = 1000
PAGE = 4096
"""Bytes of a memory page, in which /proc counts."""


def run(*, exchanges: int = 3000, rival_exchanges: int = 600, flat_frames: int = 2_000_000) -> None:
    """Print frames a second of both, by kind and in all, and the memory of many sessions at work."""
    ours, theirs = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for version in MIX:
        frames = list(conversation(version, exchanges))
        few = frames[: 2 * rival_exchanges]
        _inspect(version, few)
        asyncio.run(_validate(version, few[:200]))
        for measured, into in ((_inspect(version, frames), ours), (asyncio.run(_validate(version, few)), theirs)):
            for kind, seconds in measured:
                into[f"{version} {kind}"].append(seconds)
    _report(ours, theirs)
    if flat_frames:
        _flat(flat_frames)


def _inspect(version: Version, frames: Sequence[Frame]) -> list[tuple[str, float]]:
    """Return the seconds each frame took us, by kind; its finding would be a mistake."""
    inspection = _open(version, "CP-1", Stations())
    spent = []
    for frame in frames:
        began = time.perf_counter()
        observed = inspection.observe(Received(frame.time_ns, frame.sender, frame.raw))
        spent.append((frame.kind, time.perf_counter() - began))
        if observed.findings:
            raise AssertionError(f"the traffic is not clean: {observed.findings[0]} in {frame.raw}")
    return spent


async def _validate(version: Version, frames: Sequence[Frame]) -> list[tuple[str, float]]:
    """Return the seconds each frame took the package, which must be told the action of an answer."""
    ocpp.messages.ASYNC_VALIDATION = False
    asked: dict[str, str] = {}
    spent = []
    for frame in frames:
        began = time.perf_counter()
        message = ocpp.messages.unpack(frame.raw)
        if message.message_type_id == 2:
            asked[message.unique_id] = message.action
        else:
            message.action = asked.pop(message.unique_id)
        await ocpp.messages.validate_payload(message, version.value)
        spent.append((frame.kind, time.perf_counter() - began))
    return spent


def _open(version: Version, station: str, stations: Stations) -> Inspection:
    inspection = Inspection(station=stations.of(station))
    subprotocol = next(name for name, spoken in SUBPROTOCOLS.items() if spoken is version)
    inspection.observe(Opened(0, station, path=f"/{station}", offered=(subprotocol,), subprotocol=subprotocol))
    return inspection


def _report(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    print(f"{'frame':<34}{'share':>7}{'ours us':>10}{'ocpp us':>10}{'ratio':>8}")
    count = sum(map(len, ours.values()))
    for kind, spent in ours.items():
        mine, its = _mean(spent), _mean(theirs[kind])
        print(f"{kind:<34}{len(spent) / count:>7.1%}{mine * 1e6:>10.1f}{its * 1e6:>10.1f}{its / mine:>7.0f}x")
    mine = _mean([seconds for spent in ours.values() for seconds in spent])
    its = _mean([seconds for spent in theirs.values() for seconds in spent])
    print(f"{'all':<34}{'':>7}{mine * 1e6:>10.1f}{its * 1e6:>10.1f}{its / mine:>7.0f}x")
    print(f"ours {1 / mine:,.0f} frames/s, ocpp {1 / its:,.0f} frames/s")


def _mean(spent: Sequence[float]) -> float:
    return sum(spent) / len(spent)


def _flat(frames: int) -> None:
    """Feed many sessions in turn, and print the memory after a tenth of the frames and after all."""
    stations = Stations()
    sessions = [_open(MIX[number % 2], f"CP-{number}", stations) for number in range(SESSIONS)]
    rounds = frames // SESSIONS // 2
    talks = [conversation(version, rounds) for version in MIX]
    warm, began = 0, time.perf_counter()
    for each in range(rounds):
        said = [[next(talk), next(talk)] for talk in talks]
        for number, session in enumerate(sessions):
            for frame in said[number % 2]:
                session.observe(Received(frame.time_ns, frame.sender, frame.raw))
        if each == rounds // 10:
            warm = _resident()
    seconds = time.perf_counter() - began
    grown = (_resident() - warm) / 1e6
    print(
        f"{frames:,} frames of {SESSIONS} open sessions: {frames / seconds:,.0f} frames/s,"
        f" {warm / 1e6:.0f} MB after a tenth, {grown:+.1f} MB at the end"
    )


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
