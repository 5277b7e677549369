"""P1: what was asked against what the station itself said it can do."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Limits(Family):
    """Watches one session."""
