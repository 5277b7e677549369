"""What TLS is made with: the certificates that are shown, and the authorities, versions and ciphers that are taken."""

import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import certifi
from mitmproxy import certs
from OpenSSL import SSL

from inspector.errors import InspectorError
from inspector.proxy.authority import LEAF_LASTS, Authority, Leaf
from inspector.proxy.failures import Handshake
from inspector.proxy.settings import Encryption

_OPENSSL: Any = SSL._lib  # type: ignore[attr-defined] # pyOpenSSL does not let two contexts share a store

_OLDEST = {
    "1.0": SSL.TLS1_VERSION,
    "1.1": SSL.TLS1_1_VERSION,
    "1.2": SSL.TLS1_2_VERSION,
    "1.3": SSL.TLS1_3_VERSION,
}

_LEGACY = frozenset({"1.0", "1.1"})
"""Versions that OpenSSL has at no security level above 0."""

_READ_ALERT = SSL.SSL_CB_READ_ALERT
_FATAL = 2
"""The level of an alert that ends the connection (RFC 5246 section 7.2)."""

MOST_NAMES = 256
"""Names that a certificate is kept for; a station may ask for any."""

MOST_CERTIFICATES = 4096
"""Client certificates that are kept ready, some 25 kB each."""

RENEWED = LEAF_LASTS.total_seconds() / 2
"""Seconds after which a certificate of our own is made anew."""


class Certificates:
    """What stations are shown: the certificate that was given, or one of our own authority for each name."""

    def __init__(self, encryption: Encryption, authority: Authority | None) -> None:
        self._encryption = encryption
        self._authority = authority
        self._made: dict[tuple[str, ...], tuple[SSL.Context, float]] = {}
        if encryption.certificate is not None:
            self._given = station_context(encryption.certificate, encryption)

    def context(self, *names: str) -> SSL.Context:
        """Return the context for a station that asks for the first of these names."""
        if self._authority is None:
            return self._given
        context, made = self._made.get(names, (None, 0.0))
        if context is None or made + RENEWED < time.time():
            if len(self._made) >= MOST_NAMES:
                self._made.clear()
            context = station_context(self._authority.leaf(names), self._encryption)
            self._made[names] = context, time.time()
        return context


def station_context(certificate: Path | Leaf | None, encryption: Encryption) -> SSL.Context:
    """Make the context for stations. Raises :class:`InspectorError` where a file or the ciphers can't be used.

    A certificate of our own needs no file: a full disk keeps no station out.
    """
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(_OLDEST[encryption.oldest])
    try:
        context.set_cipher_list(_ciphers(encryption).encode())
    except SSL.Error as error:
        raise InspectorError(f"--ciphers {encryption.ciphers}: OpenSSL knows no such ciphers") from error
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_TICKET)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # else a certificate were not asked for again
    context.set_alpn_select_callback(_http_1)  # type: ignore[arg-type] # its types are wrong
    if isinstance(certificate, Leaf):
        context.use_certificate(certificate.certificate)
        context.add_extra_chain_cert(certificate.issuer)
        context.use_privatekey(certificate.key)
    elif certificate is not None:
        _load_certificate(context, certificate)
    if encryption.station_ca is not None:
        _load_authority(context, encryption.station_ca)
        context.load_client_ca(str(encryption.station_ca).encode())
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)
    context.set_info_callback(_note)
    return context


def _ciphers(encryption: Encryption) -> str:
    """Return the list for OpenSSL: with a security level that the oldest version needs, if none is given."""
    if encryption.oldest not in _LEGACY:
        return encryption.ciphers or "DEFAULT"
    ciphers = encryption.ciphers or "ALL:!aNULL:!eNULL"
    return ciphers if "@SECLEVEL" in ciphers else f"{ciphers}:@SECLEVEL=0"


def upstream_context(encryption: Encryption, certificate: Path | None) -> SSL.Context:
    """Return the context for the CSMS, that shows it a certificate, as its files are now.

    Raises :class:`InspectorError`.
    """
    trusted = encryption.upstream_ca or Path(certifi.where())
    shown = None if certificate is None else _Written.of(certificate)
    return _upstream_context(_Written.of(trusted), shown, insecure=encryption.insecure_upstream)


class _Written(NamedTuple):
    """A file as it was written at a time (Unix ns), 0 where it can't be read: a renewed one is another."""

    path: Path
    written_ns: int

    @classmethod
    def of(cls, path: Path) -> "_Written":
        try:
            return cls(path, path.stat().st_mtime_ns)
        except OSError:  # who reads it says why
            return cls(path, 0)


@lru_cache(MOST_CERTIFICATES)
def _upstream_context(authority: _Written, certificate: _Written | None, *, insecure: bool) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    store = _OPENSSL.SSL_CTX_get_cert_store(_trusting(authority)._context)
    _OPENSSL.X509_STORE_up_ref(store)
    _OPENSSL.SSL_CTX_set_cert_store(context._context, store)
    context.set_verify(SSL.VERIFY_NONE if insecure else SSL.VERIFY_PEER)
    if certificate is not None:
        _load_certificate(context, certificate.path)
    context.set_info_callback(_note)
    return context


@lru_cache(1)
def _trusting(authority: _Written) -> SSL.Context:
    """Read whom to trust once for all certificates: that takes most of the time, and of the memory."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    _load_authority(context, authority.path)
    return context


def _load_certificate(context: SSL.Context, file: Path) -> None:
    try:
        pem = file.read_bytes()
        certs.Cert.from_pem(pem)
    except OSError as error:
        raise InspectorError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise InspectorError(f"{file}: there is no certificate in it; it needs PEM with key and chain") from error
    if b"PRIVATE KEY-----" not in pem:
        raise InspectorError(f"{file}: there is no key in it; it needs PEM with key and chain")
    if b"ENCRYPTED" in pem:
        raise InspectorError(f"{file}: the key is locked by a passphrase; it needs one without")
    try:
        context.use_certificate_chain_file(str(file))
        context.use_privatekey_file(str(file))
        context.check_privatekey()
    except SSL.Error as error:
        raise InspectorError(f"{file}: {_reason(error)}") from error


def _load_authority(context: SSL.Context, file: Path) -> None:
    try:
        file.read_bytes()
        context.load_verify_locations(str(file))
    except OSError as error:
        raise InspectorError(f"{file}: {error.strerror}") from error
    except SSL.Error as error:
        raise InspectorError(f"{file}: there is no certificate of an authority in it") from error


def _reason(error: SSL.Error) -> str:
    reasons = [str(entry[2]) for entry in error.args[0]] if error.args and error.args[0] else []
    if any("mismatch" in reason for reason in reasons):
        return "the key is not that of the certificate"
    return f"can't be used: {reasons[-1] if reasons else 'OpenSSL does not say why'}"


def _http_1(_: SSL.Connection, offered: list[bytes]) -> Any:
    """Choose HTTP/1.1 where it is offered: WebSocket needs it."""
    return b"http/1.1" if b"http/1.1" in offered else SSL.NO_OVERLAPPING_PROTOCOLS


def _note(ssl: SSL.Connection, where: int, what: int) -> None:
    """Hear OpenSSL tell of its steps, and keep what explains a failure."""
    handshake = ssl.get_app_data()
    if not isinstance(handshake, Handshake):
        return
    if where & _READ_ALERT == _READ_ALERT and what >> 8 == _FATAL:
        handshake.alert = what & 0xFF
    elif b"read server certificate request" in ssl.get_state_string():
        handshake.asks_certificate = True


def client_certificate(place: Path | None, station: str) -> Path | None:
    """Return what is shown to the CSMS for a station: the file, or ``ID.pem``, else ``default.pem`` in the folder."""
    if place is None or not place.is_dir():
        return place
    own, common = place / f"{station}.pem", place / "default.pem"
    if station and own.parent == place and _is_file(own):
        return own
    return common if _is_file(common) else None


def client_certificates(place: Path | None) -> list[Path]:
    """Return all that may be shown to the CSMS."""
    if place is None:
        return []
    return sorted(place.glob("*.pem")) if place.is_dir() else [place]


def expired(encryption: Encryption) -> Iterator[str]:
    """Say which of the given certificates have expired: to go on with them is better than to cut stations off."""
    given = encryption.certificate
    for file in [*([given] if given is not None else []), *client_certificates(encryption.client_certificate)]:
        leaf = certs.Cert.from_pem(file.read_bytes())
        if leaf.has_expired():
            yield f"{file}: the certificate expired on {leaf.notafter:%Y-%m-%d}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name may be too long
        return False
