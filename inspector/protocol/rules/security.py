"""X: secrets in the clear and doors left open."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Security(Family):
    """Watches one session."""
