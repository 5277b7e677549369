"""F: the frame itself. Most of these are found by ``decode``; here is what needs the version."""

from collections.abc import Iterable, Iterator

from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.version import Version

_J = "OCPP-J 1.6 section 4, OCPP 2.x part 4 section 4"

RULES = (
    Rule(
        "F001",
        "not-json",
        Severity.ERROR,
        "The message can't be read as JSON text.",
        "The receiver drops it or closes the connection; the exchange it belongs to never ends.",
        "Mend the sender's JSON at the byte that is named.",
        _J,
    ),
    Rule(
        "F002",
        "binary-message",
        Severity.WARNING,
        "OCPP-J came as a binary WebSocket message.",
        "Many receivers ignore binary messages.",
        "Send text messages.",
        _J,
    ),
    Rule(
        "F003",
        "not-an-array",
        Severity.ERROR,
        "The message is JSON, but not an array.",
        "Without the array there is no message type and no id to answer to.",
        "Wrap it as the standard shows.",
        _J,
    ),
    Rule(
        "F004",
        "wrong-length",
        Severity.ERROR,
        "The array has too few or too many elements.",
        "The receiver can't tell which element is missing and rejects all of it.",
        "Send exactly the elements of this message type.",
        _J,
    ),
    Rule(
        "F005",
        "unknown-type",
        Severity.ERROR,
        "The message type is none of 2, 3, 4, 5 or 6.",
        "The receiver ignores such a message.",
        "Send the number of the message type as an integer.",
        _J,
    ),
    Rule(
        "F006",
        "wrong-element",
        Severity.ERROR,
        "An element of the array is of the wrong JSON type.",
        "A payload of null or a numeric action is rejected by strict receivers.",
        "Send {} for an empty payload, strings for names.",
        _J,
    ),
    Rule(
        "F007",
        "bad-message-id",
        Severity.ERROR,
        "The message id is not a string of 1 to 36 characters.",
        "The answer may come back with another id, or not at all.",
        "Use a UUID or a counter, as a string.",
        "OCPP-J 1.6 section 4.1.4, OCPP 2.x part 4 section 4.1.4",
    ),
    Rule(
        "F008",
        "answer-names-action",
        Severity.WARNING,
        "An answer carries an action between id and payload.",
        "Some documents draw answers as [3, id, action, payload]; the standard's answer has three elements,"
        " and strict receivers refuse four.",
        "Leave the action out: [3, id, payload].",
        "OCPP-J 1.6 section 4.2.2, OCPP 2.x part 4 section 4.2.2",
    ),
    Rule(
        "F009",
        "action-by-another-name",
        Severity.WARNING,
        "The action is written as some documents write it, not as the standard does.",
        "A strict receiver answers NotImplemented.",
        "Use the name the hint gives.",
        "OCPP 2.x part 2, messages",
    ),
    Rule(
        "F010",
        "repeated-key",
        Severity.WARNING,
        "One object has the same key twice.",
        "Readers differ in which of the two they take.",
        "Send each key once.",
        "RFC 8259 section 4",
    ),
    Rule(
        "F011",
        "type-of-a-later-version",
        Severity.ERROR,
        "The message type came with OCPP 2.1, and the session speaks an older version.",
        "The receiver does not know it.",
        "Negotiate ocpp2.1, or don't send it.",
        "OCPP 2.1 part 4 section 4.2",
    ),
)


def check(frame: Frame, version: Version | None) -> Iterable[Fault]:
    """Find what is wrong with a frame in a session of this version."""
    if frame.type in _OLD_TYPES:
        return frame.faults
    return (*frame.faults, *_too_new(frame, version))


_OLD_TYPES = (MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR, MessageType.INVALID)


def _too_new(frame: Frame, version: Version | None) -> Iterator[Fault]:
    if version in {Version.V16, Version.V201}:
        yield Fault("F011", f"{frame.type.name} does not exist in OCPP {version}", "/0", "it came with OCPP 2.1")
