"""What a certificate says of itself: whom it is for, and until when."""

import ipaddress
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from inspector.doctor.check import Check, State
from inspector.protocol.plural import plural

FEW_DAYS = 30
"""Days left that are worth a warning."""


def names(certificate: x509.Certificate) -> list[str]:
    """Return the names and addresses a certificate is for; of an old one without any, its common name."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    dns = found.get_values_for_type(x509.DNSName)
    return [*dns, *map(str, found.get_values_for_type(x509.IPAddress))]


def told(certificate: x509.Certificate) -> tuple[State, str, str]:
    """Say until when a certificate is valid: the verdict, the words, and what to do."""
    ends = certificate.not_valid_after_utc
    days = (ends - datetime.now(UTC)).days
    subject = certificate.subject.rfc4514_string()
    if days < 0:
        return State.ERROR, f"the certificate of {subject} expired on {ends:%Y-%m-%d}", "renew it"
    if certificate.not_valid_before_utc > datetime.now(UTC):
        begins = certificate.not_valid_before_utc
        return State.ERROR, f"the certificate of {subject} is valid from {begins:%Y-%m-%d} on", "see the clock"
    if days < FEW_DAYS:
        return State.WARNING, f"the certificate of {subject} expires in {plural(days, 'day')}", "renew it in time"
    return State.OK, f"the certificate of {subject} is valid until {ends:%Y-%m-%d}", ""


def covers(certificate: x509.Certificate, host: str) -> bool:
    """Tell whether a station that connects to a host name or address would find it in the certificate."""
    wanted = host.lower()
    return any(name.lower() == wanted or _wild(name.lower(), wanted) for name in names(certificate))


def _wild(name: str, host: str) -> bool:
    """Tell whether a name with ``*`` as its first label stands for a host (RFC 6125 section 6.4.3)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return name.startswith("*.") and host.partition(".")[2] == name[2:]
    return False


def first(file: Path) -> x509.Certificate:
    """Read the first certificate of a PEM file: the leaf. Raises OSError and ValueError."""
    return x509.load_pem_x509_certificates(file.read_bytes())[0]


def own(file: Path, hosts: Sequence[str]) -> Iterator[Check]:
    """Tell of the proxy's own certificate until when it is valid, and whether it is for one of the hosts."""
    certificate = first(file)
    state, what, todo = told(certificate)
    yield Check("certificate", state, f"{file}: {what}", todo)
    if not any(covers(certificate, host) for host in hosts):
        what = f"it is for {', '.join(names(certificate)) or 'nobody'}, not for {' or '.join(hosts)}"
        todo = "the station must come by one of its names: let DNS lead them here"
        yield Check("certificate", State.WARNING, what, todo)
