"""Another part of the program in a process of its own: it says JSON lines, and ends when its standard input does."""

import json
import os
import select
import subprocess
import sys
import tempfile
from typing import Any, Self

from inspector.errors import InspectorError

START_SECONDS = 30.0
STOP_SECONDS = 8.0


class Child:
    """Runs ``python ARGUMENTS`` in a session of its own, so that Ctrl-C reaches the parent alone.

    What it complains of is kept until it ends, so that it can't write over the screen.
    """

    def __init__(self, *arguments: str) -> None:
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def read(self, seconds: float = START_SECONDS) -> dict[str, Any]:
        """Read its next line. Raises :class:`InspectorError` if it ends or stays silent instead."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise InspectorError(self._why_silent(seconds, ended=bool(ready)))
        record: dict[str, Any] = json.loads(line)
        return record

    def _why_silent(self, seconds: float, *, ended: bool) -> str:
        if not ended:
            return f"a part of the program said nothing for {seconds:g} s"
        self.process.wait(STOP_SECONDS)
        said = self._said().removeprefix("ocpp-inspector: ")
        return said or "a part of the program ended"

    def write(self, line: str) -> None:
        """Send it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

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
