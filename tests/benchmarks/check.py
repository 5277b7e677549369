"""Decode, all rules and schema check of every frame on one core, against ``ocpp``'s unpack and validate_payload."""

import asyncio
import gc
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

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

ROUNDS = 3
"""Runs, of which the fastest counts, for both: what else the machine does only ever adds."""


class Amount(NamedTuple):
    """How much is measured with."""

    exchanges: int = 5000
    rival_exchanges: int = 500
    flat_frames: int = 2_000_000


QUICK = Amount(exchanges=500, rival_exchanges=50, flat_frames=20_000)


def run(*, quick: bool = False) -> None:
    """Print the time a frame takes both, by kind and in all, and the memory of many sessions at work."""
    exchanges, rival_exchanges, flat_frames = QUICK if quick else Amount()
    print(f"{'frame':<34}{'share':>7}{'ours us':>10}{'ocpp us':>10}{'ratio':>8}")
    totals = []
    for version in MIX:
        frames = list(conversation(version, exchanges))
        few = frames[: 2 * rival_exchanges]
        gc.collect()
        gc.freeze()
        ours = min(_inspect(version, frames) for _ in range(ROUNDS)) / len(frames)
        theirs = min(asyncio.run(_validate(version, few)) for _ in range(ROUNDS)) / len(few)
        _by_kind(version, frames)
        _line(f"{version} all", 1 / len(MIX), ours, theirs)
        totals.append((ours, theirs))
    ours, theirs = (sum(each) / len(MIX) for each in zip(*totals, strict=True))
    _line("all", 1, ours, theirs)
    print(f"ours {1 / ours:,.0f} frames/s, ocpp {1 / theirs:,.0f} frames/s")
    _flat(flat_frames)


def _line(name: str, share: float, ours: float, theirs: float) -> None:
    print(f"{name:<34}{share:>7.1%}{ours * 1e6:>10.1f}{theirs * 1e6:>10.1f}{theirs / ours:>7.1f}x")


def _inspect(version: Version, frames: Sequence[Frame]) -> float:
    """Return the seconds all frames of a session took us; a finding would be a mistake of the traffic."""
    inspection = _open(version, "CP-1", Stations())
    began = time.perf_counter()
    for kind, time_ns, sender, raw in frames:
        if inspection.observe(Received(time_ns, sender, raw)).findings:
            raise AssertionError(f"the traffic is not clean: {kind} {raw}")
    return time.perf_counter() - began


async def _validate(version: Version, frames: Sequence[Frame]) -> float:
    """Return the seconds all frames took the package, which must be told the action of an answer."""
    ocpp.messages.ASYNC_VALIDATION = False
    asked: dict[str, str] = {}
    began = time.perf_counter()
    for frame in frames:
        message = ocpp.messages.unpack(frame.raw)
        if message.message_type_id == 2:
            asked[message.unique_id] = message.action
        else:
            message.action = asked.pop(message.unique_id)
        await ocpp.messages.validate_payload(message, version.value)
    return time.perf_counter() - began


def _by_kind(version: Version, frames: Sequence[Frame]) -> None:
    """Print a line for each kind of exchange: the CALL and its answer, together."""
    kinds = {frame.kind for frame in frames}
    for kind in sorted(kinds):
        few = [frame for frame in frames if frame.kind == kind]
        if len(few) < len(frames) / 100:
            continue
        inspection, ours = _open(version, "CP-2", Stations()), 0.0
        for frame in frames:
            began = time.perf_counter()
            inspection.observe(Received(frame.time_ns, frame.sender, frame.raw))
            ours += (time.perf_counter() - began) * (frame.kind == kind)
        theirs = asyncio.run(_validate(version, few[:200])) / len(few[:200])
        _line(f"{version} {kind}", len(few) / len(frames) / len(MIX), ours / len(few), theirs)


def _open(version: Version, station: str, stations: Stations) -> Inspection:
    inspection = Inspection(station=stations.of(station))
    subprotocol = next(name for name, spoken in SUBPROTOCOLS.items() if spoken is version)
    inspection.observe(Opened(0, station, path=f"/{station}", offered=(subprotocol,), subprotocol=subprotocol))
    return inspection


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
            for _, time_ns, sender, raw in said[number % 2]:
                session.observe(Received(time_ns, sender, raw))
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
