"""S: actions that a version does not have, and where such an action may have been meant."""

import pytest

from inspector.protocol.rules.schema import check
from inspector.protocol.schema import Part
from inspector.protocol.version import Version


@pytest.mark.parametrize(
    ("version", "action", "hint"),
    [
        (Version.V16, "TransactionEvent", "it is one of OCPP 2.0.1 and 2.1"),
        (Version.V16, "NotifySettlement", "it is one of OCPP 2.1"),
        (Version.V201, "RemoteStartTransaction", "it is one of OCPP 1.6"),
        (Version.V201, "NotifySettlement", "it is one of OCPP 2.1"),
        (Version.V21, "ChangeConfiguration", "it is one of OCPP 1.6"),
        (Version.V16, "BootNotificaton", "did you mean BootNotification?"),
        (Version.V201, "heartbeat", "did you mean Heartbeat?"),
        (Version.V201, "Zzz", ""),
        (Version.V201, "", ""),
    ],
)
def test_an_unknown_action_is_told_where_it_belongs(version: Version, action: str, hint: str) -> None:
    """To another version first, else to the nearest name of this one."""
    (fault,) = check(version, action, Part.REQUEST, {}, 3)
    assert (fault.code, fault.pointer, fault.hint) == ("S001", "/2", hint)
    assert fault.message == f"{action} is not an action of OCPP {version}"


def test_the_answer_to_an_unknown_action_is_not_told_again() -> None:
    assert list(check(Version.V16, "Nonsense", Part.RESPONSE, {}, 2)) == []


def test_a_long_action_is_cut_in_the_message() -> None:
    (fault,) = check(Version.V16, "x" * 10_000, Part.REQUEST, {}, 3)
    assert len(fault.message) < 90


@pytest.mark.parametrize("payload", [None, [], "x", 7])
def test_a_payload_that_is_no_object_is_left_to_the_framing(payload: object) -> None:
    assert list(check(Version.V16, "BootNotification", Part.REQUEST, payload, 3)) == []


@pytest.mark.parametrize("at", [2, 3])
def test_the_pointer_starts_where_the_payload_stands(at: int) -> None:
    (fault,) = check(Version.V16, "Heartbeat", Part.REQUEST, {"zz": 1}, at)
    assert fault.pointer == f"/{at}/zz"
