"""The statuses that a station last told of its connectors."""

from collections import OrderedDict
from typing import Any, NamedTuple

from inspector.protocol.fields import integer, objects, text

MOST_CONNECTORS = 64
"""Connectors remembered of a station; the one not heard of for longest is forgotten first."""

_EMPTY = frozenset({"Available", "Reserved", "Unavailable", "Faulted"})
"""Statuses of a connector that no car is plugged into, or that can't charge it."""


class Shown(NamedTuple):
    """A status as it was told. ``place`` is the connector of OCPP 1.6, or the EVSE, whose connector is ``part``."""

    place: int
    part: int
    status: str

    def is_of(self, place: int | None, part: int | None) -> bool:
        """Tell whether this is one of the connectors that are meant; None means all of them."""
        return place in {None, self.place} and part in {None, self.part}


def shown(action: str | None, payload: Any) -> list[Shown]:
    """Return the statuses in a StatusNotification, or in a NotifyEvent, which OCPP 2.1 allows instead."""
    if action == "NotifyEvent":
        return [each for item in objects(payload, "eventData") for each in _event(item)]
    evse, connector = integer(payload, "evseId"), integer(payload, "connectorId")
    status = text(payload, "status" if evse is None else "connectorStatus")
    if connector is None or status is None:
        return []
    return [Shown(connector, 0, status[:20]) if evse is None else Shown(evse, connector, status[:20])]


def _event(item: Any) -> list[Shown]:
    evse, connector = integer(item, "component", "evse", "id"), integer(item, "component", "evse", "connectorId")
    status = text(item, "actualValue")
    if text(item, "variable", "name") != "AvailabilityState" or evse is None or connector is None or status is None:
        return []
    return [Shown(evse, connector, status[:20])]


class Connectors:
    """What is known of the connectors of one station."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], Shown] = OrderedDict()

    def hear(self, told: Shown) -> None:
        """Take a status."""
        self._known[told[:2]] = told
        self._known.move_to_end(told[:2])
        if len(self._known) > MOST_CONNECTORS:
            self._known.popitem(last=False)

    def statuses(self, place: int | None = None, part: int | None = None) -> list[str]:
        """Return the last statuses of a connector, of an EVSE, or of all but the station itself."""
        return [each.status for each in self._known.values() if each.place and each.is_of(place, part)]

    def are_empty(self, place: int | None) -> bool:
        """Tell whether no car is plugged in, as far as the station told; nothing told is no proof."""
        known = self.statuses(place)
        return bool(known) and all(status in _EMPTY for status in known)
