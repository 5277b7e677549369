"""Answers to CALLs without a recorded one."""

import json
from typing import Any

import pytest

from inspector.protocol.schema import Part, violations
from inspector.protocol.version import Version
from inspector.replay.unknown import Unknown, answer
from tests.factories import START_NS


@pytest.mark.parametrize(
    ("policy", "action", "expected"),
    [
        (Unknown.DEFAULT, "Heartbeat", [3, "x", {"currentTime": "2026-09-21T14:13:20Z"}]),
        (Unknown.DEFAULT, "NoSuch", [4, "x", "NotImplemented", "the recording has no answer to NoSuch", {}]),
        (Unknown.REJECT, "RemoteStartTransaction", [3, "x", {"status": "Rejected"}]),
        (Unknown.REJECT, "Heartbeat", [4, "x", "InternalError", "refused: the recording has no answer to it", {}]),
        (Unknown.NOT_IMPLEMENTED, "Reset", [4, "x", "NotImplemented", "the recording has no answer to Reset", {}]),
        (Unknown.SILENCE, "Reset", None),
    ],
)
def test_each_policy_has_its_answer(policy: Unknown, action: str, expected: Any) -> None:
    text = answer(policy, Version.V16, action, "x", START_NS)
    assert (None if text is None else json.loads(text)) == expected


def test_nobody_knows_an_answer_without_a_version() -> None:
    text = answer(Unknown.DEFAULT, None, "Heartbeat", "x", START_NS)
    assert text is not None
    assert json.loads(text)[2] == "NotImplemented"


@pytest.mark.parametrize("policy", [Unknown.DEFAULT, Unknown.REJECT])
@pytest.mark.parametrize("action", ["GetVariables", "SetChargingProfile", "TransactionEvent"])
def test_an_answer_is_valid(policy: Unknown, action: str) -> None:
    made = json.loads(answer(policy, Version.V201, action, "x", START_NS) or "")
    if made[0] == 3:
        assert not violations(Version.V201, action, Part.RESPONSE, made[2])
