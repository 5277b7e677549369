"""TLS of one connection: each leg gets its own, made for who is at its end."""

import ipaddress
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mitmproxy import certs, connection
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from inspector.errors import InspectorError
from inspector.proxy.failures import Handshake
from inspector.proxy.settings import Encryption
from inspector.proxy.tls import Certificates, client_certificate, upstream_context

log = logging.getLogger(__name__)

_OPENSSL: Any = SSL._lib  # type: ignore[attr-defined] # pyOpenSSL does not say who the certificate must be for


class Side(SSL.Connection):
    """Our side of a TLS connection."""

    def __init__(self, context: SSL.Context, handshake: Handshake) -> None:
        super().__init__(context)
        self.set_app_data(handshake)
        self._handshake = handshake

    def get_shutdown(self) -> int:
        """Tell what was closed. After an alert mitmproxy would believe that it knew, and wait for ever."""
        return 0 if self._handshake.alert is not None else super().get_shutdown()


class Legs:
    """The mitmproxy add-on that gives each leg its TLS. ``hosts`` are names that a certificate of our own bears too."""

    def __init__(
        self,
        certificates: Certificates,
        encryption: Encryption,
        hosts: tuple[str, ...],
        station_of: Callable[[connection.Client], str],
    ) -> None:
        self._certificates = certificates
        self._encryption = encryption
        self._hosts = hosts
        self._station_of = station_of
        self._upstream: dict[Path | None, SSL.Context] = {}

    def tls_start_client(self, data: TlsData) -> None:
        """Begin TLS with a station."""
        client = data.conn
        assert isinstance(client, connection.Client)
        here = str(client.sockname[0])
        ssl = Side(self._certificates.context(client.sni or here, here, *self._hosts), Handshake())
        ssl.set_accept_state()
        shown = ssl.get_certificate(as_cryptography=True)
        client.mitmcert = certs.Cert(shown) if shown is not None else None
        data.ssl_conn = ssl

    def tls_start_server(self, data: TlsData) -> None:
        """Begin TLS with the CSMS: with its own name, whatever the station asked for."""
        server = data.conn
        assert isinstance(server, connection.Server)
        assert server.address is not None
        certificate = client_certificate(self._encryption.client_certificate, self._station_of(data.context.client))
        context = self._upstream_context(certificate)
        if context is None:
            return
        ssl = Side(context, Handshake(shows_certificate=certificate is not None))
        server.sni = server.address[0]
        _expect(ssl, server.address[0])
        ssl.set_connect_state()
        data.ssl_conn = ssl

    def _upstream_context(self, certificate: Path | None) -> SSL.Context | None:
        """Return the context for the CSMS: the last one that could be had, as a file may be half written."""
        try:
            self._upstream[certificate] = upstream_context(self._encryption, certificate)
        except InspectorError as error:
            log.warning("%s", error)
        return self._upstream.get(certificate)


def _expect(ssl: SSL.Connection, host: str) -> None:
    """Ask for a host's certificate, and accept no other's (RFC 9525)."""
    parameters = _OPENSSL.SSL_get0_param(ssl._ssl)
    _OPENSSL.X509_VERIFY_PARAM_set_hostflags(parameters, _OPENSSL.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
    try:
        packed = ipaddress.ip_address(host).packed
    except ValueError:
        name = host.removesuffix(".").encode("idna")
        ssl.set_tlsext_host_name(name)
        done = _OPENSSL.X509_VERIFY_PARAM_set1_host(parameters, name, len(name))
    else:
        done = _OPENSSL.X509_VERIFY_PARAM_set1_ip(parameters, packed, len(packed))
    assert done == 1
