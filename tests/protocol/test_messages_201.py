"""All 128 messages of OCPP 2.0.1: accepted when valid, found at the very place when broken, decoded as documented."""

from collections.abc import Callable
from typing import Any

import pytest

from inspector.protocol import actions
from inspector.protocol.event import Received
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.inspection import Observation
from inspector.protocol.json_places import pointer
from inspector.protocol.schema import Part
from inspector.protocol.version import Party, Version
from tests.protocol.instances import Broken, Message, broken, full, minimal
from tests.protocol.wire import SECOND, call, codes, exact, formal, heard, named_result, places, result, seen, watch

ACTIONS = (
    "Authorize",
    "BootNotification",
    "CancelReservation",
    "CertificateSigned",
    "ChangeAvailability",
    "ClearCache",
    "ClearChargingProfile",
    "ClearDisplayMessage",
    "ClearVariableMonitoring",
    "ClearedChargingLimit",
    "CostUpdated",
    "CustomerInformation",
    "DataTransfer",
    "DeleteCertificate",
    "FirmwareStatusNotification",
    "Get15118EVCertificate",
    "GetBaseReport",
    "GetCertificateStatus",
    "GetChargingProfiles",
    "GetCompositeSchedule",
    "GetDisplayMessages",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "GetLog",
    "GetMonitoringReport",
    "GetReport",
    "GetTransactionStatus",
    "GetVariables",
    "Heartbeat",
    "InstallCertificate",
    "LogStatusNotification",
    "MeterValues",
    "NotifyChargingLimit",
    "NotifyCustomerInformation",
    "NotifyDisplayMessages",
    "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule",
    "NotifyEvent",
    "NotifyMonitoringReport",
    "NotifyReport",
    "PublishFirmware",
    "PublishFirmwareStatusNotification",
    "ReportChargingProfiles",
    "RequestStartTransaction",
    "RequestStopTransaction",
    "ReservationStatusUpdate",
    "ReserveNow",
    "Reset",
    "SecurityEventNotification",
    "SendLocalList",
    "SetChargingProfile",
    "SetDisplayMessage",
    "SetMonitoringBase",
    "SetMonitoringLevel",
    "SetNetworkProfile",
    "SetVariableMonitoring",
    "SetVariables",
    "SignCertificate",
    "StatusNotification",
    "TransactionEvent",
    "TriggerMessage",
    "UnlockConnector",
    "UnpublishFirmware",
    "UpdateFirmware",
)

DOCUMENTED_CALLS = {
    "StartTransactionRequest": "RequestStartTransaction",
    "StopTransactionRequest": "RequestStopTransaction",
}
DOCUMENTED_ANSWERS = {
    "StartTransaction": "RequestStartTransaction",
    "StopTransaction": "RequestStopTransaction",
}

Make = Callable[[Message], Any]

each_action = pytest.mark.parametrize("action", ACTIONS)
each_make = pytest.mark.parametrize("make", [minimal, full])


def request_of(action: str) -> Message:
    return Version.V201, action, Part.REQUEST


def response_of(action: str) -> Message:
    return Version.V201, action, Part.RESPONSE


def sender_of(action: str) -> Party:
    return min(actions.table(Version.V201)[action].senders)


def exchange(
    *, action: str, request: object = None, response: object = None, answer: str | None = None
) -> list[Observation]:
    """Watch a CALL and its answer, both valid unless told otherwise, and look at their form."""
    sender = sender_of(action)
    asked = minimal(request_of(action)) if request is None else request
    answered = minimal(response_of(action)) if response is None else response
    return look(
        heard(raw=call(action=action, payload=asked), sender=sender),
        heard(raw=answer or result(payload=answered), sender=sender.peer, time_ns=SECOND),
    )


def look(*events: Received) -> list[Observation]:
    """Watch a session of 2.0.1 and look at its form: what such payloads mean together, nobody knows."""
    return [
        observed._replace(findings=tuple(formal(observed.findings))) for observed in watch(events, version=Version.V201)
    ]


def all_of(observations: list[Observation]) -> list[Finding]:
    return [finding for observation in observations for finding in observation.findings]


def expected(one: Broken, *, at: int) -> set[tuple[str, str]]:
    return {(code, pointer((at, *path))) for code, path in one.faults}


def test_there_are_128_messages() -> None:
    """64 Requests and 64 Responses, and not one action more in the table."""
    assert len(ACTIONS) == len(set(ACTIONS)) == 64
    table = actions.table(Version.V201)
    assert set(table) == set(ACTIONS)
    assert all(row.answered for row in table.values())


@each_action
@each_make
def test_a_valid_exchange_has_no_finding(action: str, make: Make) -> None:
    """The Request and the Response, smallest and fullest, decode as what they are and pass every check."""
    request, response = make(request_of(action)), make(response_of(action))
    asked, answered = exchange(action=action, request=request, response=response)
    assert all_of([asked, answered]) == []
    assert (seen(asked).frame.type, seen(asked).action, seen(asked).part) == (2, action, Part.REQUEST)
    assert exact(seen(asked).frame.payload) == exact(request)
    assert (seen(answered).frame.type, seen(answered).action, seen(answered).part) == (3, action, Part.RESPONSE)
    assert exact(seen(answered).frame.payload) == exact(response)
    assert seen(answered).latency_ns == SECOND


@each_action
def test_a_broken_request_is_found_at_its_place(action: str) -> None:
    """Each thing that can be wrong with the payload has its code and its pointer below ``/3``."""
    ways = broken(request_of(action))
    assert ways
    for one in ways:
        raw = call(action=action, payload=one.payload)
        (observation,) = look(heard(raw=raw, sender=sender_of(action)))
        assert places(observation.findings) == expected(one, at=3)


@each_action
def test_a_broken_response_is_found_at_its_place(action: str) -> None:
    """Each thing that can be wrong with the payload has its code and its pointer below ``/2``."""
    ways = broken(response_of(action))
    assert ways
    for one in ways:
        asked, answered = exchange(action=action, response=one.payload)
        assert asked.findings == ()
        assert places(answered.findings) == expected(one, at=2)


@each_action
def test_the_sender_of_a_broken_payload_is_blamed(action: str) -> None:
    """Who wrote the Request is to blame for it, the peer for the Response."""
    sender = sender_of(action)
    unknown = {"zzUnknown": 1}
    asked, answered = exchange(action=action, request=unknown, response=unknown)
    assert {(finding.blame, finding.frame) for finding in asked.findings} == {(sender.value, 1)}
    assert {(finding.blame, finding.frame) for finding in answered.findings} == {(sender.peer.value, 2)}


@each_action
@each_make
def test_an_answer_that_names_its_action_is_read_with_a_warning(action: str, make: Make) -> None:
    """``[3, id, action, payload]`` is no error: one warning F008, which shows the standard's form."""
    payload = make(response_of(action))
    asked, answered = exchange(action=action, answer=named_result(action=action, payload=payload))
    assert asked.findings == ()
    (finding,) = answered.findings
    assert (finding.code, finding.severity, finding.pointer) == ("F008", Severity.WARNING, "/2")
    assert '[3,"1",{...}]' in finding.hint
    frame = seen(answered).frame
    assert (frame.type, frame.message_id, frame.action) == (MessageType.CALLRESULT, "1", action)
    assert (exact(frame.payload), frame.payload_at) == (exact(payload), 3)
    assert (seen(answered).action, seen(answered).latency_ns) == (action, SECOND)


@each_action
def test_a_broken_answer_that_names_its_action_is_found_below_3(action: str) -> None:
    """The payload stands one place further on, and so do the pointers."""
    for one in broken(response_of(action)):
        answer = named_result(action=action, payload=one.payload)
        _, answered = exchange(action=action, answer=answer)
        assert places(answered.findings) == expected(one, at=3) | {("F008", "/2")}


@pytest.mark.parametrize(("written", "action"), DOCUMENTED_CALLS.items())
@each_make
def test_a_call_by_its_documented_name_is_the_standard_action(written: str, action: str, make: Make) -> None:
    """The documented name is resolved, with one warning F009 that names the standard's."""
    raw = call(action=written, payload=make(request_of(action)))
    (observation,) = look(heard(raw=raw, sender=Party.CSMS))
    (finding,) = observation.findings
    assert (finding.code, finding.severity, finding.pointer) == ("F009", Severity.WARNING, "/2")
    assert finding.hint == f"write {action}"
    assert (seen(observation).action, seen(observation).frame.action) == (action, written)


@pytest.mark.parametrize(("written", "action"), DOCUMENTED_CALLS.items())
def test_a_broken_call_by_its_documented_name_is_checked_as_the_standard_action(written: str, action: str) -> None:
    """Another name saves no payload from its schema."""
    for one in broken(request_of(action)):
        raw = call(action=written, payload=one.payload)
        (observation,) = look(heard(raw=raw, sender=Party.CSMS))
        assert places(observation.findings) == expected(one, at=3) | {("F009", "/2")}


@pytest.mark.parametrize(("written", "action"), DOCUMENTED_ANSWERS.items())
@pytest.mark.parametrize("asked_as", ["documented", "standard"])
def test_the_documented_exchange_pairs_without_an_error(written: str, action: str, asked_as: str) -> None:
    """The answer under its documented name finds its CALL, whichever name that had, with warnings only."""
    name = f"{written}Request" if asked_as == "documented" else action
    answer = named_result(action=written, payload=minimal(response_of(action)))
    asked, answered = look(
        heard(raw=call(action=name, payload=minimal(request_of(action))), sender=Party.CSMS),
        heard(raw=answer, sender=Party.STATION, time_ns=SECOND),
    )
    assert codes(asked.findings) == (["F009"] if asked_as == "documented" else [])
    assert places(answered.findings) == {("F008", "/2"), ("F009", "/2")}
    assert {finding.severity for finding in all_of([asked, answered])} == {Severity.WARNING}
    assert seen(answered).action == action
    assert seen(answered).latency_ns == SECOND
