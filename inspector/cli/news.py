"""What a running proxy says on standard output."""

import json
import os
import select
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from inspector.cli.output import print_json

MOST_TROUBLE = 400
"""Characters of a trouble that are said: a pipe takes a line of them in one piece."""


class News:
    """JSON lines: first where it listens, then what befalls the record."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._lock = threading.Lock()
        self._is_listening = False
        self._trouble: str | None = None

    def listening(self, urls: Sequence[str], capture: Path) -> None:
        """Say where it listens, and what was wrong before."""
        with self._lock:
            first = {"listening": urls[0], "listeners": urls, "upstream": self._upstream, "capture": str(capture)}
            print_json(first)
            self._is_listening = True
            if self._trouble is not None:
                _say_or_not({"trouble": self._trouble})

    def told(self, trouble: str | None) -> None:
        """Say what is wrong with the record, None when all is well again. Never waits, never raises."""
        with self._lock:
            self._trouble = trouble and trouble[:MOST_TROUBLE]
            if self._is_listening:
                _say_or_not({"trouble": self._trouble})


def _say_or_not(record: Mapping[str, str | None]) -> None:
    """Print a JSON line in one piece; where nobody reads, nothing."""
    with suppress(OSError, ValueError, AttributeError):  # standard output may be closed, or not there at all
        place = sys.stdout.fileno()
        if select.select([], [place], [], 0)[1]:
            os.write(place, f"{json.dumps(record)}\n".encode())
