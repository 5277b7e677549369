"""A mitmproxy Master in reverse mode: started, watched, and stopped so that every session gets its end."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mitmproxy.proxy.server
from mitmproxy import http
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master
from mitmproxy.options import CONF_DIR, Options

from inspector.addons.recorder import Recorder
from inspector.errors import InspectorError
from inspector.proxy.address import Upstream
from inspector.proxy.opening import plain_error
from inspector.store.keeper import Keeping

NEVER = 30 * 24 * 3600
"""Seconds a connection may be silent. Heartbeats of a day exist; mitmproxy's own limit is 600 s."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one proxy needs to know."""

    upstream: Upstream
    host: str
    port: int
    keeping: Keeping
    stop_at_eof: bool = False


class ToUpstream:
    """Sends each request to the CSMS, its path behind the prefix."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Set where the request goes; what the station sent stays otherwise as it was."""
        flow.request.scheme = "https" if self._upstream.secure else "http"
        flow.request.path = self._upstream.prefix + flow.request.path


class Readiness:
    """Tells when mitmproxy has tried to listen."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    def running(self) -> None:
        """Hear mitmproxy's word that it is up, or that its listeners failed."""
        self.reached.set()


async def serve(settings: Settings, listening: Callable[[int], None]) -> None:
    """Relay and record until SIGINT or SIGTERM.

    ``listening`` is called once with the port. Raises :class:`InspectorError` if the port or the capture can't be had.
    """
    with _folder_for_certificates() as folder:
        await _serve(settings, listening, folder)


async def _serve(settings: Settings, listening: Callable[[int], None], certificates: Path) -> None:
    recorder, readiness, server = Recorder(), Readiness(), proxyserver.Proxyserver()
    master = Master(Options(confdir=str(certificates)))
    master.addons.add(
        core.Core(),
        server,
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
        recorder,
        ToUpstream(settings.upstream),
        readiness,
    )
    fresh = not settings.keeping.capture.exists()
    recorder.keep(settings.keeping)
    _configure(master, settings)
    stop = _stop_event(stop_at_eof=settings.stop_at_eof)
    running = asyncio.create_task(master.run())
    try:
        await readiness.reached.wait()
        port = _port_of(server, settings)
        fresh = False
        listening(port)
        await stop.wait()
        recorder.stopping = True
        await _close_connections(master, server)
    finally:
        master.shutdown()
        await running
        if fresh:  # it never listened: leave no empty capture behind
            settings.keeping.capture.unlink(missing_ok=True)


@contextmanager
def _folder_for_certificates() -> Iterator[Path]:
    """Yield where mitmproxy keeps its authority: its usual place, or for want of a home one that is gone afterwards."""
    usual = Path(CONF_DIR).expanduser()
    try:
        usual.mkdir(parents=True, exist_ok=True)
        usable = os.access(usual, os.W_OK)
    except OSError:
        usable = False
    if usable:
        yield usual
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _configure(master: Master, settings: Settings) -> None:
    master.options.update(
        mode=[
            f"reverse:http://{settings.upstream.authority}@{settings.port}"
        ],  # https here would open a UDP port as well
        listen_host=settings.host,
        connection_strategy="lazy",  # so that a failure has a flow, with the station's path
    )
    if "tcp_timeout" in master.options:
        master.options.update(tcp_timeout=NEVER)
    else:
        mitmproxy.proxy.server.TCP_TIMEOUT = NEVER


def _port_of(server: proxyserver.Proxyserver, settings: Settings) -> int:
    for instance in server.servers:
        if instance.last_exception is not None:
            reason = plain_error(str(instance.last_exception))
            raise InspectorError(f"{settings.host}:{settings.port}: can't listen: {reason}")
    return int(server.listen_addrs()[0][1])


def _stop_event(*, stop_at_eof: bool) -> asyncio.Event:
    """Return what is set by a signal (a second one kills as usual), or by the end of standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def asked() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        stop.set()

    def ended() -> None:
        loop.remove_reader(sys.stdin.fileno())
        stop.set()

    for number in signals:
        loop.add_signal_handler(number, asked)
    if stop_at_eof:
        loop.add_reader(sys.stdin.fileno(), ended)
    return stop


async def _close_connections(master: Master, server: proxyserver.Proxyserver) -> None:
    """Stop listening, cut what is open, and wait for the hooks that end each session."""
    master.options.update(server=False)
    for handler in list(server.connections.values()):
        for transport in list(handler.transports.values()):
            if transport.handler is not None:
                transport.handler.cancel("the proxy is stopping")
    deadline = asyncio.get_running_loop().time() + 5.0
    while server.connections and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    if server.connections:
        logging.getLogger(__name__).warning("%d connections did not close in time", len(server.connections))
