"""Certificates, made for the occasion."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509

from inspector.doctor.certificate import covers, names, own, told
from inspector.doctor.check import State

CA = trustme.CA()


def made(*hosts: str, **options: datetime) -> x509.Certificate:
    return x509.load_pem_x509_certificate(CA.issue_cert(*hosts, **options).cert_chain_pems[0].bytes())


@pytest.mark.parametrize(
    ("begins", "ends", "state", "words"),
    [
        (-10, 100, State.OK, "is valid until"),
        (-10, 10, State.WARNING, "expires in 9 days"),
        (-10, 2, State.WARNING, "expires in 1 day"),
        (-10, -1, State.ERROR, "expired on"),
        (10, 100, State.ERROR, "is valid from"),
    ],
)
def test_its_days_are_told(begins: int, ends: int, state: State, words: str) -> None:
    now = datetime.now(UTC)
    certificate = made("csms.example", not_before=now + timedelta(begins), not_after=now + timedelta(ends))
    assert told(certificate)[0] is state
    assert words in told(certificate)[1]


def test_its_names_are_told() -> None:
    certificate = made("csms.example", "*.csms.example", "10.0.0.1")
    assert names(certificate) == ["csms.example", "*.csms.example", "10.0.0.1"]
    assert all(covers(certificate, host) for host in ("csms.example", "A.CSMS.example", "10.0.0.1"))
    assert not any(covers(certificate, host) for host in ("other.example", "a.b.csms.example", "10.0.0.2"))


def test_a_wild_name_is_for_no_address() -> None:
    assert not covers(made("*.0.0.1"), "10.0.0.1")


def test_our_own_is_held_against_our_addresses(tmp_path: Path) -> None:
    file = tmp_path / "proxy.pem"
    CA.issue_cert("10.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
    assert [check.state for check in own(file, ["10.0.0.1"])] == [State.OK]
    checks = list(own(file, ["10.0.0.2", "box"]))
    assert [check.state for check in checks] == [State.OK, State.WARNING]
    assert "it is for 10.0.0.1, not for 10.0.0.2 or box" in checks[1].what
