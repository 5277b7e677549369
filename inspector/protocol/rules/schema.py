"""S: the payload against the official schema of its action."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from inspector.protocol import actions
from inspector.protocol import schema as schemas
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.schema import Part
from inspector.protocol.version import Version

_WHY = "A strict receiver answers with a CALLERROR and does not act on the message."
_SPEC = "the official JSON schema of the message"

RULES = (
    Rule(
        "S001",
        "unknown-action",
        Severity.ERROR,
        "The version of this session has no such action.",
        "The receiver answers NotImplemented.",
        "Check the spelling, and that both sides speak the same version.",
        "the list of messages of the version",
    ),
    Rule(
        "S101",
        "missing-field",
        Severity.ERROR,
        "A required field is missing.",
        _WHY,
        "Send the field.",
        _SPEC,
    ),
    Rule(
        "S102",
        "unknown-field",
        Severity.ERROR,
        "A field that the message does not have.",
        _WHY,
        "Check the spelling; vendor data goes into customData (2.x) or DataTransfer.",
        _SPEC,
    ),
    Rule(
        "S103",
        "wrong-type",
        Severity.ERROR,
        "A value is of the wrong JSON type.",
        _WHY,
        "Send the type that is named.",
        _SPEC,
    ),
    Rule(
        "S104",
        "not-in-list",
        Severity.ERROR,
        "A value is none of those the standard lists.",
        _WHY,
        "Send one of the listed values.",
        _SPEC,
    ),
    Rule(
        "S105",
        "wrong-size",
        Severity.ERROR,
        "A string or a list is too long or too short.",
        _WHY,
        "Cut or fill it to the limit that is named.",
        _SPEC,
    ),
    Rule(
        "S106",
        "wrong-format",
        Severity.WARNING,
        "A string is not of the format it should have.",
        "Receivers differ in whether they check formats.",
        "Write it in the format that is named.",
        _SPEC,
    ),
    Rule(
        "S107",
        "out-of-range",
        Severity.ERROR,
        "A number is outside its range or off its step.",
        _WHY,
        "Send a number within the limits.",
        _SPEC,
    ),
    Rule(
        "S108",
        "breaks-the-schema",
        Severity.ERROR,
        "The payload breaks the schema in another way.",
        _WHY,
        "See the schema: ocpp-inspector schema ACTION.",
        _SPEC,
    ),
)


def check(version: Version, action: str, part: Part, payload: Any, at: int) -> Iterator[Fault]:
    """Find what is wrong with the payload that stands at index ``at`` of its frame."""
    if action not in actions.table(version):
        if part is Part.REQUEST:
            yield Fault("S001", f"{action[:50]} is not an action of OCPP {version}", "/2", _elsewhere(version, action))
    elif isinstance(payload, dict):
        yield from schemas.check(version, action, part, payload, at)


def _elsewhere(version: Version, action: str) -> str:
    others = [other for other in Version if other is not version and action in actions.table(other)]
    if others:
        return f"it is one of OCPP {' and '.join(others)}"
    near = get_close_matches(action, actions.table(version), n=1)
    return f"did you mean {near[0]}?" if near else ""
