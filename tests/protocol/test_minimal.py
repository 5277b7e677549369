"""The smallest payloads, of every message there is."""

import pytest

from inspector.protocol.minimal import minimal_payload
from inspector.protocol.schema import Part, violations
from inspector.protocol.version import Version
from tests.protocol.instances import messages


@pytest.mark.parametrize("version", Version)
def test_every_minimal_payload_is_valid(version: Version) -> None:
    """With neither an error nor a warning, in each message of the version."""
    for each, action, part in messages(version):
        payload = minimal_payload(each, action, part, "2026-09-21T14:13:20Z")
        assert violations(each, action, part, payload) == [], (action, part, payload)


def test_a_field_gets_the_value_that_lets_things_go_on() -> None:
    assert minimal_payload(Version.V16, "BootNotification", Part.RESPONSE, "2026-09-21T14:13:20Z") == {
        "status": "Accepted",
        "currentTime": "2026-09-21T14:13:20Z",
        "interval": 300,
    }
    assert minimal_payload(Version.V201, "Authorize", Part.RESPONSE) == {"idTokenInfo": {"status": "Accepted"}}
    assert minimal_payload(Version.V16, "Heartbeat", Part.REQUEST) == {}


def test_what_the_version_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        minimal_payload(Version.V16, "TransactionEvent", Part.REQUEST)
    with pytest.raises(KeyError):
        minimal_payload(Version.V21, "NotifyPeriodicEventStream", Part.RESPONSE)
