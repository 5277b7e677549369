"""S: the payload against the official schema of its action."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from inspector.protocol import actions, schema_words
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.frame import Frame
from inspector.protocol.json_places import pointer, tokens
from inspector.protocol.schema import MOST, Part, Violation, effective, is_number, value_at, violations
from inspector.protocol.schema_hints import nearest, schema_at
from inspector.protocol.seen import Seen
from inspector.protocol.vendor import Vendors, shipped
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
        "S002",
        "copies-differ",
        Severity.WARNING,
        "The published copies of the schema differ on a value, or from the text of the standard.",
        "A receiver that was built from another copy refuses the message, and both sides are right."
        " It is told once a session for each field.",
        "Send what every copy takes.",
        "the copies of the official JSON schemas, the errata of OCPP 1.6 (v4.0)",
    ),
    Rule(
        "S003",
        "speaks-another-version",
        Severity.WARNING,
        "A payload breaks the schema of its session's version and follows that of another version.",
        "The sender speaks another version than the handshake agreed on: the receiver refuses all it says.",
        "Make the sender speak the subprotocol it was given, or offer and choose the version it speaks.",
        "OCPP-J 1.6 section 3.2, OCPP 2.x part 4 section 3.2",
    ),
    Rule(
        "S004",
        "breaks-vendor-schema",
        Severity.WARNING,
        "Data of a vendor breaks the schema that this vendor's messages should follow.",
        "The standard lets a vendor send anything; the receiver that knows the vendor expects what the schema says.",
        "Mend the data, or the schema below --schemas.",
        "the vendor's schema; OCPP 1.6 section 4.3, OCPP 2.x part 2 use case P01",
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


class Payloads:
    """The payload checks of one session, with the vendors' schemas it is checked against."""

    __slots__ = ("_told", "_vendors")

    def __init__(self, vendors: Vendors | None = None) -> None:
        self._vendors = shipped() if vendors is None else vendors
        self._told: set[tuple[str | None, str]] = set()

    def check(self, versions: Iterable[Version], seen: Seen) -> list[Fault]:
        """Find what is wrong with a payload in every version that the session may be of."""
        frame, action, faults = seen.frame, seen.action or "", []
        for version in versions:
            faults = check(version, action, seen.part, frame.payload, frame.payload_at, frame)
            if not faults:
                break
        else:
            faults = [fault for fault in faults if self._is_news(seen, fault)]
        of_vendors = self._vendors.check(seen)
        return [*faults, *of_vendors] if of_vendors else faults

    def _is_news(self, seen: Seen, fault: Fault) -> bool:
        """Tell whether a fault is to be told: on what the copies differ, once a session for each of our notes."""
        if fault.code != "S002":
            return True
        note = (seen.action, fault.hint)
        is_news = note not in self._told
        self._told.add(note)
        return is_news


def check(version: Version, action: str, part: Part, payload: Any, at: int, frame: Frame | None = None) -> list[Fault]:
    """Find what is wrong with the payload that stands at index ``at`` of its frame.

    The frame itself, if there is one, tells how a number was written, and the action it says may be another version's.
    """
    found: list[Violation] = []
    try:
        if isinstance(payload, dict):
            found = violations(version, action, part, payload)
            if not found:
                return []
    except KeyError:  # no such action, or an answer to what has none
        pass
    if found:
        written = _written(frame.raw, at, payload, found) if frame else {}
        faults = _broken(effective(version, action, part), payload, at, found, written)
        if not any(violation.is_error for violation in found):
            return faults
    elif part is Part.REQUEST and action not in actions.table(version):
        faults = [Fault("S001", f"{action[:50]} is not an action of OCPP {version}", "/2", _elsewhere(version, action))]
    else:
        return []
    said = (frame and frame.action) or action
    other = _spoken(version, said, part, payload, found)
    return faults if other is None else [*faults, _of_another_version(version, other, at)]


def _written(raw: str | bytes, at: int, payload: Any, found: list[Violation]) -> dict[str, str]:
    """Return the numbers at fault that have a fraction or exponent as they stand in the frame, by their pointers."""
    paths = [one.path for one in found[:MOST] if isinstance(value_at(payload, one.path), Decimal)]
    if not paths or len(raw) > LONGEST_QUOTED:
        return {}
    text = raw if isinstance(raw, str) else raw.decode()
    wanted = {pointer((at, *path)) for path in paths}
    found_at = (token for token in tokens(text) if token.kind == "number" and token.pointer in wanted)
    return {token.pointer: text[token.start : token.end] for token in found_at}


LONGEST_QUOTED = 20_000
"""Characters of a frame in which a number is looked up: a hostile one must not cost more than its check."""


def _broken(
    schema: dict[str, Any], payload: Any, at: int, found: list[Violation], written: dict[str, str]
) -> list[Fault]:
    """Say of each failed keyword what it asks and what was probably meant; of a wrong type only that."""
    mistyped = {violation.path for violation in found if violation.keyword == "type"}
    faults = [
        Fault(
            schema_words.code(violation),
            schema_words.message(schema, payload, violation, written=written.get(place)),
            place,
            schema_words.hint(schema, payload, violation),
        )
        for violation in found[:MOST]
        for place in (pointer((at, *violation.path)),)
        if violation.keyword != "enum" or violation.path not in mistyped
    ]
    if len(found) > MOST:
        faults[-1] = faults[-1]._replace(hint=f"{faults[-1].hint} (and there are more faults in this payload)".strip())
    return faults


def _elsewhere(version: Version, action: str) -> str:
    """Tell which other version has an action, or which action of any version was meant."""
    names = dict.fromkeys(name for each in (version, *Version) for name in actions.table(each))
    near = action if action in names else nearest(action, names)
    if near is None:
        return ""
    meant = "" if near == action else f"did you mean {near}? "
    others = [] if near in actions.table(version) else [each for each in Version if near in actions.table(each)]
    return f"{meant}it is one of OCPP {' and '.join(others)}" if others else meant.rstrip()


def _spoken(version: Version, action: str, part: Part, payload: Any, found: list[Violation]) -> Version | None:
    """Return another version in which a payload has no error, if what is wrong here tells of it."""
    if not isinstance(payload, dict) or not payload:
        return None
    for other in Version:
        name = actions.resolve(other, action) if part is Part.REQUEST else action
        if other is version or name not in actions.table(other):
            continue
        try:
            there = violations(other, name, part, payload)
        except KeyError:
            continue
        if not any(violation.is_error for violation in there) and _is_telling(found, payload, (other, name, part)):
            return other
    return None


def _is_telling(found: list[Violation], payload: Any, there: tuple[Version, str, Part]) -> bool:
    """Tell whether a field, a type or a listed value is that of the other version, and not a mere slip it tolerates."""
    if not found:
        return True  # the action is
    return any(
        violation.keyword == "additionalProperties"
        or (violation.keyword == "enum" and "enum" in schema_at(effective(*there), violation.path))
        or (violation.keyword == "type" and not is_number(value_at(payload, violation.path)))
        for violation in found
    )


def _of_another_version(version: Version, other: Version, at: int) -> Fault:
    return Fault(
        "S003",
        f"valid OCPP {other}, but this session is {version}",
        f"/{at}",
        "see which subprotocol the handshake agreed on, and which of them the sender was built for",
    )
