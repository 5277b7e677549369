"""Clean sessions of OCPP 2.0.1 and 2.1: what stations and CSMSs say when nothing is wrong."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from inspector.protocol.version import Version
from tests.protocol.talk import Talk

TOKEN = {"idToken": "04A1B2C3D4", "type": "ISO14443"}
APP = {"idToken": "a8f7d2c1", "type": "Central"}


class Talk2(Talk):
    """A conversation in OCPP 2.0.1 or 2.1, by its phrases."""

    def boots(self, reason: str = "PowerUp", *, interval: int = 300, firmware: str = "2.4.0") -> "Talk2":
        """Let the station boot and tell the state of the connectors of its two EVSEs."""
        station = {"vendorName": "Acme", "model": "Two", "firmwareVersion": firmware, "serialNumber": "A-17"}
        answer = {"status": "Accepted", "currentTime": self.now(), "interval": interval}
        self.station("BootNotification", {"reason": reason, "chargingStation": station}, answer)
        return self.status(1).status(2)

    def status(self, evse: int, state: str = "Available") -> "Talk2":
        connector = {"timestamp": self.now(), "connectorStatus": state, "evseId": evse, "connectorId": 1}
        self.station("StatusNotification", connector)
        return self

    def beats(self, times: int = 1, *, every: float = 300) -> "Talk2":
        """Let time pass with nothing but heartbeats."""
        for _ in range(times):
            self.later(every).station("Heartbeat", {}, {"currentTime": self.now()})
        return self

    def transaction(self, name: str, evse: int = 1, *, meter: float = 0) -> "Transaction":
        """Begin the story of one transaction."""
        return Transaction(self, name, evse, meter)


class Transaction:
    """The events of one transaction, numbered as they should be."""

    def __init__(self, talk: Talk2, name: str, evse: int, meter: float) -> None:
        self.talk, self.name, self.evse, self.meter = talk, name, evse, meter
        self._number = 0

    def says(self, kind: str, trigger: str, *, state: str | None = None, ago: float = 0, **more: Any) -> "Transaction":
        """Send the next event."""
        info = {"transactionId": self.name} | ({"chargingState": state} if state else {}) | more.pop("info", {})
        payload = {
            "eventType": kind,
            "timestamp": self.talk.now(-ago),
            "triggerReason": trigger,
            "seqNo": self._number,
            "transactionInfo": info,
            "evse": {"id": self.evse, "connectorId": 1},
        }
        answer = {"idTokenInfo": {"status": "Accepted"}} if "idToken" in more else {}
        self.talk.station("TransactionEvent", payload | more, answer)
        self._number += 1
        return self

    def sampled(self, amperes: float, *, context: str = "Sample.Periodic", ago: float = 0) -> list[dict[str, Any]]:
        """Measure three phases, the power and the energy."""
        phases = [
            {
                "value": value,
                "measurand": measurand,
                "phase": phase,
                "context": context,
                "unitOfMeasure": {"unit": unit},
            }
            for measurand, value, unit in (("Current.Import", amperes, "A"), ("Voltage", 230.4, "V"))
            for phase in ("L1", "L2", "L3")
        ]
        totals = [
            {"value": value, "measurand": measurand, "context": context, "unitOfMeasure": {"unit": unit}}
            for measurand, value, unit in (
                ("Power.Active.Import", round(3 * 230.4 * amperes, 1), "W"),
                ("Energy.Active.Import.Register", self.meter, "Wh"),
            )
        ]
        return [{"timestamp": self.talk.now(-ago), "sampledValue": [*phases, *totals]}]

    def charges(self, amperes: float, minutes: int) -> "Transaction":
        """Let the car charge, with a sample each minute."""
        for minute in range(minutes):
            self.talk.later(60)
            self.meter = round(self.meter + 3 * 230.4 * amperes / 60, 1)
            self.says("Updated", "MeterValuePeriodic", state="Charging", meterValue=self.sampled(amperes))
            if minute % 5 == 4:
                self.talk.station("Heartbeat", {}, {"currentTime": self.talk.now()})
        return self

    def plugged_in(self) -> "Transaction":
        """Let a driver plug in and show a card, and the car begin."""
        self.talk.status(self.evse, "Occupied")
        self.says("Started", "CablePluggedIn", state="EVConnected")
        self.talk.waits(4)
        self.says("Updated", "Authorized", state="EVConnected", idToken=TOKEN)
        self.talk.waits(3)
        begin = self.sampled(0, context="Transaction.Begin")
        return self.says("Updated", "ChargingStateChanged", state="Charging", meterValue=begin)

    def unplugged(self, *, reason: str = "EVDisconnected", ago: float = 0, offline: bool = False) -> "Transaction":
        """Let the driver leave."""
        more: dict[str, Any] = {"offline": True} if offline else {}
        end = self.sampled(0, context="Transaction.End", ago=ago)
        info = {"stoppedReason": reason}
        self.says("Ended", "EVDeparted", state="Idle", info=info, meterValue=end, ago=ago, **more)
        if not offline:
            self.talk.status(self.evse)
        return self


def day(version: Version) -> Talk2:
    """A day: boot, the CSMS looks around, cars come to both EVSEs, and hours of heartbeats."""
    talk = Talk2(version, secure=True)
    talk.connects()
    talk.boots()
    reports(talk)
    talk.beats(6).pings()
    talk.station("Authorize", {"idToken": TOKEN}, {"idTokenInfo": {"status": "Accepted"}})
    one = talk.transaction("3f1c-1", 1, meter=10_000).plugged_in().charges(16, 20)
    two = talk.transaction("3f1c-2", 2, meter=500).plugged_in()
    for minute in range(10):
        two.charges(10, 1)
        one.meter = round(one.meter + 3 * 230.4 * 16 / 60, 1)
        one.says("Updated", "MeterValuePeriodic", state="Charging", meterValue=one.sampled(16))
        if minute % 5 == 0:
            talk.station("Heartbeat", {}, {"currentTime": talk.now()})
    one.says("Updated", "ChargingStateChanged", state="SuspendedEV")
    talk.later(60)
    one.unplugged()
    two.charges(10, 5).says("Updated", "StopAuthorized", state="EVConnected", idToken=TOKEN)
    two.says("Ended", "EVDeparted", state="Idle", info={"stoppedReason": "Local"})
    talk.status(2).beats(20)
    talk.closes("csms", 1001, "going away")
    return talk


def reports(talk: Talk2) -> None:
    """Let the CSMS ask for a report in two parts, for variables, and set some."""
    talk.csms("GetBaseReport", {"requestId": 12, "reportBase": "FullInventory"})
    for number, last in enumerate((False, True)):
        variable = {
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": ("HeartbeatInterval", "MessageTimeout")[number]},
            "variableAttribute": [{"type": "Actual", "value": "300", "mutability": "ReadWrite"}],
            "variableCharacteristics": {"dataType": "integer", "supportsMonitoring": False},
        }
        part = {"requestId": 12, "generatedAt": talk.now(), "seqNo": number, "tbc": not last, "reportData": [variable]}
        talk.waits(1).station("NotifyReport", part)
    wanted = {"component": {"name": "SmartChargingCtrlr"}, "variable": {"name": "ProfileStackLevel"}}
    known = {**wanted, "attributeStatus": "Accepted", "attributeValue": "3"}
    talk.csms("GetVariables", {"getVariableData": [wanted]}, {"getVariableResult": [known]})
    beating = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    was_set = {**beating, "attributeStatus": "Accepted"}
    talk.csms(
        "SetVariables",
        {"setVariableData": [{**beating, "attributeValue": "300"}]},
        {"setVariableResult": [was_set]},
    )


def remote(version: Version) -> Talk2:
    """A CSMS starts and stops by remote, limits, and asks for what it wants to know."""
    talk = Talk2(version, station="DE*ACM*E0001*2")
    talk.connects()
    talk.boots()
    talk.csms("RequestStartTransaction", {"remoteStartId": 77, "idToken": APP, "evseId": 1}).later(4)
    talk.status(1, "Occupied")
    car = talk.transaction("b7-0001", 1, meter=250)
    car.says("Started", "RemoteStart", state="EVConnected", idToken=APP, info={"remoteStartId": 77})
    car.says("Updated", "ChargingStateChanged", state="Charging").charges(15.5, 6)
    profile = {
        "id": 5,
        "stackLevel": 1,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "transactionId": "b7-0001",
        "chargingSchedule": [
            {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
        ],
    }
    talk.csms("SetChargingProfile", {"evseId": 1, "chargingProfile": profile}).later(10)
    car.says("Updated", "ChargingRateChanged", state="Charging").charges(9.8, 10)
    talk.csms("TriggerMessage", {"requestedMessage": "TransactionEvent", "evse": {"id": 1}}).waits(1)
    car.says("Updated", "Trigger", state="Charging", meterValue=car.sampled(9.8, context="Trigger"))
    talk.csms(
        "GetTransactionStatus", {"transactionId": "b7-0001"}, {"ongoingIndicator": True, "messagesInQueue": False}
    )
    talk.csms("RequestStopTransaction", {"transactionId": "b7-0001"}).later(2)
    car.says("Updated", "RemoteStop", state="EVConnected")
    car.unplugged(reason="Remote")
    talk.csms("UnlockConnector", {"evseId": 1, "connectorId": 1}, {"status": "Unlocked"})
    talk.csms("TriggerMessage", {"requestedMessage": "Heartbeat"}).waits(1)
    talk.station("Heartbeat", {}, {"currentTime": talk.now()})
    return talk.beats(2).closes("csms")


def resets(version: Version) -> Talk2:
    """A reset, with a reconnect and a boot; an update with another; logs."""
    talk = Talk2(version)
    talk.connects()
    talk.boots().beats(2)
    talk.csms("Reset", {"type": "Immediate"}).waits(1).closes("station", 1001)
    talk.later(40).connects()
    talk.boots("RemoteReset").beats(2)
    location = {"location": "https://csms.example/fw.bin", "retrieveDateTime": talk.now(30)}
    talk.csms("UpdateFirmware", {"requestId": 3, "firmware": location})
    for seconds, state in ((35, "Downloading"), (60, "Downloaded"), (5, "Installing"), (30, "InstallRebooting")):
        talk.later(seconds).station("FirmwareStatusNotification", {"status": state, "requestId": 3})
    talk.closes("station", 1001).later(60).connects()
    talk.boots("FirmwareUpdate", firmware="2.5.0")
    talk.station("FirmwareStatusNotification", {"status": "Installed", "requestId": 3})
    log = {"logType": "DiagnosticsLog", "requestId": 9, "log": {"remoteLocation": "https://csms.example/logs"}}
    talk.csms("GetLog", log, {"status": "Accepted", "filename": "a17.tgz"})
    for seconds, state in ((2, "Uploading"), (20, "Uploaded")):
        talk.later(seconds).station("LogStatusNotification", {"status": state, "requestId": 9})
    event = {
        "eventId": 1,
        "timestamp": talk.now(),
        "trigger": "Alerting",
        "actualValue": "61",
        "component": {"name": "ChargingStation"},
        "variable": {"name": "Temperature"},
        "eventNotificationType": "HardWiredNotification",
    }
    talk.station("NotifyEvent", {"generatedAt": talk.now(), "seqNo": 0, "eventData": [event]})
    talk.station("SecurityEventNotification", {"type": "FirmwareUpdated", "timestamp": talk.now()})
    return talk.beats(2).closes("csms")


def outage(version: Version) -> Talk2:
    """The station is away in mid-transaction, charges on, and flushes its queue when it is back."""
    talk = Talk2(version)
    talk.connects()
    talk.boots()
    car = talk.transaction("out-1", 1, meter=7_000).plugged_in().charges(16, 10)
    talk.closes("station", 1001, "no signal").later(1200).connects()
    for minute in range(19, 0, -1):
        car.meter = round(car.meter + 184.3, 1)
        sampled = car.sampled(16, ago=minute * 60)
        car.says("Updated", "MeterValuePeriodic", state="Charging", ago=minute * 60, offline=True, meterValue=sampled)
    car.charges(16, 10)
    talk.closes("station", 1001, "no signal").later(2400).connects()
    car.meter = round(car.meter + 3000, 1)
    car.unplugged(ago=1200, offline=True)
    talk.status(1).status(2)
    return talk.beats(3).closes("csms")


def streams() -> Talk2:
    """A periodic event stream of OCPP 2.1, whose messages have no answer."""
    talk = Talk2(Version.V21)
    talk.connects()
    talk.boots()
    stream = {"id": 1, "variableMonitoringId": 4, "params": {"interval": 10, "values": 2}}
    talk.station("OpenPeriodicEventStream", {"constantStreamData": stream}, {"status": "Accepted"})
    for _ in range(30):
        data = [{"t": offset, "v": "231.5"} for offset in (0, 5)]
        talk.later(10).sends(
            "NotifyPeriodicEventStream", {"id": 1, "pending": 0, "basetime": talk.now(-10), "data": data}
        )
    talk.station("ClosePeriodicEventStream", {"id": 1})
    return talk.beats(2).closes("csms")


SESSIONS: Sequence[Any] = (
    *(partial(story, version) for version in (Version.V201, Version.V21) for story in (day, remote, resets, outage)),
    streams,
)
