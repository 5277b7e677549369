"""Whether the process that writes a session is still there: without it, a session without an end is not open."""

import os
import time
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")


def signature() -> str:
    """Name this process so that no other, here or elsewhere, is taken for it; empty where that can't be known."""
    try:
        return f"{_machine()} {os.getpid()} {_started(os.getpid())}"
    except (OSError, IndexError):
        return ""


def is_gone(writer: str) -> bool:
    """Tell whether a process is known to have ended. It is asked at most once a second."""
    return _is_gone(writer, int(time.monotonic()))


@lru_cache(maxsize=64)
def _is_gone(writer: str, _second: int) -> bool:
    boot, _, rest = writer.partition(" ")
    space, _, process = rest.partition(" ")
    number, _, started = process.partition(" ")
    if not started:
        return False
    try:
        here_boot, here_space = _machine().split(" ")
        if here_boot != boot or here_space != space:  # the processes of another container can't be seen
            return here_boot != boot
        return _started(int(number)) != started
    except FileNotFoundError:
        return True
    except (OSError, IndexError, ValueError):
        return False


def _machine() -> str:
    """Return what tells this boot of this machine, and the space that process numbers are counted in."""
    boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return f"{boot} {(_PROC / 'self/ns/pid').stat().st_ino}"


def _started(process: int) -> str:
    """Return when a process began, in ticks since the boot: numbers are given anew. Nothing for one that has ended."""
    state, *fields = (_PROC / str(process) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
