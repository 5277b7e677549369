"""What is tried of the settings: each fault is told by the option that has it."""

from pathlib import Path
from typing import Any

import pytest
import trustme

from inspector.proxy.address import parse_listen, parse_route, parse_upstream
from inspector.proxy.preparation import faults
from inspector.proxy.settings import Encryption, Settings
from inspector.store.keeper import Keeping


def settings(
    keeping: Keeping, *, upstream: str = "wss://csms", listen: str = "1", route: str = "", **encryption: Any
) -> Settings:
    """Make settings of what is tried."""
    routes = [parse_route(route)] if route else []
    return Settings(parse_upstream(upstream), [parse_listen(listen)], keeping, routes, Encryption(**encryption))


@pytest.mark.parametrize("append", [True, False])
def test_what_can_be_used_has_no_faults_and_nothing_is_made(tmp_path: Path, append: bool) -> None:
    authority = trustme.CA()
    pem, ca = tmp_path / "own.pem", tmp_path / "ca.pem"
    authority.issue_cert("here").private_key_and_cert_chain_pem.write_to_path(str(pem))
    authority.cert_pem.write_to_path(str(ca))
    good = {"certificate": pem, "station_ca": ca, "upstream_ca": ca, "client_certificate": pem, "ciphers": "DEFAULT"}
    keeping = Keeping(tmp_path / "x" / "x.db", append=append)
    assert list(faults(settings(keeping, **good))) == []
    assert {file.name for file in tmp_path.iterdir()} == {"own.pem", "ca.pem"}


def test_every_fault_is_told_once_by_its_option(tmp_path: Path) -> None:
    """In a folder of certificates each file that is bad."""
    none, stations = tmp_path / "none", tmp_path / "stations"
    stations.mkdir()
    for name in ("CP-1.pem", "CP-2.pem", "note.txt"):
        (stations / name).write_text("nothing")
    bad = {"certificate": none, "station_ca": none, "upstream_ca": none, "client_certificate": stations, "ciphers": "x"}
    keeping = Keeping(stations, schemas=none, rotate_bytes=1)
    options = [option for option, _ in faults(settings(keeping, upstream="ws://csms", listen="ws://h:1", **bad))]
    alone = ["schemas", "rotate_size", "capture", "ciphers", "station_ca", "cert", "upstream_ca"]
    assert options == [*alone, "client_cert", "client_cert"]


@pytest.mark.parametrize(
    ("upstream", "listen", "route", "idle"),
    [
        ("ws://a", "ws://h:1", "", ["station_ca", "cert", "tls_min", "ciphers", "upstream_ca", "client_cert"]),
        ("ws://a", "h:1", "X=ws://b", ["upstream_ca", "client_cert"]),
        ("ws://a", "wss://h:1", "X=wss://b", []),
        ("wss://a", "ws://h:1", "X=ws://b", ["station_ca", "cert", "tls_min", "ciphers"]),
    ],
)
def test_an_option_for_tls_where_there_is_none_is_told(
    tmp_path: Path, upstream: str, listen: str, route: str, idle: list[str]
) -> None:
    pem = tmp_path / "all.pem"
    trustme.CA().issue_cert("here").private_key_and_cert_chain_pem.write_to_path(str(pem))
    files = dict.fromkeys(("certificate", "station_ca", "upstream_ca", "client_certificate"), pem)
    keeping = Keeping(tmp_path / "x.db")
    given = settings(keeping, upstream=upstream, listen=listen, route=route, oldest="1.3", ciphers="DEFAULT", **files)
    assert [(option, words.partition(" has no effect: ")[0]) for option, words in faults(given)] == [
        (option, f"--{option.replace('_', '-')}") for option in idle
    ]


def test_a_lab_s_licence_is_of_no_use_without_tls(tmp_path: Path) -> None:
    given = settings(Keeping(tmp_path / "x.db"), upstream="ws://csms", insecure_upstream=True)
    assert list(faults(given)) == [
        ("insecure_upstream", "--insecure-upstream has no effect: no --upstream or --route is wss://")
    ]


@pytest.mark.parametrize("append", [True, False])
def test_a_file_of_others_is_no_capture(tmp_path: Path, append: bool) -> None:
    (tmp_path / "x.db").write_text("nothing of ours")
    told = list(faults(settings(Keeping(tmp_path / "x.db", append=append))))
    assert [option for option, _ in told] == ["capture"]
