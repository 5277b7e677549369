"""Clean sessions of OCPP 1.6: what stations and CSMSs say when nothing is wrong."""

from collections.abc import Sequence
from typing import Any

from inspector.protocol.version import Version
from tests.protocol.talk import Talk

WELCOME = {"idTagInfo": {"status": "Accepted"}}
CONFIGURATION = {
    "HeartbeatInterval": "300",
    "MeterValueSampleInterval": "60",
    "NumberOfConnectors": "2",
    "ChargeProfileMaxStackLevel": "5",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "24",
    "MaxChargingProfilesInstalled": "10",
    "SupportedFeatureProfiles": "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging",
    "AuthorizeRemoteTxRequests": "false",
}


class Talk16(Talk):
    """A conversation in OCPP 1.6, by its phrases."""

    def __init__(self, **how: Any) -> None:
        super().__init__(Version.V16, **how)

    def boots(self, *, interval: int = 300, firmware: str = "1.0.3") -> "Talk16":
        """Let the station boot and tell the state of its two connectors."""
        self.station(
            "BootNotification",
            {"chargePointVendor": "Acme", "chargePointModel": "Two", "firmwareVersion": firmware},
            {"status": "Accepted", "currentTime": self.now(), "interval": interval},
        )
        return self.status(0).status(1).status(2)

    def status(self, connector: int, state: str = "Available", error: str = "NoError") -> "Talk16":
        self.station(
            "StatusNotification",
            {"connectorId": connector, "errorCode": error, "status": state, "timestamp": self.now()},
        )
        return self

    def beats(self, times: int = 1, *, every: float = 300) -> "Talk16":
        """Let time pass with nothing but heartbeats."""
        for _ in range(times):
            self.later(every).station("Heartbeat", {}, {"currentTime": self.now()})
        return self

    def authorizes(self, tag: str = "04A1B2C3") -> "Talk16":
        self.station("Authorize", {"idTag": tag}, WELCOME)
        return self

    def starts(
        self, connector: int, transaction: int, meter: int, *, tag: str = "04A1B2C3", ago: float = 0
    ) -> "Talk16":
        started = {"connectorId": connector, "idTag": tag, "meterStart": meter, "timestamp": self.now(-ago)}
        self.station("StartTransaction", started, {**WELCOME, "transactionId": transaction})
        return self

    def stops(self, transaction: int, meter: int, *, reason: str = "Local", ago: float = 0, **more: Any) -> "Talk16":
        stopped = {"transactionId": transaction, "meterStop": meter, "timestamp": self.now(-ago), "reason": reason}
        self.station("StopTransaction", {**stopped, "idTag": "04A1B2C3", **more}, WELCOME)
        return self

    def samples(
        self, connector: int, transaction: int | None, meter: int, *, amperes: float = 0, ago: float = 0
    ) -> "Talk16":
        values = {"connectorId": connector, "meterValue": [self.sample(meter, amperes=amperes, ago=ago)]}
        self.station("MeterValues", values if transaction is None else {**values, "transactionId": transaction})
        return self

    def sample(self, meter: int, *, amperes: float, context: str = "Sample.Periodic", ago: float = 0) -> dict[str, Any]:
        """Measure three phases, the power and the energy."""
        phases = [
            {"value": f"{value}", "measurand": measurand, "phase": phase, "unit": unit, "context": context}
            for measurand, value, unit in (("Current.Import", amperes, "A"), ("Voltage", 230.4, "V"))
            for phase in ("L1", "L2", "L3")
        ]
        power = {"value": f"{3 * 230.4 * amperes:.1f}", "measurand": "Power.Active.Import", "unit": "W"}
        energy = {"value": f"{meter}", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        return {"timestamp": self.now(-ago), "sampledValue": [*phases, power | {"context": context}, energy]}

    def charges(
        self, connector: int, transaction: int, *, meter: int, amperes: float, minutes: int, every: int = 60
    ) -> int:
        """Let a car charge, with a sample each minute, and return the register at the end."""
        for minute in range(minutes * 60 // every):
            self.later(every)
            meter += round(3 * 230.4 * amperes * every / 3600)
            self.samples(connector, transaction, meter, amperes=amperes)
            if minute % 5 == 4:
                self.station("Heartbeat", {}, {"currentTime": self.now()})
        return meter


def day() -> Talk16:
    """A day: boot, the CSMS looks around, two cars come, one at each connector, and nights of heartbeats."""
    talk = Talk16(secure=True)
    talk.connects()
    talk.boots()
    keys = [
        {"key": key, "readonly": key != "HeartbeatInterval", "value": value} for key, value in CONFIGURATION.items()
    ]
    talk.csms("GetConfiguration", {}, {"configurationKey": keys})
    talk.csms("GetConfiguration", {"key": ["Nonsense"]}, {"unknownKey": ["Nonsense"]})
    talk.csms("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "300"})
    talk.csms("GetLocalListVersion", {}, {"listVersion": 0})
    talk.csms("SendLocalList", {"listVersion": 1, "updateType": "Full", "localAuthorizationList": []})
    talk.beats(12).pings()
    talk.authorizes().status(1, "Preparing").later(5)
    talk.starts(1, 501, 12_000).status(1, "Charging")
    first = talk.charges(1, 501, meter=12_000, amperes=16, minutes=30)
    talk.authorizes("04FFEEDD").starts(2, 502, 880_000, tag="04FFEEDD").status(2, "Charging")
    for minute in range(1, 31):
        talk.later(60)
        first, second = first + 184, 880_000 + 115 * minute
        talk.samples(1, 501, first, amperes=16).samples(2, 502, second, amperes=10)
        if minute % 5 == 0:
            talk.station("Heartbeat", {}, {"currentTime": talk.now()})
    talk.status(1, "SuspendedEV").later(120).status(1, "Finishing")
    talk.stops(501, first, transactionData=[talk.sample(first, amperes=0, context="Transaction.End")])
    talk.status(1).later(60)
    talk.stops(502, second, reason="EVDisconnected", idTag="04FFEEDD").status(2, "Finishing").status(2)
    talk.beats(50).pings()
    talk.closes("csms", 1001, "going away")
    return talk


def remote() -> Talk16:
    """A CSMS starts and stops by remote, and asks for what it wants to know."""
    talk = Talk16(station="DE*ACM*E0001")
    talk.connects()
    talk.boots()
    talk.csms("RemoteStartTransaction", {"idTag": "APP-USER", "connectorId": 2}).later(3)
    talk.status(2, "Preparing").later(4)
    talk.starts(2, 7, 100, tag="APP-USER").status(2, "Charging")
    talk.csms("TriggerMessage", {"requestedMessage": "MeterValues", "connectorId": 2}).waits(1)
    talk.samples(2, 7, 100, amperes=15)
    meter = talk.charges(2, 7, meter=100, amperes=15, minutes=20)
    talk.csms("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 2}).waits(1)
    talk.status(2, "Charging")
    talk.csms("RemoteStopTransaction", {"transactionId": 7}).later(2)
    talk.stops(7, meter, reason="Remote", idTag="APP-USER").status(2, "Finishing").later(20).status(2)
    talk.csms("UnlockConnector", {"connectorId": 2}, {"status": "Unlocked"})
    talk.csms("TriggerMessage", {"requestedMessage": "Heartbeat"}).waits(1)
    talk.station("Heartbeat", {}, {"currentTime": talk.now()})
    talk.csms("RemoteStartTransaction", {"idTag": "APP-USER", "connectorId": 1}, {"status": "Rejected"})
    return talk.beats(3).closes("csms")


def smart() -> Talk16:
    """Smart charging: defaults, a profile within a transaction that the car follows, and clearing them."""
    talk = Talk16()
    talk.connects()
    talk.boots()
    default = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule((0, 20)),
    }
    talk.csms("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": default})
    talk.authorizes().starts(1, 31, 5_000).status(1, "Charging")
    meter = talk.charges(1, 31, meter=5_000, amperes=19.8, minutes=10)
    for limit in (10, 6, 16):
        profile = {
            "chargingProfileId": 2,
            "transactionId": 31,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": schedule((0, limit)),
        }
        talk.csms("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}).later(10)
        meter = talk.charges(1, 31, meter=meter, amperes=limit - 0.2, minutes=10)
    talk.csms(
        "GetCompositeSchedule",
        {"connectorId": 1, "duration": 600},
        {"status": "Accepted", "connectorId": 1, "scheduleStart": talk.now(), "chargingSchedule": schedule((0, 16))},
    )
    talk.csms("ClearChargingProfile", {"id": 2}).later(5)
    meter = talk.charges(1, 31, meter=meter, amperes=20, minutes=10)
    talk.csms("ClearChargingProfile", {}).later(5)
    meter = talk.charges(1, 31, meter=meter, amperes=31.5, minutes=10)
    talk.stops(31, meter).status(1)
    return talk.beats(2).closes()


def schedule(*periods: tuple[int, float]) -> dict[str, Any]:
    listed = [{"startPeriod": start, "limit": limit} for start, limit in periods]
    return {"chargingRateUnit": "A", "chargingSchedulePeriod": listed}


def resets() -> Talk16:
    """A hard and a soft reset, each with a reconnect and a boot."""
    talk = Talk16()
    talk.connects()
    talk.boots().beats(3)
    talk.csms("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}).status(1, "Unavailable")
    talk.csms("Reset", {"type": "Hard"}).waits(1).closes("station", 1001)
    talk.later(45).connects()
    talk.boots().csms("ChangeAvailability", {"connectorId": 1, "type": "Operative"}).beats(3)
    talk.authorizes().starts(2, 9, 700).status(2, "Charging")
    meter = talk.charges(2, 9, meter=700, amperes=8, minutes=6)
    talk.csms("Reset", {"type": "Soft"}).later(2)
    talk.stops(9, meter, reason="SoftReset").status(2, "Finishing").waits(1).closes("station")
    talk.later(70).connects()
    return talk.boots().beats(5).closes("csms")


def outage() -> Talk16:
    """The station is away in mid-transaction, charges on, and flushes its queue when it is back."""
    talk = Talk16()
    talk.connects()
    talk.boots().authorizes().starts(1, 88, 40_000).status(1, "Charging")
    meter = talk.charges(1, 88, meter=40_000, amperes=16, minutes=15)
    talk.closes("station", 1001, "no signal")
    talk.later(1800).connects()
    for minute in range(29, 0, -1):
        meter += 184
        talk.samples(1, 88, meter, amperes=16, ago=minute * 60)
    meter = talk.charges(1, 88, meter=meter, amperes=16, minutes=10)
    talk.closes("station", 1001, "no signal")
    talk.later(3600).connects()
    talk.stops(88, meter + 1500, reason="EVDisconnected", ago=3000)
    talk.starts(1, 89, meter + 1500, ago=2400)
    talk.samples(1, 89, meter + 2000, amperes=16, ago=1800)
    talk.stops(89, meter + 2500, ago=1200)
    talk.status(0).status(1).status(2)
    return talk.beats(4).closes("csms")


def firmware() -> Talk16:
    """An update, with a reboot into the new version, and diagnostics."""
    talk = Talk16()
    talk.connects()
    talk.boots().beats(1)
    talk.csms("UpdateFirmware", {"location": "https://csms.example/fw.bin", "retrieveDate": talk.now(30)}, {})
    for seconds, state in ((40, "Downloading"), (90, "Downloaded"), (20, "Installing")):
        talk.later(seconds).station("FirmwareStatusNotification", {"status": state})
    talk.closes("station", 1001).later(90).connects()
    talk.boots(firmware="1.1.0").station("FirmwareStatusNotification", {"status": "Installed"})
    talk.csms("GetDiagnostics", {"location": "ftp://csms.example/logs"}, {"fileName": "cp1.zip"}, takes=2)
    for seconds, state in ((2, "Uploading"), (30, "Uploaded")):
        talk.later(seconds).station("DiagnosticsStatusNotification", {"status": state})
    talk.csms("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}).waits(1)
    talk.station("FirmwareStatusNotification", {"status": "Idle"})
    return talk.beats(2).closes("csms")


def odds_and_ends() -> Talk16:
    """Reservations, data of vendors, security events, faults that come and go, refusals in order."""
    talk = Talk16()
    talk.connects()
    talk.boots()
    reservation = {"connectorId": 1, "expiryDate": talk.now(3600), "idTag": "04A1B2C3", "reservationId": 4}
    talk.csms("ReserveNow", reservation).status(1, "Reserved")
    talk.csms("CancelReservation", {"reservationId": 4}).status(1)
    talk.csms("DataTransfer", {"vendorId": "com.acme", "messageId": "GetX"}, {"status": "UnknownMessageId"})
    talk.station("DataTransfer", {"vendorId": "com.acme", "data": "x=1"}, {"status": "UnknownVendorId"})
    talk.station("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": talk.now()})
    talk.csms("ChangeConfiguration", {"key": "WebSocketPingInterval", "value": "0"}, {"status": "RebootRequired"})
    talk.csms("ChangeConfiguration", {"key": "What", "value": "0"}, {"status": "NotSupported"})
    talk.csms("ClearCache")
    talk.station("Authorize", {"idTag": "UNKNOWN"}, {"idTagInfo": {"status": "Invalid"}})
    talk.status(2, "Faulted", "GroundFailure").later(60).status(2)
    return talk.beats(2).closes("csms")


def months(days: int = 60) -> Talk16:
    """A connection that lasts: heartbeats, and a car each day."""
    talk = Talk16()
    talk.connects()
    talk.boots()
    meter = 0
    for number in range(days):
        talk.beats(20, every=300).authorizes().starts(1, number + 1, meter).status(1, "Charging")
        meter = talk.charges(1, number + 1, meter=meter, amperes=16, minutes=10)
        talk.stops(number + 1, meter).status(1, "Finishing").status(1)
    return talk


SESSIONS: Sequence[Any] = (day, remote, smart, resets, outage, firmware, odds_and_ends, months)
