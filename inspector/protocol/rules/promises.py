"""P0: what was accepted and not done."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Promises(Family):
    """Watches one session."""
