"""The whole examination: what is looked at, in which order, with which of the settings."""

import asyncio
from datetime import UTC, datetime
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
        plain = await examined(tmp_path, url, listen="ws://127.0.0.1:0", encryption=Encryption(certificate=pem))
    assert of(good, "certificate").state is State.OK
    assert of(bad, "certificate").state is State.ERROR
    assert "there is no key in it" in of(bad, "certificate").what
    assert "--cert has no effect" in of(plain, "certificate").what


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


@pytest.mark.parametrize(
    ("option", "value", "name", "words"),
    [
        ("schemas", "none", "schemas", "No such file"),
        ("rotate_bytes", 1, "disk", "the least is"),
        ("capture", "foreign", "disk", "can't be used as a capture"),
        ("certificate", "none", "certificate", "No such file"),
        ("ciphers", "nonsense", "certificate", "OpenSSL knows no such ciphers"),
        ("client_certificate", "stations", "tls", "stations/CP-2.pem: there is no certificate in it"),
    ],
)
async def test_what_keeps_the_proxy_from_starting_is_an_error(
    tmp_path: Path, authority: Authority, option: str, value: str | int, name: str, words: str
) -> None:
    """Whatever the listeners take, and whichever station is tried."""
    (tmp_path / "foreign").write_text("nothing of ours")
    (tmp_path / "stations").mkdir()
    (tmp_path / "stations" / "CP-2.pem").write_text("nothing")
    authority.ca.issue_cert("CP-1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "stations/CP-1.pem"))
    given = value if isinstance(value, int) or option == "ciphers" else tmp_path / value
    keeping: dict[str, Any] = {"capture": tmp_path / "x.db"}
    encryption: dict[str, Any] = {}
    (encryption if option in Encryption.__dataclass_fields__ else keeping)[option] = given
    async with csms() as url:
        upstream, listeners = parse_upstream(url), [parse_listen("ws://127.0.0.1:0")]
        settings = Settings(upstream, listeners, Keeping(**keeping), encryption=Encryption(**encryption))
        checks = await asyncio.to_thread(lambda: list(examine(settings, "CP-1")))
    (wrong,) = [check for check in checks if check.state is State.ERROR]
    assert (wrong.name, words in wrong.what) == (name, True)
    assert of(checks, "upgrade").state is State.OK


async def test_a_certificate_for_the_csms_that_has_expired_is_an_error(tmp_path: Path, authority: Authority) -> None:
    """Also that of another station than the one that is tried."""
    folder = tmp_path / "stations"
    folder.mkdir()
    old = authority.ca.issue_cert(
        "CP-2", not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )
    old.private_key_and_cert_chain_pem.write_to_path(str(folder / "CP-2.pem"))
    encryption = Encryption(upstream_ca=authority.file, client_certificate=folder)
    async with csms(tls=authority.server("127.0.0.1")) as url:
        checks = await examined(tmp_path, url, encryption=encryption)
    wrong = [check for check in checks if check.state is State.ERROR]
    assert wrong
    assert all(check.name == "tls" and "CP-2.pem: the certificate" in check.what for check in wrong)


async def test_a_place_where_no_authority_can_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc")
    async with csms() as url:
        told = of(await examined(tmp_path, url), "certificate")
    assert (told.state, "each start makes another" in told.what) == (State.WARNING, True)


@pytest.mark.parametrize("state", [State.WARNING, State.ERROR])
async def test_an_authority_that_is_of_no_use_is_told(tmp_path: Path, state: State) -> None:
    if state is State.ERROR:
        OwnAuthority(usual_folder())
        (usual_folder() / "ca-key.pem").write_text("nothing")
    else:
        usual_folder().parent.mkdir(parents=True)
        usual_folder().write_text("a file in its place")
    async with csms() as url:
        checks = await examined(tmp_path, url)
    assert of(checks, "certificate").state is state
