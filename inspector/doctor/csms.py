"""The way to a CSMS, step by step: its name, its port, its TLS; the handshake follows in its own module."""

import socket
import ssl
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import certifi
from cryptography import x509

from inspector.doctor.certificate import names, told
from inspector.doctor.check import SECONDS, Check, State, within
from inspector.doctor.handshake import PROBE, shake_hands
from inspector.doctor.machine import ANYWHERE, is_ours
from inspector.proxy.address import Listener, Upstream

_UNTRUSTED = "give its authority with --upstream-ca, or let the CSMS send the whole chain"
_WRONG_NAME = "--upstream must name the CSMS as its certificate does"
_TLS_FAULTS = {
    9: ("its certificate is not valid yet", "see this machine's clock"),
    10: ("a certificate has expired", "the CSMS's operator must renew it"),
    18: ("its certificate is self-signed", "give that certificate with --upstream-ca"),
    19: ("its authority is not known here", _UNTRUSTED),
    20: ("its authority is not known here", _UNTRUSTED),
    21: ("its authority is not known here", _UNTRUSTED),
    62: ("its certificate is for another name", _WRONG_NAME),
    64: ("its certificate is for another address", _WRONG_NAME),
}
"""By the code of OpenSSL's verification (openssl-verification-options(1))."""

_PLAIN = ("it speaks plain text on this port, no TLS", "give --upstream as ws://, or another port")
_OLD = ("it speaks only TLS older than 1.2", "let the CSMS speak TLS 1.2 or newer")
_LOG = "see its log; it may want a certificate (security profile 3: --client-cert), or speak plain text (ws://)"
_HANDSHAKE_FAULTS = {
    "WRONG_VERSION_NUMBER": _PLAIN,
    "HTTP_REQUEST": _PLAIN,
    "UNEXPECTED_EOF_WHILE_READING": ("it hung up in the midst of it", _LOG),
    "UNSUPPORTED_PROTOCOL": _OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": _OLD,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": ("it refused: no cipher in common, or no certificate of ours", _LOG),
}
"""By the reason of OpenSSL's error."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go and how: past which own listeners, with which authorities and own certificate, as which station."""

    upstream: Upstream
    listeners: Sequence[Listener] = ()
    authorities: Path | None = None
    insecure: bool = False
    certificate: Path | None = None
    station: str = PROBE


def examine(way: Way) -> Iterator[Check]:
    """Go the way to a CSMS as far as it leads, each step at most five seconds."""
    addresses = yield from _resolve(way)
    connection = yield from _connect(way, addresses)
    if connection and way.upstream.secure:
        connection = yield from _encrypt(way, connection)
    if connection:
        with closing(connection):
            yield from shake_hands(connection, way.upstream, way.station)


def _resolve(way: Way) -> Generator[Check, None, list[str]]:
    host, port = way.upstream.host, way.upstream.port
    try:
        found = within(SECONDS, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    except TimeoutError:
        yield Check("dns", State.ERROR, f"{host}: no answer within {SECONDS:g} s", "see this machine's DNS server")
        return []
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a name"
        yield Check("dns", State.ERROR, f"{host}: {reason}", "see how it is spelt, and this machine's DNS server")
        return []
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    ours = next((address for address in addresses if _is_the_proxy(way, address)), None)
    if ours:
        todo = "let this machine ask another DNS server than the stations, which are to be led here"
        yield Check("dns", State.ERROR, f"{host} is {ours}: this machine, port {port}: the proxy itself", todo)
        return []
    if addresses != [host]:
        yield Check("dns", State.OK, f"{host} is {', '.join(addresses)}")
    return addresses


def _is_the_proxy(way: Way, address: str) -> bool:
    places = ANYWHERE | {address}
    heard = any(each.port == way.upstream.port and each.host in places for each in way.listeners)
    return heard and is_ours(address)


def _connect(way: Way, addresses: list[str]) -> Generator[Check, None, socket.socket | None]:
    """Try one address after the other; a share of the time is for each."""
    if not addresses:
        return None
    place, began, reason, todo = way.upstream.authority, time.monotonic(), "", ""
    for address in addresses:
        try:
            connection = socket.create_connection((address, way.upstream.port), SECONDS / len(addresses))
        except TimeoutError:
            reason, todo = "no answer", "a firewall may drop what goes there; see the address and the way"
        except ConnectionRefusedError:
            reason, todo = "refused", "nothing listens there: see whether the CSMS runs, and on which port"
        except OSError as error:
            reason, todo = error.strerror or str(error), "see this machine's network"
        else:
            connection.settimeout(SECONDS)
            yield Check("tcp", State.OK, f"{place}: connected in {(time.monotonic() - began) * 1000:.0f} ms")
            return connection
    yield Check("tcp", State.ERROR, f"{place}: {reason}", todo)
    return None


def context_for(way: Way, *, verified: bool = True) -> ssl.SSLContext:
    """Return how to speak TLS with the CSMS, as the proxy will."""
    context = ssl.create_default_context(cafile=way.authorities or certifi.where())
    context.verify_flags &= ~(ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN)  # Python 3.13 has them set
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if way.certificate:
        context.load_cert_chain(way.certificate)
    return context


def _encrypt(way: Way, connection: socket.socket) -> Generator[Check, None, socket.socket | None]:
    host = way.upstream.host
    context = context_for(way, verified=not way.insecure)
    try:
        encrypted = context.wrap_socket(connection, server_hostname=host)  # it has the socket, also when it fails
    except ssl.SSLCertVerificationError as error:
        what, todo = _TLS_FAULTS.get(error.verify_code, (error.verify_message, _UNTRUSTED))
        yield Check("tls", State.ERROR, f"{host}: {what}{_shown(way)}", todo)
    except ssl.SSLError as error:
        what, todo = _HANDSHAKE_FAULTS.get(error.reason or "", (_words(error), "see port and scheme of --upstream"))
        yield Check("tls", State.ERROR, f"{host}: {what}", todo)
    except TimeoutError:
        yield Check("tls", State.ERROR, f"{host}: no answer to TLS within {SECONDS:g} s", "see the CSMS's log")
    except OSError as error:
        yield Check("tls", State.ERROR, f"{host}: it hung up: {error.strerror or error}", "see the CSMS's log")
    else:
        yield from _described(way, encrypted)
        return encrypted
    return None


def _words(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).lower().replace("_", " ")


def _described(way: Way, encrypted: ssl.SSLSocket) -> Iterator[Check]:
    """Tell how the leg is encrypted, and of the certificate that ends first."""
    cipher = encrypted.cipher()
    spoken = f"{way.upstream.host}: {encrypted.version()} {cipher[0] if cipher else ''}"
    if way.insecure:
        todo = "leave --insecure-upstream out as soon as its certificate can be verified"
        yield Check("tls", State.WARNING, f"{spoken}; its certificate is not verified", todo)
        return
    chain = map(x509.load_der_x509_certificate, _chain(encrypted))
    state, what, todo = told(min(chain, key=lambda each: each.not_valid_after_utc))
    yield Check("tls", state, f"{spoken}; {what}", todo)


def _chain(encrypted: ssl.SSLSocket) -> list[bytes]:
    """Return the certificates up to the root, where Python tells (3.13); else the CSMS's own."""
    verified = getattr(encrypted, "get_verified_chain", None)
    if verified is not None:
        return list(verified())
    return [encrypted.getpeercert(binary_form=True) or b""]


def _shown(way: Way) -> str:
    """Say what the certificate was that could not be verified."""
    try:
        with (
            socket.create_connection((way.upstream.host, way.upstream.port), SECONDS) as connection,
            context_for(way, verified=False).wrap_socket(connection, server_hostname=way.upstream.host) as encrypted,
        ):
            certificate = x509.load_der_x509_certificate(encrypted.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return ""
    issuer = certificate.issuer.rfc4514_string()
    return f" (for {', '.join(names(certificate))}; by {issuer}; until {certificate.not_valid_after_utc:%Y-%m-%d})"
