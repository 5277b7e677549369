"""What the system says when the terminal is closed, or when the program is to end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def heeding(end: Callable[[], object]) -> Iterator[None]:
    """Call ``end`` when the terminal is gone (SIGHUP) or the program is told to end (SIGTERM)."""

    def told(*_: object) -> None:
        signal.signal(signal.SIGCONT, _nothing)
        end()

    before = {number: signal.signal(number, told) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _nothing(*_: object) -> None:
    """Do nothing: a terminal that is closed sends SIGCONT, too, at which Textual would set it up anew."""
