"""C: clocks and timestamps. The schema check finds the form's faults and reports them under this family."""

from inspector.protocol.finding import Rule, Severity
from inspector.protocol.rules.family import Family

RULES = (
    Rule(
        "C001",
        "not-rfc-3339",
        Severity.WARNING,
        "A timestamp is not written as RFC 3339 asks.",
        "Without a zone a receiver takes local time for UTC, and energy is billed for the wrong hours;"
        " some drop the message.",
        "Send UTC with a Z at the end: 2026-01-31T12:34:56Z.",
        "OCPP-J 1.6 section 3.14, OCPP 2.x part 2 appendix 1; RFC 3339 section 5.6",
    ),
)


class Clocks(Family):
    """Compares the clocks of station and CSMS with the recorder's."""
