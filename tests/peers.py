"""Real programs for end-to-end tests: the proxy as a child process, and a CSMS that does as it is told."""

import asyncio
import json
import os
import select
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

START_SECONDS = 30.0


class Program:
    """A child process that speaks JSON lines on stdout."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def line(self) -> dict[str, Any]:
        """Read the next line; fail with what it complained of when there is none."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        assert line, f"no word from it; it said: {self.end(signal.SIGKILL)[1]}"
        record: dict[str, Any] = json.loads(line)
        return record

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


@contextmanager
def proxy(
    capture: Path, upstream: str, *options: str, start: Sequence[str] = ("-m", "inspector")
) -> Iterator[tuple[Program, str]]:
    """Run ``ocpp-inspector proxy``; yield it and the URL it listens at."""
    program = Program(
        *start,
        "proxy",
        "--upstream",
        upstream,
        "--listen",
        "127.0.0.1:0",
        "--capture",
        str(capture),
        *options,
    )
    try:
        yield program, program.line()["listening"]
    finally:
        program.end()


def process_below(parent: int, words: str) -> int:
    """Return the process that a process or one of its children started, and whose command has these words."""
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            if words.encode() in Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" "):
                return child
            with suppress(LookupError):
                return process_below(child, words)
    raise LookupError(f"no {words} below {parent}")


Handler = Callable[[ServerConnection], Awaitable[None]]


async def echo(connection: ServerConnection) -> None:
    """Answer each CALL with an empty CALLRESULT."""
    async for message in connection:
        await connection.send(json.dumps([3, json.loads(message)[1], {}]))


@asynccontextmanager
async def csms(
    handler: Handler = echo,
    *,
    refuse: int | None = None,
    paths: list[str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Run a CSMS on a free port; yield its URL. It can refuse every handshake with an HTTP status."""

    def screen(_: ServerConnection, request: Request) -> Response | None:
        if paths is not None:
            paths.append(request.path)
        return Response(refuse, HTTPStatus(refuse).phrase, Headers(), b"no\n") if refuse else None

    names = [Subprotocol("ocpp1.6"), Subprotocol("ocpp2.0.1"), Subprotocol("ocpp2.1")]
    async with serve(handler, "127.0.0.1", 0, subprotocols=names, process_request=screen, ssl=tls) as server:
        scheme = "wss" if tls else "ws"
        yield f"{scheme}://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


def station(url: str, *, subprotocol: str | None = "ocpp1.6", **options: Any) -> connect:
    """Connect as a station."""
    names = [Subprotocol(subprotocol)] if subprotocol else None
    return connect(url, subprotocols=names, proxy=None, open_timeout=10, **options)


async def say(connection: ClientConnection, raw: str) -> str:
    """Send a frame and return the next one that comes."""
    await connection.send(raw)
    return str(await asyncio.wait_for(connection.recv(), 10))


def free_port() -> int:
    """Return a port nobody listens on just now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds; fail when it does not within a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.02)
