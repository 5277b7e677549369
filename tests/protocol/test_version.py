"""Versions by their subprotocol, and who is whose peer."""

import pytest

from inspector.protocol.version import SUBPROTOCOLS, Party, Version, from_subprotocol


@pytest.mark.parametrize(
    ("name", "version"), [("ocpp1.6", Version.V16), ("ocpp2.0.1", Version.V201), ("ocpp2.1", Version.V21)]
)
def test_a_registered_subprotocol_names_its_version(name: str, version: Version) -> None:
    assert from_subprotocol(name) is version


@pytest.mark.parametrize("name", [None, "", "ocpp", "ocpp1.5", "ocpp2.0", "OCPP1.6", " ocpp1.6", "ocpp1.6, ocpp2.0.1"])
def test_any_other_subprotocol_names_none(name: str | None) -> None:
    """Names are compared as they are (RFC 6455 section 4.1), and a list is no name."""
    assert from_subprotocol(name) is None


def test_every_version_has_one_subprotocol() -> None:
    """The name is the version's own with ``ocpp`` before it."""
    assert {f"ocpp{version}": version for version in Version} == SUBPROTOCOLS


def test_the_peer_is_the_other_side() -> None:
    assert (Party.STATION.peer, Party.CSMS.peer) == (Party.CSMS, Party.STATION)


def test_a_party_is_written_as_in_a_sentence() -> None:
    assert [party.label for party in Party] == ["station", "CSMS"]
