"""How a session began, read from mitmproxy's flow, or how far it came without one."""

import time
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from mitmproxy import certs, connection, http

from inspector.protocol.event import STEPS, Opened, Tls
from inspector.protocol.version import Party
from inspector.proxy import failures
from inspector.proxy.address import bracketed
from inspector.proxy.failures import Failure, Handshake

PATH = "ocpp_path"
"""Where a flow's metadata keeps the path as the station sent it."""

HEADERS = "ocpp_headers"
"""Where it keeps the headers as the station sent them: pairs of bytes."""

SHOWN = "ocpp_shown"
"""Where it keeps the certificate that was shown to the CSMS."""

FAILURE = "ocpp_failure"
"""Where it keeps why there is no session, as a :class:`Failure`."""


def opened(flow: http.HTTPFlow, status: int | None, *, hears_pings: bool = False) -> Opened:
    """Make the event of a handshake that was done (``status`` 101), was refused, or came to nothing (None).

    A session is opened now, an attempt was when the station asked.
    """
    path = flow.metadata.get(PATH, flow.request.path)
    answer = flow.response.headers if flow.response is not None else http.Headers()
    scheme = "wss" if flow.request.scheme == "https" else "ws"
    asked = flow.request.timestamp_start
    answered = flow.response.timestamp_start if flow.response is not None else None
    sent = http.Headers(flow.metadata.get(HEADERS, flow.request.headers.fields))
    return Opened(
        time.time_ns() if status == 101 else int(asked * 1e9),
        station_of(path),
        path=_text(path),
        peer=address(flow.client_conn.peername),
        upstream=_text(f"{scheme}://{bracketed(flow.request.host)}:{flow.request.port}{flow.request.path}"),
        offered=_offered(sent),
        subprotocol=_text(answer["Sec-WebSocket-Protocol"]) if "Sec-WebSocket-Protocol" in answer else None,
        http_status=status,
        headers=(*_headers("request", sent), *_headers("response", answer)),
        tls=tuple(_tls(flow.client_conn, flow.server_conn, flow.metadata.get(SHOWN))),
        hears_pings=hears_pings,
        times=_times(flow.client_conn, asked, flow.server_conn, answered),
    )


def attempted(
    client: connection.Client, path: str = "", headers: http.Headers | None = None, status: int | None = None
) -> Opened:
    """Make the event of what came to nothing before it was a handshake. ``status`` is what the proxy answered."""
    headers = headers or http.Headers()
    times = _times(client, time.time() if path else None)
    return Opened(
        times[0][1] if times else time.time_ns(),
        station_of(path) if "/" in path else "",
        path=_text(path),
        peer=address(client.peername),
        offered=_offered(headers),
        http_status=status,
        headers=tuple(_headers("request", headers)),
        tls=tuple(_tls(client, None)),
        times=times,
    )


def refused(flow: http.HTTPFlow) -> bool:
    """Tell whether the CSMS answered, and let no session be."""
    return flow.response is not None and flow.response.status_code != 101


def refusal(flow: http.HTTPFlow) -> Failure:
    """Say how the CSMS refused."""
    assert flow.response is not None
    end: Failure | None = flow.metadata.get(FAILURE)
    return end or Failure(failures.CSMS, flow.response.reason, flow.response.status_code)


def failure(flow: http.HTTPFlow, error: str, handshake: Handshake | None = None) -> Failure:
    """Say why a handshake came to nothing, from mitmproxy's words and what was seen of the TLS of the CSMS."""
    if error.lower().startswith("client disconnected"):
        return Failure(failures.STATION, "the station gave up before the CSMS answered")
    return failures.upstream(error, handshake, flow.request.host, flow.request.port)


def station_of(path: str) -> str:
    """Return the station's id: the last segment of the path, percent-decoded for display."""
    return unquote(_text(path).partition("?")[0].rstrip("/").rpartition("/")[2], errors="replace")


def address(peer: Sequence[object] | None) -> str:
    """Write where a connection comes from, nothing where nobody knows."""
    return f"{bracketed(str(peer[0]))}:{peer[1]}" if peer else ""


def _times(
    client: connection.Client,
    asked: float | None,
    server: connection.Server | None = None,
    answered: float | None = None,
) -> tuple[tuple[str, int], ...]:
    """Return when each of the steps was done, of those that were (Unix ns)."""
    upstream = (server.timestamp_tcp_setup, server.timestamp_tls_setup) if server else (None, None)
    seconds = (client.timestamp_start, client.timestamp_tls_setup, asked, *upstream, answered)
    return tuple((step, int(at * 1e9)) for step, at in zip(STEPS, seconds, strict=True) if at is not None)


def _tls(client: connection.Client, server: connection.Server | None, shown: certs.Cert | None = None) -> Iterator[Tls]:
    """Tell how each leg is encrypted; on the station's, the server is this proxy."""
    legs: list[tuple[Party, connection.Connection, certs.Cert | None, certs.Cert | None]] = [
        (Party.STATION, client, client.mitmcert, _first(client.certificate_list))
    ]
    if server is not None:
        legs.append((Party.CSMS, server, _first(server.certificate_list), shown))
    for party, leg, certificate, client_certificate in legs:
        if leg.tls_version:
            ends_ns = int(certificate.notafter.timestamp()) * 1_000_000_000 if certificate else None
            subjects = _subject(certificate), _subject(client_certificate)
            yield Tls(party, leg.tls_version, leg.cipher or "", ends_ns, leg.sni or "", *subjects)


def _first(certificates: Sequence[certs.Cert]) -> certs.Cert | None:
    return certificates[0] if certificates else None


def _subject(certificate: certs.Cert | None) -> str:
    """Write whom a certificate is for; those of today often name them as alternatives only."""
    if certificate is None:
        return ""
    subject = ", ".join(f"{key}={value}" for key, value in certificate.subject)
    return subject or ", ".join(str(name.value) for name in certificate.altnames)


def _offered(headers: http.Headers) -> tuple[str, ...]:
    names = headers.get("Sec-WebSocket-Protocol", "").split(",")
    return tuple(_text(name.strip()) for name in names if name.strip())


def _headers(side: str, headers: http.Headers) -> list[tuple[str, str, str]]:
    return [(side, _text(name), _text(value)) for name, value in headers.items(multi=True)]


def _text(text: str) -> str:
    """Write bytes that are no UTF-8, which mitmproxy keeps as lone surrogates, so that they can be kept."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
