"""What Linux tells of processes: a program and all that it started, their processor time and memory."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Stay on one processor core meanwhile, and let every process that is started stay there for good."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(folder.name)):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used, with those that are gone already."""
    times = [_stat(each)[11:15] for each in family(pid)]  # utime, stime, cutime, cstime
    return sum(int(ticks) for each in times for ticks in each) * TICK_SECONDS


def resident(pid: int) -> int:
    """Return the bytes of memory that a process and its descendants hold; what they share counts for each."""
    return sum(_resident(each) for each in family(pid))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on, none if it is gone (proc_pid_stat(5), fields 3 on)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
