"""No open proxy: only the upgrade to WebSocket is served, all else gets a status and one plain line."""

import inspect
import re
from collections.abc import Callable, Generator, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from mitmproxy import http
from mitmproxy.connection import Client, ConnectionState
from mitmproxy.net.http import http1
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import http as stock
from mitmproxy.proxy.layers.http._base import HttpEvent
from mitmproxy.proxy.layers.http._events import ResponseProtocolError
from mitmproxy.proxy.layers.http._http1 import Http1Client, Http1Connection, Http1Server

from inspector.proxy.failures import PROXY, Failure

LONGEST_HEAD = 65536
"""Bytes that a request may have before its blank line."""

EXTRA_HEADERS = {405: "Allow: GET\r\n", 426: "Upgrade: websocket\r\n"}
"""What a status must come with (RFC 9110 section 15)."""

_WHOLE_URL = re.compile(rb"[a-z][a-z0-9+.-]*://", re.IGNORECASE)

_Line = tuple[bytes, bytes, bytes]
"""Method, target and version."""

_REFUSED: Sequence[tuple[Callable[[_Line], object], int, str]] = (
    (lambda line: line[0] == b"CONNECT", 405, "this is no open proxy: CONNECT is not served"),
    (lambda line: line[0] == b"PRI" or line[2].startswith(b"HTTP/2"), 505, "HTTP/2 is not served here, only HTTP/1.1"),
    (lambda line: _WHOLE_URL.match(line[1]), 400, "the request asks for a whole URL; only a path is served"),
    (lambda line: line[0] != b"GET", 405, "only GET is served, with an upgrade to WebSocket"),
    (lambda line: not line[1].startswith(b"/"), 400, "the request asks for no path"),
)


def refusal(lines: Sequence[bytes]) -> Failure | None:
    """Say why a request is not served, from the lines of its head; None if it is the upgrade of a station."""
    words = lines[0].split()
    if len(words) == 3:
        line = words[0], words[1], words[2]
        for applies, status, why in _REFUSED:
            if applies(line):
                return _refused(status, why)
    try:
        request = http1.read_request_head(list(lines))
        http1.expected_http_body_size(request)
    except ValueError:
        return _refused(400, "the request is no HTTP")
    if "websocket" in request.headers.get("Upgrade", "").lower():
        return None
    if "Sec-WebSocket-Key" in request.headers:
        return _refused(426, "the request for WebSocket lacks its header Upgrade: websocket")
    return _refused(426, "only WebSocket is served here")


def _refused(status: int, why: str) -> Failure:
    return Failure(PROXY, f"refused by the proxy: {why}", status)


def target(line: bytes) -> str:
    """Return what a request line asks for, as it was sent."""
    rest = line.partition(b" ")[2]
    found = rest.rpartition(b" ")[0] if rest.rpartition(b" ")[2].startswith(b"HTTP/") else rest
    return found.decode("utf-8", "surrogateescape")


def headers(lines: Sequence[bytes]) -> http.Headers:
    """Return the headers of a head as far as they are some."""
    found = (line.partition(b":") for line in lines[1:])
    return http.Headers([(name, value.strip()) for name, colon, value in found if colon])


def answer(status: int, words: str) -> bytes:
    """Write an HTTP answer of our own: one plain line."""
    body = f"ocpp-inspector: {words}\n".encode()
    reason, extra = HTTPStatus(status).phrase, EXTRA_HEADERS.get(status, "")
    connection = "close, Upgrade" if "Upgrade" in extra else "close"
    head = f"HTTP/1.1 {status} {reason}\r\n{extra}Content-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n".encode() + body


class Clerk(Protocol):
    """Who takes down what was refused, and knows why an attempt failed."""

    def refused(self, client: Client, lines: Sequence[bytes], why: Failure) -> None:
        """Hear of a request that is not served."""

    def objection(self, client: Client, path: str) -> Failure | None:
        """Return why an upgrade is not served on this connection, None if it is."""

    def failure_of(self, client: Client) -> Failure | None:
        """Return why the attempt of a station failed, None if it did not."""


class Gatekeeper(Http1Server):
    """mitmproxy's side of HTTP towards stations, which lets upgrades in and answers plainly."""

    def __init__(self, clerk: Clerk, context: Context) -> None:
        super().__init__(context)
        self._clerk = clerk

    def read_headers(self, event: events.ConnectionEvent) -> Generator[commands.Command, Any, None]:
        """Look at the head of a request before mitmproxy does."""
        assert isinstance(self.conn, Client)
        if isinstance(event, events.DataReceived):
            lines = head(self.buf)
            failure = refusal(lines) or self._clerk.objection(self.conn, target(lines[0])) if lines else None
            if not lines and len(self.buf) > LONGEST_HEAD:
                lines = [bytes(self.buf).partition(b"\n")[0][:1024]]
                failure = _refused(431, f"the head of the request is longer than {LONGEST_HEAD} bytes")
            if failure is not None and failure.status is not None:
                self.state = self.done
                self._clerk.refused(self.conn, lines, failure)
                yield commands.SendData(self.conn, answer(failure.status, failure.reason))
                yield commands.CloseConnection(self.conn)
                return
        yield from super().read_headers(event)

    def send(self, event: HttpEvent) -> Generator[commands.Command, Any, None]:
        """Tell the station plainly why its attempt failed."""
        assert isinstance(self.conn, Client)
        failure = self._clerk.failure_of(self.conn) if isinstance(event, ResponseProtocolError) else None
        if failure is None or failure.status is None or self.response:
            yield from super().send(event)
        elif self.conn.state & ConnectionState.CAN_WRITE:
            yield commands.SendData(self.conn, answer(failure.status, failure.reason))
            yield commands.CloseConnection(self.conn)


def head(buffer: Any) -> list[bytes]:
    """Return the lines before the blank one as mitmproxy will take them, none if it did not come yet."""
    copy = type(buffer)()
    copy += bytes(buffer)
    return [bytes(line) for line in copy.maybe_extract_lines() or ()]


def unexpected() -> str | None:
    """Name what of mitmproxy's HTTP is not as :class:`Gatekeeper` needs it; None if all is."""
    declared = inspect.get_annotations(Http1Connection)
    expected = {
        "who makes its HTTP connection": getattr(stock, "Http1Server", None) is Http1Server,
        "who makes that to the CSMS": getattr(stock, "Http1Client", None) is Http1Client,
        "how its HTTP connection is made": inspect.signature(Http1Server).parameters.keys() == {"context"},
        "how that to the CSMS is made": inspect.signature(Http1Client).parameters.keys() == {"context"},
        "what its HTTP connection keeps": {"buf", "state", "request", "response"} <= declared.keys(),
        "its HTTP connection": {"send", "read_headers", "done"} <= vars(Http1Connection).keys(),
        "its buffer": all(hasattr(declared.get("buf"), name) for name in ("__iadd__", "maybe_extract_lines")),
    }
    strange = [what for what, as_known in expected.items() if not as_known]
    return f"unexpected in mitmproxy: {', '.join(strange)}" if strange else None
