"""F: what of the frame needs the version; the rest is found by decode."""

import pytest

from inspector.protocol.finding import Blame, Severity
from inspector.protocol.frame import decode
from inspector.protocol.rules.framing import check
from inspector.protocol.version import Version
from tests.protocol.wire import CSMS, call, error, findings, heard, result

NEW = {"SEND": call(action="NotifyPeriodicEventStream", kind=6), "CALLRESULTERROR": error(kind=5)}


@pytest.mark.parametrize("version", [Version.V16, Version.V201])
@pytest.mark.parametrize("name", NEW)
def test_a_type_of_2_1_is_unknown_to_older_versions(version: Version, name: str) -> None:
    (fault,) = check(decode(NEW[name]), version)
    assert (fault.code, fault.pointer) == ("F011", "/0")
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


def test_what_decode_found_is_passed_on() -> None:
    """In its order, before what the version adds."""
    raw = '[5,"","GenericError",7,{}]'
    assert [fault.code for fault in check(decode(raw), Version.V16)] == ["F006", "F007", "F011"]


@pytest.mark.parametrize("raw", ["nonsense", '[9,"1"]', "[]"])
def test_the_sender_of_an_invalid_frame_is_blamed(raw: str) -> None:
    """The finding is about that frame, even if nothing in it could be read."""
    (finding,) = findings([heard(raw=raw, sender=CSMS)], version=Version.V16)
    assert (finding.blame, finding.frame, finding.severity) == (Blame.CSMS, 1, Severity.ERROR)


def test_the_byte_of_a_fault_is_in_the_finding() -> None:
    (finding,) = findings([heard(raw='[2,"é",]')], version=Version.V16)
    assert (finding.code, finding.pointer) == ("F001", "")
    assert finding.offset in {7, 8}
