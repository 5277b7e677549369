"""What to answer to a CALL that the recording has no answer for."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from inspector.protocol import actions
from inspector.protocol.frame import encode
from inspector.protocol.minimal import LIKED, minimal_payload
from inspector.protocol.schema import Part
from inspector.protocol.version import Version


class Unknown(StrEnum):
    """The policies: refuse it, say that it is not implemented, the smallest valid answer, or no answer at all."""

    REJECT = "reject"
    NOT_IMPLEMENTED = "notimplemented"
    DEFAULT = "default"
    SILENCE = "silence"


def answer(policy: Unknown, version: Version | None, action: str, message_id: str, now_ns: int) -> str | None:
    """Write the answer that a policy has for a CALL, None for silence.

    To reject is to answer Rejected where the action has that, else with an error. The default is that it is not
    implemented where the version does not have the action, or nobody knows the version.
    """
    if policy is Unknown.SILENCE:
        return None
    payload = None if policy is Unknown.NOT_IMPLEMENTED else _payload(policy, version, action, now_ns)
    if policy is Unknown.REJECT and (payload is None or payload.get("status") != REJECTED):
        return encode([4, message_id, "InternalError", "refused: the recording has no answer to it", {}])
    if payload is None:
        return encode([4, message_id, "NotImplemented", f"the recording has no answer to {action[:50]}", {}])
    return encode([3, message_id, payload])


REJECTED = "Rejected"


def _payload(policy: Unknown, version: Version | None, action: str, now_ns: int) -> dict[str, Any] | None:
    """Make the smallest valid answer, None where the version does not have it."""
    if version is None:
        return None
    time = f"{datetime.fromtimestamp(now_ns / 1e9, UTC):%Y-%m-%dT%H:%M:%SZ}"
    liked = (REJECTED,) if policy is Unknown.REJECT else LIKED
    try:
        return minimal_payload(version, actions.resolve(version, action), Part.RESPONSE, time, liked)
    except KeyError:
        return None
