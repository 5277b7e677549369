"""The authority of our own, as OpenSSL sees it."""

import ssl
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from inspector.errors import InspectorError
from inspector.proxy import authority
from inspector.proxy.authority import Authority, Leaf, usual_folder


def shake(maker: Authority, leaf: Leaf, folder: Path, name: str) -> dict[str, object]:
    """Shake hands in memory with a client that trusts only the authority; return what it saw of the certificate."""
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = (certificate.public_bytes(Encoding.PEM) for certificate in (leaf.certificate, leaf.issuer))
    (folder / "leaf.pem").write_bytes(key + b"".join(chain))
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(folder / "leaf.pem")
    there = ssl.create_default_context(cafile=str(maker.file))
    there.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = there.wrap_bio(ours, theirs, server_hostname=name)
    server = here.wrap_bio(theirs, ours, server_side=True)
    for side in (client, server, client, server):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    return client.getpeercert() or {}


@pytest.mark.parametrize("name", ["csms.example", "127.0.0.1", "::1", "a" * 63 + ".example." + "b" * 60])
def test_a_station_that_trusts_it_accepts_its_certificates(tmp_path: Path, name: str) -> None:
    maker = Authority(tmp_path / "authority")
    seen = shake(maker, maker.leaf([name, "other.example", name]), tmp_path, name)
    assert len(seen["subjectAltName"]) == 2  # type: ignore[arg-type]


def test_it_is_made_once_and_its_keys_are_nobody_else_s(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "authority"
    made, again = Authority(folder), Authority(folder)
    assert made.fingerprint == again.fingerprint
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) & 0o077 for file in folder.glob("*key*")} == {
        "ca-key.pem": 0,
        "leaf-key.pem": 0,
    }
    assert made.ends > datetime.now(UTC) + timedelta(days=3600)
    assert [path.name for path in folder.parent.iterdir()] == ["authority"]


def test_two_that_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    made: list[str] = []
    threads = [Thread(target=lambda: made.append(Authority(tmp_path / "a").fingerprint)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_what_is_no_authority_is_told_in_one_line(tmp_path: Path) -> None:
    Authority(tmp_path / "a")
    (tmp_path / "a" / "ca-key.pem").write_text("nonsense")
    with pytest.raises(InspectorError, match="not an authority of this program"):
        Authority(tmp_path / "a")


def test_keys_and_certificates_of_others_are_told(tmp_path: Path) -> None:
    """A certificate without an identifier could sign nothing that stations would accept."""
    Authority(tmp_path / "a")
    Authority(tmp_path / "b")
    (tmp_path / "a" / "ca-key.pem").write_bytes((tmp_path / "b" / "ca-key.pem").read_bytes())
    with pytest.raises(InspectorError, match="is not the key of"):
        Authority(tmp_path / "a")
    key = serialization.load_pem_private_key((tmp_path / "b" / "ca-key.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name, now = x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    bare = builder.sign(key, hashes.SHA256())
    (tmp_path / "b" / "ca.pem").write_bytes(bare.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(InspectorError, match="no subject key identifier"):
        Authority(tmp_path / "b")


def test_one_that_has_expired_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "LASTS", timedelta(days=-1))
    with pytest.raises(InspectorError, match="it expired on"):
        Authority(tmp_path / "a")


def test_its_folder_is_below_the_user_s_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative XDG_DATA_HOME counts for nothing, as the specification says."""
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert usual_folder() == Path("/data/ocpp-inspector/authority")
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", "/home/x")
    assert usual_folder() == Path("/home/x/.local/share/ocpp-inspector/authority")


def test_one_that_lost_its_certificate_is_not_replaced(tmp_path: Path) -> None:
    Authority(tmp_path / "a").file.unlink()
    with pytest.raises(InspectorError, match=r"it has files, but no ca\.pem; move it away"):
        Authority(tmp_path / "a")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        Authority(tmp_path / "file")
