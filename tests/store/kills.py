"""Kills a feeder and its scribe's process, and counts what is missing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.store.feeder import frame


class Kill(NamedTuple):
    """What a kill left: frames fed, frames in the capture, how long before the end the first missing one was fed."""

    fed: int
    kept: int
    missing_ms: float
    sound: bool


def kill(folder: Path, seconds: float, *, parent_only: bool = False) -> Kill:
    """Feed for a while, kill -9, and look at the capture."""
    capture, journal = folder / "a.db", folder / "journal"
    feeder = subprocess.Popen(
        [sys.executable, "-m", "tests.store.feeder", str(capture), str(journal)], stdout=subprocess.PIPE, text=True
    )
    assert feeder.stdout is not None
    child = int(feeder.stdout.readline())
    time.sleep(seconds)
    if not parent_only:
        os.kill(child, signal.SIGKILL)
    feeder.kill()
    feeder.wait()
    feeder.stdout.close()
    while Path(f"/proc/{child}").exists():
        time.sleep(0.005)
    return _look(capture, journal)


def _look(capture: Path, journal: Path) -> Kill:
    fed = [int(line.split()[1]) for line in journal.read_text().splitlines() if line.count(" ") == 1]
    with closing(sqlite3.connect(capture)) as connection:
        raws = [row[0] for row in connection.execute("SELECT raw FROM frame ORDER BY id")]
        sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    in_order = raws == [frame(number) for number in range(1, len(raws) + 1)]
    missing_ms = (fed[-1] - fed[len(raws)]) / 1e6 if len(raws) < len(fed) else 0.0
    return Kill(len(fed), len(raws), missing_ms, sound and in_order)
