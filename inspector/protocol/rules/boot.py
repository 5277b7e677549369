"""B: the boot. Nothing is said before it is accepted."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Boot(Family):
    """Watches one session."""
