"""What a station said of itself: values of its configuration, what in it is read-only, and how far values may go."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

from inspector.protocol.fields import inner, integer, number, objects, text

MOST_KEYS = 256
"""Read-only keys, and keys with bounds, that are remembered of a station."""

LONGEST_KEY, LONGEST_VALUE = 120, 1000
"""Characters of a key and of a value that are remembered."""


class Known(Enum):
    """What the rules want to know of a station."""

    STACK_LEVEL = auto()
    RATE_UNITS = auto()
    PERIODS = auto()
    PROFILES = auto()
    GET_KEYS = auto()
    GET_VARIABLES = auto()
    SET_VARIABLES = auto()
    GET_REPORT = auto()
    LIST_LENGTH = auto()
    FEATURES = auto()
    CONNECTION_TIMEOUT = auto()


KEYS = {
    "chargeprofilemaxstacklevel": Known.STACK_LEVEL,
    "smartchargingctrlr.profilestacklevel": Known.STACK_LEVEL,
    "chargingscheduleallowedchargingrateunit": Known.RATE_UNITS,
    "smartchargingctrlr.rateunit": Known.RATE_UNITS,
    "chargingschedulemaxperiods": Known.PERIODS,
    "smartchargingctrlr.periodsperschedule": Known.PERIODS,
    "maxchargingprofilesinstalled": Known.PROFILES,
    "getconfigurationmaxkeys": Known.GET_KEYS,
    "devicedatactrlr.itemspermessage[getvariables]": Known.GET_VARIABLES,
    "devicedatactrlr.itemspermessage[setvariables]": Known.SET_VARIABLES,
    "devicedatactrlr.itemspermessage[getreport]": Known.GET_REPORT,
    "sendlocallistmaxlength": Known.LIST_LENGTH,
    "localauthlistctrlr.itemspermessage": Known.LIST_LENGTH,
    "supportedfeatureprofiles": Known.FEATURES,
    "connectiontimeout": Known.CONNECTION_TIMEOUT,
    "txctrlr.evconnectiontimeout": Known.CONNECTION_TIMEOUT,
}
"""Where it is said: keys of OCPP 1.6 (chapter 9) and variables of OCPP 2.x (part 2, referenced variables)."""

_ENTRIES = "smartchargingctrlr.entries[chargingprofiles]"
"""Its value is how many profiles there are; its limit is how many there may be."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A key as the station writes it, and its value."""

    key: str
    value: str

    @property
    def count(self) -> int | None:
        """The value as a number of things."""
        return int(self.value) if re.fullmatch(r"\s*\d{1,9}\s*", self.value, re.ASCII) else None

    @property
    def words(self) -> frozenset[str]:
        """The words of a list, in lower case and without spaces."""
        return frozenset(word for item in self.value.lower().split(",") if (word := "".join(item.split())))


class Bounds(NamedTuple):
    """How low and how high the value of a variable may be, or how long, where it is a text."""

    low: float | None = None
    high: float | None = None
    is_text: bool = False


class Configuration:
    """The configuration of one station, as far as it told."""

    __slots__ = ("_bounds", "_firmware", "_read_only", "_stated")

    def __init__(self) -> None:
        self._firmware: str | None = None
        self._stated: dict[Known, Stated] = {}
        self._read_only: set[str] = set()
        self._bounds: dict[str, Bounds] = {}

    def stated(self, known: Known) -> Stated | None:
        """Return what the station said, None if it did not."""
        return self._stated.get(known)

    def is_read_only(self, key: str) -> bool:
        """Tell whether the station said that a key can't be set."""
        return key.lower() in self._read_only

    def bounds(self, key: str) -> Bounds:
        """Return how far the value of a variable may go, as the station said."""
        return self._bounds.get(key.lower(), Bounds())

    def state(self, key: str, value: str | None) -> None:
        """Take the value of a key; None is one that nobody knows any more."""
        known = KEYS.get(key.lower())
        if known is None:
            return
        if value is None or len(value) > LONGEST_VALUE:
            self._stated.pop(known, None)
        else:
            self._stated[known] = Stated(key, value)

    def lock(self, key: str, is_read_only: bool) -> None:
        """Take whether a key can be set."""
        if not is_read_only:
            self._read_only.discard(key.lower())
        elif len(self._read_only) < MOST_KEYS and len(key) <= LONGEST_KEY:
            self._read_only.add(key.lower())

    def bind(self, key: str, bounds: Bounds) -> None:
        """Take how far the value of a variable may go."""
        folded = key.lower()
        if folded == _ENTRIES and bounds.high is not None and bounds.high >= 0:
            self._stated[Known.PROFILES] = Stated(f"the maxLimit of {key}", str(int(bounds.high)))
        if len(key) <= LONGEST_KEY and (folded in self._bounds or len(self._bounds) < MOST_KEYS):
            self._bounds[folded] = bounds

    def booted(self, firmware: str | None) -> None:
        """Forget everything when the station comes back with another firmware."""
        firmware = firmware and firmware[:LONGEST_KEY]
        if firmware and self._firmware and firmware != self._firmware:
            self._stated.clear()
            self._read_only.clear()
            self._bounds.clear()
        self._firmware = firmware or self._firmware


def learn_keys(configuration: Configuration, answer: Any) -> None:
    """Learn from the answer to a GetConfiguration of OCPP 1.6."""
    for item in objects(answer, "configurationKey"):
        key = text(item, "key")
        if key is not None:
            configuration.state(key, text(item, "value"))
            configuration.lock(key, item.get("readonly") is True)


def learn_variables(configuration: Configuration, answer: Any) -> None:
    """Learn from the answer to a GetVariables of OCPP 2.x."""
    for item in objects(answer, "getVariableResult"):
        if item.get("attributeStatus") != "Accepted":
            continue
        kind, value, key = text(item, "attributeType") or "Actual", text(item, "attributeValue"), variable(item)
        if kind == "Actual":
            configuration.state(key, value)
        elif kind in {"MinSet", "MaxSet"}:
            limit, before = written(value), configuration.bounds(key)
            bounds = before._replace(high=limit) if kind == "MaxSet" else before._replace(low=limit)
            configuration.bind(key, bounds)


def learn_report(configuration: Configuration, report: Any) -> None:
    """Learn from a NotifyReport of OCPP 2.x."""
    for item in objects(report, "reportData"):
        key, told = variable(item), inner(item, "variableCharacteristics")
        for attribute in objects(item, "variableAttribute"):
            if attribute.get("type", "Actual") == "Actual":
                configuration.state(key, text(attribute, "value"))
                configuration.lock(key, attribute.get("mutability") == "ReadOnly")
        low, high = number(told, "minLimit"), number(told, "maxLimit")
        if low is not None or high is not None:
            configuration.bind(key, Bounds(low, high, text(told, "dataType") not in {"integer", "decimal"}))


def variable(item: Any) -> str:
    """Return the name of a variable as it is written in short: ``Component.Variable``, with instances and the EVSE."""
    component, evse = inner(item, "component"), integer(item, "component", "evse", "id")
    where = "" if evse is None else f"@{evse}"
    return f"{_named(component)}{where}.{_named(inner(item, 'variable'))}"


def _named(part: Any) -> str:
    name, instance = text(part, "name") or "?", text(part, "instance")
    return f"{name}[{instance}]" if instance else name


def written(value: str | None) -> float | None:
    """Return the number that a value writes, None for what is none."""
    if value is None or not re.fullmatch(r"\s*[+-]?\d{1,15}(\.\d{0,15})?\s*", value, re.ASCII):
        return None
    return float(value)
