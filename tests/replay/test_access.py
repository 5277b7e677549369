"""How a station is let in, and whom it trusts."""

import ssl
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.replay.access import NOBODY, Access


def test_the_password_is_shown_to_the_csms_and_in_no_log() -> None:
    """By the station's id, unless there is a user."""
    assert NOBODY.headers("CP-1") == []
    assert Access(password="a:b").headers("CP-1") == [("Authorization", "Basic Q1AtMTphOmI=")]
    assert Access("you", "a:b").headers("CP-1") == [("Authorization", "Basic eW91OmE6Yg==")]
    assert "a:b" not in repr(Access("you", "a:b"))


def test_a_certificate_is_verified_unless_that_is_not_wanted() -> None:
    assert (NOBODY.tls().verify_mode, NOBODY.tls().check_hostname) == (ssl.CERT_REQUIRED, True)
    assert Access(insecure=True).tls().verify_mode == ssl.CERT_NONE


@pytest.mark.parametrize("access", [Access(authorities=Path("/nowhere")), Access(certificate=Path("/nowhere"))])
def test_files_that_cannot_be_used_are_one_line(access: Access) -> None:
    with pytest.raises(InspectorError, match="/nowhere: no "):
        access.tls()
