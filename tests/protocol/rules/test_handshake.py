"""H: sessions without a known subprotocol tell their version by what they say."""

from typing import Any

import pytest

from inspector.protocol.event import Event, Opened
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules.handshake import guessed
from inspector.protocol.version import Version
from tests.protocol.wire import BOOT_16, BOOT_201, CSMS, STATION, call, codes, error, heard, opened, result

BOOT = "BootNotification"
SETTLEMENT = {"pspRef": "x", "status": "Settled", "settlementAmount": 1, "settlementTime": "2026-01-31T12:34:56Z"}


def listen(*events: Event) -> tuple[Inspection, list[Finding]]:
    inspection = Inspection()
    return inspection, [finding for event in events for finding in inspection.observe(event).findings]


def spoken(action: str, payload: Any = None, *, subprotocol: str | None = None) -> tuple[Inspection, list[Finding]]:
    """Hear one CALL in a session with that subprotocol."""
    return listen(opened(subprotocol=subprotocol), heard(raw=call(action=action, payload=payload)))


@pytest.mark.parametrize(
    ("action", "payload", "version"),
    [
        (BOOT, BOOT_16, Version.V16),
        (BOOT, BOOT_201, Version.V201),
        ("Authorize", {"idTag": "x"}, Version.V16),
        ("Authorize", {"idToken": {"idToken": "x", "type": "ISO14443"}}, Version.V201),
        ("RequestStopTransaction", {"transactionId": "1"}, Version.V201),
        ("RemoteStopTransaction", {"transactionId": 1}, Version.V16),
        ("StartTransaction", {}, Version.V16),
        ("NotifySettlement", SETTLEMENT, Version.V21),
    ],
)
def test_a_telling_call_settles_the_version(action: str, payload: Any, version: Version) -> None:
    """One warning H001, with what to negotiate, about the frame that told."""
    inspection, found = spoken(action, payload)
    assert inspection.version is version
    finding = found[0]
    assert (finding.code, finding.severity, finding.frame) == ("H001", Severity.WARNING, 1)
    assert finding.message == f"no subprotocol was negotiated; this looks like OCPP {version}"
    assert finding.hint == f"negotiate ocpp{version}"


@pytest.mark.parametrize("payload", [BOOT_16, BOOT_201])
def test_a_guess_that_fits_is_the_only_finding(payload: Any) -> None:
    assert codes(spoken(BOOT, payload)[1]) == ["H001"]


@pytest.mark.parametrize(
    ("payload", "version"),
    [
        ({**BOOT_16, "zz": 1}, Version.V16),
        ({**BOOT_16, "chargePointVendor": 7}, Version.V16),
        ({**BOOT_201, "reason": "Nonsense"}, Version.V201),
        ({**BOOT_201, "zz": 1}, Version.V201),
    ],
)
def test_a_call_with_a_fault_tells_too(payload: Any, version: Version) -> None:
    """The version it breaks least is the one it speaks, and the fault is found under that version."""
    inspection, found = spoken(BOOT, payload)
    assert inspection.version is version
    assert codes(found)[0] == "H001"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("action", "payload"), [("Heartbeat", {}), ("ClearCache", {}), ("DataTransfer", {"vendorId": "v"})]
)
def test_a_call_that_fits_1_6_and_2_0_1_settles_nothing(action: str, payload: Any) -> None:
    """No finding yet, and the next telling CALL decides."""
    for boot, version in ((BOOT_16, Version.V16), (BOOT_201, Version.V201)):
        inspection, found = listen(
            opened(subprotocol=None),
            heard(raw=call(action=action, payload=payload, message_id="1")),
            heard(raw=call(action=BOOT, payload=boot, message_id="2")),
        )
        assert inspection.version is version
        assert [(finding.code, finding.frame) for finding in found] == [("H001", 2)]


def test_a_settled_version_stays() -> None:
    """One guess a session: what does not fit afterwards is a fault."""
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action=BOOT, payload=BOOT_201, message_id="1")),
        heard(raw=call(action="StatusNotification", payload={}, message_id="2")),
        heard(raw=call(action="ChangeConfiguration", payload={"key": "a", "value": "b"}, message_id="3")),
    )
    assert inspection.version is Version.V201
    assert codes(found).count("H001") == 1
    assert codes(found)[-1] == "S001"


@pytest.mark.parametrize("subprotocol", ["ocpp2.0", "ocpp1.5", "", "OCPP1.6", "x" * 500])
def test_an_unknown_subprotocol_is_named_in_the_guess(subprotocol: str) -> None:
    """Cut to what fits a line."""
    inspection, found = spoken(BOOT, BOOT_16, subprotocol=subprotocol)
    assert inspection.version is Version.V16
    (finding,) = found
    assert finding.code == "H001"
    assert len(finding.message) < 150
    if subprotocol:
        assert finding.message.startswith(f"the subprotocol {subprotocol[:40]} is none of ocpp1.6, ocpp2.0.1, ocpp2.1")


@pytest.mark.parametrize("version", list(Version))
def test_a_known_subprotocol_is_not_doubted(version: Version) -> None:
    """A 1.6 boot under another subprotocol is a boot with faults."""
    inspection, found = spoken(BOOT, BOOT_16, subprotocol=f"ocpp{version}")
    assert inspection.version is version
    assert "H001" not in codes(found)
    assert bool(found) == (version is not Version.V16)


@pytest.mark.parametrize(
    "event",
    [
        heard(raw=result(payload={"status": "Accepted"}), sender=CSMS),
        heard(raw=error(), sender=CSMS),
        heard(raw=call(action="Nonsense", payload=BOOT_201)),
        heard(raw="nonsense"),
        heard(raw='[2,"1",7,{"reason":"PowerUp"}]'),
    ],
)
def test_what_names_no_known_action_tells_nothing(event: Event) -> None:
    inspection, found = listen(opened(subprotocol=None), event)
    assert inspection.version is None
    assert "H001" not in codes(found)


@pytest.mark.parametrize("text", ["null", "[]", "7"])
def test_a_payload_that_is_no_object_settles_nothing(text: str) -> None:
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=f'[2,"1","BootNotification",{text}]'),
        heard(raw=call(action=BOOT, payload=BOOT_201, message_id="2")),
    )
    assert inspection.version is Version.V201
    assert codes(found) == ["F006", "H001"]


def test_an_answer_while_the_version_is_open_is_no_false_alarm() -> None:
    """``statusInfo`` came with 2.0.1: as long as that may be the version, it is no unknown field."""
    _, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action="ClearCache"), sender=CSMS),
        heard(raw=result(payload={"status": "Rejected", "statusInfo": {"reasonCode": "Busy"}}), sender=STATION),
    )
    assert found == []


def test_a_send_tells_2_1() -> None:
    """Only 2.1 has it."""
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action="NotifyPeriodicEventStream", payload={}, kind=6)),
    )
    assert inspection.version is Version.V21
    assert codes(found)[0] == "H001"


def test_a_session_whose_handshake_was_not_heard_is_guessed_too() -> None:
    """An imported log may start in the middle."""
    inspection, found = listen(heard(raw=call(action=BOOT, payload=BOOT_16)))
    assert (inspection.version, codes(found)) == (Version.V16, ["H001"])


def test_the_guess_names_what_was_negotiated_instead() -> None:
    assert "no version was given" in guessed(Version.V16, None).message
    assert "no subprotocol" in guessed(Version.V16, Opened(0, "CP-1")).message
    assert "ocpp9 is none of" in guessed(Version.V16, Opened(0, "CP-1", subprotocol="ocpp9")).message
