"""A terminal without a screen: runs a program in a real pty, and tells when it has drawn what."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.processes import processor_seconds

WIDTH, HEIGHT = 160, 50
SYNCHRONISES = b"\x1b[?2026;2$y"
"""The answer of a terminal that draws a picture at once, see `ECMA-48` private mode 2026."""

ASKS = b"\x1b[?2026$p"
PICTURE = b"\x1b[?2026l"
"""The end of a picture."""

PATIENCE_SECONDS = 60.0
MOST_REST_SECONDS = 5.0


class Terminal:
    """A program, its keyboard and what it wrote. Times are seconds."""

    def __init__(self, command: Sequence[str]) -> None:
        self._pictures = b""
        own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self._own = own
        self.began = time.monotonic()
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self.pid = self._process.pid

    def press(self, keys: bytes) -> float:
        """Write keys, and return when that was."""
        self.read(0)
        self._pictures = b""
        os.write(self._own, keys)
        return time.monotonic()

    def shows(self, what: str) -> float:
        """Wait until a picture holds what a pattern finds, since the last key; return when it was complete."""
        pattern = re.compile(what.encode())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            complete, _, _ = self._pictures.rpartition(PICTURE)
            if pattern.search(complete):
                return time.monotonic()
            self.read(1)
        raise TimeoutError(f"{what} was not drawn; the last was {self._pictures[-2000:]!r}")

    def read(self, seconds: float) -> bool:
        """Take what the program writes within a time; False if there was nothing."""
        if not select.select([self._own], [], [], seconds)[0]:
            return False
        said = os.read(self._own, 1 << 16)
        if ASKS in said:
            os.write(self._own, SYNCHRONISES)
        self._pictures += said
        return True

    def rest(self, quiet: float = 0.3) -> None:
        """Wait until nothing has been drawn for a while; a clock on the screen may never be quiet."""
        deadline = time.monotonic() + MOST_REST_SECONDS
        while self.read(quiet) and time.monotonic() < deadline:
            pass

    def processor_seconds(self) -> float:
        """Return the processor time it has used so far."""
        return processor_seconds(self.pid)

    def most_memory(self) -> int:
        """Return the most bytes of memory that it has held (proc_pid_status(5), VmHWM)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def close(self) -> None:
        """End the program."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._own)


@contextmanager
def terminal(*command: str) -> Iterator[Terminal]:
    """Run a program in a terminal."""
    opened = Terminal(command)
    try:
        yield opened
    finally:
        opened.close()
