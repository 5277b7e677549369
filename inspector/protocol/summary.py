"""What a frame says, in the words of who works with OCPP: ``connector 1 Charging``, ``tx 77 12.4 kWh``.

Made for a row of a table: short, quick, and never at a loss. A payload may be of any shape.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from inspector.protocol.fields import inner, number, objects
from inspector.protocol.frame import MessageType
from inspector.protocol.meter_readings import readings

LONGEST_READ = 8192
"""Characters of a frame that is parsed for its summary; a longer one has none."""

MOST = 200
"""Characters of a summary."""


def summarize(raw: str | bytes, kind: MessageType, action: str | None) -> str:
    """Return what a frame says; nothing where there is no better way to say it than its payload.

    ``action`` is also that of the CALL it answers.
    """
    if len(raw) > LONGEST_READ or kind is MessageType.INVALID:
        return ""
    try:
        elements = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(elements, list):
        return ""
    if kind.is_error:
        return ": ".join(part for part in elements[2:4] if isinstance(part, str) and part)[:MOST]
    payload = next((part for part in elements[2:4] if isinstance(part, dict)), None)
    return _fill(_template(action or "", is_answer=kind is MessageType.CALLRESULT), payload)[:MOST]


class _Piece(NamedTuple):
    """A piece of a template: it is there if its field is, of the path ``.`` the payload. ``form`` makes words of it."""

    before: str
    path: tuple[str, ...]
    form: Callable[[Any], str]
    after: str


@cache
def _template(action: str, *, is_answer: bool) -> tuple[_Piece, ...]:
    texts = ANSWERS.get(action, STATUS) if is_answer else CALLS.get(action, ())
    return tuple(map(_piece, texts))


def _piece(text: str) -> _Piece:
    found = _FIELD.fullmatch(text)
    if found is None:
        raise ValueError(f"a piece has one field: {text}")
    path = tuple(filter(None, found["path"].split(".")))
    return _Piece(found["before"], path, FORMS[found["form"] or "text"], found["after"])


_FIELD = re.compile(r"(?P<before>[^{]*)\{(?P<path>[A-Za-z0-9.]+)(?::(?P<form>[a-z]+))?\}(?P<after>.*)")


def _fill(pieces: Iterable[_Piece], payload: Any) -> str:
    said = ""
    for before, path, form, after in pieces:
        value = payload
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        words = form(value) if value is not None else ""
        if words:
            space = " " if said and before[:1] not in {",", ":"} else ""
            said += f"{space}{before if said else before.lstrip(',: ')}{words}{after}"
    return said


# What becomes of a field. Each takes a value of any shape, and says nothing of one that it does not know.


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:MOST] if isinstance(value, str | int | float) else ""


def _short(value: Any) -> str:
    """Show the beginning of a UUID."""
    words = _text(value)
    return words if len(words) <= SHORT + 4 else f"{words[:SHORT]}…"


SHORT = 8


def _kilowatt_hours(value: Any) -> str:
    found = number(value)
    return "" if found is None else f"{found / 1000:.1f} kWh"


def _allowed(value: Any) -> str:
    """Say whether somebody may charge, and why not."""
    words = _text(value)
    return f"Rejected: {words}" if words and words != "Accepted" else words


def _connector(payload: Any) -> str:
    """Name the connector, or the EVSE and its connector (2.x)."""
    evse = inner(payload, "evse")
    number = _text(payload.get("evseId") if "evseId" in payload else evse.get("id"))
    connector = _text(payload.get("connectorId") if "connectorId" in payload else evse.get("connectorId"))
    if not number:
        return f"connector {connector}" if connector else ""
    return f"EVSE {number}/{connector}" if connector else f"EVSE {number}"


def _fault(value: Any) -> str:
    """Say what is wrong with a connector, if something is."""
    return "" if value == "NoError" else _text(value)


def _meter(values: Any) -> str:
    """Say what was measured last."""
    if not isinstance(values, list):
        return ""
    found = list(readings({"meterValue": values[-1:]}, 0))
    if not found:
        return ""
    last = found[0]
    shown = (
        (last.energy_wh, 1000, "kWh", 1),
        (last.power_w, 1000, "kW", 1),
        (last.current_a if last.power_w is None else None, 1, "A", 1),
        (last.soc, 1, "%", 0),
    )
    return " ".join(f"{value / unit:.{digits}f} {name}" for value, unit, name, digits in shown if value is not None)


def _many(noun: str) -> Callable[[Any], str]:
    """Return what counts a list; the names of one or two stand there themselves."""

    def form(value: Any) -> str:
        if not isinstance(value, list):
            return ""
        names = [name for each in value if (name := _name(each))]
        if names and len(names) == len(value) <= 2:
            return ", ".join(names)
        return f"{len(value)} {noun}{'' if len(value) == 1 else 's'}"

    return form


def _name(value: Any) -> str:
    """Name a configuration key, or a variable of a component (2.x)."""
    if not isinstance(value, dict):
        return _text(value) if isinstance(value, str) else ""
    names = (_text(part.get("name")) for key in ("component", "variable") if isinstance(part := value.get(key), dict))
    name = ".".join(filter(None, names)) or _text(value.get("key"))
    given = next((words for key in _VALUES if (words := _text(value.get(key)))), "")
    return f"{name} = {given}" if name and given else name


_VALUES = ("attributeValue", "actualValue", "value")


def _statuses(value: Any) -> str:
    """Count results by their status; name the one result there is."""
    results = objects(value)
    counts = Counter(words for each in results if (words := next(_status_of(each), "")))
    if len(results) == 1:
        return " ".join(filter(None, (_name(results[0]), *counts)))
    return ", ".join(f"{count} {status}" for status, count in counts.items())


def _status_of(result: Mapping[str, Any]) -> Iterator[str]:
    return (words for key, value in result.items() if key.lower().endswith("status") and (words := _text(value)))


def _limits(value: Any) -> str:
    """Say what a charging profile is for, and its first limit; a profile may be given in a list of one."""
    profile = next(iter(objects(value)), None) if isinstance(value, list) else value
    if not isinstance(profile, dict):
        return ""
    given = profile.get("chargingSchedule")  # an object in 1.6, a list of them in 2.x
    schedules = objects(given) if isinstance(given, list) else [given] if isinstance(given, dict) else [profile]
    periods = chain.from_iterable(objects(each, "chargingSchedulePeriod") for each in schedules)
    limit = next((words for each in periods if (words := _text(each.get("limit")))), "")
    unit = next((words for each in schedules if (words := _text(each.get("chargingRateUnit")))), "")
    return " ".join(filter(None, (_text(profile.get("chargingProfilePurpose")), limit, unit if limit else "")))


FORMS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "short": _short,
    "kwh": _kilowatt_hours,
    "allowed": _allowed,
    "connector": _connector,
    "fault": _fault,
    "meter": _meter,
    "keys": _many("key"),
    "variables": _many("variable"),
    "profiles": _many("profile"),
    "certificates": _many("certificate"),
    "tokens": _many("token"),
    "messages": _many("message"),
    "monitors": _many("monitor"),
    "statuses": _statuses,
    "limits": _limits,
}

STATUS = ("{status}", ": {statusInfo.reasonCode}", ", {statusInfo.additionalInfo}")
"""What nearly every answer says."""

_CONNECTOR = ("{.:connector}",)
_TOKEN = ("{idTag}", "{idToken.idToken}")
_REQUEST = (", request {requestId}",)
_FILE = ("{location}", "{log.remoteLocation}", "{firmware.location}")

CALLS: dict[str, tuple[str, ...]] = {
    "Authorize": _TOKEN,
    "BootNotification": (
        "{chargePointSerialNumber}",
        "{chargingStation.serialNumber}",
        ", {chargePointVendor}",
        ", {chargingStation.vendorName}",
        "{chargePointModel}",
        "{chargingStation.model}",
        ", firmware {firmwareVersion}",
        ", firmware {chargingStation.firmwareVersion}",
        ", {reason}",
    ),
    "CancelReservation": ("reservation {reservationId}",),
    "CertificateSigned": ("{certificateType}",),
    "ChangeAvailability": (*_CONNECTOR, "{type}", "{operationalStatus}"),
    "ChangeConfiguration": ("{key}", "= {value}"),
    "ClearChargingProfile": ("profile {id}", "profile {chargingProfileId}", *_CONNECTOR, "{chargingProfilePurpose}"),
    "ClearDisplayMessage": ("message {id}",),
    "ClearVariableMonitoring": ("{id:monitors}",),
    "ClearedChargingLimit": (*_CONNECTOR, "{chargingLimitSource}"),
    "CostUpdated": ("tx {transactionId:short}", "costs {totalCost}"),
    "CustomerInformation": ("{customerIdentifier}", *_TOKEN, ", report {report}", ", clear {clear}", *_REQUEST),
    "DataTransfer": ("{vendorId}", "{messageId}", ": {data}"),
    "DeleteCertificate": ("certificate {certificateHashData.serialNumber}",),
    "DiagnosticsStatusNotification": ("{status}",),
    "ExtendedTriggerMessage": ("{requestedMessage}", *_CONNECTOR),
    "FirmwareStatusNotification": ("{status}", *_REQUEST),
    "Get15118EVCertificate": ("{action}",),
    "GetBaseReport": ("{reportBase}", *_REQUEST),
    "GetChargingProfiles": (*_CONNECTOR, *_REQUEST),
    "GetCompositeSchedule": (*_CONNECTOR, "over {duration} s"),
    "GetConfiguration": ("{key:keys}",),
    "GetDiagnostics": _FILE,
    "GetDisplayMessages": ("{state}", *_REQUEST),
    "GetInstalledCertificateIds": ("{certificateType}", "{certificateType:certificates}"),
    "GetLog": ("{logType}", *_REQUEST),
    "GetMonitoringReport": ("{componentVariable:variables}", *_REQUEST),
    "GetReport": ("{componentVariable:variables}", *_REQUEST),
    "GetTransactionStatus": ("tx {transactionId:short}",),
    "GetVariables": ("{getVariableData:variables}",),
    "InstallCertificate": ("{certificateType}",),
    "LogStatusNotification": ("{status}", *_REQUEST),
    "MeterValues": (*_CONNECTOR, "tx {transactionId:short}", "{meterValue:meter}"),
    "NotifyChargingLimit": (*_CONNECTOR, "{chargingLimit.chargingLimitSource}"),
    "NotifyCustomerInformation": ("{data}", *_REQUEST),
    "NotifyDERAlarm": ("{controlType}", "{gridEventFault}"),
    "NotifyDERStartStop": ("control {controlId:short}", "started {started}"),
    "NotifyDisplayMessages": ("{messageInfo:messages}", *_REQUEST),
    "NotifyEVChargingNeeds": (*_CONNECTOR, "{chargingNeeds.requestedEnergyTransfer}"),
    "NotifyEVChargingSchedule": (*_CONNECTOR, "{chargingSchedule:limits}"),
    "NotifyEvent": ("{eventData:variables}",),
    "NotifyMonitoringReport": ("{monitor:monitors}", *_REQUEST),
    "NotifyPeriodicEventStream": ("stream {id}", ", {pending} pending"),
    "NotifyPriorityCharging": ("tx {transactionId:short}", "activated {activated}"),
    "NotifyReport": ("{reportData:variables}", *_REQUEST),
    "NotifySettlement": ("tx {transactionId:short}", "{status}", "{settlementAmount}"),
    "PublishFirmware": ("{location}", *_REQUEST),
    "PublishFirmwareStatusNotification": ("{status}", *_REQUEST),
    "RemoteStartTransaction": (*_CONNECTOR, *_TOKEN, ", {chargingProfile:limits}"),
    "RemoteStopTransaction": ("tx {transactionId:short}",),
    "ReportChargingProfiles": (*_CONNECTOR, "{chargingProfile:profiles}", *_REQUEST),
    "RequestStartTransaction": (*_CONNECTOR, *_TOKEN, ", start {remoteStartId}", ", {chargingProfile:limits}"),
    "RequestStopTransaction": ("tx {transactionId:short}",),
    "ReservationStatusUpdate": ("reservation {reservationId}", "{reservationUpdateStatus}"),
    "ReserveNow": (
        "reservation {reservationId}",
        "reservation {id}",
        *_CONNECTOR,
        *_TOKEN,
        "until {expiryDate}",
        "until {expiryDateTime}",
    ),
    "Reset": ("{type}", *_CONNECTOR),
    "SecurityEventNotification": ("{type}", ": {techInfo}"),
    "SendLocalList": (
        "{updateType}",
        "version {listVersion}",
        "version {versionNumber}",
        ", {localAuthorizationList:tokens}",
    ),
    "SetChargingProfile": (*_CONNECTOR, "{csChargingProfiles:limits}", "{chargingProfile:limits}"),
    "SetDisplayMessage": ("message {message.id}", ": {message.message.content}"),
    "SetMonitoringBase": ("{monitoringBase}",),
    "SetMonitoringLevel": ("severity {severity}",),
    "SetNetworkProfile": ("slot {configurationSlot}", "{connectionData.ocppCsmsUrl}"),
    "SetVariableMonitoring": ("{setMonitoringData:variables}",),
    "SetVariables": ("{setVariableData:variables}",),
    "SignCertificate": ("{certificateType}",),
    "SignedFirmwareStatusNotification": ("{status}", *_REQUEST),
    "SignedUpdateFirmware": (*_FILE, *_REQUEST),
    "StartTransaction": (*_CONNECTOR, *_TOKEN, "from {meterStart:kwh}"),
    "StatusNotification": (*_CONNECTOR, "{status}", "{connectorStatus}", "{errorCode:fault}", "{vendorErrorCode}"),
    "StopTransaction": ("tx {transactionId:short}", "at {meterStop:kwh}", ", {reason}"),
    "TransactionEvent": (
        "{eventType}",
        "{transactionInfo.chargingState}",
        "{meterValue:meter}",
        ", {triggerReason}",
        ", {transactionInfo.stoppedReason}",
        ", {.:connector}",
        "tx {transactionInfo.transactionId:short}",
    ),
    "TriggerMessage": ("{requestedMessage}", *_CONNECTOR),
    "UnlockConnector": _CONNECTOR,
    "UnpublishFirmware": ("{checksum}",),
    "UpdateFirmware": (*_FILE, *_REQUEST),
    "UsePriorityCharging": ("tx {transactionId:short}", "activate {activate}"),
}
"""What a CALL says, by its action: pieces in order, each with the one field it is about; of several versions."""

ANSWERS: dict[str, tuple[str, ...]] = {
    "Authorize": ("{idTagInfo.status:allowed}", "{idTokenInfo.status:allowed}", ", {certificateStatus}"),
    "BootNotification": ("{status}", ": {statusInfo.reasonCode}", ", every {interval} s"),
    "ClearVariableMonitoring": ("{clearMonitoringResult:statuses}",),
    "DataTransfer": ("{status}", ": {statusInfo.reasonCode}", ": {data}"),
    "GetCompositeSchedule": (*STATUS, "{chargingSchedule:limits}", "{schedule:limits}"),
    "GetConfiguration": ("{configurationKey:keys}", ", unknown: {unknownKey:keys}"),
    "GetDiagnostics": ("{fileName}",),
    "GetInstalledCertificateIds": (
        *STATUS,
        ", {certificateHashData:certificates}",
        ", {certificateHashDataChain:certificates}",
    ),
    "GetLocalListVersion": ("version {listVersion}", "version {versionNumber}"),
    "GetLog": (*STATUS, "{filename}"),
    "GetTransactionStatus": ("ongoing {ongoingIndicator}", ", messages in queue {messagesInQueue}"),
    "GetVariables": ("{getVariableResult:statuses}",),
    "Heartbeat": ("{currentTime}",),
    "RequestStartTransaction": (*STATUS, ", tx {transactionId:short}"),
    "SetVariableMonitoring": ("{setMonitoringResult:statuses}",),
    "SetVariables": ("{setVariableResult:statuses}",),
    "StartTransaction": ("tx {transactionId:short}", "{idTagInfo.status:allowed}"),
    "StopTransaction": ("{idTagInfo.status:allowed}",),
    "TransactionEvent": ("{idTokenInfo.status:allowed}", ", costs {totalCost}"),
}
"""What an answer says, by its CALL's action, where that is more than :data:`STATUS`."""
