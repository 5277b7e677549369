"""What carries the frames from the stations to the CSMS: nothing, a plain relay, mitmdump, and the inspector."""

import asyncio
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.processes import on_core, processor_seconds
from tests.peers import START_SECONDS, free_port, proxy

PATIENCE_SECONDS = 5.0
"""How long the record may make no progress before what is missing counts as lost."""

MITMDUMP = "from mitmproxy.tools.main import mitmdump; mitmdump()"


class Carrier:
    """What listens at a port of loopback; without a process it costs nothing, without a capture it keeps nothing."""

    def __init__(self, port: int, pid: int | None = None, capture: Path | None = None) -> None:
        self.port = port
        self.pid = pid
        self._capture = capture

    def processor_seconds(self) -> float:
        """Return the processor time it has used so far."""
        return processor_seconds(self.pid) if self.pid else 0.0

    async def keeps(self, frames: int) -> None:
        """Wait until the capture, if there is one, has so many frames; fail if no more are coming."""
        if self._capture is None:
            return
        with closing(sqlite3.connect(f"file:{self._capture}?mode=ro", uri=True)) as connection:
            kept, deadline = 0, time.monotonic() + PATIENCE_SECONDS
            while kept < frames:
                assert time.monotonic() < deadline, f"the capture has {kept} of {frames} frames"
                await asyncio.sleep(0.002)
                before = kept
                (kept,) = connection.execute("SELECT coalesce(max(id), 0) FROM frame").fetchone()
                if kept > before:
                    deadline = time.monotonic() + PATIENCE_SECONDS

    def findings(self) -> list[str]:
        """Return the codes of all findings, and how often each was raised."""
        if self._capture is None:
            return []
        with closing(sqlite3.connect(f"file:{self._capture}?mode=ro", uri=True)) as connection:
            counted = connection.execute("SELECT code, count(*) FROM finding GROUP BY code").fetchall()
        return [f"{code} x {count}" for code, count in counted]


Start = Callable[[int, Path], AbstractContextManager[Carrier]]
"""Takes the CSMS's port and a folder for files, and carries until it is left."""


@contextmanager
def direct(upstream: int, folder: Path) -> Iterator[Carrier]:
    """Carry nothing: the stations talk to the CSMS."""
    yield Carrier(upstream)


@contextmanager
def plain_relay(upstream: int, folder: Path) -> Iterator[Carrier]:
    """Run the relay that inspects nothing."""
    port = free_port()
    with _running("-m", "tests.benchmarks.plain_relay", f"ws://127.0.0.1:{upstream}", str(port), port=port) as carrier:
        yield carrier


@contextmanager
def mitmdump(upstream: int, folder: Path) -> Iterator[Carrier]:
    """Run mitmdump as it comes, told to be quiet: it records nothing."""
    port = free_port()
    options = ["--mode", f"reverse:http://127.0.0.1:{upstream}", "--listen-host", "127.0.0.1", "-p", str(port)]
    with _running("-c", MITMDUMP, *options, "-q", "--set", "flow_detail=0", port=port) as carrier:
        yield carrier


@contextmanager
def inspector(upstream: int, folder: Path) -> Iterator[Carrier]:
    """Run ``ocpp-inspector proxy``: everything decoded, checked by all rules, and kept."""
    capture = folder / "benchmark.db"
    with proxy(capture, f"ws://127.0.0.1:{upstream}") as (program, listening):
        port = urlsplit(listening).port
        assert port
        try:
            yield Carrier(port, program.process.pid, capture)
        finally:
            print(program.end()[1], end="", file=sys.stderr)  # what it complained of
    for file in folder.glob("benchmark.db*"):
        file.unlink()


CARRIERS: dict[str, Start] = {
    "direct": direct,
    "websockets relay": plain_relay,
    "mitmdump": mitmdump,
    "inspector": inspector,
}


@contextmanager
def carrying(name: str, upstream: int, folder: Path, core: int) -> Iterator[Carrier]:
    """Run a carrier, with all its processes on one core."""
    with ExitStack() as stack:
        with on_core(core):
            running = stack.enter_context(CARRIERS[name](upstream, folder))
        yield running


@contextmanager
def _running(*arguments: str, port: int) -> Iterator[Carrier]:
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    try:
        _wait_until_listening(process, port)
        yield Carrier(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        assert process.poll() is None and time.monotonic() < deadline, "it does not listen"
        time.sleep(0.02)
