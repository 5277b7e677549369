"""A mitmproxy Master in reverse mode: started, watched, and stopped so that every session gets its end."""

import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import mitmproxy.proxy.server
from mitmproxy.addons import core, proxyserver
from mitmproxy.master import Master
from mitmproxy.options import Options

from inspector.addons.recorder import Recorder
from inspector.errors import InspectorError
from inspector.proxy.address import Listener
from inspector.proxy.attempts import Attempts
from inspector.proxy.authority import Authority, usual_folder
from inspector.proxy.failures import plain_error
from inspector.proxy.routes import ToUpstream
from inspector.proxy.settings import Settings
from inspector.proxy.tls import Certificates, client_certificates, expired, upstream_context
from inspector.proxy.tls_legs import Legs

NEVER = 30 * 24 * 3600
"""Seconds a connection may be silent. Heartbeats of a day exist; mitmproxy's own limit is 600 s."""

UNVERIFIED = "the certificate of the CSMS is not verified (--insecure-upstream): anybody could answer in its place"

THROWAWAY = "the authority for wss:// is kept for this run only: stations will not trust it after a restart"

log = logging.getLogger(__name__)


class Readiness:
    """Tells when mitmproxy has tried to listen."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    def running(self) -> None:
        """Hear mitmproxy's word that it is up, or that its listeners failed."""
        self.reached.set()


class NextLayer:
    """Stands for mitmproxy's add-on of this name, which it would miss; :class:`Attempts` does its work."""


Listening = Callable[[Sequence[str], Path], None]
"""Who is told once the URLs of the listeners, and the capture."""

Told = Callable[[str | None], None]
"""Who is told, in other threads, what is wrong with the record, and None when all is well again."""


async def serve(settings: Settings, listening: Listening, told: Told = lambda _: None) -> None:
    """Relay and record until SIGINT or SIGTERM.

    Raises :class:`InspectorError` if a port, a certificate or the capture can't be had.
    """
    modes = _modes(settings)
    recorder, server = Recorder(), proxyserver.Proxyserver()
    attempts = Attempts(server, recorder.failed, modes, settings.encryption.oldest, settings.connect_seconds)
    with _certificates(settings) as (certificates, troubles):
        recorder.troubles = troubles
        for words in troubles:
            log.warning(words)
        master = _master(settings, certificates, server, attempts, recorder)
        with _recording(recorder, settings, told) as keep:
            stop = _stop_event(stop_at_eof=settings.stop_at_eof)
            async with _running(master, modes):
                urls = _urls(server, modes)
                listening(urls, keep())
                await stop.wait()
                recorder.stopping = attempts.stopping = True
                await _close_connections(master, server)


def _master(
    settings: Settings,
    certificates: Certificates,
    server: proxyserver.Proxyserver,
    attempts: Attempts,
    recorder: Recorder,
) -> Master:
    """Put mitmproxy together, of the add-ons that are needed. They hear of everything in this order."""
    hosts = tuple(dict.fromkeys(upstream.host for upstream in settings.upstreams))
    legs = Legs(certificates, settings.encryption, hosts, attempts.station_of)
    master = Master(Options())
    master.addons.add(core.Core(), server, NextLayer(), legs, attempts, recorder, ToUpstream(settings))
    return master


@contextmanager
def _recording(recorder: Recorder, settings: Settings, told: Told) -> Iterator[Callable[[], Path]]:
    """Record. Yield what keeps the capture and tells it: where that was never called, no empty one is left behind."""
    folder = settings.keeping.capture.parent
    before = set(folder.iterdir()) if folder.is_dir() else set()
    recorder.keep(settings.keeping, told)
    assert recorder.capture is not None
    capture, kept = recorder.capture, False

    def keep() -> Path:
        nonlocal kept
        kept = True
        return capture

    try:
        yield keep
    finally:
        recorder.done()
        if not kept and capture not in before:
            capture.unlink(missing_ok=True)


@asynccontextmanager
async def _running(master: Master, modes: Mapping[str, Listener]) -> AsyncIterator[None]:
    """Let mitmproxy run, once it has tried to listen."""
    readiness = Readiness()
    master.addons.add(readiness)
    _configure(master, list(modes))
    running = asyncio.create_task(master.run())
    try:
        await readiness.reached.wait()
        yield
    finally:
        master.shutdown()
        await running


@contextmanager
def _certificates(settings: Settings) -> Iterator[tuple[Certificates, tuple[str, ...]]]:
    """Yield what stations are shown, and what is wrong with the encryption, after a look at all that was given.

    Raises :class:`InspectorError`.
    """
    encryption = settings.encryption
    upstream_context(encryption, None)
    for file in client_certificates(encryption.client_certificate):
        upstream_context(encryption, file)
    troubles = [*([UNVERIFIED] if encryption.insecure_upstream else []), *expired(encryption)]
    if encryption.certificate is not None or not any(listener.takes_tls for listener in settings.listeners):
        yield Certificates(encryption, None), tuple(troubles)
        return
    with _authority() as (authority, trouble):
        certificates = Certificates(encryption, authority)
        certificates.context("localhost")
        yield certificates, (*troubles, *trouble)


@contextmanager
def _authority() -> Iterator[tuple[Authority, Sequence[str]]]:
    """Yield our authority: in its usual place, or if it can't be kept there in one that is gone afterwards; and so."""
    try:
        usual = Authority(usual_folder())
    except (OSError, RuntimeError) as error:  # there may be no home at all
        trouble = f"{THROWAWAY}: {error}"
    else:
        yield usual, ()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Authority(Path(folder) / "authority"), (trouble,)


def _modes(settings: Settings) -> dict[str, Listener]:
    """Return the listeners by mitmproxy's names for them; two on any free port need two names."""
    target = f"reverse:http://{settings.upstream.authority}"  # https here would open a UDP port as well
    modes = {}
    for listener in settings.listeners:
        mode = f"{target}@{listener.host}:{listener.port or _free_port(listener)}"
        if mode in modes:
            raise InspectorError(f"{listener.host}:{listener.port}: can't listen there twice")
        modes[mode] = listener
    return modes


def _free_port(listener: Listener) -> int:
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.bind((listener.host, 0))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise InspectorError(f"{listener.host}:0: can't listen: {error.strerror}") from error


def _configure(master: Master, modes: Sequence[str]) -> None:
    master.options.update(
        mode=modes,
        connection_strategy="lazy",  # so that a failure has a flow, with the station's path
        keep_host_header=True,  # it is rewritten where there is one, else a header would be added
        validate_inbound_headers=False,  # what is odd is for the CSMS to judge
        stream_large_bodies="1m",
    )
    if "tcp_timeout" in master.options:
        master.options.update(tcp_timeout=NEVER)
    else:
        mitmproxy.proxy.server.TCP_TIMEOUT = NEVER


def _urls(server: proxyserver.Proxyserver, modes: Mapping[str, Listener]) -> list[str]:
    """Return where it listens. Raises :class:`InspectorError` where it does not."""
    urls = {}
    for instance in server.servers:
        listener = modes[instance.mode.full_spec]
        if instance.last_exception is not None:
            reason = plain_error(str(instance.last_exception))
            raise InspectorError(f"{listener.host}:{listener.port}: can't listen: {reason}")
        urls[instance.mode.full_spec] = listener.url(int(instance.listen_addrs[0][1]))
    return [urls[mode] for mode in modes]


def _stop_event(*, stop_at_eof: bool) -> asyncio.Event:
    """Return what is set by a signal, or by the end of standard input. A second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def asked() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
            signal.signal(number, _end_at_once)
        stop.set()

    def ended() -> None:
        loop.remove_reader(sys.stdin.fileno())
        stop.set()

    for number in signals:
        loop.add_signal_handler(number, asked)
    if stop_at_eof:
        loop.add_reader(sys.stdin.fileno(), ended)
    return stop


def _end_at_once(number: int, _: object) -> None:
    os._exit(128 + number)  # as shells write it


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
        log.warning("%d connections did not close in time", len(server.connections))
