"""B: the boot, the rows: what each code means. ``boot`` raises them."""

from inspector.protocol.finding import Blame, Rule, Severity
from inspector.protocol.rules import heartbeats

_BOOT = "OCPP 1.6 section 4.2, OCPP 2.x part 2 B01.FR.08"
_PENDING = "OCPP 1.6 section 4.2, OCPP 2.x part 2 B02.FR.02"
_REJECTED = "OCPP 1.6 section 4.2, OCPP 2.x part 2 B03.FR.02"

RULES = (
    Rule(
        "B001",
        "sent-before-accepted",
        Severity.ERROR,
        "The station sent a CALL between its BootNotification and the Accepted answer. Said once a session.",
        "The CSMS may refuse it with a CALLERROR or lose it: it does not know the station yet.",
        "Hold everything back, also what was queued, until the answer says Accepted.",
        _BOOT,
        Blame.STATION,
    ),
    Rule(
        "B002",
        "sent-before-boot",
        Severity.WARNING,
        "The station sent CALLs and then a BootNotification that nobody asked for.",
        "If it has just started, nothing may come before the BootNotification. If it has only reconnected, it need not"
        " send one, but may.",
        "After a start send the BootNotification first; after a mere reconnect leave it out.",
        _BOOT,
        Blame.STATION,
    ),
    Rule(
        "B003",
        "sent-while-pending",
        Severity.ERROR,
        "The station sent a CALL of its own while it was Pending. Said once a session.",
        "Until it is accepted it may only send what the CSMS asks for, by a TriggerMessage for one.",
        "Wait for Accepted; send BootNotification again after the interval.",
        _PENDING,
        Blame.STATION,
    ),
    Rule(
        "B004",
        "started-while-pending",
        Severity.ERROR,
        "The CSMS asked a station that is Pending to start or to stop a transaction.",
        "The standard does not allow it, and the station has to refuse.",
        "Accept the station first.",
        "OCPP 1.6 section 4.2, OCPP 2.x part 2 B02.FR.05",
        Blame.CSMS,
    ),
    Rule(
        "B005",
        "sent-while-rejected",
        Severity.ERROR,
        "The station sent a CALL after its BootNotification was Rejected. Said once a session.",
        "A rejected station has to be silent for the interval, and then may only send BootNotification.",
        "Wait for the interval, then send BootNotification and nothing else; let the CSMS know the station.",
        _REJECTED,
        Blame.STATION,
    ),
    Rule(
        "B006",
        "asked-while-rejected",
        Severity.WARNING,
        "The CSMS sent a CALL to a station that it has rejected. Said once a session.",
        "OCPP 2.x forbids it, OCPP 1.6 advises against it; the station does not answer, or with an error.",
        "Answer Pending instead of Rejected while the station is being set up.",
        "OCPP 1.6 section 4.2, OCPP 2.x part 2 B03.FR.03",
        Blame.CSMS,
    ),
    Rule(
        "B007",
        "boot-too-soon",
        Severity.WARNING,
        "BootNotification was sent again before the interval of the last answer was over.",
        "OCPP 2.x forbids it, OCPP 1.6 advises against it: it floods the CSMS. A station that was switched off"
        " meanwhile has no choice, though.",
        "Wait for `interval` seconds after an answer that is not Accepted.",
        "OCPP 1.6 section 4.2, OCPP 2.x part 2 B02.FR.04",
        Blame.STATION,
    ),
    Rule(
        "B008",
        "boot-loop",
        Severity.WARNING,
        "The station booted again and again within minutes, and nobody asked it to.",
        "Either it crashes or loses power, or it takes each new connection for a start.",
        "Look at what was said just before each end; after a mere reconnect leave BootNotification out.",
        "OCPP 1.6 section 4.2, OCPP 2.x part 2 B01.FR.03",
        Blame.STATION,
    ),
    *heartbeats.RULES,
)
