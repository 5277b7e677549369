"""How long an import takes, from the command to a capture that is closed, and whether its memory grows."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from inspector.formats.jsonl import FORMAT, VERSION
from inspector.protocol import timestamp
from inspector.protocol.version import SUBPROTOCOLS, Version
from tests.benchmarks.processes import resident
from tests.benchmarks.traffic import NOON_NS, Frame, conversation
from tests.benchmarks.verdict import verdict

SECONDS = 60.0
"""What a million frames may take."""

MILLION = 1_000_000
GROWTH_MB = 40
"""How much more memory the end may take than the time after a tenth: what waits for the disk comes and goes."""

STATIONS = 20
MIX = (Version.V16, Version.V201)
LOOK_SECONDS = 0.1


class Measured(NamedTuple):
    """What an import took: seconds, and the bytes it held after a tenth and at most after that."""

    seconds: float
    warm: int
    most: int


def run(*, quick: bool = False) -> None:
    """Print how long it takes, what a frame takes of that, and whether that is fast and flat enough."""
    frames = 20_000 if quick else MILLION
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "traffic.jsonl")
        written = write(file, frames)
        measured = measure(file, Path(folder, "capture.db"), written)
    print(report(measured, written))


def report(measured: Measured, frames: int) -> str:
    """Say whether it was fast and flat enough."""
    seconds, (warm, most) = measured.seconds * MILLION / frames, (measured.warm / 1e6, measured.most / 1e6)
    words = f"{frames:,} frames in {measured.seconds:.1f} s, a million in {seconds:.1f} s; at most {SECONDS:.0f} s"
    grown = f"{warm:.1f} MB after a tenth, {most:.1f} MB at most; at most +{GROWTH_MB} MB"
    return "\n".join((verdict(seconds <= SECONDS, words), verdict(most - warm <= GROWTH_MB, grown)))


def write(file: Path, frames: int) -> int:
    """Write an export of the usual traffic, of stations that talk at once; return how many frames it has."""
    each = frames // STATIONS
    talks = [(number, MIX[number % len(MIX)]) for number in range(1, STATIONS + 1)]
    with file.open("w") as lines:
        lines.write(json.dumps({"format": FORMAT, "version": VERSION}) + "\n")
        for number, version in talks:
            lines.write(json.dumps(_session(number, version, each)) + "\n")
        streams = [(number, conversation(version, each // 2)) for number, version in talks]
        for _ in range(each):
            for number, stream in streams:
                lines.write(json.dumps(_frame(number, next(stream))) + "\n")
    return each * STATIONS


def _session(number: int, version: Version, frames: int) -> dict[str, object]:
    name = next(name for name, each in SUBPROTOCOLS.items() if each is version)
    texts = dict.fromkeys(("path", "peer", "upstream"), "")
    return {
        "kind": "session",
        "id": number,
        "station": f"CP-{number}",
        **texts,
        "subprotocols_offered": [name],
        "subprotocol": name,
        "opened": timestamp.write(NOON_NS - 1),
        "http_status": 101,
        "headers": [],
        "frames": frames,
    }


def _frame(session: int, frame: Frame) -> dict[str, object]:
    return {
        "kind": "frame",
        "session": session,
        "time": timestamp.write(frame.time_ns),
        "sender": frame.sender,
        "origin": "wire",
        "raw": frame.raw,
        "findings": [],
    }


def measure(file: Path, capture: Path, frames: int) -> Measured:
    """Import a file with the command, and look at its memory meanwhile."""
    command = [sys.executable, "-m", "inspector", "import", str(file), "--capture", str(capture)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        levels = list(_levels(program))
        _, told = program.communicate()
    seconds = time.perf_counter() - began
    if program.returncode or f" {frames:,} frames" not in told:
        raise AssertionError(f"the import said: {told}")
    warm = levels[len(levels) // 10 :] or [0]
    return Measured(seconds, warm[0], max(warm))


def _levels(program: "subprocess.Popen[str]") -> Iterator[int]:
    """Yield the bytes a program holds, as long as it runs."""
    while program.poll() is None:
        level = resident(program.pid)
        if level:
            yield level
        time.sleep(LOOK_SECONDS)
