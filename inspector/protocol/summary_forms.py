"""What becomes of a field in a summary. Each form takes a value of any shape, and says nothing of one it can't read."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from inspector.protocol.fields import inner, number, objects
from inspector.protocol.meter_readings import readings

MOST = 200
"""Characters of a summary, and so of what is said of one field."""


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
"""How a template may ask for a field: ``{meterStart:kwh}``; without a word, as it is."""
