"""The end that comes from outside."""

import os
import signal

from inspector.tui.hang_up import heeding


def test_it_is_told_and_leaves_the_signals_as_they_were() -> None:
    """SIGCONT comes along with SIGHUP, and does nothing any more."""
    continued: list[str] = []
    mine = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT)}
    signal.signal(signal.SIGCONT, lambda *_: continued.append("set up anew"))
    told: list[int] = []
    try:
        with heeding(lambda: told.append(1)):
            for number in (signal.SIGHUP, signal.SIGCONT, signal.SIGTERM):
                os.kill(os.getpid(), number)
        assert (told, continued) == ([1, 1], [])
        assert [signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)] == list(mine.values())[:2]
    finally:
        for number, handler in mine.items():
            signal.signal(number, handler)
