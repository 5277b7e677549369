"""P1: charging profiles against what the station itself said it can do."""

from collections.abc import Iterable, Iterator

from inspector.protocol.fields import integer, text
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.knowledge.configuration import Configuration, Known, Stated
from inspector.protocol.knowledge.profiles import EVERYWHERE, Profile, Schedule, Slot, profile_of
from inspector.protocol.knowledge.remembered import Once
from inspector.protocol.seen import Seen

_SMART = "OCPP 1.6 sections 3.13.5 and 9.4, OCPP 2.x part 2 K and SmartChargingCtrlr"

RULES = (
    Rule(
        "P101",
        "stack-level-too-high",
        Severity.WARNING,
        "A charging profile has a stack level above the highest that the station says it knows.",
        "The station rejects the profile, or takes it and ignores it.",
        "Use a stack level from 0 to the station's maximum.",
        _SMART,
    ),
    Rule(
        "P102",
        "rate-unit-not-allowed",
        Severity.WARNING,
        "A charging schedule is in a unit that the station says it does not take.",
        "The station rejects the profile; few convert amperes to watts and back.",
        "Send limits in the unit that the station lists: Current is A, Power is W.",
        _SMART,
    ),
    Rule(
        "P103",
        "too-many-periods",
        Severity.WARNING,
        "A charging schedule has more periods than the station says it can keep.",
        "The station rejects the profile, or forgets the periods at its end.",
        "Send fewer periods, and the next ones later.",
        _SMART,
    ),
    Rule(
        "P104",
        "too-many-profiles",
        Severity.WARNING,
        "One more charging profile is set than the station says it can have.",
        "The station rejects it, or drops another one.",
        "Clear a profile first, or replace one: the same purpose and stack level.",
        _SMART,
    ),
    Rule(
        "P110",
        "refused-within-its-limits",
        Severity.WARNING,
        "The station refused a charging profile that is within everything it said it can do.",
        "Either what it says of itself is wrong, or it has another reason that it does not tell.",
        "Correct the station's limits; try a lower stack level, and the other unit.",
        _SMART,
    ),
)

MOST_PROFILES = 256
"""Charging profiles counted in a session."""

_UNITS = {"current": "A", "a": "A", "power": "W", "w": "W"}
"""How stations write the units they take: 1.6 wants the first of each, 2.x the second."""


class ProfileLimits:
    """Holds the charging profiles of one session against what the station said."""

    __slots__ = ("_configuration", "_installed", "_once")

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._installed: dict[int, Slot] = {}
        self._once = Once()

    def set(self, seen: Seen) -> Iterable[Fault]:
        """Look at a SetChargingProfile."""
        profile = profile_of(seen.frame.payload)
        return self._unsaid([*self._breaches(profile), *self._too_many(profile)])

    def started(self, seen: Seen) -> Iterable[Fault]:
        """Look at the charging profile that a remote start may bring along."""
        return self._unsaid(self._breaches(profile_of(seen.frame.payload)))

    def _unsaid(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return what was not said before in the same words: profiles come again and again."""
        return [fault for fault in faults if self._once(fault.code, fault.message)]

    def _breaches(self, profile: Profile) -> Iterator[Fault]:
        """Yield what is more in a profile than the station said it can do."""
        level, most = profile.slot.level, self._configuration.stated(Known.STACK_LEVEL)
        if level is not None and most and most.count is not None and level > most.count:
            yield Fault("P101", f"stack level {level}; {as_said(most)}", f"{profile.pointer}/stackLevel")
        for schedule in profile.schedules:
            yield from self._schedule(schedule)

    def _schedule(self, schedule: Schedule) -> Iterator[Fault]:
        stated, unit = self._configuration.stated(Known.RATE_UNITS), schedule.unit
        allowed = {_UNITS.get(word) for word in stated.words} if stated else set()
        if stated and allowed and None not in allowed and unit in {"A", "W"} and unit not in allowed:
            yield Fault("P102", f"limits in {unit}; {as_said(stated)}", f"{schedule.pointer}/chargingRateUnit")
        most, periods = self._configuration.stated(Known.PERIODS), len(schedule.periods)
        if most and most.count and periods > most.count:
            yield Fault("P103", f"{periods} periods; {as_said(most)}", f"{schedule.pointer}/chargingSchedulePeriod")

    def _too_many(self, profile: Profile) -> Iterator[Fault]:
        most, there = self._configuration.stated(Known.PROFILES), self._installed
        is_new = profile.id not in there and profile.slot not in there.values()
        if most and most.count and is_new and len(there) >= most.count:
            yield Fault("P104", f"{len(there)} charging profiles are set; {as_said(most)}", profile.pointer)

    def answered(self, seen: Seen) -> Iterable[Fault]:
        """Count a profile that was taken, and wonder about one that was not."""
        profile, status = profile_of(seen.call.payload if seen.call else None), text(seen.frame.payload, "status")
        if seen.accepted:
            self._install(profile)
        elif status == "Rejected" and "statusInfo" not in seen.frame.payload:
            return self._rejected(profile)
        elif status == "NotSupported":
            return self._not_supported()
        return ()

    def _rejected(self, profile: Profile) -> Iterator[Fault]:
        """Say that nothing spoke against a profile, neither what the station said nor where it was set."""
        place, purpose, level = profile.slot
        fits = purpose == "TxDefaultProfile" or (purpose in EVERYWHERE and place == 0)
        most = self._configuration.stated(Known.STACK_LEVEL)
        if not fits or level is None or most is None or most.count is None:
            return
        if not [*self._breaches(profile), *self._too_many(profile)] and self._once("P110", profile.slot):
            yield Fault("P110", f"Rejected at stack level {level}; {as_said(most)}", "/2/status")

    def _not_supported(self) -> Iterator[Fault]:
        features = self._configuration.stated(Known.FEATURES)
        if features and "smartcharging" in features.words and self._once("P110"):
            yield Fault("P110", f"NotSupported, but {features.key} lists SmartCharging", "/2/status")

    def _install(self, profile: Profile) -> None:
        if profile.id is not None and len(self._installed) < MOST_PROFILES:
            self._installed = {key: slot for key, slot in self._installed.items() if slot != profile.slot}
            self._installed[profile.id] = profile.slot

    def cleared(self, seen: Seen) -> Iterable[Fault]:
        """Forget the profile that was cleared, or all of them where it is not said which."""
        asked = seen.call.payload if seen.call else None
        cleared = integer(asked, "chargingProfileId") if integer(asked, "id") is None else integer(asked, "id")
        if seen.accepted:
            kept = {} if cleared is None else self._installed
            self._installed = {key: slot for key, slot in kept.items() if key != cleared}
        return ()

    def transaction_ended(self) -> None:
        """Forget the profiles that end with a transaction."""
        if self._installed:
            self._installed = {key: slot for key, slot in self._installed.items() if slot.purpose != "TxProfile"}


def as_said(stated: Stated) -> str:
    """Quote the station."""
    return f"{stated.key[:60]} is {stated.value[:40]}, as the station said"
