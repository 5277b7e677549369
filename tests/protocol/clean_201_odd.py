"""Clean sessions of OCPP 2.0.1 and 2.1 that are out of the ordinary: odd, but right."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from inspector.protocol.version import Version
from tests.protocol.clean_201 import APP, TOKEN, Talk2, reports


def pending(version: Version) -> Talk2:
    """A CSMS that configures the station before it accepts it."""
    talk = Talk2(version)
    talk.connects()
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "Two"}}
    talk.station("BootNotification", boot, {"status": "Pending", "currentTime": talk.now(), "interval": 30})
    reports(talk)
    talk.csms("TriggerMessage", {"requestedMessage": "BootNotification"}).waits(1)
    triggered = boot | {"reason": "Triggered"}
    talk.station("BootNotification", triggered, {"status": "Accepted", "currentTime": talk.now(), "interval": 300})
    return talk.status(1).beats(3).closes("csms")


def terse(version: Version) -> Talk2:
    """A station that sends no more than it must, and a car that comes before its driver."""
    talk = Talk2(version)
    talk.connects()
    boot = {"reason": "Unknown", "chargingStation": {"vendorName": "A", "model": "B"}}
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 600})
    talk.status(1).beats(2, every=600).status(1, "Occupied")
    events = {
        "Authorized": "Started",
        "CablePluggedIn": "Updated",
        "EVCommunicationLost": "Updated",
        "StopAuthorized": "Ended",
    }
    for number, (trigger, kind) in enumerate(events.items()):
        event = {"eventType": kind, "timestamp": talk.now(), "triggerReason": trigger, "seqNo": number}
        begun = {"evse": {"id": 1}, "idToken": TOKEN} if kind == "Started" else {}
        talk.station("TransactionEvent", {**event, **begun, "transactionInfo": {"transactionId": "t"}}, {})
        talk.later(200)
    talk.status(1)
    return talk.beats(2, every=600).closes()


def power_loss(version: Version) -> Talk2:
    """The power fails in mid-transaction; after its boot the station ends it with the next number."""
    talk = Talk2(version)
    talk.connects()
    talk.boots()
    car = talk.transaction("pl-1", 2, meter=100).plugged_in().charges(16, 6)
    talk.closes("csms", 1001).later(600).connects()
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "Two"}}
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 300})
    info = {"stoppedReason": "PowerLoss"}
    car.says("Ended", "AbnormalCondition", info=info, ago=605, offline=True)
    return talk.status(1).status(2).beats(3).closes("csms")


def crowded(version: Version) -> Talk2:
    """Eight cars at once, each transaction with numbers of its own."""
    talk = Talk2(version)
    talk.connects()
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "Hub"}}
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 3600})
    cars = [talk.transaction(f"hub-{evse}", evse, meter=evse * 1000) for evse in range(1, 9)]
    for car in cars:
        car.plugged_in()
    for _ in range(12):
        talk.later(50)
        for number, car in enumerate(cars):
            car.meter = round(car.meter + 3 * 230.4 * (6 + number) / 60, 1)
            car.says("Updated", "MeterValuePeriodic", state="Charging", meterValue=car.sampled(6 + number))
        talk.waits(60 - 50 - 8 * 0.16)
    for car in reversed(cars):
        car.unplugged()
    return talk.beats(1, every=3600).closes("csms")


def chatty(version: Version) -> Talk2:
    """A CSMS that uses most of what there is: monitors, messages, profiles, certificates, reservations, costs."""
    talk = Talk2(version, secure=True)
    talk.connects()
    talk.boots()
    talk.csms("SetMonitoringBase", {"monitoringBase": "All"})
    talk.csms("SetMonitoringLevel", {"severity": 5})
    talk.csms("GetMonitoringReport", {"requestId": 21}, {"status": "EmptyResultSet"})
    talk.csms("GetDisplayMessages", {"requestId": 22}, {"status": "Unknown"})
    talk.csms("GetInstalledCertificateIds", {}, {"status": "NotFound"})
    talk.csms("GetChargingProfiles", {"requestId": 23, "chargingProfile": {}}, {"status": "NoProfiles"})
    talk.csms("GetLocalListVersion", {}, {"versionNumber": 0})
    reservation = {"id": 3, "expiryDateTime": talk.now(3600), "idToken": APP, "evseId": 1}
    talk.csms("ReserveNow", reservation).status(1, "Reserved")
    talk.csms("CancelReservation", {"reservationId": 3}).status(1)
    talk.csms("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 2}}).status(2, "Unavailable")
    talk.csms("ChangeAvailability", {"operationalStatus": "Operative", "evse": {"id": 2}}).status(2)
    talk.station("SignCertificate", {"csr": "-----BEGIN"}, {"status": "Accepted"})
    talk.later(5).csms("CertificateSigned", {"certificateChain": "-----BEGIN CERTIFICATE-----"})
    talk.csms("DataTransfer", {"vendorId": "com.acme"}, {"status": "UnknownVendorId"})
    talk.csms("CustomerInformation", {"requestId": 24, "report": True, "clear": False, "customerIdentifier": "c"})
    customer = {"data": "", "seqNo": 0, "generatedAt": talk.now(), "requestId": 24, "tbc": False}
    talk.waits(1).station("NotifyCustomerInformation", customer)
    car = talk.transaction("ch-1", 1, meter=0).plugged_in().charges(16, 5)
    talk.csms("CostUpdated", {"totalCost": 1.25, "transactionId": "ch-1"}, {})
    external = {"chargingLimit": {"chargingLimitSource": "EMS", "isGridCritical": False}, "evseId": 1}
    talk.station("NotifyChargingLimit", external)
    car.says("Updated", "ChargingRateChanged", state="Charging").charges(8, 5)
    talk.station("ClearedChargingLimit", {"chargingLimitSource": "EMS", "evseId": 1})
    car.charges(16, 5).unplugged()
    return talk.beats(2).closes("csms")


SESSIONS: Sequence[Any] = tuple(
    partial(story, version)
    for version in (Version.V201, Version.V21)
    for story in (pending, terse, power_loss, crowded, chatty)
)
