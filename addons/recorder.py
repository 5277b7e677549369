"""Records what passes: wire -> inspection -> capture.

``ocpp-inspector proxy`` uses it; with a mitmproxy of your own, run
``mitmdump --mode reverse:http://host:port -s recorder.py --set ocpp_capture=FILE``.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Opened, Origin, Received, Violated
from inspector.protocol.version import Party
from inspector.proxy.failures import Failure
from inspector.proxy.link import ABNORMAL, BROKE_OFF, STOPPED, End
from inspector.proxy.opening import FAILURE, HEADERS, PATH, failure, opened, refused
from inspector.proxy.relay import RELAYED, STOCK_CHANGES, Junction
from inspector.proxy.websocket import Close, Message, Piece, Ping, Pong, Unkept, Violation
from inspector.store.keeper import Keeping
from inspector.store.scribe import Scribe
from inspector.store.vendor_folder import vendors

log = logging.getLogger(__name__)


class Session:
    """One live session: what the relay hears of it becomes events. ``over`` is called once, at its end."""

    def __init__(self, feed: Callable[[Event], None], over: Callable[[], object]) -> None:
        self.feed = feed
        self._over = over

    def heard(self, sender: Party, piece: Piece, time_ns: int) -> None:
        """Take down what passed."""
        if type(piece) is Message:
            self.feed(Received(time_ns, sender, piece.raw))
        else:
            self.feed(_EVENTS[type(piece)](time_ns, sender, piece))

    def ended(self, end: End, unread: dict[Party, int], time_ns: int) -> None:
        """Take down the end."""
        for sender, size in unread.items():
            self.feed(Noted(time_ns, "gap", f"{size} bytes of the {sender.label} could not be read"))
        self._over()
        self.feed(Closed(time_ns, end.code, end.reason, end.by))


_EVENTS: dict[type, Callable[[int, Party, Any], Event]] = {
    Ping: lambda time_ns, sender, ping: Controlled(time_ns, sender, Control.PING, ping.payload),
    Pong: lambda time_ns, sender, pong: Controlled(time_ns, sender, Control.PONG, pong.payload),
    Close: lambda time_ns, sender, close: Controlled(time_ns, sender, Control.CLOSE, close.payload),
    Unkept: lambda time_ns, sender, unkept: Noted(
        time_ns, "gap", f"{unkept.what} of the {sender.label} passed, too large to be kept", 1
    ),
    Violation: lambda time_ns, sender, found: Violated(time_ns, sender, found.what, found.wire, found.opaque),
}


class Recorder:
    """mitmproxy hooks, each of a few lines: they turn flows into events and never wait."""

    def __init__(self) -> None:
        self.junction = Junction(self._ear_of)
        self.addons = [self.junction]
        self.stopping = False
        self.troubles: tuple[str, ...] = ()
        self._scribe: Scribe | None = None
        self._live: dict[str, Session] = {}

    def load(self, loader: Loader) -> None:
        """Declare the options."""
        loader.add_option("ocpp_capture", str, "", "The capture file to record into.")
        loader.add_option("ocpp_patience", str, "30", "Seconds a CALL may wait for its answer.")
        loader.add_option("ocpp_schemas", str, "", "A folder with schemas of vendors' data.")
        loader.add_option("ocpp_keep_secrets", bool, False, "Keep secrets readable in the capture.")

    def configure(self, updated: set[str]) -> None:
        """Check the options, and open the capture as soon as it is named."""
        options = ctx.options
        keeping = Keeping(
            Path(options.ocpp_capture),
            _nanoseconds(options.ocpp_patience),
            options.ocpp_keep_secrets,
            Path(options.ocpp_schemas) if options.ocpp_schemas else None,
        )
        try:
            vendors(keeping.schemas)
            if "ocpp_capture" in updated and options.ocpp_capture and self._scribe is None:
                self.keep(keeping)
        except InspectorError as error:
            raise exceptions.OptionsError(str(error)) from error

    def keep(self, keeping: Keeping, told: Callable[[str | None], None] = lambda _: None) -> None:
        """Start recording; ``told`` is as :class:`Scribe` has it. Raises :class:`InspectorError` if that can't be."""
        self._scribe = Scribe(keeping, told)

    @property
    def capture(self) -> Path | None:
        """The file that is written, if there is one."""
        return self._scribe.capture if self._scribe is not None else None

    def running(self) -> None:
        """Say so if there is nothing to record into."""
        if self._scribe is None:
            log.warning("nothing is recorded: say where with --set ocpp_capture=FILE")

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Keep the path and the headers as the station sent them, before anything rewrites them."""
        flow.metadata[PATH], flow.metadata[HEADERS] = flow.request.path, flow.request.headers.fields

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that was refused, whatever becomes of the body."""
        if refused(flow):
            assert flow.response is not None
            status = flow.response.status_code
            self.failed(opened(flow, status), Failure(Party.CSMS, flow.response.reason, status))

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that came to nothing: refused port, no such host, nobody waiting any more."""
        if flow.websocket is None and flow.error is not None and not refused(flow):
            self.failed(opened(flow, None), flow.metadata.get(FAILURE) or failure(flow, flow.error.msg))

    def failed(self, opening: Opened, failure: Failure) -> None:
        """Record a session that never was."""
        if self._scribe is not None:
            self._begin(opening)(Closed(time.time_ns(), None, failure.reason, failure.by))

    def _begin(self, opening: Opened) -> Callable[[Event], None]:
        """Open a session in the capture, with what is wrong from the start; return how to feed it."""
        assert self._scribe is not None
        feed = partial(self._scribe.feed, self._scribe.open(opening))
        for words in self.troubles:
            feed(Noted(time.time_ns(), "trouble", words))
        return feed

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        """Begin a session."""
        if self._scribe is None:
            return
        relayed = RELAYED in flow.metadata
        feed = self._begin(opened(flow, 101, hears_pings=relayed))
        self._live[flow.id] = Session(feed, lambda: self._live.pop(flow.id, None))
        if not relayed:
            words = f"mitmproxy's own relay serves ({self.junction.why_not}), which {STOCK_CHANGES}"
            feed(Noted(time.time_ns(), "trouble", words))

    def _ear_of(self, flow: http.HTTPFlow) -> Session | None:
        return self._live.get(flow.id)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Record one frame, and let mitmproxy forget the earlier ones: a connection may last for months."""
        assert flow.websocket is not None
        messages = flow.websocket.messages
        message = messages[-1]
        del messages[:-1]
        session = self._live.get(flow.id)
        if session is not None:
            sender = Party.STATION if message.from_client else Party.CSMS
            raw = message.text if message.is_text else message.content
            origin = Origin.INJECTED if message.injected else Origin.WIRE
            session.feed(Received(time.time_ns(), sender, raw, origin))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """End a session that mitmproxy's own layer relayed, and say who ended it."""
        session, socket = self._live.get(flow.id), flow.websocket
        if session is not None and socket is not None:
            by = Party.STATION if socket.closed_by_client else Party.CSMS
            reason = socket.close_reason or (BROKE_OFF if socket.close_code == ABNORMAL else "")
            end = STOPPED if self.stopping else End(by, socket.close_code, reason)
            session.ended(end, {}, time.time_ns())

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
