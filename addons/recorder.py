"""Records what passes: wire -> inspection -> capture.

``ocpp-inspector proxy`` uses it; with a mitmproxy of your own, run
``mitmdump --mode reverse:http://host:port -s recorder.py --set ocpp_capture=FILE``.
"""

import logging
import time
from pathlib import Path

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Origin, Received
from inspector.protocol.version import Party
from inspector.proxy.opening import PATH, opened, plain_error
from inspector.store.keeper import Keeping
from inspector.store.scribe import Scribe

ABNORMAL = 1006
"""The close code that stands for a connection that ended without a close frame (RFC 6455 section 7.1.5)."""

log = logging.getLogger(__name__)


class Recorder:
    """mitmproxy hooks, each of a few lines: they turn flows into events and never wait."""

    def __init__(self) -> None:
        self.stopping = False
        self._scribe: Scribe | None = None
        self._live: dict[str, int] = {}

    def load(self, loader: Loader) -> None:
        """Declare the options."""
        loader.add_option("ocpp_capture", str, "", "The capture file to record into.")
        loader.add_option("ocpp_patience", str, "30", "Seconds a CALL may wait for its answer.")
        loader.add_option("ocpp_schemas", str, "", "A folder with schemas of vendors' data.")
        loader.add_option("ocpp_keep_secrets", bool, False, "Keep secrets readable in the capture.")

    def configure(self, updated: set[str]) -> None:
        """Open the capture as soon as it is named."""
        options = ctx.options
        patience_ns = _nanoseconds(options.ocpp_patience)
        if "ocpp_capture" not in updated or not options.ocpp_capture or self._scribe is not None:
            return
        keeping = Keeping(
            Path(options.ocpp_capture),
            patience_ns,
            options.ocpp_keep_secrets,
            Path(options.ocpp_schemas) if options.ocpp_schemas else None,
        )
        try:
            self.keep(keeping)
        except InspectorError as error:
            raise exceptions.OptionsError(str(error)) from error

    def keep(self, keeping: Keeping) -> None:
        """Start recording. Raises :class:`InspectorError` if the file can't be a capture."""
        self._scribe = Scribe(keeping)

    def running(self) -> None:
        """Say so if there is nothing to record into."""
        if self._scribe is None:
            log.warning("nothing is recorded: say where with --set ocpp_capture=FILE")

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Keep the path as the station sent it, before anything rewrites it."""
        flow.metadata[PATH] = flow.request.path

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
        if self._scribe is not None:
            key = self._scribe.open(opened(flow, status))
            self._scribe.feed(key, Closed(time.time_ns(), None, reason, by))

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        """Begin a session."""
        if self._scribe is not None:
            self._live[flow.id] = self._scribe.open(opened(flow, 101))

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Record one frame, and let mitmproxy forget the earlier ones: a connection may last for months."""
        assert flow.websocket is not None
        messages = flow.websocket.messages
        message = messages[-1]
        del messages[:-1]
        key = self._live.get(flow.id)
        if key is not None and self._scribe is not None:
            sender = Party.STATION if message.from_client else Party.CSMS
            raw = message.text if message.is_text else message.content
            origin = Origin.INJECTED if message.injected else Origin.WIRE
            self._scribe.feed(key, Received(time.time_ns(), sender, raw, origin))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """End a session, and say who ended it."""
        key = self._live.pop(flow.id, None)
        if key is None or self._scribe is None or flow.websocket is None:
            return
        socket = flow.websocket
        if self.stopping:
            closed = Closed(time.time_ns(), None, "the proxy was stopped", "proxy")
        else:
            by = Party.STATION if socket.closed_by_client else Party.CSMS
            abrupt = "the connection broke off without a close frame" if socket.close_code == ABNORMAL else ""
            closed = Closed(time.time_ns(), socket.close_code, socket.close_reason or abrupt, by)
        self._scribe.feed(key, closed)

    def done(self) -> None:
        """End what is still open and fold the capture into one file."""
        self._live.clear()
        scribe, self._scribe = self._scribe, None
        if scribe is not None:
            scribe.close()


def _nanoseconds(seconds: str) -> int:
    try:
        patience_ns = int(float(seconds) * 1e9)
    except (ValueError, OverflowError):
        patience_ns = 0
    if not 0 < patience_ns < 2**63:  # what SQLite can hold
        raise exceptions.OptionsError(f"ocpp_patience is a number of seconds, not {seconds}")
    return patience_ns


addons = [Recorder()]
