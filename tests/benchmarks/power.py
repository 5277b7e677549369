"""What a loss of power takes from a capture, durable or not: the recorder's writes are traced, and cut off by chance.

What was written to a file since it was last synced may survive or not: each cut is tried with nothing of it, and with
half of it. That a file is there, or gone, is taken for lasting. It takes Linux and ``strace``.
"""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.processes import family
from tests.benchmarks.verdict import verdict
from tests.store.feeder import frame

MOST_MS = 50.0
"""How much a durable recording may lose."""

CALLS = "pwrite64,ftruncate,fsync,fdatasync,unlink"
TRACE = ("strace", "-f", "-ttt", "-T", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS}")


class Deed(NamedTuple):
    """What was done to a file, done by a time (Unix s): bytes written at an offset, or its size, or its end."""

    done: float
    call: str
    file: str
    offset: int = 0
    data: bytes = b""


class Left(NamedTuple):
    """What a cut left: how many frames, how long before it the last of them was fed, whether all is in order."""

    frames: int
    missing_ms: float
    sound: bool


class Disk:
    """What files hold, and what was done to them since they were last synced."""

    def __init__(self) -> None:
        self._synced: dict[str, bytearray] = {}
        self._rest: defaultdict[str, list[Deed]] = defaultdict(list)

    def take(self, deed: Deed) -> None:
        """Take a deed, in the order of time."""
        if deed.call in {"fsync", "fdatasync"}:
            content = self._synced.setdefault(deed.file, bytearray())
            for each in self._rest.pop(deed.file, []):
                _do(content, each)
        elif deed.call == "unlink":
            self._synced.pop(deed.file, None)
            self._rest.pop(deed.file, None)
        else:
            self._rest[deed.file].append(deed)

    def after_a_cut(self, chance: random.Random | None = None) -> dict[str, bytes]:
        """Return what is on the disk when the power is gone: by chance also half of what was not synced."""
        files = {file: bytearray(content) for file, content in self._synced.items()}
        for file, rest in self._rest.items() if chance else ():
            for deed in rest:
                if chance and chance.random() < 0.5:
                    _do(files.setdefault(file, bytearray()), deed)
        return {file: bytes(content) for file, content in files.items()}


def _do(content: bytearray, deed: Deed) -> None:
    content.extend(bytes(max(0, deed.offset - len(content))))
    if deed.call == "ftruncate":
        del content[deed.offset :]
    else:
        content[deed.offset : deed.offset + len(deed.data)] = deed.data


def deeds(lines: Iterable[str], capture: str) -> Iterator[Deed]:
    """Read what a trace says of a capture and of what SQLite keeps beside it, in the order of time."""
    begun: dict[str, tuple[str, str]] = {}
    found = []
    for line in lines:
        thread, start, words = line.rstrip().split(maxsplit=2)
        if words.endswith(_UNFINISHED):
            begun[thread] = start, words.removesuffix(_UNFINISHED)
            continue
        if words.startswith("<... ") and thread in begun:
            start, beginning = begun.pop(thread)
            words = beginning + words.partition(" resumed>")[2]
        deed = _deed(float(start), words)
        if deed is not None and deed.file.startswith(capture):
            found.append(deed)
    yield from sorted(found, key=lambda deed: deed.done)


_UNFINISHED = " <unfinished ...>"
_HEX = r"((?:\\x[0-9a-f]{2})*)"
_CALL = re.compile(
    rf'(?P<call>\w+)\((?:\d+<{_HEX}>|"{_HEX}")(?:, "{_HEX}")?(?:, \d+)??(?:, (?P<offset>\d+))?\)'
    r" += \d+ <(?P<spent>[\d.]+)>"
)


def _deed(start: float, words: str) -> Deed | None:
    """Read one call, None for one that failed."""
    found = _CALL.fullmatch(words)
    if found is None:
        return None
    file, data = found[2] or found[3], found[4] or ""
    done = start + float(found["spent"])
    return Deed(done, found["call"], _bytes(file).decode(), int(found["offset"] or 0), _bytes(data))


def _bytes(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace(r"\x", ""))


def record(folder: Path, seconds: float, *, durable: bool) -> list[Deed]:
    """Record 2000 frames a second for a while, and return what was done to the files."""
    capture, trace = folder / "a.db", folder / "trace"
    program = [sys.executable, "-m", "tests.store.feeder", str(capture), str(folder / "journal")]
    with subprocess.Popen(
        [*TRACE, "-o", str(trace), *program, *(["durable"] if durable else [])], stdout=subprocess.PIPE
    ) as tracer:
        assert tracer.stdout is not None
        tracer.stdout.readline()
        time.sleep(seconds)
        for pid in family(tracer.pid)[1:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    with trace.open() as lines:
        return list(deeds((line for line in lines if "+++" not in line and "---" not in line), str(capture)))


def cut(done: Iterable[Deed], at: float, chance: random.Random | None) -> Left:
    """Cut the power at a time (Unix s), and look at the capture."""
    disk = Disk()
    for deed in done:
        if deed.done <= at:
            disk.take(deed)
    with tempfile.TemporaryDirectory() as folder:
        for file, content in disk.after_a_cut(chance).items():
            Path(folder, Path(file).name).write_bytes(content)
        with closing(sqlite3.connect(Path(folder, "a.db"))) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = connection.execute("SELECT raw, time_ns FROM frame ORDER BY id").fetchall()
    in_order = [raw for raw, _ in rows] == [frame(number) for number in range(1, len(rows) + 1)]
    last = rows[-1][1] / 1e9 if rows else 0.0
    return Left(len(rows), (at - last) * 1000, sound and in_order)


def run(*, quick: bool = False) -> None:
    """Print what is missing after cuts at many moments."""
    if shutil.which("strace") is None:
        print("strace is not there: nothing is measured")
        return
    seconds, cuts = (2.0, 5) if quick else (6.0, 50)
    for durable in (True, False):
        chance = random.Random(5)
        with tempfile.TemporaryDirectory() as folder:
            done = record(Path(folder), seconds, durable=durable)
            first = next(deed.done for deed in done if deed.call == "pwrite64" and deed.file.endswith("-wal"))
            moments = [chance.uniform(first + 1, done[-1].done) for _ in range(cuts)]
            left = [cut(done, at, each) for at in moments for each in (None, chance)]
        print(report(left, durable=durable))


def report(left: list[Left], *, durable: bool) -> str:
    """Say what was missing; without ``--durable`` only that what is there is in order."""
    worst, sound = max(each.missing_ms for each in left), all(each.sound for each in left)
    if durable:
        words = f"durable: {len(left)} cuts, at most the last {worst:.0f} ms are missing; promised {MOST_MS:.0f}"
        return verdict(sound and worst <= MOST_MS, words)
    kept = min(each.frames for each in left)
    return verdict(sound, f"not durable: {len(left)} cuts, all files open clean; {kept} frames are left at worst")
