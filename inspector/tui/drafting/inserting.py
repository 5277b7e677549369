"""New frames for a draft: the CALLs that a version knows, each with the smallest payload that its schema takes."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from inspector.protocol import actions, timestamp
from inspector.protocol.frame import MessageType, encode
from inspector.protocol.minimal import minimal_payload
from inspector.protocol.schema import Part
from inspector.protocol.version import Party, Version
from inspector.store.drafts import DraftFrame

PAUSE_NS = 1_000_000_000
"""The pause before a frame that is inserted."""


class Choice(NamedTuple):
    """A CALL (or a SEND) that can be inserted, and who sends it."""

    action: str
    sender: Party


def choices(version: Version) -> Sequence[Choice]:
    """List what can be inserted, the station's first, each by name."""
    table = actions.table(version)
    return [Choice(name, sender) for sender in Party for name, row in sorted(table.items()) if sender in row.senders]


LIKELY = {
    "value": "0",
    "idTag": "TAG-1",
    "idToken": "TAG-1",
    "chargePointVendor": "Vendor",
    "chargePointModel": "Model",
    "vendorName": "Vendor",
    "model": "Model",
    "vendorId": "com.example",
}
"""What stands in fields that would be empty: a schema takes that, but no peer expects it."""


def made(version: Version, choice: Choice, time_ns: int) -> DraftFrame:
    """Make a valid frame; its timestamps are ``time_ns``."""
    row = actions.table(version)[choice.action]
    payload = minimal_payload(version, choice.action, Part.REQUEST, f"{timestamp.write(time_ns)[:19]}Z")
    payload = _filled(payload)
    kind = MessageType.CALL if row.answered else MessageType.SEND
    return DraftFrame(encode([int(kind), str(uuid4()), choice.action, payload]), choice.sender, PAUSE_NS)


def _filled(value: Any, key: str = "") -> Any:
    """Return a payload without the empty texts that a name is known for."""
    if isinstance(value, dict):
        return {name: _filled(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_filled(member) for member in value]
    return LIKELY.get(key, value) if value == "" else value
