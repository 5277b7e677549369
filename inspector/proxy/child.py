"""Another part of the program in a process of its own: it says JSON lines, and ends when its standard input does."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any, Self

from inspector.errors import InspectorError
from inspector.store.pipe import readable

START_SECONDS = 30.0
STOP_SECONDS = 8.0

PIECE = 65536
"""Bytes that are read at once."""


class Child:
    """Runs ``python ARGUMENTS`` in a session of its own, so that Ctrl-C reaches the parent alone.

    What it complains of is kept until it ends, so that it can't write over the screen.
    """

    def __init__(self, *arguments: str) -> None:
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop
        self._heard = bytearray()
        self._is_silent = self._told_end = False
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            bufsize=0,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def read(self, seconds: float = START_SECONDS) -> dict[str, Any]:
        """Read its next line. Raises :class:`InspectorError` if it ends or stays silent instead."""
        deadline = time.monotonic() + seconds
        while (record := self._next()) is None:
            if self._is_silent or not self._listen(max(0.0, deadline - time.monotonic())):
                raise InspectorError(self._why_silent(seconds))
        return record

    def news(self) -> Iterator[dict[str, Any]]:
        """Yield the lines that have come since, without waiting; at its end, once, ``{"ended": WHY}``."""
        while self._listen(0):
            pass
        while (record := self._next()) is not None:
            yield record
        if self._is_silent and not self._told_end and self.process.poll() is not None:
            self._told_end = True
            yield {"ended": self._last_words()}

    def _listen(self, seconds: float) -> bool:
        """Take what it says, or wait so long for it; tell whether there was something to take, its end for one."""
        if self._is_silent:
            return False
        assert self.process.stdout is not None
        ready = readable(self.process.stdout.fileno(), seconds)
        if ready:
            piece = self.process.stdout.read(PIECE)
            self._heard += piece
            self._is_silent = not piece
        return ready

    def _next(self) -> dict[str, Any] | None:
        """Return what the next line says, None while there is no whole line."""
        line, end, rest = self._heard.partition(b"\n")
        if not end:
            return None
        self._heard = rest
        record: dict[str, Any] = json.loads(line)
        return record

    def _why_silent(self, seconds: float) -> str:
        if not self._is_silent:
            return f"a part of the program said nothing for {seconds:g} s"
        self.process.wait(STOP_SECONDS)
        return self._last_words()

    def _last_words(self) -> str:
        """Return why it ended: its last complaint, if it was not killed."""
        code = self.process.returncode
        if code < 0:
            return f"it was ended by signal {-code}"
        said = self._said().rpartition("\n")[2].removeprefix("ocpp-inspector: ")
        return said or f"it ended with exit code {code}"

    def write(self, line: str) -> None:
        """Send it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    def stop(self) -> str:
        """End it, and return what it complained of meanwhile. Once is enough."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        said = self._said()
        self._complaints.close()
        return said

    def _said(self) -> str:
        if self._complaints.closed:
            return ""
        self._complaints.seek(0)
        return self._complaints.read().strip()
