"""F: what of the frame needs the version; the rest is found by decode."""

import pytest

from inspector.protocol.envelope import error_codes
from inspector.protocol.event import Violated
from inspector.protocol.finding import Blame, Severity
from inspector.protocol.frame import decode, encode
from inspector.protocol.knowledge.remembered import MOST_SAID
from inspector.protocol.rules.framing import check
from inspector.protocol.version import Party, Version
from tests.protocol.rules.made import NOW
from tests.protocol.wire import CSMS, STATION, call, codes, error, findings, heard, opened, result, seen, watch

NEW = {"SEND": call(action="NotifyPeriodicEventStream", kind=6), "CALLRESULTERROR": error(kind=5)}


@pytest.mark.parametrize("version", [Version.V16, Version.V201])
@pytest.mark.parametrize("name", NEW)
def test_a_type_of_2_1_is_unknown_to_older_versions(version: Version, name: str) -> None:
    fault = next(fault for fault in check(decode(NEW[name]), version) if fault.code == "F011")
    assert (fault.pointer, fault.offset) == ("/0", 1)
    assert fault.message == f"{name} does not exist in OCPP {version}"


@pytest.mark.parametrize("version", [Version.V21, None])
@pytest.mark.parametrize("name", NEW)
def test_a_type_of_2_1_is_known_to_2_1_and_to_who_knows(version: Version | None, name: str) -> None:
    """While nobody knows the version, nothing is said of it."""
    assert list(check(decode(NEW[name]), version)) == []


@pytest.mark.parametrize("version", [*Version, None])
@pytest.mark.parametrize("raw", [call(), result(), error()])
def test_the_types_of_every_version_are_known(version: Version | None, raw: str) -> None:
    assert list(check(decode(raw), version)) == []


@pytest.mark.parametrize(
    ("raw", "words", "hint"),
    [
        (call(kind=6), "Heartbeat has an answer: it is a CALL, not a SEND", "write 2"),
        (call(action="DataTransfer", kind=6), "DataTransfer has an answer: it is a CALL, not a SEND", "write 2"),
        (
            call(action="NotifyPeriodicEventStream"),
            "NotifyPeriodicEventStream has no answer: it is a SEND, not a CALL",
            "write 6",
        ),
    ],
)
def test_an_action_has_its_type_in_2_1(raw: str, words: str, hint: str) -> None:
    (fault,) = check(decode(raw), Version.V21)
    assert (fault.code, fault.pointer, fault.offset, fault.message, fault.hint) == ("F019", "/0", 1, words, hint)
    assert "F019" not in [fault.code for version in (Version.V16, None) for fault in check(decode(raw), version)]


@pytest.mark.parametrize("raw", [call(), call(action="Made.Up"), call(action="Made.Up", kind=6), NEW["SEND"]])
def test_the_right_type_and_unknown_actions_are_fine(raw: str) -> None:
    assert list(check(decode(raw), Version.V21)) == []


def test_what_decode_found_is_passed_on() -> None:
    """In its order, before what the version adds."""
    raw = '[5,"","GenericError",7,{}]'
    assert [fault.code for fault in check(decode(raw), Version.V16)] == ["F006", "F007", "F011"]


OLD = {"FormatViolation": "FormationViolation", "OccurrenceConstraintViolation": "OccurenceConstraintViolation"}
"""Two spellings, that of 2.x and that of 1.6."""

SHARED = (
    "NotImplemented",
    "NotSupported",
    "InternalError",
    "ProtocolError",
    "SecurityError",
    "PropertyConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
)
CODES = {
    Version.V16: {*SHARED, *OLD.values()},
    Version.V201: {*SHARED, *OLD, "MessageTypeNotSupported", "RpcFrameworkError"},
    Version.V21: {*SHARED, *OLD, "MessageTypeNotSupported", "RpcFrameworkError"},
}


def faults_of(raw: str | bytes, version: Version | None) -> list[tuple[str, str, int | None, str]]:
    return [(fault.code, fault.pointer, fault.offset, fault.hint) for fault in check(decode(raw), version)]


@pytest.mark.parametrize("version", Version)
def test_the_error_codes_of_a_version_are_its_tables(version: Version) -> None:
    """OCPP-J 1.6 table 7, OCPP 2.0.1 part 4 table 8, OCPP 2.1 part 4 table 9."""
    every = set().union(*CODES.values())
    legal = {code for code in every if not faults_of(error(code=code), version)}
    assert legal == CODES[version] == error_codes(version).legal


@pytest.mark.parametrize(("new", "old"), OLD.items())
def test_each_version_keeps_its_spelling_and_names_whose_the_other_is(new: str, old: str) -> None:
    """The errata of 1.6 say on purpose that its spelling stays."""
    assert faults_of(error(code=new), Version.V16) == [("F012", "/2", 7, f"did you mean {old}?")]
    assert faults_of(error(code=old), Version.V21) == [("F012", "/2", 7, f"did you mean {new}?")]
    (of_16,) = check(decode(error(code=new)), Version.V16)
    assert of_16.message == f"{new} is an error code of OCPP 2.0.1 and 2.1, not of 1.6"
    (of_21,) = check(decode(error(code=old)), Version.V21)
    assert of_21.message == f"{old} is an error code of OCPP 1.6, not of 2.1"


def test_what_texts_of_2_0_1_spell_in_two_ways_is_a_warning() -> None:
    (fault,) = check(decode(error(code="OccurenceConstraintViolation")), Version.V201)
    assert (fault.code, fault.pointer, fault.offset) == ("F013", "/2", 7)
    assert "1.6" in fault.message
    assert fault.hint.endswith("has OccurrenceConstraintViolation")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("NOT_IMPLEMENTED", "did you mean NotImplemented?"),
        ("internalError", "did you mean InternalError?"),
        ("Format Violation", "did you mean FormatViolation?"),
        ("PropertyConstraintsViolation", "did you mean PropertyConstraintViolation?"),
        ("404", "GenericError stands for all that no other code says"),
        ("", "GenericError stands for all that no other code says"),
        ("x" * 100_000, "GenericError stands for all that no other code says"),
    ],
)
@pytest.mark.parametrize("version", [Version.V201, Version.V21, None])
def test_a_code_of_no_version_is_a_fault_with_the_nearest_one(code: str, hint: str, version: Version | None) -> None:
    """Also while nobody knows the version."""
    assert faults_of(error(code=code), version) == [("F012", "/2", 7, hint)]
    (fault,) = check(decode(error(code=code)), version)
    assert len(fault.message) < 120


@pytest.mark.parametrize("code", [*OLD, *OLD.values(), "RpcFrameworkError"])
def test_a_code_of_some_version_is_no_fault_while_nobody_knows_which(code: str) -> None:
    assert faults_of(error(code=code), None) == []


@pytest.mark.parametrize("kind", [4, 5])
def test_both_errors_of_2_1_have_the_same_rules(kind: int) -> None:
    raw = f'[{kind},"1","Nonsense","{"é" * 256}",{{}}]'
    assert [fault[:3] for fault in faults_of(raw, Version.V21)] == [("F012", "/2", 7), ("F014", "/3", 18)]


@pytest.mark.parametrize(
    ("version", "length", "codes"),
    [
        (Version.V16, 5000, []),
        (Version.V201, 255, []),
        (Version.V201, 256, ["F014"]),
        (Version.V21, 255, []),
        (Version.V21, 256, ["F014"]),
        (None, 256, []),
    ],
)
def test_a_description_has_255_characters_since_2_0(version: Version | None, length: int, codes: list[str]) -> None:
    """OCPP-J 1.6 sets no limit. They are characters, not bytes."""
    raw = encode([4, "1", "InternalError", "é" * length, {}])
    assert [fault.code for fault in check(decode(raw), version)] == codes


def test_the_byte_of_an_error_code_is_right_in_a_binary_frame() -> None:
    raw = '\ufeff [4,"é","Nonsense","",{}]'.encode()
    assert [fault[:3] for fault in faults_of(raw, Version.V16)][-1] == ("F012", "/2", 12)


def test_details_that_are_none_are_an_error() -> None:
    """The standard asks for an empty object, and does not let null stand for it."""
    assert [fault[:3] for fault in faults_of('[4,"1","InternalError","",null]', Version.V16)] == [("F006", "/4", 26)]


@pytest.mark.parametrize("raw", ["nonsense", '[9,"1"]', "[]"])
def test_the_sender_of_an_invalid_frame_is_blamed(raw: str) -> None:
    """The finding is about that frame, even if nothing in it could be read."""
    (finding,) = findings([heard(raw=raw, sender=CSMS)], version=Version.V16)
    assert (finding.blame, finding.frame, finding.severity) == (Blame.CSMS, 1, Severity.ERROR)


def test_the_byte_of_a_fault_is_in_the_finding() -> None:
    (finding,) = findings([heard(raw='[2,"é",]')], version=Version.V16)
    assert (finding.code, finding.pointer) == ("F001", "")
    assert finding.offset in {7, 8}


CRIPPLED = {
    "no payload": '[3,"1"]',
    "null": '[3,"1",null]',
    "a list": '[3,"1",[]]',
    "an error of 3": '[4,"1","GenericError"]',
    "an error of 4": '[4,"1","GenericError","why"]',
    "an error of 2": '[4,"1"]',
    "a type with a fraction": '[3.0,"1",{"currentTime":"2026-01-31T12:34:56Z"}]',
    "NULs behind": '[3,"1",{"currentTime":"2026-01-31T12:34:56Z"}]\x00',
    "a mark before": '\ufeff[3,"1",{"currentTime":"2026-01-31T12:34:56Z"}]',
}


@pytest.mark.parametrize("raw", CRIPPLED.values(), ids=CRIPPLED)
def test_a_crippled_answer_is_still_the_answer(raw: str) -> None:
    """The fault is its own: its CALL is not called unanswered, nor the answer an orphan."""
    asked, answered = watch([heard(raw=call()), heard(raw=raw, sender=CSMS)], version=Version.V16)
    assert asked.findings == ()
    assert seen(answered).call is not None
    assert {code[0] for code in codes(answered.findings)} <= {"F", "S"}
    assert "F" in {code[0] for code in codes(answered.findings)}


@pytest.mark.parametrize("raw", ['[2,7,"Heartbeat"]', "[2,7]", '[2.0,7,"Heartbeat",null]', '[2,7,"heartbeat",{}]\x00'])
def test_a_crippled_call_is_still_a_call(raw: str) -> None:
    """Its answer is no orphan."""
    _, answered = watch([heard(raw=raw), heard(raw=result(payload=NOW, message_id="7"), sender=CSMS)])
    assert seen(answered).call is not None
    assert "R002" not in codes(answered.findings)


def test_a_mis_spelt_action_is_no_fault_of_the_frame() -> None:
    """The table of actions has to say so."""
    assert decode('[2,"1","heartBeat",{}]').action == "heartBeat"
    assert list(check(decode('[2,"1","heartBeat",{}]'), Version.V16)) == []


def violated(what: str = "a frame without a mask", sender: Party = STATION, *, opaque: bool = False) -> Violated:
    return Violated(1, sender, what, bytes(range(100)), opaque)


def test_a_violation_is_told_with_its_first_bytes() -> None:
    """Their secrets, if there are some, come later."""
    (finding,) = findings([opened(), violated()])
    assert (finding.code, finding.severity, finding.blame, finding.frame) == ("F020", Severity.ERROR, "station", None)
    assert finding.message == ("a frame without a mask; it begins with 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f")
    (finding,) = findings([opened(), Violated(1, CSMS, "a message that can't be inflated", opaque=True)])
    assert finding.blame == "csms"
    assert finding.message == "a message that can't be inflated; nothing that the CSMS sends after it can be read"


def test_a_violation_is_told_once_for_each_kind_and_side() -> None:
    """Numbers make no other kind, and words of all sorts no flood."""
    many = [violated() for _ in range(1000)]
    sizes = [violated(f"a message of {size} bytes, too large to be kept") for size in range(10)]
    found = findings([opened(), *many, *sizes, *many, violated(sender=CSMS)])
    assert [one.message.partition(";")[0] for one in found] == [
        "a frame without a mask",
        "a message of 0 bytes, too large to be kept",
        "a frame without a mask",
    ]
    words = [violated(f"{chr(65 + number // 26)}{chr(65 + number % 26)}") for number in range(26 * 26)]
    assert len(findings([opened(), *words])) == MOST_SAID
