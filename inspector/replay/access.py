"""How a peer is let in: the password, the authorities that are trusted, the certificate that is shown."""

import base64
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import certifi

from inspector.errors import InspectorError

PASSWORD = "OCPP_INSPECTOR_PASSWORD"  # noqa: S105  the name of the variable
"""The variable of the environment that has the station's password."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a station is let in: Basic Auth, the authorities it trusts, the certificate it shows.

    ``user`` is its id where there is a password and no user. ``certificate`` is a PEM with key and chain.
    """

    user: str = ""
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None
    certificate: Path | None = None
    insecure: bool = False

    def headers(self, station: str) -> list[tuple[str, str]]:
        """Return the header that says who comes."""
        if self.password is None:
            return []
        told = f"{self.user or station}:{self.password}".encode()
        return [("Authorization", f"Basic {base64.b64encode(told).decode()}")]

    def tls(self) -> ssl.SSLContext:
        """Return how to speak TLS. Raises :class:`InspectorError` for files that can't be used."""
        try:
            context = ssl.create_default_context(cafile=self.authorities or certifi.where())
        except (OSError, ValueError) as error:
            raise InspectorError(f"{self.authorities}: no authorities to trust: {error}") from error
        context.verify_flags &= ~(ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN)  # Python 3.13 has them set
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate:
            load_certificate(context, self.certificate)
        return context


NOBODY = Access()
"""Who shows neither a password nor a certificate."""


def load_certificate(context: ssl.SSLContext, file: Path) -> None:
    """Let a context show a certificate. Raises :class:`InspectorError` for a file that is none."""
    try:
        context.load_cert_chain(file)
    except (OSError, ValueError) as error:
        raise InspectorError(f"{file}: no certificate with its key in PEM: {error}") from error
