"""How a session began, read from mitmproxy's flow."""

import os
import re
import time
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from mitmproxy import http

from inspector.protocol.event import Opened, Tls
from inspector.protocol.version import Party

PATH = "ocpp_path"
"""Where a flow's metadata keeps the path as the station sent it."""


def opened(flow: http.HTTPFlow, status: int | None, *, hears_pings: bool = False) -> Opened:
    """Make the event of a handshake that was done (``status`` 101), was refused, or came to nothing (None)."""
    path = flow.metadata.get(PATH, flow.request.path)
    offered = flow.request.headers.get("Sec-WebSocket-Protocol", "")
    answer = flow.response.headers if flow.response is not None else http.Headers()
    scheme = "wss" if flow.request.scheme == "https" else "ws"
    return Opened(
        time.time_ns(),
        station_of(path),
        path=path,
        peer=address(flow.client_conn.peername),
        upstream=f"{scheme}://{flow.request.host}:{flow.request.port}{flow.request.path}",
        offered=tuple(name.strip() for name in offered.split(",") if name.strip()),
        subprotocol=answer.get("Sec-WebSocket-Protocol"),
        http_status=status,
        headers=(*_headers("request", flow.request.headers), *_headers("response", answer)),
        tls=tuple(_tls(flow)),
        hears_pings=hears_pings,
    )


def station_of(path: str) -> str:
    """Return the station's id: the last segment of the path, percent-decoded for display."""
    return unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2], errors="replace")


def plain_error(message: str) -> str:
    """Say in words what the operating system said with a number."""
    found = re.match(r"\[Errno (-?\d+)\] (.*)", message)
    if found is None:
        return message
    return os.strerror(int(found[1])) if int(found[1]) > 0 else found[2]


def address(peer: Sequence[object] | None) -> str:
    """Write where a connection comes from, nothing where nobody knows."""
    return f"{peer[0]}:{peer[1]}" if peer else ""


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


def _headers(side: str, headers: http.Headers) -> list[tuple[str, str, str]]:
    return [(side, name, value) for name, value in headers.items(multi=True)]
