"""A station's handshake with a CSMS, done for real and left again; and the time by the CSMS's clock."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from websockets.client import ClientProtocol
from websockets.exceptions import NegotiationError
from websockets.http11 import Response
from websockets.protocol import OPEN
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from inspector.doctor.check import SECONDS, Check, State
from inspector.protocol.event import Closed, Opened
from inspector.protocol.knowledge.refusals import SWITCHED, describe
from inspector.protocol.version import SUBPROTOCOLS
from inspector.proxy.address import Upstream

PROBE = "ocpp-inspector-probe"
"""The id of a station that says what it is."""

OFFERED = tuple(reversed(SUBPROTOCOLS))
"""What the probe offers, the newest first."""

LINGER_SECONDS = 0.5
"""How long the probe stays, to see whether the CSMS hangs up at once."""

SKEW_SECONDS = 5.0
"""By how much the clocks may differ: an HTTP date has whole seconds, and the answer was on its way for a while."""

CHUNK = 65536


def shake_hands(connection: socket.socket, upstream: Upstream, station: str) -> Iterator[Check]:
    """Ask for the upgrade as a station, tell what came of it, and hang up properly."""
    path = f"{upstream.prefix}/{quote(station, safe='')}"
    scheme = "wss" if upstream.secure else "ws"
    uri = parse_uri(f"{scheme}://{upstream.authority}{path}")
    protocol = ClientProtocol(uri, subprotocols=[Subprotocol(name) for name in OFFERED])
    request = protocol.connect()
    request.headers["User-Agent"] = "ocpp-inspector doctor"
    protocol.send_request(request)
    try:
        _talk(connection, protocol, SECONDS, until_open=True)
    except TimeoutError:
        todo = "something listens there, but does not speak HTTP, or waits for the CSMS behind it"
        yield Check("upgrade", State.ERROR, f"{path}: no answer within {SECONDS:g} s", todo)
        return
    except OSError as error:
        yield _hung_up(path, error, upstream)
        return
    response = next((event for event in protocol.events_received() if isinstance(event, Response)), None)
    if response is None:
        yield _hung_up(path, protocol.handshake_exc, upstream)
        return
    if protocol.handshake_exc is None:
        yield _opened(path, protocol) if _stays(connection, protocol) else _left(path, protocol)
    else:
        yield _refused(path, station, response, protocol.handshake_exc)
    yield from clock(next(iter(response.headers.get_all("Date")), None), time.time())


def _talk(connection: socket.socket, protocol: ClientProtocol, seconds: float, *, until_open: bool) -> None:
    """Send what is to be sent and take what comes, until the handshake is done or the CSMS has hung up."""
    deadline = time.monotonic() + seconds
    while True:
        for data in protocol.data_to_send():
            if data:
                connection.sendall(data)
        if protocol.handshake_exc or (until_open and protocol.state is OPEN) or protocol.close_rcvd:
            return
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        connection.settimeout(remaining)
        data = connection.recv(CHUNK)
        if not data:
            protocol.receive_eof()
            return
        protocol.receive_data(data)


def _stays(connection: socket.socket, protocol: ClientProtocol) -> bool:
    """Wait a moment, and hang up; False if the CSMS did so first."""
    try:
        _talk(connection, protocol, LINGER_SECONDS, until_open=False)
    except TimeoutError:
        with suppress(OSError):
            protocol.send_close(1000)
            connection.sendall(b"".join(protocol.data_to_send()))
        return True
    except OSError:
        return False
    return False


def _opened(path: str, protocol: ClientProtocol) -> Check:
    offered = ", ".join(OFFERED)
    if protocol.subprotocol is None:
        todo = "many stations hang up then: set the CSMS to choose what the station offers"
        return Check("upgrade", State.WARNING, f"{path}: taken, but none of {offered} chosen", todo)
    return Check("upgrade", State.OK, f"{path}: taken; of {offered} it chose {protocol.subprotocol}")


def _left(path: str, protocol: ClientProtocol) -> Check:
    said = protocol.close_rcvd
    end = f"with {said.code} {said.reason}".rstrip() if said else "without a close frame"
    todo = "it may not know this id: try --station with one it knows"
    return Check("upgrade", State.WARNING, f"{path}: taken, but the CSMS hung up at once, {end}", todo)


def _hung_up(path: str, error: Exception | None, upstream: Upstream) -> Check:
    """Tell of an end without an answer; TLS 1.3 lets a server refuse a client's certificate as late as this."""
    reason = getattr(error, "strerror", None) or error
    todo = "see whether this is the port of the OCPP endpoint, and ws or wss as the CSMS wants it"
    if upstream.secure:
        todo += (
            "; it may want a certificate (security profile 3): the station's stops here, give one with --client-cert"
        )
    return Check("upgrade", State.ERROR, f"{path}: no HTTP answer" + (f": {reason}" if reason else ""), todo)


def _refused(path: str, station: str, response: Response, error: Exception | None) -> Check:
    if isinstance(error, NegotiationError):
        todo = "stations hang up then; the CSMS must choose one of those offered, or none"
        return Check("upgrade", State.ERROR, f"{path}: {error}, though nobody offered it", todo)
    if response.status_code == SWITCHED:
        return Check("upgrade", State.ERROR, f"{path}: its 101 is not as it must be: {error}", "see the CSMS's log")
    if response.status_code == 401:
        what = f"{path}: 401: the CSMS wants Basic Auth"
        return Check("upgrade", State.WARNING, what, "the way is open; the station's password goes through the proxy")
    fault = describe(_opening(path, response), Closed(0, reason=response.reason_phrase, by="csms"))
    if response.status_code in {403, 404} and station == PROBE:
        return Check("upgrade", State.WARNING, fault.message, f"try --station with an id it knows; else {fault.hint}")
    return Check("upgrade", State.ERROR, fault.message, fault.hint)


def _opening(path: str, response: Response) -> Opened:
    """Return the handshake as the rules know it."""
    asked = [("request", "Host", ""), ("request", "Upgrade", "websocket")]
    answered = [("response", name, value) for name, value in response.headers.raw_items()]
    return Opened(0, "", path=path, offered=OFFERED, http_status=response.status_code, headers=(*asked, *answered))


def clock(date: str | None, now: float) -> Iterator[Check]:
    """Compare the date of an HTTP answer with this machine's clock (Unix seconds), if there is one."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return
    skew = now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)).timestamp()
    if abs(skew) <= SKEW_SECONDS:
        yield Check("clock", State.OK, "this machine's clock and the CSMS's agree")
        return
    words = f"this machine's clock is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the CSMS's"
    times = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ} against {theirs:%Y-%m-%dT%H:%M:%SZ}"
    yield Check("clock", State.WARNING, f"{words}: {times}", "set the one that is wrong: it is in what is recorded")
