"""A certificate authority of our own: it makes a certificate for whatever name a station asks for."""

import errno
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from inspector.errors import InspectorError

NAME = "OCPP Inspector CA"

LASTS = timedelta(days=3650)
"""How long the authority is good for."""

LEAF_LASTS = timedelta(days=397)
"""How long the certificate of one name is good for; more is refused by some."""

BACKDATED = timedelta(days=2)
"""A station's clock may be behind."""


class Leaf(NamedTuple):
    """A certificate that the authority made, its key, and the authority's own certificate."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    issuer: x509.Certificate


def usual_folder() -> Path:
    """Return where the authority is kept: below the user's data (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "ocpp-inspector" / "authority"


class Authority:
    """The authority in a folder, made when it is not there yet, the same ever after.

    Raises :class:`InspectorError` if it can't be read, is not whole or has expired, :class:`OSError` if it can't be
    made.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ca.pem"
        if not self.file.exists():
            _make(folder)
        try:
            self.certificate = x509.load_pem_x509_certificate(self.file.read_bytes())
            self._key = _read_key(folder / "ca-key.pem")
            self._leaf_key = _read_key(folder / "leaf-key.pem")
            _check(self.certificate, self._key)
        except (OSError, ValueError, TypeError) as error:
            raise InspectorError(f"{folder}: not an authority of this program: {error}; move it away") from error
        if self.ends <= datetime.now(UTC):
            raise InspectorError(f"{self.file}: it expired on {self.ends:%Y-%m-%d}; move the folder away for a new one")

    @property
    def ends(self) -> datetime:
        """When it expires."""
        return self.certificate.not_valid_after_utc

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as tools write it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def leaf(self, names: Sequence[str]) -> Leaf:
        """Make a certificate for host names and IP addresses."""
        parent = self.certificate
        identifier = parent.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = _builder(_name(names[0]), parent.subject, self._leaf_key, LEAF_LASTS)
        extensions: Sequence[tuple[Any, bool]] = (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (x509.SubjectAlternativeName([_general(name) for name in dict.fromkeys(names)]), False),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return Leaf(builder.sign(self._key, hashes.SHA256()), self._leaf_key, parent)


def _make(folder: Path) -> None:
    """Make an authority, whole or not at all; another process may be quicker."""
    key, leaf_key = _new_key(), _new_key()
    name = _name(NAME)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    builder = _builder(name, name, key, LASTS)
    extensions: Sequence[tuple[Any, bool]] = (
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (
            x509.KeyUsage(key_cert_sign=True, crl_sign=True, digital_signature=False, decipher_only=False, **usage),
            True,
        ),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent))  # 0700
    try:
        (made / "ca.pem").write_bytes(_pem(builder.sign(key, hashes.SHA256())))
        for file, secret in (("ca-key.pem", key), ("leaf-key.pem", leaf_key)):
            (made / file).touch(mode=0o600)
            (made / file).write_bytes(_key_pem(secret))
        try:
            made.rename(folder)
        except OSError as error:
            if not (folder / "ca.pem").exists():
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    raise InspectorError(f"{folder}: it has files, but no ca.pem; move it away") from error
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lasts)
    )


def _name(common: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "OCPP Inspector")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64]), organization])  # RFC 5280, ub-common-name


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name.partition("%")[0]))
    except ValueError:
        return x509.DNSName(name if name.isascii() else name.encode("idna").decode())


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _read_key(file: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{file.name} is no RSA key")
    return key


def _check(certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> None:
    """Raise ValueError unless the key is the certificate's, and the certificate one that leafs can point to."""
    if key.public_key() != certificate.public_key():
        raise ValueError("ca-key.pem is not the key of ca.pem")
    try:
        certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound as error:
        raise ValueError("ca.pem has no subject key identifier") from error


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
