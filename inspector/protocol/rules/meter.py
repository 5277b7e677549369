"""M: meter values that can't be."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Meter(Family):
    """Watches one session."""
