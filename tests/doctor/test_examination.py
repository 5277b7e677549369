"""The whole examination: what is looked at, in which order, with which of the settings."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from inspector.doctor.check import Check, State
from inspector.doctor.examination import examine
from inspector.proxy.address import parse_listen, parse_route, parse_upstream
from inspector.proxy.authority import Authority as OwnAuthority
from inspector.proxy.authority import usual_folder
from inspector.proxy.settings import Encryption, Settings
from inspector.store.keeper import Keeping
from tests.doctor.conftest import Authority
from tests.peers import csms, free_port


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority of who runs the tests is none of theirs."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


async def examined(tmp_path: Path, url: str, *, listen: str = "127.0.0.1:0", **options: Any) -> list[Check]:
    """Examine with settings, for a station of some id."""
    settings = Settings(parse_upstream(url), [parse_listen(listen)], Keeping(tmp_path / "x.db"), **options)
    return await asyncio.to_thread(lambda: list(examine(settings, "CP-1")))


def of(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


async def test_it_goes_from_the_port_to_the_station(tmp_path: Path) -> None:
    async with csms() as url:
        checks = await examined(tmp_path, url)
    names = [check.name for check in checks if check.name != "time"]
    expected = "listen certificate tcp upgrade clock disk files station"
    assert names == [*expected.split(), "station 1.6", "station 2.x"]
    assert not any(check.state is State.ERROR for check in checks)
    assert not (tmp_path / "x.db").exists()


async def test_every_route_is_gone(tmp_path: Path) -> None:
    dead = free_port()
    async with csms() as url:
        checks = await examined(tmp_path, url, routes=[parse_route(f"CP-*=ws://127.0.0.1:{dead}")])
    tried = [(check.state, check.what.partition(": ")[0]) for check in checks if check.name == "tcp"]
    assert tried == [(State.OK, url.removeprefix("ws://")), (State.ERROR, f"127.0.0.1:{dead}")]


async def test_a_folder_of_certificates_gives_the_station_its_own(tmp_path: Path, authority: Authority) -> None:
    folder = tmp_path / "stations"
    folder.mkdir()
    authority.ca.issue_cert("CP-1").private_key_and_cert_chain_pem.write_to_path(str(folder / "CP-1.pem"))
    encryption = Encryption(upstream_ca=authority.file, client_certificate=folder)
    async with csms(tls=authority.server("127.0.0.1", wants_certificate=True)) as url:
        checks = await examined(tmp_path, url, encryption=encryption)
    assert of(checks, "upgrade").state is State.OK


async def test_the_own_certificate_is_looked_at_where_stations_may_come_with_tls(
    tmp_path: Path, authority: Authority
) -> None:
    pem = tmp_path / "proxy.pem"
    authority.ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    keyless = Encryption(certificate=authority.file)
    async with csms() as url:
        good = await examined(tmp_path, url, encryption=Encryption(certificate=pem))
        bad = await examined(tmp_path, url, encryption=keyless)
        plain = await examined(tmp_path, url, listen="ws://127.0.0.1:0", encryption=keyless)
    assert of(good, "certificate").state is State.OK
    assert of(bad, "certificate").state is State.ERROR
    assert "there is no key in it" in of(bad, "certificate").what
    assert "certificate" not in [check.name for check in plain]


async def test_the_own_authority_is_told_and_not_made(tmp_path: Path) -> None:
    async with csms() as url:
        before = of(await examined(tmp_path, url), "certificate")
        assert not usual_folder().exists()
        OwnAuthority(usual_folder())
        after = of(await examined(tmp_path, url), "certificate")
    assert "is made when it is first needed" in before.what
    assert "InstallCertificate" in after.todo
    assert before.state is after.state is State.OK


@pytest.mark.parametrize("name", ["upstream_ca", "client_certificate", "station_ca"])
async def test_a_file_that_can_not_be_used_is_told_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    encryption = Encryption(**{name: tmp_path / "no.pem"})
    checks = await examined(tmp_path, f"wss://127.0.0.1:{free_port()}", encryption=encryption)
    told = of(checks, "certificate" if name == "station_ca" else "tls")
    assert (told.state, told.what.startswith(f"{tmp_path}/no.pem: there is no certificate")) == (State.ERROR, True)
    assert checks[-1].name == "station 2.x"
