"""F: the frame itself. Most of these are found by ``decode``; here is what needs the version, or is no message yet."""

import re
from collections.abc import Iterable, Iterator

from inspector.protocol import actions, envelope
from inspector.protocol.context import Context
from inspector.protocol.event import Violated
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.frame import Frame, MessageType
from inspector.protocol.knowledge.remembered import Once
from inspector.protocol.reading import located
from inspector.protocol.rules.family import Family
from inspector.protocol.schema_hints import nearest
from inspector.protocol.version import Version

_J = "OCPP-J 1.6 section 4, OCPP 2.x part 4 section 4"
_PAYLOAD = "OCPP-J 1.6 sections 4.2.1 and 4.2.2, OCPP 2.x part 4 section 4.1.5"
_CODES = "OCPP-J 1.6 section 4.2.3, OCPP 2.x part 4 sections 4.2.3 and 4.3"

RULES = (
    Rule(
        "F001",
        "not-json",
        Severity.ERROR,
        "The message is not JSON text, or goes beyond what any reader takes.",
        "The receiver drops it or closes the connection; the exchange it belongs to never ends. More than 200 levels or"
        " an integer of more than 4300 digits is legal JSON, and is not read here either.",
        "Mend the sender's JSON at the byte that is named.",
        "OCPP-J 1.6 section 4.1.2, OCPP 2.x part 4 section 4.1.2, RFC 8259",
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
        "Strict receivers reject the message, others misread it.",
        "Send objects for payload and details, strings for names.",
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
    Rule(
        "F012",
        "unknown-error-code",
        Severity.ERROR,
        "An error code that is not in the table of this version.",
        "The receiver can't tell what went wrong, and may reject the CALLERROR itself.",
        "Send a code of the version's table, spelt as it is there: 1.6 keeps FormationViolation and"
        " OccurenceConstraintViolation on purpose.",
        _CODES,
    ),
    Rule(
        "F013",
        "other-spelling-of-error-code",
        Severity.WARNING,
        "An error code is spelt as only some texts of this version spell it.",
        "By table 8 of part 4 it is OccurrenceConstraintViolation; some tools for 2.0.1 kept the spelling of 1.6,"
        " with one r. A receiver may know only one of the two.",
        "Send the spelling the hint gives, take both.",
        "OCPP 2.0.1 part 4 section 4.3",
    ),
    Rule(
        "F014",
        "long-description",
        Severity.ERROR,
        "The description of an error is longer than its version allows.",
        "A strict receiver rejects the CALLERROR, and the CALL stays open.",
        "Cut it to 255 characters and put the rest into the details.",
        "OCPP 2.x part 4 section 4.2.3",
    ),
    Rule(
        "F015",
        "null-payload",
        Severity.WARNING,
        "The payload is null.",
        "The standard says that JSON has two notations for no payload, null and {}, and that {} is good practice. Some"
        " take that for a permission; many receivers want an object and reject null.",
        "Send {} when there is nothing to send.",
        _PAYLOAD,
    ),
    Rule(
        "F016",
        "type-with-a-fraction",
        Severity.WARNING,
        "The message type is written with a fraction or an exponent, such as 2.0.",
        "To JSON that is the number 2, and some receivers take it so; to others it is no integer.",
        "Write it as a plain digit.",
        "OCPP-J 1.6 section 4.1.3, OCPP 2.x part 4 section 4.1.3, RFC 8259 section 6",
    ),
    Rule(
        "F017",
        "lone-surrogate",
        Severity.WARNING,
        "A string holds half of a surrogate pair.",
        "The escape is JSON, but no character: many receivers refuse the message, others replace or drop the letter.",
        "Write letters in UTF-8; a string may have been cut in the middle of one.",
        "RFC 8259 section 8.2",
    ),
    Rule(
        "F018",
        "huge-number",
        Severity.WARNING,
        "A number is larger than an IEEE 754 double can hold.",
        "It is JSON, but most receivers read it as infinity, or refuse the message.",
        "Leave the value out if there is none.",
        "RFC 8259 section 6",
    ),
    Rule(
        "F019",
        "wrong-type-for-action",
        Severity.ERROR,
        "An action that has an answer was sent as a SEND, or one that has none as a CALL.",
        "A SEND is never answered: what it asks for does not come. A CALL without an answer keeps its sender waiting.",
        "Send each action as the message type that the standard gives it.",
        "OCPP 2.1 part 4 section 4.2, part 2, messages",
    ),
    Rule(
        "F020",
        "websocket-violated",
        Severity.ERROR,
        "WebSocket itself does not allow what was sent. Said once a session for each kind and side.",
        "A strict receiver ends the connection at once, often with 1002 or 1007; others take it, or lose their way. It"
        " was passed on as it came.",
        "Mend the sender's WebSocket, or what stands before it and writes frames anew.",
        "RFC 6455 section 5, RFC 7692 section 6",
    ),
)

SHOWN = 16
"""First bytes of a violation that its message shows: the head of a frame has up to 14."""


class Framing(Family):
    """Looks at what came through and was no frame that can be read, or none that is allowed."""

    __slots__ = ("_once",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._once = Once()

    def violated(self, event: Violated) -> Iterator[Fault]:
        """Name what WebSocket does not allow; sizes and opcodes in the words make no other kind of it."""
        if not self._once(event.sender, re.sub(r"\d+", "", event.what)):
            return
        begins = f"; it begins with {event.wire[:SHOWN].hex(' ')}" if event.wire else ""
        lost = f"; nothing that the {event.sender.label} sends after it can be read" if event.opaque else ""
        yield Fault("F020", f"{event.what}{begins}{lost}", frame=None, blame=Blame(event.sender.value))


def check(frame: Frame, version: Version | None) -> Iterable[Fault]:
    """Find what is wrong with a frame in a session of this version."""
    if frame.type in _CHECKED:
        found = [*_too_new(frame, version), *_wrong_type(frame, version), *_error(frame, version)]
        return (*frame.faults, *_located(frame, found))
    if version is Version.V21 and frame.type is MessageType.CALL:
        return (*frame.faults, *_located(frame, list(_wrong_type(frame, version))))
    return frame.faults


_CHECKED = (MessageType.CALLERROR, MessageType.CALLRESULTERROR, MessageType.SEND)
"""The types in which the version matters; only OCPP 2.1 has actions that are no CALL."""


def _located(frame: Frame, faults: list[Fault]) -> Iterable[Fault]:
    if not faults:
        return faults
    return located(frame.raw if isinstance(frame.raw, str) else frame.raw.decode(), faults)


def _too_new(frame: Frame, version: Version | None) -> Iterator[Fault]:
    if version is not None and frame.type.name not in envelope.document(version)["definitions"]:
        yield Fault("F011", f"{frame.type.name} does not exist in OCPP {version}", "/0", "it came with OCPP 2.1")


def _wrong_type(frame: Frame, version: Version | None) -> Iterator[Fault]:
    """Compare the type of a message with what its action asks for, if the version has the choice."""
    if version is not Version.V21 or frame.action is None or not frame.type.has_action:
        return
    row = actions.table(version).get(actions.resolve(version, frame.action))
    wanted = MessageType.CALL if row is None or row.answered else MessageType.SEND
    if row is None or frame.type is wanted:
        return
    is_answered = "has an answer" if row.answered else "has no answer"
    words = f"{row.name} {is_answered}: it is a {wanted.name}, not a {frame.type.name}"
    yield Fault("F019", words, "/0", f"write {wanted.value}")


def _error(frame: Frame, version: Version | None) -> Iterator[Fault]:
    """Look at the code and the description of an error; of an unknown version, say what is wrong in all of them."""
    if frame.error_code is not None:
        yield from _code_faults(frame.error_code, version)
    most = envelope.longest_description(version) if version else None
    if most is not None and len(frame.description or "") > most:
        words = f"the description has {len(frame.description or '')} characters, {most} are allowed"
        yield Fault("F014", words, "/3", "put the long story into the details")


def _code_faults(code: str, version: Version | None) -> Iterator[Fault]:
    having = [other for other in Version if code in envelope.error_codes(other).legal]
    if version in having or (version is None and having):
        return
    if version is not None and code in envelope.error_codes(version).old:
        hint = f"OCPP {version} part 4 has {_meant(code, version)}"
        yield Fault("F013", f"{code} is how OCPP {_listed(having)} spells it", "/2", hint)
        return
    known = f"an error code of OCPP {_listed(having)}, not of {version}" if having else "not an error code of OCPP"
    near = _meant(code, version or Version.V21)
    hint = f"did you mean {near}?" if near else "GenericError stands for all that no other code says"
    yield Fault("F012", f"{code[:50] or 'an empty string'} is {known}", "/2", hint)


def _listed(versions: list[Version]) -> str:
    return " and ".join(versions)


def _meant(code: str, version: Version) -> str | None:
    """Return the code of a version that is written most like this one."""
    return nearest(code[:50], envelope.error_codes(version).legal, cutoff=0.8)
