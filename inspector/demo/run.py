"""The demo from the outside: the field and the proxy as child processes, and their clean end."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from inspector.demo.field import BEATS
from inspector.errors import InspectorError

START_SECONDS = 30.0
STOP_SECONDS = 8.0


class Demo:
    """Starts the field and the proxy on entry, stops both on exit. No process outlives this one."""

    def __init__(self, capture: Path, seconds: float) -> None:
        self.capture = capture
        self._seconds = seconds
        self._children: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        try:
            self._field = self._start("-m", "inspector.demo.field", str(self._seconds))
            csms = _read(self._field, START_SECONDS)["csms"]
            patience = 2 * self._seconds / BEATS
            self._proxy = self._start(
                "-m",
                "inspector",
                "proxy",
                "--upstream",
                csms,
                "--listen",
                "127.0.0.1:0",
                "--capture",
                str(self.capture),
                "--patience",
                str(patience),
                "--stop-at-eof",
            )
            listening = _read(self._proxy, START_SECONDS)["listening"]
            assert self._field.stdin is not None
            self._field.stdin.write(f"{listening}\n")
            self._field.stdin.flush()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Wait until the stations are through."""
        result = _read(self._field, START_SECONDS + 4 * self._seconds)
        if not result.get("done"):
            raise InspectorError(f"the demo's stations failed: {result.get('error')}")

    def stop(self) -> None:
        """End the field first, so that the sessions close as the stations close them; then the proxy."""
        for child in self._children:
            assert child.stdin is not None
            child.stdin.close()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            assert child.stdout is not None
            child.stdout.close()
        self._children.clear()

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(  # noqa: S603 - our own modules. In a session of its own, so that Ctrl-C reaches this process alone
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._children.append(child)
        return child


def _read(child: subprocess.Popen[str], seconds: float) -> dict[str, Any]:
    """Read a child's next JSON line. Raises :class:`InspectorError` if it ends or stays silent instead."""
    assert child.stdout is not None
    ready, _, _ = select.select([child.stdout], [], [], seconds)
    line = child.stdout.readline() if ready else ""
    if not line:
        state = "ended" if ready else f"said nothing for {seconds:g} s"
        raise InspectorError(f"a part of the demo {state}: {child.args!r}")
    record: dict[str, Any] = json.loads(line)
    return record
