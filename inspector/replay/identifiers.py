"""Identifiers that one side hands out and the other uses from then on: where they stand, by version and action."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from inspector.protocol import actions
from inspector.protocol.schema import Part
from inspector.protocol.version import Party, Version

Path = tuple[str, ...]
"""Steps from the payload to a value; ``*`` stands for any index of an array."""


class Identifier(NamedTuple):
    """A kind of identifier: who hands it out, where the standard says so, and the fields that hold it.

    The fields of ``given`` hand out a new one each time; those of ``used`` refer to it. A field is an action and a
    path into its request, or behind ``.conf`` into its answer.
    """

    kind: str
    giver: Party
    versions: tuple[Version, ...]
    spec: str
    given: str
    used: str


class Field(NamedTuple):
    """A field that holds an identifier, and whether a new one is handed out there."""

    identifier: Identifier
    is_given: bool


_V2 = (Version.V201, Version.V21)
_V16 = (Version.V16,)
_STATION, _CSMS = Party.STATION, Party.CSMS

IDENTIFIERS: tuple[Identifier, ...] = (
    Identifier(
        "transactionId",
        _CSMS,
        _V16,
        "OCPP 1.6 4.8",
        "StartTransaction.conf/transactionId",
        "StopTransaction/transactionId MeterValues/transactionId RemoteStopTransaction/transactionId"
        " RemoteStartTransaction/chargingProfile/transactionId"
        " SetChargingProfile/csChargingProfiles/transactionId",
    ),
    Identifier(
        "reservationId",
        _CSMS,
        _V16,
        "OCPP 1.6 5.13",
        "ReserveNow/reservationId",
        "CancelReservation/reservationId StartTransaction/reservationId",
    ),
    Identifier(
        "chargingProfileId",
        _CSMS,
        _V16,
        "OCPP 1.6 5.16",
        "SetChargingProfile/csChargingProfiles/chargingProfileId"
        " RemoteStartTransaction/chargingProfile/chargingProfileId",
        "ClearChargingProfile/id",
    ),
    Identifier(
        "requestId",
        _CSMS,
        _V16,
        "OCPP 1.6 security 5.4, 5.7",
        "GetLog/requestId SignedUpdateFirmware/requestId",
        "LogStatusNotification/requestId SignedFirmwareStatusNotification/requestId",
    ),
    Identifier(
        "listVersion",
        _CSMS,
        _V16,
        "OCPP 1.6 5.15",
        "SendLocalList/listVersion",
        "GetLocalListVersion.conf/listVersion",
    ),
    Identifier(
        "transactionId",
        _STATION,
        _V2,
        "OCPP 2.x part 2 E01",
        "",
        "TransactionEvent/transactionInfo/transactionId RequestStartTransaction.conf/transactionId"
        " RequestStopTransaction/transactionId GetTransactionStatus/transactionId"
        " CostUpdated/transactionId RequestStartTransaction/chargingProfile/transactionId"
        " SetChargingProfile/chargingProfile/transactionId"
        " ReportChargingProfiles/chargingProfile/*/transactionId NotifyEvent/eventData/*/transactionId"
        " SetDisplayMessage/message/transactionId NotifyDisplayMessages/messageInfo/*/transactionId"
        " ChangeTransactionTariff/transactionId NotifyAllowedEnergyTransfer/transactionId"
        " NotifyPriorityCharging/transactionId NotifySettlement/transactionId"
        " UsePriorityCharging/transactionId",
    ),
    Identifier(
        "remoteStartId",
        _CSMS,
        _V2,
        "OCPP 2.x part 2 F01, F02",
        "RequestStartTransaction/remoteStartId",
        "TransactionEvent/transactionInfo/remoteStartId",
    ),
    Identifier(
        "reservationId",
        _CSMS,
        _V2,
        "OCPP 2.x part 2 H01",
        "ReserveNow/id",
        "CancelReservation/reservationId ReservationStatusUpdate/reservationId TransactionEvent/reservationId",
    ),
    Identifier(
        "chargingProfileId",
        _CSMS,
        _V2,
        "OCPP 2.x part 2 K01",
        "SetChargingProfile/chargingProfile/id RequestStartTransaction/chargingProfile/id",
        "ClearChargingProfile/chargingProfileId GetChargingProfiles/chargingProfile/chargingProfileId/*"
        " ReportChargingProfiles/chargingProfile/*/id PullDynamicScheduleUpdate/chargingProfileId"
        " UpdateDynamicSchedule/chargingProfileId",
    ),
    Identifier(
        "requestId",
        _CSMS,
        _V2,
        "OCPP 2.x part 2 B07, K09, L01, N01, N02, N09, O03",
        "GetBaseReport/requestId GetReport/requestId GetMonitoringReport/requestId GetLog/requestId"
        " CustomerInformation/requestId GetChargingProfiles/requestId GetDisplayMessages/requestId"
        " UpdateFirmware/requestId PublishFirmware/requestId GetDERControl/requestId"
        " RequestBatterySwap/requestId",
        "NotifyReport/requestId NotifyMonitoringReport/requestId LogStatusNotification/requestId"
        " NotifyCustomerInformation/requestId ReportChargingProfiles/requestId"
        " NotifyDisplayMessages/requestId FirmwareStatusNotification/requestId"
        " PublishFirmwareStatusNotification/requestId ReportDERControl/requestId BatterySwap/requestId",
    ),
    Identifier(
        "certificate requestId",
        _STATION,
        (Version.V21,),
        "OCPP 2.1 part 2 A02",
        "SignCertificate/requestId",
        "CertificateSigned/requestId",
    ),
    Identifier(
        "monitorId",
        _STATION,
        _V2,
        "OCPP 2.x part 2 N04",
        "SetVariableMonitoring.conf/setMonitoringResult/*/id",
        "SetVariableMonitoring/setMonitoringData/*/id ClearVariableMonitoring/id/*"
        " ClearVariableMonitoring.conf/clearMonitoringResult/*/id"
        " NotifyMonitoringReport/monitor/*/variableMonitoring/*/id"
        " NotifyEvent/eventData/*/variableMonitoringId"
        " OpenPeriodicEventStream/constantStreamData/variableMonitoringId"
        " GetPeriodicEventStream.conf/constantStreamData/*/variableMonitoringId",
    ),
    Identifier(
        "eventId",
        _STATION,
        _V2,
        "OCPP 2.x part 2 N07",
        "NotifyEvent/eventData/*/eventId",
        "NotifyEvent/eventData/*/cause",
    ),
    Identifier(
        "displayMessageId",
        _CSMS,
        _V2,
        "OCPP 2.x part 2 O01",
        "SetDisplayMessage/message/id",
        "GetDisplayMessages/id/* ClearDisplayMessage/id NotifyDisplayMessages/messageInfo/*/id",
    ),
    Identifier(
        "eventStreamId",
        _STATION,
        (Version.V21,),
        "OCPP 2.1 part 2 N11",
        "OpenPeriodicEventStream/constantStreamData/id",
        "NotifyPeriodicEventStream/id ClosePeriodicEventStream/id AdjustPeriodicEventStream/id"
        " GetPeriodicEventStream.conf/constantStreamData/*/id",
    ),
    Identifier(
        "tariffId",
        _CSMS,
        (Version.V21,),
        "OCPP 2.1 part 2 I07",
        "SetDefaultTariff/tariff/tariffId ChangeTransactionTariff/tariff/tariffId",
        "ClearTariffs/tariffIds/* Authorize.conf/tariff/tariffId"
        " ClearTariffs.conf/clearTariffsResult/*/tariffId GetTariffs.conf/tariffAssignments/*/tariffId"
        " TransactionEvent/transactionInfo/tariffId"
        " TransactionEvent/costDetails/chargingPeriods/*/tariffId",
    ),
    Identifier(
        "controlId",
        _CSMS,
        (Version.V21,),
        "OCPP 2.1 part 2 R04",
        "SetDERControl/controlId",
        "GetDERControl/controlId ClearDERControl/controlId NotifyDERStartStop/controlId"
        " NotifyDERStartStop/supersededIds/* SetDERControl.conf/supersededIds/*",
    ),
)
"""Who hands out which identifier, and every field that holds it."""


def fields(version: Version | None, action: str, part: Part) -> Mapping[Path, Field]:
    """Return the paths of a payload that lead to identifiers."""
    if version is None:
        return {}
    return _table(version).get((actions.resolve(version, action), part), {})


@cache
def _table(version: Version) -> Mapping[tuple[str, Part], Mapping[Path, Field]]:
    table: defaultdict[tuple[str, Part], dict[Path, Field]] = defaultdict(dict)
    for row in IDENTIFIERS:
        for place in f"{row.given} {row.used}".split() if version in row.versions else ():
            action, part, path = parsed(place)
            table[action, part][path] = Field(row, place in row.given.split())
    return table


def parsed(place: str) -> tuple[str, Part, Path]:
    """Return the action, the part and the path of a field as the table has it."""
    name, *path = place.split("/")
    action, _, answer = name.partition(".")
    return action, Part.RESPONSE if answer else Part.REQUEST, tuple(path)
