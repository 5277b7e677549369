"""What TLS is made with, shown to real peers: certificates, versions and ciphers."""

import ssl
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from inspector.errors import InspectorError
from inspector.proxy import tls
from inspector.proxy.authority import Authority
from inspector.proxy.settings import Encryption
from inspector.proxy.tls import Certificates, client_certificate, expired, station_context, upstream_context
from tests.peers import csms, say, station
from tests.proxy.test_attempts import recorded, running, sessions
from tests.proxy.tls_peers import Files, old, trusting

HEARTBEAT = '[2,"1","Heartbeat",{}]'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files.made(tmp_path_factory.mktemp("files"))


async def talk(url: str, context: ssl.SSLContext | None = None, **options: str) -> None:
    """Connect as a station and exchange a frame."""
    async with station(url, ssl=context, **options) as connection:
        assert await say(connection, HEARTBEAT) == '[3, "1", {}]'


async def test_a_certificate_of_one_s_own_is_shown(tmp_path: Path, files: Files) -> None:
    own = tmp_path / "own.pem"
    files.csms_ca.issue_cert("proxy.example").private_key_and_cert_chain_pem.write_to_path(own)
    context = ssl.create_default_context(cafile=files["csms-ca.pem"])
    async with csms() as upstream:
        with running(tmp_path / "a.db", upstream, "--cert", str(own)) as (port,):
            await talk(f"wss://127.0.0.1:{port}/CP-1", context, server_hostname="proxy.example")


@pytest.mark.parametrize("ciphers", ["", "AES128-SHA"])
async def test_a_legacy_station_is_let_in_where_that_is_wanted(tmp_path: Path, ciphers: str) -> None:
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with running(capture, upstream, "--tls-min", "1.0", "--ciphers", ciphers) as (port,):
            for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2):
                await talk(f"wss://127.0.0.1:{port}/CP-1", old(version))
            await recorded(capture, 3)
    assert [session.tls[0].version for session in sessions(capture)] == ["TLSv1", "TLSv1.1", "TLSv1.2"]


async def test_ciphers_are_those_that_were_given(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    async with csms() as upstream:
        with running(capture, upstream, "--ciphers", "AES128-SHA") as (port,):
            await talk(f"wss://127.0.0.1:{port}/CP-1", trusting_12("ALL"))
            await recorded(capture)
    assert sessions(capture)[0].tls[0].cipher == "AES128-SHA"


def trusting_12(ciphers: str) -> ssl.SSLContext:
    context = trusting(newest=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(ciphers)
    return context


def problem(file: Path, content: bytes | None) -> str:
    """Return what is said of a certificate."""
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InspectorError) as caught:
        station_context(file, Encryption())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_wrong_with_a_certificate_is_one_line(tmp_path: Path) -> None:
    file, authority = tmp_path / "c.pem", trustme.CA()
    good, other = authority.issue_cert("a.example"), authority.issue_cert("b.example")
    chain, key = good.cert_chain_pems[0].bytes(), good.private_key_pem.bytes()
    assert problem(file, None) == f"{file}: No such file or directory"
    assert problem(file, b"nonsense").startswith(f"{file}: there is no certificate in it")
    assert problem(file, chain).startswith(f"{file}: there is no key in it")
    assert problem(file, chain + other.private_key_pem.bytes()) == f"{file}: the key is not that of the certificate"
    locked = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"
    assert "locked by a passphrase" in problem(file, chain + locked)
    file.write_bytes(chain + key)
    station_context(file, Encryption())
    assert not [*expired(Encryption(file))]


def test_an_expired_certificate_is_told_and_serves(tmp_path: Path) -> None:
    """A start must not cut stations off that came in until then."""
    past = trustme.CA().issue_cert("a", not_before=datetime(2020, 1, 1), not_after=datetime(2021, 1, 1))
    file = tmp_path / "CP-1.pem"
    past.private_key_and_cert_chain_pem.write_to_path(file)
    station_context(file, Encryption())
    upstream_context(Encryption(), file)
    words = f"{file}: the certificate expired on 2021-01-01"
    assert [*expired(Encryption(file, client_certificate=tmp_path))] == [words, words]


def test_a_legacy_version_has_the_level_it_needs_unless_one_is_given() -> None:
    assert tls._ciphers(Encryption(oldest="1.0", ciphers="AES128-SHA")) == "AES128-SHA:@SECLEVEL=0"
    assert tls._ciphers(Encryption(oldest="1.1", ciphers="AES128-SHA:@SECLEVEL=1")) == "AES128-SHA:@SECLEVEL=1"
    assert tls._ciphers(Encryption(oldest="1.2", ciphers="AES128-SHA")) == "AES128-SHA"


@pytest.mark.parametrize(
    ("encryption", "words"),
    [
        (Encryption(ciphers="NONSENSE"), "knows no such ciphers"),
        (Encryption(station_ca=Path("missing.pem")), "missing.pem: No such file"),
        (Encryption(station_ca=Path(__file__)), "no certificate of an authority"),
    ],
)
def test_what_is_wrong_with_the_rest_is_one_line(tmp_path: Path, encryption: Encryption, words: str) -> None:
    with pytest.raises(InspectorError, match=words):
        Certificates(encryption, Authority(tmp_path / "a")).context("x")
    with pytest.raises(InspectorError, match=r"missing.pem: No such file"):
        upstream_context(Encryption(upstream_ca=Path("missing.pem")), None)


def test_a_certificate_is_kept_for_each_name_within_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "MOST_NAMES", 2)
    certificates = Certificates(Encryption(), Authority(tmp_path / "a"))
    one = certificates.context("one")
    assert certificates.context("one") is one
    certificates.context("two")
    certificates.context("three")
    assert certificates.context("one") is not one
    monkeypatch.setattr(tls, "RENEWED", -1.0)
    assert certificates.context("one") is not certificates.context("one"), "in good time before it ends"


def test_a_full_disk_keeps_no_station_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate for a new name is made in memory."""
    certificates = Certificates(Encryption(), Authority(tmp_path / "a"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError), tempfile.TemporaryFile():
        pass
    shown = certificates.context("csms.example")
    shown.check_privatekey()


def test_the_certificate_for_the_csms_is_the_station_s_own_where_there_is_one(tmp_path: Path) -> None:
    """An id is no way out of the folder."""
    secret, folder = tmp_path / "secret.pem", tmp_path / "clients"
    folder.mkdir()
    for file in (secret, folder / "CP-1.pem"):
        file.touch()
    assert client_certificate(None, "CP-1") is None
    assert client_certificate(secret, "CP-1") == secret
    assert client_certificate(folder, "CP-1") == folder / "CP-1.pem"
    for station_id in ("", "CP-2", "../secret", "\0", str(tmp_path / "secret"), "x" * 300):
        assert client_certificate(folder, station_id) is None
    (folder / "default.pem").touch()
    assert client_certificate(folder, "../secret") == folder / "default.pem"
