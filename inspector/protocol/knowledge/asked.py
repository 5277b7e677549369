"""What a station sends because the CSMS asked for it, and so not of its own accord."""

from typing import Any

from inspector.protocol.fields import text

TRIGGERS = ("TriggerMessage", "ExtendedTriggerMessage")
"""The CALLs that ask for any message by its name."""

_ALSO = {
    "GetBaseReport": ("NotifyReport",),
    "GetReport": ("NotifyReport",),
    "GetMonitoringReport": ("NotifyMonitoringReport",),
    "CustomerInformation": ("NotifyCustomerInformation",),
    "GetDiagnostics": ("DiagnosticsStatusNotification",),
    "GetLog": ("LogStatusNotification",),
    "UpdateFirmware": ("FirmwareStatusNotification",),
    "SignedUpdateFirmware": ("SignedFirmwareStatusNotification",),
    "ChangeAvailability": ("StatusNotification",),
}
"""Other CALLs, and what follows from them."""

_NAMES = {
    "SignChargePointCertificate": ("SignCertificate",),
    "SignChargingStationCertificate": ("SignCertificate",),
    "SignV2GCertificate": ("SignCertificate",),
    "SignV2G20Certificate": ("SignCertificate",),
    "SignCombinedCertificate": ("SignCertificate",),
    "FirmwareStatusNotification": ("FirmwareStatusNotification", "SignedFirmwareStatusNotification"),
    "LogStatusNotification": ("LogStatusNotification", "DiagnosticsStatusNotification"),
    "DiagnosticsStatusNotification": ("DiagnosticsStatusNotification", "LogStatusNotification"),
}
"""Messages whose name in a trigger is not that of the one action that answers it."""

ASKING = (*TRIGGERS, *_ALSO)
"""All of them."""

MOST_ASKED = 32
"""Actions asked for that are remembered of a session."""

LONGEST_NAME = 64
"""Characters of an action's name; no longer one can be asked for."""


def brought(action: str | None, payload: Any) -> tuple[str, ...]:
    """Return the actions any of which a station may send because of a CALL."""
    if action in TRIGGERS:
        name = text(payload, "requestedMessage") or ""
        return _NAMES.get(name, (name,))
    return _ALSO.get(action or "", ())


class Asked:
    """The actions that the CSMS has asked for in a session."""

    __slots__ = ("_actions",)

    def __init__(self) -> None:
        self._actions: set[str] = set()

    def __contains__(self, action: str | None) -> bool:
        return action in self._actions

    def hear(self, action: str | None, payload: Any) -> None:
        """Take a CALL of the CSMS."""
        for name in brought(action, payload):
            if len(self._actions) < MOST_ASKED and len(name) <= LONGEST_NAME:
                self._actions.add(name)
