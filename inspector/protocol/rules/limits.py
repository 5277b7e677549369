"""P1: what was asked against what the station itself said it can do."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import ClassVar, NamedTuple

from inspector.protocol.context import Context
from inspector.protocol.event import Opened
from inspector.protocol.fields import indexed, objects, text
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.knowledge.configuration import (
    Configuration,
    Known,
    learn_keys,
    learn_report,
    learn_variables,
    variable,
    written,
)
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import Once, remembered
from inspector.protocol.rules import profile_limits
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.rules.profile_limits import ProfileLimits, as_said
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party

_ASK_LESS = "The station refuses it, drops the message, or takes a part of it."

RULES = (
    *profile_limits.RULES,
    Rule(
        "P105",
        "read-only-key",
        Severity.WARNING,
        "The CSMS sets a key that the station says is read-only.",
        "The station rejects it; nothing changes.",
        "Leave it out, or change it at the station itself.",
        "OCPP 1.6 section 5.3 and chapter 9, OCPP 2.x part 2 B05",
    ),
    Rule(
        "P106",
        "too-many-keys",
        Severity.WARNING,
        "The CSMS asks for more keys or variables at once than the station says it takes.",
        _ASK_LESS,
        "Split the request.",
        "OCPP 1.6 section 9.1.9, OCPP 2.x part 2 DeviceDataCtrlr.ItemsPerMessage",
    ),
    Rule(
        "P107",
        "local-list-too-long",
        Severity.WARNING,
        "A SendLocalList has more entries than the station says it takes in one message.",
        _ASK_LESS,
        "Send a full list with the first part and differential updates with the rest.",
        "OCPP 1.6 section 9.2.3, OCPP 2.x part 2 LocalAuthListCtrlr.ItemsPerMessage",
    ),
    Rule(
        "P108",
        "feature-not-supported",
        Severity.WARNING,
        "The CSMS sends an action of a feature profile that the station does not list. Said once for each action.",
        "The station answers NotSupported or NotImplemented; or it can do it after all, and its list is wrong.",
        "Look at SupportedFeatureProfiles before using an optional feature; list at the station what it can do.",
        "OCPP 1.6 sections 3.2 and 9.1.29",
    ),
    Rule(
        "P109",
        "value-out-of-bounds",
        Severity.WARNING,
        "The CSMS sets a variable to a value beyond the limits that the station gave for it.",
        "The station rejects the value.",
        "Stay within minLimit and maxLimit of the variable's characteristics.",
        "OCPP 2.x part 2 B05 and VariableCharacteristicsType",
    ),
)

_FEATURES = {
    "GetDiagnostics": "FirmwareManagement",
    "UpdateFirmware": "FirmwareManagement",
    "SendLocalList": "LocalAuthListManagement",
    "CancelReservation": "Reservation",
    "ReserveNow": "Reservation",
    "ClearChargingProfile": "SmartCharging",
    "GetCompositeSchedule": "SmartCharging",
    "SetChargingProfile": "SmartCharging",
    "TriggerMessage": "RemoteTrigger",
}
"""Actions that need an optional profile of OCPP 1.6 (section 3.2). GetLocalListVersion may always be asked (5.10)."""


class _Counted(NamedTuple):
    """A list in a CALL that the station wants to be short."""

    code: str
    field: str
    known: Known


_COUNTED = {
    "GetConfiguration": _Counted("P106", "key", Known.GET_KEYS),
    "GetVariables": _Counted("P106", "getVariableData", Known.GET_VARIABLES),
    "SetVariables": _Counted("P106", "setVariableData", Known.SET_VARIABLES),
    "GetReport": _Counted("P106", "componentVariable", Known.GET_REPORT),
    "SendLocalList": _Counted("P107", "localAuthorizationList", Known.LIST_LENGTH),
}

_ASKED = (
    "ChangeConfiguration",
    "RemoteStartTransaction",
    "RequestStartTransaction",
    *_FEATURES,
    *_COUNTED,
)
"""What a CSMS asks that is looked at."""


class Limits(Family):
    """Learns what a station says of itself, and holds requests and answers against it."""

    __slots__ = ("_configuration", "_once", "_profiles")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._configuration = remembered(context, Configuration)
        self._profiles = ProfileLimits(self._configuration)
        self._once = Once()

    def opened(self, event: Opened) -> Iterable[Fault]:
        """Begin with what earlier sessions learnt."""
        if event.http_status == SWITCHED:
            self._configuration = remembered(self.context, Configuration)
            self._profiles = ProfileLimits(self._configuration)
        return ()

    def _learns(self, seen: Seen) -> Iterable[Fault]:
        if seen.sender is Party.STATION:
            _LESSONS[seen.action or ""](self._configuration, seen.frame.payload)
        return ()

    def _booted(self, seen: Seen) -> Iterable[Fault]:
        payload = seen.frame.payload
        firmware = text(payload, "firmwareVersion") or text(payload, "chargingStation", "firmwareVersion")
        self._configuration.booted(firmware)
        return ()

    def _asks(self, seen: Seen) -> Iterator[Fault]:
        """Look at a CALL of the CSMS in every way there is for its action."""
        if seen.sender is Party.CSMS:
            for check in _CHECKS[seen.action or ""]:
                yield from check(self, seen)

    def configures(self, seen: Seen) -> Iterator[Fault]:
        """Look at a ChangeConfiguration."""
        key = text(seen.frame.payload, "key") or ""
        if self._configuration.is_read_only(key) and self._once("P105", key.lower()):
            yield _read_only(key, "/3/key")

    def _configured(self, seen: Seen) -> Iterable[Fault]:
        """Take over a value that a 1.6 station has accepted."""
        status, asked = text(seen.frame.payload, "status"), seen.call.payload if seen.call else None
        if status in {"Accepted", "RebootRequired"}:
            self._configuration.state(text(asked, "key") or "", text(asked, "value") if seen.accepted else None)
        return ()

    def sets(self, seen: Seen) -> Iterator[Fault]:
        """Look at each variable of a SetVariables."""
        for index, item in indexed(seen.frame.payload, "setVariableData"):
            if item.get("attributeType", "Actual") != "Actual":
                continue
            key, where = variable(item), f"/3/setVariableData/{index}"
            if self._configuration.is_read_only(key) and self._once("P105", key.lower()):
                yield _read_only(key, f"{where}/variable")
            yield from self._bounded(key, text(item, "attributeValue"), f"{where}/attributeValue")

    def _bounded(self, key: str, value: str | None, pointer: str) -> Iterator[Fault]:
        low, high, is_text = self._configuration.bounds(key)
        size = float(len(value)) if is_text and value is not None else written(value)
        if size is None:
            return
        what, name = ("its length" if is_text else "the value"), key[:80]
        if high is not None and size > high and self._once("P109", key.lower()):
            yield Fault("P109", f"{what} {size:.15g} is above {high:.15g}, the maxLimit of {name}", pointer)
        elif low is not None and size < low and not is_text and self._once("P109", key.lower()):
            yield Fault("P109", f"{what} {size:.15g} is below {low:.15g}, the minLimit of {name}", pointer)

    def _was_set(self, seen: Seen) -> Iterable[Fault]:
        """Take over the values that a 2.x station has accepted."""
        asked = {variable(item): item for item in objects(seen.call.payload if seen.call else None, "setVariableData")}
        for done in objects(seen.frame.payload, "setVariableResult"):
            item, status = asked.get(variable(done)), text(done, "attributeStatus")
            if item is None or item.get("attributeType", "Actual") != "Actual":
                continue
            if status in {"Accepted", "RebootRequired"}:
                value = text(item, "attributeValue") if status == "Accepted" else None
                self._configuration.state(variable(item), value)
        return ()

    def counts(self, seen: Seen) -> Iterator[Fault]:
        """Look how much is asked for at once."""
        counted = _COUNTED[seen.action or ""]
        stated, items = self._configuration.stated(counted.known), seen.frame.payload.get(counted.field)
        if stated is None or not isinstance(items, list):
            return
        most = stated.count
        if most and len(items) > most and self._once(counted.code, seen.action):
            yield Fault(counted.code, f"{len(items)} at once; {as_said(stated)}", f"/3/{counted.field}")

    def needs(self, seen: Seen) -> Iterator[Fault]:
        """Look whether the station has the feature at all."""
        stated = self._configuration.stated(Known.FEATURES)
        if stated is None or "core" not in stated.words:  # every station has Core: a list without it is no list
            return
        feature = _FEATURES[seen.action or ""]
        if feature.lower() not in stated.words and self._once("P108", seen.action):
            yield Fault("P108", f"{seen.action} is of {feature}, which {stated.key} does not list", "/2")

    def sets_profile(self, seen: Seen) -> Iterable[Fault]:
        """Look at a SetChargingProfile."""
        return self._profiles.set(seen)

    def starts(self, seen: Seen) -> Iterable[Fault]:
        """Look at the charging profile that a remote start may bring along."""
        return self._profiles.started(seen)

    def _profile_answered(self, seen: Seen) -> Iterable[Fault]:
        return self._profiles.answered(seen)

    def _cleared(self, seen: Seen) -> Iterable[Fault]:
        return self._profiles.cleared(seen)

    def _ends(self, seen: Seen) -> Iterable[Fault]:
        if seen.frame.payload.get("eventType", "Ended") == "Ended":
            self._profiles.transaction_ended()
        return ()

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("GetConfiguration", RESPONSE): _learns,
        ("GetVariables", RESPONSE): _learns,
        ("NotifyReport", REQUEST): _learns,
        ("BootNotification", REQUEST): _booted,
        ("ChangeConfiguration", RESPONSE): _configured,
        ("SetVariables", RESPONSE): _was_set,
        ("SetChargingProfile", RESPONSE): _profile_answered,
        ("ClearChargingProfile", RESPONSE): _cleared,
        ("StopTransaction", REQUEST): _ends,
        ("TransactionEvent", REQUEST): _ends,
        **dict.fromkeys(((action, REQUEST) for action in _ASKED), _asks),
    }


_LESSONS = {"GetConfiguration": learn_keys, "GetVariables": learn_variables, "NotifyReport": learn_report}

_LOOKS: tuple[tuple[Collection[str], Handler], ...] = (
    (("ChangeConfiguration",), Limits.configures),
    (("SetVariables",), Limits.sets),
    (("SetChargingProfile",), Limits.sets_profile),
    (("RemoteStartTransaction", "RequestStartTransaction"), Limits.starts),
    (_COUNTED, Limits.counts),
    (_FEATURES, Limits.needs),
)
"""Which CALLs of the CSMS a method looks at."""

_CHECKS = {action: [check for actions, check in _LOOKS if action in actions] for action in _ASKED}


def _read_only(key: str, pointer: str) -> Fault:
    return Fault("P105", f"{key[:80]} is read-only, as the station said", pointer)
