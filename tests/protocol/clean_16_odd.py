"""Clean sessions of OCPP 1.6 that are out of the ordinary: odd, but right."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.protocol.clean_16 import WELCOME, Talk16, schedule
from tests.protocol.wire import CSMS, SECOND, STATION, call, heard, result


def pending() -> Talk16:
    """A CSMS that does not know the station at first: Rejected, then Pending while it configures it, then Accepted."""
    talk = Talk16()
    talk.connects()
    boot = {"chargePointVendor": "Acme", "chargePointModel": "Two"}
    talk.station("BootNotification", boot, {"status": "Rejected", "currentTime": talk.now(), "interval": 60})
    talk.later(61).station("BootNotification", boot, {"status": "Pending", "currentTime": talk.now(), "interval": 60})
    talk.csms("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "600"})
    talk.csms("GetConfiguration", {"key": ["HeartbeatInterval"]}, {"configurationKey": [HEARTBEATS]})
    talk.csms("TriggerMessage", {"requestedMessage": "BootNotification"}).waits(1)
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 600})
    return talk.status(0).status(1).beats(4, every=600).closes("csms")


HEARTBEATS = {"key": "HeartbeatInterval", "readonly": False, "value": "600"}


def odd_numbers() -> Talk16:
    """A CSMS that gives odd but legal transaction ids, and a card it does not take."""
    talk = Talk16()
    talk.connects()
    talk.boots()
    meter = 3
    for transaction in (2_147_483_600, 1, 1_772_431_200, 12, 2):
        talk.authorizes().starts(1, transaction, meter).status(1, "Charging")
        meter = talk.charges(1, transaction, meter=meter, amperes=31, minutes=5)
        talk.stops(transaction, meter).status(1, "Finishing").status(1).later(30)
    started = {"connectorId": 1, "idTag": "BLOCKED", "meterStart": meter, "timestamp": talk.now()}
    talk.station("StartTransaction", started, {"transactionId": 13, "idTagInfo": {"status": "Blocked"}})
    talk.stops(13, meter, reason="DeAuthorized", idTag="BLOCKED").status(1)
    return talk.beats(2).closes("csms")


def quiet() -> Talk16:
    """A station with little to say: pings, samples each quarter of an hour in place of heartbeats, few timestamps."""
    talk = Talk16()
    talk.connects()
    boot = {"chargePointVendor": "Acme", "chargePointModel": "Mini"}
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 900})
    talk.station("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    energy = 1_234.5
    for _ in range(20):
        for _ in range(14):
            talk.waits(60).pings()
        talk.later(60)
        energy += 0.25
        value = {
            "value": f"{energy:.2f}",
            "context": "Sample.Clock",
            "measurand": "Energy.Active.Import.Register",
            "unit": "kWh",
        }
        sample = {"timestamp": talk.now(), "sampledValue": [value]}
        talk.station("MeterValues", {"connectorId": 0, "meterValue": [sample]})
    return talk.closes("station")


def slow() -> Talk16:
    """A slow network: each answer takes many seconds, but none too many."""
    talk = Talk16()
    talk.connects()
    boot = {"chargePointVendor": "Acme", "chargePointModel": "Far"}
    answer = {"status": "Accepted", "currentTime": talk.now(4), "interval": 300}
    talk.station("BootNotification", boot, answer, takes=8)
    for number in range(20):
        talk.later(280).station("Heartbeat", {}, {"currentTime": talk.now(4)}, takes=8 + number / 10)
        talk.csms("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}, takes=9).waits(1)
        talk.station("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}, takes=9)
    return talk.closes("csms")


def zones() -> Talk16:
    """A station that writes its local time with its offset and milliseconds, and whose clock is a second ahead."""
    talk = Talk16()
    talk.connects()
    talk.boots()

    def local() -> str:
        moment = datetime.fromtimestamp(talk.now_ns / SECOND + 1, timezone(timedelta(hours=1)))
        return moment.isoformat(timespec="milliseconds")

    for number in range(10):
        state = ("Preparing", "Available")[number % 2]
        status = {"connectorId": 1, "errorCode": "NoError", "status": state, "timestamp": local()}
        talk.later(60).station("StatusNotification", status)
    started = {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": local()}
    talk.station("StartTransaction", started, {**WELCOME, "transactionId": 3})
    for number in range(10):
        sample = {"timestamp": local(), "sampledValue": [{"value": f"{5 + number * 100}"}]}
        talk.later(60).station("MeterValues", {"connectorId": 1, "transactionId": 3, "meterValue": [sample]})
    talk.station("StopTransaction", {"transactionId": 3, "meterStop": 905, "timestamp": local()}, {})
    return talk.beats(2).closes()


def power_loss() -> Talk16:
    """The power fails in mid-transaction; after its boot the station tells when and where the meter stood."""
    talk = Talk16()
    talk.connects()
    talk.boots().authorizes().starts(1, 41, 9_000).status(1, "Charging")
    meter = talk.charges(1, 41, meter=9_000, amperes=16, minutes=7)
    talk.closes("csms", 1001).later(900).connects()
    boot = {"chargePointVendor": "Acme", "chargePointModel": "Two", "firmwareVersion": "1.0.3"}
    talk.station("BootNotification", boot, {"status": "Accepted", "currentTime": talk.now(), "interval": 300})
    talk.stops(41, meter + 20, reason="PowerLoss", ago=905)
    talk.status(0).status(1).status(2)
    return talk.beats(3).closes("csms")


def pauses() -> Talk16:
    """A CSMS lets a car pause and go on, step by step, and with limits in watts."""
    talk = Talk16()
    talk.connects()
    talk.boots().authorizes().starts(1, 55, 0).status(1, "Charging")
    meter = talk.charges(1, 55, meter=0, amperes=16, minutes=5)
    for amperes, state in ((0, "SuspendedEVSE"), (13, "Charging"), (0, "SuspendedEVSE"), (8, "Charging")):
        talk.csms("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": limit(schedule((0, amperes)), 55)})
        talk.later(8).status(1, state)
        meter = talk.charges(1, 55, meter=meter, amperes=amperes, minutes=6)
    watts = {**schedule((0, 4_140), (600, 11_000)), "chargingRateUnit": "W"}
    talk.csms("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": limit(watts, 55)}).later(8)
    meter = talk.charges(1, 55, meter=meter, amperes=5.9, minutes=9)
    meter = talk.later(60).charges(1, 55, meter=meter, amperes=15, minutes=9)
    talk.stops(55, meter).status(1)
    return talk.beats(1).closes("csms")


def limit(scheduled: dict[str, Any], transaction: int) -> dict[str, Any]:
    return {
        "chargingProfileId": 2,
        "transactionId": transaction,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": scheduled,
    }


def crossing() -> Talk16:
    """Both sides talk at once: what was triggered comes before the answer, and ids of both sides are the same."""
    talk = Talk16()
    talk.connects()
    talk.boots()
    for number in range(900, 910):
        talk.later(20)
        requested = {"requestedMessage": "StatusNotification", "connectorId": 1}
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": talk.now()}
        said = (
            (CSMS, call(action="TriggerMessage", payload=requested, message_id=f"{number}")),
            (STATION, call(action="StatusNotification", payload=status, message_id=f"{number}")),
            (CSMS, result(message_id=f"{number}")),
            (STATION, result(payload={"status": "Accepted"}, message_id=f"{number}")),
        )
        for sender, raw in said:
            talk.events.append(heard(raw=raw, sender=sender, time_ns=talk.now_ns))
            talk.waits(0.05)
    return talk.beats(2).closes("csms")


def many_meters() -> Talk16:
    """Units and measurands of all kinds: kWh with decimals, intervals, export, the state of charge, heat."""
    talk = Talk16()
    talk.connects()
    talk.boots().authorizes().starts(2, 61, 1_500_250).status(2, "Charging")
    for minute in range(1, 31):
        talk.later(60)
        values = {
            "Energy.Active.Import.Register": (f"{1500.25 + 0.11 * minute:.3f}", "kWh"),
            "Energy.Active.Export.Register": ("3.000", "kWh"),
            "Energy.Active.Import.Interval": ("0.110", "kWh"),
            "Power.Active.Import": ("6.6", "kW"),
            "Power.Offered": ("11000", "W"),
            "Current.Offered": ("16", "A"),
            "SoC": (f"{40 + minute}", "Percent"),
            "Temperature": ("31", "Celsius"),
            "Frequency": ("50.02", None),
        }
        sampled = [
            {"measurand": measurand, "value": value} | ({"unit": unit} if unit else {})
            for measurand, (value, unit) in values.items()
        ]
        sample = {"timestamp": talk.now(), "sampledValue": sampled}
        talk.station("MeterValues", {"connectorId": 2, "transactionId": 61, "meterValue": [sample]})
        if minute % 5 == 0:
            talk.station("Heartbeat", {}, {"currentTime": talk.now()})
    talk.stops(61, 1_503_550, reason="EVDisconnected").status(2)
    return talk.beats(1).closes("csms")


def keys() -> Talk16:
    """The security extensions: a new certificate, a signed update, a log, and a trigger of their own."""
    talk = Talk16(secure=True)
    talk.connects()
    talk.boots()
    talk.csms("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}).waits(1)
    talk.station("SignCertificate", {"csr": "-----BEGIN CERTIFICATE REQUEST-----"}, {"status": "Accepted"})
    talk.later(20).csms("CertificateSigned", {"certificateChain": "-----BEGIN CERTIFICATE-----"})
    log = {"log": {"remoteLocation": "https://csms.example/up"}, "logType": "SecurityLog", "requestId": 1}
    talk.csms("GetLog", log, {"status": "Accepted", "filename": "s.log"})
    for seconds, state in ((2, "Uploading"), (9, "Uploaded")):
        talk.later(seconds).station("LogStatusNotification", {"status": state, "requestId": 1})
    talk.csms("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    return talk.beats(10, every=60).closes("csms")


def again() -> Talk16:
    """A station that boots after each reconnect, and whose CSMS asks for what it does not know."""
    talk = Talk16()
    for _ in range(3):
        talk.connects()
        talk.boots()
        talk.csms("TriggerMessage", {"requestedMessage": "DiagnosticsStatusNotification"}, {"status": "NotImplemented"})
        talk.csms("UnlockConnector", {"connectorId": 1}, {"status": "NotSupported"})
        talk.csms("SendLocalList", {"listVersion": 2, "updateType": "Full"}, {"status": "NotSupported"})
        talk.beats(10).closes("csms", 1001, "deploying").later(200)
    return talk


SESSIONS: Sequence[Any] = (
    pending,
    odd_numbers,
    quiet,
    slow,
    zones,
    power_loss,
    pauses,
    crossing,
    many_meters,
    keys,
    again,
)
