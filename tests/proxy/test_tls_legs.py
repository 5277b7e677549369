"""TLS on both legs, with real peers."""

import asyncio
import os
import ssl
from pathlib import Path

import pytest

from inspector.proxy.authority import Authority
from inspector.proxy.settings import Encryption
from inspector.proxy.tls import Certificates, upstream_context
from inspector.proxy.tls_legs import Legs
from tests.peers import csms
from tests.proxy.test_attempts import recorded, running, sessions
from tests.proxy.test_tls import talk
from tests.proxy.tls_peers import REQUEST, Files, ask, trusting


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files.made(tmp_path_factory.mktemp("files"))


async def test_security_profile_3_on_both_legs(tmp_path: Path, files: Files) -> None:
    """Certificates are shown and verified all the way, and the capture tells whose they are."""
    capture = tmp_path / "a.db"
    context = files.csms("localhost")
    files.station_ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with csms(tls=context) as upstream:
        folder = tmp_path / "clients"
        folder.mkdir()
        (folder / "CP-1.pem").write_bytes(Path(files["CP-1.pem"]).read_bytes())
        options = ("--station-ca", files["station-ca.pem"], "--upstream-ca", files["csms-ca.pem"])
        target = upstream.replace("127.0.0.1", "localhost")
        with running(capture, target, *options, "--client-cert", str(folder), listen=("wss://127.0.0.1:0",)) as (port,):
            await talk(f"wss://127.0.0.1:{port}/CP-1", trusting(files["CP-1.pem"]), server_hostname="csms.example")
            answer = await asyncio.to_thread(ask, port, REQUEST % b"/CP-2", trusting(files["CP-1.pem"]))
            assert b"there is none (--client-cert)" in answer  # type: ignore[operator]
            await recorded(capture, 2)
    session, _ = sessions(capture)
    near, far = session.tls
    assert (near.sni, near.certificate) == ("csms.example", "CN=csms.example, O=OCPP Inspector")
    assert near.client_certificate.endswith("CN=CP-1")
    assert far.sni == "localhost", "the CSMS's own name, whatever the station asked for"
    assert far.client_certificate.endswith("CN=CP-1")
    assert [step for step, _ in session.times] == [
        *("connected", "encrypted", "asked", "upstream connected", "upstream encrypted", "answered")
    ]
    assert [at for _, at in session.times] == sorted(at for _, at in session.times)


def renew(file: Path, content: bytes) -> None:
    """Write a file anew, as of another second."""
    second = file.stat().st_mtime_ns + 1_000_000_000
    file.write_bytes(content)
    os.utime(file, ns=(second, second))


def test_a_renewed_client_certificate_is_read_again(
    tmp_path: Path, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    """Also among many; what can't be read, as it may be half written, leaves the one before."""
    mine, content = tmp_path / "CP-1.pem", Path(files["CP-1.pem"]).read_bytes()
    mine.write_bytes(content)
    encryption = Encryption(client_certificate=mine)
    legs = Legs(Certificates(Encryption(), Authority(tmp_path / "a")), encryption, (), lambda client: "CP-1")
    first = legs._upstream_context(mine)
    for number in range(100):
        other = tmp_path / f"{number}.pem"
        other.write_bytes(content)
        upstream_context(encryption, other)
    assert legs._upstream_context(mine) is first
    renew(mine, content[:100])
    assert legs._upstream_context(mine) is first
    assert "CP-1.pem: there is no certificate in it" in caplog.text
    renew(mine, content)
    assert legs._upstream_context(mine) not in (None, first)
    other.unlink()
    assert legs._upstream_context(other) is None, "there was none before: the station hears that TLS failed"
