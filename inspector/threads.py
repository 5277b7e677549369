"""How the threads of a process take turns."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.0002
"""How long a thread may keep another one waiting; Python's own 5 ms are long for who waits often."""


@contextmanager
def taking_turns() -> Iterator[None]:
    """Let no thread of this process keep another one waiting for long."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
