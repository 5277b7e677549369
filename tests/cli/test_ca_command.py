"""``ca``: what to install in the station."""

import json
import ssl
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_it_prints_the_authority_and_says_how_to_install_it(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the same; standard output is nothing but PEM."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ran, again = run("ca"), run("ca")
    assert (ran.code, ran.out) == (0, again.out)
    assert ran.out.startswith("-----BEGIN CERTIFICATE-----\n")
    ssl.create_default_context(cadata=ran.out)
    folder = tmp_path / "ocpp-inspector" / "authority"
    assert str(folder / "ca.pem") in ran.err
    assert "SHA-256 " in ran.err
    assert "InstallCertificate" in ran.err
    assert stat.S_IMODE((tmp_path / "ocpp-inspector").stat().st_mode) == 0o700


def test_for_programs_it_is_one_object(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    ran = run("ca", "--json")
    facts = json.loads(ran.out)
    assert (ran.err, facts["pem"], len(facts["sha256"])) == ("", run("ca").out, 95)
    assert set(facts) == {"file", "sha256", "expires", "pem"}


def test_a_folder_that_can_not_be_written_is_one_line(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc")
    ran = run("ca")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_it_says_what_to_set(run: Callable[..., Any]) -> None:
    ran = run("ca")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ocpp-inspector: there is no home to keep the authority in: say where with XDG_DATA_HOME\n"
