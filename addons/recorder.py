"""Records what passes: wire -> inspection -> capture.

``ocpp-inspector proxy`` uses it; with a mitmproxy of your own, run
``mitmdump --mode reverse:http://host:port -s recorder.py --set ocpp_capture=FILE``.
"""

import asyncio
import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader

from inspector.errors import InspectorError
from inspector.protocol.context import PATIENCE_NS, Stations
from inspector.protocol.event import Closed, Opened, Origin, Received, Ticked, Tls
from inspector.protocol.version import Party
from inspector.store.recording import Recording
from inspector.store.vendor_folder import vendors
from inspector.store.writer import Writer

TICK_SECONDS = 0.5
ABNORMAL = 1006
"""The close code that stands for a connection that ended without a close frame (RFC 6455 section 7.1.5)."""

log = logging.getLogger(__name__)


class Recorder:
    """mitmproxy hooks, each of a few lines: they turn flows into events and never wait."""

    def __init__(self) -> None:
        self.stopping = False
        self._writer: Writer | None = None
        self._patience_ns = PATIENCE_NS
        self._live: dict[str, Recording] = {}
        self._stations = Stations()
        self._vendors = vendors(None)
        self._ticking: asyncio.Task[None] | None = None

    def load(self, loader: Loader) -> None:
        """Declare the options."""
        loader.add_option("ocpp_capture", str, "", "The capture file to record into.")
        loader.add_option("ocpp_patience", str, "30", "Seconds a CALL may wait for its answer.")
        loader.add_option("ocpp_schemas", str, "", "A folder with schemas of vendors' data.")
        loader.add_option("ocpp_keep_secrets", bool, False, "Keep secrets readable in the capture.")

    def configure(self, updated: set[str]) -> None:
        """Read the patience and the vendors' schemas, and open the capture as soon as it is named."""
        if "ocpp_patience" in updated:
            self._patience_ns = _nanoseconds(ctx.options.ocpp_patience)
        try:
            if "ocpp_schemas" in updated:
                self._vendors = vendors(Path(ctx.options.ocpp_schemas) if ctx.options.ocpp_schemas else None)
            if "ocpp_capture" in updated and ctx.options.ocpp_capture and self._writer is None:
                self.open_capture(Path(ctx.options.ocpp_capture))
        except InspectorError as error:
            raise exceptions.OptionsError(str(error)) from error

    def open_capture(self, path: Path) -> None:
        """Start writing. Raises :class:`InspectorError` if the file can't be a capture."""
        self._writer = Writer(path)

    def running(self) -> None:
        """Start the clock that rules about absence need."""
        if self._writer is None:
            log.warning("nothing is recorded: say where with --set ocpp_capture=FILE")
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = Ticked(time.time_ns())
            for recording in self._live.values():
                recording.feed(now)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Keep the path as the station sent it, before anything rewrites it."""
        flow.metadata["ocpp_path"] = flow.request.path

    def response(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that was refused."""
        if flow.response is not None and flow.response.status_code != 101:
            self._failed(flow, flow.response.status_code, flow.response.reason, Party.CSMS)

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that came to nothing: refused port, no such host, nobody waiting any more."""
        if flow.websocket is None and flow.error is not None:
            gone = flow.error.msg.startswith("Client disconnected")
            reason = plain_error(flow.error.msg)
            self._failed(flow, None if gone else 502, reason, Party.STATION if gone else "network")

    def _failed(self, flow: http.HTTPFlow, status: int | None, reason: str, by: str) -> None:
        recording = self._open(flow, status)
        if recording is not None:
            recording.feed(Closed(time.time_ns(), None, reason, by))

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        """Begin a session."""
        recording = self._open(flow, 101)
        if recording is not None:
            self._live[flow.id] = recording

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Record one frame, and let mitmproxy forget the earlier ones: a connection may last for months."""
        assert flow.websocket is not None
        messages = flow.websocket.messages
        message = messages[-1]
        del messages[:-1]
        recording = self._live.get(flow.id)
        if recording is not None:
            sender = Party.STATION if message.from_client else Party.CSMS
            raw = message.text if message.is_text else message.content
            recording.feed(Received(time.time_ns(), sender, raw, Origin.INJECTED if message.injected else Origin.WIRE))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """End a session, and say who ended it."""
        recording = self._live.pop(flow.id, None)
        if recording is None or flow.websocket is None:
            return
        socket = flow.websocket
        if self.stopping:
            closed = Closed(time.time_ns(), None, "the proxy was stopped", "proxy")
        else:
            by = Party.STATION if socket.closed_by_client else Party.CSMS
            abrupt = "the connection broke off without a close frame" if socket.close_code == ABNORMAL else ""
            closed = Closed(time.time_ns(), socket.close_code, socket.close_reason or abrupt, by)
        recording.feed(closed)

    def done(self) -> None:
        """End what is still open and fold the capture into one file."""
        if self._ticking is not None:
            self._ticking.cancel()
        for recording in self._live.values():
            recording.feed(Closed(time.time_ns(), None, "the proxy was stopped", "proxy"))
        self._live.clear()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _open(self, flow: http.HTTPFlow, status: int | None) -> Recording | None:
        if self._writer is None:
            return None
        opened = _opened(flow, status)
        return Recording(
            self._writer,
            opened,
            patience_ns=self._patience_ns,
            keep_secrets=ctx.options.ocpp_keep_secrets,
            station=self._stations.of(opened.station),
            vendors=self._vendors,
        )


def _nanoseconds(seconds: str) -> int:
    try:
        patience_ns = int(float(seconds) * 1e9)
    except (ValueError, OverflowError):
        patience_ns = 0
    if not 0 < patience_ns < 2**63:  # what SQLite can hold
        raise exceptions.OptionsError(f"ocpp_patience is a number of seconds, not {seconds}")
    return patience_ns


def plain_error(message: str) -> str:
    """Say in words what the operating system said with a number."""
    found = re.match(r"\[Errno (-?\d+)\] (.*)", message)
    if found is None:
        return message
    return os.strerror(int(found[1])) if int(found[1]) > 0 else found[2]


def station_of(path: str) -> str:
    """Return the station's id: the last segment of the path, percent-decoded for display."""
    return unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2], errors="replace")


def _opened(flow: http.HTTPFlow, status: int | None) -> Opened:
    path = flow.metadata.get("ocpp_path", flow.request.path)
    offered = flow.request.headers.get("Sec-WebSocket-Protocol", "")
    answer = flow.response.headers if flow.response is not None else http.Headers()
    scheme = "wss" if flow.request.scheme == "https" else "ws"
    return Opened(
        time.time_ns(),
        station_of(path),
        path=path,
        peer=_address(flow.client_conn.peername),
        upstream=f"{scheme}://{flow.request.host}:{flow.request.port}{flow.request.path}",
        offered=tuple(name.strip() for name in offered.split(",") if name.strip()),
        subprotocol=answer.get("Sec-WebSocket-Protocol"),
        http_status=status,
        headers=(*_headers("request", flow.request.headers), *_headers("response", answer)),
        tls=tuple(_tls(flow)),
    )


def _tls(flow: http.HTTPFlow) -> Iterator[Tls]:
    """Tell how each leg is encrypted; on the station's, the server is this proxy."""
    theirs = flow.server_conn.certificate_list
    legs = (
        (Party.STATION, flow.client_conn, flow.client_conn.mitmcert),
        (Party.CSMS, flow.server_conn, theirs[0] if theirs else None),
    )
    for party, connection, certificate in legs:
        if connection.tls_version:
            ends_ns = int(certificate.notafter.timestamp()) * 1_000_000_000 if certificate else None
            yield Tls(party, connection.tls_version, connection.cipher or "", ends_ns)


def _address(peer: Sequence[object] | None) -> str:
    return f"{peer[0]}:{peer[1]}" if peer else ""


def _headers(side: str, headers: http.Headers) -> list[tuple[str, str, str]]:
    return [(side, name, value) for name, value in headers.items(multi=True)]


addons = [Recorder()]
