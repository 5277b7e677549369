"""Charging profiles as they stand in payloads, of OCPP 1.6 and 2.x alike."""

from typing import Any, NamedTuple

from inspector.protocol.fields import indexed, inner, integer, objects, text

EVERYWHERE = frozenset({"ChargePointMaxProfile", "ChargingStationMaxProfile"})
"""Purposes for the whole station, which stand at connector or EVSE 0."""


LONGEST_PURPOSE = 40
"""Characters of a purpose that are read."""


class Slot(NamedTuple):
    """Where a charging profile stands: one in the same slot replaces it (OCPP 1.6 section 3.13.2, 2.x part 2 K01)."""

    place: int | None
    purpose: str
    level: int | None


class Schedule(NamedTuple):
    """A charging schedule, and the pointer to it."""

    value: dict[str, Any]
    pointer: str

    @property
    def unit(self) -> str | None:
        """The unit of its limits, A or W."""
        return text(self.value, "chargingRateUnit")

    @property
    def periods(self) -> list[dict[str, Any]]:
        """Its periods."""
        return objects(self.value, "chargingSchedulePeriod")


class Profile(NamedTuple):
    """A charging profile in a CALL, and the pointer to it."""

    value: dict[str, Any]
    pointer: str
    slot: Slot

    @property
    def id(self) -> int | None:
        """Its id, by the name of either version."""
        found = integer(self.value, "chargingProfileId")
        return integer(self.value, "id") if found is None else found

    @property
    def schedules(self) -> list[Schedule]:
        """Its schedules: OCPP 1.6 has one, OCPP 2.x a list."""
        found, pointer = self.value.get("chargingSchedule"), f"{self.pointer}/chargingSchedule"
        if isinstance(found, dict):
            return [Schedule(found, pointer)]
        return [Schedule(each, f"{pointer}/{index}") for index, each in indexed(self.value, "chargingSchedule")]


def profile_of(payload: Any) -> Profile:
    """Return the charging profile of a CALL, an empty one if there is none."""
    name = "csChargingProfiles" if inner(payload, "csChargingProfiles") else "chargingProfile"
    value, place = inner(payload, name), integer(payload, "evseId")
    if place is None:
        place = integer(payload, "connectorId")
    purpose = (text(value, "chargingProfilePurpose") or "")[:LONGEST_PURPOSE]
    return Profile(value, f"/3/{name}", Slot(place, purpose, integer(value, "stackLevel")))
