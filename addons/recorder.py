"""Records what passes: wire -> inspection -> capture.

``ocpp-inspector proxy`` uses it; with a mitmproxy of your own, run
``mitmdump --mode reverse:http://host:port -s recorder.py --set ocpp_capture=FILE``.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from mitmproxy import ctx, exceptions, http
from mitmproxy.addonmanager import Loader

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Opened, Origin, Received, Violated
from inspector.protocol.version import Party
from inspector.proxy.closing import Told
from inspector.proxy.failures import Failure
from inspector.proxy.link import ABNORMAL, BROKE_OFF, STOPPED, End, Link
from inspector.proxy.opening import FAILURE, HEADERS, PATH, failure, opened, refusal, refused
from inspector.proxy.relay import RELAYED, STOCK_CHANGES, Junction
from inspector.proxy.websocket import Close, Message, Piece, Ping, Pong, Unkept, Violation
from inspector.store.keeper import Keeping
from inspector.store.orders import CLOSE, GOING_AWAY, NOT_OPEN, Order, check_close
from inspector.store.scribe import Scribe
from inspector.store.vendor_folder import vendors

log = logging.getLogger(__name__)


class Session:
    """One live session: what the relay hears of it becomes events. ``over`` is called once, at its end.

    The scribe knows it by its ``key``; ``link`` carries it, None where mitmproxy's own layer does.
    """

    def __init__(self, key: int, feed: Callable[[Event], None], over: Callable[[], object]) -> None:
        self.key = key
        self.feed = feed
        self.link: Link | None = None
        self._over = over

    def joined(self, link: Link) -> None:
        """Take down who carries it."""
        self.link = link

    def heard(self, sender: Party, piece: Piece, time_ns: int, *, passed: bool = True) -> None:
        """Take down what passed, and what did not."""
        if type(piece) is Message:
            received = Received(time_ns, sender, piece.raw)
            self.feed(received if passed else received._replace(origin=Origin.DROPPED))
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


def _close(link: Link, order: Order, told: Told) -> None:
    code = GOING_AWAY if order.code is None else order.code
    check_close(code, order.reason)
    link.close(code, order.reason, told)


_DEEDS: Mapping[str, Callable[[Link, Order, Told], None]] = {CLOSE: _close}
"""What a person may order to be done to a session. Raise :class:`InspectorError` for an order that makes no sense."""

UNABLE = "mitmproxy's own relay serves this session, which takes no orders"
UNKNOWN = "this version of the proxy knows no such order"


class Recorder:
    """mitmproxy hooks, each of a few lines: they turn flows into events and never wait."""

    def __init__(self) -> None:
        self.junction = Junction(self._ear_of)
        self.addons = [self.junction]
        self.stopping = False
        self.troubles: tuple[str, ...] = ()
        self._scribe: Scribe | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
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
        self._scribe = Scribe(keeping, told, ordered=self._ordered)

    def _ordered(self, order: Order) -> None:
        """Take an order, in the scribe's thread, to where connections are at home."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it has stopped meanwhile, and all sessions with it
                self._loop.call_soon_threadsafe(self._obey, order)

    def _obey(self, order: Order) -> None:
        """Do what a person ordered, or say why not."""
        if self._scribe is None:
            return
        answer = partial(self._scribe.answer, order)
        session = next((each for each in self._live.values() if each.key == order.key), None)
        if session is None:
            answer(False, NOT_OPEN)
        elif session.link is None:
            answer(False, UNABLE)
        elif order.deed not in _DEEDS:
            answer(False, UNKNOWN)
        else:
            try:
                _DEEDS[order.deed](session.link, order, answer)
            except InspectorError as error:
                answer(False, str(error))

    @property
    def capture(self) -> Path | None:
        """The file that is written, if there is one."""
        return self._scribe.capture if self._scribe is not None else None

    def running(self) -> None:
        """Say so if there is nothing to record into."""
        self._loop = asyncio.get_running_loop()
        if self._scribe is None:
            log.warning("nothing is recorded: say where with --set ocpp_capture=FILE")

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Keep the path and the headers as the station sent them, before anything rewrites them."""
        flow.metadata[PATH], flow.metadata[HEADERS] = flow.request.path, flow.request.headers.fields

    def response(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that was refused."""
        if refused(flow):
            why = refusal(flow)
            self.failed(opened(flow, why.status), why)

    def error(self, flow: http.HTTPFlow) -> None:
        """Record a handshake that came to nothing: refused port, no such host, nobody waiting any more."""
        if refused(flow):  # which somebody broke off
            self.response(flow)
        elif flow.websocket is None and flow.error is not None:
            self.failed(opened(flow, None), flow.metadata.get(FAILURE) or failure(flow, flow.error.msg))

    def failed(self, opening: Opened, failure: Failure) -> None:
        """Record a session that never was."""
        if self._scribe is not None:
            key = self._begin(self._scribe, opening)
            self._scribe.feed(key, Closed(time.time_ns(), None, failure.reason, failure.by))

    def _begin(self, scribe: Scribe, opening: Opened) -> int:
        """Open a session in the capture, with what is wrong from the start; return its key."""
        key = scribe.open(opening)
        for words in self.troubles:
            scribe.feed(key, Noted(time.time_ns(), "trouble", words))
        return key

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        """Begin a session."""
        if self._scribe is None:
            return
        relayed = RELAYED in flow.metadata
        key = self._begin(self._scribe, opened(flow, 101, hears_pings=relayed))
        session = Session(key, partial(self._scribe.feed, key), lambda: self._live.pop(flow.id, None))
        self._live[flow.id] = session
        if not relayed:
            words = f"mitmproxy's own relay serves ({self.junction.why_not}), which {STOCK_CHANGES}"
            session.feed(Noted(time.time_ns(), "trouble", words))

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
