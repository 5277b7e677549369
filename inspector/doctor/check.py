"""What an examination finds: each check with its verdict, and a bound on how long one may take."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

SECONDS = 5.0
"""How long one step of a check may take."""

Found = TypeVar("Found")


class State(StrEnum):
    """A verdict. A proxy with an error will not serve; one with a warning may serve some."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, the verdict, what is so, and what to do about it."""

    name: str
    state: State
    what: str
    todo: str = ""


def within(seconds: float, work: Callable[[], Found]) -> Found:
    """Do something that knows no timeout of its own. Raises :class:`TimeoutError`, and what it raises itself."""
    done: list[Found] = []
    failed: list[Exception] = []

    def worker() -> None:
        try:
            done.append(work())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=worker, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError
    return done[0]
