"""Whether the process that writes is still there."""

import os
import signal
import subprocess
import sys

import pytest

from inspector.store import liveness
from inspector.store.liveness import is_gone, signature


@pytest.fixture(autouse=True)
def _ask_each_time() -> None:
    liveness._is_gone.cache_clear()


def test_this_process_is_there() -> None:
    assert signature()
    assert not is_gone(signature())


def test_a_process_that_was_killed_is_gone_also_before_anybody_waits_for_it() -> None:
    script = "from inspector.store.liveness import signature; print(signature(), flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    name = child.stdout.readline().strip()
    assert not is_gone(name)
    liveness._is_gone.cache_clear()
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(name)
    child.communicate()
    liveness._is_gone.cache_clear()
    assert is_gone(name)


def test_what_cannot_be_known_is_not_said() -> None:
    """Of layouts before the third, nor of another container on this machine."""
    boot, space, process, started = signature().split(" ")
    assert not is_gone("")
    assert not is_gone("nonsense")
    assert not is_gone(f"{boot} {int(space) + 1} {process} {started}")


def test_a_number_that_another_process_has_by_now_and_another_boot_are_gone() -> None:
    boot, space, process, _ = signature().split(" ")
    assert is_gone(f"{boot} {space} {process} 1")
    assert is_gone(f"other {space} {process} 1")
