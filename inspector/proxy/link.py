"""Two sockets joined: what one side says goes to the other as it came, and so does how it ends.

Its legs take over from mitmproxy once the handshake is done.
"""

import asyncio
import logging
import math
import time
from functools import partial
from typing import NamedTuple, Protocol

from mitmproxy.proxy.server import ConnectionHandler

from inspector.protocol.version import Party
from inspector.proxy.closing import Closing, Told
from inspector.proxy.leg import PARKED_SECONDS, Leg
from inspector.proxy.passage import Passage
from inspector.proxy.reader import Reader
from inspector.proxy.websocket import Close, Deflate, Piece, Violation, agreed, close_frame

ABNORMAL = 1006
"""The close code that stands for a connection that ended without a close frame (RFC 6455 section 7.1.5)."""

BROKE_OFF = "the connection broke off without a close frame"

log = logging.getLogger(__name__)


class End(NamedTuple):
    """How a session ended, as its first sign told: who did it, the close code (None: no close frame), the reason."""

    by: str
    code: int | None
    reason: str


STOPPED = End("proxy", None, "the proxy was stopped")

ENDING = "it is about to end already"
"""Why the operator can't end a link."""


class Ear(Protocol):
    """Who listens to a link. Plain calls: no hook, no task."""

    def joined(self, link: "Link") -> None:
        """Hear which link it is."""

    def heard(self, sender: Party, piece: Piece, time_ns: int, *, passed: bool = True) -> None:
        """Hear a piece, after it was passed on; or that it was not."""

    def ended(self, end: End, unread: dict[Party, int], time_ns: int) -> None:
        """Hear that both directions are over, and how many bytes of each sender could not be read."""


class Link:
    """A station and its CSMS, joined: what each sends goes to the other. ``ear`` hears what passed."""

    def __init__(self, handler: ConnectionHandler, station: Leg, csms: Leg, extensions: str, ear: Ear | None) -> None:
        self.done = False
        self._handler = handler
        self._legs = {Party.STATION: station, Party.CSMS: csms}
        self._ear = ear
        self._complained = False
        self.end: End | None = None
        self._closing: Closing | None = None
        self._parting: set[Party] = set()
        self._now_ns = 0
        deflated = dict(zip((Party.STATION, Party.CSMS), agreed(extensions), strict=True))
        self.passages = {party: self._passage(party, deflated[party]) for party in self._legs}
        for leg in self._legs.values():
            leg.link = self

    def _passage(self, party: Party, deflate: Deflate | None) -> Passage:
        return Passage(
            Reader(from_client=party is Party.STATION, deflate=deflate),
            self._legs[party.peer].send,
            self._legs[party.peer].end,
            partial(self._heard, party),
            lambda wait: self._legs[party].wait("held", wait),
            to_server=party is Party.STATION,
        )

    def join(self) -> None:
        """Take the sockets over from mitmproxy, each as soon as nothing that it sent is on its way through there."""
        if self._ear is not None:
            self._ear.joined(self)
        for leg in self._legs.values():
            leg.wait("joining", True)
            self._take_over(leg)

    def _take_over(self, leg: Leg) -> None:
        if leg.parked():
            leg.take_over()
            self._handler.timeout_watchdog.last_activity = math.inf  # it would cut what it hears nothing of
        elif not leg.transport.is_closing():
            asyncio.get_running_loop().call_later(PARKED_SECONDS, self._take_over, leg)

    def other(self, party: Party) -> Leg:
        """Return the leg that a party's words go to."""
        return self._legs[party.peer]

    def passed(self, party: Party, data: bytes) -> None:
        """Pass on what a party sent, and read it."""
        self._now_ns = time.time_ns()
        passage = self.passages[party]
        try:
            passage.take(data)
        except Exception:
            log.exception("what the %s says can't be read any more; it is passed on", party)
            passage.reader.lost = True
            passage.give_up()

    def _heard(self, party: Party, piece: Piece) -> None:
        if type(piece) is Close:
            self._note(End(party, piece.code, piece.reason))
            self._parting.add(party)
        if self._ear is None or self.done:
            return
        try:
            self._ear.heard(party, piece, self._now_ns)
        except Exception:
            self._complain()

    def _left(self, party: Party, piece: Piece) -> None:
        """Hear what came too late to go on."""
        if type(piece) is Close and self._closing is not None:
            self._closing.answered(party)
        if self._ear is None or self.done:
            return
        try:
            self._ear.heard(party, piece, self._now_ns, passed=False)
        except Exception:
            self._complain()

    def _complain(self) -> None:
        if not self._complained:
            log.exception("the recorder failed; traffic goes on")
        self._complained = True

    def ended_early(self, party: Party) -> None:
        """Pass on an end that came before the sockets were joined."""
        leg = self._legs[party]
        error = leg.error()
        if error is not None:
            leg.connection_lost(error)
        else:
            leg.eof_received()

    def cut(self) -> None:
        """End it, because mitmproxy was told to."""
        if self.done:
            return
        self._note(STOPPED)
        for leg in self._legs.values():
            leg.transport.close()
        self._finish()

    def close(self, code: int, reason: str, told: Told) -> None:
        """End it as the operator wants; ``told`` is called once it is over, or if that can't be."""
        if self.done or self._closing is not None:
            told(False, ENDING)
            return
        self._now_ns = time.time_ns()
        self._note(End("operator", code, reason))
        self._closing = Closing(self._legs, self.passages, told, frozenset(self._parting))
        self._closing.begin(close_frame(code, reason), self._left)

    def broken(self, party: Party, why: str) -> None:
        """End it, because the leg of a party is of no use any more."""
        self._note(End(party, ABNORMAL, why))
        for leg in self._legs.values():
            leg.reset()

    def finished(self, party: Party) -> None:
        """Pass on that a party has nothing more to say."""
        self._note(End(party, ABNORMAL, BROKE_OFF))
        if self._closing is None:
            self.passages[party].finish()
        else:
            self._legs[party].end()  # the other side closes in its own time
        if all(leg.over for leg in self._legs.values()):
            for leg in self._legs.values():
                leg.close()

    def lost(self, party: Party, error: Exception | None) -> None:
        """Pass on that the socket of a party is gone, and how it went."""
        other = self._legs[party.peer]
        if self._closing is not None:
            self._legs[party].over = True
            if other.over:
                other.close()
        elif error is not None:
            self._note(_broken(party, error))
            other.reset()
        elif not all(leg.over for leg in self._legs.values()):
            self.cut()
        if other.gone and not self.done:
            self._finish()

    def _note(self, end: End) -> None:
        """Keep how the session ended: the first sign counts."""
        self.end = self.end or end

    def _finish(self) -> None:
        for party, passage in self.passages.items():
            if passage.reader.untold:
                self._heard(party, Violation(f"{passage.reader.untold} more violations", b"", opaque=False))
        self.done = True
        unread = {party: passage.reader.unread for party, passage in self.passages.items() if passage.reader.unread}
        if self._ear is not None and self.end is not None:
            try:
                self._ear.ended(self.end, unread, time.time_ns())
            except Exception:
                self._complain()
        if self._closing is not None:
            self._closing.over()
        for connection in list(self._handler.transports.values()):
            if connection.handler is not None:
                connection.handler.cancel("relayed to its end")


def _broken(party: Party, error: Exception) -> End:
    """Say who broke a connection: its party with a reset, or the network that lost it."""
    if isinstance(error, ConnectionError):
        return End(party, ABNORMAL, "the connection was reset")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return End("network", ABNORMAL, f"the connection to the {party.label} was lost: {words}")
